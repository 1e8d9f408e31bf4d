"""Ruled tables: lines across and down that meet make a grid, and what they close off is a cell.

Cells merged over rows or columns are those between which no line runs. A table may be open at its sides; one that has
no line down at all is not found here but by its columns (:mod:`~extractor.readers.layout.columns`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol, TypeVar

from extractor.readers.layout.lines import Line, Stroke

_NEAR = 3.0  # points within which two strokes are one line of the grid, and meet another
_SHORTEST = 5.0  # a shorter stroke is a dash or part of a letter
_OPEN_SIDE = 12.0  # points by which lines across stand out at an open side
_COVERED = 0.6  # share of the side of a cell that a stroke runs along
_MOST_STROKES = 600  # after joining; with more of them it is a drawing

Cell = tuple[int, int, int, int]
"""Row and column (from 0), and the numbers of rows and columns it covers."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell at ``row`` and ``column`` (from 0), ``height`` rows high and ``span`` columns wide, and the lines in it."""

    row: int
    column: int
    height: int
    span: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on a page: where it stands, its measures, and the cells that are not empty, row by row.

    ``edges`` are where the columns of a ruled table begin and end.
    """

    left: float
    top: float
    right: float
    bottom: float
    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The ruling of a table: where its columns and rows begin and end, and which cell each of its fields belongs to."""

    across: tuple[float, ...]
    down: tuple[float, ...]
    fields: tuple[tuple[Cell, ...], ...]

    def cell_at(self, x: float, y: float) -> Cell | None:
        """Return the cell in which a point stands, ``None`` outside of the table."""
        column = bisect_right(self.across, x) - 1
        row = bisect_right(self.down, y) - 1
        if 0 <= row < len(self.fields) and 0 <= column < len(self.fields[row]):
            return self.fields[row][column]
        return None

    def filled(self, contents: dict[Cell, tuple[Line, ...]]) -> Grid:
        """Return the table with what stands in its cells."""
        cells = tuple(GridCell(*cell, lines) for cell, lines in sorted(contents.items()))
        return Grid(
            self.across[0],
            self.down[0],
            self.across[-1],
            self.down[-1],
            len(self.down) - 1,
            len(self.across) - 1,
            cells,
            self.across,
        )


class _Box(Protocol):
    """Anything that takes up room on a page."""

    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def bottom(self) -> float: ...


Thing = TypeVar("Thing", bound=_Box)


def place_in(frames: Sequence[Frame], things: Iterable[Thing]) -> tuple[list[Thing], list[dict[Cell, list[Thing]]]]:
    """Return what stands outside of all frames, and for each frame what stands in its cells."""
    outside: list[Thing] = []
    held: list[dict[Cell, list[Thing]]] = [{} for _ in frames]
    for thing in things:
        x, y = (thing.left + thing.right) / 2, (thing.top + thing.bottom) / 2
        for frame, cells in zip(frames, held, strict=True):
            cell = frame.cell_at(x, y)
            if cell is not None:
                cells.setdefault(cell, []).append(thing)
                break
        else:
            outside.append(thing)
    return outside, held


def find_frames(strokes: Sequence[Stroke]) -> list[Frame]:
    """Return the rulings with more than one cell, from top to bottom."""
    across = _merged([(s.top, s.left, s.right) for s in strokes if s.is_across])
    down = _merged([(s.left, s.top, s.bottom) for s in strokes if not s.is_across])
    if len(across) + len(down) > _MOST_STROKES:
        return []
    frames = (_frame(*group) for group in _connected(across, down))
    return sorted((frame for frame in frames if frame is not None), key=lambda frame: (frame.down[0], frame.across[0]))


_Segment = tuple[float, float, float]
"""Position of a stroke, its beginning and its end."""


def _merged(segments: Iterable[_Segment]) -> list[_Segment]:
    """Return the strokes with those that lie on one line and touch joined; the dashes that remain are left out."""
    by_position: list[tuple[float, list[tuple[float, float]]]] = []
    for position, start, end in sorted(segments):
        if not by_position or position - by_position[-1][0] > _NEAR:
            by_position.append((position, []))
        by_position[-1][1].append((start, end))
    merged: list[_Segment] = []
    for position, spans in by_position:
        begin, stop = min(spans)
        for start, end in sorted(spans):
            if start > stop + _NEAR:
                merged.append((position, begin, stop))
                begin = start
            stop = max(stop, end)
        merged.append((position, begin, stop))
    return [segment for segment in merged if segment[2] - segment[1] >= _SHORTEST]


