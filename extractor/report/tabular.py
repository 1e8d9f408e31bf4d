"""Rows to a file or the terminal: a table, JSON lines, CSV, XLSX.

JSONL and CSV are for programs and carry field names and codes; the table and XLSX are for people and say both in words.
All are written row by row in bounded memory, except the table, whose column widths need every row.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from contextlib import contextmanager
from decimal import Decimal
from io import TextIOWrapper
from typing import TYPE_CHECKING, BinaryIO

import xlsxwriter

from extractor.errors import UsageError
from extractor.report.rows import LABELS, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import Console
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    Row = Mapping[str, object]

ROW_FORMATS = ("table", "jsonl", "csv", "xlsx")

_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"  # a spreadsheet takes a cell that begins like this for a formula
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?%?", re.ASCII)
_LINE_BREAK = re.compile(r"[ \t\u3000]*[\r\n]+\s*")  # a line that the source broke within a figure
_SCALARS = json.JSONEncoder(ensure_ascii=False)
_quoted = json.encoder.encode_basestring  # of the standard library, in C: most of what is written are texts
_XLSX_DIGITS = 15  # a spreadsheet keeps no more significant digits
_XLSX_CELL_CHARS = 32_767
_XLSX_ROWS = 1_048_576
_XLSX_WIDTHS = (8, 48)  # narrowest and widest column, in characters of the default font
_PIPED_WIDTH = 160  # columns of a table that goes into a file or pipe, where there is no terminal to ask


def write_rows(rows: Iterable[Row], columns: Sequence[str], format: str, out: BinaryIO) -> None:  # noqa: A002
    """Write ``rows`` in one of :data:`ROW_FORMATS`.

    Args:
        rows: each with the keys ``columns``; values are ``None``, ``str``, ``bool``, ``int``, ``float``, ``Decimal``,
            or lists and dicts of these.
        columns: which keys to write, in order.
        format: ``table``, ``jsonl``, ``csv`` (UTF-8 with a mark, as Excel expects) or ``xlsx``.
        out: a binary stream; it is flushed and left open.

    Raises:
        UsageError: an unknown format, or more rows than an XLSX sheet holds.
    """
    if format == "jsonl":
        _write_jsonl(rows, columns, out)
    elif format == "csv":
        write_csv(rows, columns, out)
    elif format == "xlsx":
        with Workbook(out) as workbook:
            sheet = workbook.add_sheet("数据", columns)
            for row in rows:
                sheet.write(row)
    elif format == "table":
        _write_table(rows, columns, out)
    else:
        raise UsageError(f"没有“{format}”这种格式；可用：{'、'.join(ROW_FORMATS)}", f"unknown row format {format!r}")
    out.flush()


def to_json(value: object) -> str:
    """Return ``value`` as JSON; a ``Decimal`` becomes a number with exactly its digits, which ``json`` cannot do."""
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join([f"{_quoted(str(key))}: {to_json(item)}" for key, item in value.items()]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(to_json, value)) + "]"
    return _SCALARS.encode(value)


def to_text(value: object) -> str:
    """Return ``value`` as people read it: lists joined by 、, ``None`` empty, numbers with exactly their digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple):
        return "、".join(map(to_text, value))
    if isinstance(value, dict):
        return "；".join(f"{key}={to_text(item)}" for key, item in value.items() if item is not None)
    return str(value)


def to_words(column: str, value: object) -> str:
    """Return the cell of ``column`` in words: codes by their names, all else as :func:`to_text` writes it."""
    if isinstance(value, dict):  # a percentage: what it is of is told elsewhere
        value = value.get("kind")
    return names(column).get(value, value) if isinstance(value, str) else to_text(value)


