"""Figures of one copy and their counterparts in the other, by their places in the alignment."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from extractor.types import Agreement, CopiedFigure, Excerpt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.copies.align import Block
    from extractor.copies.passages import Cut, Text
    from extractor.types import Quantity


_MIRRORED = {Agreement.LEFT_ONLY: Agreement.RIGHT_ONLY, Agreement.RIGHT_ONLY: Agreement.LEFT_ONLY}


def pair_figures(left: Text, right: Text, ours: Cut, theirs: Cut, blocks: Sequence[Block]) -> tuple[CopiedFigure, ...]:
    """Return all figures of two stretches, those of ``left`` in order, then those that only ``right`` has.

    Args:
        left, right: the texts.
        ours, theirs: the stretches of either that are copies of each other.
        blocks: what they have in common.
    """
    found: list[CopiedFigure] = []
    counterparts = _places(right, theirs)
    paired: set[int] = set()
    for figure, places in _figures(left, ours):
        aligned = (_aligned(place, blocks) for place in places)
        other = next((counterparts[place] for place in aligned if place in counterparts), None)
        if other is None or other.start in paired:
            found.append(CopiedFigure(Agreement.LEFT_ONLY, _excerpt(left, figure), None))
        else:
            paired.add(other.start)
            found.append(CopiedFigure(_agreement(figure, other), _excerpt(left, figure), _excerpt(right, other)))
    found += (
        CopiedFigure(Agreement.RIGHT_ONLY, None, _excerpt(right, figure))
        for figure, _ in _figures(right, theirs)
        if figure.start not in paired
    )
    return tuple(found)


def mirrored_figures(figures: Sequence[CopiedFigure]) -> tuple[CopiedFigure, ...]:
    """Return ``figures`` with left and right exchanged, in the order of :func:`pair_figures`."""
    turned = (CopiedFigure(_MIRRORED.get(one.agreement, one.agreement), one.right, one.left) for one in figures)
    return tuple(sorted(turned, key=_order))


def _order(figure: CopiedFigure) -> tuple[bool, int]:
    place = figure.left or figure.right
    return figure.left is None, place.start if place else 0


def _figures(text: Text, cut: Cut) -> list[tuple[Quantity, list[int]]]:
    """Return the figures of a stretch, each with its places in the masked text: its numbers, or all where it has none."""
    start, end = text.masked.span(*cut)
    found = []
    for at in range(bisect_left(text.quantities, start, key=lambda one: one.start), len(text.quantities)):
        figure = text.quantities[at]
        if figure.start >= end:
            break
        first = text.masked.at(figure.start)
        if first and text.masked.end(first - 1) > figure.start:
            first -= 1  # a number of the masked text that began before the figure
        places = list(range(first, text.masked.at(figure.end)))
        found.append((figure, [place for place in places if place in text.masked.ends] or places))
    return found


def _places(text: Text, cut: Cut) -> dict[int, Quantity]:
    return {place: figure for figure, places in _figures(text, cut) for place in places}


def _aligned(place: int, blocks: Sequence[Block]) -> int | None:
    """Return the place in the right text that stands opposite to ``place`` of the left one."""
    at = bisect_left(blocks, place + 1, key=lambda block: block.first) - 1
    if at < 0 or place >= blocks[at].first + blocks[at].size:
        return None
    return blocks[at].second + place - blocks[at].first


def _agreement(left: Quantity, right: Quantity) -> Agreement:
    if left.redacted or right.redacted:
        return Agreement.MASKED
    return Agreement.SAME if _amount(left) == _amount(right) else Agreement.CHANGED


def _amount(figure: Quantity) -> tuple[object, ...]:
    """Return what must be equal; a modifier (约, 左右) is wording."""
    if figure.base_value is None:
        return figure.value, figure.value_max, figure.unit
    return figure.base_value, figure.base_value_max, figure.base_unit


def _excerpt(text: Text, figure: Quantity) -> Excerpt:
    return Excerpt(text.unit.offset + figure.start, text.unit.offset + figure.end, figure.text)
