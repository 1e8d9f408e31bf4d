"""Spreadsheets (.xlsx, .xls, .ods, CSV) as text: each sheet as its tables, with their headers and what the cells show.

A sheet is read from its first cell to its last. Blank columns are left out; blank rows too, but a new table begins
behind them where a header does. A sheet of one column is no table but text. Hidden sheets are left out and told of.
"""

from __future__ import annotations

import csv
import re
from io import StringIO
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.encoding import decode
from extractor.errors import ReadError
from extractor.readers.odf.sheets import read_ods_sheets
from extractor.readers.tables import Cell, Headers, Row, header_rows, on_one_line
from extractor.readers.writer import Writer
from extractor.resources.cells import is_caption
from extractor.sheets.delimiter import find_delimiter
from extractor.sheets.grid import PLACES_PER_CELL, Budget, Kind, Merge, Sheet, letter, text_cell
from extractor.sheets.xlsx import Workbook, read_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from extractor.config import Settings
    from extractor.sheets import grid
    from extractor.types import Document

_EMPTY = "表格里没有文字；请检查是否选错文件"
_FEWEST_ROWS = 3  # of a table with a title
_LONGEST_TITLE = 50
_GENERIC = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)


def read_xlsx_report(data: bytes, settings: Settings) -> Document:
    """Read the bytes of an .xlsx.

    Args:
        data: the zip container.
        settings: ``max_ledger_cells`` bounds the cells, ``max_unpacked_bytes`` the text.

    Raises:
        ReadError: ``encrypted``, ``unsupported``, ``too_large``, ``unreadable`` or ``empty``.
    """
    return _document(read_xlsx(data, settings.max_ledger_cells, as_shown=True), "utf-8", settings)


def read_xls_report(data: bytes, settings: Settings) -> Document:
    """Read the bytes of an .xls; as :func:`read_xlsx_report`."""
    from extractor.sheets.xls import read_xls

    return _document(read_xls(data, settings.max_ledger_cells, as_shown=True), "", settings)


def read_ods(data: bytes, settings: Settings) -> Document:
    """Read the bytes of an .ods; as :func:`read_xlsx_report`."""
    return _document(read_ods_sheets(data, settings), "utf-8", settings)


def read_csv(data: bytes, settings: Settings) -> Document:
    """Read a table of separated values, in any Chinese encoding; as :func:`read_xlsx_report`."""
    text, encoding, warnings = decode(data)
    found = Workbook([Sheet("", [])], list(warnings))
    budget = Budget(settings.max_ledger_cells)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # one limit for the process: only ever raised
    delimiter = find_delimiter(text)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        found.warnings.append("引号不成对或引号后有多余的字，引号已当作普通文字；请核对各列是否对齐")
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE))
    for row in rows:
        cells = tuple(map(text_cell, row))
        budget.take(sum(cell is not None for cell in cells))
        found.sheets[0].rows.append(cells)
    return _document(found, encoding, settings)


def _document(book: Workbook, encoding: str, settings: Settings) -> Document:
    writer = Writer(settings.max_unpacked_bytes)
    for warning in book.warnings:
        writer.warn(warning)
    titled = False
    for sheet in book.sheets:
        titled |= _Sheet(sheet, writer, settings.max_ledger_cells * PLACES_PER_CELL).write(may_title=not titled)
    return writer.document(encoding, _EMPTY)


