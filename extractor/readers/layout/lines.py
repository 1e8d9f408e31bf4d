"""What stands on a page: pieces of text with boxes, whether a PDF tells them or a recogniser of pictures.

Coordinates grow to the right and downwards from the top left corner of the upright page, in points (1/72 inch) for a
PDF and in pixels for a picture; every rule here measures in sizes of the type, so that it holds for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

WIDE_GAP = 1.2
"""Sizes of the type between two pieces of one line from which on they stand apart."""

_HALF_WIDTH = re.compile(r"[\x20-\x7e]")
_LATIN = re.compile(r"[A-Za-z]")
_SAME_LINE = 0.5  # of the lower one's height that two pieces of one line overlap by


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text on one line. ``size`` is the height of its type, ``confidence`` the recogniser's, if it is one's."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    confidence: float | None = None

    @property
    def middle(self) -> float:
        """Halfway between top and bottom."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Stroke:
    """A ruled line of a page, across (``top == bottom``) or down (``left == right``)."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_across(self) -> bool:
        """Whether it runs from left to right."""
        return self.top == self.bottom


Row = tuple[Line, ...]
"""The pieces of one visual line from left to right."""


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """Return the visual lines from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.left)):
        row = next((row for row in reversed(rows[-3:]) if _on_one_line(row, line)), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    return [tuple(sorted(row, key=lambda line: line.left)) for row in rows]


def _on_one_line(row: Sequence[Line], line: Line) -> bool:
    """Whether ``line`` stands beside the pieces of ``row``: level with one of them and over or under none."""
    if any(min(line.right, other.right) - max(line.left, other.left) > 0.5 * line.size for other in row):
        return False
    nearest = min(row, key=lambda other: max(other.left - line.right, line.left - other.right))
    shared = min(line.bottom, nearest.bottom) - max(line.top, nearest.top)
    return shared >= _SAME_LINE * min(line.bottom - line.top, nearest.bottom - nearest.top)


def joined(row: Sequence[Line]) -> Line:
    """Return the pieces of a visual line as one, with a space between them."""
    first = row[0]
    if len(row) == 1:
        return first
    known = [line.confidence for line in row if line.confidence is not None]
    return replace(
        first,
        text=" ".join(line.text for line in row),
        top=min(line.top for line in row),
        right=max(line.right for line in row),
        bottom=max(line.bottom for line in row),
        size=max(line.size for line in row),
        confidence=min(known) if known else None,
    )


def join_across(before: str, after: str) -> str:
    """Return two lines of one paragraph as one text: nothing between them, but a space between two Latin words."""
    before = before.rstrip()
    after = after.lstrip()
    if before and after and _LATIN.match(after[0]):
        if before[-1] in "-\u00ad" and before[-2:-1].isalpha():
            return before[:-1] + after
        if _LATIN.match(before[-1]) or before[-1] in ",.;":
            return f"{before} {after}"
    return before + after


def width_of(text: str, size: float) -> float:
    """Return about how wide ``text`` is when set: half a size for Latin characters and digits, a whole one for others."""
    return sum(size * (0.5 if _HALF_WIDTH.match(character) else 1.0) for character in text)


def usual_size(lines: Sequence[Line]) -> float:
    """Return the size that most of the text is set in; 0 for no text."""
    return (
        median(size for line in lines for size in [line.size] * len(line.text)) if any(x.text for x in lines) else 0.0
    )
