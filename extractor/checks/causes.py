"""What probably went wrong in a claim that fails: which one slip of the pen would make it hold.

Each slip changes one of the written numbers; a slip is named only when the claim holds without it, and the rarer slips
(a wrong or missing digit) only when just one such change does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, evaluate, is_qualified
from extractor.checks.wording import label, plain, rewritten, written
from extractor.intervals import Number, as_decimal
from extractor.types import Cause, CheckKind, Verdict

if TYPE_CHECKING:
    from extractor.checks.view import Item

_POINTED = re.compile(r"\d+\.\d+")
_POWERS = (1, -1, 2, -2, 3, -3, 4, -4)
_AREAS = Fraction(15)  # 亩 in a 公顷
_TAIL = 2
_FEWEST = 3  # digits that a number needs before a swapped pair tells anything


def likely(claim: Claim, numbers: Sequence[Number]) -> tuple[Cause, str] | None:
    """Return the slip that explains why ``claim`` fails, and in Chinese what should probably be written.

    Args:
        claim: a claim that fails.
        numbers: those of its figures, the stated first.
    """
    if is_qualified(numbers):
        return None  # 约 and 余 leave too much open to tell one digit from another
    for cause, changes in ((Cause.POWER_OF_TEN, _scaled), (Cause.TRANSPOSED, _transposed)):
        for position, item in enumerate(claim.items):
            for number, wording in changes(item, numbers[position]):
                if _holds(claim, [*numbers[:position], number, *numbers[position + 1 :]]):
                    if cause is Cause.POWER_OF_TEN and _lost_point(item, wording):
                        return Cause.LOST_POINT, f"{label(item)} 可能漏了小数点：{wording}"
                    return cause, f"{label(item)} {_SAID[cause]}{wording}"
    lost = _lost_digits(claim, numbers)
    if lost is not None:
        return Cause.LOST_DIGIT, lost
    found = [
        (item, wording)
        for position, item in enumerate(claim.items)
        for number, wording in _one_digit(item, numbers[position])
        if _holds(claim, [*numbers[:position], number, *numbers[position + 1 :]])
    ]
    if len({item.start for item, _ in found}) == 1 and len(found) == 1:
        item, wording = found[0]
        return Cause.DIGIT, f"{label(item)} 可能错了一位：{wording}"
    if claim.kind is CheckKind.SUM and sum(number.value for number in numbers[1:]) < numbers[0].value:
        return Cause.MISSING_PART, "各项之和小于总数，可能漏列一项"
    return None


_SAID = {Cause.POWER_OF_TEN: "可能差了数量级或单位：", Cause.TRANSPOSED: "可能两位数字颠倒："}


def _holds(claim: Claim, numbers: Sequence[Number]) -> bool:
    try:
        return evaluate(claim, numbers)[0] in (Verdict.HOLDS, Verdict.WITHIN_ROUNDING)
    except ValueError:
        return False


def _scaled(item: Item, number: Number) -> Iterator[tuple[Number, str]]:
    """The number with its point elsewhere, or in a unit ten thousand (万元 for 元) or fifteen times (公顷 for 亩) larger."""
    factors = [Fraction(10) ** power for power in _POWERS]
    if item.figure.dimension == "area":
        factors += [_AREAS, 1 / _AREAS]
    for factor in factors:
        moved = replace(
            number,
            value=number.value * factor,
            step=number.step * min(factor, Fraction(1)),
            coarse=number.coarse * factor,
        )
        yield moved, _shifted(item, factor)


def _shifted(item: Item, factor: Fraction) -> str:
    digits = plain(written(item))
    return rewritten(item, f"{as_decimal(Fraction(digits) * factor, 8):f}") if digits else f"×{factor}"


def _lost_point(item: Item, wording: str) -> bool:
    """Whether the digits stay what they are and only a point comes in: 3305 for 330.5."""
    digits, match = plain(written(item)), _POINTED.search(wording)
    return "." not in digits and match is not None and match[0].replace(".", "") == digits


def _transposed(item: Item, number: Number) -> Iterator[tuple[Number, str]]:
    digits = plain(written(item))
    if sum(char.isdigit() for char in digits) < _FEWEST:
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
            return f"{label(claim.stated)} 可能漏了前面的数字：{rewritten(claim.stated, meant)}"
    return None


def _one_digit(item: Item, number: Number) -> Iterator[tuple[Number, str]]:
    """The number with one digit changed, left out or put in."""
    digits = plain(written(item))
    if sum(char.isdigit() for char in digits) < _FEWEST:
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
