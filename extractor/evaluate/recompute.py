"""Annotated claims recomputed from the annotated figures.

What a claim's numbers allow is computed with :mod:`extractor.intervals`, without the checker that the claims measure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.evaluate.claims import Form
from extractor.intervals import AROUND, Interval, Number, as_decimal, exactly, of_figure, total
from extractor.resources.units import EXACT, spellings
from extractor.types import HOUSEHOLD_SIZES, CheckKind, Figure, Modifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.evaluate.claims import Claim
    from extractor.evaluate.rows import Row

_SMALLEST, _LARGEST = map(Fraction, HOUSEHOLD_SIZES)

PLACES = 4
"""Decimal places of the numbers that an annotation shows."""

_PER = "/10万"
"""The unit of a rate per 100,000."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure's number in base units, and how many of these its written unit is."""

    number: Number
    factor: Fraction
    unit: str
    dimension: str

    @property
    def base(self) -> Interval:
        """What the number stands for in base units."""
        return self.number.meaning

    @property
    def written(self) -> Interval:
        """What the number stands for in its written unit (68.4万亩 is 684000): what 亩均 and 每公里 divide by."""
        return self.base.scaled(1 / self.factor)


def amounts(rows: Iterable[Row], text: str) -> dict[int, Amount]:
    """Return what the annotated figures of a text stand for, by ``start``; masked ones are left out."""
    found = {}
    for row in rows:
        figure = _figure(row)
        number = of_figure(figure, text[max(0, row.start - AROUND) : row.start], text[row.end : row.end + AROUND])
        if number is not None and figure.value is not None and figure.base_value is not None:
            factor = Fraction(figure.base_value) / Fraction(figure.value) if figure.value else Fraction(1)
            found[row.start] = Amount(number, factor, figure.unit, figure.dimension)
    return found


def _figure(row: Row) -> Figure:
    name, slash, tail = (row.unit or "").partition("/")
    unit = spellings().get(row.unit or "") or spellings().get(name)
    tail = "" if row.unit in spellings() else slash + tail
    return Figure(
        start=row.start,
        end=row.end,
        text=row.text,
        value=row.value,
        value_max=row.value_max,
        modifier=Modifier(row.modifier or "exact"),
        unit=row.unit or "",
        dimension=unit.dimension if unit else "count",
        base_value=unit.to_base(row.value) if unit and row.value is not None else row.value,
        base_unit=unit.base_unit + tail if unit else row.unit or "",
        redacted=row.value is None,
        article=0,
        section=(),
        sentence=(row.start, row.end),
        base_value_max=unit.to_base(row.value_max) if unit and row.value_max is not None else row.value_max,
    )


def computed(claim: Claim, known: Mapping[int, Amount]) -> Interval:
    """Return what the parts' numbers allow the result to be.

    For :attr:`Form.COMPOUND` the growth over all years: a yearly rate has no exact bounds.

    Raises:
        KeyError: a figure of the claim is masked or not annotated.
        ValueError: the parts do not fit the kind.
    """
    parts = [known[part] for part in claim.parts]
    result = None if claim.result is None else known[claim.result]
    match claim.kind:
        case CheckKind.SUM | CheckKind.CROSS_SUM | CheckKind.PARTS | CheckKind.COMPLEMENT:
            return total(part.base for part in parts)
        case CheckKind.REPEAT:
            (same,) = parts
            return same.base
        case CheckKind.DIFFERENCE:
            kept = len(parts) - 1 if claim.form is Form.BALANCE else 1
            return total(part.base for part in parts[:kept]) - total(part.base for part in parts[kept:])
        case CheckKind.SHARE | CheckKind.PROGRESS | CheckKind.RATE:
            numerator, whole = parts
            return (numerator.base / whole.base).scaled(_scale(_given(result)) * claim.times)
        case CheckKind.MEAN | CheckKind.HOUSEHOLD_SIZE:
            whole, *divisor = parts if claim.kind is CheckKind.MEAN else [_given(result), *parts]
            return (whole.base / divisor[0].written).scaled(claim.times)
        case CheckKind.PRODUCT:
            return _product(claim, parts, _given(result).dimension)
        case CheckKind.GROWTH:
            return _growth(claim, parts)
    raise ValueError(f"{claim.kind} is not annotated")


def _scale(rate: Amount) -> int:
    """Return how often the unit of a rate goes into one; ‰ is a tenth of the base unit %, a ratio (2.3∶1) is 1."""
    return 100_000 if rate.unit == _PER else 100 if rate.dimension == "percent" else 1


