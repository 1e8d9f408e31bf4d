"""Ledgers as offices write them: which columns are recognised, and what each value is recorded as."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from ledger_files import csv_text, imported, one_sheet, told, xlsx

from extractor.compare.ledgers.header import _caption_units
from extractor.types import Status

D = Decimal
LONG = [
    ["县区", "乡镇", "年度", "状态", "指标", "数值", "单位", "项目类型", "资金来源", "备注"],
    ["新平县", "平甸乡", 2015, "计划", "投资", 120.5, "万元", "道路桥梁", "省级", "一期"],
    ["新平县", "平甸乡", 2015, "完成", "贫困户", 87, "户", None, None, None],
]


def test_a_long_table_says_everything_of_its_value() -> None:
    first, second = imported(one_sheet(LONG)).figures
    assert (first.sheet, first.row, first.column, first.text) == ("台账", 2, "F", "120.5")
    assert (first.value, first.unit, first.dimension, first.base_value) == (D(1205000), "元", "money", D(1205000))
    assert (first.decimals, first.scale) == (1, D(10000))
    assert (first.place, first.within, first.place_code) == ("平甸乡", "新平县", "530427200")
    assert (first.period, first.period_start, first.period_end) == ("2015", "2015-01-01", "2015-12-31")
    assert (first.status, first.project_type, first.funder, first.note) == (Status.PLANNED, "road", "省级", "一期")
    assert (second.indicator, second.indicator_code, second.value) == ("贫困户", "poor_households", D(87))
    assert (second.status, second.funder) == (Status.ACTUAL, None)


def test_titles_notes_storeys_serial_numbers_and_totals() -> None:
    rows = [
        ["新平县2015年农村公路建设情况表"],
        ["填报单位：新平县交通局", None, None, None, "单位：万元"],
        ["序号", "乡镇", "投资", None, "里程（公里）", "受益人数"],
        [None, None, "计划", "完成", None, None],
        ["甲", "乙", 1, 2, 3, 4],
        [1, "平甸乡", 120.5, 100, 11.3, 1200],
        [2, "扬武镇", 80, "—", "5.6公里", "９００"],
        ["合计", None, 200.5, 101, 16.9, 2100],
    ]
    ledger = imported(one_sheet(rows, ["A1:F1", "C3:D3", "A3:A4", "B3:B4", "E3:E4", "F3:F4", "A8:B8"]))
    assert told(ledger, "row", "column", "indicator", "status", "value", "unit") == [
        (6, "C", "投资", Status.PLANNED, D(1205000), "元"),
        (6, "D", "投资", Status.ACTUAL, D(1000000), "元"),
        (6, "E", "里程", None, D("11.3"), "公里"),
        (6, "F", "受益人数", None, D(1200), "人"),
        (7, "C", "投资", Status.PLANNED, D(800000), "元"),
        (7, "E", "里程", None, D("5.6"), "公里"),
        (7, "F", "受益人数", None, D(900), "人"),
    ]
    assert {figure.place_code for figure in ledger.figures} == {"530427200", "530427100"}
    assert {figure.period for figure in ledger.figures} == {"2015"}
    assert any("第 8 行“合计”" in text and "D 列合计 101万元，各行之和 100万元" in text for text in ledger.warnings)


@pytest.mark.parametrize(
    "rows",
    [
        [["指标", "单位", 2014, 2015], ["贫困户", "户", 100, 90], ["总投资", "万元", 1.5, 2]],
        [["指标", "单位", "2014年", "2015年度"], ["贫困户", "户", 100, 90], ["总投资", "万元", 1.5, 2]],
        [["年度", "贫困户（户）", "总投资/万元"], [2014, 100, 1.5], [2015, 90, 2]],
        [["年度", "指标", "数值"], *([y, i, v] for y, i, v in (
            (2014, "贫困户（户）", 100), (2015, "贫困户（户）", 90), (2014, "总投资(万元)", 1.5), (2015, "总投资(万元)", 2),
        ))],
        [["2014年", None, "2015年", None], ["贫困户", "总投资(万元)", "贫困户", "总投资(万元)"], [100, 1.5, 90, 2]],
        [["贫困户", None, "总投资(万元)", None], [2014, 2015, 2014, 2015], [100, 90, 1.5, 2]],
    ],
)  # fmt: skip
def test_years_and_indicators_in_rows_or_columns_are_the_same_ledger(rows: list[list[object]]) -> None:
    expected = {
        ("贫困户", "poor_households", "2014", D(100), "户"),
        ("贫困户", "poor_households", "2015", D(90), "户"),
        ("总投资", None, "2014", D(15000), "元"),
        ("总投资", None, "2015", D(20000), "元"),
    }
    for data in (one_sheet(rows), csv_text(rows).encode()):
        found = set(told(imported(data), "indicator", "indicator_code", "period", "value", "unit"))
        assert {(name, None if name == "总投资" else code, *rest) for name, code, *rest in found} == expected


def test_a_merged_place_holds_for_all_its_rows() -> None:
    rows = [["县", "乡镇", "户数"], ["新平县", "平甸乡", 3], [None, "扬武镇", 4], ["石屏县", "龙朋镇", 5]]
    ledger = imported(one_sheet(rows, ["A2:A3"]))
    assert told(ledger, "within", "place") == [("新平县", "平甸乡"), ("新平县", "扬武镇"), ("石屏县", "龙朋镇")]
    assert [code[:6] for (code,) in told(ledger, "place_code") if isinstance(code, str)] == [
        "530427",
        "530427",
        "532525",
    ]


def test_place_codes_only_where_they_are_certain() -> None:
    rows = [["乡镇", "户数"], ["白云乡", 3]]
    assert told(imported(one_sheet(rows)), "place_code") == [(None,)]
    rows = [["乡镇", "户数"], ["平甸乡", 3]]
    assert told(imported(one_sheet(rows), place="新平县"), "within", "place_code") == [("新平县", "530427200")]
    rows = [["区划代码", "地点", "户数"], ["530427100000", "某镇", 3], [53, "云南省", 4], ["530427100001", "某村", 5]]
    assert told(imported(one_sheet(rows)), "place_code") == [("530427100",), ("53",), (None,)]


@pytest.mark.parametrize(
    ("place", "within", "own", "code"),
    [
        ("新平县", "", "新平县", "530427"),
        ("云南省玉溪市新平县", "云南省 玉溪市", "新平县", "530427"),
        ("新平县老厂乡", "新平县", "老厂乡", "530427203"),
        ("新平县柳溪村", "新平县", "柳溪村", None),  # no gazetteer lists villages
    ],
)
def test_the_place_that_a_person_names_may_be_a_chain(place: str, within: str, own: str, code: str | None) -> None:
    ledger = imported(one_sheet([["村", "2015年户数"], ["—", 1]]), place=place)
    assert told(ledger, "within", "place", "place_code") == [(within, own, code)]


def test_units_from_wherever_they_stand() -> None:
    rows = [
        ["乡镇", "项目名称", "补助(元/人)", "投资", "完成率", "面积", "单位"],
        ["平甸乡", "甲", 5, "1.2亿元", 0.856, 3, "亩"],
    ]

    def percent(sheet: Any) -> None:
        sheet["E2"].number_format = "0.0%"

    ledger = imported(
        one_sheet(rows, change=percent), mapping='[sheets."*".columns]\n"G" = "忽略"\n"面积" = {unit = "亩"}'
    )
    assert told(ledger, "text", "value", "unit", "base_unit", "decimals") == [
        ("5", D(5), "元/人", "元/人", 0),
        ("1.2亿元", D(120000000), "元", "元", 1),
        ("85.6%", D("85.6"), "%", "%", 1),
        ("3", D(3), "亩", "平方米", 0),
    ]


def test_several_columns_of_units_each_tell_the_column_before_them() -> None:
    rows = [["乡镇", "里程", "单位", "投资", "单位"], ["平甸乡", 2, "公里", 3, "万元"]]
    assert told(imported(one_sheet(rows)), "value", "unit") == [(D(2), "公里"), (D(30000), "元")]


def test_a_unit_column_of_names_is_a_place() -> None:
    rows = [["单位", "户数"], ["平甸乡", 2], ["扬武镇", 3]]
    assert told(imported(one_sheet(rows)), "place") == [("平甸乡",), ("扬武镇",)]


def test_numbers_are_exact_whatever_the_file_stores() -> None:
    rows = [["乡镇", "投资(万元)"], ["甲", 1 / 3], ["乙", 120.4], ["丙", "1,234.50"], ["丁", 100]]

    def formats(sheet: Any) -> None:
        sheet["B3"].number_format = "0.00"

    ledger = imported(one_sheet(rows, change=formats))
    assert told(ledger, "text", "value", "decimals") == [
        ("0.333333333333333", D("3333.33333333333"), 15),
        ("120.40", D(1204000), 2),
        ("1,234.50", D(12345000), 2),
        ("100", D(1000000), 0),
    ]


def test_a_number_format_that_writes_a_unit() -> None:
    rows = [["乡镇", "投资"], ["甲", 120.5]]

    def formats(sheet: Any) -> None:
        sheet["B2"].number_format = '0.00"万元"'

    assert told(imported(one_sheet(rows, change=formats)), "text", "value") == [("120.50万元", D(1205000))]


def test_months_and_days_are_periods() -> None:
    rows = [["时间", "户数"], [datetime.date(2015, 6, 30), 1], ["2015年上半年", 2], ["2015.12", 3], ["2011—2014年", 4]]
    assert told(imported(one_sheet(rows)), "period", "period_start", "period_end") == [
        ("2015-06", "2015-06-01", "2015-06-30"),
        ("2015", "2015-01-01", "2015-06-30"),
        ("2015-12", "2015-12-01", "2015-12-31"),
        ("2011-2014", "2011-01-01", "2014-12-31"),
    ]


def test_sources_of_money_as_columns() -> None:
    rows = [["乡镇", "投资(万元)", None, None], [None, "合计", "中央", "自筹"], ["平甸乡", 30, 10, 20]]
    ledger = imported(one_sheet(rows, ["A1:A2", "B1:D1"]))
    assert told(ledger, "indicator", "funder", "value") == [
        ("投资", None, D(300000)), ("投资", "中央", D(100000)), ("投资", "自筹", D(200000)),
    ]  # fmt: skip


def test_items_are_indicators_where_they_have_units_and_projects_where_the_header_names_the_indicator() -> None:
    rows = [["项目", "单位", "数值"], ["贫困户", "户", 3]]
    assert told(imported(one_sheet(rows)), "indicator", "project") == [("贫困户", "")]
    rows = [["项目", "投资(万元)"], ["通村路一期", 3]]
    assert told(imported(one_sheet(rows)), "indicator", "project") == [("投资", "通村路一期")]


def test_several_sheets_and_those_without_numbers() -> None:
    def hide(book: Any) -> None:
        book["底稿"].sheet_state = "hidden"

    data = xlsx(
        ("2014年", [["乡镇", "户数"], ["甲", 1]], []),
        ("2015年", [["乡镇", "户数"], ["甲", 2]], []),
        ("说明", [["填表说明"]], []),
        ("底稿", [["乡镇", "户数"], ["甲", 9]], []),
        change=hide,
    )
    ledger = imported(data)
    assert told(ledger, "index", "sheet", "period") == [(0, "2014年", "2014"), (1, "2015年", "2015")]
    assert any("“说明”里没有数字" in text for text in ledger.warnings)
    assert any("“底稿”是隐藏的" in text for text in ledger.warnings)


def test_formulas_count_with_their_result(tmp_path: Any) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("台账")
        for row, cells in enumerate([["乡镇", "户数"], ["甲", 1], ["乙", 2]]):
            sheet.write_row(row, 0, cells)
        sheet.write_row(3, 0, ["丙"])
        sheet.write_formula(3, 1, "=B2+B3", None, 3)
    assert told(imported((tmp_path / "a.xlsx").read_bytes()), "value") == [(D(1),), (D(2),), (D(3),)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_any_encoding_and_with_any_delimiter(encoding: str, delimiter: str) -> None:
    text = '乡镇,指标,数值,备注\n平甸乡,贫困户,12,"第一行\n第二行"\n扬武镇,贫困户,0,\n'.replace(",", delimiter)
    ledger = imported(text.encode(encoding), name="台账.csv")
    assert told(ledger, "sheet", "row", "place", "value") == [("台账", 2, "平甸乡", D(12)), ("台账", 3, "扬武镇", D(0))]


def test_subtotals_are_compared_with_their_own_rows() -> None:
    rows = [["村", "户数"], ["甲", 1], ["乙", 2], ["小计", 3], ["丙", 4], ["丁", 5], ["小计", 8], ["总计", 12]]
    rows = [["村", "2015年户数"], *rows[1:]]
    warnings = imported(one_sheet(rows)).warnings
    assert [text.rpartition("；")[2] for text in warnings] == [
        "与各行之和一致", "B 列合计 8户，各行之和 9户", "与各行之和一致",
    ]  # fmt: skip


def test_an_indicator_that_is_a_sum_is_recorded() -> None:
    rows = [["指标", "数值(万元)"], ["税收收入", 3], ["非税收入", 1], ["收入合计", 4]]
    assert told(imported(one_sheet(rows)), "indicator") == [("税收收入",), ("非税收入",), ("收入合计",)]


def test_a_bulletin_with_growth_beside_its_years() -> None:
    rows = [
        ["指标名称", "计量单位", "2020年", "2019年", "比上年增长(%)"],
        ["粮食总产量", "吨", 12.5, 11.3, 10.6],
        ["  其中：稻谷", "吨", 2.5, 2.3, "-0.4"],
    ]
    ledger = imported(one_sheet(rows))
    assert told(ledger, "indicator", "period", "value", "unit") == [
        ("粮食总产量", "2020", D("12.5"), "吨"), ("粮食总产量", "2019", D("11.3"), "吨"),
        ("粮食总产量比上年增长", None, D("10.6"), "%"),
        ("稻谷", "2020", D("2.5"), "吨"), ("稻谷", "2019", D("2.3"), "吨"), ("稻谷比上年增长", None, D("-0.4"), "%"),
    ]  # fmt: skip


def test_a_project_ledger_of_three_storeys() -> None:
    rows = [
        ["新平县2019年项目资金台账"],
        ["填报单位（盖章）：新平县扶贫办", None, None, None, None, None, "填报日期：2019年12月5日", "单位：万元"],
        ["序号", "项目名称", "建设地点", None, "资金投入情况", None, None, "受益情况"],
        [None, None, "乡镇", "村", "合计", "财政资金", None, "户数"],
        [None, None, None, None, None, "中央", "省级", None],
        [1, "甲村通村路", "平甸乡", "甲村", 25, 10, 15, 100],
    ]
    merges = ["A1:H1", "A3:A5", "B3:B5", "C3:D3", "C4:C5", "D4:D5", "E3:G3", "E4:E5", "F4:G4", "H4:H5"]
    assert told(
        imported(one_sheet(rows, merges)), "project", "within", "place", "indicator", "funder", "value", "unit"
    ) == [
        ("甲村通村路", "新平县 平甸乡", "甲村", "资金投入", None, D(250000), "元"),
        ("甲村通村路", "新平县 平甸乡", "甲村", "资金投入", "中央", D(100000), "元"),
        ("甲村通村路", "新平县 平甸乡", "甲村", "资金投入", "省级", D(150000), "元"),
        ("甲村通村路", "新平县 平甸乡", "甲村", "受益户数", None, D(100), "户"),
    ]


@pytest.mark.parametrize(
    "note",
    [
        "填报单位：新平县财政局    单位：万元",
        "填报单位：新平县财政局　　单位：万元",
        "编制单位：财政局 2023年12月31日 单位：万元",
        "单位:人民币万元",
        "（单位：万元 填报日期：2023年12月5日）",
    ],
)
def test_the_unit_stands_behind_who_fills_in_the_table(note: str) -> None:
    assert [(unit.unit.name, unit.scale) for unit in _caption_units(note)] == [("元", 10_000)]


def test_who_fills_in_a_table_is_no_unit() -> None:
    assert _caption_units("填报单位：新平县财政局") == ()
    assert [unit.unit.name for unit in _caption_units("（单位：万元、公里 亩）")] == ["元", "公里", "亩"]


@pytest.mark.parametrize(
    "note",
    [
        ["填报日期：2017年2月3日"],
        ["填报单位：青石镇", "填报日期：2017年2月3日"],
        ["填表时间", datetime.date(2017, 2, 3)],
        ["制表时间：2017.2.3  单位：万元"],
        ["打印日期:20170203"],
        ["统计时间：2017年2月3日"],
        ["单位：万元", "", "上报时间：2017年2月"],
    ],
)
def test_the_day_of_filling_in_a_table_is_no_period(note: list[object]) -> None:
    rows = [["2016年水窖建设情况表"], note, ["村", "投资(万元)"], ["柳溪村", 30]]
    ledger = imported(one_sheet(rows))
    assert told(ledger, "place", "period") == [("柳溪村", "2016")]
    assert ledger.warnings == ("工作表“台账”：没有写明时期的数值都算作 2016",)


@pytest.mark.parametrize("note", ["统计时间：2016年", "截至2016年12月31日", "统计截止日期：2016年12月31日"])
def test_what_a_table_is_about_is_its_period(note: str) -> None:
    rows = [["水窖建设情况表"], [note], ["村", "投资(万元)"], ["柳溪村", 30]]
    assert told(imported(one_sheet(rows)), "period") == [("2016",)]


def test_a_sheet_without_any_period_is_told_of() -> None:
    rows = [["填报日期：2017年2月3日"], ["村", "投资(万元)"], ["柳溪村", 30], ["石桥村", 40]]
    (warning,) = imported(one_sheet(rows)).warnings
    assert "2 个数都没有时期" in warning
    rows[0] = ["2015年计划2016年水窖建设情况表"]
    rows.insert(1, ["2016年底数"])
    rows.insert(2, ["2015年底数"])
    (warning,) = imported(one_sheet(rows)).warnings
    assert "几个时期（2015、2016）" in warning
