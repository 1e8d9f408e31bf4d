"""Rows as JSONL, CSV, XLSX and a table: digits stay exact, nothing is taken for a formula."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import DOCUMENT, EXTRACTION, FIGURES, TEXT

from extractor.errors import UsageError
from extractor.report import figure_row, write_rows
from extractor.report.documents import REPORT_FORMATS, write_report
from extractor.report.rows import DOCUMENT_COLUMNS, FIGURE_COLUMNS, LABELS, PROJECT_COLUMNS, document_row, project_row
from extractor.report.tabular import is_formula, to_amount, to_text

# The keys that the scorer of the annotation guidelines reads.
GUIDELINE_FIELDS = {
    "start", "end", "text", "value", "value_max", "modifier", "unit", "indicator", "status", "period", "place",
    "project_type", "funder", "part_of", "pair", "pct", "redacted",
}  # fmt: skip


def written(rows: list[dict[str, object]], columns: list[str], format_: str) -> bytes:
    out = io.BytesIO()
    write_rows(rows, columns, format_, out)
    return out.getvalue()


def report(format_: str) -> bytes:
    out = io.BytesIO()
    write_report([(DOCUMENT, EXTRACTION)], format_, out)
    return out.getvalue()


def test_rows_have_exactly_the_declared_columns_and_every_column_a_label() -> None:
    for row, columns in (
        (figure_row(FIGURES[0], EXTRACTION, DOCUMENT), FIGURE_COLUMNS),
        (project_row(EXTRACTION.projects[0], DOCUMENT), PROJECT_COLUMNS),
        (document_row(DOCUMENT, EXTRACTION), DOCUMENT_COLUMNS),
    ):
        assert tuple(row) == tuple(columns)
        assert set(columns) <= set(LABELS)
    assert set(FIGURE_COLUMNS) >= GUIDELINE_FIELDS


def test_a_figure_as_jsonl() -> None:
    rows = [json.loads(line, parse_float=Decimal) for line in report("jsonl").decode().splitlines()]
    assert len(rows) == len(FIGURES)
    assert all(TEXT[row["start"] : row["end"]] == row["text"] for row in rows)
    money, pair, share, redacted = rows[0], rows[3], rows[4], rows[5]
    assert money["value"] == 5085000
    assert money["place"] == ["柳湾镇"]
    assert money["place_codes"] == ["510000"]
    assert money["section"] == ["一、饮水工程"]
    assert money["locator"] == "第3段"
    assert pair["pair"] == rows[2]["start"]
    assert share["pct"] == {"kind": "progress", "of": rows[1]["start"], "numer": None}
    assert (redacted["value"], redacted["redacted"], redacted["status"]) == (None, True, "planned")


@given(number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=12))
def test_json_numbers_keep_every_digit(number: Decimal) -> None:
    line = written([{"value": number}], ["value"], "jsonl").decode()
    assert json.loads(line, parse_float=Decimal, parse_int=Decimal)["value"] == number


@pytest.mark.parametrize(
    ("number", "text"), [("1E+3", "1000"), ("0.10", "0.10"), ("-3.5", "-3.5"), ("12345678901234567890.5", None)]
)
def test_numbers_as_text(number: str, text: str | None) -> None:
    assert to_text(Decimal(number)) == (text or number)


HOSTILE = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", HOSTILE)
def test_formulas_are_disarmed(text: str) -> None:
    assert is_formula(text)
    content = written([{"text": text}], ["text"], "csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline="")))[1] == ["'" + text]
    sheet = openpyxl.load_workbook(io.BytesIO(written([{"text": text}], ["text"], "xlsx"))).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].quotePrefix


@pytest.mark.parametrize("text", ["-3", "+3.5", "-12.5%", "三户", "1-2户", "", "3=3"])
def test_numbers_and_prose_are_no_formulas(text: str) -> None:
    assert not is_formula(text)
    row = written([{"text": text, "n": Decimal("-3")}], ["text", "n"], "csv").decode("utf-8-sig").splitlines()[1]
    assert row == f"{text},-3"


@given(text=st.text())
def test_no_csv_cell_starts_like_a_formula(text: str) -> None:
    content = written([{"text": text}], ["text"], "csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    cell = rows[1][0] if len(rows) > 1 and rows[1] else ""
    assert not is_formula(cell)
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_csv_opens_in_excel_and_carries_field_names() -> None:
    content = report("csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == tuple(FIGURE_COLUMNS)
    assert rows[5]["redacted"] == "true"
    assert json.loads(rows[4]["pct"])["kind"] == "progress"


def test_the_workbook_has_its_sheets_for_people() -> None:
    book = openpyxl.load_workbook(io.BytesIO(report("xlsx")))
    assert book.sheetnames == ["数字", "项目", "勾稽", "文件"]
    figures, projects, _, documents = book.worksheets
    assert figures.freeze_panes == "A2"
    assert figures.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(len(FIGURE_COLUMNS))}{len(FIGURES) + 1}"
    cells = {column: figures.cell(2, index) for index, column in enumerate(FIGURE_COLUMNS, 1)}
    assert figures.cell(1, 1).value == "文件"
    assert cells["value"].value == 5085000
    assert cells["status"].value == "已完成"
    assert cells["project_type"].value == "人畜饮水"
    assert figures.column_dimensions["A"].width > 12
    assert projects["C2"].value == "=饮水工程"
    assert projects["C2"].data_type == "s"
    assert documents["H2"].value == len(FIGURES)


def test_numbers_beyond_a_spreadsheet_stay_exact_as_text() -> None:
    rows: list[dict[str, object]] = [{"n": Decimal(text)} for text in ("12345678901234567", "0.1", "1234567.00")]
    sheet = openpyxl.load_workbook(io.BytesIO(written(rows, ["n"], "xlsx"))).active
    assert [sheet.cell(i, 1).value for i in (2, 3, 4)] == ["12345678901234567", 0.1, 1234567]


def test_a_cell_too_long_for_a_spreadsheet_is_cut_visibly() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written([{"t": "户" * 40_000}], ["t"], "xlsx"))).active
    assert len(sheet["A2"].value) == 32_767
    assert sheet["A2"].value.endswith("…")


def test_the_table_is_for_people() -> None:
    table = report("table").decode()
    assert table.startswith("柳湾<b>镇</b>.docx：7 个数字\n")
    assert "508.5万元" in table
    assert "人畜饮水" in table
    lines = [line for line in table.splitlines() if "508.5万元" in line or "3座" in line]
    widths = {sum(1 if char.isascii() else 2 for char in line.rstrip()) for line in lines}
    assert len(widths) == 1, "Chinese characters take two columns"


@pytest.mark.parametrize(
    ("value", "upper", "modifier", "shown"),
    [
        ("150", "160", "range", "150～160"),
        ("3000", None, "over", "3000以上"),
        ("50000", None, "under", "50000以下"),
        ("20", None, "about", "约20"),
        ("98", None, "nearly", "近98"),
        ("7.50", None, "exact", "7.50"),
        (None, None, "over", ""),
    ],
)
def test_an_amount_for_people_keeps_its_modifier(
    value: str | None, upper: str | None, modifier: str, shown: str
) -> None:
    row = {"value": value and Decimal(value), "value_max": upper and Decimal(upper), "modifier": modifier}
    assert to_amount(row) == shown


def test_a_line_break_of_the_source_does_not_break_the_table() -> None:
    lines = written([{"text": "3.5万\n 元"}], ["text"], "table").decode().splitlines()
    assert "3.5万元" in "".join(lines)


def test_an_unknown_format_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="jsonl"):
        written([], [], "pdf")
    assert "html" in REPORT_FORMATS


@pytest.mark.parametrize("format_", ["table", "jsonl", "csv", "xlsx"])
def test_no_rows(format_: str) -> None:
    assert isinstance(written([], ["text"], format_), bytes)
