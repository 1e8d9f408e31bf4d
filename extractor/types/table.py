"""Where the cells of a table stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell that is not blank: ``text[start:end]`` without white space around it.

    ``row`` and ``column`` count from 0, blank and merged cells with them; a merged cell stands where it begins.
    ``header`` holds the storeys of its column's header, the highest first, and is empty for a cell of the header itself;
    ``names`` the cells above that its row begins with, where they are merged downwards.
    """

    start: int
    end: int
    row: int
    column: int
    header: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its cells row by row."""

    cells: tuple[TableCell, ...]


def tables_in(tables: Sequence[Table], start: int, end: int) -> tuple[Table, ...]:
    """Return those of the tables of a document, in the order of its text, that begin in ``text[start:end]``."""
    first, last = (bisect_left(tables, offset, key=lambda table: table.cells[0].start) for offset in (start, end))
    return tuple(tables[first:last])
