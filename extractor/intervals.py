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
from functools import cached_property, lru_cache
from math import lcm, prod
from typing import TYPE_CHECKING, Protocol

from extractor.resources.units import EXACT, PLACES, spellings
from extractor.types import PERSON, Modifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.types import RecordedFigure

_ZERO = Fraction(0)

AROUND = 8
"""Characters on either side of a figure by which :func:`of_figure` tells 不少于 and 以上 from 超过."""

COUNTED = frozenset(("people", "households", "person_times", "count", "calendar", "age", ""))
"""Dimensions whose whole numbers are exact."""

DIGITS = re.compile(r"\d(?:[\d,，\s]*\d)?(?:[.．]\d+)?")
"""A number as it is written in digits, with separators and the blanks of a broken line."""

_TO_ONE = re.compile(r"1[∶:：]")
VAGUE = re.compile(r"[余餘多来几]")
"""Characters inside a number that leave its last places open."""

_SEPARATORS = re.compile(r"[,，\s]")
_ASCII = str.maketrans("０１２３４５６７８９．", "0123456789.")
_SCALES = re.compile(r"[千万亿]+(?=[^千万亿\d]*$)")
_TENTHS = 10
"""Percent of one 成."""
_WORTH = {"千": 10**3, "万": 10**4, "亿": 10**8}
_INCLUDED_AFTER = re.compile(r"[ 　]?(?:及其?|[和或])?以[上下内]")
_INCLUDED_BEFORE = re.compile(
    r"(?:至少|最少|起码|不(?:能|得|应|要)?(?:少于|低于|小于|超过|高于|大于|多于)|至多|最多|[≥≤])了?$"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers between two bounds; a bound of ``None`` is infinite, an open one does not belong to it.

    Arithmetic on two single numbers, each told by its bounds being one object, works out one bound instead of two:
    most claims are tried on such intervals, and a search tries many.
    """

    low: Fraction | None
    high: Fraction | None
    open_low: bool = False
    open_high: bool = False

    def __add__(self, other: Interval) -> Interval:
        """Return all sums of a number of each."""
        if self.low is not None and self.low is self.high and other.low is not None and other.low is other.high:
            return exactly(self.low + other.low)
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.open_low or other.open_low,
            self.open_high or other.open_high,
        )

    def __neg__(self) -> Interval:
        """Return the negatives of all its numbers."""
        if self.low is not None and self.low is self.high:
            return exactly(-self.low)
        return Interval(
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
            self.open_high,
            self.open_low,
        )

    def __sub__(self, other: Interval) -> Interval:
        """Return all differences of a number of each."""
        if self.low is not None and self.low is self.high and other.low is not None and other.low is other.high:
            return exactly(self.low - other.low)
        return Interval(
            None if self.low is None or other.high is None else self.low - other.high,
            None if self.high is None or other.low is None else self.high - other.low,
            self.open_low or other.open_high,
            self.open_high or other.open_low,
        )

    def __mul__(self, other: Interval) -> Interval:
        """Return all products of a number of each.

        Raises:
            ValueError: an interval reaches below 0: amounts that are multiplied in reports never do.
        """
        left, right = _not_negative(self), _not_negative(other)
        if left is self.high and right is other.high:
            return exactly(left * right)
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
        if left is self.high and right is other.high:
            return exactly(left / right)
        return Interval(
            _ZERO if other.high is None else left / other.high,
            None if self.high is None or right == 0 else self.high / right,
            self.open_low or other.open_high,
            self.open_high or other.open_low,
        )

    def scaled(self, factor: Fraction) -> Interval:
        """Return the interval times a positive number."""
        if factor == 1:
            return self
        if self.low is not None and self.low is self.high:
            return exactly(self.low * factor)
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
    bound = value if isinstance(value, Fraction) else Fraction(value)
    return Interval(bound, bound)


def total(intervals: Iterable[Interval]) -> Interval:
    """Return all sums of one number of each interval."""
    added = tuple(intervals)
    if len(added) == 1:
        return added[0]
    low = _sum([one.low for one in added])
    if all(one.low is one.high for one in added):
        return Interval(low, low)
    high = _sum([one.high for one in added])
    return Interval(low, high, any(one.open_low for one in added), any(one.open_high for one in added))


def _sum(bounds: Sequence[Fraction | None]) -> Fraction | None:
    """Add up over one denominator: a fraction is reduced once and not after each addition."""
    known = [bound for bound in bounds if bound is not None]
    if len(known) < len(bounds):
        return None
    denominator = lcm(*(bound.denominator for bound in known))
    return Fraction(sum(bound.numerator * (denominator // bound.denominator) for bound in known), denominator)


def _not_negative(interval: Interval) -> Fraction:
    if interval.low is None or interval.low.numerator < 0:
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
        return exactly(self.value)

    @cached_property
    def rounding(self) -> Interval:
        """What the number stands for if it was rounded, its modifier left aside."""
        if not self.step and self.upper is None:
            return self.point
        half = self.step / 2
        return Interval(self.value - half, (self.value if self.upper is None else self.upper) + half)

    def scaled(self, factor: Fraction) -> Number:
        """Return the number times a positive one, its places with it."""
        upper = None if self.upper is None else self.upper * factor
        step, coarse = self.step * factor, self.coarse * factor
        return Number(self.value * factor, step, coarse, self.modifier, upper, self.bounded, self.included)

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


class Told(Protocol):
    """What must be known of a figure to say whether its text tells its number; a :class:`~extractor.types.Figure` is one."""

    @property
    def text(self) -> str: ...  # noqa: D102 - as in Figure
    @property
    def value(self) -> Decimal | None: ...  # noqa: D102
    @property
    def value_max(self) -> Decimal | None: ...  # noqa: D102
    @property
    def rule_or_model(self) -> str: ...  # noqa: D102


class Written(Told, Protocol):
    """What must be known of a figure to say what its number stands for."""

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
    value, (step, coarse) = Fraction(figure.value), map(_fraction, places(figure))
    if scale != 1:
        value, step, coarse = value * scale, step * scale, coarse * scale
    bounded = figure.modifier is Modifier.OVER and VAGUE.search(figure.text) is not None
    outside = None
    if figure.modifier is not Modifier.EXACT and not bounded:
        outside = _INCLUDED_AFTER.match(after) or _INCLUDED_BEFORE.search(before.rstrip())
    return Number(
        value,
        step,
        coarse,
        figure.modifier,
        None if figure.value_max is None else Fraction(figure.value_max) * scale,
        bounded,
        included=outside is not None,
    )


@lru_cache(maxsize=1024)
def _fraction(place: Decimal) -> Fraction:
    """A unit of some place; few are different."""
    return Fraction(place)


def of_recorded(recorded: RecordedFigure) -> Number:
    """Return what a recorded number says: it is rounded to the places that its cell shows."""
    scale = factor(recorded)
    step = Fraction(recorded.scale) / 10**recorded.decimals
    if recorded.dimension in COUNTED and recorded.scale == 1 and not recorded.decimals:
        step = Fraction(0)
    return Number(Fraction(recorded.value) * scale, step * scale, max(step, _last_place(recorded.value)) * scale)


def as_decimal(number: Fraction, places: int = PLACES) -> Decimal:
    """Return a bound as people read it, rounded to ``places`` where it has no end."""
    if number.denominator == 1:
        return Decimal(number.numerator)
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

    The former is 0 for an exact count. Of a range the upper end is meant. Where a person says that the number is another than
    the text writes, it is as exact as what the text writes, or as its own last place.
    """
    last = _last(figure)
    if is_written(figure):
        return _places(figure.text, last, figure.dimension in COUNTED)
    return _said_places(figure.text, last, figure.dimension in COUNTED)


def is_written(figure: Told) -> bool:
    """Whether the number of a figure is the one that its text writes in digits, if it writes one."""
    if figure.rule_or_model != PERSON:
        return True
    numbers = [Decimal(plain(number)) for number in DIGITS.findall(figure.text)]
    said = _last(figure)
    return not numbers or any(number * worth == said for number in numbers for worth in _worths(figure.text))


def _worths(text: str) -> Iterator[int]:
    """Yield what the digits of a number may have to be taken times: of 120万千瓦 1, 1万 and 1000万, as 千 is of the unit."""
    found = _SCALES.search(text)
    for end in range(len(found[0]) + 1 if found else 1):
        yield _worth(found[0][:end]) if found else 1
    if "成" in text:
        yield _TENTHS


def _worth(scale: str) -> int:
    """Return what 千, 万 and 亿 come to together: 10**8 for 万万."""
    return prod(_WORTH[word] for word in scale)


def _last(figure: Told) -> Decimal:
    return (figure.value if figure.value_max is None else figure.value_max) or Decimal(0)


def _said_places(text: str, last: Decimal, counted: bool) -> tuple[Decimal, Decimal]:
    scale = _SCALES.search(text)
    exponent = int(Decimal(plain(DIGITS.findall(text)[-1])).as_tuple().exponent)
    step = Decimal(_worth(scale[0]) if scale else 1).scaleb(exponent)
    own = int(last.normalize(EXACT).as_tuple().exponent) if last else 0
    if last % step:
        step = Decimal(1).scaleb(min(own, 0))
    coarse = max(step, Decimal(1).scaleb(own))
    return (Decimal(0) if counted and step == 1 else step), coarse


@lru_cache(maxsize=8192)  # links and checks ask for the same figures
def _places(text: str, last: Decimal, counted: bool) -> tuple[Decimal, Decimal]:
    coarse = Decimal(1).scaleb(int(last.normalize(EXACT).as_tuple().exponent)) if last else Decimal(1)
    numbers = DIGITS.findall(text)
    if not numbers:  # 九十六万元 is written in 万 as 96万元 is
        scale_words = _SCALES.search(text)
        step = Decimal(_worth(scale_words[0]) if scale_words else 1)
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


def written(text: str) -> str:
    """Return the digits of a number as they stand in a text, ``""`` for one in Chinese characters; of 1∶12 the 12."""
    found = DIGITS.findall(text)
    return "" if not found else found[-1] if _TO_ONE.match(text) else found[0]


def rewritten(text: str, digits: str) -> str:
    """Return the text of a number with other digits, without 余 and 多."""
    return VAGUE.sub("", text.replace(written(text), digits, 1))


def plain(digits: str) -> str:
    """Return digits in ASCII, without separators and blanks."""
    return _SEPARATORS.sub("", digits).translate(_ASCII)


def _last_place(value: Decimal) -> Fraction:
    """Return one unit of the last place of ``value`` that is not zero; 1 for zero."""
    exponent = value.normalize(EXACT).as_tuple().exponent
    return Fraction(10) ** int(exponent) if value else Fraction(1)
