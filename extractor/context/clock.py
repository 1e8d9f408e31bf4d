"""What an article tells of its own time: the year that 今年 means, and the year it reports on.

The two differ: a report given in January 2025 on the work of 2024 says 去年 for 2024. Most work summaries speak of
their own year. Where an article states neither, its latest past year still says what 今年 is, but undated figures stay
undated.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.context.dates import DateKind, DateMention, find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.types import Scope, Sentence

# Words of a heading under which a report turns to the coming year, and weaker ones that also head a review.
AHEAD = re.compile(r"下一?步|今后|打算|展望|明年|来年")
PLANNED = re.compile(r"下一?步|今后|打算|展望|草案|(?:计划|安排|思路|目标|任务|部署|要求|规划)$")

_REPORTS_ON = re.compile(r"(?:汇报|报告|总结|通报|报送)(?:如下|提请)|作个?(?:工作)?(?:汇报|报告)")
_JUST_PAST = re.compile(r"过去的$")
_TARGET_YEAR = re.compile(r"(?:到|至|力争|确保|争取)在?$")
# 2011年,我乡… in the opening: the year the report is about, unless it only dates one event.
_TOPIC = re.compile(r"[,，]?\s?(?:我[省市州县区旗乡镇村局委办院校站]|全[省市州县区旗乡镇村](?:上下|各级|干部|人民))")
_GOVERNMENT_REPORT = re.compile(r"政府工作(?:的)?报告")
_OPENING_SENTENCES = 10
_TITLE_SENTENCES = 5
_TITLE_LENGTH = 50
_SIGNATURE_LENGTH = 40
_SIGNATURE_SENTENCES = 4
# A report dated from April on that says 今年 speaks of the year of its date.
_IN_THE_COURSE = 4
# A year is the year of an article that never states one when it makes up half of its years, and not by accident.
_DOMINANT_MENTIONS = 3


@dataclass(frozen=True, slots=True)
class Clock:
    """An article's own time.

    Attributes:
        now: the year that 今年 means, ``None`` if it cannot be told.
        reviewed: the year that undated figures belong to; ``None`` where the article states none.
        masked: the article states that year with masked digits.
        months: first and last month of that year which the article reports on (2021年上半年工作总结).
    """

    now: int | None = None
    reviewed: int | None = None
    masked: bool = False
    months: tuple[int, int] = (1, 12)


def read_clock(scope: Scope, dates: Sequence[Sequence[DateMention]]) -> Clock:
    """Return the time of an article.

    Args:
        scope: the article.
        dates: the mentions of a time in each of ``scope.sentences``.
    """
    issued = _issued(scope, dates)
    for date in _opening_dates(dates):
        if date.kind is DateKind.ABSOLUTE and _JUST_PAST.search(scope.text, max(0, date.start - 3), date.start):
            return Clock(date.years[0] + 1, date.years[0])
    stated = _reported_date(scope, dates) or _title_date(scope)
    if _GOVERNMENT_REPORT.search(_head(scope)):
        now = stated.years[0] if stated and stated.kind is DateKind.ABSOLUTE else issued and issued[0]
        return Clock(now, now - 1 if now else None)
    if stated is None and issued and issued[1] >= _IN_THE_COURSE and _speaks_of_this_year(dates):
        return Clock(issued[0], issued[0])
    stated = stated or _opening_date(scope, dates)
    if stated and stated.kind is DateKind.MASKED:
        return Clock(masked=True)
    reviewed = stated.years[0] if stated else _year_before_plan(scope) or _dominant_year(scope, dates)
    months = stated.months if stated and not (stated.by_month or stated.since) else (1, 12)
    return Clock(issued[0] if issued else reviewed or _latest_year(scope, dates), reviewed, months=months)


def _head(scope: Scope) -> str:
    """Return the title lines, one a line: the title of the article and short lines before its first full sentence."""
    lines = [scope.article.title]
    for sentence in scope.sentences[:_TITLE_SENTENCES]:
        line = scope.text[sentence.start : sentence.end].strip()
        if len(line) > _TITLE_LENGTH or line.endswith(("。", "；", "！")):
            break
        lines.append(line)
    return "\n".join(lines)


def _title_date(scope: Scope) -> DateMention | None:
    head = _head(scope)
    return next((date for date in find(head, 0, len(head)) if _states_year(date)), None)


def _states_year(date: DateMention) -> bool:
    return date.kind in (DateKind.ABSOLUTE, DateKind.MASKED) and not (date.full_date or date.compared or date.since)


def _issued(scope: Scope, dates: Sequence[Sequence[DateMention]]) -> tuple[int, int] | None:
    """Return year and month of the full date under the title or of the signature."""
    count = len(scope.sentences)
    for number in (*range(min(count, _TITLE_SENTENCES)), *range(max(0, count - _SIGNATURE_SENTENCES), count)):
        sentence = scope.sentences[number]
        if sentence.end - sentence.start <= _SIGNATURE_LENGTH:
            for date in dates[number]:
                if date.full_date and date.kind is DateKind.ABSOLUTE:
                    return date.years[0], date.months[0]
    return None


def _opening_dates(dates: Sequence[Sequence[DateMention]]) -> Iterator[DateMention]:
    for mentions in dates[:_OPENING_SENTENCES]:
        yield from filter(_states_year, mentions)


def _reported_date(scope: Scope, dates: Sequence[Sequence[DateMention]]) -> DateMention | None:
    """Return the year that the opening says it reports on (现将2016年工作情况汇报如下)."""
    for sentence, mentions in zip(scope.sentences[:_OPENING_SENTENCES], dates, strict=False):
        if mentions and _REPORTS_ON.search(scope.text, sentence.start, sentence.end):
            for date in filter(_states_year, mentions):
                return date
    return None


def _opening_date(scope: Scope, dates: Sequence[Sequence[DateMention]]) -> DateMention | None:
    """Return the year of the first full sentence (2011年,我乡…), or one in the opening that 我镇, 全县 follows."""
    full = [number for number, sentence in enumerate(scope.sentences) if _is_full(scope, sentence)]
    for number in full[:1]:
        for date in filter(_states_year, dates[number]):
            if date.start <= scope.sentences[number].start + 2 or scope.text[date.start - 1] in ",，":
                return date
    for date in _opening_dates(dates):
        if _TOPIC.match(scope.text, date.end):
            return date
    return None


def _speaks_of_this_year(dates: Sequence[Sequence[DateMention]]) -> bool:
    return any(date.kind is DateKind.REPORT and date.years[0] == 0 for mentions in dates for date in mentions)


def _is_full(scope: Scope, sentence: Sentence) -> bool:
    return scope.text[sentence.start : sentence.end].rstrip().endswith(("。", "；", "！", "？"))


def _year_before_plan(scope: Scope) -> int | None:
    """A report that closes with 四、2012年工作计划 is about 2011."""
    sections = [section for section in scope.own_sections if section.level == 1]
    for section in sections[1:]:
        years = [date for date in find(section.title, 0, len(section.title)) if date.kind is DateKind.ABSOLUTE]
        if years and PLANNED.search(section.title):
            return years[0].years[0] - 1
    return None


def _dominant_year(scope: Scope, dates: Sequence[Sequence[DateMention]]) -> int | None:
    years = Counter(date.years[0] for date in _past(scope, dates))
    if not years:
        return None
    year, count = years.most_common(1)[0]
    return year if count >= _DOMINANT_MENTIONS and count * 2 >= years.total() else None


def _latest_year(scope: Scope, dates: Sequence[Sequence[DateMention]]) -> int | None:
    return max((date.years[0] for date in _past(scope, dates)), default=None)


def _past(scope: Scope, dates: Sequence[Sequence[DateMention]]) -> Iterator[DateMention]:
    """Yield the mentions of a single year that is no base of comparison and no year ahead (到2020年)."""
    for mentions in dates:
        for date in mentions:
            if date.kind is DateKind.ABSOLUTE and not date.compared:
                target = _TARGET_YEAR.search(scope.text, max(0, date.start - 4), date.start)
                if not target or scope.text.startswith("的", date.end):
                    yield date
