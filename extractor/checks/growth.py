"""Change: the difference between two levels, and growth as a percentage, over one year or compounded over several."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Operation, Trust, holds, percentage, subtract
from extractor.checks.parts import NUMERALS
from extractor.intervals import Interval, exactly
from extractor.link_cues import NO_SUBJECT, pattern
from extractor.mentions import FORMERLY
from extractor.resources.units import EXACT
from extractor.types import CheckKind, PctKind, Role, Status

if TYPE_CHECKING:
    from extractor.checks.view import Item, View

_CHANGE = pattern(r"(?:<change>|[多少高低]出)了?(?:约|近|达)?$|^[高低]$|[比较][^，,]{0,10}[多少][\u4e00-\u9fff]{0,4}$")
_THAN = re.compile(r"[比较从由与]")
_UP_TO = re.compile(r"[^，,。；;\d]{0,6}(?:[到至]|[调改变提上下]\w?为)$")
_HEAD = pattern(r"[^\d]+?(?=[一二三四五六七八九十\d]+年|年均|<growth>)")
_OWN = re.compile(r"同期|去年|上年")
_BACK = 2  # sentences before in which the new level may stand
_LEVELS, _ALIKE = 3, 2
_BETWEEN = 3  # a basis and a percentage of it may stand between two levels
_SUBJECT = 3  # characters that name another thing
# The verb that a clause ends with tells the direction: 减亏力度增长 is up, 比上年多减少 too.
_FALL = re.compile(
    r"(?:减[少产收支量幅低]?|缩[小减短]|压[缩减降低]|下[降跌浮滑]|降[低幅]?|[下]?跌[去幅]?|负增长|滑落|回落|缩量|短收|欠收|少[\u4e00-\u9fff]?)"
    r"(?:幅度|了|为|是|达到?|约|近|至|到|仅|只|[^\u4e00-\u9fff])*$"
)
_MORE = re.compile(r"多[减压降缩少下]")
_ANNUAL = re.compile(r"年均|年平均|每年平均|平均每年|逐年递增|每年递增")
_YEARS = re.compile(
    r"(?<![第\d])(\d{1,2}|[一二三四五六七八九十])年(?:来|间|期间|里|内|时间|共|累计|以来|年均|增长|增加)"
)
_OVER = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十])年(?:来|间|里|内|累计|共)?")
_PLAN = re.compile(r"[“\"]?[一二三]?十[一二三四五][”\"]?(?:五)?[”\"]?(?:规划|时期|期间|以来|末)|五年(?:计划|规划)")
_PLANNED_YEARS = 5  # of a plan: 十三五
_USUAL_SPANS = (5, 3, 4, 2)  # years, where the text tells none
# 国内生产总值 grows at constant prices: its growth does not follow from two amounts at current ones.
_REAL = re.compile(r"生产总值|GDP|增加值|(?<!建筑业)总产值|可比|不变价|同口径|实际[增下回上]|扣除|物价")
_DIGITS = 40
_PAIR = 2
_EACH = re.compile(r"分别|各")
# What may stand before a growth over the year before, which an earlier sentence tells.
_OPEN = pattern(
    r"^(?:[比较](?:去年|上年|今年|现在|目前)[^，,]{0,12}?)?(?:年均|预计|预期|同比)?(?:<growth>)(?:约|达到?|到)?$"
)
_VERBS = re.compile(r"力争|达到|安排|完成|实现|预期|计划|提高到?|突破|地方|全[县市镇乡区村年]")
_COMMON = frozenset("分别各增长加减少下降同比较总额收入投资金")  # say nothing of which money has changed
_TELLING = 3  # digits of a number that is the same hardly by chance
_NAME = 4  # characters of a name that two levels share


def _falls(clause: str) -> bool:
    """Whether a change goes down: by the verb at the end of its clause; what was reduced by more grew."""
    return _FALL.search(clause) is not None and _MORE.search(clause) is None


def find(view: View) -> Iterator[Claim]:
    """Yield the changes that the text states."""
    for item in view.items:
        if item.figure.pct is not None and item.figure.pct.kind is PctKind.GROWTH:
            yield from _rates(view, item)
        elif item.mention.percent:
            continue
        elif _change_word(item) and not _ANNUAL.search(item.mention.clause):
            yield from _changes(view, item)


def levels(view: View, item: Item) -> tuple[Item, Item] | None:
    """Return the old and the new level right before a change: 由901元增加到1160元; 1160元，比901元(增259元).

    Where the old one names its subject (县级投入比上年的6100万元增长) the new one may stand sentences before.
    """
    points = item.figure.unit == "百分点"
    before = [
        other
        for other in view.before(item, sentences=_BACK)
        if other.mention.percent is points and other.figure.unit != "百分点" and "/" not in other.figure.unit
    ]
    if not before or item.index - before[0].index > 1:
        return None
    last = before[0]
    first = next((other for other in before[1:] if other.mention.key != last.mention.key or _is_new(other)), None)
    if first is not None and first.sentence == item.sentence and last.index - first.index <= _BETWEEN:
        for old, new in ((last, first), (first, last)):  # 达到1160元，比901元; 由901元增加到1160元
            subject = _compared(old)
            if subject is None or old.mention.key != new.mention.key or new.mention.basis or _change_word(new):
                continue
            if old is first or _speaks_of(subject, new):
                return old, new
    subject = _compared(last) or _own_subject(item, last)
    if subject and len(subject) >= _SUBJECT:
        like = (new for new in before[1:] if new.mention.key == last.mention.key and _is_level(new))
        found = next((new for new in like if _speaks_of(subject, new)), None)
        return None if found is None else (last, found)
    return None


def _is_level(item: Item) -> bool:
    if FORMERLY.match(item.mention.clause):
        return False
    return item.mention.summable or (item.mention.average and not item.mention.basis and not _change_word(item))


def _own_subject(item: Item, old: Item) -> str:
    """What is said to have changed against a level at the head of a sentence: 与2020年的…元相比，农村居民收入年均增长."""
    subject = _HEAD.match(item.mention.clause) if old.mention.first and old.mention.basis else None
    return subject[0] if subject else ""


def _is_new(item: Item) -> bool:
    """Whether a level may be the new one: 完成12万元，占预算11万元的109%，较上年10万元增加2万元 is of the first."""
    return not item.mention.basis or _compared(item) is not None


def _compared(item: Item) -> str | None:
    """The subject of a figure that another is compared with, ``None`` for one that is no such figure."""
    if FORMERLY.match(item.mention.clause):
        return ""
    compared = item.mention.basis or _UP_TO.match(item.mention.tail)
    match = _THAN.search(item.mention.clause) if compared else None
    return None if match is None else item.mention.clause[: match.start()]


def _speaks_of(subject: str, item: Item) -> bool:
    """Whether the subject of a comparison is what a level is of: 病例数较上年的1720例 after 报告传染病1624例."""
    shared = set(subject) & set(item.figure.indicator + item.mention.clause)
    return (
        len(subject) < _SUBJECT or len(shared) * 2 >= len(set(subject)) or (len(subject) == _SUBJECT and bool(shared))
    )


def _change_word(item: Item) -> bool:
    return _CHANGE.search(item.mention.clause) is not None


def _changes(view: View, item: Item) -> Iterator[Claim]:
    """比8.4万元增28.9万元: the change against the two levels beside it."""
    found = levels(view, item)
    if found is not None and found[0].mention.key == item.mention.key:
        yield change(item, *found, Trust.PLAIN)


def change(item: Item, old: Item, new: Item, trust: Trust) -> Claim:
    """Return the claim that ``item`` is by how much ``new`` differs from ``old``."""
    down = _falls(item.mention.clause)
    terms = ((old, Role.OLD), (new, Role.NEW)) if down else ((new, Role.NEW), (old, Role.OLD))
    return Claim(CheckKind.DIFFERENCE, item, terms, subtract, "{} - {}", trust)


def _rates(view: View, item: Item) -> Iterator[Claim]:
    """Growth between two levels, or of a level by a stated change: 完成1320万元，比增120万元，增长10%."""
    if item.figure.unit == "百分点":
        found = levels(view, item)
        if found is not None:
            yield change(item, *found, Trust.SAID)
        return
    said = [*_paired(view, item)] or [*_said(view, item)] or [*_since(view, item)]
    fitting = next(filter(holds, said or _suggested(view, item)), None)
    if fitting is not None:
        yield fitting
    else:
        yield from said[:1]


def _paired(view: View, item: Item) -> Iterator[Claim]:
    """起数、人数分别减少2起和1人，下降22.2%、20%: changes and as many rates of them, one by one."""
    rates = view.listed(item)
    changes = [] if rates[0].mention.first else view.listed(view.items[rates[0].index - 1])
    if len(rates) < _PAIR or len(changes) != len(rates) or not _EACH.search(changes[0].mention.lead):
        return
    if not _change_word(changes[0]):
        return  # 分别达到2.9万元和1.3万元，分别增长6%和8%: levels, of which the text does not tell the old ones
    delta = changes[rates.index(item)]
    down = _falls(changes[0].mention.clause)
    like = [
        new
        for new in view.before(changes[0], sentences=1)
        if new.mention.key == delta.mention.key and new.mention.summable and new.figure.unit == delta.figure.unit
    ]
    for new in sorted(like, key=lambda new: -_shared(delta, new)):
        if delta.figure.dimension != "money" or _shared(delta, new):  # of money any two things are told
            yield _rate(item, None, delta, new, 1, Trust.LIKELY, down=down)


def _shared(delta: Item, new: Item) -> int:
    """How many characters the names of a change and of a level share that say of what they are."""
    names = [set(_VERBS.sub("", item.figure.indicator)) - _COMMON for item in (delta, new)]
    return len(names[0] & names[1])


def _since(view: View, item: Item) -> Iterator[Claim]:
    """计划完成3.5亿元，比今年增长22.4%: the growth of a plan over what an earlier sentence tells of the year before."""
    new = None if item.mention.first else view.items[item.index - 1]
    if (
        new is None
        or new.mention.percent
        or _change_word(new)
        or new.mention.basis
        or not _OPEN.match(item.mention.clause)
    ):
        return
    for old in view.earlier(new, new.mention.key):
        planned = new.figure.status is Status.PLANNED and old.figure.status is Status.ACTUAL
        same = old.mention.key == new.mention.key and old.mention.average is new.mention.average
        settled = old.mention.summable or old.mention.average
        if (
            same
            and settled
            and old.sentence != new.sentence
            and (planned or _apart_by_one(old, new))
            and (_alike(old, new) or _is_copied(old, new))
        ):
            yield from _over_years(view, item, old, None, new, Trust.LIKELY)


def _apart_by_one(old: Item, new: Item) -> bool:
    """Whether the text tells one level for a year and the other for the year after."""
    ends = old.figure.period_end, new.figure.period_end
    return all(ends) and int((ends[1] or "")[:4]) - int((ends[0] or "")[:4]) == 1


def _is_copied(old: Item, new: Item) -> bool:
    """Whether a level is written just as an earlier one, by so many digits that it is hardly of something else."""
    return new.telling >= _TELLING and new.figure.dimension == "money" and old.figure.text == new.figure.text


def _alike(old: Item, new: Item) -> bool:
    """Whether two levels are of one thing by their names: 完成水利建设投资, 计划完成水利投资."""
    left, right = (_VERBS.sub("", item.figure.indicator) for item in (old, new))
    shorter, longer = sorted((left, right), key=len)
    places = {place.name for place in old.figure.place} == {place.name for place in new.figure.place}
    return len(shorter) >= _NAME and set(shorter) <= set(longer) and shorter[-_ALIKE:] == longer[-_ALIKE:] and places


def _said(view: View, item: Item) -> Iterator[Claim]:
    """The growth with the figures that the words tie it to."""
    pct = item.figure.pct
    old = view.at.get(pct.of) if pct is not None and pct.of is not None else None
    new = view.at.get(pct.numer) if pct is not None and pct.numer is not None else None
    delta: Item | None = None
    trust, stepped = Trust.SAID, Trust.LIKELY
    beside = levels(view, item)
    if beside is not None:
        (old, new), trust = beside, Trust.PLAIN
    elif old is None or new is None or _change_word(new):
        delta = _delta(view, item)
        base = None if delta is None else _base(view, delta)
        if base is not None and delta is not None:
            yield _stepped(item, delta, base)
            return
        found = None if delta is None else levels(view, delta)
        if found is not None:
            (old, new), delta = found, None
        elif delta is not None:
            old, new = None, _level(view, delta)
            stepped = Trust.SAID
    if new is not None and (old is not None or delta is not None):
        yield from _over_years(view, item, old, delta, new, trust if delta is None else stepped)


def _suggested(view: View, item: Item) -> Iterator[Claim]:
    """The growth with other levels: an earlier sentence may tell the old one, and the year before the new one."""
    before = [other for other in view.before(item) if not other.mention.percent]
    if not before or (NO_SUBJECT.match(item.mention.clause) is None and not _OWN.search(item.mention.clause)):
        return
    delta = before[0] if _change_word(before[0]) else None
    for new in before[:_LEVELS]:
        if delta is not None and new is not delta and new.mention.key == delta.mention.key:
            yield from _over_years(view, item, None, delta, new, Trust.QUIET)
        for old in view.earlier(item, new.mention.key):
            alike = old.sentence == item.sentence or old.figure.indicator[-_ALIKE:] == new.figure.indicator[-_ALIKE:]
            if old is not new and old.mention.key == new.mention.key and alike:
                yield from _over_years(view, item, old, None, new, Trust.QUIET)


def _over_years(
    view: View, item: Item, old: Item | None, delta: Item | None, new: Item, trust: Trust
) -> Iterator[Claim]:
    """The growth over one year, or compounded over as many as the text may mean."""
    annual = _ANNUAL.search(item.mention.clause) is not None
    years = (_apart(old, new) or _years(view, item)) if annual else (1,)
    down = _falls(item.mention.clause)
    if len(years) != 1 or _REAL.search(item.mention.clause + new.figure.indicator):
        trust = Trust.QUIET
    for number in years:
        yield _rate(item, old, delta, new, number, trust, down=down)


def _rate(
    item: Item, old: Item | None, delta: Item | None, new: Item, years: int, trust: Trust, *, down: bool
) -> Claim:
    note = f"按{years}年复合增长计算" if years > 1 else ""
    if old is not None:
        terms = ((new, Role.NEW), (old, Role.OLD))
        words = "{} ÷ {} - 1" if not down else "1 - {} ÷ {}"
        return Claim(CheckKind.GROWTH, item, terms, compound(years, down=down), words, trust, note=note)
    if delta is None:
        raise ValueError("neither an old level nor a change")
    terms = ((new, Role.NEW), (delta, Role.PART))
    words = "{0} ÷ ({0} - {1}) - 1" if not down else "1 - {0} ÷ ({0} + {1})"
    return Claim(CheckKind.GROWTH, item, terms, compound(years, down=down, stepped=True), words, trust, note=note)


def _delta(view: View, item: Item) -> Item | None:
    """The change right before a rate that has no other subject: 比增455万元，年均递增4.7%."""
    if item.mention.first or NO_SUBJECT.match(_OVER.sub("", item.mention.clause)) is None:
        return None
    delta = view.items[item.index - 1]
    return delta if _change_word(delta) and not delta.mention.percent else None


def _base(view: View, delta: Item) -> Item | None:
    """The old level right before a change: 比“十二五”末的1985.3公里净增861.2公里."""
    old = view.items[delta.index - 1] if not delta.mention.first and delta.index else None
    if old is None or old.mention.key != delta.mention.key or _compared(old) is None:
        return None
    return old


def _stepped(item: Item, delta: Item, old: Item) -> Claim:
    """Return the claim that a change is so much of the old level."""
    terms = ((delta, Role.PART), (old, Role.OLD))
    return Claim(CheckKind.GROWTH, item, terms, percentage, "{} ÷ {}", Trust.PLAIN)


def _level(view: View, delta: Item) -> Item | None:
    """The level right before a change: 完成2209万元，比增455万元."""
    levels = (other for other in view.before(delta) if not (other.mention.percent or other.mention.basis))
    before = next(levels, None)
    if before is None or before.mention.key != delta.mention.key or _change_word(before):
        return None
    return before if delta.index - before.index <= _LEVELS else None


def compound(years: int, *, down: bool = False, stepped: bool = False) -> Operation:
    """Return the yearly growth in percent that leads from the old to the new level over so many years.

    With ``stepped`` the second number is the change instead of the old level.
    """

    def operation(numbers: Sequence[Interval]) -> Interval:
        new, second = numbers
        if stepped:  # old = new ∓ change, so new / old = 1 / (1 ∓ change / new): each number stands once
            share = second / new
            old, new = exactly(1) + share if down else exactly(1) - share, exactly(1)
        else:
            old = second
        if old.low is None or old.low <= 0:
            raise ValueError("growth from nothing")
        ratio = new / old
        ratio = Interval(_root(ratio.low, years), _root(ratio.high, years), ratio.open_low, ratio.open_high)
        rate = exactly(1) - ratio if down else ratio - exactly(1)
        return rate.scaled(Fraction(100))

    return operation


@lru_cache(maxsize=1024)  # the same levels are tried over and over
def _root(value: Fraction | None, degree: int) -> Fraction | None:
    if value is None or degree == 1 or value <= 0:
        return value
    with localcontext(EXACT) as context:
        context.prec = _DIGITS
        number = Decimal(value.numerator) / Decimal(value.denominator)
        return Fraction(number ** (Decimal(1) / degree))


def _apart(old: Item | None, new: Item) -> tuple[int, ...]:
    """The years between two levels, where the text tells when each was reached: 2011年的3200元增加到2015年的4680元."""
    if old is None or not (old.figure.period_end and new.figure.period_end):
        return ()
    years = int(new.figure.period_end[:4]) - int(old.figure.period_end[:4])
    return (years,) if years > 1 else ()


def _years(view: View, item: Item) -> tuple[int, ...]:
    """Over how many years a growth is compounded: as the sentence says, else as the article says, else unknown."""
    sentence = view.sentences[item.sentence]
    told = _spans(view.text, view.article.start, view.article.end)
    for start, end in ((sentence.start, sentence.end), (view.article.start, item.start)):
        first = bisect_left(told, (start, 0, 0))
        found = {years for begin, stop, years in told[first : bisect_left(told, (end, 0, 0))] if stop <= end}
        if found:
            return tuple(sorted(found))
    return _USUAL_SPANS


@lru_cache(maxsize=1)  # asked for every 年均 of an article
def _spans(text: str, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """Where a stretch of the text tells of several years (近五年来, 十三五), from where to where and of how many."""
    counted = ((match.start(), match.end(), _number(match[1])) for match in _YEARS.finditer(text, start, end))
    planned = ((match.start(), match.end(), _PLANNED_YEARS) for match in _PLAN.finditer(text, start, end))
    return tuple(sorted(span for span in (*counted, *planned) if span[2] > 1))


def _number(written: str) -> int:
    return NUMERALS[written] if written in NUMERALS else int(written)
