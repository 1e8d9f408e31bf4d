"""How a claim is shown to people: its figures and its arithmetic in words and numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.intervals import as_decimal, plain, rewritten, written

if TYPE_CHECKING:
    from extractor.checks.claim import Claim
    from extractor.checks.view import Item

_LONGEST = 12
_PLACES = 4
_MINUS = "-－−–"


def label(item: Item) -> str:
    """Return a figure as it stands in a formula: its words and its number."""
    return f"{item.figure.indicator[-_LONGEST:]}{item.figure.text}"


def formula(claim: Claim, point: Fraction) -> str:
    """Return the arithmetic in words and numbers, the result in the unit in which it is stated."""
    left = claim.words.format(*(label(item) for item, _ in claim.terms))
    if claim.range:
        return f"{left}，原文 {label(claim.stated)}"
    result = f"{left} = {shown(point, claim.stated)}"
    return f"{result}，不应超过 {label(claim.stated)}" if claim.bound else f"{result}，原文 {label(claim.stated)}"


def shown(amount: Fraction, like: Item) -> str:
    """Return an amount in the base unit as the figure ``like`` would write it: 89万元, 76.45%."""
    text = like.figure.text
    digits = plain(written(text))
    ranged = like.figure.value_max is not None
    if ranged or like.number is None or not digits or not like.number.value or not Fraction(digits):
        return f"{as_decimal(amount, _PLACES):f}{like.figure.base_unit}"
    result = f"{as_decimal(amount * Fraction(digits) / abs(like.number.value), _PLACES):f}"
    return rewritten(text.lstrip(_MINUS), result)
