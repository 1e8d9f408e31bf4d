"""Percentages: shares, progress and rates against the two figures they relate, and against what a percentage can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from extractor.checks.causes import likely
from extractor.checks.claim import Claim, Trust, holds, percentage
from extractor.checks.parts import OTHER
from extractor.checks.ratios import claim_ratio, is_of_both, kind_of, of_both, told
from extractor.checks.verdicts import is_near
from extractor.link_cues import pattern
from extractor.types import CheckKind, Status

if TYPE_CHECKING:
    from extractor.checks.view import Item, View
    from extractor.intervals import Number

_HUNDRED = 100
_STEM = 2  # characters by which 审减1.1亿元 names 审减率
_PAUSE = re.compile("[，,；;]")
_OF_BOTH = re.compile(r"([\u4e00-\u9fff]{3,8})占([\u4e00-\u9fff]{2,10}?)的(?:比重|比例)?(?:为|达到?)?")
_DONE = ("率", "进度")
_RATIOS = {
    "存贷比": ("贷款余额", "存款余额"), "报销比例": ("报销", "费用"), "常住人口城镇化率": ("城镇人口", "常住人口"),
    "户籍人口城镇化率": ("城镇人口", "户籍人口"), "税收占比": ("税收收入", "预算收入"), "负荷率": ("处理", "处理能力"),
}  # fmt: skip
_RATE = re.compile(r"[\u4e00-\u9fff]{2}率")
_LONG = 4  # characters of a percentage that fits hardly by chance
_WHOLES = 3
_SHORT = 8  # characters between a part and its percentage
_PARTS = 3  # figures before a percentage that may be the part
_DIGITS = 3  # of a percentage that hardly comes of other figures by chance
_TOLD = 20  # populations that an article tells
_BACK, _ON = 12, 2  # sentences before and after in which the whole may stand
_PERCENT = re.compile(r"[\d．.]\s*[%％‰]|百分之|[:：∶]")
_TASK = pattern("<plan>|总|列入|排查|安排|涉及|全长")
_OF_PLAN = pattern("(?:占|完成)(?:了|到)?[^，,]{0,6}(<plan>)(?:数|总数)?的?$")
_BUDGETED = re.compile(r"(?:预算|计划|任务|目标|限额)数?(?:为|是)?$")
_COUNTED = re.compile(r"占总?(?:户数|人口|人数|总数|总量|面积)")
_THAN = re.compile(r"(?:同|[比较])")
_AMONG = re.compile(r"其中")
_OTHER_PERIOD = re.compile(r"新收|旧存|(?:上年|往年|历年)(?:结转|结存|遗留)|积案")  # more may be done than came
_OF_THEM = re.compile(r"[^，,。；;\d]{0,8}中[，,]|[，,]其中")
_PURE = re.compile(r"(?:约|仅|只|将近)?占(?:到|了|比)?(?:约|近|仅)?")
_COUNTS_IT = re.compile(r"[，,]?(?:为|即|共|计|约|有)")  # between a share and the part that it is of
_POPULATION = re.compile(r"人口$|总户数$|总人数$")
_CHANGED = pattern("(?:<change>)(?:了|约|近)?$")
_RATE_NAME = re.compile(
    r"(?:([\u4e00-\u9fff]{1,4}?)(?:发生|覆盖|普及|占有)|([\u4e00-\u9fff]{2}))(?:率|密度|比)(?:为|是|达到?|约|近|只有|仅)?$"
)
_NAMED = re.compile(
    r"(?:占|完成|为)(?:到|了)?([\u4e00-\u9fffA-Z]{2,12}?)(?<![率度])的?(?:比重|比例)?(?:为|达到?|约|接近|近|超过)?$"
)


def find(view: View) -> Iterator[tuple[Claim, ...]]:
    """Yield the percentages whose two figures the text gives; of several readings the first with a result counts."""
    peoples = _populations(view)
    bases = _bases(view, peoples)
    known: Claim | None = None
    for item in view.items:
        if kind_of(item) is None or item.mention.clause == "比":
            continue  # 为年度计划的75.9%，比75.0%的序时进度快
        readings = _readings(view, item, bases.get(_name(item), ()), peoples, known)
        if readings and holds(readings[0]):
            known = readings[0]
        yield readings


def _readings(
    view: View, item: Item, bases: Sequence[Item], peoples: Sequence[Item], known: Claim | None
) -> tuple[Claim, ...]:
    """The percentage as the words have it; with other figures around it only where the words leave that open."""
    linked = list(_linked(view, item))
    said = [*linked, *_next(view, item, known), *_told(view, item), *_counted_after(view, item)]
    said += [*told(view, item), *_ratios(view, item), *_of_bases(view, item, bases)]
    said.sort(key=lambda claim: claim.trust, reverse=True)
    fitting = next((claim for claim in said if holds(claim, truncated=claim is said[0])), None)
    sure = said and (said[0] in linked or said[0].trust >= Trust.SAID) and _is_sure(said[0])
    if fitting is None and not sure:
        others = _others(view, item, peoples)
        fitting = next((found for found in others if holds(found) and _may_stand_for(found, said)), None)
    if fitting is None and _leaves_rest(item):
        return ()
    return tuple(said) if fitting is None else (fitting,)


def _leaves_rest(item: Item) -> bool:
    """Whether a rate of 100% is of those that were due: 办结108件，办结率100%，其余18件未到期."""
    told = item.number is not None and item.number.value == _HUNDRED
    return told and OTHER.search(item.mention.tail) is not None


def _linked(view: View, item: Item) -> Iterator[Claim]:
    """The percentage of the figures that it is linked to."""
    pct = item.figure.pct
    whole = view.at.get(pct.of) if pct and pct.of is not None else None
    part = view.at.get(pct.numer) if pct and pct.numer is not None else None
    if whole is not None and _is_said_before(view, item, whole):
        return
    if part is not None and any(_opens_part(one, part) for one in view.items[part.index + 1 : item.index]):
        return  # 合格294批次，合格率98%，其中农产品100批次，合格率99%
    if part is not None and _named_by_unit(view, item) not in (None, part):
        return  # 完成8座254延米，座数完成率
    after = _told_after(view, item)
    if after is not None and whole is not None and after is not whole and after.mention.key == whole.mention.key:
        part = after
    linked = claim_ratio(item, part, whole, _trust(item, part, whole)) if part and whole else None
    if linked is None or part is None or whole is None:
        return
    total = view.at.get(part.figure.part_of) if part.figure.part_of is not None else None
    above = claim_ratio(item, total, whole, linked.trust) if total is not None and total is not whole else None
    if above is not None and holds(above):
        yield above  # 余额27亿元，其中甲15亿元、乙12亿元，占限额28亿元的96.4%
        return
    both = of_both(linked)
    yield both if linked.kind is CheckKind.RATE and holds(both) and not holds(linked) else linked


def _told_after(view: View, item: Item) -> Item | None:
    """The amount that a percentage comes to, right behind it: 剩余40%计344万元, 支付60%即516万元."""
    after = next(view.after(item), None)
    if after is None or after.mention.percent or not after.mention.lead:
        return None
    return after if _COUNTS_IT.fullmatch(after.mention.lead) else None


def _named_by_unit(view: View, item: Item) -> Item | None:
    """The figure by whose unit a percentage is named: 完成8座254延米，座数完成率."""
    clause = item.mention.clause
    named = (other for other in view.before(item) if other.figure.unit and clause.startswith(f"{other.figure.unit}数"))
    return next(named, None)


def _opens_part(item: Item, part: Item) -> bool:
    """Whether a figure is told as a part of what stands before it: 其中农产品100批次."""
    return item.mention.key == part.mention.key and _AMONG.search(item.mention.lead) is not None


def _may_stand_for(found: Claim, said: Sequence[Claim]) -> bool:
    """Whether a percentage may be of other figures than its words tie it to: if they do so, of one of them at least."""
    if not said or said[0].trust < Trust.SAID:
        return True
    near = all(item.sentence == found.stated.sentence for item, _ in found.terms)
    return near and not is_of_both(found) and bool(_starts(found) & _starts(said[0]))


def _starts(claim: Claim) -> set[int]:
    return {item.start for item, _ in claim.terms}


def _is_sure(claim: Claim) -> bool:
    """Whether a percentage is of the figures that its words tie it to: nothing else can be meant, or it misses by little."""
    numbers = [item.number for item in claim.items]
    known = [number for number in numbers if number is not None]
    if claim.trust is Trust.PLAIN or len(known) < len(numbers) or _is_slip(claim, known):
        return True
    return bool(known[2].value) and is_near(claim, known, known[1].value * _HUNDRED / known[2].value)


def _is_slip(claim: Claim, numbers: Sequence[Number]) -> bool:
    """Whether one wrong digit explains why a percentage of two figures that words tie it to fails: 4.69% for 1.69%."""
    point = numbers[1].value * _HUNDRED / numbers[2].value if numbers[2].value else None
    if claim.operation is not percentage or point is None or claim.trust < Trust.SAID:
        return False
    slip = likely(claim, numbers, point)
    return slip is not None and slip.digits >= _DIGITS


def _told(view: View, item: Item) -> Iterator[Claim]:
    """The percentage of the figure right before it and of what that is part of, or of what stands before that."""
    clause = item.mention.clause
    part = None if item.mention.first else view.items[item.index - 1]
    part = _named_by_unit(view, item) or part
    if part is None or part.mention.percent or not part.mention.summable or len(clause) > _SHORT:
        return
    if _told_after(view, item) is not None:
        return
    budgeted = _of_budget(view, item, part)
    if _OTHER_PERIOD.search(view.sentence_text(item)):
        return
    progress = kind_of(item) is CheckKind.PROGRESS  # of a task, not of what the part is part of
    total = view.at.get(part.figure.part_of) if part.figure.part_of is not None and not progress else None
    if budgeted is not None:
        yield budgeted
    elif total is not None:
        yield from _named(item, part, total, _trust_of_total(view, item, part, total))
    else:
        yield from _beside(view, item, part)


def _trust_of_total(view: View, item: Item, part: Item, total: Item) -> Trust:
    """How surely a percentage is of what its part is part of."""
    clause = item.mention.clause
    if clause.endswith(_DONE) and not _is_done(part, clause):
        return Trust.FAINT  # 重大隐患36处，整改率80%: not of all
    trust = Trust.PLAIN if _PURE.fullmatch(clause) else Trust.SAID
    near = total.sentence == item.sentence or (trust is Trust.PLAIN and not _has_share(view, total))
    return trust if near else Trust.LIKELY


def _beside(view: View, item: Item, part: Item) -> Iterator[Claim]:
    """The percentage of the figure right before it and of one that stands before that."""
    clause = item.mention.clause
    before = [other for other in view.before(part, sentences=1) if _holds_part(other, part) or _among(other, part)]
    beside = [other for other in before if view.runs_on(other, item)]
    done = clause.endswith(_DONE) and item.figure.unit == "%" and _is_done(part, clause)
    if (done or _PURE.fullmatch(clause)) and beside:
        alone = len(beside) == 1 and part.index - beside[0].index <= 1
        nearest = view.items[part.index - 1]
        if done and nearest.sentence == part.sentence and nearest not in before and nearest.mention.summable:
            yield from _named(item, part, nearest, Trust.SAID)  # less than its part: one of the two is wrong
        own = [other for other in beside if other.sentence == item.sentence]
        for whole in beside[:_WHOLES]:
            said = alone or done or own == [whole]
            yield from _named(
                item, part, whole, Trust.PLAIN if done and alone else Trust.SAID if said else Trust.LIKELY
            )
        return
    if not beside:
        yield from _exceeded(view, item, part, done=done)
    like = done or (clause.endswith(_DONE) and part.mention.clause[:_STEM] in clause)
    counted = _COUNTED.search(clause) is not None
    tasks = [other for other in before if like or counted or _TASK.search(other.mention.clause)]
    if tasks:
        plan = _OF_PLAN.search(clause)
        only = len(tasks) == 1 and tasks[0].figure.status is Status.PLANNED and plan and plan[1] in _words(tasks[0])
        yield from _named(item, part, tasks[0], Trust.SAID if only else Trust.LIKELY)
    elif beside:
        yield from _named(item, part, beside[0], Trust.FAINT)


def _of_budget(view: View, item: Item, budget: Item) -> Claim | None:
    """支出412万元，预算数为425万元，执行率96.9%: the budget right before a percentage is its whole."""
    if not _BUDGETED.search(budget.mention.clause) or not item.mention.clause.endswith(_DONE):
        return None
    like = (other for other in view.before(budget) if other.mention.key == budget.mention.key)
    done = next((other for other in like if other.mention.summable), None)
    return None if done is None else claim_ratio(item, done, budget, Trust.SAID)


def _counted_after(view: View, item: Item) -> Iterator[Claim]:
    """教职工7126人，专任教师占91.3%，为6508人: the part stands behind its share, the whole before it."""
    if item.mention.first or kind_of(item) is not CheckKind.SHARE:
        return
    whole, part = view.items[item.index - 1], _told_after(view, item)
    if part is not None and whole.mention.summable:
        yield from _named(item, part, whole, Trust.SAID)


def _has_share(view: View, item: Item) -> bool:
    """Whether a figure is a share itself: 8680万元，占62%."""
    return item.index + 1 < len(view.items) and view.items[item.index + 1].mention.percent


def _exceeded(view: View, item: Item, part: Item, *, done: bool) -> Iterator[Claim]:
    """The percentage of the last figure in the unit of its part, though it is smaller: one of the two is wrong."""
    clause = item.mention.clause
    same = (other for other in view.before(part) if other.mention.key == part.mention.key and other.mention.summable)
    whole = next(same, None)
    named = _NAMED.search(clause)
    if named is not None and whole is None:
        told = (other for other in view.before(part, sentences=_ON) if other.mention.key == part.mention.key)
        whole = next((other for other in told if other.mention.summable and named[1] in _words(other)), None)
    if whole is not None and named is not None and named[1] in _words(whole):
        yield from _named(item, part, whole, Trust.SAID)
    elif whole is not None and (done or clause.endswith(_DONE) or _PURE.fullmatch(clause)):
        sure = done or (kind_of(item) is CheckKind.PROGRESS and _TASK.search(whole.mention.clause))
        yield from _named(item, part, whole, Trust.SAID if sure else Trust.FAINT)


def _is_done(part: Item, clause: str) -> bool:
    """Whether a rate tells how far a task is by what is done of it: 整改到位611个，整改率; 17个小区完工，完工率; 完成进度."""
    words = part.mention.clause + _PAUSE.split(part.mention.tail)[0]
    stem = clause.removesuffix("率").removesuffix("进度")[-_STEM:]
    return part.mention.clause[-_STEM:] in clause or stem in words


def _next(view: View, item: Item, known: Claim | None) -> Iterator[Claim]:
    """甲项目…万元，占62%；乙项目…万元，占24%: the percentage of what the one before it in its list is of."""
    part = None if item.mention.first else view.items[item.index - 1]
    if known is None or part is None or not view.runs_on(known.stated, item) or _AMONG.search(part.mention.lead):
        return
    alike = _PURE.fullmatch(item.mention.clause) or item.mention.clause.endswith(_DONE)
    whole = known.terms[1][0]
    if alike and _holds_part(whole, part) and not is_of_both(known) and len(item.mention.clause) <= _SHORT:
        yield from _named(item, part, whole, Trust.SAID)


def _named(item: Item, part: Item, whole: Item, trust: Trust) -> Iterator[Claim]:
    """The percentage of a whole, unless its words name another one."""
    named = _NAMED.search(item.mention.clause)
    surer = named is not None and (named[1] in _words(whole) or _is_all(named[1], whole))
    trust = max(trust, Trust.SAID) if surer else trust
    claim = claim_ratio(item, part, whole, trust if _shares_name(item, part) else Trust.QUIET)
    if claim is not None and (not named or set(named[1]) & set(_words(whole))):
        yield claim


def _is_said_before(view: View, item: Item, whole: Item) -> bool:
    """占全部支出的比重接近七成，为69.6%: a percentage told twice is of what the words before the first name."""
    first = view.items[item.index - 1]
    named = (
        _NAMED.search(first.mention.clause) if first.mention.percent and item.mention.clause in ("为", "即") else None
    )
    return named is not None and _is_told_of(named[1], item, whole)


def _is_told_of(name: str, item: Item, whole: Item) -> bool:
    """Whether a whole is a budget, though the words name what was spent: 占全部支出的比重 is not of 预算数."""
    planned = _BUDGETED.search(whole.mention.clause) is not None and not _TASK.search(name)
    return planned and kind_of(item) is CheckKind.SHARE


def _is_all(name: str, whole: Item) -> bool:
    """Whether 总户数 and 总人数 name a population: 总人口7826户、28173人."""
    return (
        name in ("总户数", "总人数", "总人口") and "总" in whole.figure.indicator and whole.figure.unit in name + "人"
    )


def _words(item: Item) -> str:
    return item.figure.indicator + item.mention.clause + item.figure.unit


def _holds_part(whole: Item, part: Item) -> bool:
    """Whether a figure is in the unit of another and not smaller; a level of last year is no whole."""
    if whole.number is None or part.number is None or whole.mention.key != part.mention.key or _is_past(whole):
        return False
    return whole.number.value >= part.number.value


def _is_past(item: Item) -> bool:
    """Whether a figure is only what another is compared with: 比上年的7100万元增长."""
    return item.mention.basis and _THAN.match(item.mention.clause) is not None


def _among(whole: Item, part: Item) -> bool:
    """30户以上的1124个组中，已通1051个: the words tell the whole, whatever the numbers are."""
    beside = whole.index == part.index - 1 and whole.mention.key == part.mention.key and whole.number is not None
    return beside and part.number is not None and _OF_THEM.match(part.mention.lead) is not None


def _ratios(view: View, item: Item) -> Iterator[Claim]:
    """存贷比: the ratio whose name tells both of its figures."""
    names = [words for name, words in _RATIOS.items() if name in item.mention.clause]
    both = _OF_BOTH.fullmatch(item.mention.clause)
    for words in [*names, both.groups()] if both else names:
        part, whole = (_called(view, item, word) for word in words)
        claim = claim_ratio(item, part, whole, Trust.SAID if names else Trust.LIKELY) if part and whole else None
        if claim is not None:
            yield claim


def _called(view: View, item: Item, name: str) -> Item | None:
    """The amount before a ratio that bears a name, or else the name with other words in between."""
    amounts = [other for other in view.before(item, sentences=_BACK) if not other.mention.percent]
    amounts = [
        other
        for other in amounts
        if not (other.mention.basis or _CHANGED.search(other.mention.clause)) and set(name) <= set(_words(other))
    ]
    return next((other for other in amounts if name in _words(other)), amounts[0] if amounts else None)


def _name(item: Item) -> str:
    """What a rate is called, without its subject: 发生率. All those per mille are of one population."""
    if item.figure.unit == "‰":
        return item.figure.unit
    found = _RATE.search(item.figure.indicator)
    return found[0] if found else ""


def _populations(view: View) -> list[Item]:
    """The figures of whole populations: 总人口, 农业人口; the first that an article tells, of which its rates are."""
    told = (item for item in view.items if _POPULATION.search(item.figure.indicator))
    return list(islice(told, _TOLD))


def _bases(view: View, peoples: Sequence[Item]) -> dict[str, tuple[Item, ...]]:
    """The population of which some rate holds: other rates of this name are of it too."""
    found: dict[str, tuple[Item, ...]] = {}
    for item in view.items:
        if peoples and _name(item) and kind_of(item) is CheckKind.RATE and len(item.figure.text) > _LONG:
            claims = (
                claim_ratio(item, part, whole, Trust.QUIET) for whole in peoples for part in _people(view, item, whole)
            )
            fitting = next((claim for claim in claims if claim is not None and holds(claim)), None)
            if fitting is not None:
                found.setdefault(_name(item), (fitting.terms[1][0],))
    return found


def _of_bases(view: View, item: Item, bases: Sequence[Item]) -> Iterator[Claim]:
    """The rate of the population that others of its name are of."""
    for whole in bases:
        for part in _people(view, item, whole):
            claim = claim_ratio(item, part, whole, Trust.SAID if part.index == item.index - 1 else Trust.LIKELY)
            if claim is not None:
                yield claim


def _people(view: View, item: Item, whole: Item) -> list[Item]:
    """The figures before a rate that may be its part of a population."""
    before = (other for other in view.before(item) if other is not whole and other.mention.key == whole.mention.key)
    return list(islice(before, _PARTS))


def _parts(view: View, item: Item) -> list[Item]:
    """The figures before a percentage that may be its part."""
    return [other for other in view.before(item) if not other.mention.percent][:_PARTS]


def _trust(item: Item, part: Item, whole: Item) -> Trust:
    """A percentage is surely of figures in its sentence, or of a whole that it names; 八成 and 一半 are only roughly so.

    Nothing else can be meant by 为任务18200人的102.9%, nor by 总面积341.7万亩，其中林地213.6万亩，占62.5%.
    """
    if part.sentence != item.sentence or not _PERCENT.search(item.figure.text):
        return Trust.QUIET
    beside = part.index == item.index - 1 and len(item.mention.clause) <= _SHORT
    written = whole.index == item.index - 1 and item.mention.lead == "的"
    named = _NAMED.search(item.mention.clause)
    alike = part.figure.indicator[-_STEM:] == whole.figure.indicator[-_STEM:]
    plan = alike and whole.figure.status is Status.PLANNED and _OF_PLAN.search(item.mention.clause)
    if named and _is_told_of(named[1], item, whole):
        return Trust.QUIET
    if not _shares_name(item, part) or _is_enumerated(item, part):
        return Trust.QUIET
    if named and not plan and not set(named[1]) & set(whole.figure.indicator + whole.mention.clause):
        return Trust.QUIET
    if (written and part.index == whole.index - 1) or (
        beside and whole.index == item.index - 2 and part.figure.part_of == whole.start
    ):
        return Trust.PLAIN
    if whole.sentence == item.sentence or (named and named[1] in whole.figure.indicator + whole.mention.clause):
        return Trust.SAID
    return Trust.LIKELY


def _shares_name(item: Item, part: Item) -> bool:
    """Whether a rate may be of a figure by its name: 负债率 is of 负债5.21亿元, not of 净资产7.15亿元."""
    named = _RATE_NAME.search(item.mention.clause)
    return named is None or bool(set(named[1] or named[2]) & set(_words(part) + _PAUSE.split(part.mention.tail)[0]))


def _is_enumerated(item: Item, part: Item) -> bool:
    """Whether a progress stands behind a list of which its part is but the last: 一季度600座、…、四季度800座，完成任务的…."""
    listed = part.mention.lead.startswith("、") and not part.mention.first
    return kind_of(item) is CheckKind.PROGRESS and listed


def _others(view: View, item: Item, peoples: Sequence[Item]) -> Iterator[Claim]:
    """The percentage with other figures around it: links go by words, which may leave a choice open."""
    if (
        item.number is None
        or item.number.value == _HUNDRED
        or item.digits < _DIGITS
        or not _PERCENT.search(item.figure.text)
    ):
        return  # any two equal figures make 100%, and many 80%
    parts = _parts(view, item)
    wholes = [other for other in _around(view, item) if not other.mention.percent]
    wholes += peoples
    for part in parts:
        for whole in wholes:
            found = claim_ratio(item, part, whole, Trust.QUIET)
            if found is not None:
                yield found
                if _shares_name(item, part):
                    yield of_both(found)


def _around(view: View, item: Item) -> Iterator[Item]:
    yield from view.before(item, sentences=_BACK)
    yield from view.after(item, sentences=_ON)
