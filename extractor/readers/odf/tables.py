"""The rows and cells of a table of OpenDocument, in texts and in spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extractor.readers.odf.names import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_CELL = TABLE + "table-cell"
_COVERED = TABLE + "covered-table-cell"
_ROW = TABLE + "table-row"
_HEADER_ROWS = TABLE + "table-header-rows"
_GROUPS = frozenset((TABLE + "table-rows", TABLE + "table-row-group", _HEADER_ROWS))
_MOST_COLUMNS = 16_384  # of any program
_MOST_ROWS = 1_048_576


class Placed(NamedTuple):
    """A cell at ``column`` (from 0), ``span`` columns wide and ``down`` rows high, ``repeated`` times side by side.

    ``element`` is ``None`` where the cell only continues the one above.
    """

    column: int
    span: int
    repeated: int
    element: etree._Element | None
    down: int = 1


class PlacedRow(NamedTuple):
    """A row that stands ``repeated`` times below itself; ``marked`` as a header."""

    cells: list[Placed]
    repeated: int
    marked: bool


def rows_of(table: etree._Element) -> Iterator[PlacedRow]:
    """Yield the rows of a ``table:table``."""
    hanging: dict[int, tuple[int, int]] = {}  # column → rows that a cell above still reaches down, its span
    for row, marked in _rows(table, marked=False):
        cells: list[Placed] = []
        reaching: dict[int, tuple[int, int]] = {}
        column = 0
        for element in row:
            repeated = _integer(element, "number-columns-repeated", _MOST_COLUMNS)
            if element.tag == _CELL:
                span = _integer(element, "number-columns-spanned", _MOST_COLUMNS)
                down = _integer(element, "number-rows-spanned", _MOST_ROWS)
                cells.append(Placed(column, span, repeated, element, down))
                if down > 1:
                    reaching[column] = (down - 1, span)
            elif element.tag == _COVERED:
                covered = (at for at in hanging if column <= at < column + repeated)
                cells += (Placed(at, hanging[at][1], 1, None) for at in sorted(covered))
            else:
                continue
            column += repeated
        below = {at: (left - 1, span) for at, (left, span) in hanging.items() if left > 1}
        hanging = below | reaching
        yield PlacedRow(cells, _integer(row, "number-rows-repeated", _MOST_ROWS), marked)


def _rows(parent: etree._Element, marked: bool) -> Iterator[tuple[etree._Element, bool]]:
    for child in parent:
        if child.tag == _ROW:
            yield child, marked
        elif child.tag in _GROUPS:
            yield from _rows(child, marked or child.tag == _HEADER_ROWS)


def _integer(element: etree._Element, name: str, most: int) -> int:
    text = element.get(TABLE + name, "1")
    return min(max(int(text), 1), most) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
