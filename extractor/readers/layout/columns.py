"""The order in which a page is read: its text in columns, its tables without ruling, row by row.

A band is a run of visual lines that leave the same strip of the page blank, with text on both sides of it. Where the
pieces on each side fill their side, they are columns of prose, read one after the other; else they are the cells of a
table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.readers.layout.grids import Grid, GridCell
from extractor.readers.layout.lines import Line, Row, joined, rows_of, usual_size

_GUTTER = 1.0  # sizes that a strip between two columns is wide at least
_FEWEST_ROWS = 3  # of columns of prose
_FEWEST_CELL_ROWS = 2
_PROSE_LENGTH = 9  # characters of a line in a column of prose, on average
_FULL = 0.85  # share of its column's width that a full line takes
_FULL_SHARE = 0.5  # share of lines of a column of prose that are full

Strip = tuple[float, float]


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
    size = usual_size(lines) or 1.0
    items: list[Row | Grid] = [*rows_of(lines), *grids]
    items.sort(key=lambda item: item.top if isinstance(item, Grid) else item[0].middle)
    plain: list[Line] = []
    position = 0
    while position < len(items):
        end, strips = _band(items, position, size)
        blocks = list(_blocks(items[position:end], strips)) if strips else []
        if blocks:
            if plain:
                yield Column(tuple(plain))
                plain = []
            yield from blocks
            position = end
            continue
        item = items[position]
        if isinstance(item, Grid):
            if plain:
                yield Column(tuple(plain))
                plain = []
            yield item
        else:
            plain.append(joined(item))
        position += 1
    if plain:
        yield Column(tuple(plain))


def _boxes(item: Row | Grid) -> list[Strip]:
    return [(item.left, item.right)] if isinstance(item, Grid) else [(line.left, line.right) for line in item]


def _band(items: Sequence[Row | Grid], start: int, size: float) -> tuple[int, list[Strip]]:
    """Return where the band that begins with two pieces at ``start`` ends, and the strips all its rows leave blank."""
    first = _boxes(items[start])
    if len(first) < 2:
        return start, []
    left, right = min(box[0] for item in items for box in _boxes(item)), max(
        box[1] for item in items for box in _boxes(item)
    )
    strips = _blank(first, left, right)
    inner = [strip for strip in strips if strip[0] > left and strip[1] < right]
    end = last = start + 1
    while end < len(items):
        boxes = _boxes(items[end])
        narrowed = _common(inner, _blank(boxes, left - size, right + size), _GUTTER * size)
        if not narrowed:
            break
        inner = narrowed
        end += 1
        if len(boxes) > 1 or isinstance(items[end - 1], Grid):
            last = end
        elif _is_far(items[end - 2], items[end - 1], items[start : end - 1]):
            end -= 1
            break
    return (end if _one_sided_tail_is_prose(items[last:end]) else last), inner


def _is_far(above: Row | Grid, below: Row | Grid, band: Sequence[Row | Grid]) -> bool:
    """Whether the space between two rows is much larger than usual in the band."""
    tops = [item.top if isinstance(item, Grid) else item[0].middle for item in band]
    pitches = sorted(after - before for before, after in zip(tops, tops[1:], strict=False))
    if not pitches or isinstance(below, Grid) or isinstance(above, Grid):
        return False
    return below[0].middle - above[0].middle > 1.6 * pitches[len(pitches) // 2]


def _one_sided_tail_is_prose(tail: Sequence[Row | Grid]) -> bool:
    """Whether lines at the end of a band that stand in one column only read on as its prose."""
    texts = [line.text for row in tail if not isinstance(row, Grid) for line in row]
    return bool(texts) and sum(map(len, texts)) >= _PROSE_LENGTH * len(texts)


def _blank(boxes: Sequence[Strip], left: float, right: float) -> list[Strip]:
    """Return the strips between ``left`` and ``right`` that ``boxes`` leave."""
    found, position = [], left
    for start, end in sorted(boxes):
        if start > position:
            found.append((position, start))
        position = max(position, end)
    if right > position:
        found.append((position, right))
    return found


def _common(some: Sequence[Strip], others: Sequence[Strip], width: float) -> list[Strip]:
    found = [(max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others]
    return [strip for strip in found if strip[1] - strip[0] >= width]


def _blocks(items: Sequence[Row | Grid], strips: Sequence[Strip]) -> Iterator[Block]:
    """Yield the columns of prose, or the one table, that a band is; nothing if it is neither."""
    sides = _sides(items, strips)
    if len(items) >= _FEWEST_ROWS and all(map(_is_prose, sides)):
        for side in sides:
            yield from in_reading_order(
                [line for line in side if isinstance(line, Line)], [grid for grid in side if isinstance(grid, Grid)]
            )
        return
    rows = [item for item in items if not isinstance(item, Grid)]
    if len(rows) == len(items) and sum(len(row) > 1 for row in rows) >= _FEWEST_CELL_ROWS:
        yield _table(rows, strips)


def _sides(items: Sequence[Row | Grid], strips: Sequence[Strip]) -> list[list[Line | Grid]]:
    sides: list[list[Line | Grid]] = [[] for _ in range(len(strips) + 1)]
    for item in items:
        for piece in [item] if isinstance(item, Grid) else item:
            sides[_side(piece, strips)].append(piece)
    return sides


def _side(piece: Line | Grid, strips: Sequence[Strip]) -> int:
    return sum(piece.left >= strip[1] - 1e-6 for strip in strips)


def _is_prose(side: Sequence[Line | Grid]) -> bool:
    lines = [piece for piece in side if isinstance(piece, Line)]
    if not lines:
        return any(isinstance(piece, Grid) for piece in side)
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    full = sum(line.right - line.left >= _FULL * (right - left) for line in lines)
    return sum(len(line.text) for line in lines) >= _PROSE_LENGTH * len(lines) and full >= _FULL_SHARE * len(lines)


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
