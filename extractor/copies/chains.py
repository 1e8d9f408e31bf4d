"""Chains: fingerprints that two texts share in the same order and near each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.copies.fingerprints import GRAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.copies.index import Seed

_GAP = 100
"""Letters between two shared fingerprints of one chain: a long sentence that only one copy has."""
_LEAST = 2  # one fingerprint is a phrase


@dataclass(slots=True)
class Chain:
    """Shared fingerprints: where the first begins and the last ends in either text, how many there are, how many rare."""

    left_start: int
    right_start: int
    left_end: int
    right_end: int
    seeds: int
    rare: int


def chains(seeds: Sequence[Seed], common: int) -> Iterator[Chain]:
    """Join ``seeds``, ordered by their left position, to chains; each seed belongs to the one it continues best.

    A seed is rare when it stands in no more than ``common`` places.
    """
    growing: list[Chain] = []
    for left, right, places in seeds:
        rare = int(places <= common)
        ended = [chain for chain in growing if left - chain.left_end > _GAP]
        if ended:
            yield from (chain for chain in ended if chain.seeds >= _LEAST)
            growing = [chain for chain in growing if left - chain.left_end <= _GAP]
        best: Chain | None = None
        for chain in growing:
            step, other = left + GRAM - chain.left_end, right + GRAM - chain.right_end
            if step > 0 and 0 < other <= _GAP + GRAM and (best is None or abs(step - other) < _lag(best, left, right)):
                best = chain
        if best is None:
            growing.append(Chain(left, right, left + GRAM, right + GRAM, 1, rare))
        else:
            best.left_end, best.right_end = left + GRAM, right + GRAM
            best.seeds, best.rare = best.seeds + 1, best.rare + rare
    yield from (chain for chain in growing if chain.seeds >= _LEAST)


def _lag(chain: Chain, left: int, right: int) -> int:
    """Return how many letters more one text has than the other between the chain and a seed."""
    return abs((left - chain.left_end) - (right - chain.right_end))
