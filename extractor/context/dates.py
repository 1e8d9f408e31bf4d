"""Where a text names a time, and in what way: 2015年, 2014年以来, 20xx年, 去年10月, “十二五”, 三年来, 11月底.

A mention says only what its own words say; which year 去年 is, the article decides (:mod:`extractor.context.period`).
Numbers that merely look like years (document numbers 〔2016〕87号, telephone numbers) have no 年 behind them and are
not matched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHINESE_YEAR = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_NUMERALS = {char: number for number, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "十一": 11, "十二": 12}


class DateKind(Enum):
    """What the words of a mention tell."""

    ABSOLUTE = "a year"
    SPAN = "from one year to another"
    PLAN = "the years of a plan"
    MASKED = "a year with masked digits"
    REPORT = "years away from the year of the report (今年, 去年)"
    CONTEXT = "years away from the year that is being spoken of (上年, 当年), or a part of it (11月底, 上半年)"
    YEARS_BACK = "so many years up to the report (五年来)"
    VAGUE = "years that are not counted (近年来)"


@dataclass(frozen=True, slots=True)
class DateMention:
    """One mention of a time.

    Attributes:
        start: where the mention begins in the text.
        end: where it ends.
        kind: how to read ``years``.
        years: first and last year; for ``REPORT`` and ``CONTEXT`` the distance in years, for ``YEARS_BACK`` the number
            of years.
        months: first and last month meant, where the words narrow the year (上半年 is 1–6).
        by_month: the mention names one month, so the period is that month; 年底 names only the year.
        full_date: the mention names a day (7月8日, “7·8”).
        since: the time is open to the day of the report (以来, 起, 至今).
        compared: the mention is what something is compared with or has changed from (比上年, 较2019年, 由上年的).
        multiplied: the number after it is a multiple of what there was then (上年的1.5倍); it is ``compared`` too.
    """

    start: int
    end: int
    kind: DateKind
    years: tuple[int, int] = (0, 0)
    months: tuple[int, int] = (1, 12)
    by_month: bool = False
    full_date: bool = False
    since: bool = False
    compared: bool = False
    multiplied: bool = False


_YEAR = r"(?:(?:[1１][9９]|[2２][0０])\d\d|[一二][〇○零Ｏ九][〇○零Ｏ一二三四五六七八九]{2})"
_MONTH = r"(?:[1１][0-2０-２]|[0０]?[1-9１-９]|十[一二]?|[一二三四五六七八九])"
_DAY = r"[0-3０-３]?\d"
# The look-ahead settles most characters at once; without it every alternative is tried at each of them.
_HEAD = re.compile(
    r"(?=[“\"「0-9０-９一二三四五六七八九十两〇○零xX×＊*今去本明来前未上次当同全年近过这最几多些历下第])(?:"
    r"[“\"「]?(?P<plan>十[一二三四五六]|(?<=[“\"「])[六七八九十]|[六七八九十](?=五(?:期间|时期)))五[”\"」]?(?=期间|时期|以来|[初中后]期|末)(?P<late>末)?"
    rf"|(?<![\d〔\[])(?:(?P<first>{_YEAR})\s?年?[度底末初]?(?:\s?{_MONTH}\s?月份?[底末初]?(?:\s?{_DAY}\s?日)?)?"
    rf"\s?[-—–―~～－至到]+\s?(?P<last>{_YEAR})\s?年度?"
    rf"|(?P<year>{_YEAR})\s?年(?!远景)度?)"
    r"|(?P<masked>(?<![\da-zA-Z])(?:20|19)\d?[xX×＊*_＿○□]{1,2}|(?<![\da-zA-Z_xX×*])[xX×＊*]{1,4})\s?年度?"
    r"|(?P<report>[今去本明来]年度?|(?<!以)前年(?!度)|今[春夏秋冬]|今后|未来(?=[，,几一二三四五六七八九十\d]))"
    r"|(?P<context>(?<!以)上一?年度?(?![龄纪轻以]|结[余转])|(?<![一二三四五六七八九十两几\d])次年|[当同全]年度?(?![龄级])|(?<![\d一二三四五六七八九十两几百])年内)"
    rf"|[“\"](?<![^\s。；;，,：:、)）].)(?P<named>{_MONTH})[·•・]{_DAY}[”\"](?!\w{{0,4}}地震)"
    r"|(?:近|过去|这|最近)?(?P<back>[一二三四五六七八九十两]|\d{1,2})年多?(?:以来|来(?!自|到))(?![首最第未])"
    r"|(?:近|过去|最近)的?(?P<past>[一二三四五六七八九十两]|\d{1,2})年"
    r"|(?P<vague>近几?年来?|[几多这些]年来|历史上)"
    rf"|(?P<bare>(?=(?<![\d个.．]){_MONTH}(?:\s?[-—–~～至到]+\s?{_MONTH})?\s?月(?:[份底初末前上中下]|\s?\d|[，,。；、]|[起以之])"
    r"|[上下]半年|(?:第?[一二三四]|前[二三])季度|(?<![\d一二三四五六七八九十两几百])年[底末初])))"
)
_TAIL = re.compile(
    rf"(?:\s?(?P<month>{_MONTH})(?:\s?[-—–~～至到]+\s?(?P<to>{_MONTH}))?\s?月份?(?:\s?(?P<day>{_DAY})\s?日)?)?"
    r"(?P<part>[上下]半年|第?[一二三四]季度末?|前[二三]季度末?|年?[底末](?![级数])|年初|初(?![中级一二三步])|[春夏秋冬](?:季|天)?)?"
    r"(?:(?P<since>\s?(?:以来|至今|迄今|起(?![草步到来点始码])|开始))|(?P<after>以?后))?"
)
_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "前二季度": (1, 6), "前三季度": (1, 9)}
_QUARTERS = {"一": (1, 3), "二": (4, 6), "三": (7, 9), "四": (10, 12)}
_OFFSETS = {"去": -1, "前": -2, "明": 1, "来": 1, "上": -1, "次": 1}
_COMPARED = re.compile(r"(?:[比较同]|高于|低于|相对于)$")
# 与上年相比, 和去年同期持平.
_WITH = re.compile(r"[与和]$")
_LIKENED = re.compile(r"(?:同期)?(?:末|底)?(?:相比|对比|比较|相较|(?:基本|大体|大致)?(?:持平|相当|一致))")
# 由上年的3万元增加到…: what something has risen from; 从7月起 is not.
_FROM = re.compile(r"[由从]$")
_OF = re.compile(r"(?:同期)?的")
# 是上年的1.5倍, 相当于2015年的80%: what the number multiplies belongs to another time, the number itself does not.
_MULTIPLE = re.compile(r"(?:同期)?的[约近]?\s?[\d.．一二两三四五六七八九十]+[余多]?(?:倍|(?P<share>[%％]))")
_EQUALS = re.compile(r"(?:是|为|相当于|等于)$")
_SINCE = re.compile("[自从]$")
_FIRST = r"(?:首[次度个超破]|第一次|最[高低大小多少好快强重]|[新历]史?(?:新高|新低|最))"
_RECORD_AT_ONCE = re.compile(rf"的?(?:同期)?{_FIRST}")
_RECORD = re.compile(rf"的?[，,]?[^，,。；;\d]{{0,12}}?{_FIRST}")
# A sentence without any of these names no time: the cheap way out.
_HINT = re.compile(r"[年月季五·•・今未历]")


def find(text: str, start: int, end: int) -> list[DateMention]:
    """Return the mentions of a time in ``text[start:end]``, in order."""
    if not _HINT.search(text, start, end):
        return []
    return list(_mentions(text, start, end))


def _mentions(text: str, start: int, end: int) -> Iterator[DateMention]:
    position = start
    while (head := _HEAD.search(text, position, end)) is not None:
        mention = _read(text, head, start, end)
        if not (mention.since and _is_record(text, mention, start, end)):
            yield mention
        position = max(mention.end, head.start() + 1)


def _is_record(text: str, mention: DateMention, start: int, end: int) -> bool:
    """Whether a time only says since when something happens for the first time or was never more (自1950年以来首次)."""
    since = _SINCE.search(text, max(start, mention.start - 1), mention.start)
    return (_RECORD if since else _RECORD_AT_ONCE).match(text, mention.end, end) is not None


def _read(text: str, head: re.Match[str], start: int, end: int) -> DateMention:
    compared = _COMPARED.search(text, max(start, head.start() - 3), head.start()) is not None
    kind, years = _years(head)
    if kind in (DateKind.PLAN, DateKind.YEARS_BACK, DateKind.VAGUE):
        return DateMention(head.start(), head.end(), kind, years, compared=compared)
    # Every part of the tail is optional: it always matches.
    tail = cast("re.Match[str]", _TAIL.match(text, head.end(), end))
    if head["named"]:
        month = _number(head["named"])
        return DateMention(head.start(), head.end(), kind, years, (month, month), by_month=True, full_date=True)
    months, by_month = _months(tail, of_named_year=kind is not DateKind.CONTEXT)
    risen_from = _FROM.search(text, max(start, head.start() - 1), head.start()) and _OF.match(text, tail.end(), end)
    likened = _LIKENED.match(text, tail.end(), end) and _WITH.search(text, max(start, head.start() - 1), head.start())
    multiple = _MULTIPLE.match(text, tail.end(), end)
    if multiple and multiple["share"] and not _EQUALS.search(text, max(start, head.start() - 3), head.start()):
        multiple = None
    return DateMention(
        head.start(),
        tail.end(),
        kind,
        years,
        months,
        by_month,
        full_date=tail["day"] is not None,
        since=tail["since"] is not None,
        compared=compared or bool(risen_from or likened or multiple),
        multiplied=bool(multiple),
    )


def _years(head: re.Match[str]) -> tuple[DateKind, tuple[int, int]]:
    group = head.lastgroup
    word = head[group] if group else ""
    if group in ("plan", "late"):
        ordinal = head["plan"]
        number = _NUMERALS[ordinal] if len(ordinal) == 1 else 10 + _NUMERALS[ordinal[1]]
        first = 1951 + 5 * number  # holds from the third plan (1966) on
        return (DateKind.ABSOLUTE, (first + 4, first + 4)) if head["late"] else (DateKind.PLAN, (first, first + 4))
    if group == "last":
        return DateKind.SPAN, (_year(head["first"]), _year(word))
    if group == "year":
        return DateKind.ABSOLUTE, (_year(word), _year(word))
    if group == "masked":
        return DateKind.MASKED, (0, 0)
    if group in ("back", "past"):
        count = _number(word)
        return (DateKind.CONTEXT, (0, 0)) if count == 1 else (DateKind.YEARS_BACK, (count, count))
    if group == "vague" or word in ("今后", "未来"):
        return DateKind.VAGUE, (0, 0)
    offset = _OFFSETS.get(word[:1], 0)
    return (DateKind.REPORT if group == "report" else DateKind.CONTEXT), (offset, offset)


def _months(tail: re.Match[str], of_named_year: bool) -> tuple[tuple[int, int], bool]:
    """Return the months a tail narrows the year to, and whether it names one month."""
    if tail["month"]:
        first = _number(tail["month"])
        last = _number(tail["to"]) if tail["to"] else first
        if tail["after"] or (tail["since"] and not of_named_year):
            return (first, 12), False
        return (first, last), first == last
    part = tail["part"] or ""
    named = part.removesuffix("末")
    months = _PARTS.get(named) or (_QUARTERS[named[-3]] if named.endswith("季度") else (1, 12))
    if named.endswith("季度"):
        return ((months[1], months[1]) if named != part else months), False
    if part in _PARTS:
        return months, False
    return (1, 12), False


def _year(word: str) -> int:
    return int(word.translate(_CHINESE_YEAR))


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _NUMERALS[word]
