"""Repeats: a figure that states again what the article has said before (the same indicator, amount, unit and place)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.mentions import Mention


def find(mentions: Sequence[Mention]) -> list[int | None]:
    """Return for each mention the index of the first statement that it repeats, or ``None``."""
    first: dict[tuple[object, ...], int] = {}
    repeats: list[int | None] = [None] * len(mentions)
    for mention in mentions:
        figure = mention.figure
        if figure.value is None or not figure.indicator or mention.percent:
            continue
        same = (
            figure.indicator, figure.base_value, figure.value_max, figure.unit, figure.status, figure.period,
            tuple(place.name for place in figure.place),
        )  # fmt: skip
        known = first.setdefault(same, mention.index)
        if known != mention.index and mentions[known].sentence != mention.sentence:
            repeats[mention.index] = known
    return repeats
