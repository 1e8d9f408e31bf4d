"""Sums: parts against their total, by source and by item, in one list or several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, add, holds
from extractor.checks.wording import label
from extractor.intervals import total as add_up
from extractor.link_cues import pattern
from extractor.types import CheckKind, Modifier, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View

_SPLIT = pattern("<split>|[，,]含")
_WHOLE_LIST = re.compile(r"分别|具体[是为]|即[:：]?|分为|由[^，,。]{2,12}(?:组成|构成)|[（(：:][^，,。；;]{0,12}$")
_OPENS = re.compile(
    r"(?P<colon>[:：](?!其中|里面|包括))|[^，,、；;：:。每]{0,12}[，,、；;：:（(\s]*"
    r"(?:(?P<all>分别[为是]?|分[一二两三四五六七八九十\d]+[次年批期档类种块][^，,。：:]{0,6}[：:，,]|即[:：]?|具体[为是]|[按从][^，,：:。]{1,8}[分计][:：，,]|来源[^，,。：:]{0,6}[:：]"
    r"|由[^，,。：:]{2,12}(?:构成|组成)[:：]?)|其中|里面|包括|内含)(?!每)"
)
_OTHER = re.compile(r"其他|其它|其余|剩余|余下")
_TWICE = Fraction(1, 20)
_CLAUSES = 8  # clauses over which a list goes on
_LABEL = 16  # characters that name a part
_SUM = pattern("<sum>")
_TOTAL = re.compile(r"(?:以上)?(?:各项|几项|[两三四五六七八九]项)?(?:合计|共计|小计|总计)")
_REACHED = re.compile(r"总(?:数|量|面积|规模|里程|人数)?(?:就|已)?(?:达|增加?到|增至|扩大到)")
_EACH = re.compile(r"单[个座户]|[\u4e00-\u9fff]均$")
_AMONG = re.compile(r"[，,]?其中(?!每)")
_OVERLAP = pattern("<overlap>")
_ABOVE = re.compile(r"以上|上述|全部|前述")  # perhaps from farther above
_ADDED = re.compile(r"新|再|增|扩")
_BARE = frozenset(("个", "处", "项", "家"))  # what they count only the noun tells
# What a list is followed by: what was done with all of it.
_GOES_ON = pattern("^(?:<topic>|已|到|至|现(?!金)|目前|进入|涉及|覆盖|惠及|直接|间接)")
_OF = re.compile(r"(?:面积|资金|投资|补助)?(?:[为达有是占]|达到|共)?$")
_LEVEL = pattern("(?:<level>)$")
_SEPARATED = re.compile(r"[，,、；;和及与（(]|以及")
_OWN = re.compile(r"自筹|其他|其它|其余|群众|社会|配套")
_AHEAD = 24  # characters behind a list
_NEAR = 40  # characters between a total and its list
_ON = 12  # sentences over which such a list goes on
_VERB = 2  # characters in which its parts end alike
_DIGITS = 4
_MONEY = re.compile(r"资金|投入|投资|自筹|补助|拨付|配套")
_FAR = 400  # figures behind a part among which the money from elsewhere may stand
_NEXT, _FEW, _SMALL = 3, 2, 4
_MOST = 30  # parts of one list
_STATES = re.compile(
    r"(?:目前)?(?:现)?(?:(?P<done>已?(?:完工|竣工|建成|完成|办结|整改到位|交付))|(?P<open>(?:正)?在建|未完工|未开工|尚未[^，]{2}|正在[^，]{2,4}|续建))"
)
_ENDS = re.compile(r"[，,；;：:。、（(）)\s]")


Readings = Claim | tuple[Claim, ...]


def find(view: View) -> Iterator[Readings]:
    """Yield the sums that the text claims; of several readings of one list the first with a result counts."""
    for start, parts in view.children.items():
        total = view.at[start]
        groups = list(_groups(total, [part for part in parts if part.mention.key == total.mention.key]))
        for group in groups:
            yield from _linked(view, total, group)
        yield from _crossed(view, groups)
        yield from _continued(view, total, groups)
        yield from _remainder(view, total, groups)
    yield from _announced(view)
    yield from _totalled(view)
    yield from _collected(view)
    yield from _headings(view)
    yield from _by_state(view)
    yield from _bare(view)


def claim(total: Item, parts: Sequence[Item], trust: Trust, *, bound: bool = False) -> Claim:
    """Return the claim that ``parts`` make ``total``, or with ``bound`` no more than it."""
    kind = CheckKind.PARTS if bound else CheckKind.SUM
    words = " + ".join(["{}"] * len(parts))
    return Claim(kind, total, tuple((part, Role.PART) for part in parts), add, words, trust, bound)


def meets(total: Item, parts: Sequence[Item]) -> bool:
    """Whether the parts add up to the total within what their writing leaves open."""
    numbers = [part.number for part in parts]
    if total.number is None or not all(numbers):
        return False
    allowed = add_up(number.rounding for number in numbers if number is not None)
    return allowed.meets(total.number.rounding)


def _groups(total: Item, parts: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Part what belongs to one total into its lists: by source and by item are two lists of one total."""
    if meets(total, parts):
        yield parts
        return
    rest: list[Item] = []
    position = 0
    while position < len(parts):
        sizes = range(2, min(len(parts) - position, _MOST) + 1)
        size = next((size for size in sizes if meets(total, parts[position : position + size])), 0)
        if size:
            yield parts[position : position + size]
        else:
            rest.append(parts[position])
        position += size or 1
    for _, group in groupby(rest, key=lambda part: part.sentence):
        yield list(group)


