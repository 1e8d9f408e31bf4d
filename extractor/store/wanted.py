"""What is wanted of a database, as people write it: periods and amounts."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation

from extractor.errors import UsageError

# 2015, 2015-06, 2011-2015, 2014/2015, and the same as tables and people write it: 2015年6月, 2011—2015年.
_PERIOD = re.compile(
    r"(?P<year>[0-9]{4})(?:年?(?:(?P<span>[-/—－~～至])(?P<last>[0-9]{4})年?)|-(?P<month>0[1-9]|1[0-2])"
    r"|年(?:(?P<of>0?[1-9]|1[0-2])月)?)?"
)
_MAGNITUDE = 1000  # powers of ten that no amount of a report comes near


def days(period: str) -> tuple[date, date]:
    """Return the first and last day of a year, month or span of years as the annotation guidelines write it.

    Raises:
        UsageError: it is none of these.
    """
    match = _PERIOD.fullmatch(period)
    if match is None or not date.min.year <= int(match["year"]) <= int(match["last"] or match["year"]):
        raise UsageError(f"{period!r} 应写成 2015、2015-06、2011-2015 或 2015年、2015年6月", f"{period!r} is no period")
    year, last = int(match["year"]), int(match["last"] or match["year"])
    month = match["month"] or match["of"]
    first_month, last_month = (int(month),) * 2 if month else (1, 12)
    return date(year, first_month, 1), date(last, last_month, monthrange(last, last_month)[1])


def amount(written: str) -> Decimal:
    """Return an exact amount: ``50000``, ``-3.5``, ``1e8``.

    Raises:
        UsageError: it is no number, or far beyond all that is counted.
    """
    try:
        read = Decimal(written)
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite() or abs(read.adjusted()) > _MAGNITUDE:
        raise UsageError(f"{written!r} 应为数字，如 50000 或 -3.5", f"{written!r} is no amount")
    return read
