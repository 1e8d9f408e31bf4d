"""Slips of the pen: what one means who writes one number for another.

Two questions are asked of them. The checks ask what a written number may have been meant to be, and which of these makes
a claim hold: each generator of :data:`LIKELY` yields the slips of one kind. Comparisons ask which slip turns one amount
into another (:func:`between`), whatever the unit each is written in. What is yielded by the one is recognised by the
other, but for numbers of so few digits that any two differ by some slip.

A number in Chinese characters has no point to lose and no digits to swap: it has no slips.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise

from extractor.intervals import VAGUE, Number, as_decimal, plain, rewritten, written
from extractor.resources.headers import measure_named
from extractor.resources.unit_slips import UnitSlip, unit_slips
from extractor.resources.units import load_units
from extractor.types import Cause

_POWERS = tuple(Fraction(10) ** power for power in (1, -1, 2, -2, 3, -3, 4, -4))
_PLACES = 8  # of a number whose point was moved
_LOST = 2  # places behind a point that was lost with the digits before it
_PAIR = 2
_FEWEST = 3  # digits of which one may be told to be wrong


@dataclass(frozen=True)
class Numeral:
    """A number as it is written: its text with the unit, what it says in the base unit, and its dimension."""

    text: str
    number: Number
    dimension: str

    @cached_property
    def digits(self) -> str:
        """Its digits without separators, with an ASCII point; ``""`` in Chinese characters."""
        return plain(written(self.text))


@dataclass(frozen=True, slots=True)
class Slip:
    """What was probably meant by a numeral: its value in the base unit, and its digits where they are not only shifted.

    Many are tried and few mend anything, so what else there is to say of one is worked out when it is asked for.
    """

    cause: Cause
    numeral: Numeral
    value: Fraction
    digits: str = ""

    @property
    def number(self) -> Number:
        """The number that was meant, its places with it."""
        before = self.numeral.number
        if not self.digits:
            return before.scaled(self.value / before.value)
        more = _decimals(self.digits) - _decimals(self.numeral.digits)
        if not more:
            return replace(before, value=self.value)
        step = self.value / Fraction(self.digits) / 10 ** _decimals(self.digits)
        return replace(before, value=self.value, step=step, coarse=step)

    @property
    def wording(self) -> str:
        """What should probably stand in the text: 330.5万元."""
        return self._other_unit() or rewritten(self.numeral.text, self.digits or self._shifted())

    @property
    def keeps_digits(self) -> bool:
        """Whether only the unit need change: 1.92亿元 for 1.92万元, but 16元 hardly for 160000元."""
        return bool(self._other_unit())

    def _other_unit(self) -> str:
        """The same digits in the unit that was meant: 24公顷 for 24亩; ``""`` where it is no matter of units."""
        if self.cause is not Cause.UNIT:
            return ""
        text, ratio = self.numeral.text, self.value / self.numeral.number.value
        for slip in _slips_of(self.numeral.dimension):
            small, large = sorted(slip.units, key=_size)
            meant, stands = (large, small) if ratio > 1 else (small, large)
            rest = text.removesuffix(stands).rstrip()
            if (
                max(ratio, 1 / ratio) == slip.factor
                and rest != text
                and (rest[-1:].isdigit() or VAGUE.match(rest[-1:]))
            ):
                return rest + meant
        return ""

    def _shifted(self) -> str:
        ratio = self.value / self.numeral.number.value
        return f"{as_decimal(Fraction(self.numeral.digits) * ratio, _PLACES):f}"


Slips = Callable[[Numeral], Iterator[Slip]]


def other_units(numeral: Numeral) -> Iterator[Slip]:
    """Yield the number in the units that are taken for its own."""
    for factor in _factors(numeral.dimension):
        yield from _times(numeral, (factor, 1 / factor), lambda _: Cause.UNIT)


def other_powers(numeral: Numeral) -> Iterator[Slip]:
    """Yield the number with its point elsewhere."""
    digits = numeral.digits

    def cause(factor: Fraction) -> Cause:
        """Whether the digits stay what they are and only a point comes in: 3305 for 330.5."""
        kept = "." not in digits and not digits.endswith("0") and 1 < factor.denominator < 10 ** len(digits)
        return Cause.LOST_POINT if kept else Cause.POWER_OF_TEN

    yield from _times(numeral, _POWERS, cause)


def swapped(numeral: Numeral) -> Iterator[Slip]:
    """Yield the number with two neighbouring digits in the other order."""
    digits = numeral.digits
    for left, right in pairwise(_places(digits)):
        if digits[left] != digits[right]:
            other = list(digits)
            other[left], other[right] = other[right], other[left]
            yield from _reread(Cause.TRANSPOSED, numeral, digits, "".join(other))


def wrong_digit(numeral: Numeral) -> Iterator[Slip]:
    """Yield the number with one digit changed; one of a single digit could be any."""
    digits = numeral.digits
    places = _places(digits)
    if len(places) < _PAIR:
        return
    for place in places:
        for other in "0123456789":
            if other != digits[place]:
                yield from _reread(Cause.DIGIT, numeral, digits, digits[:place] + other + digits[place + 1 :])


COARSE: tuple[Slips, ...] = (other_units, other_powers)
"""The slips that show even where 约 stands at a number, the commonest first."""

LIKELY: tuple[Slips, ...] = (*COARSE, swapped)
"""The slips that any of several numbers may be tried for, the commonest first."""


def lost_digits(numeral: Numeral, meant: Fraction) -> Slip | None:
    """Return the slip by which only the end of a number was written: 12 for 2.12.

    Args:
        numeral: what is written.
        meant: what should be, in the base unit; its first decimal places are looked at.
    """
    digits, value = numeral.digits, abs(numeral.number.value)
    if len(digits) < _PAIR or not digits.isdigit() or not value or not int(digits):
        return None
    unit = value / Fraction(digits)
    for places in range(1, _LOST + 1):
        whole = f"{as_decimal(abs(meant) / unit, places):f}"
        if "." in whole and whole.replace(".", "").endswith(digits) and len(whole) > len(digits) + 1:
            return Slip(Cause.LOST_DIGIT, numeral, Fraction(whole) * unit, whole)
    return None


def _places(digits: str) -> list[int]:
    return [place for place, char in enumerate(digits) if char.isdigit()]


def _decimals(digits: str) -> int:
    return len(digits.partition(".")[2])


def _times(numeral: Numeral, factors: Iterable[Fraction], cause: Callable[[Fraction], Cause]) -> Iterator[Slip]:
    number = numeral.number
    if not numeral.digits or not number.value:
        return
    for factor in factors:
        value = number.value * factor
        if number.step or value.denominator == 1:  # a count stays whole
            yield Slip(cause(factor), numeral, value)


def _reread(cause: Cause, numeral: Numeral, digits: str, changed: str) -> Iterator[Slip]:
    """The number as it would be with as many other digits; none that begins with a 0."""
    was, meant = (int(some.replace(".", "")) for some in (digits, changed))
    if was and (not changed.startswith("0") or changed.startswith("0.")):
        yield Slip(cause, numeral, numeral.number.value * Fraction(meant, was), changed)


def _size(unit: str) -> Fraction:
    """How many base units one of a unit of ours has; 万元 is ten thousand of 元."""
    measure = measure_named(unit)
    if measure is None:
        raise ValueError(f"unit_slips.tsv names the unknown unit {unit}")
    return Fraction(measure.scale) * measure.unit.factor


@cache
def _factors(dimension: str) -> tuple[Fraction, ...]:
    """By how much a number is off whose unit was taken for another, each once."""
    told = (slip.factor for slip in unit_slips() if slip.dimension == dimension and slip.claims)
    return tuple(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class Difference:
    """The slip that turns one amount into another.

    Attributes:
        cause: which.
        digits: how many digits of the first amount there are to agree: the more, the less by chance.
        factor: how many of the smaller amount make the larger one, where the unit or the point is wrong.
        power: the power of ten that the factor is, 0 for any other.
        units: the units taken for each other (亩与公顷), ``""`` where it is no matter of units.
    """

    cause: Cause
    digits: int
    factor: Fraction = Fraction(1)
    power: int = 0
    units: str = ""


def between(first: Fraction, second: Fraction, dimension: str) -> Difference | None:
    """Return the slip that turns one amount into another, ``None`` where no single one does.

    Args:
        first: an amount in the base unit.
        second: another of the same thing, in the same.
        dimension: of both; tells in which units their digits may have been written.
    """
    if not first or not second or abs(first) == abs(second):
        return None
    return next(
        filter(None, (_between(first / scale, second / scale, dimension) for scale in _scales(dimension))), None
    )


def _between(first: Fraction, second: Fraction, dimension: str) -> Difference | None:
    ours, theirs = significant(first), significant(second)
    factor = max(abs(first), abs(second)) / min(abs(first), abs(second))
    units = next((slip.name for slip in _slips_of(dimension) if slip.factor == factor), "")
    power = len(str(int(factor))) - 1 if ours == theirs else 0
    if units or power:
        return Difference(Cause.UNIT if units else Cause.POWER_OF_TEN, len(ours), factor, power, units)
    ours, theirs = _aligned(first, second)
    if len(ours) != len(theirs):
        return None
    wrong = [place for place, (one, other) in enumerate(zip(ours, theirs, strict=True)) if one != other]
    if len(wrong) == _PAIR:
        left, right = wrong
        if right - left == 1 and ours[left] + ours[right] == theirs[right] + theirs[left]:
            return Difference(Cause.TRANSPOSED, len(ours))
    if len(wrong) == 1 and len(ours) >= _FEWEST:
        return Difference(Cause.DIGIT, len(ours))
    return None


def significant(value: Fraction) -> str:
    """Return the digits of an amount without the zeros around them: what stays when only the unit changes."""
    return "".join(map(str, as_decimal(abs(value)).normalize().as_tuple().digits)).strip("0")


@cache
def _slips_of(dimension: str) -> tuple[UnitSlip, ...]:
    return tuple(slip for slip in unit_slips() if slip.dimension == dimension)


@cache
def _scales(dimension: str) -> tuple[Fraction, ...]:
    """Return by what amounts of a dimension are divided to see the digits that a person wrote: 1, and 亩 for an area."""
    factors = {unit.factor for unit in load_units() if unit.dimension == dimension and unit.factor}
    shapes = {significant(factor) if factor.denominator == 1 else str(factor): factor for factor in sorted(factors)}
    return (Fraction(1), *(factor for shape, factor in shapes.items() if shape != "1"))


def _aligned(first: Fraction, second: Fraction) -> tuple[str, str]:
    """Return the digits of two amounts with equally many places behind the point."""
    amounts = as_decimal(abs(first)), as_decimal(abs(second))
    places = max(-int(number.as_tuple().exponent) for number in amounts)
    shown = [f"{number:.{max(places, 0)}f}".replace(".", "") for number in amounts]
    shared = min(len(text) - len(text.rstrip("0")) for text in shown)
    left, right = (text[: len(text) - shared] if shared else text for text in shown)
    return left.lstrip("0"), right.lstrip("0")
