"""Percentages: shares, progress and rates against the two figures they relate, and against what a percentage can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, divide, holds, percentage
from extractor.checks.verdicts import is_near
from extractor.link_cues import pattern
from extractor.types import CheckKind, PctKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View
    from extractor.intervals import Interval

_KINDS = {PctKind.SHARE: CheckKind.SHARE, PctKind.PROGRESS: CheckKind.PROGRESS, PctKind.RATE: CheckKind.RATE}
_HUNDRED = 100
_BOTH = "{0} ÷ ({0} + {1})"
_STEM = 2  # characters by which 审减1.1亿元 names 审减率
_SHORT = 8  # characters between a part and its percentage
_PARTS = 3  # figures before a percentage that may be the part
_BACK, _ON = 12, 2  # sentences before and after in which the whole may stand
_PERCENT = re.compile(r"[\d．.]\s*[%％‰]|百分之|[:：∶]")
_TASK = pattern("<plan>|总|列入|排查|安排|涉及")
_COUNTED = re.compile(r"占总?(?:户数|人口|人数|总数|总量|面积)")
_PURE = re.compile(r"(?:约|仅|只|将近)?占(?:到|了|比)?(?:约|近|仅)?")
_POPULATION = re.compile(r"人口$|总户数$|总人数$")
_NAMED = re.compile(r"(?:占|完成|为)(?:到|了)?([\u4e00-\u9fff]{2,12}?)的?(?:比重|比例)?(?:为|达到?|约)?$")


def find(view: View) -> Iterator[Claim]:
    """Yield the percentages whose two figures the text gives."""
    for item in view.items:
        pct = item.figure.pct
        if kind_of(item) is None:
            continue
        whole = view.at.get(pct.of) if pct and pct.of is not None else None
        part = view.at.get(pct.numer) if pct and pct.numer is not None else None
        linked = _claim(item, part, whole, _trust(item, part, whole)) if part and whole else None
        if linked is not None and not holds(linked) and kind_of(item) is CheckKind.RATE:
            both = replace(linked, operation=_of_both, words=_BOTH)
            linked = both if holds(both) else linked
        if linked is None or not _is_sure(linked):
            linked = next(
                (found for found in _others(view, item) if holds(found) and _may_stand_for(found, linked)),
                linked or _told(view, item),
            )
        if linked is not None:
            yield linked


def _may_stand_for(found: Claim, linked: Claim | None) -> bool:
    """Whether a percentage may be of other figures than its words tie it to: of one of them at least, if they do so."""
    return linked is None or linked.trust < Trust.SAID or bool(_starts(found) & _starts(linked))


def _starts(claim: Claim) -> set[int]:
    return {item.start for item, _ in claim.terms}


def _is_sure(claim: Claim) -> bool:
    """Whether a percentage is of the figures that its words tie it to: it holds, or it misses by a slip."""
    numbers = [item.number for item in claim.items]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or holds(claim):
        return True
    return bool(known[2].value) and is_near(claim, known, known[1].value * _HUNDRED / known[2].value)


def _told(view: View, item: Item) -> Claim | None:
    """The percentage of the figure right before it and of what that is part of, or of what stands before that."""
    part = None if item.mention.first else view.items[item.index - 1]
    if part is None or part.mention.percent or not part.mention.summable or len(item.mention.clause) > _SHORT:
        return None
    progress = kind_of(item) is CheckKind.PROGRESS  # of a task, not of what the part is part of
    whole = view.at.get(part.figure.part_of) if part.figure.part_of is not None and not progress else None
    trust = Trust.PLAIN if _PURE.fullmatch(item.mention.clause) else Trust.SAID
    if whole is None:
        before = [other for other in view.before(part, sentences=1) if _holds_part(other, part)]
        beside = item.mention.clause.endswith("率") and part.mention.clause[:_STEM] in item.mention.clause
        counted = _COUNTED.search(item.mention.clause) is not None
        whole = next((other for other in before if beside or counted or _TASK.search(other.mention.clause)), None)
        trust = Trust.LIKELY
        if whole is None and before and before[0].sentence == item.sentence:
            whole, trust = before[0], Trust.FAINT
    named = _NAMED.search(item.mention.clause)
    words = "" if whole is None else whole.figure.indicator + whole.mention.clause + whole.figure.unit
    if whole is None or (named and not set(named[1]) & set(words)):
        return None
    return _claim(item, part, whole, trust)


def _holds_part(whole: Item, part: Item) -> bool:
    """Whether a figure is in the unit of another and not smaller."""
    if whole.number is None or part.number is None or whole.mention.key != part.mention.key:
        return False
    return whole.number.value >= part.number.value


def kind_of(item: Item) -> CheckKind | None:
    """Return what a percentage is, ``None`` for growth and for what is none; 出生率12.1‰ and 收入比2.48∶1 are rates."""
    if item.number is None:
        return None
    if item.figure.unit in ("‰", "比"):
        return CheckKind.RATE
    pct = item.figure.pct
    return _KINDS.get(pct.kind) if pct is not None and item.figure.unit == "%" else None


def _claim(item: Item, part: Item, whole: Item, trust: Trust) -> Claim | None:
    kind = kind_of(item)
    if kind is None or part.mention.key != whole.mention.key or part is whole:
        return None
    terms = ((part, Role.PART), (whole, Role.WHOLE))
    return Claim(kind, item, terms, divide if item.figure.unit == "比" else percentage, "{} ÷ {}", trust)


def _trust(item: Item, part: Item, whole: Item) -> Trust:
    """A percentage is surely of figures in its sentence, or of a whole that it names; 八成 and 一半 are only roughly so.

    Nothing else can be meant by 为任务18200人的102.9%, nor by 总面积341.7万亩，其中林地213.6万亩，占62.5%.
    """
    if part.sentence != item.sentence or not _PERCENT.search(item.figure.text):
        return Trust.QUIET
    beside = part.index == item.index - 1 and len(item.mention.clause) <= _SHORT
    written = whole.index == item.index - 1 and item.mention.lead == "的"
    named = _NAMED.search(item.mention.clause)
    if named and not set(named[1]) & set(whole.figure.indicator + whole.mention.clause):
        return Trust.QUIET
    if written or (beside and whole.index == item.index - 2 and part.figure.part_of == whole.start):
        return Trust.PLAIN
    if whole.sentence == item.sentence or (named and named[1] in whole.figure.indicator + whole.mention.clause):
        return Trust.SAID
    return Trust.LIKELY


def _others(view: View, item: Item) -> Iterator[Claim]:
    """The percentage with other figures around it: links go by words, which may leave a choice open."""
    if item.number is None or item.number.value == _HUNDRED or not _PERCENT.search(item.figure.text):
        return  # any two equal figures make 100%
    parts = [other for other in view.before(item) if not other.mention.percent][:_PARTS]
    wholes = [other for other in _around(view, item) if not other.mention.percent]
    wholes += [other for other in view.items if _POPULATION.search(other.figure.indicator)]
    for part in parts:
        for whole in wholes:
            found = _claim(item, part, whole, Trust.QUIET)
            if found is not None:
                yield found
                yield replace(found, operation=_of_both, words=_BOTH)


def _of_both(numbers: Sequence[Interval]) -> Interval:
    """保留1025项，精简446项，精简率30.3%: the whole is what is named and its part together."""
    part, rest = numbers
    return percentage((part, part + rest))


def _around(view: View, item: Item) -> Iterator[Item]:
    yield from view.before(item, sentences=_BACK)
    yield from view.after(item, sentences=_ON)
