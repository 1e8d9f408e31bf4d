"""Spreadsheets as offices keep them: titles, merged headers, percent, dates, blank rows and columns, hidden sheets."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from made_files import convert

from extractor import extract_document
from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extractor.types import Document


def ledger() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("受益情况")
        percent, money = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "#,##0.00"})
        day, year = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"num_format": "yyyy"})
        households = book.add_format({"num_format": '0"户"'})
        sheet.merge_range("B1:H1", "柳溪镇2020年受益情况")
        sheet.write("H2", "填报日期：2020年12月")
        sheet.merge_range("B3:B4", "乡镇")
        sheet.merge_range("C3:C4", "村")
        sheet.merge_range("D3:E3", "受益情况")
        sheet.write_row("D4", ["户数", "人数"])
        for place, name in (("F3:F4", "投资（万元）"), ("G3:G4", "完成率"), ("H3:H4", "验收日期")):
            sheet.merge_range(place, name)
        sheet.merge_range("B5:B6", "柳溪镇")
        sheet.write_row("C5", ["青岭", 35, 120])
        sheet.write_number("F5", 1234.5678, money)
        sheet.write_number("G5", 0.8549, percent)
        sheet.write_datetime("H5", date(2020, 5, 1), day)
        sheet.write_row("C6", ["白果", 40, 150])
        sheet.write_number("F6", 0.1 + 0.2)
        sheet.write_number("G6", 1, percent)
        sheet.write_datetime("H6", date(2020, 1, 1), year)
        sheet.write("B8", "附表：水池")
        sheet.write_row("B9", ["村", "水池", "户数"])
        sheet.write_row("B10", ["信立", "5口"])
        sheet.write_number("D10", 12, households)
        hidden = book.add_worksheet("底稿")
        hidden.write_row(0, 0, ["户数", 999])
        hidden.hide()
        text = book.add_worksheet("Sheet3")
        text.write(0, 0, "全镇修路11.3公里，受益120户。")
        text.write(2, 0, "投入资金38.6万元。")
    return out.getvalue()


_LEDGER = ledger()


@pytest.fixture(scope="module", params=["xlsx", "xls", "ods"])
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Document:
    folder: Path = tmp_path_factory.mktemp("book")
    source = folder / "台账.xlsx"
    source.write_bytes(ledger())
    suffix = request.param
    data = source.read_bytes() if suffix == "xlsx" else convert([source], suffix, folder)["台账"]
    return read(data, f"台账.{suffix}")


def test_each_sheet_is_read_as_it_shows(document: Document) -> None:
    lines = document.text.splitlines()
    assert lines[0] == "柳溪镇2020年受益情况"  # the title row in place of the name of the sheet
    assert lines[2:4] == ["乡镇\t村\t受益情况\t\t投资（万元）\t完成率\t验收日期", "\t\t户数\t人数\t\t\t"]
    money = "1,234.57" if "1,234.57" in document.text else "1234.57"  # .ods stores what the cell shows
    assert lines[4].split("\t")[:6] == ["柳溪镇", "青岭", "35", "120", money, "85.5%"]
    assert lines[5] == "\t白果\t40\t150\t0.3\t100.0%\t2020"
    assert lines[-2:] == ["全镇修路11.3公里，受益120户。", "投入资金38.6万元。"]
    assert "999" not in document.text
    assert document.warnings == ("工作表“底稿”是隐藏的，未读",)


def test_cells_know_their_places_and_headers(document: Document) -> None:
    cells = {part.locator: (part.header, part.row_header) for part in document.parts if part.kind == "cell"}
    assert cells["工作表“受益情况”E6"] == ("受益情况 / 人数", "柳溪镇")
    assert cells["工作表“受益情况”F5"] == ("投资（万元）", "柳溪镇")
    assert cells["工作表“受益情况”D10"] == ("户数", "信立")
    others = [(part.kind, part.locator) for part in document.parts if part.kind != "cell"]
    assert others == [
        ("heading", "工作表“受益情况”B1"), ("paragraph", "工作表“Sheet3”A1"), ("paragraph", "工作表“Sheet3”A3"),
    ]  # fmt: skip


def test_figures_are_named_by_their_headers(document: Document) -> None:
    found = {(figure.text, str(figure.value.normalize()), figure.unit) for figure in extract_document(document).figures}  # type: ignore[union-attr]
    assert {("35", "35", "户"), ("150", "1.5E+2", "人"), ("85.5%", "85.5", "%"), ("38.6万元", "3.86E+5", "元")} <= found
    assert ("12户", "12", "户") in found


def csv(text: str, encoding: str = "utf-8", name: str = "台账.csv") -> Document:
    return read(text.encode(encoding), name)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_csv_with_a_title_row(encoding: str) -> None:
    text = '柳溪镇2020年台账,,\n村名,户数,投资（万元）\n青岭,35,"1,234.5"\n\n白果,40,38.6\n'
    document = csv(text, encoding)
    assert document.text.splitlines() == [
        "柳溪镇2020年台账\t\t",
        "村名\t户数\t投资（万元）",
        "青岭\t35\t1,234.5",
        "白果\t40\t38.6",
    ]
    part = document.parts[-1]
    assert (part.locator, part.header, part.row_header) == ("第5行第3列", "投资（万元）", "白果")
    assert [(f.text, f.unit) for f in extract_document(document).figures] == [
        ("35", "户"), ("1,234.5", "元"), ("40", "户"), ("38.6", "元"),
    ]  # fmt: skip


def _long_csv(rows: list[list[object]]) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def _long_xlsx(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("明细")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


@pytest.mark.parametrize(("write", "name"), [(_long_csv, "台账.csv"), (_long_xlsx, "台账.xlsx")])
def test_the_year_of_a_row_is_its_period_and_no_amount(write: Callable[[list[list[object]]], bytes], name: str) -> None:
    rows: list[list[object]] = [
        ["地点", "年度", "指标", "邮编", "数值", "单位"],
        ["柳溪镇", 2021, "投资", 558001, 32.5, "万元"],
        ["青岭乡", 2022, "改水", 558002, 64, "户"],
    ]
    figures = extract_document(read(write(rows), name)).figures
    assert [(f.text, f.value, f.unit, f.indicator, f.period, f.place[0].name) for f in figures] == [
        ("32.5", Decimal(325000), "元", "投资", "2021", "柳溪镇"),
        ("64", Decimal(64), "户", "改水", "2022", "青岭乡"),
    ]


def test_other_delimiters_and_names_of_workbooks() -> None:
    assert csv("村\t户数\n青岭\t35\n", name="台账.xls").media_type == "text/csv"
    assert csv("村;户数\n青岭;35\n").parts[-1].header == "户数"
    assert csv("村\t户数\n青岭\t35\n", name="台账.txt").media_type == "text/plain"


def test_a_quote_that_does_not_end_loses_nothing() -> None:
    document = csv('村,备注,户数\n青岭,"12寸管,35\n白果,无,40\n')
    assert "35" in document.text
    assert document.parts[-1].header == "户数"
    assert any("引号" in warning for warning in document.warnings)


def made(fill: str, value: object, number_format: str = "General") -> Document:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["村", "户数"])
        sheet.write(1, 0, "青岭")
        shown = book.add_format({"num_format": number_format})
        if fill == "formula":
            sheet.write_formula(1, 1, "=1/0", shown, value)
        else:
            sheet.write(1, 1, value, shown)
    return read(out.getvalue(), "a.xlsx")


def test_cells_that_cannot_be_read_are_told_of() -> None:
    for document in (made("formula", "#DIV/0!"), made("formula", ""), made("number", 123456, '0!.0,"万元"')):
        assert document.text == "村\t户数\n青岭\t\n"
        assert document.warnings[0].startswith("工作表“Sheet1”B2未读：")


def test_breaks_and_tabs_inside_cells() -> None:
    assert made("text", "12户\n（其中\t3户）").text.splitlines()[1] == "青岭\t12户 （其中 3户）"


def test_what_cannot_be_read(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    source.write_bytes(ledger())
    for suffix in ("xlsx", "xls", "ods"):
        data = source.read_bytes() if suffix == "xlsx" else convert([source], suffix, tmp_path)["a"]
        with pytest.raises(ReadError) as caught:
            read(data[: len(data) // 2], f"a.{suffix}")
        assert caught.value.kind == "unreadable"
        with pytest.raises(ReadError) as caught:
            read(data, f"a.{suffix}", Settings(max_ledger_cells=20))
        assert caught.value.kind == "too_large"
    with pytest.raises(ReadError) as caught:
        read(b",,\n,,\n", "a.csv")
    assert caught.value.kind == "empty"


def test_distant_cells_and_wide_merges_are_bounded() -> None:
    for wide in (False, True):
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet()
            for number in range(400):
                sheet.write(number * 3, number * 3, number)
            if wide:
                sheet.merge_range("A1:ZZ9000", "合")
        with pytest.raises(ReadError) as caught:
            read(out.getvalue(), "a.xlsx", Settings(max_ledger_cells=10_000))
        assert caught.value.kind == "too_large"


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=20))
def test_damage_of_any_kind_is_a_clear_error_or_does_no_harm(damage: list[tuple[int, int]]) -> None:
    data = bytearray(_LEDGER)
    for position, value in damage:
        data[position % len(data)] = value
    try:
        document = read(bytes(data), "台账.xlsx")
    except ReadError:
        return
    assert all(0 <= part.start < part.end <= len(document.text) for part in document.parts)


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([["柳溪镇2020年水窖表"], ["村", "水窖（口）"], ["青岭", 5]], "柳溪镇2020年水窖表"),
        ([["村", "水窖（口）"], ["青岭", 5]], "完成情况"),  # no title row
        ([["单位：口"], ["村", "水窖"], ["青岭", 5]], "完成情况"),
        ([["2020年，全镇修水窖5口。"], ["村", "水窖（口）"], ["青岭", 5]], "完成情况"),
    ],
)
def test_a_workbook_is_titled_by_the_title_in_its_first_sheet(rows: list[list[object]], title: str) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("完成情况")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    document = read(out.getvalue(), "表.xlsx")
    assert document.text.splitlines()[0] == title
    assert extract_document(document).articles[0].title == title
    assert ("5", "口") in {(figure.text, figure.unit) for figure in extract_document(document).figures}
