"""How numbers and moments are written for people, in messages, tables and pages alike.

A number of ours has separators for thousands and no zeros behind its last place (75,600米, 0.27亿元); what a report says is
quoted as it stands there. A moment is local, with its offset from UTC; over HTTP it is in UTC. Columns for programs (CSV,
JSON) have plain digits.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.intervals import as_decimal, factor, is_written
from extractor.resources.units import EXACT, PLACES

if TYPE_CHECKING:
    from extractor.intervals import Told
    from extractor.types import RecordedFigure

_SCALES = {10**3: "千", 10**4: "万", 10**6: "百万", 10**7: "千万", 10**8: "亿"}
_WORTH = {name: worth for worth, name in _SCALES.items()}
_SCALE = re.compile(f"(?:{'|'.join(sorted(_WORTH, key=len, reverse=True))})$")
_PLACES = 4
_FAITHFUL = 1000
"""A difference is shown in a large unit only if rounding there leaves out less than this part of it."""
_PERCENT = 100

STATUSES = {"actual": "已完成", "planned": "计划", "standard": "标准"}
"""What the status of a figure is called."""


def number(value: Decimal) -> str:
    """Return a number: 1,026, 0.5."""
    return f"{value.normalize(EXACT):,f}"


def share(value: Decimal) -> str:
    """Return a signed share of 1 in percent: +6.09%."""
    return f"{value * _PERCENT:+,.2f}%"


def moment(value: datetime) -> str:
    """Return an aware moment in local time with its offset: 2026-01-02T11:04:05+08:00."""
    return value.astimezone().isoformat(timespec="seconds")


def utc(value: datetime) -> str:
    """Return an aware moment in UTC, as the service tells it to programs: 2026-01-02T03:04:05Z."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def said(figure: Told, unit: str) -> str:
    """Return a figure as its text writes it, or what a person says that it is, written alike: 960.5万元（已更正）."""
    if figure.value is None or is_written(figure):
        return figure.text
    ends = [end for end in (figure.value, figure.value_max) if end is not None]
    return "—".join(alike(Fraction(end), figure.text, unit) for end in ends) + "（已更正）"


def alike(amount: Fraction, text: str, unit: str, places: int = PLACES) -> str:
    """Return an amount in ``unit`` in the scale of a text that ends in it: 910.5万元 where that is 860.5万元."""
    found = _SCALE.search(text.removesuffix(unit)) if unit else None
    scale = found[0] if found else ""
    return f"{as_decimal(amount / _WORTH.get(scale, 1), places):f}{scale}{unit}"


def recorded_amount(row: RecordedFigure) -> str:
    """Return a recorded amount in the unit of its ledger: 1.05亿元."""
    scale, name = _scale(row)
    return f"{number(row.value / scale)}{name}{row.unit}"


def in_recorded_unit(amount: Decimal, row: RecordedFigure) -> Decimal:
    """Return an amount in the base unit of ``row`` in its unit, rounded where that has no end."""
    return as_decimal(Fraction(amount) / factor(row))


def gap(amount: Decimal, row: RecordedFigure) -> str:
    """Return how large a difference in the base unit of ``row`` is, without sign, in the unit of its ledger: 45公里."""
    exact = abs(Fraction(amount)) / factor(row)
    if row.base_unit == "%":
        return f"{number(as_decimal(exact, _PLACES))}个百分点"
    scale, name = _scale(row)
    shown = as_decimal(exact / Fraction(scale), _PLACES)
    if abs(Fraction(shown * scale) - exact) * _FAITHFUL > exact:
        return f"{number(as_decimal(exact))}{row.unit}"
    return f"{number(shown)}{name}{row.unit}"


def _scale(row: RecordedFigure) -> tuple[Decimal, str]:
    """Return what one of the ledger's unit is (万元: 10000) and its name; 1 where that has none."""
    name = _SCALES.get(int(row.scale), "")
    return (row.scale, name) if name else (Decimal(1), "")
