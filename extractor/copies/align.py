"""Exact alignment of two masked texts that are known to resemble each other.

Runs of letters that stand once in either text, in the same order in both, anchor it (patience diff), so the time grows
with the length; only what lies between two anchors is compared letter by letter, and only where it is short.
"""

from __future__ import annotations

from bisect import bisect_left
from difflib import SequenceMatcher
from typing import NamedTuple

_ANCHOR = 6
_LETTER_BY_LETTER = 90_000  # most pairs of letters that are compared between two anchors
_SHORTEST = 2  # a single letter in common is chance


class Block(NamedTuple):
    """``left[first:first + size] == right[second:second + size]``."""

    first: int
    second: int
    size: int


def align(left: str, right: str) -> list[Block]:
    """Return the runs that the texts have in common, in order and as long as they go, without overlap on either side."""
    found: list[Block] = []
    for anchor in [*_anchors(left, right), Block(len(left), len(right), 0)]:
        first, second = (found[-1].first + found[-1].size, found[-1].second + found[-1].size) if found else (0, 0)
        if anchor.first < first or anchor.second < second:
            continue  # a run before it was extended over it
        _append(found, _between(left[first : anchor.first], right[second : anchor.second]), first, second)
        size = anchor.size
        while (
            size
            and anchor.first + size < len(left)
            and anchor.second + size < len(right)
            and left[anchor.first + size] == right[anchor.second + size]
        ):
            size += 1
        _append(found, [Block(0, 0, size)], anchor.first, anchor.second)
    return found


def _append(found: list[Block], blocks: list[Block], first: int, second: int) -> None:
    """Add ``blocks``, whose positions count from ``first`` and ``second``; what continues a run lengthens it."""
    for block in blocks:
        if not block.size:
            continue
        moved = Block(first + block.first, second + block.second, block.size)
        if found and (found[-1].first + found[-1].size, found[-1].second + found[-1].size) == moved[:2]:
            moved = Block(found[-1].first, found[-1].second, found[-1].size + moved.size)
            found.pop()
        found.append(moved)


def _anchors(left: str, right: str) -> list[Block]:
    """Return runs that stand once in either text and in the same order in both."""
    places = _once(right)
    pairs = [(at, places[gram]) for gram, at in _once(left).items() if gram in places]
    # The longest chain that rises in both: ``lowest[n]`` ends the chain of n + 1 pairs that ends lowest.
    lowest: list[int] = []
    enders: list[int] = []
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        length = bisect_left(lowest, second)
        before.append(enders[length - 1] if length else -1)
        lowest[length : length + 1] = [second]
        enders[length : length + 1] = [number]
    chain: list[Block] = []
    number = enders[-1] if enders else -1
    while number >= 0:
        chain.append(Block(*pairs[number], _ANCHOR))
        number = before[number]
    return chain[::-1]


def _once(text: str) -> dict[str, int]:
    """Return where each run of letters begins that stands once in ``text``, in order."""
    places: dict[str, int] = {}
    for at in range(len(text) - _ANCHOR + 1):
        gram = text[at : at + _ANCHOR]
        places[gram] = -1 if gram in places else at
    return {gram: at for gram, at in places.items() if at >= 0}


def _between(left: str, right: str) -> list[Block]:
    if not left or not right or len(left) * len(right) > _LETTER_BY_LETTER:
        return []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return [Block(*block) for block in matcher.get_matching_blocks() if block.size >= _SHORTEST]
