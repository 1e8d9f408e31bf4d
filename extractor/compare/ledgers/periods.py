"""Periods as ledgers write them: 2015, 2015年度, 2015-06, 2015年上半年, 2015年第三季度, 2011-2015, a date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from extractor.resources.cells import closed_up, half_width
from extractor.sheets.grid import Cell, Kind

_YEAR = r"(?:19|20)\d\d"
_FORMS = re.compile(
    rf"(?P<year>{_YEAR})(?:年度?)?(?:(?P<part>上半年|下半年|第?[一二三四1-4]季度|前[二三]季度|[1-4]-(?P<upto>\d\d?)月|全年|末|底)"
    r"|(?:[-./](?=\d)|(?<=年)|(?=\d\d?月))(?P<month>1[0-2]|0?[1-9])月?(?:份|末|底)?(?:[-./]?(?:[0-3]?\d)日?)?"
    r"|(?P<digits>0[1-9]|1[0-2])(?:[0-3]\d)?)?"
    rf"|(?P<first>{_YEAR})年?(?P<sign>[-—–~～至到/])(?P<last>{_YEAR})年?度?",
    re.ASCII,
)
_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "前二季度": (1, 6), "前三季度": (1, 9)}
_QUARTERS = "一二三四"
_WITHIN = re.compile(rf"(?<!\d){_YEAR}年度?|^{_YEAR}(?!\d)|(?<!\d){_YEAR}$", re.ASCII)


class Period(NamedTuple):
    """A period as figures write it (``2015``, ``2015-06``, ``2011-2015``), with its first and last day in ISO form."""

    text: str
    start: str
    end: str


def read_period(cell: Cell) -> Period | None:
    """Return the period of a cell, ``None`` where it holds none."""
    if isinstance(cell.value, date):
        return _months(cell.value.year, cell.value.month, cell.value.month, by_month=True)
    return None if cell.kind is Kind.BAD else parse_period(cell.text)


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period | None:
    """Return the period that the whole of ``text`` names, ``None`` if it is something else."""
    match = _FORMS.fullmatch(half_width(closed_up(text)))
    if match is None:
        return None
    if match["first"]:
        if match["first"] > match["last"]:
            return None
        sign = "/" if match["sign"] == "/" else "-"
        return Period(f"{match['first']}{sign}{match['last']}", f"{match['first']}-01-01", f"{match['last']}-12-31")
    year = int(match["year"])
    month = int(match["month"] or match["digits"] or 0)
    if month:
        return _months(year, month, month, by_month=True)
    part = match["part"] or ""
    if match["upto"]:
        first, last = int(part[0]), int(match["upto"])
        return _months(year, first, last) if first <= last <= 12 else None
    if part.endswith("季度") and part not in _PARTS:
        digit = part.removeprefix("第")[0]
        quarter = int(digit) if digit.isdecimal() else _QUARTERS.index(digit) + 1
        return _months(year, 3 * quarter - 2, 3 * quarter)
    return _months(year, *_PARTS.get(part, (1, 12)))


def split_period(words: str) -> tuple[Period | None, str]:
    """Return the one year that ``words`` name beside other things, and the rest: 2015年计划 is 2015 and 计划."""
    whole = parse_period(words)
    if whole is not None:
        return whole, ""
    found = _WITHIN.findall(half_width(words))
    if len(found) != 1:
        return None, words
    return parse_period(found[0]), half_width(words).replace(found[0], "", 1)


def _months(year: int, first: int, last: int, by_month: bool = False) -> Period:
    text = f"{year}-{first:02}" if by_month else str(year)
    return Period(text, f"{year}-{first:02}-01", f"{year}-{last:02}-{monthrange(year, last)[1]}")
