"""What probably went wrong in a claim that fails: which one slip of the pen would make it hold.

Each slip (``extractor/slips.py``) changes one of the written numbers; one is named only when the claim holds without it,
and a wrong digit only when just one such change does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, add, evaluate, is_qualified
from extractor.checks.wording import labels
from extractor.intervals import exactly, is_written
from extractor.slips import COARSE, LIKELY, Numeral, Slip, Slips, lost_digits, other_powers, wrong_digit
from extractor.types import Cause, CheckKind, Modifier, Verdict

if TYPE_CHECKING:
    from extractor.checks.view import Item
    from extractor.intervals import Number

_NARROW = frozenset((Modifier.EXACT, Modifier.ABOUT))
_TRIED = 40  # numbers of a claim
_FULL = 100
_FEWEST = 2  # digits that have to agree before a slip tells anything
_SOME = 3  # where the words hardly make the claim

_SAID = {
    Cause.UNIT: "单位可能写错：",
    Cause.POWER_OF_TEN: "可能差了数量级：",
    Cause.LOST_POINT: "可能漏了小数点：",
    Cause.TRANSPOSED: "可能两位数字颠倒：",
    Cause.LOST_DIGIT: "可能漏了前面的数字：",
    Cause.DIGIT: "可能错了一位：",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a claim fails: the slip, the figure that it was made in (``None`` for a part left out), and how sure that is.

    ``label`` is the figure in words; ``digits`` are those that agree once the slip is mended. ``instead`` says what else
    may have been meant: of a quotient either number may be in the wrong unit.
    """

    cause: Cause
    item: Item | None = None
    label: str = ""
    wording: str = ""
    digits: int = 0
    instead: str = ""

    @property
    def reason(self) -> str:
        """The explanation in Chinese."""
        if self.item is None:
            return "各项之和小于总数，可能漏列一项"
        return f"{self.label} {_SAID[self.cause]}{self.wording}{self.instead}"

    def is_telling(self, *, sure: bool) -> bool:
        """Whether a slip in more than one digit explains the failure hardly by chance: the more agree after it, the less.

        Args:
            sure: whether the words suggest the claim, so that no other numbers were tried.
        """
        if self.item is None:
            return False
        if self.cause is Cause.LOST_DIGIT:
            return sure
        if self.cause is Cause.UNIT:
            return True
        return self.digits >= (_FEWEST if sure else _SOME)


def likely(claim: Claim, numbers: Sequence[Number], point: Fraction) -> Explanation | None:
    """Return the slip that explains why ``claim`` fails.

    Args:
        claim: a claim that fails.
        numbers: those of its figures, the stated first.
        point: what they give as they are written.
    """
    if _is_open(claim) or not all(is_written(item.figure) for item in claim.items):
        return None
    qualified = is_qualified(numbers)
    if qualified and not _is_narrow(claim, numbers):
        return None
    numerals = [
        Numeral(item.figure.text, number, item.figure.dimension)
        for item, number in zip(claim.items, numbers, strict=True)
    ]
    stated = numerals[0]
    digits = _digits(stated)
    trial = _Trial(replace(claim, bound=False), numbers, point, qualified)
    if claim.kind is CheckKind.PERCENT_BOUND:
        return _without_point(claim, stated, digits)
    found = _mended(trial, claim.items, numerals, digits)
    if found is not None:
        return found
    if qualified:
        return None  # 约 leaves too much open to tell one digit from another
    lost = lost_digits(stated, point) if point > 0 else None
    if lost is not None:
        return Explanation(lost.cause, claim.stated, labels(claim)[claim.stated], lost.wording, digits)
    wrong = [slip for slip in wrong_digit(stated) if trial.holds(0, slip)]
    if len(wrong) == 1:
        told = labels(claim)[claim.stated]
        return Explanation(wrong[0].cause, claim.stated, told, wrong[0].wording, digits + claim.bound)
    if claim.kind is CheckKind.SUM and sum(number.value for number in numbers[1:]) < numbers[0].value:
        return Explanation(Cause.MISSING_PART)
    return None


