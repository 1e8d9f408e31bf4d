"""How a claim is shown to people: its figures and its arithmetic in words and numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.intervals import as_decimal, factor, is_written, plain, rewritten, written
from extractor.types import CheckKind
from extractor.wording import alike, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.checks.claim import Claim
    from extractor.checks.view import Item

_QUOTIENTS = frozenset((CheckKind.MEAN, CheckKind.PRODUCT))
_HEADS = frozenset(("households", "people", "person_times"))
_PLACES = 4
_MINUS = "-－−–"
_NAMING = 2  # characters of a clause that say what a number is; 共, 达 do not


def labels(claim: Claim) -> dict[Item, str]:
    """Return each figure of a claim as it stands in a formula: its words and its number.

    In 亩均产值1.6万元，总计1920万元 the second takes the words of the first, though it is another thing: of the figures of a
    mean or a product that have the same words, only those beside which they stand keep them.
    """
    return {item: _words(item, claim) + said(item.figure, item.figure.unit) for item in claim.items}


def _words(item: Item, claim: Claim) -> str:
    indicator, mention = item.figure.indicator, item.mention
    if claim.kind not in _QUOTIENTS or mention.percent or mention.label or indicator in mention.lead:
        return indicator
    if not any(_is_other(item, other) for other in claim.items if other.figure.indicator == indicator):
        return indicator
    return mention.clause if len(mention.clause) >= _NAMING else ""


def _is_other(item: Item, other: Item) -> bool:
    """Whether two figures can hardly measure one thing; households and their people do."""
    one, two = item.mention, other.mention
    if {item.figure.dimension, other.figure.dimension} <= _HEADS:
        return False
    return not two.percent and (one.key, one.average) != (two.key, two.average)


def formula(claim: Claim, point: Fraction) -> str:
    """Return the arithmetic in words and numbers, the result in the unit in which it is stated."""
    told = labels(claim)
    stated, left = told[claim.stated], _terms(claim, told)
    if claim.range:
        return f"{left}，原文 {stated}"
    result = f"{left} = {shown(point, claim.stated)}"
    return f"{result}，不应超过 {stated}" if claim.bound else f"{result}，原文 {stated}"


def terms(claim: Claim) -> str:
    """Return the arithmetic without its result."""
    return _terms(claim, labels(claim))


def _terms(claim: Claim, told: Mapping[Item, str]) -> str:
    return claim.words.format(*(told[item] for item, _ in claim.terms))


def shown(amount: Fraction, like: Item) -> str:
    """Return an amount in the base unit as the figure ``like`` would write it: 89万元, 76.45%."""
    text = like.figure.text
    if like.number is not None and not is_written(like.figure):
        return alike(amount / factor(like.figure), text, like.figure.unit, _PLACES)
    digits = plain(written(text))
    ranged = like.figure.value_max is not None
    if ranged or like.number is None or not digits or not like.number.value or not Fraction(digits):
        return f"{as_decimal(amount, _PLACES):f}{like.figure.base_unit}"
    result = f"{as_decimal(amount * Fraction(digits) / abs(like.number.value), _PLACES):f}"
    return rewritten(text.lstrip(_MINUS), result)
