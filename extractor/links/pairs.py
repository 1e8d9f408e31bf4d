"""Household–people pairs: 95户、345人. The people figure points at the household figure beside it."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.mentions import Mention

# Between the two may stand a comma, a connective and a word for the people: 95户，共345人; 95户贫困人口345人.
_GAP = re.compile(
    r"[\s、，,和及（(与]{0,2}(?:共计?|合计|计|总共|约|近|涉及|共有|有)?(?:农业|贫困|受益|涉及)?"
    r"(?:人口|群众|人数|人)?(?:约|近|达|为)?"
)


def find(mentions: Sequence[Mention]) -> list[int | None]:
    """Return for each mention the index of the household figure it pairs with, or ``None``."""
    pairs: list[int | None] = [None] * len(mentions)
    taken = -1
    for left, right in itertools.pairwise(mentions):
        if left.sentence != right.sentence or left.index == taken:
            continue
        units = (left.figure.dimension, right.figure.dimension)
        if units == ("households", "people") and _GAP.fullmatch(right.lead):
            pairs[right.index] = left.index
            taken = right.index
        elif units == ("people", "households") and right.lead in ("", "、") and not _opens_pair(mentions, right):
            pairs[left.index] = right.index
            taken = right.index
    return pairs


def _opens_pair(mentions: Sequence[Mention], household: Mention) -> bool:
    """Whether the household figure has a people figure of its own right after it."""
    position = household.index + 1
    if position >= len(mentions):
        return False
    following = mentions[position]
    return following.figure.dimension == "people" and _GAP.fullmatch(following.lead) is not None
