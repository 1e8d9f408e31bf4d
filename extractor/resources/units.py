"""The unit lexicon ``units.tsv``: what units are called, what they measure, how they convert.

Units of one dimension share one base unit, so that base amounts compare. Where units do not convert (:data:`UNCONVERTED`)
each is its own base, and amounts compare only if ``base_unit`` agrees too. So it is with rates: 元/公里 keeps the dimension
of 元, and its base unit the tail. Whoever adds up base amounts groups them by ``base_unit``.

Base amounts are exact, but for a conversion that does not come out even: a third of an 亩 has no last digit in 平方米.
It is rounded to :data:`PLACES` decimal places.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from extractor.errors import ResourceError
from extractor.resources import read_table

DIMENSIONS = (
    "money", "people", "households", "person_times", "length", "area", "volume", "mass", "power", "apparent_power",
    "energy", "count", "percent", "time", "calendar", "age", "temperature", "ratio",
)  # fmt: skip
"""``time`` is in 天, down to 秒; ``calendar`` in 月: 年, 季度 and 月 have no fixed number of days."""

UNCONVERTED = frozenset(("money", "count", "ratio"))
"""Dimensions whose units do not convert into each other: currencies, kinds of things, ways to state a ratio."""

SPOKEN = ("yes", "verb", "no")

EXACT = Context(
    prec=320, rounding=ROUND_HALF_UP, Emin=-999999, Emax=999999, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""Arithmetic on amounts, whatever the caller's decimal context: ``with localcontext(EXACT): …``.

The longest numeral has 32 characters, each worth at most eight digits (亿); the rest is for factors and decimal places.
"""

PLACES = 6
"""Decimal places of a base amount whose conversion does not come out even."""

COLUMNS = ("canonical", "aliases", "dimension", "base_unit", "factor", "spoken", "division")
"""The header of ``units.tsv``."""

_DIVISION = {"yes": True, "no": False}


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
        division: whether it is a division of places (村, 乡镇, 县): a noun that may be counted with or without 个.
    """

    name: str
    aliases: tuple[str, ...]
    dimension: str
    base_unit: str
    factor: Fraction
    spoken: str
    division: bool

    def to_base(self, value: Decimal) -> Decimal:
        """Return ``value`` in :attr:`base_unit`: 3亩 is exactly 2000平方米, 半亩 is 333.333333."""
        with localcontext(EXACT) as context:
            amount = value * self.factor.numerator / self.factor.denominator
            return round(amount, PLACES) if context.flags[Inexact] else amount


@cache
def load_units() -> tuple[Unit, ...]:
    """Return every unit of the lexicon in the order of its file; the database's reference table is seeded from it.

    Raises:
        ResourceError: a value the schema does not know, a bad factor, or a spelling that two units claim.
    """
    units: list[Unit] = []
    seen: set[str] = set()
    for row in read_table("units.tsv", COLUMNS):
        unit = _unit(row)
        clash = seen.intersection((unit.name, *unit.aliases))
        if clash:
            raise ResourceError(f"units.tsv 中“{'、'.join(sorted(clash))}”出现两次，请删去一处", f"duplicate {clash}")
        seen.update((unit.name, *unit.aliases))
        units.append(unit)
    return tuple(units)


def _unit(row: dict[str, str]) -> Unit:
    name, aliases = row["canonical"], tuple(row["aliases"].split())
    division = _DIVISION.get(row["division"])
    if row["dimension"] not in DIMENSIONS or row["spoken"] not in SPOKEN or division is None:
        raise ResourceError(f"units.tsv 中“{name}”的 dimension、spoken 或 division 取值不合规定", f"units.tsv: {row}")
    try:
        factor = Fraction(row["factor"])
    except (ValueError, ZeroDivisionError) as error:
        raise ResourceError(f"units.tsv 中“{name}”的 factor 应为小数或分数，实为 {row['factor']!r}") from error
    return Unit(name, aliases, row["dimension"], row["base_unit"], factor, row["spoken"], division)


@cache
def spellings() -> dict[str, Unit]:
    """Return every spelling (canonical names and aliases) with its unit."""
    return {spelling: unit for unit in load_units() for spelling in (unit.name, *unit.aliases)}


def unit_named(name: str) -> Unit:
    """Return the unit with this canonical name or alias.

    Raises:
        KeyError: there is no such unit.
    """
    return spellings()[name]


@cache
def divisions() -> frozenset[str]:
    """Return the canonical names of the units that are divisions of places (村, 组, 乡镇, 县, …)."""
    return frozenset(unit.name for unit in load_units() if unit.division)


class Amounts(NamedTuple):
    """What a number and its unit come to, as a figure holds it; ``value_max`` is the upper end of a range."""

    value: Decimal | None
    value_max: Decimal | None
    unit: str
    dimension: str
    base_value: Decimal | None
    base_value_max: Decimal | None
    base_unit: str


def amounts(value: Decimal | None, value_max: Decimal | None, unit: Unit | None, rate: str = "") -> Amounts:
    """Return a number with its unit as a figure holds it, beside the same in the base unit.

    Args:
        value: the number, ``None`` where it is masked.
        value_max: the upper end of a range.
        unit: its unit, ``None`` where none is told: such a number counts.
        rate: what the unit is per (``/公里``), else ``""``.
    """
    plain, plain_max = _plain(value), _plain(value_max)
    if unit is None:
        return Amounts(plain, plain_max, "", "count", plain, plain_max, "")
    base, base_max = (None if number is None else _plain(unit.to_base(number)) for number in (value, value_max))
    return Amounts(plain, plain_max, unit.name + rate, unit.dimension, base, base_max, unit.base_unit + rate)


def _plain(value: Decimal | None) -> Decimal | None:
    """Return ``value`` without the idle zeros multiplying leaves (16.55亿 is 1655000000, not 1655000000.00)."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize(EXACT)
