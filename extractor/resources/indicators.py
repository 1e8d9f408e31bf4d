"""Indicator codes: which entry of the lexicon ``indicators.tsv`` an amount measures, or none.

Ledgers are joined on this code, so a wrong one is worse than none. An indicator gets a code only when **all** its
words are accounted for: it is an alias of ``indicators.tsv``, once the words that merely say where or when (全县,
截至目前) and those that lead to the number (达到, 共) are taken off its ends. Whatever else stands there (新增, 减少,
任务, 人均, 占 …) makes it another indicator: 贫困户 is one entry, 帮扶贫困户 is another, 走访贫困户 has none. The
longest reading is tried first, so 总人口 is never read as 总 + 人口. The dimension of the quantity decides between
entries of one wording: 贫困户 counted in 户 is ``poor_households``, in 人 ``poor_population``.

A look-up of the whole indicator is all this takes: there is no search inside it, and so nothing to swallow.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from extractor.errors import ResourceError
from extractor.resources import read_table
from extractor.resources.units import divisions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CLASS = re.compile(r"\[([^\[\]]+)\]")
#: Classes of ``indicator_words.tsv`` that may stand before, or after, any indicator.
_BEFORE, _AFTER = ("位", "时"), ("尾",)
#: A difference of two rates, never the rate itself.
_DIFFERENCE = "百分点"
#: No wording is longer, with all its words of place and time; what is longer is a line of garbage, and costs nothing.
_LONGEST = 60


class _Lexicon(NamedTuple):
    codes: Mapping[tuple[str, str], str]
    before: re.Pattern[str]
    after: re.Pattern[str]


def code_of(indicator: str, unit: str, dimension: str) -> str | None:
    """Return the code of the indicator lexicon for what is measured, ``None`` where no entry fits for certain.

    Args:
        indicator: the words that say what is measured.
        unit: in what it is given, by its canonical name.
        dimension: of the unit; it must be one of the entry's.

    Raises:
        ResourceError: ``indicators.tsv`` or ``indicator_words.tsv`` breaks its schema.
    """
    lexicon = _lexicon()
    # A rate (元/人) or a difference (百分点) measures something else than the amount its dimension suggests.
    if "/" in unit or unit == _DIFFERENCE:
        return None
    if len(indicator) > _LONGEST:
        return None
    # Divisions are nouns: what is counted in 村 are villages, whatever else the indicator speaks of.
    if unit in divisions() and not indicator.endswith(unit):
        return None
    ending: str | None = indicator
    while ending:
        reading: str | None = ending
        while reading:
            code = lexicon.codes.get((reading, dimension))
            if code:
                return code
            reading = _taken_off(lexicon.before, reading)
        ending = _taken_off(lexicon.after, ending)
    return None


def _taken_off(pattern: re.Pattern[str], words: str) -> str | None:
    shorter = pattern.sub("", words, count=1)
    return shorter if shorter != words else None


@cache
def _lexicon() -> _Lexicon:
    words = {row["class"]: row["words"].split("|") for row in read_table("indicator_words.tsv", ("class", "words"))}
    found: dict[tuple[str, str], str] = {}
    for row in read_table("indicators.tsv", ("code", "name", "aliases", "dimension", "project_type")):
        wordings = [row["name"], *filter(None, row["aliases"].split("|"))]
        for wording in (expanded for written in wordings for expanded in _expand(written, words)):
            for dimension in row["dimension"].split("|"):
                other = found.setdefault((wording, dimension), row["code"])
                if other != row["code"]:
                    raise ResourceError(
                        f"indicators.tsv 中“{wording}”（{dimension}）同属 {other} 和 {row['code']}，请删去一处",
                        f"indicators.tsv: {wording!r} ({dimension}) is in both {other} and {row['code']}",
                    )
    before = _either(word for name in _BEFORE for word in words[name])
    after = _either(word for name in _AFTER for word in words[name])
    return _Lexicon(found, re.compile(f"^(?:{before})"), re.compile(rf"(?:{after})\Z"))


def _either(words: Iterator[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _expand(written: str, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the wordings of an alias: ``[建]水塔`` stands for 新建水塔, 修建水塔 and so on."""
    pieces = _CLASS.split(written)
    for index in range(1, len(pieces), 2):
        if pieces[index] not in words:
            raise ResourceError(
                f"indicators.tsv 中“{written}”的词类 [{pieces[index]}] 在 indicator_words.tsv 中没有，请补上或改正",
                f"indicators.tsv: {written!r} names an unknown word class",
            )
    yield from map("".join, product(*([piece] if i % 2 == 0 else words[piece] for i, piece in enumerate(pieces))))
