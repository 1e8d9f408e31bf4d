"""Quantities written with two numbers: ranges (3000-8000元, 30至50万元), ratios (1∶4.7) and slash fractions (1/3).

The lexer reads one numeral at a time; here neighbours with nothing but a joining mark between them become one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from extractor.quantities.lexer import Mention
from extractor.quantities.numerals import parse_numeral
from extractor.quantities.periods import TIMES
from extractor.quantities.wraps import is_wrapped
from extractor.resources.units import unit_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DASH = re.compile(r"[ \t]?(?:[-－—–―─~～﹣至到一]|——|--)[ \t]?\Z")
_COLON = re.compile(r"[ \t]?[:：∶︰][ \t]?\Z")
_SLASH = re.compile(r"[/／]\Z")
_WRAP = re.compile(r"\.?[ \t]*\r?\n[ \t\u3000]*(?P<point>[.．]?)\Z")
_THOUSANDS = re.compile(r"(?<![0-9,.])[0-9]{1,3},(?:[0-9]{3},)*\Z")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_LONGEST_RATIO = 24
_RATIO_CUE = re.compile(r"比|配比|配套")


def join(text: str, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Yield ``mentions`` with ranges, ratios and slash fractions merged into one mention each."""
    held: Mention | None = None
    for mention in mentions:
        if held is None:
            held = mention
            continue
        merged = _merge(text, held, mention) if mention.start - held.end <= 4 else None
        if merged is None:
            yield held
            held = mention
        else:
            held = merged
    if held is not None:
        yield held


def _merge(text: str, left: Mention, right: Mention) -> Mention | None:
    between = text[left.end : right.start]
    if left.value is None or right.value is None or left.upper is not None or left.rate:
        return None
    wrap = _WRAP.match(between)
    if wrap:
        return _rejoined(text, left, right, wrap)
    if _DASH.match(between):
        return _range(text, left, right)
    if _COLON.match(between):
        return _ratio(text, left, right)
    if _SLASH.match(between) and left.unit is None and right.unit is None:
        return _slash(left, right)
    return None


def _rejoined(text: str, left: Mention, right: Mention, wrap: re.Match[str]) -> Mention | None:
    """Return one number whose digits a line end has broken (12⏎3万元, 98⏎.7%); the span covers the break."""
    if left.unit is not None or (right.unit is not None and right.unit.dimension in TIMES):
        return None
    thousands = _THOUSANDS.search(text, max(0, left.start - 12), left.start)
    start = thousands.start() if thousands else left.start
    digits = text[start : left.end] + wrap[0].strip() + text[right.start : right.number_end]
    if thousands and not _GROUPED.match(digits):
        return None
    # No line but one that goes on begins with a decimal point, or ends with one behind a word and a number.
    pointed = wrap["point"] or (wrap[0][0] == "." and "一" <= text[start - 1 : start] <= "龥")
    if not (pointed or (right.unit is not None and (thousands or is_wrapped(text, left.end)))):
        return None
    numeral = parse_numeral(digits)
    if numeral is None or not text[left.end - 1].isascii():
        return None
    return replace(right, start=start, value=numeral.value)


def _range(text: str, left: Mention, right: Mention) -> Mention | None:
    """Return the range, or ``None`` when the two numbers are a change (从3520元到5910元), years, or not one kind."""
    if (right.unit is None and left.unit is None) or right.upper is not None:
        return None
    if left.unit is not None and left.unit != right.unit:
        return None
    if text[max(0, left.start - 1) : left.start] in ("从", "由", "自"):
        return None
    low, high = left.value, right.value
    if low is None or high is None:
        return None
    mantissa = high / right.scale
    if left.unit is None and left.scale == 1 and right.scale >= 100 and low < mantissa:
        low *= right.scale
    if low >= high:
        return None
    return replace(
        right,
        start=left.start,
        value=low,
        upper=high,
        spoken=left.spoken and right.spoken,
        approximate=left.approximate or right.approximate,
    )


def _ratio(text: str, left: Mention, right: Mention) -> Mention | None:
    """Return 1∶4.7 as the term that is not 1; a time of day (8:30) is none unless the text speaks of a ratio.

    Of more terms (5∶3∶2) the figure spans all and is worth the first of them that is not 1.
    """
    ratio = unit_named("比")
    if right.unit is not None or left.unit not in (None, ratio) or left.spoken or right.spoken:
        return None
    if right.end - left.start > _LONGEST_RATIO:
        return None
    clock = re.fullmatch(r"[0-9]{1,2}[:：][0-5][0-9]", text[left.start : right.end])
    if clock and not _RATIO_CUE.search(text, max(0, left.start - 12), min(len(text), right.end + 4)):
        return None
    value = right.value if left.value == 1 else left.value
    return Mention(left.start, right.end, right.end, value, None, ratio)


def _slash(left: Mention, right: Mention) -> Mention | None:
    """Return 1/3 as a percentage."""
    if not left.value or not right.value or not left.value < right.value <= 20 or left.value % 1 or right.value % 1:
        return None
    value = round(left.value * 100 / right.value, 2)
    return Mention(left.start, right.end, right.end, Decimal(value), None, unit_named("%"))
