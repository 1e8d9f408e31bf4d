"""Totals of a table: a row or column called 合计 against the rows or columns that it adds up.

Which ones those are, a table does not say. There are a few ways to read it (all the others; those above; those of its
group; the subtotals), and the numbers tell which one is meant: the one that holds in most lines that cross the total.
Where one holds in none, nothing is claimed, as it may be no sum at all; a single line that does not fit while
the others do is an error.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations, pairwise, takewhile
from math import inf
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, holds
from extractor.checks.lanes import Grid, Lane, Sum, has_digits, is_made_up, named, place
from extractor.checks.parts import claim_sum
from extractor.link_cues import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.checks.view import Item

_COUNTS_TWICE = pattern(
    "<overlap>|涉及|覆盖|受益|惠及|服务|培训|带动|参与|参加|享受|帮扶|辐射|次数|项目|工程|措施|活动|内容"
)
# Amounts of which a part may be more than the whole, as others are less than nothing.
_NET = re.compile(r"净|差|结余|盈余|利润|损益")
_THINGS = frozenset(("people", "households", "person_times", "count"))
_FEW = 12  # columns beside a total of which each run is tried
_SHOWN = 12  # parts of a sum that are written out
_GRANDS = 3  # totals of a whole table, beyond which they are rather totals of its groups
_SAMPLE = 24  # lines by which a reading is chosen
_SOME = 2
_WEAK = 3  # short numbers that fit tell as much as one long one


@dataclass(slots=True)
class SumReading:
    """A total with the lanes that it may add up, and what comes of it line by line."""

    total: Lane
    parts: Sequence[Lane]
    holding: dict[int, Claim] = field(default_factory=dict)
    failing: dict[int, Claim] = field(default_factory=dict)
    telling: int = 0
    """Lines of numbers so long that they fit hardly by chance."""

    @property
    def rank(self) -> tuple[int, int, int]:
        """How well it fits."""
        return self.telling, len(self.holding), -len(self.failing)


def totals(grid: Grid, *, across: bool) -> Iterator[Claim]:
    """Yield the claims of all totals among the rows of a table, or with ``across`` among its columns."""
    lanes, others = (grid.columns, grid.rows) if across else (grid.rows, grid.columns)
    crossing = {lane.index: lane for lane in others}
    heads = frozenset() if across else grid.heads
    found = [reading for here in range(len(lanes)) for reading in _read(lanes, here, crossing, heads, across=across)]
    found = [reading for reading in found if reading.total.sum is not Sum.PART or _is_headed(found)]
    holding = {at for reading in found for at in reading.holding}
    failing = Counter(at for reading in found for at in reading.failing)
    for reading in found:
        yield from reading.holding.values()
        for at, claim in reading.failing.items():
            if at not in holding and failing[at] > 1:
                continue  # what adds up to no total of the table is no sum
            if not is_made_up(claim, crossing[at]) and (reading.holding or not grid.joined):
                yield replace(claim, trust=_trust(reading, claim, crossing[at], grid.subject, across=across))


def _is_headed(readings: Sequence[SumReading]) -> bool:
    """Whether the heads of a table (一、, and below it 1. 2.) are the totals of what is below them: nearly all of them."""
    heads = [reading for reading in readings if reading.total.sum is Sum.PART]
    held, failed = (sum(map(len, some)) for some in zip(*((one.holding, one.failing) for one in heads), strict=True))
    return any(one.telling for one in heads) and held >= _SOME and failed <= max(1, held // _WEAK)


def among(lanes: Sequence[Lane], crossing: Mapping[int, Lane]) -> Iterator[Claim]:
    """Yield that what is called 其中 is in each line no more than what stands before it.

    A single line in which it is more than anything before is an error; where it is more in several, or less than
    something farther before (总人口, 男, 女, 其中少数民族), another thing is meant.
    """
    whole: Lane | None = None
    most: dict[tuple[int, str], Fraction] = {}
    for lane in lanes:
        if not lane.among:
            whole = lane if lane.added and not lane.percent else whole
            for at, item in lane.items.items():
                if item.number is not None:
                    key = at, item.mention.key
                    most[key] = max(item.number.value, most.get(key, item.number.value))
        elif whole is not None and lane.added and _is_like(lane, whole) and not _NET.search(whole.title):
            yield from _no_more(lane, whole, most, crossing)


def _no_more(
    lane: Lane, whole: Lane, most: Mapping[tuple[int, str], Fraction], crossing: Mapping[int, Lane]
) -> Iterator[Claim]:
    holding, failing = [], []
    for at, part in lane.items.items():
        stated = whole.items.get(at)
        if stated is None or stated.mention.key != part.mention.key or not crossing[at].added:
            continue
        claim = replace(claim_sum(stated, [part], Trust.QUIET, bound=True), note=place(lane, crossing[at]))
        if holds(claim):
            holding.append(claim)
        elif part.number is not None and part.number.value <= most[at, part.mention.key]:
            return
        else:
            failing.append(replace(claim, trust=Trust.SAID))
    if len(holding) >= _SOME and len(failing) < _SOME:
        yield from (*holding, *failing)


def _read(
    lanes: Sequence[Lane], here: int, crossing: Mapping[int, Lane], heads: frozenset[int], *, across: bool
) -> list[SumReading]:
    """The readings of a total that fit: the best, and what divides it otherwise (by sex, and by age)."""
    total = lanes[here]
    if not total.added or total.percent:
        return []
    sample = list(total.items)[:_SAMPLE]
    tried: dict[tuple[int, ...], SumReading] = {}
    for parts in _readings(lanes, here, heads, across=across):
        like = [part for part in parts if part.added and not part.percent and part is not total]
        places = tuple(part.index for part in like)
        if len(like) > 1 and places not in tried:
            tried[places] = _tested(total, like, crossing, sample)
    found: list[SumReading] = []
    known: set[int] = set()
    for places, reading in sorted(tried.items(), key=lambda pair: pair[1].rank, reverse=True):
        if known.isdisjoint(places) and _is_meant(reading):
            found.append(_tested(total, reading.parts, crossing, total.items))
            known.update(places)
    if not tried or found or any(reading.holding for reading in tried.values()):
        return found
    others = tuple(lane.index for lane in lanes if lane is not total and lane.added and not lane.percent)
    return [tried[others]] if others in tried and _is_alone(tried[others], lanes) else []


def _is_meant(reading: SumReading) -> bool:
    """Whether a total holds in so many lines that it is none by chance, and fails in few."""
    held, failed, kind = len(reading.holding), len(reading.failing), reading.total.sum
    if kind is Sum.PART:
        return held > 0
    if not reading.telling and held < _WEAK:
        return False
    return failed <= held if kind > Sum.WHOLE else held > 1 and failed <= max(1, held // _WEAK)


def _is_alone(reading: SumReading, lanes: Sequence[Lane]) -> bool:
    """Whether a table has one column of numbers, one total of it, and nothing else than its parts."""
    total, parts = reading.total, reading.parts
    plain = all(part.sum is Sum.PART and part.level == parts[0].level for part in parts)
    return plain and total.sum >= Sum.TOTAL and len(total.items) == 1 and not any(lane.among for lane in lanes)


def _tested(total: Lane, parts: Sequence[Lane], crossing: Mapping[int, Lane], places: Iterable[int]) -> SumReading:
    reading = SumReading(total, parts)
    for at in places:
        stated = total.items[at]
        if stated.mention.percent or not crossing[at].added or "/" in stated.figure.unit:
            continue
        terms = [(part.items[at], part.title) for part in parts if at in part.items]
        known = [item for item, _ in terms]
        if len(known) < 2 or any(item.mention.key != stated.mention.key for item in known):
            continue
        claim = replace(claim_sum(stated, known, Trust.QUIET), words=_words(terms), note=place(total, crossing[at]))
        if holds(claim):
            reading.holding[at] = claim
            reading.telling += _is_telling(stated, known)
        elif len(known) == len(parts):
            reading.failing[at] = claim
        elif _amount(known) > _amount([stated]):  # a blank may be more than nothing
            reading.failing[at] = replace(claim, bound=True)
    return reading


def _amount(items: Sequence[Item]) -> Fraction:
    return sum((item.number.value for item in items if item.number is not None), Fraction(0))


def _is_telling(stated: Item, known: Sequence[Item]) -> bool:
    some = [item for item in known if item.number is not None and item.number.value]
    return len(some) > 1 and stated.number is not None and has_digits(stated.number, stated.figure)


def _readings(lanes: Sequence[Lane], here: int, heads: frozenset[int], *, across: bool) -> Iterator[Sequence[Lane]]:
    """What a total may add up."""
    total = lanes[here]
    if total.sum is Sum.PART:
        yield from () if across else [_below(lanes, here)]
        return
    above, behind = _beside(lanes, here, heads, -1), _beside(lanes, here, heads, 1)
    yield from (above, behind)
    if across:
        for some in (_run(lanes, here)[:_FEW], behind[:_FEW]):
            yield from (some[first:last] for first, last in combinations(range(len(some) + 1), 2) if last - first > 1)
    several = sum(lane.sum >= Sum.TOTAL for lane in lanes) > _GRANDS
    if several and not across:
        return  # so many that the rows of the whole table are the parts of none
    if total.sum is Sum.SUBTOTAL and len(total.names) < _SOME:
        return
    plain = [lane for lane in lanes if not lane.among and _is_like(lane, total)]
    if len(total.names) > 1:
        yield [lane for lane in plain if lane.names[:-1] == total.names[:-1]]  # of one group
        yield [lane for lane in plain if lane.names[-1:] == total.names[-1:]]  # 合计 over 户数, 东坪村 over 户数
    if total.sum is Sum.SUBTOTAL:
        return
    parts = [lane for lane in plain if lane.sum is Sum.PART]
    yield parts
    yield [lane for lane in plain if lane.sum <= Sum.WHOLE]
    top = min((part.level for part in parts), default=total.level)
    yield [lane for lane in parts if lane.level == top]
    yield [lane for lane in parts if lane.level[0] == top[0]]
    yield from _headed(parts, heads)
    subtotals = {lane.index for lane in plain if Sum.WHOLE < lane.sum < total.sum}
    yield [lane for lane in plain if lane.index in subtotals]
    for step in (-1, 1) if subtotals else ():
        counted = _grouped(lanes, subtotals, heads, step)
        yield [
            lane for lane in plain if lane.index in subtotals or (lane.sum is Sum.PART and lane.index not in counted)
        ]


def _beside(lanes: Sequence[Lane], here: int, heads: frozenset[int], step: int) -> list[Lane]:
    """The lanes next to a total, up to another one or to where something else begins."""
    found: list[Lane] = []
    at, total = here, lanes[here]
    while 0 <= (at := at + step) < len(lanes):
        lane = lanes[at]
        between = range(*sorted((lanes[at - step].index, lane.index)))
        if any(index in heads for index in between) or (lane.sum > Sum.WHOLE and total.sum > Sum.WHOLE):
            break
        if lane.sum is total.sum or not _is_like(lane, total):
            break
        if not lane.among:
            found.append(lane)
    return found[::step]


def _headed(parts: Sequence[Lane], heads: frozenset[int]) -> Iterator[list[Lane]]:
    """What stands below each of the first words between the rows: 按品种分."""
    borders = sorted(heads)[:_GRANDS]
    for first, last in pairwise((*borders, inf) if borders else ()):
        yield [part for part in parts if first < part.index < last]


def _is_like(lane: Lane, total: Lane) -> bool:
    """Whether the numbers of a lane can be parts of a total: in its unit, or each in one of its own."""
    return None in (total.key, lane.key) or lane.key == total.key


def _run(lanes: Sequence[Lane], here: int) -> list[Lane]:
    """总投资, and behind it 资金来源 or 其中 over 中央, 省级, 自筹."""
    behind = lanes[here + 1 : here + 2]
    if not behind or not (behind[0].among or len(behind[0].names) > 1):
        return []
    alike = takewhile(
        lambda lane: (lane.among, lane.names[:-1]) == (behind[0].among, behind[0].names[:-1]), lanes[here + 1 :]
    )
    return [lane for lane in alike if _is_like(lane, lanes[here])]


def _below(lanes: Sequence[Lane], here: int) -> list[Lane]:
    """一、 with its 1. 2. 3.: the next level of an enumeration or indent, up to what stands as high as the first."""
    total, found = lanes[here], []
    for lane in lanes[here + 1 :]:
        if lane.level <= total.level or lane.sum is not Sum.PART:
            break
        found.append(lane)
    return [lane for lane in found if lane.level == found[0].level and not lane.among]


def _grouped(lanes: Sequence[Lane], subtotals: set[int], heads: frozenset[int], step: int) -> set[int]:
    """The rows that subtotals add up, which stand above them, or below them."""
    places = (here for here, lane in enumerate(lanes) if lane.index in subtotals)
    return {lane.index for here in places for lane in _beside(lanes, here, heads, step)}


def _trust(reading: SumReading, claim: Claim, line: Lane, subject: str, *, across: bool) -> Trust:
    """How surely a line that does not fit is meant to."""
    stated, parts = claim.stated, [item for item, _ in claim.terms]
    numbers = [item.number.value for item in parts if item.number is not None]
    if stated.number is None or stated.number.value < max(numbers):
        return Trust.FAINT  # an average lies between
    more = stated.number.value > sum(numbers)
    counted = stated.figure.dimension in _THINGS
    names = "".join((*line.names, *reading.total.names, "" if across else subject))
    if counted and not more and _COUNTS_TWICE.search(names):
        return Trust.FAINT  # 覆盖村 of several projects
    if reading.total.sum <= Sum.WHOLE:
        return Trust.FAINT if more and not across else Trust.LIKELY  # 全县 may have more than its townships
    if not reading.holding:
        return Trust.LIKELY
    sure = reading.telling > 2 and len(reading.failing) == 1
    return Trust.PLAIN if sure else Trust.SAID


def _words(terms: Sequence[tuple[Item, str]]) -> str:
    """The sum with the name of each part, of a long one its ends only."""
    shown = [named(item, name, number) for number, (item, name) in enumerate(terms)]
    if len(shown) > _SHOWN:
        shown[_SHOWN // 2 : -2] = [f"…（共{len(shown)}项）"]
    return " + ".join(shown)
