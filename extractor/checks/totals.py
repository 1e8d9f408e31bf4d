"""Totals that stand apart from their parts: behind them, in a sentence before, in headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Readings, Trust, holds
from extractor.checks.lists import listed
from extractor.checks.parts import (
    CLAUSES,
    EACH,
    FEW,
    MOST,
    NAME_END,
    NUMERALS,
    claim_sum,
    closes,
    comes_on_top,
    goes_on,
    meets,
)
from extractor.types import Modifier, Status

if TYPE_CHECKING:
    from extractor.checks.view import Item, View

_TOTAL = re.compile(
    r"(?:以上)?(?:各项|几项|[两三四五六七八九]项)?(?:合计|共计|小计|总计|总共|一共|加总|汇总|合起来|加起来|归拢|拢共|共有|[两三四五六七八九](?:项|年|类|块|条|级|者|部分|笔|大)?[\u4e00-\u9fff]{0,2}共)"
)
_HOW_MANY = re.compile(r"([两二三四五六七八九])(?:大|个|种)?(?:项|年|类|块|条|级|者|部分|笔|大|产业|行业)")
_NAMES = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,8})(?:当?中|方面)[，,：:]")
_REACHED = re.compile(r"总(?:数|量|面积|规模|里程|人数)?(?:就|已)?(?:达|增加?到|增至|扩大到)")
_ABOVE = re.compile(r"以上|上述|全部|前述")  # perhaps from farther above
_AMONG_ALL = re.compile(r"[^，,。；;\d]{0,4}中[，,]")
_CONTAINED = re.compile(r"[（(](?:其中)?(?:[包内]?含|包括)(?![在于入税])")
_ENDS = frozenset("）)，,、；;")
_INSIDE = re.compile(r"其中|里面|包括|[，,（(]含")
_LABEL = 8  # characters that name a part
_NOUN = 2
_HUNDRED = 100
_ADDED = re.compile(r"新|再|增|扩")
_STATES = re.compile(
    r"(?:目前)?(?:现)?(?:(?P<done>已?(?:完工|竣工|建成|完成|办结|整改到位|交付))|(?P<open>(?:正)?在建|未完工|未开工|尚未[^，]{2}|正在[^，]{2,4}|续建))"
)
_NEXT = 3
_SMALL = 4
_TELLING = 2  # digits of a number to which others come hardly by chance


def behind(view: View) -> Iterator[Readings]:
    """国培1260人次、省培214人次，合计1474人次; 原有640亩，新栽360亩，总面积达到1000亩: a total behind what it adds up."""
    for total in view.items:
        clause = total.mention.clause
        grown = _REACHED.search(clause) is not None
        if not total.mention.summable or not (grown or _TOTAL.search(clause) or clause.startswith("共")):
            continue
        parts = _added_up(view, total) if grown or _TOTAL.search(clause) else _in_brackets(view, total)
        if grown and len(parts) == 1:
            parts += _old_level(view, total, parts[0])
        if grown:
            parts = parts[:2] if len(parts) > 1 and _is_grown(total, *parts[:2]) else []
        elif any(map(comes_on_top, parts)) or _ABOVE.match(clause):
            continue
        named = [] if grown else _numbered(total, parts)
        sizes = (2,) if grown else () if named else range(min(len(parts), MOST), 1, -1)
        readings = [claim_sum(total, parts[:size][::-1], Trust.FAINT) for size in sizes if size <= len(parts)]
        readings += [claim_sum(total, some, Trust.FAINT) for some in named]
        nested = [] if grown or total.mention.first else list(_all_told(view, total, parts))
        fitting = next(filter(holds, (*readings, *nested)), None)
        if fitting is not None:
            yield fitting
        elif readings or nested:
            alike = len({part.figure.indicator for part in parts}) == 1
            between = view.items[parts[-1].index : total.index] if parts else []
            told = sum(one.mention.key == total.mention.key and one.mention.opener is None for one in between)
            passed = told > len(parts)
            said = (alike or (not total.mention.first and _TOTAL.match(clause))) and not passed
            trust = Trust.FAINT if len(named) > 1 else Trust.SAID if said and not grown else Trust.LIKELY
            yield (*(replace(reading, trust=trust) for reading in readings[:1]), *readings[1:], *nested)


def named(view: View) -> Iterator[Readings]:
    """税收收入81042万元 …。税收收入中：增值税…，其他各税…: a list that names its total again, some sentences on."""
    for first in view.items:
        opening = _NAMES.match(first.mention.lead)
        if opening is None or first.mention.percent or not first.mention.summable:
            continue
        called = (one for one in view.earlier(first, first.mention.key) if one.mention.summable)
        total = next((one for one in called if one.figure.indicator.endswith(opening["name"])), None)
        if total is None or first.figure.part_of not in (None, total.start):
            continue
        parts = listed(view, total, first, bracket=False)
        if len(parts) > 1 and not goes_on(view, parts):
            yield claim_sum(
                total, parts, Trust.SAID if closes(view, parts) else Trust.FAINT, bound=not closes(view, parts)
            )


def by_shares(view: View) -> Iterator[Claim]:
    """产业1.85亿元，占40%；设施1.94亿元，占42%；其他3500万元: shares tell the total, which stands some sentences before."""
    for first in view.items:
        share = _share(view, first) if first.mention.first and first.figure.part_of is None else None
        if share is None:
            continue
        for total in view.earlier(first, first.mention.key):
            if not total.mention.summable or not _has(total, first, share):
                continue
            parts = listed(view, total, first, bracket=False)
            shared = [(part, one) for part in parts if (one := _share(view, part)) is not None]
            if len(shared) > 1 and closes(view, parts) and all(_has(total, *pair) for pair in shared):
                yield claim_sum(total, parts, Trust.SAID)
                break


def _share(view: View, item: Item) -> Item | None:
    """The share that is told right behind an amount."""
    share = next(view.after(item), None)
    return share if share is not None and share.mention.percent and share.mention.clause.startswith("占") else None


def _has(total: Item, part: Item, share: Item) -> bool:
    """Whether a part has this share of a total, as it is rounded."""
    if total.number is None or part.number is None or share.number is None or not total.number.value:
        return False
    percentage = part.number.value * _HUNDRED / total.number.value
    return abs(percentage - share.number.value) <= share.number.step / 2


def run_up(view: View) -> Iterator[Claim]:
    """护林员96人、保洁员52人、护路员20人，168人在家门口就业: what figures right before it come to, to the last digit."""
    for total in view.items:
        if total.mention.percent or not total.mention.summable or total.number is None or total.telling < _TELLING:
            continue
        parts: list[Item] = []
        amount = Fraction(0)
        for other in view.before(total, sentences=1):
            if other.mention.key != total.mention.key or other.number is None:
                continue
            if not other.mention.summable or not view.runs_on(other, total) or amount >= total.number.value:
                break
            parts.append(other)
            amount += other.number.value
            if len(parts) > 1 and amount == total.number.value:
                yield claim_sum(total, parts[::-1], Trust.QUIET)
                break


def _numbered(total: Item, parts: Sequence[Item]) -> list[list[Item]]:
    """Which of the figures before a total it adds up where it tells how many: 中央和省级两级资金共; 前三类共.

    Those that it names, else the last or the first of them; none where it tells no number, or that of all.
    """
    told = _HOW_MANY.search(total.mention.clause)
    number = NUMERALS[told[1]] if told is not None else len(parts)
    if number >= len(parts):
        return []
    in_order = list(parts[::-1])
    names = [NAME_END.sub("", part.mention.clause) for part in in_order]
    called = [part for part, name in zip(in_order, names, strict=True) if name and name in total.mention.clause]
    if len(called) == number:
        return [called]
    return [in_order[:number]] if "前" in total.mention.clause else [in_order[-number:], in_order[:number]]


def _all_told(view: View, total: Item, parts: Sequence[Item]) -> Iterator[Claim]:
    """268天，另两名分别为251天和246天，合计765天: the sum of all, though some are small enough to be tied to others as parts."""
    everything = _added_up(view, total, tied=True) if _TOTAL.match(total.mention.clause) else []
    if len(parts) < len(everything) <= MOST and not any(_INSIDE.search(part.mention.lead) for part in everything):
        yield claim_sum(total, everything[::-1], Trust.LIKELY)


def _added_up(view: View, total: Item, *, tied: bool = False) -> list[Item]:
    """The figures that a total behind them may add up, the last first: in its run of clauses, or in the one before.

    With ``tied`` those too that are parts of one another.
    """
    mention = total.mention
    last = view.items[total.index - 1] if mention.first and total.index else total
    aside = last is not total and mention.lead.strip() != mention.clause
    if aside or last.sentence < total.sentence - 1 or "\n" in view.between(last, total):
        return []
    parts = []
    for other in (last, *view.before(last, sentences=CLAUSES)):
        counted = other is not total and other.mention.key == mention.key and other.mention.summable
        own = other.mention.opener is None and (tied or other.figure.part_of in (None, total.start))
        if counted and own and view.runs_on(other, last) and not EACH.search(other.mention.clause):
            parts.append(other)
    return parts


def _in_brackets(view: View, total: Item) -> list[Item]:
    """甲校（36个班、学位1620个）、乙校（24个班、学位1200个），共新增学位2820个: what brackets tell of each, by its noun."""
    noun = total.mention.clause[-_NOUN:]
    if len(noun) < _NOUN or total.mention.opener is not None:
        return []
    like = (other for other in view.before(total) if other.mention.key == total.mention.key and other.mention.summable)
    return [other for other in like if other.mention.clause == noun and view.text.endswith(noun, 0, other.start)]


def _is_grown(total: Item, added: Item, old: Item) -> bool:
    """Whether a level is what there was and what is new of it."""
    words = added.figure.indicator + added.mention.clause
    subject, _, _ = total.figure.indicator.partition("总")
    before, whole, _ = old.figure.indicator.partition("总")
    if not _ADDED.search(added.mention.clause) or not set(subject) <= set(words + old.figure.indicator):
        return False
    return not whole or bool(set(before) & set(words + subject))


def _old_level(view: View, total: Item, added: Item) -> list[Item]:
    """茶园6240亩 …。新扩茶园760亩，总面积达到7000亩: what there was, told far above by the name of what is added."""
    noun = added.figure.indicator[-_NOUN:]
    for other in view.earlier(added, total.mention.key):
        told = other.mention.summable and other.figure.status is Status.ACTUAL and other.figure.part_of is None
        if told and other.figure.indicator.endswith(noun) and not _ADDED.search(other.mention.clause):
            return [other]
    return []


def within(view: View) -> Iterator[Claim]:
    """全村436户中，种烟的163户，养牛的148户: each is no more than all, though together they may be."""
    for total in view.items:
        counted = total.figure.dimension in ("people", "households")  # 8个社区 and 15个网格 are not of one kind
        if not counted or not _AMONG_ALL.match(view.text, total.figure.end) or not total.mention.summable:
            continue
        for other in view.after(total):
            if (
                other.mention.key != total.mention.key
                or not other.mention.summable
                or len(other.mention.clause) > _LABEL
            ):
                break
            if next((after.mention.percent for after in view.after(other)), False):
                continue  # its share tells
            yield claim_sum(total, [other], Trust.PLAIN, bound=True)


def contained(view: View) -> Iterator[Claim]:
    """第一年800元（含种苗费300元）: what a bracket says is contained is no more than what stands before it."""
    for part in view.items:
        total = view.items[part.index - 1] if part.mention.opener == part.index - 1 else None
        if total is None or not _CONTAINED.match(part.mention.lead) or part.mention.percent:
            continue
        told = part.mention.key == total.mention.key and part.number is not None and total.number is not None
        ended = view.text[part.figure.end : part.figure.end + 1] in _ENDS and len(part.mention.clause) <= _LABEL
        if told and ended and part.figure.text != total.figure.text:  # 年满45周岁（含45周岁）
            yield claim_sum(total, [part], Trust.PLAIN, bound=True)


def by_state(view: View) -> Iterator[Claim]:
    """计划实施4条72.8公里，已完工3条，在建1条: what is finished and what is not, which together are no more than all."""
    for first in view.items:
        state = _STATES.fullmatch(first.mention.clause)
        total = next((other for other in view.before(first) if other.mention.key == first.mention.key), None)
        if state is None or total is None or not total.mention.summable or _STATES.fullmatch(total.mention.clause):
            continue
        alike = [other for other in view.after(first) if other.mention.key == first.mention.key]
        more = [_STATES.fullmatch(other.mention.clause) for other in alike[:FEW]]
        parts = [first, *(other for other, told in zip(alike, more, strict=False) if told is not None)]
        told = {state.lastgroup, *(one.lastgroup for one in more if one is not None)}
        if told == {"done", "open"} and len(parts) <= _NEXT:
            yield claim_sum(total, parts, Trust.PLAIN, bound=True)


def collected(view: View) -> Iterator[Claim]:
    """省定村3个，市定村4个，一般村6个 after 辖13个村: a list of kinds of one thing whose number is told before."""
    for first in view.items:
        parts = _kinds(view, first)
        if len(parts) < 3:
            continue
        noun = parts[0].mention.clause[-1:]
        for total in view.before(first, sentences=1):
            same = total.mention.key == first.mention.key and total.figure.status is first.figure.status
            if same and total.mention.summable and total.figure.text.endswith(noun):
                yield claim_sum(total, parts, Trust.LIKELY)
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


def bare(view: View) -> Iterator[Claim]:
    """4条，完工3条，在建1条: figures that follow a total and add up to it, though nothing says they are its parts."""
    for total in view.items:
        whole = total.number
        if total.start in view.children or not total.mention.summable or whole is None or whole.value < _SMALL:
            continue
        parts: list[Item] = []
        left = whole.rounding.high or whole.value
        for other in view.after(total, sentences=_NEXT):
            if other.mention.key != total.mention.key or not other.mention.summable or other.mention.opener is not None:
                continue
            if other.figure.dimension == "area" and other.figure.unit != total.figure.unit:
                break  # 占地80亩，建筑面积3.2万平方米
            if other.number is None:
                break
            left -= other.number.rounding.low or 0
            if left < 0:
                break  # more than the total already
            parts.append(other)
            close = other.sentence == total.sentence or len(parts) > FEW
            if len(parts) > 1 and close and meets(total, parts):
                yield claim_sum(total, parts, Trust.QUIET)
                break
            if len(parts) == MOST:
                break


def headings(view: View) -> Iterator[Claim]:
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
                yield claim_sum(total, parts, Trust.QUIET)
