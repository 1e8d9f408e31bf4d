"""The nouns of ``implied_units.tsv``: what a number without a unit is counted in (投入70万 is money, 上访户为零 counts 户)."""

from __future__ import annotations

from functools import cache

from extractor.resources import read_table
from extractor.resources.units import Unit, unit_named


@cache
def implied_units() -> dict[str, Unit]:
    """Return the unit each noun implies for a number written without one."""
    return {row["noun"]: unit_named(row["unit"]) for row in read_table("implied_units.tsv", ("noun", "unit"))}


def last_implied(words: str) -> Unit | None:
    """Return the unit implied by the noun that ends last in ``words`` (of two that end together, the longer one's)."""
    implied = implied_units().items()
    found = [(words.rfind(noun) + len(noun), len(noun), unit) for noun, unit in implied if noun in words]
    return max(found, key=lambda item: item[:2])[2] if found else None


def first_implied(words: str) -> Unit | None:
    """Return the unit implied by the noun that begins first in ``words`` (of two, the longer one's)."""
    found = [(words.find(noun), -len(noun), unit) for noun, unit in implied_units().items() if noun in words]
    return min(found, key=lambda item: item[:2])[2] if found else None
