"""Rows that add up others (合计, 小计): not recorded, but compared with the sum of what they add up."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from extractor.compare.ledgers.describe import measure_text
from extractor.compare.ledgers.words import is_subtotal
from extractor.resources.headers import is_share
from extractor.resources.units import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.compare.ledgers.values import Value
    from extractor.types import RecordedFigure

_MOST = 200  # totals that are added up again; a sheet with more has been taken for something else
_RATIOS = ("percent", "ratio")


def check_totals(values: Sequence[Value]) -> Iterator[str]:
    """Yield a warning for each row of ``values``, those of one sheet, that is a total: whether it is the sum of its rows."""
    rows: defaultdict[int, list[Value]] = defaultdict(list)
    parts: defaultdict[str, list[RecordedFigure]] = defaultdict(list)
    for value in values:
        if value.total:
            rows[value.figure.row].append(value)
        else:
            parts[value.figure.column].append(value.figure)
    numbers = list(rows)
    for number, totals in list(rows.items())[:_MOST]:
        sheet, name = totals[0].figure.sheet, totals[0].total
        around = _neighbours(numbers, number)
        wrong = [text for value in totals if (text := _difference(value, parts[value.figure.column], around))]
        verdict = "；".join(wrong) if wrong else "与各行之和一致" if any(map(_adds_up, totals)) else "比率不相加，未核"
        yield f"工作表“{sheet}”第 {number} 行“{name}”是合计行，没有作为记录导入；{verdict}"
    if len(rows) > _MOST:
        yield f"另有 {len(rows) - _MOST} 个合计行没有导入，也未核对"


def _neighbours(numbers: Sequence[int], number: int) -> tuple[int, int]:
    """Return the total rows before and after the one at ``number``, 0 and a number beyond all rows where there is none."""
    position = bisect_left(numbers, number)
    before = numbers[position - 1] if position else 0
    after = numbers[position + 1] if position + 1 < len(numbers) else 2**31
    return before, after


def _adds_up(value: Value) -> bool:
    figure = value.figure
    return figure.dimension not in _RATIOS and not value.measure.rate and not is_share(figure.indicator)


def _difference(value: Value, parts: Sequence[RecordedFigure], around: tuple[int, int]) -> str:
    """Return in words how a total differs from the sum of its rows, ``""`` where it does not or cannot be told."""
    total = value.figure
    alike = [part for part in parts if _alike(part, total)] if _adds_up(value) else []
    before, after = around
    ranges = [
        [part for part in alike if before < part.row < total.row],
        [part for part in alike if total.row < part.row < after],
    ]
    if not is_subtotal(value.total):
        ranges = [alike, *ranges]
    sums = [_sum(part.base_value for part in group) for group in ranges if group]
    if not sums or total.base_value in sums:
        return ""
    scale = value.measure.unit.to_base(value.measure.amount(Decimal(1)))
    unit = measure_text(value.measure)
    with localcontext(EXACT) as context:
        context.prec = 12
        stated, found = (amount / scale for amount in (total.base_value, sums[0]))
    return f"{total.column} 列合计 {_plain(stated)}{unit}，各行之和 {_plain(found)}{unit}"


def _alike(part: RecordedFigure, total: RecordedFigure) -> bool:
    """Whether a row belongs to a total: what the total says of itself holds for the row."""
    pairs = ((total.indicator, part.indicator), (total.period, part.period), (total.status, part.status))
    return part.base_unit == total.base_unit and all(not said or said == has for said, has in pairs)


def _sum(amounts: Iterator[Decimal]) -> Decimal:
    with localcontext(EXACT):
        return sum(amounts, Decimal(0))


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
