"""Which period a figure belongs to: the year, month, span or plan that its text tells, and nothing it does not tell.

Three questions, in this order:

1. Does the figure's own sentence name a time before it? The last one named governs it.
2. Does the sentence go on with what the one before it dated (其中…, or the next sentence of the paragraph)?
3. Does the section's heading or the article itself (title, opening, 现将2016年…情况汇报如下) state the year?

去年, 上年, 11月底, 全年 are resolved against the article's clock (``clock.py``); where the article never tells its year
they stay unresolved and the period is ``None``, as the guidelines demand. Masked years (20xx年) give ``redacted``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.context.clock import AHEAD, PLANNED, read_clock
from extractor.context.dates import DateKind, DateMention, find
from extractor.resources.cues import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.types import Quantity, Scope, Section, Sentence

# The rest of a paragraph, in sentences.
_PARAGRAPH = 1_000
# A sentence without punctuation can be a whole document: so far back, and so many dates, are read for one figure.
_REACH = 240
_DATES = 8
# 年度计划, 由 and the like stand directly before their figure.
_CLOSE = 10


@dataclass(frozen=True, slots=True)
class Period:
    """A resolved period.

    Attributes:
        text: as the annotation guidelines write it: ``2015``, ``2014/2015``, ``2016-12``, ``2011-2015``, ``redacted``.
        start: first day, ISO, or ``None`` when it cannot be told.
        end: last day, ISO, or ``None``.
    """

    text: str
    start: str | None = None
    end: str | None = None


REDACTED = Period("redacted")
_MONTH = re.compile(r"\d{4}-(\d\d)")

# What a figure's surroundings speak of: a year, the years of a plan, REDACTED, or nothing.
_Year = int | Period | None

# Sections and paragraphs that open with these look over all their years (“十四五”时期, 五年来).
_MANY_YEARS = (DateKind.PLAN, DateKind.YEARS_BACK)
# In a heading these say no year, or not the one of its section.
_UNDATED = (DateKind.VAGUE, DateKind.CONTEXT, *_MANY_YEARS)

# Facts of geography stand for no year unless they are dated. An overview goes on to the end of its paragraph.
_OVERVIEW = re.compile(
    r"(?:国土|幅员|行政区域|土地|全[省市州县区乡镇村境])总?面积|海[拔拨]|年平均气温|年?平均降[雨水]量"
    r"|(?:[下共]?辖|共有)\s?[\d一二三四五六七八九十xX×*]+\s?个(?:行政|自然)?(?:村|镇|乡|社区|居委|街道)"
)
_DISTANCE = re.compile(r"(?:位于|地处|距)[^，,。；;\d]{1,15}[\d.]+余?\s?(?:公里|千米|里路|km)")
# A value that something has risen *from* belongs to an earlier time that the text does not tell.
_FROM = re.compile(r"[由从][^，,。；;、\d]{0,8}$")
_OPENING_BASE = re.compile("(?:同期)?[末底]?(?:相比|对比|比较|相较)?(?:而言)?[，,]")
_DIGIT = re.compile(r"\d")
_SAME_TIME = re.compile(r"同比[^，,。；;\d]{0,8}$")
_TO = re.compile(
    r"(?:左右)?(?:提[高升]|增[加长]?|上升|扩大|上涨|减少|下降|降低|降|压减|缩小|回落|发展|攀升|跃升|拓宽)"
    r"[^，,。；;\d]{0,4}[到至为]"
)
# What a project will yield each year belongs to none.
_YEARLY_YIELD = re.compile(r"预计(?:每年|年(?![末底]))|每年(?:可|能|将|带来)")
# A date that opens its sentence is what the sentence is about; 截至, 到 make it the time of a state, not of an event.
_OPENS = re.compile(r"[\s“\"]*(?:截[至止]|[到至自从在])?\s*")
# The size of a project, and how far it has come: said in the same sentence or at the head of the next.
_ESTIMATE = re.compile(r"概算总?投资")
_PROGRESS = re.compile(r"目前|已|累计")
_NEXT = 6
_AS_OF = re.compile(r"[到至止从自]$")
_NOW = re.compile(r"\s*(?:截至)?(?:目前|当前|如今|现在)|\s*现有")
_AFTERMATH = re.compile(r"灾|险情|抢险|救援")
_GOES_ON = re.compile(r"\s*其中")
_ORDINAL = re.compile(
    r"\s*(?:[一二三四五六七八九十]+是|[(（]?(?:[一二三四五六七八九十]+|\d{1,2})[)）、.．]|第[一二三四五六七八九十][,，、])"
)
_ANNUAL_PLAN = re.compile(r"年度?(?:计划|任务|目标|预算)[^，,。；;]{0,4}$")
_PARENTHESIS = re.compile(r"[(（][^()（）]*$")
_CLOSING = re.compile(r"[)）]")
# What may stand between a base of comparison and its value.
_BASE_VALUE = re.compile(r"(?:同期|同比)?(?:的[^，,；;。、\d增减提下多少高低升降涨]{0,10})?\s*$")
# 收回资金12.7万元，于2019年6月30日前整改到位: the day by which it has to be done stands behind the figure.
_CUES = load("context_patterns.tsv", "pattern")
_UNTIL = re.compile(r"[^。；;！？\n]{0,60}[，,][^，,。；;\d已]{0,6}$")
_DUE = _CUES.pattern(r"之?前[^，,。；;\d已]{0,8}<deadline>")
_DUE_WORK = _CUES.pattern(r"之?前[^，,。；;\d已]{0,8}(?:<deadline>|[完建]成|[竣完]工|到位|交付)")
_PLAN = _CUES.pattern("<plan>")
_PLAN_NAME = re.compile(r"[)）》”\"]?[^，,。；;]{0,6}?(?:规划|纲要|计划|行动|方案)")


def resolve(scope: Scope) -> tuple[Period | None, ...]:
    """Return the period of each quantity of an article, in order; ``None`` where the text does not tell it.

    Rules: "Fields" and "Decisions on hard cases" of the annotation guidelines.
    """
    dates = [find(scope.text, sentence.start, sentence.end) for sentence in scope.sentences]
    return _Resolver(scope, dates).run()


@dataclass(slots=True)
class _Carried:
    """What the last sentence that told a time spoke of.

    Attributes:
        period: the period of its figures.
        year: the year it left off with.
        reach: how many more sentences its very period governs, whatever year the article states.
        age: how many sentences ago it stood.
    """

    period: Period | None
    year: _Year
    reach: int = 0
    age: int = 0


class _Resolver:
    """One walk through the sentences of an article."""

    def __init__(self, scope: Scope, dates: Sequence[Sequence[DateMention]]) -> None:
        self._scope = scope
        self._dates = dates
        self._clock = read_clock(scope, dates)
        self._reviewed: _Year = REDACTED if self._clock.masked else self._clock.reviewed
        self._section_years: dict[int | None, _Year] = {None: self._reviewed}
        self._carried: _Carried | None = None
        self._event: _Carried | None = None

    def run(self) -> tuple[Period | None, ...]:
        held = self._scope.held()
        periods: list[Period | None] = [None] * len(self._scope.quantities)
        for number in range(len(self._scope.sentences)):
            self._turn_to(number)
            if held[number] or self._dates[number]:
                quantities = [self._scope.quantities[index] for index in held[number]]
                for index, period in zip(held[number], self._sentence(number, quantities), strict=True):
                    periods[index] = period
            if self._carried:
                self._carried.age += 1
        return tuple(periods)

    def _turn_to(self, number: int) -> None:
        """Forget what was carried where something new begins: 二是…, or a paragraph that goes on with no event."""
        text, sentence = self._scope.text, self._scope.sentences[number]
        if self._carried is None and self._event is None:
            return
        previous = self._scope.sentences[number - 1]
        if _ORDINAL.match(text, sentence.start, sentence.end):
            self._carried = self._event = None
        elif "\n" in text[previous.end - 1 : sentence.start + 1]:
            goes_on = previous.section == sentence.section and _AFTERMATH.search(text, sentence.start, sentence.end)
            self._carried, self._event = self._event if goes_on else None, None

    def _sentence(self, number: int, quantities: Sequence[Quantity]) -> list[Period | None]:
        """Return the periods of one sentence's quantities and remember what the sentence spoke of."""
        sentence = self._scope.sentences[number]
        stated = self._stated_year(sentence)
        year = self._year_in_force(sentence, stated)
        governing: list[tuple[DateMention, Period | None]] = []
        for date in self._dates[number]:
            period = self._read(date, year)
            governing.append((date, period))
            if not date.compared:
                year = _year_of(date, period, year)
        text, start, end = self._scope.text, sentence.start, sentence.end
        overview = _OVERVIEW.search(text, start, end)
        undated = overview or _DISTANCE.search(text, start, end)
        default = self._default(sentence, stated) if quantities and not undated else None
        found = [self._quantity(quantity, sentence, governing, default) for quantity in quantities]
        # Two or three looks suffice: a date is mostly neither compared with nor in parentheses.
        own = (item for item in reversed(governing) if not (item[0].compared or _closed(text, item[0], end)))
        last = next(own, None)
        if last:
            self._carried = self._carry(*last, year, sentence)
        elif overview and self._carried is None:
            self._carried = _Carried(None, None, reach=_PARAGRAPH)
        return found

    def _carry(self, date: DateMention, period: Period | None, year: _Year, sentence: Sentence) -> _Carried | None:
        """Return what the sentences after a date are told by it.

        A date that opens its sentence holds for the next sentence too; an event (6月18日,我县遭遇暴雨) to the end of
        the paragraph, and of the next one if that speaks of the disaster.
        """
        text = self._scope.text
        if date.kind is DateKind.VAGUE:
            return None
        if not _OPENS.fullmatch(text, sentence.start, date.start) or text.startswith("前", date.end):
            return _Carried(period, year)
        if date.full_date and not _AS_OF.search(text, sentence.start, date.start):
            self._event = _Carried(period, year, reach=_PARAGRAPH)
            return self._event
        return _Carried(period, year, reach=_PARAGRAPH if date.kind in _MANY_YEARS else 1)

    def _quantity(
        self,
        quantity: Quantity,
        sentence: Sentence,
        governing: Sequence[tuple[DateMention, Period | None]],
        default: Period | None,
    ) -> Period | None:
        text = self._scope.text
        before = text[max(sentence.start, quantity.start - _REACH) : quantity.start]
        label = quantity.period_label
        for date in find(label, 0, len(label)) if label else ():
            if date.kind in (DateKind.ABSOLUTE, DateKind.MASKED, DateKind.REPORT, DateKind.CONTEXT):
                return self._read(date, self._clock.now)  # 上年同期 is the year before the report's
        period = default
        known = bisect_left(governing, quantity.start, key=lambda item: item[0].start)
        if known < len(governing) and self._is_due(quantity, governing[known][0], before):
            period = governing[known][1]
        for date, resolved in governing[max(0, known - _DATES) : known]:
            if date.compared and not date.multiplied and _BASE_VALUE.match(text, date.end, quantity.start):
                return _same_month(resolved, period) if text.startswith("同期", date.end) else resolved
            if not date.compared and not _closed(text, date, quantity.start):
                period = resolved
        if ("年" in before and _YEARLY_YIELD.search(before)) or self._of_project(before, quantity, sentence):
            return None
        close = before[-_CLOSE:]
        if _ANNUAL_PLAN.search(close):
            return _whole(_last_year(period))
        if _FROM.search(close) and _TO.match(text, quantity.end, sentence.end):
            told = reversed(governing[max(0, known - _DATES) : known])
            base = next((item for item in told if self._is_base(item[0], quantity)), None)
            return self._risen_from(base, before, period)
        return period

    def _is_base(self, date: DateMention, quantity: Quantity) -> bool:
        """Whether a value has risen from what it was at ``date``: 与上年相比，…由, 比去年由; not 比上年增长5%，…由."""
        text = self._scope.text
        return date.compared and bool(
            _OPENING_BASE.match(text, date.end, quantity.start) or not _DIGIT.search(text, date.end, quantity.start)
        )

    def _risen_from(
        self, base: tuple[DateMention, Period | None] | None, before: str, now: Period | None
    ) -> Period | None:
        """Return the time of a value risen from: the one that it is compared with (与上年相比, 同比), else none."""
        if base is not None:
            return _same_month(base[1], now) if self._scope.text.startswith("同期", base[0].end) else base[1]
        year = now and now.end and _SAME_TIME.search(before) and int(now.end[:4]) - 1
        return _same_month(_whole(year), now) if year else None

    def _is_due(self, quantity: Quantity, date: DateMention, before: str) -> bool:
        """Whether the next date of the sentence sets a day by which the figure is to be done (planned, or 整改 …)."""
        text = self._scope.text
        if not text.startswith(("前", "之前"), date.end) or not _UNTIL.match(text, quantity.end, date.start):
            return False
        return (_DUE_WORK if _PLAN.search(before) else _DUE).match(text, date.end) is not None

    def _of_project(self, before: str, quantity: Quantity, sentence: Sentence) -> bool:
        """Whether a figure describes a project of several years: 概算总投资5亿元,占地30亩,目前已完成投资2亿元."""
        estimate = _ESTIMATE.search(before)
        if estimate is None or _PROGRESS.search(before, estimate.end()):
            return False
        return _PROGRESS.search(self._scope.text, quantity.end, sentence.end + _NEXT) is not None

    def _default(self, sentence: Sentence, stated: _Year) -> Period | None:
        """Return the period of a figure that no date of its own sentence governs."""
        carried = self._carried
        if carried is None or (carried.year != self._clock.now and self._speaks_of_now(sentence)):
            return self._heading_figure(sentence) if stated is None else self._reported(stated)
        if carried.age <= carried.reach or self._continues(sentence):
            return carried.period
        if self._goes_on(sentence):
            return _coarse(carried)
        if stated is None:
            return carried.period if carried.age <= 1 else _coarse(carried)
        return self._reported(stated)

    def _reported(self, year: _Year) -> Period | None:
        """Return a stated year; of the year of a half-yearly report only the half."""
        if isinstance(year, int) and year == self._clock.reviewed:
            return _within(year, self._clock.months, by_month=False)
        return _whole(year)

    def _heading_figure(self, sentence: Sentence) -> Period | None:
        """A figure in a heading belongs to the year with which the text under the heading opens."""
        section = self._section(sentence)
        if section is None or not section.start <= sentence.start < section.heading_end:
            return None
        sentences = self._scope.sentences
        position = bisect_left(sentences, section.heading_end, key=lambda other: other.start)
        if position == len(sentences):
            return None
        opening = [date for date in self._dates[position] if date.start <= sentences[position].start + 1]
        return self._read(opening[0], None) if opening else None

    def _year_in_force(self, sentence: Sentence, stated: _Year) -> _Year:
        if self._carried and self._carried.year is not None and (stated is None or self._goes_on(sentence)):
            return self._carried.year
        return stated if isinstance(stated, int) or stated is REDACTED else self._clock.now

    def _goes_on(self, sentence: Sentence) -> bool:
        """Whether a sentence only continues the one before it: 其中…, or behind a semicolon."""
        before = self._scope.text[max(self._scope.article.start, sentence.start - 3) : sentence.start].rstrip()[-1:]
        return before in ("；", ";") or self._continues(sentence)

    def _continues(self, sentence: Sentence) -> bool:
        return _GOES_ON.match(self._scope.text, sentence.start, sentence.end) is not None

    def _speaks_of_now(self, sentence: Sentence) -> bool:
        return _NOW.match(self._scope.text, sentence.start, sentence.end) is not None

    def _section(self, sentence: Sentence) -> Section | None:
        return None if sentence.section is None else self._scope.sections[sentence.section]

    def _stated_year(self, sentence: Sentence) -> _Year:
        """Return the year that the headings above a sentence, or else the article, state."""
        if sentence.section not in self._section_years:
            self._section_years[sentence.section] = self._heading_year(self._section(sentence))
        return self._section_years[sentence.section]

    def _heading_year(self, section: Section | None) -> _Year:
        now, reviewed = self._clock.now, self._clock.reviewed
        two_years = now is not None and reviewed is not None and now > reviewed
        while section is not None:
            dates = find(section.title, 0, len(section.title))
            if len(dates) == 1 and dates[0].kind in _MANY_YEARS:
                return self._read(dates[0], reviewed)
            for date in dates:
                if date.kind not in _UNDATED and not date.compared and not date.since:
                    return _year_of(date, self._read(date, reviewed), self._reviewed)
            if (PLANNED if two_years else AHEAD).search(section.title):
                return now if two_years else None
            section = None if section.parent is None else self._scope.sections[section.parent]
        return self._reviewed

    def _read(self, date: DateMention, year: _Year) -> Period | None:
        """Return what a mention means when ``year`` is being spoken of."""
        first, last = date.years
        if date.kind is DateKind.MASKED:
            return REDACTED
        if date.kind is DateKind.PLAN:
            return _span(first, last, "-")
        if date.kind is DateKind.SPAN:
            around = self._scope.text[max(0, date.start - 8) : date.start]
            named = _PLAN_NAME.match(self._scope.text, date.end) or re.search("规划|纲要|计划|行动|方案", around)
            return _span(first, last, "-" if named else "/")
        if date.kind is DateKind.YEARS_BACK:
            until = self._clock.reviewed or self._clock.now
            return _span(until - first + 1, until, "/") if until else None
        if year is REDACTED and date.kind is DateKind.CONTEXT:
            return REDACTED
        if self._clock.masked and date.kind is DateKind.REPORT and first == 0:
            return REDACTED
        base = {DateKind.ABSOLUTE: 0, DateKind.REPORT: self._clock.now, DateKind.CONTEXT: year}.get(date.kind)
        if not isinstance(base, int):
            return None
        if date.since and first:
            return self._since(base + first)
        if date.kind is DateKind.REPORT and date.months == (1, 12):
            return self._reported(base + first)
        return _within(base + first, date.months, date.by_month)

    def _since(self, first: int) -> Period:
        now = self._clock.now
        if now is None:
            return Period(str(first), f"{first}-01-01")
        return _span(first, max(first, now), "/")