def _linked(view: View, total: Item, parts: Sequence[Item]) -> Iterator[Claim]:
    """The text ties the parts to the total; whether it names all of them the words decide."""
    if len(parts) == 1 and total.number and parts[0].number and parts[0].number.value == total.number.value:
        return  # 年满45周岁（含45周岁）
    if meets(total, parts):
        yield claim(total, parts, Trust.LIKELY)
        return
    trust = _exhaustive(view, total, parts)
    if trust is Trust.QUIET:
        yield claim(total, parts, Trust.LIKELY, bound=True)
    else:
        yield claim(total, parts, trust)


def _exhaustive(view: View, total: Item, parts: Sequence[Item]) -> Trust:
    """How surely the list names every part of its total."""
    first, last = parts[0], parts[-1]
    if len(parts) < 2 or not _alike(parts) or _comes_on_top(first):
        return Trust.QUIET
    if total.start > last.start:
        return Trust.SAID if _SUM.search(total.mention.lead) else Trust.QUIET
    opening = view.text[max(total.figure.end, first.start - _NEAR) : first.start]
    whole = _WHOLE_LIST.search(opening) and not _SPLIT.search(opening)
    if (whole or _closes(view, parts) or _names_levels(total, parts)) and not _goes_on(view, parts):
        return Trust.SAID
    funders = [part.figure.funder for part in parts]
    if all(funders) and len(set(funders)) == len(funders) and any(_OWN.search(name or "") for name in funders):
        return Trust.LIKELY
    return Trust.QUIET


def _names_levels(total: Item, parts: Sequence[Item]) -> bool:
    """Whether the total itself names its parts: 县、乡、村三级河长346名，其中县级14名、乡级98名、村级234名."""
    heads = [_OF.sub("", part.mention.clause).removeprefix("其中")[:1] for part in parts]
    listed = re.search("[、]?".join(map(re.escape, heads)), total.mention.lead) if all(heads) else None
    return listed is not None and len(set(heads)) == len(parts) > 1


def _closes(view: View, parts: Sequence[Item]) -> bool:
    """Whether the last part is called the rest, so that nothing is left out: 其他, 其余7个乡镇."""
    return _OTHER.search(view.between(parts[-2], parts[-1])) is not None


def _goes_on(view: View, parts: Sequence[Item]) -> bool:
    """Whether a rest without a number follows a list: 因病的21户；其余为缺技术、缺资金等."""
    behind = view.text[parts[-1].figure.end :][:_AHEAD]
    return _OTHER.search(behind.partition("。")[0]) is not None


