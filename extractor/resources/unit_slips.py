"""Units that are taken for each other, from ``unit_slips.tsv``."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from extractor.errors import ResourceError
from extractor.resources import read_table
from extractor.resources.units import DIMENSIONS

COLUMNS = ("unit", "other", "dimension", "factor", "claims")
"""The header of ``unit_slips.tsv``."""

_CLAIMS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class UnitSlip:
    """Two units of one dimension that are taken for each other.

    Attributes:
        units: their spellings, in the order in which people name them.
        dimension: one of :data:`~extractor.resources.units.DIMENSIONS`.
        factor: how many of the smaller one make the larger one.
        claims: whether the slip may also explain a claim that fails within one text.
    """

    units: tuple[str, str]
    dimension: str
    factor: Fraction
    claims: bool

    @property
    def name(self) -> str:
        """The two as people name them: 亩与公顷."""
        return "与".join(self.units)


@cache
def unit_slips() -> tuple[UnitSlip, ...]:
    """Return every pair in the order of the file.

    Raises:
        ResourceError: a value the schema does not know, a factor of 1 or less, or a pair that is named twice.
    """
    found: dict[frozenset[str], UnitSlip] = {}
    for row in read_table("unit_slips.tsv", COLUMNS):
        pair = (row["unit"], row["other"])
        name, claims = "、".join(pair), _CLAIMS.get(row["claims"])
        if row["dimension"] not in DIMENSIONS or claims is None:
            raise ResourceError(
                f"unit_slips.tsv 中“{name}”的 dimension 或 claims 取值不合规定", f"unit_slips.tsv: {row}"
            )
        if len(set(pair)) < len(pair) or frozenset(pair) in found:
            raise ResourceError(f"unit_slips.tsv 中“{name}”出现两次或两个单位相同，请改正", f"unit_slips.tsv: {row}")
        found[frozenset(pair)] = UnitSlip(pair, row["dimension"], _factor(row["factor"], name), claims)
    return tuple(found.values())


def _factor(written: str, name: str) -> Fraction:
    try:
        factor = Fraction(written)
    except (ValueError, ZeroDivisionError):
        factor = Fraction(0)
    if factor <= 1:
        raise ResourceError(
            f"unit_slips.tsv 中“{name}”的 factor 应为大于 1 的数，实为 {written!r}", f"{name}: {written}"
        )
    return factor
