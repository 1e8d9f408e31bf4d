"""A claim that a report makes about its own figures, and the verdict on it.

The rule of verdicts (DESIGN: 勾稽 checks): a claim holds when the written numbers give what is stated, rounded as it is
written, or when a modifier covers it; it is *within rounding* when the places that the parts leave open cover it;
*truncated* when the places behind the stated ones were cut off instead of rounded; otherwise it fails. A failure is
only said to be one where the text itself makes the claim: precision of flags is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.intervals import Interval, Number, total
from extractor.types import CheckKind, Modifier, Role, Verdict

if TYPE_CHECKING:
    from extractor.checks.view import Item

Operation = Callable[[Sequence[Interval]], Interval]


class Trust(IntEnum):
    """How surely the text makes the claim, which decides what becomes of one that fails.

    ``QUIET``: the numbers suggest it (reported only when it holds); ``FAINT``: words allow it (a failure is told only
    where a slip of the pen explains it to the last digit); ``LIKELY``: its words suggest it (a failure that is small or
    explained is to be verified); ``SAID``: its words say it (such a failure is to be fixed); ``PLAIN``: nothing else can
    be meant (any failure is to be fixed).
    """

    QUIET = 0
    FAINT = 1
    LIKELY = 2
    SAID = 3
    PLAIN = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """What is stated, of which figures it should come, and how.

    Attributes:
        kind: which arithmetic.
        stated: the figure that states the result.
        terms: the figures that it comes of, each with its role.
        operation: from the intervals of the terms, in base units, to that of the result.
        words: how the arithmetic is written: ``"{} ÷ {}"``.
        trust: how surely the text says so.
        bound: ``True`` where the result may be larger than computed (其中 names some parts only).
        range: ``True`` where the operation gives the range that the result must lie in.
        note: Chinese, what else a reader should know (over how many years a growth is compounded).
    """

    kind: CheckKind
    stated: Item
    terms: tuple[tuple[Item, Role], ...]
    operation: Operation
    words: str
    trust: Trust
    bound: bool = False
    range: bool = False
    note: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        """All its figures, the stated result first."""
        return (self.stated, *(item for item, _ in self.terms))


Readings = Claim | tuple[Claim, ...]
"""A claim, or several readings of one, the likeliest first."""


def add(intervals: Sequence[Interval]) -> Interval:
    """Return the sum."""
    return total(intervals)


def subtract(intervals: Sequence[Interval]) -> Interval:
    """Return the first less the others."""
    first, *others = intervals
    return first - total(others)


def divide(intervals: Sequence[Interval]) -> Interval:
    """Return the first by the second."""
    first, second = intervals
    return first / second


def multiply(intervals: Sequence[Interval]) -> Interval:
    """Return the product of two."""
    first, second = intervals
    return first * second


def percentage(intervals: Sequence[Interval]) -> Interval:
    """Return the first as a percentage of the second."""
    return divide(intervals).scaled(Fraction(100))


def evaluate(claim: Claim, numbers: Sequence[Number]) -> tuple[Verdict, Fraction, Interval]:
    """Return the verdict, what the written numbers give, and the interval that they allow.

    Args:
        claim: the claim.
        numbers: those of its figures, the stated first: its own, or others that are tried in their place.

    Raises:
        ValueError: the numbers do not allow the operation (a divisor of 0, a negative base).
    """
    return _evaluate(claim, numbers, point_of(claim, numbers))


def point_of(claim: Claim, numbers: Sequence[Number]) -> Fraction:
    """Return what the written numbers give, taken as exact; the stated first, as in :func:`evaluate`.

    Raises:
        ValueError: the numbers do not allow the operation.
    """
    stated, *terms = numbers
    exact = claim.operation([term.point for term in terms])
    point = exact.high if claim.range and exact.high is not None and stated.value > exact.high else exact.low
    if point is None:
        raise ValueError("no result")
    return point


def _evaluate(claim: Claim, numbers: Sequence[Number], point: Fraction) -> tuple[Verdict, Fraction, Interval]:
    stated, *terms = numbers
    rounded = claim.operation([term.rounding for term in terms])
    qualified = is_qualified(numbers)
    meant = claim.operation([term.meaning for term in terms]) if qualified else rounded
    if claim.bound:
        verdict = Verdict.FAILS if stated.rounding.below(rounded) and stated.meaning.below(meant) else Verdict.HOLDS
        return verdict, point, rounded
    if claim.range:
        return Verdict.HOLDS if meant.meets(stated.meaning) else Verdict.FAILS, point, rounded
    if claim.kind is CheckKind.MEAN and not stated.step:
        stated = replace(stated, step=Fraction(1))  # 户均30只 is rounded, although it is counted
    if qualified:
        holds_so = meant.meets(stated.meaning)
        excluded = any(number.excludes_itself for number in numbers)
        if holds_so or (not excluded and abs(point - stated.value) <= stated.step / 2):
            return Verdict.HOLDS, point, rounded
        return Verdict.FAILS, point, rounded
    if abs(point - stated.value) <= stated.step / 2:
        return Verdict.HOLDS, point, rounded
    if rounded.meets(stated.rounding):
        return Verdict.WITHIN_ROUNDING, point, rounded
    if rounded.meets(stated.truncation):
        return Verdict.TRUNCATED, point, rounded
    return Verdict.FAILS, point, rounded


def is_qualified(numbers: Sequence[Number]) -> bool:
    """Whether a modifier (约, 余 …) stands at one of the numbers."""
    return any(number.modifier is not Modifier.EXACT for number in numbers)


def holds(claim: Claim, *, truncated: bool = True) -> bool:
    """Whether all numbers of a claim are known and it does not fail; without ``truncated`` cut-off digits fail too."""
    numbers = [item.number for item in claim.items]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or (claim.trust < Trust.LIKELY and is_qualified(known)):
        return False  # what 超过 and 约 leave open fits too much for numbers alone to suggest a claim
    try:
        point = point_of(claim, known)
        verdict = Verdict.FAILS if _is_far(claim, known, point) else _evaluate(claim, known, point)[0]
    except ValueError:
        return False
    return verdict is not Verdict.FAILS and (truncated or verdict is not Verdict.TRUNCATED)


_SCALING = frozenset((CheckKind.PRODUCT, CheckKind.MEAN, CheckKind.SHARE, CheckKind.PROGRESS, CheckKind.RATE))
_LINEAR = frozenset((add, subtract))
_FAR = 8


def _is_far(claim: Claim, numbers: Sequence[Number], point: Fraction) -> bool:
    """Whether rounding cannot make up for what a claim misses, so that it need not be worked out.

    A sum or difference is off by no more than one unit of the last place of each number. Of a product or quotient no
    number is rounded by more than half of itself, unless it is 0: a product of two is off by a factor between 1/4 and
    9/4, a quotient by one between 1/3 and 3, and what is stated by one between 1/2 and, if it was cut off, 2.
    """
    if claim.range or claim.bound:
        return False
    stated = numbers[0].value
    if claim.operation in _LINEAR:
        far = abs(point - stated) > sum(number.step for number in numbers if number.step)
    else:
        far = claim.kind in _SCALING and (point > stated * _FAR or stated > point * _FAR)
        far = far and all(number.value and number.step <= number.value for number in numbers)
    return far and not is_qualified(numbers) and all(number.upper is None for number in numbers)