def _given(amount: Amount | None) -> Amount:
    if amount is None:
        raise ValueError("a claim of this kind has a result")
    return amount


def _product(claim: Claim, parts: Sequence[Amount], dimension: str) -> Interval:
    """Multiply amounts of the result's dimension in base units, all others as written (每亩 × 亩)."""
    factors = [part.base if part.dimension == dimension else part.written for part in parts]
    groups = zip(factors[::2], factors[1::2], strict=True) if claim.form is Form.PAIRS else [tuple(factors)]
    products = []
    for group in groups:
        product = exactly(claim.times)
        for factor in group:
            product *= factor
        products.append(product)
    return total(products)


def _growth(claim: Claim, parts: Sequence[Amount]) -> Interval:
    """Return the growth in %, as a positive number for 增长 and 下降 alike: the text says the direction in words."""
    first, second = (part.base for part in parts)
    if claim.form in (Form.INCREASE, Form.DECREASE):
        # new = old ± change, so change / old = 1 / (new / change ∓ 1): monotone in new / change.
        ratio = first / second
        return _reciprocal(ratio - exactly(1) if claim.form is Form.INCREASE else ratio + exactly(1)).scaled(
            Fraction(100)
        )
    growth = (first / second - exactly(1)).scaled(Fraction(100))
    return -growth if growth.high is not None and growth.high <= 0 else growth


def _reciprocal(interval: Interval) -> Interval:
    return exactly(1) / interval


def readings(claim: Claim, known: Mapping[int, Amount]) -> list[Interval]:
    """Return what the stated result may stand for: with its modifier, rounded, cut off."""
    match claim.kind:
        case CheckKind.COMPLEMENT:
            return [exactly(100)]
        case CheckKind.HOUSEHOLD_SIZE:
            return [Interval(_SMALLEST, _LARGEST)]
    amount = _given(None if claim.result is None else known[claim.result])
    number = amount.number
    if claim.kind is CheckKind.MEAN and not number.step:
        number = replace(number, step=amount.factor)  # 每千人27张 counts nothing: it is rounded like any mean
    if claim.kind is CheckKind.GROWTH:
        number = replace(number, value=abs(number.value))
    stated = [number.meaning, number.rounding, number.truncation]
    if claim.kind is CheckKind.PARTS:
        return [Interval(Fraction(0), max(_infinite(one.high) for one in stated))]
    if claim.form is Form.COMPOUND:
        return [_power(one, int(claim.times)) for one in stated]
    return stated


def _infinite(bound: Fraction | None) -> Fraction:
    return Fraction(10**30) if bound is None else bound


def _power(rate: Interval, years: int) -> Interval:
    yearly = rate.scaled(Fraction(1, 100)) + exactly(1)
    grown = yearly
    for _ in range(years - 1):
        grown *= yearly
    return (grown - exactly(1)).scaled(Fraction(100))


def agrees(claim: Claim, known: Mapping[int, Amount]) -> bool:
    """Whether the stated result and what its parts allow meet, rounded or cut off.

    Raises:
        KeyError: a figure of the claim is masked or not annotated.
    """
    allowed = computed(claim, known)
    return any(allowed.meets(reading) for reading in readings(claim, known))


def face_values(claim: Claim, known: Mapping[int, Amount]) -> tuple[Decimal, Decimal | None]:
    """Return ``computed`` and ``stated`` of a claim: what the numbers give as they stand, and what the text says.

    Both are in base units, rounded to :data:`PLACES`; nothing is stated of a household's size.

    Raises:
        KeyError: a figure of the claim is masked or not annotated.
    """
    plain = {start: replace(known[start], number=_exact(known[start].number)) for start in claim.figures}
    value = computed(claim, plain).low or Fraction(0)
    if claim.form is Form.COMPOUND:
        with localcontext(EXACT) as context:
            context.prec = 2 * PLACES + 12
            grown = 1 + Decimal(value.numerator) / Decimal(value.denominator) / 100
            value = Fraction((grown ** (1 / Decimal(int(claim.times))) - 1) * 100)
    match claim.kind:
        case CheckKind.HOUSEHOLD_SIZE:
            stated = None
        case CheckKind.COMPLEMENT:
            stated = Fraction(100)
        case _:
            stated = _given(None if claim.result is None else known[claim.result]).number.value
    return as_decimal(value, PLACES), None if stated is None else as_decimal(stated, PLACES)


def _exact(number: Number) -> Number:
    return Number(number.value, Fraction(0), Fraction(0))
