"""Whether a ledger and a figure speak of one place.

Names are compared without what they lie in (石坪县尖山乡 is 尖山乡) and without the word for their kind where one side
leaves it out (荆溪 is 荆溪村), but 三岔镇 is not 三岔村. Codes of the gazetteer decide where both sides have one, and
tell what lies in what. A report that says 全县 or nothing means the place in its title.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extractor.resources.cues import Cues, load
from extractor.types import Place

_LEVELS = ("province", "city", "county", "township", "village")
_OUTER = "^.{2,}?(?:<province>|<city>|<county>|<township>)(?=..)"
_SEPARATORS = re.compile(r"[、，,；;/\s]+|等(?:\d+个?)?(?:个?[村乡镇])?$")
_TITLE_NAMES = range(2, 9)
"""How many characters the name of a place has in a title."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a place without its kind, and the administrative levels that its last word may stand for."""

    base: str
    kinds: frozenset[str]

    def fits(self, other: Name) -> bool:
        """Whether the two may be one place."""
        return self.base == other.base and (not self.kinds or not other.kinds or bool(self.kinds & other.kinds))


@lru_cache(2**16)
def name(written: str) -> Name:
    """Read one name."""
    kinds, short = _kinds(), written
    while (outer := _outer().match(short)) and short[outer.end() :] not in kinds:
        short = short[outer.end() :]
    ending = next((kind for kind in kinds if short.endswith(kind) and len(short) > len(kind) + 1), None)
    return Name(short, frozenset()) if ending is None else Name(short.removesuffix(ending), kinds[ending])


@lru_cache(2**16)
def names(written: str) -> tuple[Name, ...]:
    """Read the names that a ledger's cell lists, in the order of their base."""
    return _sorted(name(part) for part in _SEPARATORS.split(written) if part)


def names_of(places: Sequence[Place]) -> tuple[Name, ...]:
    """Return the names of a figure's places; none where it means the place that its report is about."""
    if not places:
        return ()
    return _names_of(tuple(place.name for place in places))


@lru_cache(2**16)
def _names_of(written: tuple[str, ...]) -> tuple[Name, ...]:
    own = _words().words("own_place")
    return _sorted(name(one) for one in written if one not in own and not _facility().search(one))


def key(listed: Sequence[Name]) -> str:
    """Return what two lists of names must share to be one place."""
    return "、".join(item.base for item in listed)


def fit(left: Sequence[Name], right: Sequence[Name]) -> bool:
    """Whether two lists name the same places."""
    return left == right or (len(left) == len(right) and all(a.fits(b) for a, b in zip(left, right, strict=True)))


def code_of(places: Sequence[Place]) -> str | None:
    """Return the code of a figure's only place."""
    return places[0].code if len(places) == 1 else None


def keys_in(title: str) -> Iterable[str]:
    """Yield every stretch of a title that could be the name of a place, the longest first."""
    for size in reversed(_TITLE_NAMES):
        for start in range(len(title) - size + 1):
            yield title[start : start + size]


def _sorted(listed: Iterable[Name]) -> tuple[Name, ...]:
    return tuple(sorted(set(listed), key=lambda item: (item.base, sorted(item.kinds))))


@cache
def _facility() -> re.Pattern[str]:
    return _words().pattern("<facility>$")


@cache
def _outer() -> re.Pattern[str]:
    return _words().pattern(_OUTER)


@cache
def _kinds() -> dict[str, frozenset[str]]:
    """Return the endings of names of divisions, the longest first, each with the levels that it stands for."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for level in _LEVELS:
        for word in _words().words(level):
            found[word].add(level)
    return {word: frozenset(found[word]) for word in sorted(found, key=lambda word: (-len(word), word))}


def _words() -> Cues:
    return load("comparison_words.tsv")
