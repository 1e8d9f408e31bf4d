"""Which unit stands at an offset of a text.

Matching is longest-first by dictionary look-up (``平方公里`` before ``平方``), which is constant work per offset. What a unit
is stands in :mod:`extractor.resources.units`.
"""

from __future__ import annotations

import re
from functools import cache

from extractor.resources import read_table
from extractor.resources.units import Unit, spellings


@cache
def _longest() -> dict[str, int]:
    """Return, for every first character of a spelling, the length of the longest spelling it begins."""
    longest: dict[str, int] = {}
    for spelling in spellings():
        longest[spelling[0]] = max(longest.get(spelling[0], 0), len(spelling))
    return longest


@cache
def _continuations() -> dict[str, frozenset[str]]:
    """Return, by the last character of a spelling, the characters that make it the start of another word."""
    return {row["ending"]: frozenset(row["following"]) for row in _rows() if len(row["ending"]) == 1}


@cache
def _words() -> dict[str, re.Pattern[str]]:
    """Return, by a whole spelling, what it only seems to stand before: the words that its last character begins."""
    return {row["ending"]: re.compile("|".join(row["following"].split())) for row in _rows() if len(row["ending"]) > 1}


def _rows() -> list[dict[str, str]]:
    return list(read_table("unit_continuations.tsv", ("ending", "following")))


def match_unit(text: str, start: int) -> tuple[Unit, int] | None:
    """Return the unit whose longest spelling begins at ``start`` and where it ends, or ``None``.

    A spelling counts only as a whole word: ``5G`` holds no 克, 三部门 no 部, and 8个村民小组 counts 个.
    """
    limit = _longest().get(text[start : start + 1])
    if limit is None:
        return None
    table = spellings()
    for end in range(min(start + limit, len(text)), start, -1):
        unit = table.get(text[start:end])
        if unit is not None and not _continues(text, end):
            words = _words().get(text[start:end])
            if words is None or not words.match(text, end):
                return unit, end
    return None


def _continues(text: str, end: int) -> bool:
    """Tell whether the word that a spelling ending at ``end`` belongs to goes on."""
    last, following = text[end - 1], text[end : end + 1]
    if last.isascii() and last.isalnum():
        return following.isascii() and following.isalnum()
    return following in _continuations().get(last, ())
