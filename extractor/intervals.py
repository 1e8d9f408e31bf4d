"""What a written number stands for, as an interval with exact bounds.

A number with *d* decimals in its written unit stands for ``v ± ½·10⁻ᵈ`` of that unit (63.9万元 is ±500元); a plain count
(511户) is exact, one in 万 is not. A modifier widens or moves that: 余, 多 after *n* mean ``n < x < n +`` one unit of its
last non-zero place (120余万元: between 120 and 130), 近 the same below, 约 half of that to either side; 以上, 以下 include
the bound, 超过, 不满 do not.

All bounds are :class:`~fractions.Fraction`, in the base unit of the number, so that no order of parts, no unit and no
scale changes a verdict. Both the checks and the comparison with ledgers decide by these intervals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Protocol

from extractor.resources.units import EXACT, PLACES, spellings
from extractor.types import Modifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.types import RecordedFigure

AROUND = 8
"""Characters on either side of a figure by which :func:`of_figure` tells 不少于 and 以上 from 超过."""

COUNTED = frozenset(("people", "households", "person_times", "count", "calendar", "age", ""))
"""Dimensions whose whole numbers are exact."""

DIGITS = re.compile(r"\d(?:[\d,，\s]*\d)?(?:[.．]\d+)?")
"""A number as it is written in digits, with separators and the blanks of a broken line."""

VAGUE = re.compile(r"[余餘多来几]")
"""Characters inside a number that leave its last places open."""

_SEPARATORS = re.compile(r"[,，\s]")
_SCALES = re.compile(r"[千万亿]+(?=[^千万亿\d]*$)")
_WORTH = {"千": 10**3, "万": 10**4, "亿": 10**8}
_INCLUDED_AFTER = re.compile(r"[ 　]?(?:及其?|[和或])?以[上下内]")
_INCLUDED_BEFORE = re.compile(
    r"(?:至少|最少|起码|不(?:能|得|应|要)?(?:少于|低于|小于|超过|高于|大于|多于)|至多|最多|[≥≤])了?$"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers between two bounds; a bound of ``None`` is infinite, an open one does not belong to it."""

    low: Fraction | None
    high: Fraction | None
    open_low: bool = False
    open_high: bool = False

    def __add__(self, other: Interval) -> Interval:
        """Return all sums of a number of each."""
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.open_low or other.open_low,
            self.open_high or other.open_high,
        )

    def __neg__(self) -> Interval:
        """Return the negatives of all its numbers."""
        return Interval(
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
            self.open_high,
            self.open_low,
        )

    def __sub__(self, other: Interval) -> Interval:
        """Return all differences of a number of each."""
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        """Return all products of a number of each.

        Raises:
            ValueError: an interval reaches below 0: amounts that are multiplied in reports never do.
        """
        left, right = _not_negative(self), _not_negative(other)
        unbounded = self.high is None or other.high is None
        return Interval(
            left * right,
            None if self.high is None or other.high is None else self.high * other.high,
            (self.open_low and right > 0) or (other.open_low and left > 0),
            unbounded or self.open_high or other.open_high,
        )

    def __truediv__(self, other: Interval) -> Interval:
        """Return all quotients of a number of each; without upper bound where the divisor may be 0.

        Raises:
            ValueError: an interval reaches below 0, or the divisor is 0 and nothing else.
        """
        left, right = _not_negative(self), _not_negative(other)
        if other.high == 0:
            raise ValueError("division by zero")
        return Interval(
            Fraction(0) if other.high is None else left / other.high,
            None if self.high is None or right == 0 else self.high / right,
            self.open_low or other.open_high,
            self.open_high or other.open_low,
        )

    def scaled(self, factor: Fraction) -> Interval:
        """Return the interval times a positive number."""
        return Interval(
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
            self.open_low,
            self.open_high,
        )

    def widened(self, share: Fraction) -> Interval:
        """Return the interval with each bound moved outwards by ``share`` of itself."""
        low = None if self.low is None else self.low - abs(self.low) * share
        high = None if self.high is None else self.high + abs(self.high) * share
        return Interval(low, high, self.open_low, self.open_high)

    def meets(self, other: Interval) -> bool:
        """Whether some number belongs to both."""
        return not (self.below(other) or other.below(self))

    def below(self, other: Interval) -> bool:
        """Whether every number of this one is smaller than every number of the other."""
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (self.high == other.low and (self.open_high or other.open_low))


def exactly(value: Fraction | Decimal | int) -> Interval:
    """Return the interval of one number."""
    return Interval(Fraction(value), Fraction(value))


def total(intervals: Iterable[Interval]) -> Interval:
    """Return all sums of one number of each interval."""
    return sum(intervals, start=exactly(0))


def _not_negative(interval: Interval) -> Fraction:
    if interval.low is None or interval.low < 0:
        raise ValueError("negative amounts are not multiplied")
    return interval.low


