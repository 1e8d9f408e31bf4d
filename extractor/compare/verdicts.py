"""What two numbers of one fact come to, and what probably went wrong where they differ.

Only intervals decide (``extractor/intervals.py``), so the verdict is the same in every unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from extractor.intervals import Interval, Number, as_decimal
from extractor.slips import between
from extractor.slips import significant as digits
from extractor.types import Cause, Match, Modifier

__all__ = ["AGREE", "Judgement", "digits", "judge"]

AGREE = frozenset((Match.EXACT, Match.WITHIN_ROUNDING, Match.WITHIN_MODIFIER))
"""The verdicts on a ledger and a report that do not contradict each other."""

_SHARE_PLACES = 6
_BASE = 10
# Digits that have to agree before a slip is telling: where only the point differs, otherwise, and where one digit is wrong.
_PAIR, _SOME, _WRONG = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict: one of agreement, ``mismatch``, or ``ambiguous`` for what an open modifier allows but nobody would mean.

    ``difference`` is reported less recorded in the base unit, ``relative`` its share of the recorded. ``cause`` says in
    Chinese what the numbers give away, ``""`` where they do not; ``telling`` whether that alone makes it likely that both
    mean one fact.
    """

    match: Match
    difference: Decimal = Decimal(0)
    relative: Decimal | None = None
    cause: str = ""
    telling: bool = False


def judge(recorded: Number, reported: Number, tolerance: Fraction = Fraction(0), dimension: str = "") -> Judgement:
    """Compare two numbers of one fact.

    Args:
        recorded: of the ledger, in the base unit.
        reported: of the report, in the same.
        dimension: of both; tells in which units their digits may have been written.
        tolerance: the share of its amount by which the recorded number may be off besides.
    """
    gap = reported.value - recorded.value
    if reported.upper is not None and gap < 0:
        gap = min(reported.upper - recorded.value, Fraction(0))
    difference = as_decimal(gap)
    relative = as_decimal(gap / recorded.value, _SHARE_PLACES) if recorded.value else None
    stands_for = recorded.rounding.widened(tolerance)
    if recorded.value == reported.value and reported.upper is None and not reported.excludes_itself:
        return Judgement(Match.EXACT, difference, relative)
    if reported.modifier is Modifier.EXACT and _overlap(stands_for, reported.rounding):
        return Judgement(Match.WITHIN_ROUNDING, difference, relative)
    if reported.modifier is not Modifier.EXACT and stands_for.meets(reported.meaning):
        meant = stands_for.meets(_meant(reported))
        return Judgement(Match.WITHIN_MODIFIER if meant else Match.AMBIGUOUS, difference, relative)
    cause, telling = _cause(recorded, reported, dimension)
    return Judgement(Match.MISMATCH, difference, relative, cause, telling)


def _meant(reported: Number) -> Interval:
    """Return the meaning of a number, above too: nobody says 100以上 of 5000.

    What is open upwards reaches to one unit of the place before its last one, or to twice the number if that is more.
    """
    meaning = reported.meaning
    if meaning.low is None or meaning.high is not None:
        return meaning
    reach = max(_BASE * reported.coarse, abs(reported.value))
    return Interval(meaning.low, reported.value + reach, meaning.open_low)


def _overlap(left: Interval, right: Interval) -> bool:
    """Whether two roundings may be of one number. 5.2 and 5.3 only touch: nobody rounds 5.25 to both."""
    if not left.meets(right):
        return False
    return left.high != right.low and right.high != left.low if _wide(left) and _wide(right) else True


def _wide(interval: Interval) -> bool:
    return interval.low != interval.high


def _cause(recorded: Number, reported: Number, dimension: str) -> tuple[str, bool]:
    """Return what the numbers give away, and whether it is telling: chance alone seldom makes such a pair."""
    if recorded.value == reported.value:
        return "数字相同，但报告的说法（余、近、超过等）不含此数", len(digits(recorded.value)) >= _PAIR
    if recorded.value == -reported.value:
        return "疑为正负号相反", False
    slip = between(recorded.value, reported.value, dimension)
    if slip is None:
        return "", False
    least = _PAIR if slip.power else _WRONG if slip.cause is Cause.DIGIT else _SOME
    telling = slip.digits >= least
    match slip.cause:
        case Cause.TRANSPOSED:
            return "疑为相邻两位数字颠倒", telling
        case Cause.DIGIT:
            return "只差一位数字，疑为笔误", telling
    mixed = f"疑为{slip.units}混用" if slip.units else "疑为小数点或单位有误"
    if slip.power:
        return f"恰差 10 的 {slip.power} 次方倍，{mixed}", telling
    return f"恰为 {slip.factor} 倍，{mixed}", telling
