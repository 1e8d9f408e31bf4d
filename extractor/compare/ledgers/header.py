"""Where the header of a sheet is, and what stands above it: titles, the unit of the table, who filled it in.

The header begins with the first row that has two cells or more and is no title or note. A row below belongs to it as
another storey while a merged cell of the header reaches down to it, or each of its cells stands under one that spans
several columns: merged, followed by empty cells, or repeated; a row that only numbers the columns (甲 乙 1 2) is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from extractor.compare.ledgers.periods import parse_period
from extractor.compare.ledgers.words import is_none, is_numbering
from extractor.compare.ledgers.work_dates import splits_work_date, tells_work_date, without_work_date
from extractor.resources.cells import half_width, is_caption, is_year
from extractor.resources.headers import Measure, measure_named
from extractor.sheets.grid import Kind, Sheet, filled, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEARCHED = 30
_FEWEST = 2  # cells of a header
_FEWEST_NUMBERED = 3  # cells of a row that numbers the columns
_UNIT = "单位:"
_YEAR = "年"
_SEPARATORS = "、，,；;和及/／"


@dataclass(slots=True)
class Header:
    """The header of one sheet.

    Attributes:
        first: its first row, from 0.
        last: its last row.
        end: the first row of the data.
        storeys: for each column what its header says, from the top storey to the lowest, each once.
        titles: what stands above, without the day on which the table was made.
        captions: the units that a note gives for the whole table.
    """

    first: int
    last: int
    end: int
    storeys: list[tuple[str, ...]]
    titles: list[str] = field(default_factory=list)
    captions: tuple[Measure, ...] = ()

    def name(self, column: int) -> str:
        """Return what people see above the column: its storeys, joined."""
        return " ".join(self.storeys[column]) if column < len(self.storeys) else ""


def find_header(sheet: Sheet, rows: tuple[int, int] | None = None) -> Header | None:
    """Return the header of a sheet, ``None`` where there is none.

    Args:
        sheet: the sheet.
        rows: first and last row of the header, from 0, if a mapping gives them.
    """
    _spread(sheet)
    first = rows[0] if rows else _first(sheet)
    if first is None:
        return None
    last = rows[1] if rows else _end(sheet, first) - 1
    end = last + 1
    while end < len(sheet.rows) and _numbers_columns(sheet, end):
        end += 1
    titles, captions = _above(sheet, first)
    storeys = [tuple(_storeys(sheet, first, last + 1, column)) for column in range(sheet.width)]
    return Header(first, last, end, storeys, titles, captions)


def _spread(sheet: Sheet) -> None:
    """Write what a merged cell of the first rows shows into all columns that it spans."""
    for merge in sheet.merges:
        cell = sheet.cell(merge.top, merge.left)
        wide = merge.top < _SEARCHED and merge.left < merge.right
        if wide and cell is not None and not any(_is_amount(sheet, merge.top, at) for at in range(sheet.width)):
            row = list(sheet.rows[merge.top])
            row += [None] * (min(merge.right, sheet.width - 1) + 1 - len(row))
            row[merge.left : merge.right + 1] = [cell] * (min(merge.right + 1, len(row)) - merge.left)
            sheet.rows[merge.top] = tuple(row)


def _first(sheet: Sheet) -> int | None:
    for row in range(min(len(sheet.rows), _SEARCHED)):
        cells = list(filled(sheet, row))
        if len({cell.text for _, cell in cells}) < _FEWEST or _is_note(sheet, row):
            continue
        amounts = sum(_is_amount(sheet, row, column) for column, _ in cells)
        return row if amounts == 0 else None
    return None


def _is_note(sheet: Sheet, row: int) -> bool:
    """Whether a row tells the unit of the table, who made it or when."""
    texts = [sheet.text(row, column) for column, _ in filled(sheet, row)]
    return any(map(is_caption, texts)) or any(map(tells_work_date, texts, (*texts[1:], "")))


def _is_amount(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell holds a number or a date that no header would: anything but a year."""
    cell = sheet.cell(row, column)
    if cell is None or is_year(half_width(cell.text)) or (_YEAR in cell.text and parse_period(cell.text)):
        return False
    return cell.kind in (Kind.BAD, Kind.DATE) or read_number(cell) is not None


