"""What the cells of a table may hold besides figures, for the readers that lay tables out and the stage that reads them.

Also the one form in which cells compare, however they were typed.
"""

from __future__ import annotations

import re

_YEAR = re.compile(r"(?:19|20)\d\d")
_WIDE = {ord("０") + digit: str(digit) for digit in range(10)} | str.maketrans("．，＋－−％（）", ".,+--%()")
_CAPTION = re.compile(r"[（(]?[\u4e00-\u9fff]{0,4}单位\s*[:：]|填[报表][人日时][^:：]{0,2}[:：]")


def is_year(text: str) -> bool:
    """Tell whether a cell holds what can be a year: four digits from 1900 to 2099."""
    return _YEAR.fullmatch(text) is not None


def is_caption(text: str) -> bool:
    """Tell whether a cell holds the unit of the whole table (单位：万元), or who filled it in (填报单位：某镇)."""
    return _CAPTION.match(text) is not None


def closed_up(text: str) -> str:
    """Return ``text`` without blanks and line breaks."""
    return "".join(text.split())


def half_width(text: str) -> str:
    """Return ``text`` with digits, brackets and signs of full width made narrow."""
    return text.translate(_WIDE)
