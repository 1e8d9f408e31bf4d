"""The cells of a table as its rows define them, and their columns: cells say only where their right edge is."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractor.readers.blocks import Block, Table, TableCell, TableRow

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAME_EDGE = 60  # twips (1/1440 inch) by which an edge may be off from row to row


@dataclass(slots=True)
class CellShape:
    """One cell of a row: its right edge in twips, and how it is merged."""

    right: int = 0
    continues_left: bool = False
    continues_above: bool = False


@dataclass(slots=True)
class RowShape:
    """What ``\\trowd`` begins: the cells of a row."""

    cells: list[CellShape] = field(default_factory=list)
    marked_header: bool = False
    next: CellShape = field(default_factory=CellShape)  # what has been said of the cell that comes


@dataclass(slots=True)
class RawRow:
    """The cells of a row with its shape."""

    cells: list[list[Block]]
    shape: RowShape


def laid_out(rows: Sequence[RawRow]) -> Table:
    """Return the table that ``rows`` make."""
    edges: list[int] = []
    for right in sorted({right for row in rows for right in _edges(row)}):
        if not edges or right > edges[-1] + _SAME_EDGE:
            edges.append(right)
    return Table([TableRow(_cells(row, edges), row.shape.marked_header) for row in rows])


def _edges(row: RawRow) -> list[int]:
    """Return the right edge of each cell; cells beyond those that were defined get some of their own."""
    edges = [shape.right for shape in row.shape.cells[: len(row.cells)]]
    last = edges[-1] if edges else 0
    return edges + [last + (n + 1) * (_SAME_EDGE + 1) for n in range(len(row.cells) - len(edges))]


def _cells(row: RawRow, edges: Sequence[int]) -> list[TableCell]:
    cells: list[TableCell] = []
    column = 0
    for index, (blocks, right) in enumerate(zip(row.cells, _edges(row), strict=True)):
        shape = row.shape.cells[index] if index < len(row.shape.cells) else CellShape()
        # The edge that stands for this one is the last that is not right of it.
        end = max(bisect_left(edges, right + 1), column + 1)
        if shape.continues_left and cells:
            cells[-1].span += end - column
            if cells[-1].blocks is not None:
                cells[-1].blocks += blocks
        else:
            cells.append(TableCell(column, end - column, None if shape.continues_above else blocks))
        column = end
    return cells
