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
from extractor.checks.wording import label
from extractor.intervals import exactly
from extractor.slips import COARSE, LIKELY, Numeral, Slip, lost_digits, wrong_digit
from extractor.types import Cause, CheckKind, Modifier, Verdict

if TYPE_CHECKING:
    from extractor.checks.view import Item
    from extractor.intervals import Number

_NARROW = frozenset((Modifier.EXACT, Modifier.ABOUT))
_TRIED = 40  # numbers of a claim
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

    ``digits`` are those that agree once the slip is mended.
    """

    cause: Cause
    item: Item | None = None
    wording: str = ""
    digits: int = 0

    @property
    def reason(self) -> str:
        """The explanation in Chinese."""
        if self.item is None:
            return "各项之和小于总数，可能漏列一项"
        return f"{label(self.item)} {_SAID[self.cause]}{self.wording}"

    def is_telling(self, *, sure: bool) -> bool:
        """Whether a slip in more than one digit explains the failure hardly by chance: the more agree after it, the less.

        Args:
            sure: whether the words suggest the claim, so that no other numbers were tried.
        """
        if self.item is None:
            return False
        if self.cause in (Cause.UNIT, Cause.LOST_DIGIT):
            return True
        return self.digits >= (_FEWEST if sure else _SOME)


def likely(claim: Claim, numbers: Sequence[Number], point: Fraction) -> Explanation | None:
    """Return the slip that explains why ``claim`` fails.

    Args:
        claim: a claim that fails.
        numbers: those of its figures, the stated first.
        point: what they give as they are written.
    """
    if claim.kind is CheckKind.HOUSEHOLD_SIZE or len(numbers) > _TRIED:
        return None  # of households and people either may be wrong; in a long list any number
    qualified = is_qualified(numbers)
    if qualified and (claim.trust < Trust.SAID or any(number.modifier not in _NARROW for number in numbers)):
        return None
    numerals = [
        Numeral(item.figure.text, number, item.figure.dimension)
        for item, number in zip(claim.items, numbers, strict=True)
    ]
    stated = numerals[0]
    digits = _digits(stated)
    trial = _Trial(replace(claim, bound=False), numbers, point, qualified)
    for slips in COARSE if qualified else LIKELY:
        for position, (item, numeral) in enumerate(zip(claim.items, numerals, strict=True)):
            found = next((slip for slip in slips(numeral) if trial.holds(position, slip)), None)
            if found is not None:
                agreeing = max(map(_digits, numerals)) if trial.is_exact(position, found) else digits
                return Explanation(found.cause, item, found.wording, agreeing)
    if qualified:
        return None  # 约 leaves too much open to tell one digit from another
    lost = lost_digits(stated, point) if point > 0 else None
    if lost is not None:
        return Explanation(lost.cause, claim.stated, lost.wording, digits)
    wrong = [slip for slip in wrong_digit(stated) if trial.holds(0, slip)]
    if len(wrong) == 1:
        return Explanation(wrong[0].cause, claim.stated, wrong[0].wording, digits + claim.bound)
    if claim.kind is CheckKind.SUM and sum(number.value for number in numbers[1:]) < numbers[0].value:
        return Explanation(Cause.MISSING_PART)
    return None


def _digits(numeral: Numeral) -> int:
    return sum(char.isdigit() for char in numeral.digits.lstrip("0."))


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