class _Sheet:
    """One sheet while it is written."""

    def __init__(self, sheet: Sheet, writer: Writer, most_places: int) -> None:
        self._sheet = sheet
        self._writer = writer
        self._most_places = most_places
        self._covered: dict[tuple[int, int], Merge] = {}  # all places of merged ranges but the first of each row
        self._merges: dict[tuple[int, int], Merge] = {}  # the first place of each row of a merged range
        rows, columns, places = len(sheet.rows), sheet.width, 0
        for merge in sheet.merges:
            merge = merge._replace(bottom=min(merge.bottom, rows - 1), right=min(merge.right, columns - 1))
            places += max(merge.bottom - merge.top + 1, 0) * max(merge.right - merge.left + 1, 0)
            if places > most_places:
                message = f"工作表“{sheet.name}”合并的单元格过多，无法读取；请拆分文件"
                raise ReadError(message, "too many merged places", kind="too_large")
            self._take(merge)

    def _take(self, merge: Merge) -> None:
        for row in range(merge.top, merge.bottom + 1):
            self._merges[row, merge.left] = merge
            for column in range(merge.left + 1, merge.right + 1):
                self._covered[row, column] = merge

    def write(self, may_title: bool) -> bool:
        """Write the sheet, and tell whether it had anything; with ``may_title`` a title row in it heads the document."""
        name = self._sheet.name
        numbers = [number for number, row in enumerate(self._sheet.rows) if any(map(_text, row))]
        title = self._title(numbers) if may_title else None
        if title is not None:
            self._writer.line(
                _text(self._sheet.rows[numbers[0]][title]).strip(), "heading", self._place(numbers[0], title)
            )
            numbers = numbers[1:]
        # Below a title the name of the sheet says something only if it tells a time.
        told = title is None or any(map(str.isdecimal, name))
        if name and numbers and told and not _GENERIC.fullmatch(name.strip()):
            self._writer.line(name, "heading", f"工作表“{name}”")
        used = sorted({at for number in numbers for at, cell in enumerate(self._sheet.rows[number]) if _text(cell)})
        if len(numbers) * len(used) > self._most_places:
            message = f"工作表“{name}”的行列过多（{len(numbers):,} 行 {len(used):,} 列）；请拆分文件"
            raise ReadError(message, "too many places", kind="too_large")
        columns = {column: place for place, column in enumerate(used)}
        rows = [self._row(number, columns) for number in numbers]
        for begin, end in pairwise(_beginnings(numbers, rows)):
            self._write_table(numbers[begin:end], rows[begin:end], used)
        return bool(numbers)

    def _title(self, numbers: Sequence[int]) -> int | None:
        """Return the column of the only cell in the first row if that is a title: words on one line above a table."""
        if not self._sheet.name or len(numbers) < _FEWEST_ROWS:
            return None
        told = [at for at, cell in enumerate(self._sheet.rows[numbers[0]]) if _text(cell)]
        below = max(sum(1 for cell in self._sheet.rows[number] if _text(cell)) for number in numbers[1:3])
        text = _text(self._sheet.rows[numbers[0]][told[0]]).strip()
        is_title = len(told) == 1 and below > 1 and len(text.splitlines()) == 1 and len(text) <= _LONGEST_TITLE
        return told[0] if is_title and not is_caption(text) and not text.endswith(("。", "；")) else None

    def _row(self, number: int, columns: Mapping[int, int]) -> Row:
        cells = []
        row = self._sheet.rows[number]
        for column, place in columns.items():
            if (number, column) in self._covered:
                continue
            merge = self._merges.get((number, column))
            shown = self._shown(number, column) if column < len(row) else ""
            text: str | None = on_one_line(shown.splitlines())
            span = 1
            if merge is not None:
                span = sum(1 for at in range(merge.left, merge.right + 1) if at in columns)
                text = None if merge.top < number else text
            cells.append(Cell(place, span, text))
        return Row(tuple(cells))

    def _shown(self, row: int, column: int) -> str:
        cell = self._sheet.rows[row][column]
        if cell is not None and cell.kind is Kind.BAD:
            self._writer.warn(f"{self._place(row, column)}未读：{cell.text}")
        return _text(cell)

    def _place(self, row: int, column: int) -> str:
        name = self._sheet.name
        return f"工作表“{name}”{letter(column)}{row + 1}" if name else f"第{row + 1}行第{column + 1}列"

    def _write_table(self, numbers: Sequence[int], rows: Sequence[Row], used: Sequence[int]) -> None:
        if all(sum(map(bool, row.texts)) <= 1 for row in rows):
            for number, row in zip(numbers, rows, strict=True):
                column = next(used[cell.column] for cell in row.cells if cell.text)
                for line in self._shown(number, column).splitlines():
                    self._writer.line(line, "paragraph", self._place(number, column))
            return
        headers = Headers(rows)
        for number, row in zip(numbers, rows, strict=True):
            places = [self._place(number, used[cell.column]) for cell in row.cells]
            self._writer.row(row, row.texts, headers, places)


def _beginnings(numbers: Sequence[int], rows: Sequence[Row]) -> Iterator[int]:
    """Yield where each table begins, and the number of all rows: behind a blank row a header begins another."""
    yield 0
    for index in range(1, len(rows)):
        if numbers[index] > numbers[index - 1] + 1 and header_rows(rows[index : index + 8]):
            yield index
    yield len(rows)


def _text(cell: grid.Cell | None) -> str:
    """Return what a cell shows; ``""`` for one that cannot be read."""
    if cell is None or cell.kind is Kind.BAD:
        return ""
    if cell.kind is Kind.DATE:
        day: date = cell.value  # type: ignore[assignment]
        return f"{day.year}年{day.month}月{day.day}日"
    return cell.text.replace("\t", " ")
