"""So much for each: a rate, how many there are, and what it comes to (每户补助8000元 × 31户 = 24.8万元; 亩产, 人均, 单价).

The rate says what it is per, in its unit (元/亩) or in its words (每户, 户均, 亩产, 单价). Of the figures around it those in
that unit may be the number, those in its own unit the total. Where numbers leave a choice the one that fits is meant;
only where the three stand together in one sentence is a misfit taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractor.checks.claim import Claim, Operation, Readings, Trust, divide, holds, multiply
from extractor.intervals import COUNTED
from extractor.link_cues import pattern
from extractor.resources.units import spellings
from extractor.types import CheckKind, Role, Status

if TYPE_CHECKING:
    from extractor.checks.view import Item, View
    from extractor.intervals import Interval
    from extractor.resources.units import Unit

_PER = re.compile(
    r"(?:平均)?每一?(?P<scale>[百千万]|十万)?(?P<each>[\u4e00-\u9fff]{1,8})|平均一(?P<one>[头只个户口亩])"
    r"|(?P<mean>[人户亩村校次笔件家班站台个头口所座栋套公里延米生根棵株只]{1,2})均|(?P<yield>[亩株])产|[单每](?P<every>[笔座个户次])平均|(?<![\u4e00-\u9fff])(?P<paid>[亩户人])补[贴助]"
    r"|(?P<price>单价|单座|单个|单户|均价|造价)"
)
_TAIL = re.compile(r"/(?P<scale>[百千万]|十万)?(?P<each>[^·/]+)")
_MONTHLY = re.compile(r"每月|月[人户]均|按月|/月|·月|月补[贴助]|月工资|月薪")
_MONTHS = re.compile(r"(?<!\d)(\d{1,2})个月")
_OFTEN = re.compile(r"每(?P<time>[天日年次期]|学期)|[/·](?P<unit>[天日年次])")
_TIMES = frozenset(("年", "月", "天", "日", "学期"))
_HEAD = "人"
_HEADS = frozenset("人名生位")
_PEOPLE = re.compile("人|口|老|生")
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "十万": 100_000}
_SPLIT = pattern("<split>")
_BACK = 10  # sentences before a rate in which its number may stand
_NEAR = 8  # figures beside it
_TOGETHER = 2
_TOGETHER_IS = re.compile(r"(?:全年|全县|全[市镇乡区村])?(?:共|合计|总计|共计|计)")
_TOGETHER_WITH = re.compile(r"[、，,和]?(?:共|合计|总计|共计|计|金额|总额)*")
_EACH = re.compile(r"分别|各")
_MEAN = re.compile(r"[\u4e00-\u9fff]均|亩产")
_SHORTLY = 2  # sentences before an average in which its number may stand
_MEASURED = 5  # figures between a rate and its number in the very unit of the rate
_DIGITS = 4
_FAINT = 6  # pairs tried for a slip


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure that is per something: per ``scale`` of ``unit`` (``None``: of heads or of whatever is counted)."""

    item: Item
    word: str
    unit: Unit | None
    scale: int
    months: tuple[int, ...]
    period: str = "个月"

    def counts(self, other: Item) -> bool:
        """Whether a figure tells how many of them there are."""
        figure = other.figure
        if not _is_plain(other):
            return False
        if self.word[:1] in _HEADS or (self.scale > 1 and _PEOPLE.search(self.word)):
            return figure.dimension in ("people", "person_times") or figure.indicator.endswith("岗位")
        if self.word[:1] == "户":
            return figure.dimension == "households" or figure.unit == "户次"
        if self.word[:1] == "次":
            return figure.unit.endswith("次")
        if self.unit is not None and self.unit.dimension not in ("count", ""):
            return figure.dimension == self.unit.dimension and figure.base_unit == self.unit.base_unit
        if self.unit is not None and figure.unit == self.unit.name:
            return True
        words = figure.indicator + figure.unit
        return figure.dimension == "count" and (not self.word or words[-2:] in self.word or self.word[:2] in words)

    def comes_to(self, other: Item) -> bool:
        """Whether a figure may be what the rate comes to for all of them."""
        among = _SPLIT.search(other.mention.lead) is not None
        return _is_plain(other) and not among and other.figure.base_unit == self.item.figure.base_unit.split("/")[0]


