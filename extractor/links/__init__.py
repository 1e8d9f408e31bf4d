"""Links: how the figures of an article hang together.

``connect`` reads who is part of whom (其中, 合计, 占), which people belong to which households, what a percentage
is a percentage of, and which figures only repeat an earlier one; ``projects.group`` gathers the figures of one
undertaking.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractor import mentions as views
from extractor.links import pairs, parts, percents, repeats
from extractor.types import PCT_LINKS, Figure, Link, LinkKind, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Connected", "connect"]


@dataclass(frozen=True, slots=True)
class Connected:
    """The figures of an article with ``part_of``, ``pair`` and ``pct`` filled, and the same as a list of edges."""

    figures: tuple[Figure, ...]
    links: tuple[Link, ...]


def connect(scope: Scope, figures: Sequence[Figure]) -> Connected:
    """Link the figures of one article.

    Args:
        scope: the article.
        figures: its figures in text order, one to one with ``scope.quantities``, with their attributes but no links.

    Returns:
        The figures in the same order. ``part_of``, ``pair``, ``Pct.of`` and ``Pct.numer`` are ``start`` offsets of
        other figures of the article.
    """
    labels = [quantity.label for quantity in scope.quantities]
    view = views.build(scope.text, scope.article, scope.sentences, figures, labels)
    households = pairs.find(view)
    repeated = repeats.find(view)
    parents = parts.find(view, scope)
    bases = percents.find(view, parents)
    linked: list[Figure] = []
    links: list[Link] = []
    for figure, parent, pair, first, pct in zip(figures, parents, households, repeated, bases, strict=True):
        ends: dict[LinkKind, int] = {}
        if parent is not None:
            ends[LinkKind.PART_OF] = figures[_first(repeated, parent)].start
        if pair is not None:
            ends[LinkKind.PAIR] = figures[pair].start
        if first is not None:
            ends[LinkKind.RESTATES] = figures[first].start
        if pct is not None and pct.of is not None:
            ends[PCT_LINKS[pct.kind]] = pct.of
        if pct is not None and pct.numer is not None:
            ends[LinkKind.NUMERATOR] = pct.numer
        links += [Link(kind, figure.start, target) for kind, target in ends.items()]
        if parent is not None and figure.funder:  # 中央2100万元 of a total is spent on what the total is
            figure = replace(figure, project_type=figures[parent].project_type or figure.project_type)
        if ends or pct is not None:  # most figures stand alone and stay as they are
            figure = replace(figure, part_of=ends.get(LinkKind.PART_OF), pair=ends.get(LinkKind.PAIR), pct=pct)
        linked.append(figure)
    return Connected(tuple(linked), tuple(links))


def _first(repeated: Sequence[int | None], index: int) -> int:
    """The first statement of a figure: parts point there when the total is repeated."""
    first = repeated[index]
    return index if first is None else first