def _announced(view: View) -> Iterator[Readings]:
    """投资15万元，其中省级12万元、自筹30万元: a list that says whose parts it names, and does not fit its total.

    Parts that are more than their total carry no link to it. Only a list that follows its total at once and is nothing
    but a list is read so.
    """
    for first in view.items:
        named = _named_from(view, first)
        before = next((other for other in view.before(named, sentences=1) if not other.mention.percent), None)
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
        instalments = cue is not None and cue["all"] is not None and total.mention.average
        if first.mention.key == total.mention.key and (added or instalments):
            parts = _list(view, total, first, bracket=bracket)
            alone = total is before and len(parts) == 1 and not _EACH.search(total.mention.clause)
            if alone and _AMONG.match(first.mention.lead):
                yield claim(total, parts, Trust.PLAIN, bound=True)
            for whole, some in ((total, parts), *_people(view, total, parts)):
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
    alike = before.mention.key == first.mention.key
    if alike and cue and not before.mention.summable:  # 67.4万亩，比上年多6000亩，其中…
        beside = (one for one in view.before(before) if one.mention.key == first.mention.key and one.mention.summable)
        total = next(beside, before)
    elif cue is None or alike:
        total = before
    elif before.mention.joined:
        total = view.items[before.index - 1]  # 1216户、2874人，其中…734户
    elif cue.lastgroup:
        like = [one for one in view.before(first, sentences=1) if one.mention.key == first.mention.key]
        total = next((one for one in like if one.figure.unit == first.figure.unit), like[0] if like else before)
    else:
        total = before
    # A list may follow another list of the same total: 按来源分…。按用途分….
    again = cue is not None and cue["all"] and total.figure.part_of is not None
    return view.at.get(total.figure.part_of or 0, total) if again else total


def _people(view: View, total: Item, parts: Sequence[Item]) -> Iterator[tuple[Item, list[Item]]]:
    """The people of a list of households: 2876户11240人，其中甲村1032户4016人、乙村1844户7224人."""
    paired = {
        item.figure.pair: item
        for item in (total, *view.after(total, sentences=_CLAUSES))
        if item.figure.pair is not None
    }
    people = [paired[item.start] for item in (total, *parts) if item.start in paired]
    if len(people) == len(parts) + 1:
        yield people[0], people[1:]


def _misfits(
    view: View, total: Item, parts: Sequence[Item], *, bracket: bool, cue: re.Match[str] | None
) -> Iterator[tuple[Claim, ...]]:
    """What a list that does not fit its total claims: all of it, or only its beginning, if what follows is no part."""
    whole = _misfit(view, total, parts, bracket=bracket, cue=cue) if len(parts) > 1 else None
    if whole is not None and not any(meets(total, some) for some in _readings(parts)):
        starts = (parts[:size] for size in range(len(parts) - 1, 1, -1))
        yield (whole, *(replace(claim(total, start, Trust.FAINT), bound=whole.bound) for start in starts))


