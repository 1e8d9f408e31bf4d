"""Broken ledgers: each is refused with sheet, row and column, all problems at once, and nothing is imported."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from ledger_files import imported, one_sheet, problems, xlsx

from extractor.compare import ledgers
from extractor.config import Settings
from extractor.errors import ReadError, UsageError

GOOD: list[list[object]] = [["乡镇", "投资(万元)"], ["平甸乡", 1], ["扬武镇", 2]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def one(data: bytes, mapping: str | None = None) -> tuple[str, int, str, str]:
    (found,) = problems(data, mapping)
    return found


@pytest.mark.parametrize(
    ("rows", "row", "column", "words"),
    [
        ([["平甸乡", 1], ["扬武镇", 2]], 1, "", "没有找到表头"),
        ([*GOOD, ["平甸乡", 3]], 4, "B", "与第 2 行 B 列重复"),
        ([*GOOD, ["平甸乡", 1]], 4, "B", "与第 2 行 B 列重复"),
        ([*GOOD, ["戛洒镇", "3元"]], 4, "B", "这一格却另写了单位"),
        ([*GOOD, ["戛洒镇", "约120"]], 4, "B", "不是确切的数"),
        ([*GOOD, ["戛洒镇", datetime.date(2015, 1, 2)]], 4, "B", "却是日期 2015-01-02"),
        ([*GOOD, [None, 3]], 4, "A", "是空的；与上一行相同的也要填写"),
        ([["乡镇", "投资"], ["平甸乡", 1]], 2, "B", "没有单位"),
        ([["乡镇", "里程"], ["平甸乡", 1]], 2, "B", "没有单位"),
        ([["乡镇", "投资"], ["平甸乡", "1万元"], ["扬武镇", 2]], 3, "B", "没有单位"),
        ([["乡镇", "户数"], ["平甸乡", "1户"], ["扬武镇", 2]], 3, "B", "同一列里有的写了单位（如“1户”）"),
        ([["乡镇", "数值"], ["平甸乡", 1]], 1, "B", "没有说是什么指标"),
        ([["乡镇", None], ["平甸乡", 1], ["扬武镇", 2]], 1, "", "没有找到表头"),
        ([["乡镇", "户数", None], ["平甸乡", 1, 5], ["扬武镇", 2, 6]], 1, "C", "没有表头"),
        ([["年度", "户数"], ["去年", 1]], 2, "A", "“去年”不是时期"),
        (
            [["乡镇", "状态", "户数"], ["甲", "完成", 1], ["乙", "完工", 1], ["丙", "计划", 1]],
            3,
            "B",
            "看不懂状态“完工”",
        ),
        (
            [["乡镇", "指标", "数值", "单位"], ["甲", "投资", 1, "万元"], ["甲", "投入", 1, "万圆圆"]],
            3,
            "C",
            "看不懂单位",
        ),
        ([["指标", "科目", "数值(户)"], ["水塔", "水窖", 7]], 1, "A、B", "都像是“指标”"),
        ([["区划代码", "户数"], ["5304271", 1]], 2, "A", "不是区划代码"),
    ],
)
def test_the_message_names_row_and_column(rows: list[list[object]], row: int, column: str, words: str) -> None:
    sheet, found_row, found_column, message = one(one_sheet(rows))
    assert (sheet, found_row, found_column) == ("台账", row, column)
    assert words in message


def test_a_merged_value_is_refused_by_its_range() -> None:
    found = one(one_sheet([*GOOD[:2], ["扬武镇", None]], ["B2:B3"]))
    assert found[:3] == ("台账", 2, "B")
    assert "B2:B3" in found[3]


def test_a_formula_that_was_never_calculated_is_refused() -> None:
    data = one_sheet([*GOOD, ["戛洒镇", "=B2+B3"]])
    assert one(data) == ("台账", 4, "B", "公式没有计算结果；请用 Excel 或 WPS 打开文件，保存后再导入")


def test_an_error_value_is_refused() -> None:
    def spoil(sheet: Any) -> None:
        sheet["B3"].value, sheet["B3"].data_type = "#REF!", "e"

    found = one(one_sheet(GOOD, change=spoil))
    assert found[:3] == ("台账", 3, "B")
    assert "#REF!" in found[3]


def test_a_format_that_paints_another_number_is_refused() -> None:
    def paint(sheet: Any) -> None:
        sheet["B3"].number_format = '0!.0,"万元"'

    assert "显示的不是存储的数" in one(one_sheet(GOOD, change=paint))[3]


def test_all_problems_are_told_at_once_and_long_lists_are_cut() -> None:
    data = one_sheet([["乡镇", "户数"], *([f"第{n}乡", "约5"] for n in range(30))])
    assert len(problems(data)) == 30
    with pytest.raises(ledgers.LedgerError) as caught:
        imported(data)
    lines = str(caught.value).splitlines()
    assert lines[0] == "台账.xlsx：有 30 处问题，没有导入任何内容"
    assert lines[1] == "  工作表“台账”第 2 行 B 列：“约5”不是确切的数；台账只收确切的数，没有数的请留空或写“—”"
    assert len(lines) == 22
    assert "另有 10 处" in lines[-1]


def test_problems_of_all_sheets_are_told() -> None:
    rows = [["乡镇", "户数"], ["甲", "多"], ["乙", 1]]
    assert [found[0] for found in problems(xlsx(("一", rows, []), ("二", rows, [])))] == ["一", "二"]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ('[sheets."台账".columns]\n"乡真" = "地点"', "没有列“乡真”；是不是“乡镇”？"),
        ('[sheets."台帐"]', "没有工作表“台帐”；是不是“台账”？"),
        ('[sheets."台账"]\nheader_rows = 9', "超出了工作表"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file(mapping: str, words: str) -> None:
    assert words in one(one_sheet(GOOD), mapping)[3]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ('[sheets."台账".columns]\n"乡镇" = "地店"', "没有作用“地店”；是不是“地点”？"),
        ('[sheets."台账".columns]\n"乡镇" = {rule = "地点"}', "没有键“rule”；是不是“role”？"),
        ('[sheets."台账"]\nunits = "元"', "没有键“units”；是不是“unit”？"),
        ('[sheets."台账"]\nunit = "万圆圆"', "没有单位“万圆圆”"),
        ('[sheets."台账"]\nperiod = "去年"', "period 应写成"),
        ('[sheets."台账"]\nheader_rows = [3, 2]', "header_rows 应为行号"),
        ('[sheets."台账".columns]\n"B" = {status = "完工"}', "没有状态“完工”；可用：计划、完成、标准"),
        ('[sheets."台账".columns]\n"A" = {role = "地点", unit = "元"}', "只有数值列可以写"),
        ("[sheets", "不是有效的 TOML 或 JSON"),
        ("{}", "里没有 [sheets."),
    ],
)
def test_a_mapping_with_a_slip_is_refused_with_the_nearest_word(mapping: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        ledgers.parse_mapping(mapping, "映射.toml")
    assert words in str(caught.value)
    assert "映射.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"", "empty", "文件是空的"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "有打开密码"),
        (OLE + "Workbook".encode("utf-16-le"), "unsupported", "旧版 Excel"),
        (b"%PDF-1.4 x", "unsupported", "PDF"),
        (b"<html><table>", "unsupported", "网页"),
        (b"PK\x03\x04" + b"x" * 50, "unreadable", "已损坏"),
        (bytes(range(128, 256)) * 3, "unreadable", "无法确定文字编码"),
    ],
)
def test_files_that_are_no_ledgers(data: bytes, kind: str, words: str) -> None:
    with pytest.raises(ReadError) as caught:
        ledgers.open_file(data, "台账.xlsx")
    assert caught.value.kind == kind
    assert words in str(caught.value)


def test_another_zip_and_a_damaged_sheet_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    with pytest.raises(ReadError, match="不是 Excel 工作簿"):
        ledgers.open_file(out.getvalue(), "a.xlsx")
    whole = one_sheet(GOOD)
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out := io.BytesIO(), "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[:-40] if name.endswith("sheet1.xml") else old.read(name))
    with pytest.raises(ReadError, match="已损坏"):
        ledgers.open_file(out.getvalue(), "a.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO(one_sheet(GOOD))
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(bomb := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b" " * 300_000_000 if name.endswith("sheet1.xml") else b""))
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(ReadError) as caught:
        ledgers.open_file(bomb.getvalue(), "a.xlsx")
    assert caught.value.kind == "too_large"


def test_an_open_quote_in_a_csv_is_told() -> None:
    with pytest.raises(ledgers.LedgerError, match="引号不成对"):
        ledgers.open_file('乡镇,户数\n"甲,1\n乙,2\n'.encode(), "a.csv")


def test_a_ledger_with_too_many_cells_is_refused() -> None:
    text = "乡镇,户数\n" + "".join(f"第{n}乡,{n}\n" for n in range(1000))
    with pytest.raises(ReadError, match="超过 500 个单元格"):
        ledgers.open_file(text.encode(), "a.csv", Settings(max_ledger_cells=500))
    with pytest.raises(ReadError, match="GOUJI_MAX_FILE_BYTES"):
        ledgers.open_file(text.encode(), "a.csv", Settings(max_file_bytes=500))


def test_a_file_of_40_megabytes_is_refused_in_seconds() -> None:
    line = "新平县,平甸乡,甲村,2015,完成,投资,1.5,万元\n"
    data = ("县,乡镇,村,年度,状态,指标,数值,单位\n" + line * (40 * 2**20 // len(line.encode()))).encode()
    assert len(data) > 40_000_000
    with pytest.raises(ReadError) as caught:
        ledgers.open_file(data, "a.csv")
    assert caught.value.kind == "too_large"
    assert "GOUJI_MAX_LEDGER_CELLS" in str(caught.value)


def test_a_sheet_whose_last_cell_is_far_away_costs_nothing(tmp_path: Any) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("台账")
        for row, cells in enumerate(GOOD):
            sheet.write_row(row, 0, cells)
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert len(imported((tmp_path / "a.xlsx").read_bytes()).figures) == 2


def test_a_workbook_whose_styles_are_a_bomb_is_refused_too() -> None:
    out = io.BytesIO(one_sheet(GOOD))
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(bomb := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b" " * 300_000_000 if name.endswith("styles.xml") else b""))
    with pytest.raises(ReadError, match="GOUJI_MAX_LEDGER_CELLS"):
        ledgers.open_file(bomb.getvalue(), "a.xlsx")


def test_a_column_without_a_unit_is_told_of_once() -> None:
    rows = [["乡镇", "投资", "里程"], *([f"{name}乡", 1, 2] for name in "甲乙丙丁戊")]
    found = problems(one_sheet(rows))
    assert [(row, column) for _, row, column, _ in found] == [(2, "B"), (2, "C")]
    assert all("5 个数没有单位" in message for *_, message in found)


@pytest.mark.parametrize(
    ("place", "hint"),
    [("新平县平旬乡", "“平甸乡”"), ("楚雄州元牟县", "“元谋县”"), ("无中生有县", "全名")],
)
def test_a_place_that_does_not_exist_is_refused(place: str, hint: str) -> None:
    with pytest.raises(ledgers.LedgerError, match=f"没有名为“{place}”的地方.*{hint}"):
        imported(one_sheet([["村", "2015年户数"], ["—", 1]]), place=place)
    with pytest.raises(ledgers.LedgerError, match=f"没有名为“{place}”的地方"):
        imported(one_sheet([["村", "2015年户数"], ["—", 1]]), mapping=f'[sheets."*"]\nplace = "{place}"')