def _end(sheet: Sheet, first: int) -> int:
    end = first + 1
    merges = [merge for merge in sheet.merges if first <= merge.top < first + _SEARCHED]
    while end < len(sheet.rows):
        bottom = max((merge.bottom for merge in merges if merge.top < end), default=0)
        if bottom < end and not _is_storey(sheet, end):
            break
        end = max(end, bottom) + 1
    return end


def _is_storey(sheet: Sheet, row: int) -> bool:
    """Whether each cell of a row stands under a wider one and none holds an amount."""
    cells = list(filled(sheet, row))
    if not cells:
        return False
    for column, _ in cells:
        text = sheet.text(row, column)
        if _is_amount(sheet, row, column) or is_none(text):
            return False
        if text != sheet.text(row - 1, column) and not _under_wide(sheet, row, column):
            return False
    return True


def _under_wide(sheet: Sheet, row: int, column: int) -> bool:
    """Whether the cell above spans several columns: it is merged or repeated, or empty cells follow it."""
    above, right = sheet.text(row - 1, column), sheet.text(row - 1, column + 1)
    if not above:
        return any(sheet.text(row - 1, left) for left in range(column))
    if above == right or (column and above == sheet.text(row - 1, column - 1)):
        return True
    return not right and bool(sheet.text(row, column + 1))


def _numbers_columns(sheet: Sheet, row: int) -> bool:
    texts = [sheet.text(row, column) for column, _ in filled(sheet, row)]
    numbers = [int(text) for text in texts if text.isascii() and text.isdecimal()]
    if len(texts) < _FEWEST_NUMBERED or not numbers or numbers[0] > _FEWEST:
        return False
    in_order = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    others = [text for text in texts if not text.isdecimal()]
    return in_order and all(map(is_numbering, others)) and (bool(others) or numbers[0] == 1)


def _storeys(sheet: Sheet, first: int, end: int, column: int) -> Iterator[str]:
    last = ""
    for row in range(first, end):
        text = sheet.text(row, column)
        if not text and row < end - 1 and any(sheet.text(below, column) for below in range(row + 1, end)):
            left = column  # an empty cell beside a wide one: CSV knows no merged cells
            while left > 0 and not text:
                left -= 1
                text = sheet.text(row, left)
        if text and text != last:
            yield text
            last = text


def _above(sheet: Sheet, first: int) -> tuple[list[str], tuple[Measure, ...]]:
    titles: list[str] = []
    captions: tuple[Measure, ...] = ()
    for row in range(first):
        left = ""
        for column, _ in filled(sheet, row):
            whole = sheet.text(row, column)
            text = "" if splits_work_date(left, whole) else without_work_date(whole)
            left = whole
            found = _caption_units(text)
            captions = captions or found
            if text and not found and text not in titles:
                titles.append(text)
    return titles, captions


def _caption_units(text: str) -> tuple[Measure, ...]:
    """Return the units of a note like 单位：万元、公里, also behind who fills in the table and when; none of any other text."""
    for behind in reversed(text.replace("：", ":").split(_UNIT)[1:]):
        found = [_units(word.strip("（）()").removeprefix("人民币")) for word in behind.split()]
        if units := tuple(unit for some in takewhile(bool, found) for unit in some):
            return units
    return ()


def _units(named: str) -> tuple[Measure, ...]:
    for separator in _SEPARATORS:
        whole = measure_named(named)
        if whole is not None:
            return (whole,)
        named = named.replace(separator, "、")
    measures = [measure_named(part) for part in named.split("、") if part]
    return tuple(measure for measure in measures if measure) if all(measures) else ()
