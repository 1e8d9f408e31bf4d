"""Numbers in tables take unit and label from the headers of their column and row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.quantities import find_quantities
from extractor.types import Part

TABBED = "项目名称\t投资(万元)\t受益户数（户）\t人口\n村道硬化\t120.5\t86\t320\n山坪塘整治\t15\t40\t\n"
STACKED = "资金安排表\n村名\n户数（户）\n投资（万元）\n东坪\n35\n12.5\n西坝\n40\n8\n合计\n75\n20.5\n以上安排请审议。"


def _rows(text: str) -> list[tuple[str, Decimal | None, str, str]]:
    return [(q.text, q.value, q.unit, q.label) for q in find_quantities(text)]


def test_tab_separated_rows() -> None:
    assert _rows(TABBED) == [
        ("120.5", Decimal(1205000), "元", "村道硬化投资"),
        ("86", Decimal(86), "户", "村道硬化受益户数"),
        ("320", Decimal(320), "人", "村道硬化人口"),
        ("15", Decimal(150000), "元", "山坪塘整治投资"),
        ("40", Decimal(40), "户", "山坪塘整治受益户数"),
    ]


def test_one_cell_per_line() -> None:
    assert _rows(STACKED) == [
        ("35", Decimal(35), "户", "户数"),
        ("12.5", Decimal(125000), "元", "投资"),
        ("40", Decimal(40), "户", "户数"),
        ("8", Decimal(80000), "元", "投资"),
        ("75", Decimal(75), "户", "户数"),
        ("20.5", Decimal(205000), "元", "投资"),
    ]


def test_ordinal_and_year_columns_hold_no_figures() -> None:
    assert _rows("序号\t年份\t单位\t完成率\n1\t2019\t甲镇\t85%\n2\t2020\t乙镇\t90%\n") == [
        ("85%", Decimal(85), "%", "完成率"),
        ("90%", Decimal(90), "%", "完成率"),
    ]


def test_cells_with_their_own_unit_keep_it() -> None:
    assert _rows("项目\t投资（元）\n水塔\t3万元\n") == [("3万元", Decimal(30000), "元", "水塔投资")]


def test_rows_without_a_header_are_no_table() -> None:
    assert _rows("1\t2\n3\t4\n") == []


@pytest.mark.parametrize(
    ("header", "cell", "value", "unit"),
    [
        ("投资（万元）", "12", 120000, "元"),
        ("投资/万元", "12", 120000, "元"),
        ("投资 （单位：亿元）", "1.2", 120000000, "元"),
        ("人均补助（元/人）", "300", 300, "元/人"),
        ("游客（万人次）", "3.5", 35000, "人次"),
        ("占比%", "12.5", Decimal("12.5"), "%"),
        ("占比（%）", "12.5", Decimal("12.5"), "%"),
        ("比上年增长（%）", "-3.6", Decimal("-3.6"), "%"),
        ("数量", "12", 12, ""),
        ("培训时间（小时）", "12", 12, "小时"),
    ],
)
def test_units_of_column_headers(header: str, cell: str, value: int | Decimal, unit: str) -> None:
    (found,) = find_quantities(f"项目\t{header}\n水塔\t{cell}\n")
    assert (found.text, found.value, found.unit) == (cell, value, unit)


@pytest.mark.parametrize("header", ["序号", "联系电话", "年份", "竣工时间", "文号", "邮编", "身份证号码"])
def test_columns_that_hold_no_figures(header: str) -> None:
    assert _rows(f"项目\t{header}\n水塔\t12\n") == []


_LONG = "编号\t乡镇\t{header}\t指标名称\t完成数\t计量单位\n7\t柏树乡\t{cell}\t改水\t64\t户\n8\t桑田镇\t{cell}\t投资\t31.5\t万元\n"


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("年份", "2021"), ("年度", "2021"), ("年", "2021"), ("时间", "2021"), ("时期", "202106"), ("期间", "2021.6"),
        ("统计年份", "2021"), ("统计时期", "2021-06"), ("年 份", "2021"), ("月份", "6"), ("月", "6"), ("季度", "2"),
        ("建设年度", "2021"), ("年份（年）", "2021"), ("行次", "3"), ("项目编号", "3021"), ("村组代码", "522701"), ("邮编", "558000"),
        ("邮政编码", "558000"), ("联系电话", "8231466"), ("电话", "0854-8231466"), ("区划代码", "522701100"),
    ],
)  # fmt: skip
def test_columns_that_date_or_number_a_row_take_no_unit_of_it(header: str, cell: str) -> None:
    assert _rows(_LONG.format(header=header, cell=cell)) == [
        ("64", Decimal(64), "户", "改水完成数"),
        ("31.5", Decimal(315000), "元", "投资完成数"),
    ]


@pytest.mark.parametrize(
    ("header", "cell", "value", "unit"),
    [
        ("工作时间（天）", "20", 20, "天"),
        ("合同期间用水（吨）", "20", 20, "吨"),
        ("年度投资", "20", 200000, "元"),
        ("2021年", "20", 200000, "元"),
        ("本年度", "20", 200000, "元"),
        ("1—6月份", "20", 200000, "元"),
        ("竣工", "20", 200000, "元"),
    ],
)
def test_columns_whose_names_speak_of_time_may_hold_amounts(header: str, cell: str, value: int, unit: str) -> None:
    found = find_quantities(f"项目\t单位\t{header}\n水塔\t万元\t{cell}\n水池\t万元\t{cell}\n")
    assert [(q.value, q.unit) for q in found] == [(Decimal(value), unit)] * 2


def test_things_that_are_counted_are_no_numbers_of_their_rows() -> None:
    text = "指标\t单位\t数量\n安装电话\t部\t12\n培训时间\t小时\t40\n"
    assert [(q.value, q.unit) for q in find_quantities(text)] == [(Decimal(12), "部"), (Decimal(40), "小时")]


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("2021", "2021年"),
        ("2021年", "2021年"),
        ("202106", "2021年6月"),
        ("2021-06", "2021年6月"),
        ("2021.6", "2021年6月"),
        ("2021/6/30", "2021年6月"),
        ("20210630", "2021年6月"),
        ("2021年上半年", "2021年上半年"),
    ],
)
def test_a_column_of_periods_dates_the_figures_of_its_row(cell: str, period: str) -> None:
    found = find_quantities(_LONG.format(header="统计时期", cell=cell))
    assert [q.period_label for q in found] == [period] * 2


def test_telephone_numbers_years_and_dates_are_no_figures() -> None:
    assert _rows("项目\t甲\t乙\t丙\n水塔\t13800000000\t2019\t2019.3\n") == []


def test_a_year_over_the_column_is_kept_apart() -> None:
    text = "单位：万元\n指标\t2018年\t2019\n贫困人口（人）\t230\t120\n财政投入\t1200\t1500.5\n"
    assert [(q.value, q.unit, q.label, q.period_label) for q in find_quantities(text)] == [
        (Decimal(230), "人", "贫困人口", "2018年"),
        (Decimal(120), "人", "贫困人口", "2019年"),
        (Decimal(12000000), "元", "财政投入", "2018年"),
        (Decimal(15005000), "元", "财政投入", "2019年"),
    ]


def test_a_caption_counts_only_what_it_can() -> None:
    assert _rows("单位：万元\n乡镇\t总投资\t受益户数\t比上年增长\n柳溪镇\t12\t300\t5\n") == [
        ("12", Decimal(120000), "元", "总投资"),
        ("300", Decimal(300), "户", "受益户数"),
        ("5", Decimal(5), "", "受益户数比上年增长"),
    ]


def test_keys_and_values() -> None:
    text = "贫困户数（户）\t230\n总投资\t508万元\n联系电话\t13800000000\n建档年份\t2014\n负责人\t张三\n"
    assert _rows(text) == [("230", Decimal(230), "户", "贫困户数"), ("508万元", Decimal(5080000), "元", "总投资")]


def test_several_keys_and_values_in_a_row() -> None:
    assert _rows("户数\t230\t人口\t812\n劳力\t500\t耕地（亩）\t900\n") == [
        ("230", Decimal(230), "户", "户数"),
        ("812", Decimal(812), "人", "人口"),
        ("500", Decimal(500), "人", "劳力"),
        ("900", Decimal(900), "亩", "耕地"),
    ]


def test_a_column_of_units() -> None:
    assert _rows("指标\t计量单位\t数值\n贫困户\t户\t230\n投资\t万元\t508\n") == [
        ("230", Decimal(230), "户", "贫困户"),
        ("508", Decimal(5080000), "元", "投资"),
    ]


def test_items_of_a_total_and_what_has_grown() -> None:
    text = "产品名称\t产量（万吨）\t比上年增长（%）\n粮食\t2\t1.3\n其中：小麦\t1.5\t－0.9\n合计\t3.5\t\n"
    assert _rows(text) == [
        ("2", Decimal(20000), "吨", "粮食产量"),
        ("1.3", Decimal("1.3"), "%", "粮食产量比上年增长"),
        ("1.5", Decimal(15000), "吨", "小麦产量"),
        ("－0.9", Decimal("-0.9"), "%", "小麦产量比上年增长"),
        ("3.5", Decimal(35000), "吨", "产量"),
    ]


def test_classes_name_their_row() -> None:
    assert _rows("年收入\t户数\n3000元以下\t12\n3000-5000元\t30\n") == [
        ("12", Decimal(12), "户", "3000元以下户数"),
        ("30", Decimal(30), "户", "3000-5000元户数"),
    ]


def test_sentences_in_a_cell_are_read_like_any_other() -> None:
    assert _rows("村名\t户数\t备注\n东坪村\t35\t硬化道路3公里，投资20万元。\n") == [
        ("35", Decimal(35), "户", "户数"),
        ("3公里", Decimal(3), "公里", ""),
        ("20万元", Decimal(200000), "元", ""),
    ]


def test_no_number_reaches_into_the_next_cell() -> None:
    assert [q.text for q in find_quantities("村名\t户数\t类别\t投入\n东坪村\t35\t万元户\t3万元\n")] == ["35", "3万元"]
    text = "村名与所在乡镇\t去年户数\t今年户数（户）\n东坪村与石桥镇\t12\t15\n亩均产值较高村\t3\t4\n"
    assert [q.text for q in find_quantities(text)] == ["12", "15", "3", "4"]


def test_cells_that_the_reader_tells_stand_for_all_tables() -> None:
    text = "投资（万元）\t12\n户数\t3\n"
    parts = (Part(7, 9, "cell", "表1 第2行第2列", "总投资 / 省级（万元）", "水塔"),)
    assert [(q.value, q.label) for q in find_quantities(text, parts)] == [(Decimal(120000), "水塔省级总投资")]


def test_a_large_table_is_read_in_linear_time() -> None:
    text = "村名\t户数（户）\t备注\n" + "东坪村\t35\t修路3公里\n" * 5000
    assert len(find_quantities(text)) == 10000
    assert len(find_quantities("\t" * 20000 + "\n村名\t户数\n" + "甲\t1\n" * 20000)) == 20000