def to_amount(row: Row) -> str:
    """Return the value of a row as a person reads it, its modifier and upper end with it: 约1200, 150～160."""
    value, upper = to_text(row["value"]), to_text(row.get("value_max"))
    match row.get("modifier"):
        case "range" if upper:
            return f"{value}～{upper}"
        case "about" | "nearly" as before if value:
            return f"{names('modifier')[before]}{value}"
        case "over" | "under" as behind if value:
            return f"{value}{names('modifier')[behind]}"
    return value


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run ``text`` as a formula; a plain negative number is none."""
    return text.startswith(tuple(_FORMULA_STARTS)) and not _PLAIN_NUMBER.fullmatch(text)


def _write_jsonl(rows: Iterable[Row], columns: Sequence[str], out: BinaryIO) -> None:
    for row in rows:
        out.write((to_json({column: row[column] for column in columns}) + "\n").encode())


def write_csv(
    rows: Iterable[Row], columns: Sequence[str], out: BinaryIO, *, mark: bool = True, header: bool = True
) -> None:
    """Write ``rows`` as CSV in UTF-8; no cell is taken for a formula.

    Args:
        rows: as for :func:`write_rows`.
        columns: which keys to write, in order.
        out: a binary stream, left open.
        mark: whether the byte order mark stands before the header, as Excel expects.
        header: whether the names of the columns come first; without, the rows go on with a file that has them.
    """
    text = TextIOWrapper(out, encoding="utf-8-sig" if mark and header else "utf-8", newline="")
    try:
        writer = csv.writer(text)
        if header:
            writer.writerow(columns)
        for row in rows:
            cells = [_csv_cell(row[column]) for column in columns]
            writer.writerow([f"'{cell}" if is_formula(cell) else cell for cell in cells])
    finally:
        text.detach()  # flushes, and leaves ``out`` open


def _csv_cell(value: object) -> str:
    return to_json(value) if isinstance(value, bool | dict) else to_text(value)


def _write_table(rows: Iterable[Row], columns: Sequence[str], out: BinaryIO) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    numeric = {"value", "value_max", "base_value", "characters", "start", "end"}
    for column in columns:
        table.add_column(LABELS.get(column, column), justify="right" if column in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_table_cell(column, row)) for column in columns))
    with terminal(out) as shown:
        shown.print(table)


@contextmanager
def terminal(out: BinaryIO) -> Iterator[Console]:
    """Open ``out`` for what is laid out as wide as the terminal, or as a page where there is none."""
    from rich.console import Console  # takes 0.1 s to import, and is wanted for tables alone

    text = TextIOWrapper(out, encoding="utf-8")
    try:
        yield Console(file=text, width=None if text.isatty() else _PIPED_WIDTH, highlight=False)
    finally:
        text.detach()


def _table_cell(column: str, row: Row) -> str:
    text = to_amount(row) if column == "value" else to_words(column, row[column])
    return one_line(text)


def one_line(text: str) -> str:
    """Return ``text`` without the breaks of its lines in the source."""
    return _LINE_BREAK.sub("", text)


class Workbook:
    """An XLSX file of several sheets, written row by row; close it (``with``) to complete the file."""

    def __init__(self, out: BinaryIO) -> None:
        """Begin a workbook that is written to ``out`` when it is closed."""
        self._out = out
        # Completed beside ``out``: where that takes no more bytes, xlsxwriter would stop halfway through its archive.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._book = xlsxwriter.Workbook(self._file, {"constant_memory": True})
        self._heading = self._book.add_format({"bold": True, "bottom": 1})
        # Excel's own mark for "this is text whatever it looks like".
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._sheets: list[Sheet] = []

    def __enter__(self) -> Workbook:
        """Return the workbook itself."""
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        """Complete the sheets and the file, unless the block failed."""
        with self._file:
            for sheet in self._sheets:
                sheet.finish()
            self._book.close()
            if failure is None:
                self._file.seek(0)
                shutil.copyfileobj(self._file, self._out)

    def add_sheet(self, title: str, columns: Sequence[str]) -> Sheet:
        """Add a sheet for rows with the keys ``columns``; several sheets may be written in turn."""
        sheet = Sheet(self._book.add_worksheet(title), columns, self._heading, self._quoted)
        self._sheets.append(sheet)
        return sheet


class Sheet:
    """A sheet with a frozen header, a filter on every column, and columns as wide as their content."""

    def __init__(self, sheet: Worksheet, columns: Sequence[str], heading: Format, quoted: Format) -> None:
        """Write the header; ``heading`` is its format, ``quoted`` that of text which looks like a formula."""
        self._sheet = sheet
        self._columns = columns
        self._quoted = quoted
        self._last = 0
        headings = [LABELS.get(column, column) for column in columns]
        self._widths = [_width(text) + 3 for text in headings]  # room for the filter's arrow
        for index, text in enumerate(headings):
            sheet.write_string(0, index, text, heading)

    def write(self, row: Row) -> None:
        """Add a row.

        Raises:
            UsageError: the sheet is full.
        """
        self._last += 1
        if self._last >= _XLSX_ROWS:
            raise UsageError(f"超过 {_XLSX_ROWS - 1:,} 行，Excel 放不下；请改用 --format csv", "too many rows for XLSX")
        for index, column in enumerate(self._columns):
            text = self._write_cell(index, row[column], to_words(column, row[column]))
            self._widths[index] = max(self._widths[index], _width(text))

    def finish(self) -> None:
        """Set what depends on all rows: the filter's range and the widths."""
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, self._last, max(len(self._columns) - 1, 0))
        narrowest, widest = _XLSX_WIDTHS
        for index, width in enumerate(self._widths):
            self._sheet.set_column(index, index, min(max(width + 1, narrowest), widest))

    def _write_cell(self, column: int, value: object, text: str) -> str:
        """Write one cell of the last row, as a number where it is one, and return its text."""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and _fits(value):
            self._sheet.write_number(self._last, column, float(value))
        elif text:
            if len(text) > _XLSX_CELL_CHARS:
                text = text[: _XLSX_CELL_CHARS - 1] + "…"
            self._sheet.write_string(self._last, column, text, self._quoted if is_formula(text) else None)
        return text


def _fits(number: float | Decimal) -> bool:
    """Whether a spreadsheet's number keeps every digit; one that does not is written as text."""
    return isinstance(number, float) or len(Decimal(number).normalize().as_tuple().digits) <= _XLSX_DIGITS


def _width(text: str) -> int:
    """Return the display width of ``text``: a Chinese character is as wide as two digits."""
    return sum(1 if char.isascii() else 2 for char in text[: _XLSX_WIDTHS[1]])