def _is_plain(item: Item) -> bool:
    """Whether a figure is an amount of something, no percentage and no rate itself."""
    return not (
        item.number is None or item.mention.percent or "/" in item.figure.unit or _last(item.mention.clause) is not None
    )


def find(view: View) -> Iterator[Readings]:
    """Yield the averages and products that the text states; of several readings the first with a result counts."""
    rates = [rate_of(view, item) for item in view.items]
    groups = [*_graded(view, rates), *_respective(view, rates)]
    together = {claim.stated.start for claim in groups if claim.trust is not Trust.QUIET or holds(claim)}
    for rate in filter(None, rates):
        readings = _readings(view, rate)
        beside = [one.claim() for one in readings if one.trust is not Trust.QUIET]
        tight = next((claim for claim in beside if claim.trust >= Trust.LIKELY), None)
        claims = iter(beside) if tight else (one.claim() for one in readings)
        found = next(filter(holds, claims), None)
        if found is not None:
            yield found
        elif not any(claim.stated.start in together for claim in beside):
            others = [
                claim
                for claim in beside
                if claim is not tight and (claim.stated.digits >= _DIGITS or _is_whole(claim, tight))
            ]
            others = others[:_FAINT]
            yield tuple([tight, *others] if tight else others)
    yield from groups


def _is_whole(claim: Claim, tight: Claim | None) -> bool:
    """Whether a claim takes the total of the number that another one takes: 600亩（甲350亩、乙250亩），每亩400元，计24万元."""
    return tight is not None and tight.terms[0][0].figure.part_of == claim.terms[0][0].start


def rate_of(view: View, item: Item) -> Rate | None:
    """Return what a figure is per, ``None`` when it is no rate."""
    if item.number is None or item.mention.percent:
        return None
    tail = _TAIL.search(item.figure.unit)
    match = tail or _last(item.mention.clause)
    if match is None:
        return None
    found = match.groupdict()
    word = next((found[name] for name in ("each", "one", "mean", "yield", "every", "paid") if found.get(name)), "")
    if word in _TIMES:  # 600元/月, 800元/年·生
        word = next((part for part in re.split("[·/]", item.figure.unit)[1:] if part not in _TIMES), _HEAD)
    scale = _SCALES.get(found.get("scale") or "", 1)
    months: tuple[int, ...] = (1,)
    if _MONTHLY.search(item.mention.clause + item.figure.text):
        said = _MONTHS.search(view.sentence_text(item))
        months = (int(said[1]), 12, 1) if said else (12, 1)
        return Rate(item, word, _unit(word), scale, months)
    often = _OFTEN.search(item.mention.clause + item.figure.text)
    if often is not None:  # 每人每天50元，为期10天; 每亩每年400元，连续10年
        period = often["time"] or often["unit"]
        said = re.search(rf"(?<![\d第])(\d{{1,2}})个?{period}(?![级度底末初前])", view.sentence_text(item))
        return Rate(item, word, _unit(word), scale, (int(said[1]), 1) if said else months, period)
    return Rate(item, word, _unit(word), scale, months)


@lru_cache(maxsize=1024)  # asked of a figure for every rate around it
def _last(clause: str) -> re.Match[str] | None:
    found = None
    for found in _PER.finditer(clause):  # noqa: B007 - the last one counts
        pass
    return found


def _unit(word: str) -> Unit | None:
    """The unit that a word begins with: 每公里造价, 每亩补助."""
    known = spellings()
    return next((known[word[:size]] for size in range(len(word), 0, -1) if word[:size] in known), None)


class _Reading(NamedTuple):
    """A rate with a number and a total around it."""

    rate: Rate
    number: Item
    total: Item
    months: int
    trust: Trust

    def claim(self) -> Claim:
        return claim(*self)


def _readings(view: View, rate: Rate) -> list[_Reading]:
    """The rate with each number and total around it, the nearest first."""
    around = list(_around(view, rate.item))
    numbers = [other for other in around if rate.counts(other)]
    totals = [other for other in around if rate.comes_to(other)]
    own = _own_total(rate, totals)
    if own is not None:  # what the sentence itself tells is meant, and nothing farther off
        beside = _counted_beside(view, own)
        numbers = [beside] if beside is not None and beside not in numbers else numbers
        totals = [total for total in totals if total.sentence == rate.item.sentence]
    pairs = [(number, total) for number in numbers for total in totals if number is not total]
    pairs.sort(key=lambda pair: _distance(rate, *pair))
    trusts = [_trust(view, rate, number, total) for number, total in pairs]
    return [
        _Reading(rate, number, total, months, trust)
        for (number, total), trust in zip(pairs, trusts, strict=True)
        for months in rate.months
    ]


