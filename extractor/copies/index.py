"""The inverted index: which runs of letters stand in which texts.

All positions count the letters of all texts one behind the other, so that a fingerprint and where it stands are one
64-bit number. A fingerprint that stands once, most do, or in too many places is dropped before pairs are formed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extractor.copies.fingerprints import fingerprints
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Seeds = list["Seed"]

_BUCKETS = 256
_LOW = 0xFFFF_FFFF
_SHARE_SHIFT = 20  # positions of one share of ``_first``: a million letters


class Seed(NamedTuple):
    """A run of letters that two texts share: where it begins in either, and in how many places it stands in all."""

    left: int
    right: int
    places: int


class Index:
    """Fingerprints of texts, numbered from 0 in the order in which they are added."""

    def __init__(self) -> None:
        self._bases = array("Q", [0])
        # By the low byte of the hash: hash and position.
        self._buckets = [array("Q") for _ in range(_BUCKETS)]
        # Places of each repeated fingerprint: their number, then the positions in order.
        self._places = array("I")
        # By the share of positions: a place that others follow, and where its group begins in ``_places``.
        self._first: list[array[int]] = []
        self.common = 0
        """Runs of letters that stand in too many places to count."""

    def add(self, letters: str) -> None:
        """Add a text, as :func:`extractor.copies.masks.mask` gives it.

        Raises:
            UsageError: all texts together hold more letters than 32 bits count.
        """
        base = self._bases[-1]
        if base + len(letters) > _LOW:
            raise UsageError("一次比对的文字超过 42 亿字；请分批进行", "more than 2**32 letters in one index")
        for value, position in fingerprints(letters):
            self._buckets[value % _BUCKETS].append(value << 32 | base + position)
        self._bases.append(base + len(letters))

    def pair(self, most: int) -> None:
        """End adding and bring together what repeats.

        Args:
            most: a run of letters that stands in more places is a set phrase and forms no pairs.
        """
        self._first = [array("Q") for _ in range((self._bases[-1] >> _SHARE_SHIFT) + 1)]
        for number in range(_BUCKETS):
            entries = sorted(self._buckets[number])
            self._buckets[number] = array("Q")
            start = 0
            for at, (entry, following) in enumerate(pairwise([*entries, -1]), 1):
                if entry >> 32 == following >> 32:
                    continue
                if 1 < at - start <= most:
                    self._group([place & _LOW for place in entries[start:at]])
                elif at - start > most:
                    self.common += 1
                start = at
        for number, share in enumerate(self._first):
            self._first[number] = array("Q", sorted(share))

    def _group(self, places: list[int]) -> None:
        group = len(self._places)
        for place in places[:-1]:
            self._first[place >> _SHARE_SHIFT].append(place << 32 | group)
        self._places.append(len(places))
        self._places.extend(places)

    def seeds(self, left: int) -> Mapping[int, Seeds]:
        """Return what text ``left`` shares with itself and those after it.

        Returns:
            by the number of the other text what it shares, by position in ``left``. In ``left`` itself the second position
            is behind the first.
        """
        found: dict[int, Seeds] = defaultdict(list)
        first, last = self._bases[left], self._bases[left + 1]
        for share in self._first[first >> _SHARE_SHIFT : (last >> _SHARE_SHIFT) + 1]:
            for entry in share[bisect_left(share, first << 32) : bisect_left(share, last << 32)]:
                place, group = entry >> 32, entry & _LOW
                size = self._places[group]
                others = self._places[group + 1 : group + 1 + size]
                for other in others[bisect_right(others, place) :]:
                    right = bisect_right(self._bases, other) - 1
                    found[right].append(Seed(place - first, other - self._bases[right], size))
        return found
