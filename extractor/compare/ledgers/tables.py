"""A CSV text, or the rows of a database table, as a sheet."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

from extractor.compare.ledgers.problems import LedgerError, Problem
from extractor.sheets.delimiter import find_delimiter
from extractor.sheets.grid import Budget, Cell, Kind, Sheet, number_cell, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def read_csv(text: str, name: str, max_cells: int) -> Sheet:
    """Read a CSV text; the delimiter is what divides its first rows most evenly.

    Args:
        text: the decoded file.
        name: of the sheet, for messages.
        max_cells: bound on the cells that are not empty.

    Raises:
        LedgerError: a quoted cell does not end.
        ReadError: ``too_large``.
    """
    rows: list[tuple[Cell | None, ...]] = []
    budget = Budget(max_cells)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # one limit for the process: only ever raised
    reader = csv.reader(StringIO(text, newline=""), delimiter=find_delimiter(text), strict=True)
    try:
        for row in reader:
            cells = [text_cell(cell) for cell in row]
            if any("\0" in cell for cell in row):
                raise LedgerError(name, [Problem(name, len(rows) + 1, "", "有不可见的 NUL 字符；请重新导出文件")])
            while cells and cells[-1] is None:
                cells.pop()
            budget.take(sum(cell is not None for cell in cells))
            rows.append(tuple(cells))
    except csv.Error as error:
        message = f"引号不成对或引号后有多余的字（文件第 {reader.line_num} 行附近）；请检查引号"
        raise LedgerError(name, [Problem(name, len(rows) + 1, "", message)]) from error
    return Sheet(name, rows)


def sheet_of(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], max_cells: int) -> Sheet:
    """Return the rows of a database table as a sheet, whose first row are the names of the columns.

    Raises:
        ReadError: ``too_large``.
    """
    budget = Budget(max_cells)
    sheet = Sheet(name, [tuple(map(text_cell, columns))])
    for row in rows:
        cells = tuple(map(_cell, row))
        budget.take(sum(cell is not None for cell in cells))
        sheet.rows.append(cells)
    return sheet


def _cell(value: object) -> Cell | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return text_cell("是" if value else "否")
    if isinstance(value, int | float | Decimal):
        amount = value if isinstance(value, Decimal) else Decimal(repr(value))
        if not amount.is_finite():
            return Cell(Kind.BAD, f"{value} 不是数；请改正数据")
        return number_cell(amount)
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        return Cell(Kind.DATE, day.isoformat(), day)
    return text_cell(str(value))