def _own_total(rate: Rate, totals: Sequence[Item]) -> Item | None:
    """The total right before an average in its sentence: 发放贷款635万元，户均5万元."""
    item = rate.item
    beside = (total for total in totals if total.sentence == item.sentence and total.index == item.index - 1)
    return next(beside, None) if _MEAN.search(item.mention.clause) else None


def _counted_beside(view: View, total: Item) -> Item | None:
    """What a total is joined to, which is how many there are in whatever unit: 贷款127笔、共635万元, 出栏23头，收入29万元."""
    number = None if total.mention.first else view.items[total.index - 1]
    counted = number is not None and number.figure.dimension in COUNTED and _is_plain(number)
    return number if counted and _TOGETHER_WITH.fullmatch(total.mention.lead) else None


def _distance(rate: Rate, number: Item, total: Item) -> tuple[bool, int]:
    """How far a number and a total stand from a rate; one in the very unit of the rate before others."""
    other_unit = rate.unit is not None and number.figure.unit != rate.unit.name
    return other_unit, sum(abs(rate.item.index - one.index) for one in (number, total))


def _around(view: View, item: Item) -> Iterator[Item]:
    yield from view.before(item, sentences=_BACK)
    yield from view.after(item, sentences=1)


def _aside(view: View, number: Item, item: Item) -> int:
    """How many parts of a number stand between it and its rate: 表彰120名，其中教师85名、校长35名，人均奖励3000元."""
    return sum(number.index < part.index < item.index for part in view.children.get(number.start, ()))


def _trust(view: View, rate: Rate, number: Item, total: Item) -> Trust:
    """The three stand together in one sentence: number, rate, total; rate, number, total; or total, number, rate."""
    item = rate.item
    if not rate.counts(number):
        return Trust.QUIET  # 127笔, of which a household may have several
    if not number.sentence == item.sentence == total.sentence:
        beside = total.index == item.index - 1 and total.sentence == item.sentence
        return Trust.FAINT if beside and 0 <= item.sentence - number.sentence <= _SHORTLY else Trust.QUIET
    measured = rate.unit if rate.unit is not None and rate.unit.dimension != "count" else None
    if measured and number.figure.unit != measured.name and number.figure.dimension == measured.dimension:
        return Trust.FAINT
    aside = _aside(view, number, item)
    ahead, apart = total.index - item.index, item.index - number.index - aside
    ahead += aside if total.start < number.start else 0
    if number.start > item.start:
        beside = (apart, ahead) == (-1, 2)
    elif ahead > 0:
        beside = ahead <= _TOGETHER and apart <= (_MEASURED if measured else _TOGETHER)
    else:
        beside = -ahead <= _TOGETHER and apart <= (_MEASURED if measured else 1 + (total.start > number.start))
    if beside and (apart, ahead) == (2, -1) and _MEAN.search(item.mention.clause):
        return Trust.SAID  # 85户…340万元，户均4万元
    return Trust.LIKELY if beside else Trust.FAINT


def claim(rate: Rate, number: Item, total: Item, months: int, trust: Trust) -> Claim:
    """Return the claim that a rate for so many comes to a total, or that the total makes the rate."""
    factor = Fraction(months, rate.scale) / _size(rate, number)
    note = f"按{months}{rate.period}计算" if months > 1 else ""
    averaged = _MEAN.search(rate.item.mention.clause) is not None
    if rate.item.figure.status is Status.STANDARD or (total.start > rate.item.start and not averaged):
        terms = ((number, Role.FACTOR), (rate.item, Role.FACTOR))
        words = "{} × {}" + (f" × {months}" if months > 1 else "")
        return Claim(CheckKind.PRODUCT, total, terms, _times(factor), words, trust, note=note)
    terms = ((total, Role.WHOLE), (number, Role.DIVISOR))
    words = "{} ÷ {}" + (f" ÷ {months}" if months > 1 else "") + (f" × {rate.scale}" if rate.scale > 1 else "")
    return Claim(CheckKind.MEAN, rate.item, terms, _per(factor), words, trust, note=note)


