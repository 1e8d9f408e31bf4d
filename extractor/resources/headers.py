"""What the headers of a table say besides names, in a report's table as in a ledger.

They tell in what unit the numbers below are, or that these are no amounts but tell when and which (年份, 编号).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from extractor.resources.cells import closed_up, half_width
from extractor.resources.cues import load
from extractor.resources.implied_units import last_implied
from extractor.resources.units import EXACT, Unit, spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extractor.resources.cues import Cues

LONGEST_HEADER = 40
"""A cell with more characters is prose."""

_BRACKETED = re.compile(
    r"[（(\[【]\s*(?:单位\s*[:：]\s*)?(?P<unit>[^（）()\[\]【】\d\s][^（）()\[\]【】]{0,8}?)\s*[）)\]】]"
)
_TRAILING = re.compile(r"(?:[/／:：,，\s]|(?=[%％‰]))(?P<unit>[^/／:：,，\s\d]{1,8})\Z")
_ENUMERATION = re.compile(
    r"^(?:[#\s\u3000]|其中[:：]?|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)][、.．]?|[①-⑳]"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:、|[.．](?!\d)))+"
)
_SHARE = re.compile(r"(?:率|比重|比例|占比|百分比|增长|增幅|增速)\Z")
_SIZE = re.compile(r"(?:里程|[长宽高深]度|面积|重量|产量|[个座台头件处次条]数)\Z")
_SOURCE = re.compile(
    r"(?:(?:中央|国家|[省市州县区乡镇村])(?:本?级)?|地方|社会|群众|企业|银行|单位|自有)(?:财政|资金|专项|配套|自筹|投入|投资)?"
    r"|(?:财政|自筹|其[他它]|配套|专项)(?:资金)?"
)
_SCALED = re.compile(r"(?P<scale>万亿|[十百千]?[万亿]|[十百千])(?P<unit>.+)")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a header says its numbers are counted in: ``scale`` units, per ``rate`` (万元/人: 10000, 元, "/人")."""

    unit: Unit
    scale: Decimal | int = 1
    rate: str = ""

    @property
    def name(self) -> str:
        """The unit of an amount: 元, or 元/人."""
        return self.unit.name + self.rate

    @property
    def base_unit(self) -> str:
        """The unit in which amounts compare."""
        return self.unit.base_unit + self.rate

    def amount(self, number: Decimal) -> Decimal:
        """Return what ``number`` under the header comes to in :attr:`name`: 120.4 under 万元 is 1204000."""
        with localcontext(EXACT):
            return number * self.scale


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """Return a header or a word of a cell as ``ledger_words.tsv`` writes it."""
    return half_width(closed_up(text)).strip("*：:").lower()


@cache
def is_dated(header: str) -> bool:
    """Whether a column so called tells the period of each row (年份, 统计时期)."""
    return normal(header) in _columns().words("period") | _columns().words("calendar")


@cache
def is_reference(header: str) -> bool:
    """Whether the numbers of a column so called are no amounts, whatever their row counts: a year, 编号, 邮编."""
    name = normal(header)
    return (
        is_dated(header)
        or name in _columns().words("ignore") | _columns().words("place_code")
        or name.endswith(tuple(_columns().words("numbered")))
    )


@cache
def may_refer(words: str) -> bool:
    """Whether numbers so called are amounts only where a unit is told: 竣工时间 is as well a day as so many days."""
    return _no_amounts().search(words) is not None


@cache
def _no_amounts() -> re.Pattern[str]:
    return _columns().pattern("<numbered>|<no_amount>|^[nN][oO]")


def _columns() -> Cues:
    return load("ledger_words.tsv")


def split_unit(header: str, measure: Callable[[str], Measure | None]) -> tuple[str, Measure | None]:
    """Return a header without its unit, and the unit: 投资（万元）, 投资/万元, or 万元 alone.

    Args:
        header: the text of a header cell.
        measure: reads a unit by itself, ``None`` for what is none.
    """
    if len(header) > LONGEST_HEADER:
        return header, None
    whole = measure(header)
    if whole is not None:
        return "", whole
    for match in (*_BRACKETED.finditer(header), *_TRAILING.finditer(header)):
        found = measure(match["unit"])
        if found is not None:
            return (header[: match.start()] + header[match.end() :]).strip(), found
    return header, None


@cache
def measure_named(text: str) -> Measure | None:
    """Read a unit that stands by itself: 万元, km, 元/人; ``None`` for anything else."""
    text = "".join(text.split())
    head, slash, tail = text.replace("／", "/").partition("/")
    for written, rate in ((text, ""), (head, slash + tail)):
        if rate and (not tail or any(map(str.isdecimal, tail))):
            continue
        if written in spellings():
            return Measure(spellings()[written], 1, rate)
        scaled = _SCALED.fullmatch(written)
        if scaled is not None and scaled["unit"] in spellings():
            scale = 1
            for character in scaled["scale"]:
                scale *= _SCALES[character]
            return Measure(spellings()[scaled["unit"]], scale, rate)
    return None


def implied_measure(words: Sequence[str], row_words: Sequence[str], captions: Sequence[Measure]) -> Measure | None:
    """Return what the words imply that is counted, in the unit of the caption where both are of one kind.

    Of several units in a caption, the only one of that kind. Money that no caption tells remains without a unit.
    """
    implied = last_implied("".join(words)) or last_implied("".join(row_words))
    if implied is None:
        return captions[0] if len(captions) == 1 and _may_count(captions[0], (*row_words[-1:], *words[-1:])) else None
    alike = [caption for caption in captions if caption.unit.dimension == implied.dimension]
    if len(alike) == 1:
        return alike[0]
    if implied.dimension == "money":  # a table's money is as often 万元 as 元
        return None
    return Measure(implied)


def _may_count(caption: Measure, words: Sequence[str]) -> bool:
    """Whether numbers under these words can be in the unit of the whole table: neither 完成率 nor 里程 is in 万元."""
    dimension = caption.unit.dimension
    if dimension != "percent" and any(map(_SHARE.search, words)):
        return False
    return dimension != "money" or not any(map(_SIZE.search, words))


def is_share(words: str) -> bool:
    """Whether ``words`` name a rate or share (完成率, 占比), which no sum of rows adds up to."""
    return _SHARE.search(words) is not None


def is_source(word: str) -> bool:
    """Whether a storey of a header names whose money it is (中央, 省级配套, 自筹)."""
    return _SOURCE.fullmatch(word) is not None


def without_enumeration(name: str) -> str:
    """Return ``name`` without the number or 其中： that it begins with."""
    return _ENUMERATION.sub("", name).strip()
