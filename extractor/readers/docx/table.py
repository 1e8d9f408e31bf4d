"""The grid of a table: which cell stands in which column, and which rows are its header.

Merged cells keep their columns: a cell that spans three columns is followed by two empty ones, a cell merged downwards
leaves empty ones below. So the n-th field of a line is always the n-th column, for people and for
``str.split("\\t")``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.readers.docx.inline import is_placeholder, preferred
from extractor.readers.docx.package import W
from extractor.resources.cells import is_caption, is_year
from extractor.types import STOREYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

_VAL = W + "val"
_TRANSPARENT = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_NUMBER = re.compile(r"[-－−–+＋]?\d[\d,，]*(?:[.．]\d+)?[%％]?")
_FEWEST_NAMES = 2
_MOST_STOREYS = 4
_MAX_SPAN = 63  # columns; Word's own limit of a table


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at ``column`` (from 0), ``span`` columns wide; ``content`` is ``None`` where it only continues another."""

    column: int
    span: int
    content: etree._Element | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is shown; ``marked_header`` if Word repeats it at the top of every page."""

    cells: tuple[Cell, ...]
    marked_header: bool

    @property
    def texts(self) -> list[str]:
        """What stands in each cell, for telling headers: without list numbers and notes; ``""`` where it continues."""
        return ["" if cell.content is None else _text(cell.content) for cell in self.cells]

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


def rows_of(table: etree._Element) -> list[Row]:
    """Return the rows of a ``w:tbl``; deleted rows and cells are left out."""
    rows = []
    for element in _children(table, W + "tr"):
        properties = element.find(W + "trPr")
        if properties is not None and properties.find(W + "del") is not None:
            continue
        skipped = _integer(properties, "gridBefore")
        marked = properties is not None and _is_on(properties.find(W + "tblHeader"))
        rows.append(Row(tuple(_cells(element, skipped)), marked))
    return rows


def header_rows(rows: list[Row]) -> range:
    """Return which rows name the columns.

    First rows with a single cell that is not blank, or one that tells the unit of the whole table, are title and
    caption, not a header. The header is what Word is told
    to repeat, else the first row with its lower storeys: rows without numbers that begin blank or stand under a cell
    merged over several columns. A table of one row has none, nor one that begins with numbers (户数, 230).
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


def row_header(row: Row, shown: Sequence[str]) -> str:
    """Return the first cell of a row, and behind it the names among the others that continue a cell above.

    Args:
        row: the row.
        shown: the texts of the cells left of the one in question, where a cell continues another that one's text.
    """
    continued = [
        text
        for cell, text in zip(row.cells[1:], shown[1:], strict=False)
        if cell.content is None and (name := text.strip()) and (not _NUMBER.fullmatch(name) or is_year(name))
    ]
    return STOREYS.join((*shown[:1], *continued))


def _is_lower_storey(above: Row, row: Row) -> bool:
    if row.holds_numbers:
        return False
    return not any(row.texts[:1]) or any(cell.span > 1 for cell in above.cells)


def _cells(row: etree._Element, column: int) -> Iterator[Cell]:
    for element in _children(row, W + "tc"):
        properties = element.find(W + "tcPr")
        if properties is not None and properties.find(W + "cellDel") is not None:
            continue
        span = min(max(_integer(properties, "gridSpan"), 1), _MAX_SPAN)
        yield Cell(column, span, None if _continues(properties) else element)
        column += span


def _continues(properties: etree._Element | None) -> bool:
    """Whether the cell is merged into the one above or before it (a merge mark without ``restart``)."""
    if properties is None:
        return False
    marks = (properties.find(W + "vMerge"), properties.find(W + "hMerge"))
    return any(mark is not None and mark.get(_VAL, "continue") == "continue" for mark in marks)


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the children named ``tag``, looking through wrappers that have no meaning for the text."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif preferred(child) is not child:
            yield from _children(preferred(child), tag)
        elif child.tag in _TRANSPARENT and not is_placeholder(child):
            yield from _children(child, tag)


def _text(content: etree._Element) -> str:
    return "".join(element.text or "" for element in content.iter(W + "t")).strip()


def _is_on(mark: etree._Element | None) -> bool:
    return mark is not None and mark.get(_VAL, "1") not in ("0", "false", "off")


def _integer(properties: etree._Element | None, name: str) -> int:
    found = None if properties is None else properties.find(W + name)
    text = "" if found is None else str(found.get(_VAL, ""))
    return min(int(text), _MAX_SPAN) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
