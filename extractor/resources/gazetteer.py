"""The administrative divisions of China, from province to township: which names exist, and their NBS codes.

A code tells the level by its length (2 province, 4 prefecture, 6 county, 9 township) and the parents by its prefixes:
``530427105`` lies in ``530427``, ``5304``, ``53``. Names are far from unique (some 3,700 township names occur more than
once), so a look-up returns all codes; whoever asks picks one only where the other places that the text names
decide it.

The gazetteer shows the divisions of one day (2023-06-30). Reports are older: counties have become districts, townships
have become towns. :meth:`Gazetteer.codes` therefore knows a name by its stem too (富阳市 for today's 富阳区, 竹溪乡 for
竹溪镇) and autonomous divisions by their everyday names (新平县 for 新平彝族傣族自治县, 黔南州).
"""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from extractor.resources import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

TOWNSHIP_KINDS = ("镇", "乡", "街道")
_PROVINCE = 2
# A slip keeps two characters in their places (新坪县 for 新平县); so many names are told.
_SAME, _SIMILAR = 2, 5

_PEOPLES = (
    "壮|满|回|苗|维吾尔|土家|彝|蒙古|藏|布依|侗|瑶|朝鲜|白|哈尼|哈萨克|黎|傣|畲|傈僳|仡佬|东乡|拉祜|水|佤|纳西|羌|土|仫佬|锡伯|"
    "柯尔克孜|达斡尔|景颇|毛南|撒拉|布朗|塔吉克|阿昌|普米|鄂温克|怒|京|基诺|德昂|保安|俄罗斯|裕固|乌孜别克|门巴|鄂伦春|独龙|赫哲|珞巴|各"
)
# What a division is called besides its own name; a name keeps two characters at least (赵县 stays).
_KIND = re.compile(rf"(?<=..)(?:(?:(?:{_PEOPLES})族?)*(?:自治[区州县旗]|特别行政区)|地区|[省市县区州盟旗])$")
_TOWNSHIP_KIND = re.compile(r"(?<=.)(?:街道办事处|街道|镇|乡)$")
# A township of a minority is called without its people (都拉乡 for 都拉布依族乡).
_TOWNSHIP_PEOPLE = re.compile(rf"(?<=..)(?:(?:{_PEOPLES})族)+$")
# 老城区, 市中区, 新区: every town has one.
_NO_NAME = re.compile("[老新城市中东西南北郊矿港关]{1,3}[区县]")
# By which other kinds a division is or was called, with the lengths of the codes that fit.
_EVERYDAY_KINDS = {"市": (4, 6), "县": (6,), "区": (6,), "州": (4,), "地区": (4,), "旗": (6,)}


@lru_cache(maxsize=4096)  # the same names again and again
def stem(name: str) -> str:
    """Return ``name`` of a province, prefecture or county without its kind: 新平 of 新平彝族傣族自治县."""
    return _KIND.sub("", name)


@lru_cache(maxsize=4096)
def township_stem(name: str) -> str:
    """Return ``name`` of a township without 镇, 乡 or 街道."""
    return _TOWNSHIP_KIND.sub("", name)


# 地级及以上城市 does not name 上城.
_BOUNDS = ("以上", "以下")


