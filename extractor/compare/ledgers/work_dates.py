"""Dates above a table that tell when somebody filled it in, counted or printed it: no period of its figures.

填报日期：2016年1月5日 stands above what was done in 2015. 统计时间：2015年 may be the period itself, so it counts as a date
of work only where it names a day; 截至2015年12月31日 and 截止日期 always tell the period.
"""

from __future__ import annotations

import re
from functools import cache

from extractor.resources.cells import half_width
from extractor.resources.cues import load

_YEAR = r"(?:19|20)\d\d"
_DAY = rf"(?:{_YEAR}\s*[年./-]\s*\d{{1,2}}\s*[月./-]\s*\d{{1,2}}\s*日?|{_YEAR}[01]\d[0-3]\d(?!\d))"
_DATE = rf"(?:{_DAY}|{_YEAR}(?:\s*[年./-]\s*(?:\d{{1,2}}\s*月?)?)?)"
# Another noun before 日期 makes it another date (截止|日期).
_NO_NOUN = "(?<![一-鿿])"


@cache
def _dated() -> re.Pattern[str]:
    return load("ledger_words.tsv").pattern(
        rf"[(（]?(?:<work_date>\s*[:：]?\s*{_DATE}|{_NO_NOUN}<work_day>\s*[:：]?\s*{_DAY})[)）]?"
    )


@cache
def _label() -> re.Pattern[str]:
    return load("ledger_words.tsv").pattern(r"[(（]?(?:<work_date>|<work_day>)\s*[:：]?\s*")


def without_work_date(text: str) -> str:
    """Return what a cell above a table says besides the day of its making."""
    return _dated().sub("", half_width(text)).strip() if _dated().search(half_width(text)) else text


def tells_work_date(text: str, following: str) -> bool:
    """Whether a cell is a note on when the table was made: 填报日期：…, or 填报日期 with the date in the cell that follows."""
    text = half_width(text)
    label = _label().match(text)
    if label is None:
        return False
    return label[0].rstrip().endswith((":", "：")) or splits_work_date(text, following)


def splits_work_date(label: str, date: str) -> bool:
    """Whether two cells next to each other are a label and the day of making (填报日期 | 2016-01-05)."""
    alone = _label().fullmatch(half_width(label)) is not None
    return alone and _dated().match(f"{half_width(label)}{half_width(date)}") is not None