def _year_of(date: DateMention, period: Period | None, before: _Year) -> _Year:
    """Return the year that is spoken of after a mention."""
    if period is REDACTED:
        return REDACTED
    if period is None or date.kind in (DateKind.PLAN, DateKind.YEARS_BACK):
        return before
    return int((period.end or period.text)[:4])


def _whole(year: _Year) -> Period | None:
    return _within(year, (1, 12), by_month=False) if isinstance(year, int) else year


def _within(year: int, months: tuple[int, int], by_month: bool) -> Period:
    """Return a year, narrowed to ``months``; only a single named month shows in the text of the period."""
    first, last = months
    text = f"{year}-{first:02}" if by_month else str(year)
    return Period(text, f"{year}-{first:02}-01", f"{year}-{last:02}-{monthrange(year, last)[1]}")


def _same_month(year: Period | None, now: Period | None) -> Period | None:
    """Return the month of ``now`` in another year: 上年同期 beside 截至11月底."""
    month = _MONTH.fullmatch(now.text) if now else None
    if month is None or year is None or not year.text.isdecimal():
        return year
    return _within(int(year.text), (int(month[1]), int(month[1])), by_month=True)


def _coarse(carried: _Carried) -> Period | None:
    """Return a carried period without the month: what follows a semicolon has left 11月底 but not the year."""
    return _whole(carried.year) if carried.period and _MONTH.fullmatch(carried.period.text) else carried.period


def _span(first: int, last: int, sign: str) -> Period:
    if first == last:
        return _within(first, (1, 12), by_month=False)
    return Period(f"{first}{sign}{last}", f"{first}-01-01", f"{last}-12-31")


def _last_year(period: Period | None) -> _Year:
    return int(period.end[:4]) if period and period.end else period


def _closed(text: str, date: DateMention, position: int) -> bool:
    """Whether a date stands inside a parenthetical remark (含今年结转的7口) that is over at ``position``.

    Years alone in parentheses qualify the name before them (规划(2014—2018年)) and go on governing.
    """
    opened = _PARENTHESIS.search(text, max(0, date.start - 30), date.start)
    if opened is None or (opened.end() - opened.start() == 1 and date.kind in (DateKind.ABSOLUTE, DateKind.SPAN)):
        return False
    return _CLOSING.search(text, date.end, min(position, date.end + _REACH)) is not None