def _size(rate: Rate, number: Item) -> Fraction:
    """How many base units of the number one of what the rate is per has: 666⅔ 平方米 for 每亩."""
    if rate.unit is not None and rate.unit.base_unit == number.figure.base_unit:
        return rate.unit.factor
    return Fraction(1)


def _times(factor: Fraction) -> Operation:
    return lambda numbers: multiply(numbers).scaled(factor)


def _per(factor: Fraction) -> Operation:
    return lambda numbers: divide(numbers).scaled(1 / factor)


def _graded(view: View, rates: Sequence[Rate | None]) -> Iterator[Claim]:
    """C级31户，每户8000元；D级45户，每户3.5万元，共182.3万元: what several groups come to together."""
    pairs: list[tuple[Item, Rate]] = []
    for item, rate in zip(view.items, rates, strict=True):
        if pairs and item.sentence - pairs[-1][1].item.sentence > 1:
            pairs = []
        if pairs and rate is not None and item.mention.opener not in (None, pairs[-1][1].item.mention.opener):
            pairs = []  # a bracket is a group of its own
        if rate is not None:
            number = next((other for other in _beside(view, item) if rate.counts(other)), None)
            if number is not None and (not pairs or number is not pairs[-1][0]):
                pairs.append((number, rate))
        elif len(pairs) > 1 and pairs[-1][1].comes_to(item):
            claims = [
                _sum_of(pairs, item, months, _trust_together(view, pairs, item)) for months in pairs[-1][1].months
            ]
            yield next((claim for claim in claims if holds(claim)), claims[0])
            pairs = []


def _trust_together(view: View, pairs: Sequence[tuple[Item, Rate]], total: Item) -> Trust:
    """Likely where number and rate take turns up to a total that is called one."""
    told = [item.index for number, rate in pairs for item in sorted((number, rate.item), key=lambda one: one.start)]
    in_turn = [*told, total.index] == list(range(told[0], total.index + 1))
    called = _TOGETHER_IS.match(total.mention.clause) is not None and view.runs_on(pairs[0][0], total)
    return Trust.LIKELY if in_turn and called else Trust.QUIET


def _respective(view: View, rates: Sequence[Rate | None]) -> Iterator[Claim]:
    """伤残86人、死亡113人，标准分别为每人每月350元和450元，全年发放97.14万元; 标准都是每人50元，分别发放17万元和11万元."""
    for rate in filter(None, rates):
        item = rate.item
        listed = view.listed(item)
        behind = view.items[listed[-1].index + 1 : listed[-1].index + 2]
        totals = view.listed(behind[0]) if behind and behind[0].sentence == item.sentence else []
        size = max(len(listed), len(totals))
        numbers = [other for other in view.before(item) if rate.counts(other)][:size][::-1]
        if size < _TOGETHER or len(numbers) < size or listed[0] is not item or not all(map(rate.comes_to, totals)):
            continue
        if len(totals) == 1 and _EACH.search(item.mention.clause):
            pairs = [(number, replace(rate, item=one)) for number, one in zip(numbers, listed, strict=True)]
            claims = [_sum_of(pairs, totals[0], months, Trust.LIKELY) for months in rate.months]
            yield next((claim for claim in claims if holds(claim)), claims[0])
        elif len(listed) == 1 and _EACH.search(totals[0].mention.clause):
            for number, total in zip(numbers, totals, strict=True):
                claims = [claim(rate, number, total, months, Trust.LIKELY) for months in rate.months]
                yield next((one for one in claims if holds(one)), claims[0])


def _beside(view: View, item: Item) -> Iterator[Item]:
    yield from (other for other in view.before(item) if item.index - other.index <= _NEAR)
    yield from (other for other in view.after(item) if other.index - item.index <= 1)


def _sum_of(pairs: Sequence[tuple[Item, Rate]], total: Item, months: int, trust: Trust) -> Claim:
    factors = [Fraction(months) / _size(rate, number) for number, rate in pairs]

    def operation(numbers: Sequence[Interval]) -> Interval:
        products = [
            (numbers[2 * place] * numbers[2 * place + 1]).scaled(factor) for place, factor in enumerate(factors)
        ]
        result = products[0]
        for product in products[1:]:
            result = result + product
        return result

    terms = tuple((item, Role.FACTOR) for number, rate in pairs for item in (number, rate.item))
    words = " + ".join(["{} × {}"] * len(pairs))
    if months > 1:
        words = f"({words}) × {months}"
    return Claim(CheckKind.PRODUCT, total, terms, operation, words, trust)
