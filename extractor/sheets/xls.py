"""An .xls file (Excel 97 to 2003, and what WPS saves under that name) as sheets."""

from __future__ import annotations

import struct
from datetime import date, datetime
from functools import partial
from io import StringIO
from typing import Any

import xlrd

from extractor.errors import ReadError
from extractor.sheets.grid import Budget, Cell, Kind, Merge, Sheet, text_cell
from extractor.sheets.number_formats import date_cell, format_number
from extractor.sheets.xlsx import Workbook

_REMEDY = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
# What xlrd lets through where a file is not as it expects.
_XLRD_ERRORS = (
    xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, LookupError, ValueError, TypeError, AttributeError,
    AssertionError, ArithmeticError, MemoryError, RecursionError,
)  # fmt: skip


def read_xls(data: bytes, max_cells: int, as_shown: bool = False) -> Workbook:
    """Read the sheets of a workbook.

    Args:
        data: the bytes of the file.
        max_cells: bound on the cells of all sheets that are not empty.
        as_shown: round numbers to the decimal places that the sheet shows, as on paper.

    Raises:
        ReadError: ``encrypted``, ``too_large`` or ``unreadable``.
    """
    try:
        # It reports odd records on standard output unless told otherwise.
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=StringIO())
    except _XLRD_ERRORS as error:
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise ReadError("文件有打开密码，无法读取；请去掉密码后再试", f"xlrd: {error}", kind="encrypted") from error
        raise ReadError(f"文件已损坏，无法读取；{_REMEDY}", f"xlrd: {error}") from error
    budget = Budget(max_cells)
    found = Workbook([], [])
    for sheet in book.sheets():
        if sheet.visibility:
            found.warnings.append(f"工作表“{sheet.name}”是隐藏的，未读")
            continue
        rows = []
        for number in range(sheet.nrows):
            cells = [_cell(book, cell, as_shown) for cell in sheet.row(number)]
            while cells and cells[-1] is None:
                cells.pop()
            budget.take(sum(cell is not None for cell in cells))
            rows.append(tuple(cells))
        while rows and not rows[-1]:
            rows.pop()
        merges = [Merge(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
        found.sheets.append(Sheet(sheet.name, rows, merges))
    return found


def _cell(book: Any, cell: Any, as_shown: bool) -> Cell | None:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_ERROR:
        name = xlrd.error_text_from_code.get(cell.value, cell.value)
        return Cell(Kind.BAD, f"单元格是错误值 {name}；请改正公式或数据")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return text_cell("是" if cell.value else "否")
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return text_cell(cell.value)
    shown = _number_format(book, cell)
    if cell.ctype == xlrd.XL_CELL_DATE and (day := _day(cell.value, book.datemode)) is not None:
        return date_cell(day, shown)
    return format_number(cell.value, "General" if cell.ctype == xlrd.XL_CELL_DATE else shown, as_shown)


def _number_format(book: Any, cell: Any) -> str:
    try:
        return str(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
    except (LookupError, TypeError):  # a style that the file does not hold
        return "General"


def _day(value: float, mode: int) -> date | None:
    moment: partial[datetime] = partial(xlrd.xldate_as_datetime, value, mode)
    try:
        return moment().date()
    except (ValueError, OverflowError):
        return None
