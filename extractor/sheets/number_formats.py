"""What the number format of a cell shows that its value does not tell: decimal places, percent, a unit, a date."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from extractor.resources.headers import measure_named
from extractor.sheets.grid import Cell, Kind, number_cell

_DIGITS = 15  # significant digits that a spreadsheet shows; what is behind them is noise of its binary numbers
_GENERAL_DECIMALS = 9  # that a cell without a number format shows at most
_DECIMALS = re.compile(r"[0#?]\.([0?]+)")
_MOST_DECIMALS = re.compile(r"[0#?]\.([0#?]+)")
_PLACES = re.compile(r"[0#?]")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')
# A thousandth (0,) or a decimal point that is only painted (0!.0, which shows yuan as 万元).
_RESCALED = re.compile(r"[0#?],+(?![0#?,])|[!\\]\.")
_MONTH_OR_DAY = re.compile(r"[md]", re.IGNORECASE)


def format_number(value: float, number_format: str, as_shown: bool) -> Cell:
    """Return the cell of a number.

    Args:
        value: as it is stored.
        number_format: of the cell.
        as_shown: round to the decimal places that are shown; else what is stored beyond them is kept.
    """
    shape = _shape(number_format)
    if shape.rescaled:
        return Cell(Kind.BAD, f"数字格式 {number_format} 显示的不是存储的数 {value!r}；请改用常规数字格式")
    amount = Decimal(value if isinstance(value, int) else f"{value:.{_DIGITS}g}")
    if shape.percent:
        amount = (amount * 100).normalize()
    if as_shown and shape.most_decimals < -int(amount.as_tuple().exponent):
        amount = amount.quantize(Decimal(1).scaleb(-shape.most_decimals), ROUND_HALF_UP)
    if shape.percent:
        return Cell(Kind.TEXT, number_cell(amount, shape.decimals).text + "%")
    shown = number_cell(amount, shape.decimals)
    return Cell(Kind.TEXT, shown.text + shape.unit) if shape.unit else shown


class _Shape(NamedTuple):
    """What a number format shows beside the digits of the value."""

    decimals: int
    most_decimals: int
    percent: bool
    unit: str
    rescaled: bool


@lru_cache(maxsize=1024)
def _shape(number_format: str) -> _Shape:
    positive = number_format.split(";")[0]
    literal = "".join(quoted or escaped for quoted, escaped in _QUOTED.findall(positive)).strip()
    bare = _QUOTED.sub("", positive)
    decimals = _DECIMALS.search(bare)
    most = _MOST_DECIMALS.search(bare)
    return _Shape(
        len(decimals[1]) if decimals else 0,
        _GENERAL_DECIMALS if not _PLACES.search(bare) else len(most[1]) if most else 0,
        "%" in bare,
        literal if measure_named(literal) else "",
        _RESCALED.search(re.sub(r'"[^"]*"', "", positive)) is not None,
    )


def date_cell(value: date, number_format: str) -> Cell:
    """Return the cell of a date; of one whose format shows only the year, that."""
    day = value.date() if isinstance(value, datetime) else value
    if "y" in number_format.lower() and not _MONTH_OR_DAY.search(_QUOTED.sub("", number_format)):
        return Cell(Kind.TEXT, str(day.year))
    return Cell(Kind.DATE, day.isoformat(), day)
