"""Tables: totals, subtotals, parts (其中), shares, rates, growth and change, over all their rows and columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from extractor.checks.lanes import grids
from extractor.checks.table_ratios import ratios
from extractor.checks.table_totals import among, totals
from extractor.types import CheckKind

if TYPE_CHECKING:
    from extractor.checks.claim import Claim
    from extractor.checks.lanes import Grid
    from extractor.checks.view import View
    from extractor.types import TableCell

_HOUSEHOLDS = re.compile(r"[（(/].*|[总户人]|人?口|数")
"""What sets apart the names of two columns that tell the households and the people of one thing."""


def find(view: View) -> Iterator[Claim]:
    """Yield what the tables of an article claim."""
    for grid in grids(view):
        yield from _claims(grid)


def cells(view: View) -> dict[int, TableCell]:
    """Return the cell of each figure of a table, by their ``start`` offsets."""
    return {
        item.start: cell for table in view.tables for cell in table.cells for item in view.inside(cell.start, cell.end)
    }


def is_read_across(cells: Mapping[int, TableCell], claim: Claim) -> bool:
    """Whether a rule for prose made something of figures in several cells, which mean what their lines say.

    The sentences in one cell are prose. Households and people belong together where their columns are called alike.
    """
    places = [cells.get(item.start) for item in claim.items]
    if len(set(places)) == 1:
        return False
    names = {tuple(_HOUSEHOLDS.sub("", name) for name in cell.header) for cell in places if cell is not None}
    return claim.kind is not CheckKind.HOUSEHOLD_SIZE or None in places or len(names) > 1


def _claims(grid: Grid) -> Iterator[Claim]:
    rows, columns = ({lane.index: lane for lane in lanes} for lanes in (grid.rows, grid.columns))
    sums = [
        *totals(grid, across=False),
        *totals(grid, across=True),
        *among(grid.rows, columns),
        *among(grid.columns, rows),
    ]
    yield from sums
    added = {_figures(claim) for claim in sums}
    for claim in (*ratios(grid.columns, rows), *ratios(grid.rows, columns)):
        if _figures(claim) not in added:  # 未完成 is what 计划 leaves of 完成, where 计划 is no sum
            yield claim


def _figures(claim: Claim) -> frozenset[int]:
    return frozenset(item.start for item in claim.items)