def _readings(parts: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """A list, its beginnings, and the list without one of its members, which may be no part but tell of one."""
    yield from (parts[:size] for size in range(2, len(parts) + 1))
    if len(parts) > _FEW:
        yield from ([*parts[:index], *parts[index + 1 :]] for index in range(len(parts)))


def _misfit(
    view: View, total: Item, parts: Sequence[Item], *, bracket: bool, cue: re.Match[str] | None
) -> Claim | None:
    """What a list claims, by how it is announced and by what its parts are called."""
    if bracket or (cue and (cue.lastgroup or _closes(view, parts))):
        return claim(total, parts, Trust.SAID) if _alike(parts) and not _goes_on(view, parts) else None
    if parts[0].sentence == total.sentence and _by_level(total, parts) and (len(parts) > _FEW or not cue):
        return claim(total, parts, Trust.SAID if _names_levels(total, parts) else Trust.LIKELY)
    if cue is None:
        return _financed(total, parts)
    if all(part.figure.funder for part in parts):
        return claim(total, parts, Trust.PLAIN, bound=True)
    divided = _parallel(parts) or _apart(view, parts)
    trust = Trust.LIKELY if divided or _is_close(total, parts) else Trust.FAINT
    return claim(total, parts, Trust.SAID if divided and len(parts) > _FEW else trust, bound=True)


def _financed(total: Item, parts: Sequence[Item]) -> Claim | None:
    """补助资金308万元，中央补助241.8万元，区级配套66.2万元: money and who gives it, right behind each other."""
    funders = {part.figure.funder for part in parts}
    beside = parts[0].index == total.index + 1 and parts[0].sentence == total.sentence
    own = total.figure.funder is not None or _LEVEL.search(_OF.sub("", total.mention.clause))
    if not beside or None in funders or len(funders) < len(parts) or own:
        return None
    return claim(total, parts, Trust.LIKELY, bound=True)


def _is_close(total: Item, parts: Sequence[Item]) -> bool:
    """Whether parts are more than their total by so little that they are hardly counted twice."""
    amount = sum(part.number.value for part in parts if part.number is not None)
    return total.number is not None and 0 < amount - total.number.value <= total.number.value * _TWICE


def _by_level(total: Item, parts: Sequence[Item]) -> bool:
    """全县龙头企业47家，国家级1家、省级9家、市级37家: levels alone tell that a list divides what stands before it."""
    names = [_OF.sub("", part.mention.clause) for part in parts]
    whole = not _LEVEL.search(_OF.sub("", total.mention.clause))
    return whole and len(set(names)) == len(names) and all(_LEVEL.search(name) for name in names)


def _parallel(parts: Sequence[Item]) -> bool:
    """Whether the names of parts divide one thing, so that none is counted twice: 省级、市级; 核心区、缓冲区、实验区."""
    names = [_OF.sub("", part.mention.lead.strip("，,、；; ")) for part in parts]
    funders = [part.figure.funder for part in parts]
    levels = all(_LEVEL.search(name) for name in names)
    return len(set(names)) > 1 and (all(funders) or levels or len({name[-1:] for name in names}) == 1)


def _alike(items: Sequence[Item]) -> bool:
    """Whether figures may be added: counts only when their things are called alike (贫困村, 重点村), amounts always."""
    if len({item.figure.status for item in items}) > 1:
        return False
    if items[0].figure.dimension != "count":
        return True
    nouns = {item.figure.indicator[-1:] for item in items}
    return len(nouns) == 1 or all(item.figure.unit not in _BARE for item in items)


def _list(view: View, total: Item, first: Item, *, bracket: bool) -> list[Item]:
    """The figures in one unit from ``first`` on that form one list, to the end of its run of clauses (；) or its bracket.

    What is told of a part between it and the next (每户8000元) is passed over.
    """
    parts = [first]
    for other in view.after(first, sentences=_CLAUSES):
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
        if not (mention.summable or mention.average) or goes_on or _SPLIT.search(mention.lead):
            break
        if (
            other.figure.part_of not in (None, total.start, first.figure.part_of)
            or len(parts) == _MOST
            or len(mention.clause) > _LABEL
        ):
            break
        parts.append(other)
    return parts


def _is_rest(view: View, item: Item) -> bool:
    """Whether a figure is of the rest of a list: 其余三条共2.5公里."""
    before = view.items[item.index - 1]
    return not item.mention.first and _OTHER.search(before.mention.lead) is not None


def _totalled(view: View) -> Iterator[Readings]:
    """国培1260人次、省培214人次，合计1474人次; 原有640亩，新栽360亩，总面积达到1000亩: a total behind what it adds up."""
    for total in view.items:
        clause = total.mention.clause
        grown = _REACHED.search(clause) is not None
        if not total.mention.summable or not (grown or _TOTAL.search(clause)):
            continue
        parts = _added_up(view, total)
        if grown:
            parts = parts[:2] if len(parts) > 1 and _is_grown(total, *parts[:2]) else []
        elif any(map(_comes_on_top, parts)) or _ABOVE.match(clause):
            continue
        sizes = (2,) if grown else range(min(len(parts), _MOST), 1, -1)
        readings = [claim(total, parts[:size][::-1], Trust.FAINT) for size in sizes if size <= len(parts)]
        fitting = next(filter(holds, readings), None)
        if fitting is not None:
            yield fitting
        elif readings:
            alike = len({part.figure.indicator for part in parts}) == 1
            said = alike or (not total.mention.first and _TOTAL.match(clause))
            yield (replace(readings[0], trust=Trust.SAID if said and not grown else Trust.LIKELY), *readings[1:])


def _added_up(view: View, total: Item) -> list[Item]:
    """The figures that a total behind them may add up, the last first: in its run of clauses, or in the one before."""
    mention = total.mention
    last = view.items[total.index - 1] if mention.first and total.index else total
    aside = last is not total and mention.lead.strip() != mention.clause
    if aside or last.sentence < total.sentence - 1 or "\n" in view.between(last, total):
        return []
    parts = []
    for other in (last, *view.before(last, sentences=_CLAUSES)):
        counted = other is not total and other.mention.key == mention.key and other.mention.summable
        own = other.mention.opener is None and other.figure.part_of in (None, total.start)
        if counted and own and view.runs_on(other, last) and not _EACH.search(other.mention.clause):
            parts.append(other)
    return parts


def _by_state(view: View) -> Iterator[Claim]:
    """计划实施4条72.8公里，已完工3条，在建1条: what is finished and what is not, which together are no more than all."""
    for first in view.items:
        state = _STATES.fullmatch(first.mention.clause)
        total = next((other for other in view.before(first) if other.mention.key == first.mention.key), None)
        if state is None or total is None or not total.mention.summable or _STATES.fullmatch(total.mention.clause):
            continue
        alike = [other for other in view.after(first) if other.mention.key == first.mention.key]
        more = [_STATES.fullmatch(other.mention.clause) for other in alike[:_FEW]]
        parts = [first, *(other for other, told in zip(alike, more, strict=False) if told is not None)]
        told = {state.lastgroup, *(one.lastgroup for one in more if one is not None)}
        if told == {"done", "open"} and len(parts) <= _NEXT:
            yield claim(total, parts, Trust.PLAIN, bound=True)


def _comes_on_top(item: Item) -> bool:
    """Whether a part is added to what an earlier sentence tells."""
    return item.mention.clause.startswith("加上")


def _is_grown(total: Item, added: Item, old: Item) -> bool:
    """Whether a level is what there was and what is new of it."""
    words = added.figure.indicator + added.mention.clause
    subject, _, _ = total.figure.indicator.partition("总")
    before, whole, _ = old.figure.indicator.partition("总")
    if not _ADDED.search(added.mention.clause) or not set(subject) <= set(words + old.figure.indicator):
        return False
    return not whole or bool(set(before) & set(words + subject))


def _by_commas(view: View, parts: Sequence[Item]) -> bool:
    """Whether 、 joins the parts of a list, which then does not go on after a ；."""
    return len(parts) > 1 and all(view.between(*pair).startswith("、") for pair in pairwise(parts))


def _apart(view: View, parts: Sequence[Item]) -> bool:
    """Whether the parts of a list hardly overlap: none is called by what may be told of others too (女党员, 30岁以下)."""
    named = view.text[parts[0].start - len(parts[0].mention.clause) : parts[-1].figure.end]
    return _by_commas(view, parts) and not _OVERLAP.search(named)


def _collected(view: View) -> Iterator[Claim]:
    """省定村3个，市定村4个，一般村6个 after 辖13个村: a list of kinds of one thing whose number is told before."""
    for first in view.items:
        parts = _kinds(view, first)
        if len(parts) < 3:
            continue
        noun = parts[0].mention.clause[-1:]
        for total in view.before(first, sentences=1):
            same = total.mention.key == first.mention.key and total.figure.status is first.figure.status
            if same and total.mention.summable and total.figure.text.endswith(noun):
                yield claim(total, parts, Trust.LIKELY)
                break


def _kinds(view: View, first: Item) -> list[Item]:
    """A run of counts in one sentence whose nouns end alike and stand before their numbers."""
    if not _is_kind(first) or (
        not first.mention.first and view.items[first.index - 1].mention.clause[-1:] == first.mention.clause[-1:]
    ):
        return []
    parts = [first]
    for other in view.after(first):
        if not _is_kind(other) or other.mention.clause[-1:] != first.mention.clause[-1:]:
            break
        parts.append(other)
    return parts


def _is_kind(item: Item) -> bool:
    mention, figure = item.mention, item.figure
    counted = figure.dimension == "count" and mention.summable and figure.part_of is None
    return counted and len(mention.clause) > 1 and figure.modifier is Modifier.EXACT and mention.opener is None


def _continued(view: View, total: Item, groups: Sequence[Sequence[Item]]) -> Iterator[Claim]:
    """其中户项目完成投资…。自然村项目完成投资…: a list of which each part opens a sentence with details of its own."""
    if len(groups) != 1 or meets(total, groups[0]):
        return
    parts = list(groups[0])
    verb = parts[-1].mention.clause[-_VERB:]
    for other in view.after(parts[-1], sentences=_ON):
        same = other.mention.key == total.mention.key and other.mention.clause.endswith(verb)
        if not same or other.figure.part_of is not None or not other.mention.summable or len(verb) < _VERB:
            continue
        parts.append(other)
        if meets(total, parts):
            yield claim(total, parts, Trust.QUIET)
            return


def _remainder(view: View, total: Item, groups: Sequence[Sequence[Item]]) -> Iterator[Claim]:
    """总投资（其中自筹…）, and later the money from elsewhere: the two sources together are the whole.

    The text does not say that there are but two; numbers of four digits that agree to a thousandth do.
    """
    alone = [group[0] for group in groups if len(group) == 1 and group[0].figure.funder]
    if total.figure.dimension != "money" or total.number is None or not _long(total):
        return
    for part in alone:
        for other in view.items[part.index + 1 : part.index + _FAR]:
            like = other.mention.key == total.mention.key and other.figure.status is total.figure.status
            if not like or other.number is None or part.number is None or not (_long(part) and _long(other)):
                continue
            missing = abs(part.number.value + other.number.value - total.number.value)
            if missing * 1000 <= total.number.value and other.figure.part_of is None and _MONEY.search(label(other)):
                yield claim(total, [part, other], Trust.LIKELY)
                return


def _long(item: Item) -> bool:
    return sum(char.isdigit() for char in item.figure.text) >= _DIGITS


def _bare(view: View) -> Iterator[Claim]:
    """4条，完工3条，在建1条: figures that follow a total and add up to it, though nothing says they are its parts."""
    for total in view.items:
        if total.start in view.children or not total.mention.summable or not _large(total):
            continue
        parts: list[Item] = []
        for other in view.after(total, sentences=_NEXT):
            if other.mention.key != total.mention.key or not other.mention.summable or other.mention.opener is not None:
                continue
            parts.append(other)
            close = other.sentence == total.sentence or len(parts) > _FEW
            if len(parts) > 1 and close and meets(total, parts):
                yield claim(total, parts, Trust.QUIET)
                break
            if len(parts) == _MOST:
                break


def _large(item: Item) -> bool:
    return item.number is not None and item.number.value >= _SMALL


def _headings(view: View) -> Iterator[Claim]:
    """（一）甲项目（总投资63.9万元）…（二）乙项目（总投资160万元）: totals in headings, and their sum told before."""
    told: dict[tuple[int | None, int, str], list[Item]] = {}
    for section in view.sections:
        inside = view.inside(section.start, section.heading_end)
        keys = {item.mention.key: item for item in inside if item.mention.summable and item.figure.dimension == "money"}
        for key, item in keys.items():
            told.setdefault((section.parent, section.level, key), []).append(item)
    for parts in told.values():
        if len(parts) < 2:
            continue
        for total in view.earlier(parts[0], parts[0].mention.key):
            if total.mention.summable and meets(total, parts):
                yield claim(total, parts, Trust.QUIET)


def _crossed(view: View, groups: Sequence[Sequence[Item]]) -> Iterator[Claim]:
    """By source and by item: what one source gives over all items is what the total says it gives."""
    for sources in groups:
        items = [item for group in groups if group is not sources for item in group if item.start in view.children]
        if len(items) < 2:
            continue
        for source in sources:
            name = source.figure.funder
            given = [
                part for item in items for part in view.children[item.start] if name and part.figure.funder == name
            ]
            if len(given) == len(items) and given[0].mention.key == source.mention.key:
                yield Claim(
                    CheckKind.CROSS_SUM, source, tuple((part, Role.PART) for part in given), add,
                    " + ".join(["{}"] * len(given)), Trust.LIKELY,
                )  # fmt: skip
