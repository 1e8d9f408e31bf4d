"""What two numbers of one fact come to, and what probably went wrong where they differ.

Only intervals decide (``extractor/intervals.py``), so the verdict is the same in every unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from extractor.intervals import Interval, Number, as_decimal
from extractor.resources.units import load_units
from extractor.types import Match, Modifier

AGREE = frozenset((Match.EXACT, Match.WITHIN_ROUNDING, Match.WITHIN_MODIFIER))
"""The verdicts on a ledger and a report that do not contradict each other."""

_RATIOS = {
    "area": {Fraction(15): "亩与公顷"},
    "mass": {Fraction(2): "斤与公斤"},
    "length": {Fraction(2): "里与公里"},
}
_SHARE_PLACES = 6
_BASE = 10


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
    for scale in _scales(dimension):
        cause, telling = _cause(recorded.value / scale, reported.value / scale, dimension)
        if cause:
            break
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


def digits(value: Fraction) -> str:
    """Return the digits of an amount without the zeros around them: what stays when only the unit changes."""
    return "".join(map(str, as_decimal(abs(value)).normalize().as_tuple().digits)).strip("0")


def _cause(recorded: Fraction, reported: Fraction, dimension: str) -> tuple[str, bool]:
    """Return what the numbers give away, and whether it is telling: chance alone seldom makes such a pair."""
    if not recorded or not reported:
        return "", False
    if recorded == -reported:
        return "疑为正负号相反", False
    ours, theirs = digits(recorded), digits(reported)
    large, small = max(abs(recorded), abs(reported)), min(abs(recorded), abs(reported))
    if ours == theirs:
        power = len(str(large // small)) - 1
        unit = "，疑为万元与元混用" if power == 4 and dimension == "money" else "，疑为小数点或单位有误"
        return f"恰差 10 的 {power} 次方倍{unit}", len(ours) > 1
    units = _RATIOS.get(dimension, {}).get(large / small)
    if units:
        return f"恰为 {large / small} 倍，疑为{units}混用", len(ours) > 2
    ours, theirs = _aligned(recorded, reported)
    if len(ours) != len(theirs):
        return "", False
    wrong = [i for i, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]]
    if (
        len(wrong) == 2
        and wrong[1] - wrong[0] == 1
        and ours[wrong[0]] == theirs[wrong[1]]
        and ours[wrong[1]] == theirs[wrong[0]]
    ):
        return "疑为相邻两位数字颠倒", len(ours) > 2
    if len(wrong) == 1 and len(ours) > 2:
        return "只差一位数字，疑为笔误", len(ours) > 3
    return "", False


@cache
def _scales(dimension: str) -> tuple[Fraction, ...]:
    """Return by what amounts of a dimension are divided to see the digits that a person wrote: 1, and 亩 for an area."""
    factors = {unit.factor for unit in load_units() if unit.dimension == dimension and unit.factor}
    significands = {digits(factor) if factor.denominator == 1 else str(factor): factor for factor in sorted(factors)}
    return (Fraction(1), *(factor for written, factor in significands.items() if written != "1"))


def _aligned(recorded: Fraction, reported: Fraction) -> tuple[str, str]:
    """Return the digits of two amounts with equally many places behind the point."""
    first, second = as_decimal(abs(recorded)), as_decimal(abs(reported))
    places = max(-int(number.as_tuple().exponent) for number in (first, second))
    shown = [f"{number:.{max(places, 0)}f}".replace(".", "") for number in (first, second)]
    shared = min(len(text) - len(text.rstrip("0")) for text in shown)
    left, right = (text[: len(text) - shared] if shared else text for text in shown)
    return left.lstrip("0"), right.lstrip("0")