@dataclass(frozen=True)
class Number:
    """A written number in its base unit.

    ``value`` and ``upper`` (of a range) are as written, ``step`` is one unit of the last written place (0 for an exact
    count), ``coarse`` one unit of the last place that is not zero. ``bounded`` tells 余 and 多 inside the number from
    words outside it (超过, 以上), which leave it open; ``included`` whether the number itself is meant too.
    """

    value: Fraction
    step: Fraction
    coarse: Fraction
    modifier: Modifier = Modifier.EXACT
    upper: Fraction | None = None
    bounded: bool = False
    included: bool = True

    @cached_property
    def point(self) -> Interval:
        """The number as written and nothing else."""
        return Interval(self.value, self.value)

    @cached_property
    def rounding(self) -> Interval:
        """What the number stands for if it was rounded, its modifier left aside."""
        half = self.step / 2
        return Interval(self.value - half, (self.value if self.upper is None else self.upper) + half)

    @property
    def excludes_itself(self) -> bool:
        """Whether the modifier says that the real number is another: 超过100, 100余, 近100; not 约100, nor 100以上."""
        open_end = self.modifier in (Modifier.OVER, Modifier.UNDER) and not self.included
        return open_end or self.modifier is Modifier.NEARLY

    @cached_property
    def truncation(self) -> Interval:
        """What the number stands for if the places behind the last one were cut off."""
        if self.value < 0:
            return Interval(self.value - self.step, self.value, open_low=self.step > 0)
        return Interval(self.value, self.value + self.step, open_high=self.step > 0)

    @cached_property
    def meaning(self) -> Interval:
        """What the number stands for with its modifier."""
        value, coarse = self.value, self.coarse
        match self.modifier:
            case Modifier.ABOUT:
                return Interval(value - coarse / 2, value + coarse / 2)
            case Modifier.NEARLY:
                return Interval(value - coarse, value, open_low=True, open_high=True)
            case Modifier.OVER:
                return Interval(value, value + coarse if self.bounded else None, not self.included, open_high=True)
            case Modifier.UNDER:
                return Interval(None if value < 0 else Fraction(0), value, open_high=not self.included)
        return self.rounding


class Written(Protocol):
    """What must be known of a figure to say what its number stands for; a :class:`~extractor.types.Figure` is one."""

    @property
    def text(self) -> str: ...  # noqa: D102 - as in Figure
    @property
    def value(self) -> Decimal | None: ...  # noqa: D102
    @property
    def value_max(self) -> Decimal | None: ...  # noqa: D102
    @property
    def modifier(self) -> Modifier: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def dimension(self) -> str: ...  # noqa: D102
    @property
    def base_value(self) -> Decimal | None: ...  # noqa: D102
    @property
    def base_unit(self) -> str: ...  # noqa: D102


def of_figure(figure: Written, before: str = "", after: str = "") -> Number | None:
    """Return what a figure's number says, ``None`` when it is masked.

    Args:
        figure: the figure.
        before: some characters of the text before it, by which 不少于 is told from 超过.
        after: some characters behind it (以上).
    """
    if figure.value is None or figure.base_value is None:
        return None
    scale = factor(figure)
    step, coarse = map(Fraction, places(figure))
    bounded = figure.modifier is Modifier.OVER and VAGUE.search(figure.text) is not None
    outside = _INCLUDED_AFTER.match(after) or _INCLUDED_BEFORE.search(before.rstrip())
    return Number(
        Fraction(figure.value) * scale,
        step * scale,
        coarse * scale,
        figure.modifier,
        None if figure.value_max is None else Fraction(figure.value_max) * scale,
        bounded,
        included=not bounded and outside is not None,
    )


def of_recorded(recorded: RecordedFigure) -> Number:
    """Return what a recorded number says: it is rounded to the places that its cell shows."""
    scale = factor(recorded)
    step = Fraction(recorded.scale) / 10**recorded.decimals
    if recorded.dimension in COUNTED and recorded.scale == 1 and not recorded.decimals:
        step = Fraction(0)
    return Number(Fraction(recorded.value) * scale, step * scale, max(step, _last_place(recorded.value)) * scale)


def as_decimal(number: Fraction, places: int = PLACES) -> Decimal:
    """Return a bound as people read it, rounded to ``places`` where it has no end."""
    with localcontext(EXACT) as context:
        context.rounding = ROUND_HALF_UP
        shown = round(Decimal(number.numerator) / Decimal(number.denominator), places).normalize()
        return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown


def factor(figure: Written | RecordedFigure) -> Fraction:
    """Return how many base units one unit is; exact where the lexicon knows the unit."""
    unit = spellings().get(figure.unit)
    if unit is not None and unit.base_unit == figure.base_unit:
        return unit.factor
    if not figure.value or figure.base_value is None:
        return Fraction(1)
    return Fraction(figure.base_value) / Fraction(figure.value)


def places(figure: Written) -> tuple[Decimal, Decimal]:
    """Return one unit of the last written place of a figure, and of its last place that is not zero, in its unit.

    The former is 0 for an exact count. Of a range the upper end is meant.
    """
    last = (figure.value if figure.value_max is None else figure.value_max) or Decimal(0)
    coarse = Decimal(1).scaleb(int(last.normalize(EXACT).as_tuple().exponent)) if last else Decimal(1)
    counted = figure.dimension in COUNTED
    numbers = DIGITS.findall(figure.text)
    if not numbers:  # 九十六万元 is written in 万 as 96万元 is
        scale_words = _SCALES.search(figure.text)
        step = Decimal(prod(_WORTH[word] for word in scale_words[0]) if scale_words else 1)
        if coarse < step:
            step = Decimal(1)  # 三万四千
        if counted and step == 1:
            step = Decimal(0)
        return step, max(step, coarse)
    written = [Decimal(plain(number)) for number in numbers]
    digits = next((number for number in written if number == last), written[-1])  # 2.18∶1 is written to two places
    exponent = int(digits.as_tuple().exponent)
    scale = abs(last / digits) if digits else Decimal(1)
    step = scale.scaleb(exponent)
    if counted and step == 1:
        step = Decimal(0)
    return step, max(step, coarse)


def plain(digits: str) -> str:
    """Return digits without separators and blanks, with an ASCII point."""
    return _SEPARATORS.sub("", digits).replace("．", ".")


def _last_place(value: Decimal) -> Fraction:
    """Return one unit of the last place of ``value`` that is not zero; 1 for zero."""
    exponent = value.normalize(EXACT).as_tuple().exponent
    return Fraction(10) ** int(exponent) if value else Fraction(1)
