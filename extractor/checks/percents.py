"""Percentages: shares, progress and rates against the two figures they relate, and against what a percentage can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, divide, holds, percentage
from extractor.types import CheckKind, PctKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View

_KINDS = {PctKind.SHARE: CheckKind.SHARE, PctKind.PROGRESS: CheckKind.PROGRESS, PctKind.RATE: CheckKind.RATE}
_HUNDRED = 100
_PARTS = 3  # figures before a percentage that may be the part
_BACK, _ON = 12, 2  # sentences before and after in which the whole may stand
_PERCENT = re.compile(r"[\d．.]\s*[%％‰]|百分之|[:：∶]")
_POPULATION = re.compile(r"人口$|总户数$|总人数$")
_NAMED = re.compile(r"占(?:到|了)?([\u4e00-\u9fff]{2,12}?)的?(?:比重|比例)?(?:为|达到?|约)?$")


def find(view: View) -> Iterator[Claim]:
    """Yield the percentages whose two figures the text gives."""
    for item in view.items:
        pct = item.figure.pct
        if kind_of(item) is None:
            continue
        whole = view.at.get(pct.of) if pct and pct.of is not None else None
        part = view.at.get(pct.numer) if pct and pct.numer is not None else None
        linked = _claim(item, part, whole, _trust(item, part, whole)) if part and whole else None
        if linked is not None and (holds(linked) or part is None or part.number is None):
            yield linked
            continue
        fitting = next((found for found in _others(view, item) if holds(found)), None)
        found = fitting or linked
        if found is not None:
            yield found


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
    """A percentage is surely of figures in its sentence, or of a whole that it names; 八成 and 一半 are only roughly so."""
    if part.sentence != item.sentence or not _PERCENT.search(item.figure.text):
        return Trust.QUIET
    named = _NAMED.search(item.mention.clause)
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


def _around(view: View, item: Item) -> Iterator[Item]:
    yield from view.before(item, sentences=_BACK)
    yield from view.after(item, sentences=_ON)
