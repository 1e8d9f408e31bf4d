"""Lines → paragraphs. A line goes on in the next one unless something says that a paragraph ended there.

What says so: room that was left on the line though the next word would have fitted, more space than between other
lines, another size of type, or an indented line behind the end of a sentence. At the end of a column or page the space
tells nothing, the rest does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractor.readers.layout.columns import Column
from extractor.readers.layout.lines import Line, width_of

_INDENT = 1.2  # sizes by which the first line of a paragraph is set in at least
_ROOM = 0.4  # sizes of room on a line that its setting may leave
_SPACING = 1.35  # times the usual distance of lines from which on a paragraph ends
_OTHER_SIZE = 0.12  # share by which the size of type differs between paragraphs
_FEWEST_LINES = 5  # of a column from which on it tells where its own sides are
_SAME_SIDE = 0.5  # sizes within which lines end at the same place
_USUAL_SHARE = 0.2  # of the lines of a column end at its right side, and more do not stand out further
_FLUSH_SHARE = 0.4  # of lines that begin at the left side in a column that sets the first lines of paragraphs in
_SENTENCE_ENDS = "。！？；：!?;:.”’）)】》"
_CLOSING = r"[%％‰℃°，。、；：？！）》”’】〕〉」』)\].…,;:!?]*"
_NEXT_WORD = re.compile(rf"[（《“‘【〔〈「『(\[]*(?:(?:[0-9A-Za-z.,．:/+\-~_]+{_CLOSING})+|.{_CLOSING})?")
_OPEN_END = re.compile(r"[0-9.．，、,（(《“‘【〔〈「『]$")


@dataclass(frozen=True, slots=True)
class Sides:
    """Where the lines of a column begin and end, and whether lines that begin further right begin a paragraph."""

    left: float
    right: float
    sets_in: bool = False


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with the page and the column (of its document) it stands in, and the sides of that column."""

    line: Line
    page: int
    column: int
    sides: Sides


def place(columns: Sequence[tuple[int, Column]]) -> Iterator[PlacedLine]:
    """Yield the lines of columns, given with the number of their page, in order."""
    told = [sides_of(column.lines) for _, column in columns if len(column.lines) >= _FEWEST_LINES]
    for number, (page, column) in enumerate(columns):
        sides = sides_of(column.lines)
        if len(column.lines) < _FEWEST_LINES:
            sides = _holding(sides, told, column.lines[0].size)
        for line in column.lines:
            yield PlacedLine(line, page, number, sides)


def sides_of(lines: Sequence[Line]) -> Sides:
    """Return the sides of a column: hanging punctuation and single lines that stand out do not count."""
    left = min(line.left for line in lines)
    rights = sorted((line.right for line in lines), reverse=True)
    near = _SAME_SIDE * median(line.size for line in lines)
    sets_in = sum(line.left - left <= 2 * near for line in lines) >= _FLUSH_SHARE * len(lines)
    for right in rights:
        if sum(right - near <= other <= right + 1e-6 for other in rights) >= max(2, _USUAL_SHARE * len(rights)):
            return Sides(left, right, sets_in)
    return Sides(left, rights[0], sets_in)


def _holding(sides: Sides, told: Iterable[Sides], size: float) -> Sides:
    """Return the narrowest of ``told`` that hold a column of too few lines, itself if none does."""
    wider = [other for other in told if other.left <= sides.left + size and other.right >= sides.right - size]
    return min(wider, key=lambda other: other.right - other.left, default=sides)


def paragraphs(lines: Sequence[PlacedLine]) -> Iterator[list[PlacedLine]]:
    """Yield the lines of each paragraph."""
    spacing = _usual_spacing(lines)
    current: list[PlacedLine] = []
    for placed in lines:
        if current and _ends(current[-1], placed, spacing):
            yield current
            current = []
        current.append(placed)
    if current:
        yield current


def _usual_spacing(lines: Sequence[PlacedLine]) -> float:
    """Return the usual distance of two lines, in sizes of their type."""
    distances = [
        (after.line.middle - before.line.middle) / before.line.size
        for before, after in pairwise(lines)
        if before.column == after.column and after.line.middle > before.line.middle
    ]
    return median(distances) if distances else 0.0


def _ends(before: PlacedLine, after: PlacedLine, spacing: float) -> bool:
    """Whether a paragraph ends between two lines."""
    above, below = before.line, after.line
    size = max(above.size, below.size)
    if abs(above.size - below.size) > _OTHER_SIZE * size and not _is_short_rest(above, below):
        return True
    if before.column == after.column and below.middle - above.middle > _SPACING * spacing * above.size:
        return True
    text = above.text.rstrip()
    sides = before.sides
    set_in = below.left - after.sides.left >= _INDENT * below.size
    told = text[-1:] in _SENTENCE_ENDS
    if after.sides.sets_in and not set_in and not told and above.right > (sides.left + sides.right) / 2:
        return False
    word = _NEXT_WORD.match(below.text)
    needed = width_of(word[0] if word else "", below.size) + _ROOM * size
    if above.right + needed <= sides.right:
        return True
    return set_in and (told or (after.sides.sets_in and not _OPEN_END.search(text)))


def _is_short_rest(above: Line, below: Line) -> bool:
    """Whether one of two lines is too short for its size to be told from its width, as a recogniser must."""
    return above.confidence is not None and min(len(above.text), len(below.text)) < 8
