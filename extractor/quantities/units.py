"""The unit lexicon: which words are units, what they are called, and how they convert.

The data is ``extractor/resources/units.tsv``; this module validates it once and answers two questions:
which unit stands at an offset of a text (:func:`match_unit`), and what a unit is (:func:`unit_named`).
Matching is longest-first by dictionary look-up (``平方公里`` before ``平方``), which is constant work per offset.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from extractor.errors import ResourceError
from extractor.resources import read_table

if TYPE_CHECKING:
    from decimal import Decimal

DIMENSIONS = (
    "money", "people", "households", "person_times", "length", "area", "volume", "mass", "power", "count", "percent",
    "time", "temperature", "ratio",
)  # fmt: skip

SPOKEN = ("yes", "verb", "no")

_COLUMNS = ("canonical", "aliases", "dimension", "base_unit", "factor", "spoken")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the lexicon.

    Attributes:
        name: canonical spelling, the ``unit`` of a figure.
        aliases: other spellings found in reports.
        dimension: one of :data:`DIMENSIONS`.
        base_unit: the unit amounts of this kind are compared in.
        factor: how many base units one unit is.
        spoken: whether a Chinese numeral below ten before it is a count: ``yes`` (两座), ``verb`` only after a verb of
            making or giving (开展了三轮), ``no`` (三级).
    """

    name: str
    aliases: tuple[str, ...]
    dimension: str
    base_unit: str
    factor: Fraction
    spoken: str

    def to_base(self, value: Decimal) -> Decimal:
        """Return ``value`` in :attr:`base_unit`; multiplied before dividing, so 3亩 is exactly 2000平方米."""
        return value * self.factor.numerator / self.factor.denominator


@cache
def load_units() -> tuple[Unit, ...]:
    """Return every unit of the lexicon in the order of its file; the database's reference table is seeded from it.

    Raises:
        ResourceError: an unknown dimension, a bad factor, or a spelling that two units claim.
    """
    units: list[Unit] = []
    seen: set[str] = set()
    for row in read_table("units.tsv", _COLUMNS):
        name, aliases = row["canonical"], tuple(row["aliases"].split())
        if row["dimension"] not in DIMENSIONS or row["spoken"] not in SPOKEN:
            raise ResourceError(f"units.tsv 中“{name}”的 dimension 或 spoken 取值不合规定", f"units.tsv: {row}")
        clash = seen.intersection((name, *aliases))
        if clash:
            raise ResourceError(f"units.tsv 中“{'、'.join(sorted(clash))}”出现两次，请删去一处", f"duplicate {clash}")
        seen.update((name, *aliases))
        try:
            factor = Fraction(row["factor"])
        except (ValueError, ZeroDivisionError) as error:
            raise ResourceError(f"units.tsv 中“{name}”的 factor 应为小数或分数，实为 {row['factor']!r}") from error
        units.append(Unit(name, aliases, row["dimension"], row["base_unit"], factor, row["spoken"]))
    return tuple(units)


@cache
def spellings() -> dict[str, Unit]:
    """Return every spelling (canonical names and aliases) with its unit."""
    return {spelling: unit for unit in load_units() for spelling in (unit.name, *unit.aliases)}


@cache
def _longest() -> dict[str, int]:
    """Return, for every first character of a spelling, the length of the longest spelling it begins."""
    longest: dict[str, int] = {}
    for spelling in spellings():
        longest[spelling[0]] = max(longest.get(spelling[0], 0), len(spelling))
    return longest


def unit_named(name: str) -> Unit:
    """Return the unit with this canonical name or alias.

    Raises:
        KeyError: there is no such unit.
    """
    return spellings()[name]


@cache
def _continuations() -> dict[str, frozenset[str]]:
    """Return, by the last character of a spelling, the characters that make it the start of another word."""
    rows = read_table("unit_continuations.tsv", ("ending", "following"))
    return {row["ending"]: frozenset(row["following"]) for row in rows}


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
            return unit, end
    return None


def _continues(text: str, end: int) -> bool:
    """Tell whether the word that a spelling ending at ``end`` belongs to goes on."""
    last, following = text[end - 1], text[end : end + 1]
    if last.isascii() and last.isalnum():
        return following.isascii() and following.isalnum()
    return following in _continuations().get(last, ())
