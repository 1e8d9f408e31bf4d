"""The order in which a page is read: its text in columns, its tables without ruling, row by row.

Columns of prose stand on both sides of a strip that nothing crosses between two lines of the full width, and their lines
mostly fill them. Their rows need not be level. What is left is read line by line from top to bottom; a run of visual
lines that leave the same strips blank is a table without ruling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.readers.layout.grids import Grid, GridCell
from extractor.readers.layout.lines import Line, Row, joined, rows_of, usual_size

_GUTTER = 1.0  # sizes that a strip between two columns is wide at least
_FEWEST_ROWS = 3  # of columns of prose
_FEWEST_CELL_ROWS = 2
_PROSE_LENGTH = 9  # characters of a line in a column of prose, on average
_FULL = 0.85  # share of its column's width that a full line takes
_FULL_SHARE = 0.4  # share of lines of a column of prose that are full
_MOST_GUTTERS = 6  # strips that are tried
_FAR = 1.6  # times the usual distance of the rows of a table from which on one does not belong to it

Strip = tuple[float, float]
Item = Line | Grid


@dataclass(frozen=True, slots=True)
class Column:
    """Lines read one after the other, the first above the second."""

    lines: tuple[Line, ...]


Block = Column | Grid


def in_reading_order(lines: Sequence[Line], grids: Sequence[Grid]) -> Iterator[Block]:
    """Yield the columns and tables of a page in the order they are read.

    Args:
        lines: what stands outside of ruled tables.
        grids: the ruled tables.
    """
    yield from _in_order([*lines, *grids], usual_size(lines) or 1.0)


def _in_order(items: Sequence[Item], size: float) -> Iterator[Block]:
    split = _split(items, size)
    if split is None:
        yield from _line_by_line(items, size)
        return
    above, sides, below = split
    yield from _in_order(above, size)
    for side in sides:
        yield from _in_order(side, size)
    yield from _in_order(below, size)


def _split(items: Sequence[Item], size: float) -> tuple[list[Item], tuple[list[Item], list[Item]], list[Item]] | None:
    """Return what stands above columns of prose, left and right of the strip between them, and below; the largest first."""
    best: tuple[list[Item], tuple[list[Item], list[Item]], list[Item]] | None = None
    most = 0
    for x in _gutters(items, size):
        for top, bottom in _zones(items, x):
            zone = [item for item in items if top < _middle(item) < bottom]
            sides = [item for item in zone if item.right <= x], [item for item in zone if item.left >= x]
            if len(zone) > most and _are_columns(sides, size):
                above = [item for item in items if _middle(item) <= top]
                best, most = (above, sides, [item for item in items if _middle(item) >= bottom]), len(zone)
    return best


def _gutters(items: Sequence[Item], size: float) -> list[float]:
    """Return where most pieces that stand side by side leave room between them."""
    ordered = sorted(items, key=lambda item: item.left)
    found: Counter[int] = Counter()
    for number, item in enumerate(ordered):
        beside = next((o for o in ordered[number + 1 :] if o.left >= item.right and _are_level(item, o)), None)
        if beside is not None and beside.left - item.right >= _GUTTER * size:
            # The right column begins at one place; the left one ends at several.
            found[round((beside.left - _GUTTER * size / 2) / size)] += 1
    return [place * size for place, _ in found.most_common(_MOST_GUTTERS)]


def _are_level(one: Item, other: Item) -> bool:
    return one.top < other.bottom and other.top < one.bottom


def _middle(item: Item) -> float:
    return (item.top + item.bottom) / 2


def _zones(items: Sequence[Item], x: float) -> Iterator[Strip]:
    """Yield from where to where, downwards, nothing crosses ``x``."""
    crossing = sorted(_middle(item) for item in items if item.left < x < item.right)
    yield from zip((float("-inf"), *crossing), (*crossing, float("inf")), strict=True)


def _are_columns(sides: tuple[list[Item], list[Item]], size: float) -> bool:
    left, right = sides
    if not left or not right or min(i.left for i in right) - max(i.right for i in left) < _GUTTER * size:
        return False
    shared = min(max(i.bottom for i in left), max(i.bottom for i in right)) - max(
        min(i.top for i in left), min(i.top for i in right)
    )
    if shared <= size:
        return False
    return all(_is_prose(side) or _split(side, size) is not None for side in sides)


def _line_by_line(items: Sequence[Item], size: float) -> Iterator[Block]:
    rows: list[Row | Grid] = [*rows_of(item for item in items if isinstance(item, Line))]
    rows += [item for item in items if isinstance(item, Grid)]
    rows.sort(key=lambda row: row.top if isinstance(row, Grid) else row[0].middle)
    plain: list[Line] = []
    position = 0
    while position < len(rows):
        row = rows[position]
        run, strips = _run(rows[position:], size)
        table = row if isinstance(row, Grid) else _table(run, strips) if _is_table(run) else None
        if table is None:
            plain.append(joined(run[0]))
            position += 1
            continue
        if plain:
            yield Column(tuple(plain))
            plain = []
        yield table
        position += max(1, len(run))
    if plain:
        yield Column(tuple(plain))


def _run(rows: Sequence[Row | Grid], size: float) -> tuple[list[Row], list[Strip]]:
    """Return the first rows as far as they leave a strip blank, up to the last of several pieces, and the strips."""
    run: list[Row] = []
    for row in rows:
        if isinstance(row, Grid):
            break
        run.append(row)
    if not run or len(run[0]) < 2:
        return run[:1], []
    left, right = min(row[0].left for row in run), max(row[-1].right for row in run)
    strips = [strip for strip in _blank(run[0], left, right) if strip[0] > left and strip[1] < right]
    end = last = 1
    for row in run[1:]:
        narrowed = _common(strips, _blank(row, left - size, right + size), _GUTTER * size)
        if not narrowed or (len(row) == 1 and _is_far(run[:end], row)):
            break
        strips = narrowed
        end += 1
        last = end if len(row) > 1 else last
    return run[:last], strips


def _is_far(above: Sequence[Row], row: Row) -> bool:
    """Whether the space above ``row`` is much larger than usual between the rows above."""
    pitches = sorted(b[0].middle - a[0].middle for a, b in pairwise(above))
    return bool(pitches) and row[0].middle - above[-1][0].middle > _FAR * pitches[len(pitches) // 2]


def _is_table(rows: Sequence[Row]) -> bool:
    return sum(len(row) > 1 for row in rows) >= _FEWEST_CELL_ROWS


def _is_prose(side: Sequence[Item]) -> bool:
    lines = [item for item in side if isinstance(item, Line)]
    if not lines:
        return True
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    full = sum(line.right - line.left >= _FULL * (right - left) for line in lines)
    return (
        len(lines) >= _FEWEST_ROWS
        and sum(len(line.text) for line in lines) >= _PROSE_LENGTH * len(lines)
        and full >= _FULL_SHARE * len(lines)
    )


def _blank(row: Row, left: float, right: float) -> list[Strip]:
    """Return the strips between ``left`` and ``right`` that the pieces of ``row`` leave."""
    found, position = [], left
    for line in row:
        if line.left > position:
            found.append((position, line.left))
        position = max(position, line.right)
    if right > position:
        found.append((position, right))
    return found


def _common(some: Sequence[Strip], others: Sequence[Strip], width: float) -> list[Strip]:
    found = [(max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others]
    return [strip for strip in found if strip[1] - strip[0] >= width]


def _side(line: Line, strips: Sequence[Strip]) -> int:
    return sum(line.left >= strip[1] - 1e-6 for strip in strips)


def _table(rows: Sequence[Row], strips: Sequence[Strip]) -> Grid:
    """Return the cells of a table without ruling; a line with one piece behind the first column goes on with its cell."""
    cells: dict[tuple[int, int], list[Line]] = {}
    number = -1
    for row in rows:
        placed = [(_side(line, strips), line) for line in row]
        continues = number >= 0 and len(row) == 1 and placed[0][0] > 0 and not _has_digits(row[0].text)
        number += not continues
        for column, line in placed:
            cells.setdefault((number, column), []).append(line)
    lines = [line for row in rows for line in row]
    return Grid(
        min(line.left for line in lines),
        rows[0][0].top,
        max(line.right for line in lines),
        rows[-1][0].bottom,
        number + 1,
        len(strips) + 1,
        tuple(GridCell(row, column, 1, 1, tuple(held)) for (row, column), held in sorted(cells.items())),
    )


def _has_digits(text: str) -> bool:
    return any(character.isdecimal() for character in text)
