"""What probably went wrong in a claim that fails: which one slip of the pen would make it hold.

Each slip changes one of the written numbers; a slip is named only when the claim holds without it, and the rarer slips
(a wrong or missing digit) only when just one such change does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, evaluate, is_qualified
from extractor.checks.wording import label, rewritten, written
from extractor.intervals import Number, as_decimal, plain
from extractor.types import Cause, CheckKind, Modifier, Verdict

if TYPE_CHECKING:
    from extractor.checks.view import Item

_POINTED = re.compile(r"\d+\.\d+")
_POWERS = (1, -1, 2, -2, 3, -3, 4, -4)
# Units that are taken for each other, by how many of one the other has: 万元 for 元, 公顷 for 亩, 公里 for 米.
_UNITS = {"money": (Fraction(10_000),), "area": (Fraction(15),), "length": (Fraction(1000),)}
_NARROW = frozenset((Modifier.EXACT, Modifier.ABOUT))
_TRIED = 40  # numbers of a claim
_TAIL = 2
_PAIR = 2
_FEWEST = 2  # digits that have to agree before a slip tells anything
_SOME = 3  # where the words hardly make the claim
_MANY = 4  # before a single wrong digit tells anything

_SAID = {
    Cause.UNIT: "单位可能写错，应相当于",
    Cause.POWER_OF_TEN: "可能差了数量级：",
    Cause.LOST_POINT: "可能漏了小数点：",
    Cause.TRANSPOSED: "可能两位数字颠倒：",
    Cause.LOST_DIGIT: "可能漏了前面的数字：",
    Cause.DIGIT: "可能错了一位：",
}


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of the pen: which figure, and what should probably be written there (``item`` is ``None`` for a part left out)."""

    cause: Cause
    item: Item | None = None
    wording: str = ""
    digits: int = 0

    @property
    def reason(self) -> str:
        """The slip in Chinese."""
        if self.item is None:
            return "各项之和小于总数，可能漏列一项"
        return f"{label(self.item)} {_SAID[self.cause]}{self.wording}"

    def is_telling(self, *, sure: bool) -> bool:
        """Whether the slip explains the failure hardly by chance: the more digits agree after it, the less so.

        Args:
            sure: whether the words suggest the claim, so that no other numbers were tried.
        """
        if self.item is None:
            return False
        if self.cause in (Cause.UNIT, Cause.LOST_DIGIT):
            return True
        if self.cause is Cause.DIGIT:
            return self.digits >= _MANY
        return self.digits >= (_FEWEST if sure else _SOME)


def likely(claim: Claim, numbers: Sequence[Number]) -> Slip | None:
    """Return the slip that explains why ``claim`` fails.

    Args:
        claim: a claim that fails.
        numbers: those of its figures, the stated first.
    """
    digits = sum(char.isdigit() for char in written(claim.stated).lstrip("0."))
    if claim.kind is CheckKind.HOUSEHOLD_SIZE or len(numbers) > _TRIED:
        return None  # of households and people either may be wrong; in a long list any number
    tried = ((Cause.UNIT, _in_unit), (Cause.POWER_OF_TEN, _scaled), (Cause.TRANSPOSED, _transposed))
    qualified = is_qualified(numbers)
    if qualified and (claim.trust < Trust.SAID or any(number.modifier not in _NARROW for number in numbers)):
        return None
    for cause, changes in tried[:2] if qualified else tried:
        found = next(_mending(claim, numbers, changes), None)
        if found is not None:
            item, wording = found
            lost = cause is Cause.POWER_OF_TEN and _lost_point(item, wording)
            return Slip(Cause.LOST_POINT if lost else cause, item, wording, digits)
    if qualified:
        return None  # 约 leaves too much open to tell one digit from another
    lost_digits = _lost_digits(claim, numbers)
    if lost_digits is not None:
        return Slip(Cause.LOST_DIGIT, claim.stated, lost_digits, digits)
    found_digits = [
        (claim.stated, wording)
        for number, wording in _one_digit(claim.stated, numbers[0])
        if _holds(claim, [number, *numbers[1:]])
    ]
    if len(found_digits) == 1:
        return Slip(Cause.DIGIT, *found_digits[0], digits + claim.bound)
    if claim.kind is CheckKind.SUM and sum(number.value for number in numbers[1:]) < numbers[0].value:
        return Slip(Cause.MISSING_PART)
    return None


