"""One thing told twice: the same indicator, place, period and status with two amounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust
from extractor.slips import between
from extractor.types import Cause, CheckKind, Figure, Modifier, Role, Status

if TYPE_CHECKING:
    from extractor.checks.view import Item, View
    from extractor.intervals import Interval

_CLOSE = Fraction(1, 50)
_SINGLE = frozenset(("总人口", "国土面积"))  # told without a year
_FEWEST = 3  # digits of two amounts that are the same hardly by chance
_SHORTEST = 4  # characters of an indicator that names one thing


def find(view: View) -> Iterator[Claim]:
    """Yield the later statements of what was told before."""
    first: dict[tuple[object, ...], Item] = {}
    for item in view.items:
        if not _is_total(item):
            continue
        known = first.setdefault(_thing(item.figure), item)
        if known is not item and known.sentence != item.sentence and known.number is not None:
            trust = Trust.LIKELY if _is_slip(known, item) else Trust.QUIET
            yield Claim(CheckKind.REPEAT, item, ((known, Role.PART),), _same, "前文 {}", trust)


def _thing(figure: Figure) -> tuple[object, ...]:
    places = tuple(place.name for place in figure.place)
    period = None if figure.indicator in _SINGLE else figure.period
    return figure.indicator, figure.status, period, places, figure.dimension, figure.base_unit


def _is_total(item: Item) -> bool:
    """Whether a figure is the level of something that has one: no part, no change, no payment among many."""
    figure, mention = item.figure, item.mention
    dated = len(figure.indicator) >= _SHORTEST and figure.period is not None
    told = (dated or figure.indicator in _SINGLE) and bool(figure.place)
    plain = figure.modifier is Modifier.EXACT and figure.value_max is None and item.number is not None
    return told and plain and figure.status is Status.ACTUAL and mention.summable and not mention.percent


def _is_slip(known: Item, item: Item) -> bool:
    """Whether two amounts differ as by a slip of the pen: hardly at all, or in the order or place of their digits."""
    if known.number is None or item.number is None or not known.number.value or not item.number.value:
        return False
    first, second = known.number.value, item.number.value
    if abs(second / first - 1) <= _CLOSE:
        return True
    slip = between(first, second, item.figure.dimension)
    return slip is not None and bool(slip.cause is Cause.TRANSPOSED or slip.power) and slip.digits >= _FEWEST


def _same(numbers: Sequence[Interval]) -> Interval:
    (known,) = numbers
    return known
