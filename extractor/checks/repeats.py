"""One thing told twice: the same indicator, place, period and status with two amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust
from extractor.types import CheckKind, Figure, Modifier, Role, Status

if TYPE_CHECKING:
    from extractor.checks.view import Item, View
    from extractor.intervals import Interval

_CLOSE = Fraction(1, 50)
_SINGLE = frozenset(("总人口", "国土面积"))  # told without a year
_ONLY = re.compile(r"(?:即|合|折合|约合|约|折)?")
_THAT_IS = re.compile(r"[，,]?(?:即|合|折合|约合)")
_SHORTEST = 4  # characters of an indicator that names one thing


def find(view: View) -> Iterator[Claim]:
    """Yield the later statements of what was told before."""
    first: dict[tuple[object, ...], Item] = {}
    for item in view.items:
        converted = converted_from(view, item)
        if converted is not None:
            yield Claim(CheckKind.REPEAT, item, ((converted, Role.PART),), _same, "{}", Trust.SAID)
        if not _is_total(item):
            continue
        known = first.setdefault(_thing(item.figure), item)
        if known is not item and known.sentence != item.sentence and known.number is not None:
            trust = Trust.LIKELY if _is_slip(known, item) else Trust.QUIET
            yield Claim(CheckKind.REPEAT, item, ((known, Role.PART),), _same, "前文 {}", trust)


def converted_from(view: View, item: Item) -> Item | None:
    """The figure that another tells in its own unit: 24公顷（360亩）; 24公顷，合360亩."""
    before = None if item.mention.first else view.items[item.index - 1]
    if before is None or before.mention.key != item.mention.key or before.figure.unit == item.figure.unit:
        return None
    bracket = item.mention.opener == before.index and _ONLY.fullmatch(item.mention.clause) is not None
    beside = before.figure.dimension == item.figure.dimension and before.figure.dimension not in ("", "count", "people")
    return before if beside and (bracket or _THAT_IS.fullmatch(item.mention.lead)) else None


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
    ratio = item.number.value / known.number.value
    digits = [sorted(char for char in one.figure.text if char in "123456789") for one in (known, item)]
    return abs(ratio - 1) <= _CLOSE or (digits[0] == digits[1] and len(digits[0]) > 2)


def _same(numbers: Sequence[Interval]) -> Interval:
    (known,) = numbers
    return known