def _mended(trial: _Trial, items: Sequence[Item], numerals: Sequence[Numeral], digits: int) -> Explanation | None:
    """The first slip in any of the numbers without which the claim holds; of a wrong unit, one that keeps the digits."""
    for slips in _tried(trial.claim, qualified=trial.qualified):
        mended = (
            (position, found)
            for position, numeral in enumerate(numerals)
            if (found := next((slip for slip in slips(numeral) if trial.holds(position, slip)), None)) is not None
        )
        first = next(mended, None)
        if first is None:
            continue
        every = [first, *mended] if first[1].cause is Cause.UNIT else [first]
        every.sort(key=lambda one: not one[1].keeps_digits)
        position, found = every[0]
        agreeing = max(map(_significant, numerals)) if trial.is_exact(position, found) else digits
        told = labels(trial.claim)
        others = [f"{told[items[place]]} 应为 {slip.wording}" for place, slip in every[1:] if slip.keeps_digits]
        instead = f"；也可能 {'、'.join(others)}" if others else ""
        return Explanation(found.cause, items[position], told[items[position]], found.wording, agreeing, instead)
    return None


def _is_narrow(claim: Claim, numbers: Sequence[Number]) -> bool:
    """Whether 约 leaves little open: the words make the claim, and no 余 or 以上 stands at a number."""
    return claim.trust >= Trust.SAID and all(number.modifier in _NARROW for number in numbers)


def _is_open(claim: Claim) -> bool:
    """Whether any number may be wrong: of households and people either, of 21.6∶37.9∶42.5 and of a long list each."""
    structure = claim.kind is CheckKind.COMPLEMENT and not claim.terms
    return structure or claim.kind is CheckKind.HOUSEHOLD_SIZE or len(claim.terms) >= _TRIED


def _tried(claim: Claim, *, qualified: bool) -> tuple[Slips, ...]:
    """The slips that may explain a claim; a share of 98% was not meant to be 0.98%."""
    if claim.kind is CheckKind.COMPLEMENT:
        return () if qualified else LIKELY[len(COARSE) :]
    return COARSE if qualified else LIKELY


def _without_point(claim: Claim, stated: Numeral, digits: int) -> Explanation | None:
    """966% for 96.6%: a percentage over 100 that lost its point; of 110% or 101.2% nobody knows."""
    found = (slip for slip in other_powers(stated) if slip.cause is Cause.LOST_POINT)
    lost = next((slip for slip in found if _FULL / 10 < slip.value <= _FULL), None)
    if lost is None or digits < _SOME:
        return None
    return Explanation(lost.cause, claim.stated, labels(claim)[claim.stated], lost.wording, digits)


def _digits(numeral: Numeral) -> int:
    return sum(char.isdigit() for char in numeral.digits.lstrip("0."))


def _significant(numeral: Numeral) -> int:
    """The digits of a number without the noughts at its end: one of 2,000."""
    digits = "".join(filter(str.isdigit, numeral.digits)).lstrip("0")
    return len(digits.rstrip("0"))


@dataclass(frozen=True, slots=True)
class _Trial:
    """A claim that fails, tried with other numbers; ``point`` is what its own give."""

    claim: Claim
    numbers: Sequence[Number]
    point: Fraction
    qualified: bool

    def holds(self, position: int, slip: Slip) -> bool:
        """Whether the claim holds to the last digit stated once a slip in one of its numbers is mended.

        What only rounding allows explains nothing.
        """
        try:
            if not self.claim.range and not self.qualified and not self._is_near(position, slip.value):
                return False
            numbers = [*self.numbers[:position], slip.number, *self.numbers[position + 1 :]]
            return evaluate(self.claim, numbers)[0] is Verdict.HOLDS
        except ValueError:
            return False

    def is_exact(self, position: int, slip: Slip) -> bool:
        """Whether a product comes out to the last digit of all its numbers, once a slip is mended: 310 × 6 = 1860."""
        if self.claim.kind not in (CheckKind.PRODUCT, CheckKind.MEAN):
            return False
        if not position:
            return self.point == slip.value
        return self._point(position, slip.value) == self.numbers[0].value

    def _is_near(self, position: int, value: Fraction) -> bool:
        """Whether the numbers give what is stated at least roughly: most do not, and need no full evaluation."""
        stated = self.numbers[0]
        if not position:  # its places move with its point
            return abs(self.point - value) <= (max(stated.step, stated.step * abs(value / stated.value)) or 1)
        point = self._point(position, value)
        return point is not None and abs(point - stated.value) <= (stated.step or 1)

    def _point(self, position: int, value: Fraction) -> Fraction | None:
        """What the numbers give with another one at ``position``."""
        if self.claim.operation is add:  # of a long list each number is tried
            return self.point + value - self.numbers[position].value
        points = [number.point for number in self.numbers[1:]]
        points[position - 1] = exactly(value)
        return self.claim.operation(points).low
