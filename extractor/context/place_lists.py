"""Lists of places whose items need no 村 of their own (柳溪、石桥等村; 石门、上坝、九棵树三个村).

What matters is the tail (等村); the items are read backwards from it to the last word that a name cannot hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.context.place_names import HAN, SHORTEST_NAME, is_generic, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator

MASK = "[xXＸｘ×＊*○□_]"

_NUMBER = r"\d{1,3}|[一二两三四五六七八九十]{1,3}"
_RANKED = (
    "[国省市县区州][定级列]|贫困|扶贫|重点|项目|深度|示范|行政|自然|边远|非|试点|帮扶|受灾|中心|偏远|山区|老区|革命"
)
_PUBLIC = "敬老院|[学院]校|小学|中学|水库|卫生院|林场|灌区"
_TAIL = re.compile(
    rf"等\s?(?P<count>{_NUMBER}|[多几数])?\s?个{{0,2}}(?:{_RANKED}){{0,3}}"
    r"(?P<kind>乡镇|村民小组|小组|街道|社区|省市|市县|县[市区]?|[村乡镇省市区州屯寨组地])(?![方区级民域委政场集镇容内里情直属长面外干庄务企])"
    rf"|等\s?(?:{_NUMBER})\s?[所个处座](?=[{HAN}]{{0,4}}(?:{_PUBLIC}))"
)
# A list without 等 is one when it has as many items as the number says.
_COUNTED_TAIL = re.compile(
    rf"(?P<count>\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})个?(?:{_RANKED})?"
    r"(?P<kind>乡镇|街道|社区|县[市区]?|[村乡镇市区])(?![级民域委政场镇内里情直长干庄务])"
)
_SEPARATOR = re.compile("(?<=..)(?:[和及与]|以及)(?=..)|、")
_OPENING = re.compile(r"[，,。；;：:！？!?\n（）()《》\d][^，,。；;：:！？!?\n（）()《》\d]*$")
_KIND = re.compile("(?:村委会|居委会|街道|社区|[村乡镇])$")
_MASKED_ITEM = re.compile(f"{MASK}{{1,5}}[{HAN}]?")
_ITEM = re.compile(f"[{HAN}·“”]+")
_WINDOW = 100
_LONGEST_ITEM = 8
_NUMERALS = {char: number for number, char in enumerate("零一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class PlaceList:
    """A list of places: where it begins, where 等村 ends, its items, 村 or 县 …, and how many the text says (or 0)."""

    start: int
    end: int
    names: tuple[str, ...]
    kind: str
    counted: int


def find_lists(text: str, start: int, end: int) -> Iterator[PlaceList]:
    """Yield the lists of places in ``text[start:end]``."""
    for tail in _TAIL.finditer(text, start, end):
        if found := _read(text, start, tail):
            yield found
    for tail in _COUNTED_TAIL.finditer(text, start, end):
        if tail.start() > start and text[tail.start() - 1] not in "等、":
            found = _read(text, start, tail)
            if found and len(found.names) == found.counted > 1:
                yield found


def _read(text: str, start: int, tail: re.Match[str]) -> PlaceList | None:
    """Return the list whose items stand before ``tail``, if all of them can be names."""
    window = max(start, tail.start() - _WINDOW)
    opening = _OPENING.search(text, window, tail.start())
    begin = opening.start() + 1 if opening else window
    items = _SEPARATOR.split(text[begin : tail.start()])
    first = len(items) - 1
    while first > 0 and items[first - 1] and len(items[first]) <= _LONGEST_ITEM:
        first -= 1
    name = trimmed(items[first], exact=first > 0 or opening is not None, longest=_LONGEST_ITEM)
    names = (name, *items[first + 1 :]) if name else tuple(items[first + 1 :])
    if not names or not all(map(_can_be_name, names)):
        return None
    return PlaceList(text.index(names[0], begin), tail.end(), names, tail["kind"] or "", _count(tail["count"]))


def _can_be_name(item: str) -> bool:
    """Whether a list item can be a name: short, and no description (种植大户, 各村, 贫困)."""
    if _MASKED_ITEM.fullmatch(item):
        return True
    body = _KIND.sub("", item) or item
    return SHORTEST_NAME <= len(body) <= _LONGEST_ITEM and bool(_ITEM.fullmatch(item)) and not is_generic(body)


def _count(word: str | None) -> int:
    if not word:
        return 0
    return int(word) if word.isdecimal() else _NUMERALS.get(word, 0)