def _connected(across: Sequence[_Segment], down: Sequence[_Segment]) -> Iterator[tuple[list[_Segment], list[_Segment]]]:
    """Yield the strokes across and down that hang together."""
    seen_across: set[int] = set()
    seen_down: set[int] = set()
    for first in range(len(across)):
        if first in seen_across:
            continue
        seen_across.add(first)
        todo: list[tuple[bool, int]] = [(True, first)]
        group: tuple[list[_Segment], list[_Segment]] = ([], [])
        while todo:
            is_across, index = todo.pop()
            own, others, seen = (across, down, seen_down) if is_across else (down, across, seen_across)
            group[not is_across].append(own[index])
            for number, other in enumerate(others):
                if number not in seen and _meet(own[index], other):
                    seen.add(number)
                    todo.append((not is_across, number))
        if group[1]:
            yield group


def _meet(one: _Segment, other: _Segment) -> bool:
    return one[1] - _NEAR <= other[0] <= one[2] + _NEAR and other[1] - _NEAR <= one[0] <= other[2] + _NEAR


def _frame(across: Sequence[_Segment], down: Sequence[_Segment]) -> Frame | None:
    columns = sorted({position for position, _, _ in down})
    rows = sorted({position for position, _, _ in across})
    left, right = min(start for _, start, _ in across), max(end for _, _, end in across)
    if left < columns[0] - _OPEN_SIDE:
        columns.insert(0, left)
    if right > columns[-1] + _OPEN_SIDE:
        columns.append(right)
    top, bottom = min(start for _, start, _ in down), max(end for _, _, end in down)
    if top < rows[0] - _OPEN_SIDE:
        rows.insert(0, top)
    if bottom > rows[-1] + _OPEN_SIDE:
        rows.append(bottom)
    if len(rows) < 2 or len(columns) < 2:
        return None
    fields = _fields(rows, columns, across, down)
    if len({cell for row in fields for cell in row}) < 2:
        return None
    return Frame(tuple(columns), tuple(rows), fields)


def _fields(
    rows: Sequence[float], columns: Sequence[float], across: Sequence[_Segment], down: Sequence[_Segment]
) -> tuple[tuple[Cell, ...], ...]:
    """Return for each field of the grid the cell it belongs to: fields between which no stroke runs are one cell."""
    height, width = len(rows) - 1, len(columns) - 1

    def is_open(one: tuple[int, int], other: tuple[int, int]) -> bool:
        (r, c), (near_r, near_c) = one, other
        if r == near_r:
            return not _runs(down, columns[max(c, near_c)], rows[r], rows[r + 1])
        return not _runs(across, rows[max(r, near_r)], columns[c], columns[c + 1])

    cells: dict[tuple[int, int], Cell] = {}
    for first in product(range(height), range(width)):
        if first in cells:
            continue
        todo, member = [first], {first}
        while todo:
            r, c = todo.pop()
            for near in ((r, c + 1), (r + 1, c), (r, c - 1), (r - 1, c)):
                inside = 0 <= near[0] < height and 0 <= near[1] < width
                if inside and near not in member and near not in cells and is_open((r, c), near):
                    member.add(near)
                    todo.append(near)
        top, left = min(r for r, _ in member), min(c for _, c in member)
        whole = (top, left, max(r for r, _ in member) - top + 1, max(c for _, c in member) - left + 1)
        cells.update(dict.fromkeys(member, whole))
    return tuple(tuple(cells[row, column] for column in range(width)) for row in range(height))


def _runs(strokes: Sequence[_Segment], position: float, start: float, end: float) -> bool:
    """Whether strokes at ``position`` cover the stretch from ``start`` to ``end``."""
    covered = sum(
        max(0.0, min(stop, end) - max(begin, start)) for at, begin, stop in strokes if abs(at - position) <= _NEAR / 2
    )
    return covered >= _COVERED * (end - start)
