"""Tables as lines of text: which cell stands in which column, which rows are the header, what names each cell.

Merged cells keep their columns: a cell that spans three columns is followed by two empty ones, a cell merged downwards
leaves empty ones below. So the n-th field of a line is always the n-th column, for people and for
``str.split("\\t")``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.resources.cells import is_caption, is_year
from extractor.types import STOREYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NUMBER = re.compile(r"[-－−–+＋]?\d[\d,，]*(?:[.．]\d+)?[%％]?")
_FEWEST_NAMES = 2
_MOST_STOREYS = 4
_MOST_NAMES = 8  # of a row, beside its first cell
_SENTENCE_ENDS = "。！？；：!?;:"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at ``column`` (from 0), ``span`` columns wide.

    ``text`` is what tells headers from data, without list numbers and notes; ``None`` where it only continues another.
    """

    column: int
    span: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is shown; ``marked_header`` if the document says that it is a header."""

    cells: Sequence[Cell]
    marked_header: bool = False

    @property
    def texts(self) -> list[str]:
        """What stands in each cell; ``""`` where it continues another."""
        return [cell.text or "" for cell in self.cells]

    @property
    def holds_numbers(self) -> bool:
        """Whether some cell is a number and nothing else; 2019 may be a year that names a column."""
        return any(_NUMBER.fullmatch(text) and not is_year(text) for text in self.texts)

    @property
    def is_title(self) -> bool:
        """Whether the row only stands over the table: one cell, or one that tells the unit of all (单位：万元)."""
        texts = self.texts
        return sum(map(bool, texts)) < _FEWEST_NAMES or any(map(is_caption, texts))

    @property
    def width(self) -> int:
        """Number of columns up to the end of the last cell."""
        return max((cell.column + cell.span for cell in self.cells), default=0)


class Headers:
    """What stands over and beside the cells of one table, told while its rows are written from top to bottom."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Find the header of the table that ``rows`` make."""
        self._header = header_rows(rows)
        self._names: dict[int, list[str]] = {}  # column → texts of the header above it
        self._above: dict[int, str] = {}  # column → text of the cell that downward-merged cells continue
        self._number = 0

    def next_row(self, row: Row, texts: Sequence[str]) -> list[tuple[str, str]]:
        """Return for each cell of the next row ``Part.header`` and ``Part.row_header``.

        Args:
            row: the row; called once for each, in order.
            texts: what is written for each of its cells.
        """
        shown = [self._above.get(c.column, "") if c.text is None else t for c, t in zip(row.cells, texts, strict=True)]
        for cell, text in zip(row.cells, shown, strict=True):
            for column in range(cell.column, cell.column + cell.span):
                self._above[column] = text
                if self._number in self._header and text.strip() and text not in self._names.setdefault(column, []):
                    self._names[column].append(text)
        in_body = self._number >= self._header.stop
        self._number += 1
        if not in_body:
            return [("", "")] * len(row.cells)
        return [
            (STOREYS.join(self._names.get(cell.column, ())), row_header)
            for cell, row_header in zip(row.cells, _row_headers(row, shown), strict=True)
        ]


def header_rows(rows: Sequence[Row]) -> range:
    """Return which rows name the columns.

    First rows with a single cell that is not blank, or one that tells the unit of the whole table, are title and
    caption, not a header. The header is what the document marks as one, else the first row with its lower storeys: rows
    without numbers that begin blank or stand under a cell merged over several columns. A table of one row has none, nor
    one that begins with numbers (户数, 230).
    """
    width = max((row.width for row in rows), default=0)
    first = 0
    while first < len(rows) and width > 1 and rows[first].is_title:
        first += 1
    if len(rows) - first < 2 or width < 2:
        return range(first, first)
    end = first + 1
    if rows[first].marked_header:
        while end < len(rows) and rows[end].marked_header:
            end += 1
    elif rows[first].holds_numbers:
        return range(first, first)
    else:
        while end < min(len(rows), first + _MOST_STOREYS) and _is_lower_storey(rows[end - 1], rows[end]):
            end += 1
    return range(first, end) if end < len(rows) else range(first, first + 1)


def on_one_line(lines: Iterable[str]) -> str:
    """Return the text of a cell on one line, or on several where it holds whole sentences.

    A break inside a cell that ends no sentence is only layout (投资⏎（万元）) and becomes a space.
    """
    text = ""
    for line in filter(str.strip, lines):
        text += ("\n" if text.endswith(tuple(_SENTENCE_ENDS)) else " " if text else "") + line
    return text


def _row_headers(row: Row, shown: Sequence[str]) -> Iterator[str]:
    """Yield for each cell the first of its row, and behind it the names left of it that continue a cell above.

    Args:
        row: the row.
        shown: the texts of its cells, where a cell continues another that one's text.
    """
    names: list[str] = []
    header = ""
    for number, (cell, text) in enumerate(zip(row.cells, shown, strict=True)):
        yield header
        if number == 0:
            header = text
        elif cell.text is None and len(names) < _MOST_NAMES and _is_name(text.strip()):
            names.append(text)
            header = STOREYS.join((shown[0], *names))


def _is_name(text: str) -> bool:
    return text != "" and (not _NUMBER.fullmatch(text) or is_year(text))


def _is_lower_storey(above: Row, row: Row) -> bool:
    if row.holds_numbers:
        return False
    return not any(row.texts[:1]) or any(cell.span > 1 for cell in above.cells)
