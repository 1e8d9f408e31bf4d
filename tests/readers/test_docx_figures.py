"""Tables as offices really set them in Word, read from the file to the figures: every number once, under its header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx_files import fill, saved

from extractor import extract_document
from extractor.quantities import find_quantities
from extractor.readers import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.types import Document


def word(
    rows: Sequence[Sequence[str]], merges: Sequence[tuple[int, int, int, int]] = (), caption: str = ""
) -> Document:
    made = docx.Document()
    made.add_paragraph("柳溪镇2020年工作总结")
    if caption:
        made.add_paragraph(caption).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    table = made.add_table(len(rows), len(rows[0]))
    fill(table, rows)
    for top, left, bottom, right in merges:
        table.cell(top, left).merge(table.cell(bottom, right))
    made.add_paragraph("以上请审议。")
    return read(saved(made), "总结.docx")


def figures(document: Document) -> list[tuple[str, float, str, str]]:
    found = extract_document(document).figures
    assert all("\t" not in f.indicator and "\n" not in f.indicator for f in found)
    return [(f.text, float(f.value or 0), f.unit, f.indicator) for f in found]


def years(document: Document) -> list[tuple[str, str]]:
    return [(q.text, q.period_label) for q in find_quantities(document.text, document.parts)]


def test_a_column_of_units_and_columns_of_years() -> None:
    made = word(
        [
            ["指标", "单位", "2019年", "2020年"],
            ["粮食产量", "吨", "1200", "1,300.5"],
            ["财政收入", "万元", "508", "560"],
        ]
    )
    assert figures(made) == [
        ("1200", 1200, "吨", "粮食产量"),
        ("1,300.5", 1300.5, "吨", "粮食产量"),
        ("508", 5080000, "元", "财政收入"),
        ("560", 5600000, "元", "财政收入"),
    ]
    assert [f.period for f in extract_document(made).figures] == ["2019", "2020", "2019", "2020"]


def test_years_told_from_the_report_are_kept_apart() -> None:
    made = word([["指标", "计量单位", "本年完成", "上年同期", "增减%"], ["招商引资", "亿元", "1.2", "0.9", "33.3"]])
    assert figures(made) == [
        ("1.2", 120000000, "元", "招商引资"),
        ("0.9", 90000000, "元", "招商引资"),
        ("33.3", 33.3, "%", "招商引资增减"),
    ]
    assert years(made) == [("1.2", "本年"), ("0.9", "上年同期"), ("33.3", "")]
    made = word(
        [["项目", "去年", "户数（今年）", "上年结转资金（万元）", "2020年1-11月"], ["搬迁户", "3", "4", "5", "6"]]
    )
    assert years(made) == [("3", "去年"), ("4", "今年"), ("5", ""), ("6", "2020年1-11月")]


def test_two_storeys_and_a_town_over_several_villages() -> None:
    rows = [
        ["乡镇", "村", "里程（公里）", "投资（万元）", "受益情况", ""],
        ["", "", "", "", "户数（户）", "人数（人）"],
        ["柳溪镇", "东坪村", "3.5", "120", "35", "121"],
        ["", "西坝村", "2", "15", "40", "131"],
    ]
    down = [(0, column, 1, column) for column in range(4)]
    made = word(rows, [*down, (0, 4, 0, 5), (2, 0, 3, 0)])
    assert figures(made) == [
        ("3.5", 3.5, "公里", "里程"),
        ("120", 1200000, "元", "投资"),
        ("35", 35, "户", "受益情况户数"),
        ("121", 121, "人", "受益情况人数"),
        ("2", 2, "公里", "里程"),
        ("15", 150000, "元", "投资"),
        ("40", 40, "户", "受益情况户数"),
        ("131", 131, "人", "受益情况人数"),
    ]


def test_names_merged_downwards_in_any_column() -> None:
    rows = [
        ["序号", "项目", "负责人", "年份", "村", "投资（万元）"],
        ["1", "村道硬化", "张三", "2018", "东坪村", "35"],
        ["2", "", "", "", "西坝村", "40"],
        ["3", "水塔", "李四", "2019", "南湾村", "12"],
    ]
    made = word(rows, [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3)])
    assert figures(made) == [
        ("35", 350000, "元", "村道硬化投资"),
        ("40", 400000, "元", "村道硬化投资"),
        ("12", 120000, "元", "水塔投资"),
    ]
    assert years(made) == [("35", "2018年"), ("40", "2018年"), ("12", "2019年")]


def test_three_storeys_and_a_total() -> None:
    rows = [
        ["乡镇", "资金投入（万元）", "", "", "户数"],
        ["", "财政资金", "", "自筹", ""],
        ["", "中央", "省级", "", ""],
        ["石桥镇", "1,200", "—", "45", "812"],
        ["合计", "1,200", "", "/", "1,412"],
    ]
    made = word(rows, [(0, 1, 0, 3), (1, 1, 1, 2), (0, 0, 2, 0), (1, 3, 2, 3), (0, 4, 2, 4)])
    assert figures(made) == [
        ("1,200", 12000000, "元", "中央财政资金投入"),
        ("45", 450000, "元", "自筹资金投入"),
        ("812", 812, "户", "户数"),
        ("1,200", 12000000, "元", "中央财政资金投入"),
        ("1,412", 1412, "户", "户数"),
    ]


def test_sources_that_are_part_of_the_amount_before() -> None:
    rows = [["项目", "总投资", "其中", ""], ["", "", "中央", "地方"], ["水塔", "3", "2", "1"]]
    assert figures(word(rows, [(0, 2, 0, 3), (0, 0, 1, 0), (0, 1, 1, 1)], "单位：万元")) == [
        ("3", 30000, "元", "水塔总投资"),
        ("2", 20000, "元", "水塔中央投资"),
        ("1", 10000, "元", "水塔地方投资"),
    ]


def test_cells_with_and_without_their_own_unit() -> None:
    made = word([["项目名称", "建设地点", "规模", "资金（万元）"], ["村道\n硬化", "东坪村", "3公里", "120"]])
    assert figures(made) == [("3公里", 3, "公里", "村道硬化规模"), ("120", 1200000, "元", "村道硬化资金")]
    assert figures(word([["村名", "户数"], ["东坪村", "120户"], ["西坝村", "80户"]])) == [
        ("120户", 120, "户", "户数"),
        ("80户", 80, "户", "户数"),
    ]


def test_several_figures_in_a_cell() -> None:
    made = word([["村名", "受益户", "投资"], ["东坪村", "35户、120人", "8万元，其中省级5万元"]])
    assert figures(made)[:3] == [
        ("35户", 35, "户", "受益户"),
        ("120人", 120, "人", "受益户"),
        ("8万元", 80000, "元", "投资"),
    ]


@pytest.mark.parametrize(
    "caption", ["单位：万元", "（金额单位：万元）", "填报单位：柳溪镇　　单位：万元　　日期：2020年12月"]
)
def test_the_unit_of_a_caption(caption: str) -> None:
    rows = [["乡镇", "金额", "户数", "里程", "增长%", "完成率"], ["石桥镇", "12", "300", "2.5", "－1.3", "98"]]
    assert [row[:3] for row in figures(word(rows, caption=caption))] == [
        ("12", 120000, "元"),
        ("300", 300, "户"),
        ("2.5", 2.5, ""),
        ("－1.3", -1.3, "%"),
        ("98", 98, "%"),
    ]


@pytest.mark.parametrize("caption", ["单位：万元、公里", "单位：万元 公里", "单位：公里，万元"])
def test_several_units_in_a_caption(caption: str) -> None:
    rows = [["项目", "投资", "规模"], ["产业路", "12", "3.5"]]
    expected = [("12", 120000, "元", "产业路投资"), ("3.5", 3.5, "", "产业路规模")]
    assert figures(word(rows, caption=caption)) == expected
    assert figures(word([[caption, "", ""], *rows], [(0, 0, 0, 2)])) == expected


def test_money_in_no_unit_of_the_caption_has_none() -> None:
    made = word([["项目", "投资", "户数"], ["产业路", "12", "3"]], caption="单位：户、公里")
    assert [row[:3] for row in figures(made)] == [("12", 12, ""), ("3", 3, "户")]


def test_a_first_row_of_captions_is_no_header() -> None:
    rows = [["填报单位：柳溪镇", "", "单位：万元"], ["项目", "计划投资", "完成投资"], ["水塔", "3", "2"]]
    expected = [("3", 30000, "元", "水塔计划投资"), ("2", 20000, "元", "水塔完成投资")]
    made = word(rows)
    assert figures(made) == expected
    assert [(q.text, q.label) for q in find_quantities(made.text)] == [("3", "水塔计划投资"), ("2", "水塔完成投资")]


def test_a_caption_counts_for_its_own_table_only() -> None:
    made = docx.Document()
    fill(made.add_table(3, 2), [["单位：万元", ""], ["项目", "金额"], ["水塔", "3"]])
    fill(made.add_table(2, 2), [["树种", "数量"], ["核桃", "5"]])
    document = read(saved(made))
    assert [(q.text, float(q.value or 0), q.unit) for q in find_quantities(document.text, document.parts)] == [
        ("3", 30000, "元"),
        ("5", 5, ""),
    ]


def test_a_year_in_each_row() -> None:
    made = word([["年份", "贫困户（户）"], ["2018", "230"], ["2019年", "120"], ["2020", "0"]])
    assert [(row[0], row[3]) for row in figures(made)] == [("230", "贫困户"), ("120", "贫困户"), ("0", "贫困户")]
    assert [f.period for f in extract_document(made).figures] == ["2018", "2019", "2020"]


def test_negative_and_empty_cells() -> None:
    rows = [
        ["指标", "绝对数（万元）", "增长（%）"],
        ["税收", "1,234.5", "-1.3"],
        ["出口", "—", "－9.8"],
        ["进口", "7", "/"],
    ]
    assert figures(word([*rows, ["合计", "", "…"]])) == [
        ("1,234.5", 12345000, "元", "税收"),
        ("-1.3", -1.3, "%", "税收增长"),
        ("－9.8", -9.8, "%", "出口增长"),
        ("7", 70000, "元", "进口"),
    ]


def test_rows_of_numbers_only() -> None:
    assert figures(word([["户数", "人口"], ["35", "120"]])) == [("35", 35, "户", "户数"), ("120", 120, "人", "人口")]
    assert figures(word([["年龄", "人数"], ["35", "120"]])) == [("120", 120, "人", "人数")]


def test_names_set_apart_by_spaces() -> None:
    made = word([["项 目", "单 位", "数 量"], ["公 路", "公里", "2.5"]])
    assert figures(made) == [("2.5", 2.5, "公里", "公路")]