Changes = Callable[["Item", Number], Iterator[tuple[Number, str]]]


def _mending(claim: Claim, numbers: Sequence[Number], changes: Changes) -> Iterator[tuple[Item, str]]:
    """The figures with which, changed, the claim holds, and what they then say; the stated one first."""
    for position, item in enumerate(claim.items):
        for number, wording in changes(item, numbers[position]):
            if _holds(claim, [*numbers[:position], number, *numbers[position + 1 :]]):
                yield item, wording


def _holds(claim: Claim, numbers: Sequence[Number]) -> bool:
    """Whether the numbers give what is stated to its last digit: what only rounding allows explains nothing."""
    try:
        return evaluate(replace(claim, bound=False), numbers)[0] is Verdict.HOLDS
    except ValueError:
        return False


def _in_unit(item: Item, number: Number) -> Iterator[tuple[Number, str]]:
    """The number in a unit that is easily taken for its own; one in Chinese characters is not mistaken so."""
    if not written(item):
        return
    for factor in _UNITS.get(item.figure.dimension, ()):
        yield from _times(item, number, (factor, 1 / factor))


def _scaled(item: Item, number: Number) -> Iterator[tuple[Number, str]]:
    """The number with its point elsewhere; one in Chinese characters has none."""
    if not written(item):
        return
    yield from _times(item, number, [Fraction(10) ** power for power in _POWERS])


def _times(item: Item, number: Number, factors: Iterable[Fraction]) -> Iterator[tuple[Number, str]]:
    for factor in factors:
        step = number.step * factor
        if not number.step and (number.value * factor).denominator != 1:
            continue  # a count stays whole
        yield (
            replace(number, value=number.value * factor, step=step, coarse=number.coarse * factor),
            _shifted(item, factor),
        )


def _shifted(item: Item, factor: Fraction) -> str:
    digits = plain(written(item))
    return rewritten(item, f"{as_decimal(Fraction(digits) * factor, 8):f}") if digits else f"×{factor}"


def _lost_point(item: Item, wording: str) -> bool:
    """Whether the digits stay what they are and only a point comes in: 3305 for 330.5."""
    digits, match = plain(written(item)), _POINTED.search(wording)
    return "." not in digits and match is not None and match[0].replace(".", "") == digits


def _transposed(item: Item, number: Number) -> Iterator[tuple[Number, str]]:
    digits = plain(written(item))
    if sum(char.isdigit() for char in digits) < _PAIR:
        return
    places = [position for position, char in enumerate(digits) if char.isdigit()]
    for left, right in pairwise(places):
        if digits[left] != digits[right]:
            swapped = list(digits)
            swapped[left], swapped[right] = swapped[right], swapped[left]
            yield from _reread(item, number, digits, "".join(swapped))


def _lost_digits(claim: Claim, numbers: Sequence[Number]) -> str | None:
    """户均12条 where the numbers give 2.12: the digits that are written end those that should be."""
    digits = plain(written(claim.stated))
    size = Fraction(digits) / abs(numbers[0].value) if digits and numbers[0].value else Fraction(0)
    if len(digits) < _TAIL or not digits.isdigit() or not size:
        return None
    point = abs(evaluate(claim, numbers)[1]) * size
    for places in range(1, _TAIL + 1):
        meant = f"{as_decimal(point, places):f}"
        if "." in meant and meant.replace(".", "").endswith(digits) and len(meant) > len(digits) + 1:
            return rewritten(claim.stated, meant)
    return None


def _one_digit(item: Item, number: Number) -> Iterator[tuple[Number, str]]:
    """The number with one digit changed, left out or put in."""
    digits = plain(written(item))
    if sum(char.isdigit() for char in digits) < _PAIR:
        return
    for position, char in enumerate(digits):
        if not char.isdigit():
            continue
        for other in "0123456789":
            if other != char:
                yield from _reread(item, number, digits, digits[:position] + other + digits[position + 1 :])


def _reread(item: Item, number: Number, digits: str, changed: str) -> Iterator[tuple[Number, str]]:
    """The number as it would be with other digits; none that begins with a 0."""
    if (changed.startswith("0") and not changed.startswith("0.")) or not Fraction(digits):
        return
    value = number.value * Fraction(changed) / Fraction(digits)
    yield replace(number, value=value), rewritten(item, changed)