class Gazetteer:
    """All divisions by name. Use :func:`gazetteer`, which reads them once, on first use."""

    def __init__(self) -> None:
        """Read the resource and index it by name, by stem and by the first two characters."""
        self._names: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._autonomous: set[str] = set()
        self._short: dict[str, list[str]] = {}
        self._townships: dict[str, list[str]] = {}
        self._everyday_townships: dict[str, list[str]] = {}
        for row in read_table("divisions.tsv", ("code", "name", "townships")):
            code, name = row["code"], row["name"]
            _add(self._names, name, code)
            if "自治" in name:
                self._autonomous.add(code)
                self._short.setdefault(stem(name) + name[-1], []).append(code)
            _add(self._stems, stem(name), code)
            for township in row["townships"].split():
                self._townships.setdefault(township[3:], []).append(code + township[:3])
                if township.endswith("族乡"):
                    short = _TOWNSHIP_PEOPLE.sub("", township[3:-1])
                    self._everyday_townships.setdefault(short, []).append(code + township[:3])
        self._by_prefix: dict[str, list[str]] = {}
        for name in sorted(self._names.keys() | self._stems.keys(), key=len, reverse=True):
            self._by_prefix.setdefault(name[:2], []).append(name)
        first, second = ("".join(sorted({prefix[i] for prefix in self._by_prefix})) for i in (0, 1))
        self._may_begin = re.compile(f"[{first}](?=[{second}])")

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of all divisions that may be called ``name``: exact names, else everyday and older ones."""
        exact = self._names.get(name, []) + self._townships.get(name, [])
        return tuple(exact or self._everyday(name) or self._renamed_township(name) or self._stems.get(name, ()))

    def is_code(self, code: str) -> bool:
        """Whether a division has this code."""
        return code in self._codes

    @cached_property
    def _codes(self) -> frozenset[str]:
        indexes = (self._names, self._townships)
        return frozenset(code for index in indexes for codes in index.values() for code in codes)

    def is_township(self, body: str) -> bool:
        """Whether a township is called ``body`` and 镇, 乡 or 街道; which of them may have changed over the years."""
        return body in self._everyday_townships or any(body + kind in self._townships for kind in TOWNSHIP_KINDS)

    def is_full_name(self, name: str) -> bool:
        """Whether ``name`` is a province, prefecture or county with its kind (贵州省, 新平县; not 贵州)."""
        return name in self._names or bool(self._everyday(name))

    def is_stem(self, name: str) -> bool:
        """Whether ``name`` is a province, prefecture or county without its kind (贵州, 杭州)."""
        return name in self._stems and not self.is_full_name(name)

    def is_exact(self, name: str) -> bool:
        """Whether ``name`` is today's full name of a province, prefecture or county."""
        return name in self._names

    def is_certain(self, name: str) -> bool:
        """Whether ``name`` alone says which division is meant: a full name that exists once, or a province.

        新平县 is full enough for 新平彝族自治县; 富阳市, now a district, is not: its stem may be another's.
        """
        if _NO_NAME.fullmatch(name):
            return False
        if name in self._names:
            return len(self._names[name]) == 1
        codes = self._everyday(name) or self._stems.get(name, [])
        return len(codes) == 1 and (codes[0] in self._autonomous if name != stem(name) else len(codes[0]) == _PROVINCE)

    def similar(self, name: str, within: str = "") -> list[str]:
        """Return names that ``name`` may be a slip of, the nearest first; of divisions in the one with this code."""
        ranked: list[tuple[int, int, str]] = []
        for known, codes in chain.from_iterable(index.items() for index in (self._names, self._short, self._townships)):
            same = sum(map(str.__eq__, known, name))
            if same >= _SAME and any(code.startswith(within) for code in codes):
                ranked.append((-same, abs(len(known) - len(name)), known))
        return list(dict.fromkeys(known for *_, known in sorted(ranked)))[:_SIMILAR]

    def scan(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the spans in ``text[start:end]`` that read as a province, prefecture or county, kind or no kind."""
        free = start
        for match in self._may_begin.finditer(text, start, end):
            begin = match.start()
            if begin < free or text[begin - 1 : begin + 1] in _BOUNDS:
                continue
            for name in self._by_prefix.get(text[begin : begin + 2], ()):
                if text.startswith(name, begin, end):
                    free = self._with_kind(text, begin, begin + len(name))
                    yield begin, free
                    break

    def _everyday(self, name: str) -> list[str]:
        root = stem(name)
        lengths = _EVERYDAY_KINDS.get(name[len(root) :], ())
        # 江城县 is the autonomous county, whatever district is called 江城区.
        return self._short.get(name) or [code for code in self._stems.get(root, ()) if len(code) in lengths]

    def _renamed_township(self, name: str) -> list[str]:
        root = township_stem(name)
        if root == name:
            return []
        today = [code for kind in TOWNSHIP_KINDS for code in self._townships.get(root + kind, ())]
        return today + self._everyday_townships.get(root, [])

    def _with_kind(self, text: str, begin: int, end: int) -> int:
        """Return ``end`` moved behind a kind that follows the stem ``text[begin:end]`` (新平|县)."""
        for longer in (end + 2, end + 1):
            if self._everyday(text[begin:longer]):
                return longer
        return end


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer, read on the first call."""
    return Gazetteer()


def _add(index: dict[str, list[str]], name: str, code: str) -> None:
    """Enter ``code``; a prefecture without counties is listed twice (东莞市 4419, 441900): the shorter code stands."""
    codes = index.setdefault(name, [])
    if not any(code.startswith(other) for other in codes):
        codes.append(code)
