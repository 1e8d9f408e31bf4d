"""A sheet as rows of cells, whatever it was read from, and how a cell is read as a number."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractor.errors import ReadError
from extractor.resources.cells import closed_up, half_width
from extractor.resources.headers import Measure, measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = re.compile(r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<unit>\D.*)?", re.ASCII)
_LETTERS = 26
PLACES_PER_CELL = 8
"""A sheet may have this many places, blank ones too, for each cell that its bound allows."""


class Kind(Enum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BAD = "bad"


class Cell(NamedTuple):
    """One cell that is not empty: ``text`` as it shows; of a ``BAD`` one, what is wrong with it.

    ``value`` is the amount of a number, or a date.
    """

    kind: Kind
    text: str
    value: Decimal | date | None = None


class Merge(NamedTuple):
    """A merged range, rows and columns from 0, bounds included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """The range as a spreadsheet writes it: B3:B7."""
        return f"{letter(self.left)}{self.top + 1}:{letter(self.right)}{self.bottom + 1}"


@dataclass(slots=True)
class Sheet:
    """One table: ``rows[row][column]``, both from 0; a row ends with its last cell that is not empty."""

    name: str
    rows: list[tuple[Cell | None, ...]]
    merges: list[Merge] = field(default_factory=list)

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell, ``None`` for an empty one and for all beyond the last."""
        if not 0 <= row < len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    def text(self, row: int, column: int) -> str:
        """Return what the cell shows, without blanks and line breaks."""
        cell = self.cell(row, column)
        return "" if cell is None else closed_up(cell.text)

    @property
    def width(self) -> int:
        """The number of columns."""
        return max(map(len, self.rows), default=0)


@dataclass(slots=True)
class Budget:
    """Counts the cells of a file, so that a file too large is refused while it is read."""

    limit: int
    used: int = 0

    def take(self, cells: int) -> None:
        """Count ``cells`` more.

        Raises:
            ReadError: ``too_large``.
        """
        self.used += cells
        if self.used > self.limit:
            raise ReadError(
                f"表格超过 {self.limit:,} 个单元格；请拆成几个文件，或用环境变量 GOUJI_MAX_LEDGER_CELLS 调高上限",
                f"more than {self.limit} cells",
                kind="too_large",
            )


def letter(column: int) -> str:
    """Return the name of a column counted from 0: A, Z, AA."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, _LETTERS)
        name = chr(ord("A") + digit) + name
    return name


@lru_cache(maxsize=65536)
def text_cell(text: str) -> Cell | None:
    """Return the cell of a text, ``None`` for blanks; one object for texts that recur."""
    stripped = text.strip()
    return Cell(Kind.TEXT, stripped) if stripped else None


def number_cell(value: Decimal, shown_decimals: int = 0) -> Cell:
    """Return the cell of a number; it shows all its own decimal places and at least ``shown_decimals``."""
    value = Decimal(format(value, "f"))
    places = max(-int(value.as_tuple().exponent), shown_decimals)
    return Cell(Kind.NUMBER, f"{value:.{places}f}", value)


class Written(NamedTuple):
    """A number as a cell writes it: its amount, decimal places, and the unit behind it if there is one."""

    number: Decimal
    decimals: int
    measure: Measure | None


def read_number(cell: Cell) -> Written | None:
    """Return the number of a cell (120.4, １２０, 1,234.5, 120万元, 85.6%), ``None`` for anything else."""
    if cell.kind not in (Kind.TEXT, Kind.NUMBER):
        return None
    match = _NUMBER.fullmatch(half_width(closed_up(cell.text)))
    if match is None:
        return None
    measure = measure_named(match["unit"]) if match["unit"] else None
    if match["unit"] and measure is None:
        return None
    digits = match["number"].replace(",", "")
    return Written(Decimal(digits), len(digits.partition(".")[2]), measure)


def filled(sheet: Sheet, row: int) -> Iterator[tuple[int, Cell]]:
    """Yield the cells of a row that are not empty, with their columns."""
    if row < len(sheet.rows):
        yield from ((column, cell) for column, cell in enumerate(sheet.rows[row]) if cell is not None)
