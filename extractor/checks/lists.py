"""Lists of parts that follow their total, read by how they are announced and by what their parts are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Readings, Trust
from extractor.checks.parts import (
    CLAUSES,
    EACH,
    FEW,
    MOST,
    NAME_END,
    OTHER,
    SPLIT,
    alike,
    claim_sum,
    closes,
    goes_on,
    may_overlap,
    meets,
    names_levels,
)
from extractor.link_cues import pattern
from extractor.mentions import FORMERLY

if TYPE_CHECKING:
    from extractor.checks.view import Item, View

_OPENS = re.compile(
    r"(?P<colon>[:：](?!其中|里面|包括))|[^，,、；;：:。每]{0,12}[，,、；;：:（(\s]*"
    r"(?:(?P<all>分别[为是]?|分[一二两三四五六七八九十\d]+[次年批期档类种块][^，,。：:]{0,6}[：:，,]|即[:：]?|具体[为是]|[按从分][^，,：:。]{1,8}(?:[分计]|情况[是为]?)[:：，,]|来源[^，,。：:]{0,6}[:：]"
    r"|由[^，,。：:]{2,12}(?:构成|组成)[:：]?)|(?P<look>(?:[按从分][^，,：:。]{1,8}[看说讲]|细分(?:来看|开来)?|按[^，,：:。]{1,8}(?:统计|划分|区分))[:：，,])|(?P<made>由(?!此))|其中|里面|包括|内含)(?!每)"
)
_TOTAL = pattern("<sum>")
_DIVIDING = frozenset("区级类校期批段组路")  # what ends names that divide one thing
_OWN = re.compile(r"自筹|自己|自行|村里|群众")
_INSTALMENTS = re.compile(r"分\w+[次年批期]")
_GRADE = re.compile(r"第?(?:[A-Za-zＡ-Ｚⅰ-ⅿⅠ-Ⅻ甲乙丙丁]|[一二三四五六七八九十]|\d)[级类期批等档]")
_CLOSED = re.compile(r"等?(?:共同)?(?:构成|组成)")
_TWICE = Fraction(1, 20)
_NOUN = 2  # characters of a noun
_LABEL = 16  # characters that name a part
_AMONG = re.compile(r"[，,]?其中(?!每)")
_OVERLAP = pattern("<overlap>")
# What a list is followed by: what was done with all of it.
_GOES_ON = pattern("^(?:<topic>|已|到|至|现(?!金)|目前|进入|涉及|覆盖|惠及|直接|间接)")
_LEVEL = pattern("(?:<level>)$")
_SOME = re.compile(r"[（(](?:其中|[包内]?含|包括)")
_ENDS = re.compile(r"[，,；;：:。、（(）)\s]")


def announced(view: View) -> Iterator[Readings]:
    """投资15万元，其中省级12万元、自筹30万元: a list that says whose parts it names, and does not fit its total.

    Parts that are more than their total carry no link to it. Only a list that follows its total at once and is nothing
    but a list is read so.
    """
    for first in view.items:
        named = _named_from(view, first)
        levels = (other for other in view.before(named, sentences=1) if not other.mention.percent)
        before = next((other for other in levels if not FORMERLY.match(other.mention.clause)), None)
        if before is None or first.mention.percent or first.mention.basis:
            continue
        bracket = named.mention.opener == before.index
        opening = named.mention.lead + view.text[named.start : first.start]
        cue = None if "\n" in view.between(before, named) else _OPENS.match(opening)
        total = _opened(view, first, before, cue)
        tied = first.figure.part_of in (None, total.start)
        if total.number is None or not (tied or cue):
            continue
        added = first.mention.summable and total.mention.summable
        instalments = cue is not None and bool(_INSTALMENTS.match(cue["all"] or "")) and total.mention.average
        if first.mention.key == total.mention.key and (added or instalments):
            parts = listed(view, total, first, bracket=bracket)
            if cue is not None and cue["made"] and not _CLOSED.match(view.text, parts[-1].figure.end):
                cue = None
            alone = total is before and len(parts) == 1 and not EACH.search(total.mention.clause)
            if alone and _AMONG.match(first.mention.lead):
                yield claim_sum(total, parts, Trust.PLAIN, bound=True)
            counterpart = _counterpart(view, total, parts)
            lists = [(total, parts), *([counterpart] if counterpart else [])]
            if len(parts) > 1 and any(meets(*one) for one in lists):  # what names all in one unit does so in the other
                yield from (claim_sum(*one, Trust.SAID) for one in lists if not meets(*one))
                continue
            for whole, some in lists:
                for told in _misfits(view, whole, some, bracket=bracket, cue=cue):
                    # What the numbers tie to another total the words must tie to this one.
                    sure = tied or (cue and cue.lastgroup)
                    yield told if sure else tuple(replace(one, trust=Trust.FAINT) for one in told)


def _named_from(view: View, first: Item) -> Item:
    """Where the name of a part begins that has numbers itself: 60千瓦的光伏电站收益4.1万元; 80～89岁6420人."""
    named = first
    counted = None if first.mention.first else view.items[first.index - 1]
    if counted is not None and counted.mention.clause.endswith("分") and counted.figure.dimension in ("count", ""):
        return counted  # 分三次兑付，第一年800元
    while not named.mention.first and named.mention.lead == named.mention.clause:
        other = view.items[named.index - 1]
        if other.mention.key == first.mention.key or _ENDS.search(named.mention.lead) or other.mention.percent:
            break
        named = other
    return named


def _opened(view: View, first: Item, before: Item, cue: re.Match[str] | None) -> Item:
    """The total of a list: what stands before it, or what that is joined to, or the last in its unit, or of a list there."""
    if cue and before.mention.opener is not None and first.mention.opener is None:
        before = view.items[before.mention.opener]  # 246.8万元（不含折资31.5万元），其中…
    in_unit = before.mention.key == first.mention.key
    if in_unit and cue and not before.mention.summable:  # 67.4万亩，比上年多6000亩，其中…
        beside = (one for one in view.before(before) if one.mention.key == first.mention.key and one.mention.summable)
        total = next(beside, before)
    elif cue is None and before.mention.average and not in_unit:  # 86.4万元，按每亩1600元的办法，财政安排…、社员自筹…
        total = next((one for one in view.before(before) if not one.mention.average), before)
    elif cue is None or in_unit:
        total = before
    elif before.mention.joined:
        total = view.items[before.index - 1]  # 1216户、2874人，其中…734户
    elif cue.lastgroup:
        like = [one for one in view.before(first, sentences=1) if one.mention.key == first.mention.key]
        like = [one for one in like if one.sentence == first.sentence or "\n" not in view.between(one, first)]
        total = next((one for one in like if one.figure.unit == first.figure.unit), like[0] if like else before)
    else:
        total = view.at.get(first.figure.part_of or 0, before)
    # A list may follow another list of the same total: 按来源分…。按用途分….
    again = cue is not None and (cue["all"] or cue["look"]) and total.figure.part_of is not None
    return view.at.get(total.figure.part_of or 0, total) if again else total


def _counterpart(view: View, total: Item, parts: Sequence[Item]) -> tuple[Item, list[Item]] | None:
    """The same list in another unit, told beside the first: 2876户11240人，其中甲村1032户4016人、乙村1844户7224人."""
    beside = [item for one in (total, *parts) for item in view.items[one.index + 1 : one.index + 2]]
    whole = beside[0]
    like = [
        one
        for one in beside
        if one.mention.key == whole.mention.key
        and one.mention.summable
        and (one.mention.joined or one.mention.clause[-_NOUN:] == whole.mention.clause[-_NOUN:])
    ]
    told = whole.mention.key != total.mention.key and len(like) == len(parts) + 1
    return (whole, like[1:]) if told else None


def _misfits(
    view: View, total: Item, parts: Sequence[Item], *, bracket: bool, cue: re.Match[str] | None
) -> Iterator[tuple[Claim, ...]]:
    """What a list that does not fit its total claims: all of it, or only its beginning, if what follows is no part."""
    whole = _misfit(view, total, parts, bracket=bracket, cue=cue) if len(parts) > 1 else None
    readings = [parts] if _by_level(total, parts) else _readings(parts)  # of levels none is told beside the others
    if whole is not None and not any(meets(total, some) for some in readings):
        starts = (parts[:size] for size in range(len(parts) - 1, 1, -1))
        yield (whole, *(replace(claim_sum(total, start, Trust.FAINT), bound=whole.bound) for start in starts))


def _readings(parts: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """A list, its beginnings, and the list without one of its members, which may be no part but tell of the one before."""
    yield from (parts[:size] for size in range(2, len(parts) + 1))
    if len(parts) > FEW:
        yield from ([*parts[:index], *parts[index + 1 :]] for index in range(1, len(parts)))


def _misfit(
    view: View, total: Item, parts: Sequence[Item], *, bracket: bool, cue: re.Match[str] | None
) -> Claim | None:
    """What a list claims, by how it is announced and by what its parts are called."""
    if bracket or (cue and (cue.lastgroup or closes(view, parts))):
        viewed = cue is not None and cue["look"] is not None  # 从用途看 need not name them all
        viewed = viewed or (bracket and not closes(view, parts) and _SOME.match(parts[0].mention.lead) is not None)
        said = claim_sum(total, parts, Trust.SAID, bound=viewed)
        return said if alike(parts) and not goes_on(view, parts) else None
    if parts[0].sentence == total.sentence and _by_level(total, parts) and (len(parts) > FEW or not cue):
        return claim_sum(total, parts, Trust.SAID if names_levels(total, parts) else Trust.LIKELY)
    if cue is None:
        return _financed(view, total, parts)
    if all(part.figure.funder for part in parts):
        return claim_sum(total, parts, Trust.PLAIN, bound=True)
    divided = _parallel(parts) or _apart(view, parts)
    trust = Trust.LIKELY if divided or _is_close(total, parts) else Trust.FAINT
    if _exceeds(parts[0], total) or (_by_commas(view, parts) and any(_exceeds(part, total) for part in parts)):
        trust = Trust.PLAIN  # one part alone is more than the total
    elif may_overlap(view, total, parts):
        trust = Trust.FAINT
    elif (divided and len(parts) > FEW) or _graded(parts) or _is_own(parts[-1]):
        trust = Trust.SAID
    return claim_sum(total, parts, trust, bound=True)


def _graded(parts: Sequence[Item]) -> bool:
    """Whether parts are grades of one thing, each named by a sign: C级、D级; 一类、二类; 一期、二期."""
    return all(_GRADE.fullmatch(NAME_END.sub("", part.mention.clause).removeprefix("其中")) for part in parts)


def _is_own(part: Item) -> bool:
    """Whether an amount is what those give themselves whom the money is for, so that nobody else gives any."""
    return part.figure.dimension == "money" and _OWN.search(part.mention.clause) is not None


def _exceeds(part: Item, total: Item) -> bool:
    return part.number is not None and total.number is not None and part.number.value > total.number.value


def _financed(view: View, total: Item, parts: Sequence[Item]) -> Claim | None:
    """补助资金308万元，中央补助241.8万元，区级配套66.2万元: money and who gives it, right behind each other."""
    funders = {part.figure.funder for part in parts}
    between = view.items[total.index + 1 : parts[0].index]  # 86.4万元，按每亩1600元的办法，财政安排…
    beside = parts[0].sentence == total.sentence and all(item.mention.average for item in between)
    own = total.figure.funder is not None or _LEVEL.search(NAME_END.sub("", total.mention.clause))
    if not beside or None in funders or len(funders) < len(parts) or own:
        return None
    return claim_sum(total, parts, Trust.LIKELY, bound=True)


def _is_close(total: Item, parts: Sequence[Item]) -> bool:
    """Whether parts are more than their total by so little that they are hardly counted twice."""
    amount = sum(part.number.value for part in parts if part.number is not None)
    return total.number is not None and 0 < amount - total.number.value <= total.number.value * _TWICE


def _by_level(total: Item, parts: Sequence[Item]) -> bool:
    """全县龙头企业47家，国家级1家、省级9家、市级37家: levels alone tell that a list divides what stands before it."""
    names = [NAME_END.sub("", part.mention.clause) for part in parts]
    whole = not _LEVEL.search(NAME_END.sub("", total.mention.clause))
    return whole and len(set(names)) == len(names) and all(_LEVEL.search(name) for name in names)


def _parallel(parts: Sequence[Item]) -> bool:
    """Whether the names of parts divide one thing, so that none is counted twice: 省级、市级; 核心区、缓冲区、实验区."""
    names = [NAME_END.sub("", part.mention.lead.strip("，,、；; ")).removesuffix("的") for part in parts]
    funders = [part.figure.funder for part in parts]
    levels = all(_LEVEL.search(name) for name in names)
    ends = {name[-1:] for name in names}
    return len(set(names)) > 1 and (all(funders) or levels or (len(ends) == 1 and ends <= _DIVIDING))


def listed(view: View, total: Item, first: Item, *, bracket: bool) -> list[Item]:
    """The figures in one unit from ``first`` on that form one list, to the end of its run of clauses (；) or its bracket.

    What is told of a part between it and the next (每户8000元) is passed over.
    """
    parts = [first]
    for other in view.after(first, sentences=CLAUSES):
        mention = other.mention
        if other.sentence != parts[-1].sentence and (not view.runs_on(parts[-1], other) or _by_commas(view, parts)):
            break
        if mention.opener != first.mention.opener:
            if bracket:
                break
            continue
        if mention.key != first.mention.key or mention.average is not first.mention.average or mention.percent:
            continue
        goes_on = _GOES_ON.match(mention.clause) and not _is_rest(view, other)
        ends = goes_on or SPLIT.search(mention.lead) or _TOTAL.match(mention.clause)
        if not (mention.summable or mention.average) or ends:
            break
        if (
            other.figure.part_of not in (None, total.start, first.figure.part_of)
            or len(parts) == MOST
            or len(mention.clause) > _LABEL
        ):
            break
        parts.append(other)
    return parts


def _is_rest(view: View, item: Item) -> bool:
    """Whether a figure is of the rest of a list: 其余三条共2.5公里."""
    before = view.items[item.index - 1]
    return not item.mention.first and OTHER.search(before.mention.lead) is not None


def _by_commas(view: View, parts: Sequence[Item]) -> bool:
    """Whether 、 joins the parts of a list, which then does not go on after a ；."""
    return len(parts) > 1 and all(view.between(*pair).startswith("、") for pair in pairwise(parts))


def _apart(view: View, parts: Sequence[Item]) -> bool:
    """Whether the parts of a list hardly overlap: none is called by what may be told of others too (女党员, 30岁以下)."""
    named = view.text[parts[0].start - len(parts[0].mention.clause) : parts[-1].figure.end]
    return _by_commas(view, parts) and not _OVERLAP.search(named)
