"""Percentages and changes in a table: which two columns a 完成率, 占比 or 增长 column is of, and whether each row has it.

As with totals the numbers tell: of the columns around, the two that fit most rows are meant. Where few rows are there to
tell, the words must too: 计划 and 完成, or two years.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import permutations, product
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, holds, percentage, point_of, subtract
from extractor.checks.growth import compound
from extractor.checks.lanes import Lane, Sum, has_digits, is_made_up, named, place
from extractor.link_cues import pattern
from extractor.types import CheckKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item
    from extractor.intervals import Number

_GROWTH = pattern("<growth>|同比|环比|[比较](?:上年|去年|同期)|增减|变化|变动|±")
_FALL = re.compile(r"[^增升涨±]*(?:下降|降低|降幅|减)[^增升涨±]*")
_SHARE = pattern("<share>")
_RATE = pattern("<progress>|率|进度|比例|[占完]|%|％")
_CHANGE = pattern("<rest>|增|减|变化|变动|差额|结余|剩|未|尚|缺口|净|余额")
_DONE = pattern("<progress>|实际|已|实现")
_PLANNED = pattern("<plan>")
_BEFORE = re.compile(r"上年|去年|同期|上期|基期|前年")
_YEAR = re.compile(r"(?:19|20)\d\d")
# What grows at constant prices, or over a base that was revised: its growth does not follow from two levels.
_REAL = re.compile(
    r"生产总值|GDP|增加值|产值|产业|固定资产|零售|规模以上|规上|限额以上|限上|可比|同口径|不变价|实际增|物价|指数"
)
_BEFORE_IT, _BEHIND_IT = 6, 2  # columns around a percentage among which its two are looked for
_SAMPLE, _TRIED = 24, 6  # rows by which they are chosen; if none of the first fits they are not
_FAR = 30  # columns before it among which it may name its whole
_FULL = 100
_SURE, _SOME = 3, 2

Pair = Callable[[int], "tuple[Item, Item] | None"]


@dataclass(slots=True)
class RatioReading:
    """The two that a column of results may come of, line by line, and what came of it."""

    pair: Pair
    told: bool
    holding: list[Claim] = field(default_factory=list)
    failing: list[tuple[int, Claim]] = field(default_factory=list)
    telling: int = 0

    @property
    def rank(self) -> tuple[int, int, bool, int]:
        """How well it fits."""
        return self.telling, len(self.holding), self.told, -len(self.failing)


def ratios(lanes: Sequence[Lane], crossing: Mapping[int, Lane]) -> Iterator[Claim]:
    """Yield the percentages and changes in the columns (or the rows) of a table.

    Args:
        lanes: its columns, or its rows.
        crossing: its rows by their indices, or its columns.
    """
    wholes = [line.index for line in crossing.values() if line.sum > Sum.SUBTOTAL]
    for here, lane in enumerate(lanes):
        make = _maker(lane)
        if make is None:
            continue
        tried = []
        for reading in _readings(lanes, here, wholes):
            _test(reading, lane, make, list(lane.items)[:_SAMPLE], crossing, stop=True)
            tried.append(reading)
        best = max(tried, key=lambda reading: reading.rank, default=None)
        if best is not None and best.rank > (0, 0, False, -len(lane.items)):
            best = RatioReading(best.pair, best.told)
            _test(best, lane, make, lane.items, crossing)
            yield from _claims(best, lane, crossing)


def _maker(lane: Lane) -> Callable[[Item, Item, Item], Claim] | None:
    """What a column may tell by its name: growth, a share or rate, or a change between two."""
    name = "".join(lane.names)
    if not lane.percent:
        return _change if _CHANGE.search(lane.title) and lane.sum is Sum.PART else None
    if any(item.figure.unit == "百分点" for item in lane.items.values()):
        return None
    if _GROWTH.search(name) and not _SHARE.search(lane.title):
        return _shrinkage if _FALL.fullmatch(lane.title) else _growth
    if _SHARE.search(name):
        return _share
    return _progress if _RATE.search(name) else None


def _growth(item: Item, new: Item, old: Item) -> Claim:
    terms = ((new, Role.NEW), (old, Role.OLD))
    return Claim(CheckKind.GROWTH, item, terms, compound(1), "{} ÷ {} - 1", Trust.QUIET)


def _shrinkage(item: Item, new: Item, old: Item) -> Claim:
    terms = ((new, Role.NEW), (old, Role.OLD))
    return Claim(CheckKind.GROWTH, item, terms, compound(1, down=True), "1 - {} ÷ {}", Trust.QUIET)


def _share(item: Item, part: Item, whole: Item) -> Claim:
    return Claim(CheckKind.SHARE, item, _parts(part, whole), percentage, "{} ÷ {}", Trust.QUIET)


def _progress(item: Item, part: Item, whole: Item) -> Claim:
    return Claim(CheckKind.PROGRESS, item, _parts(part, whole), percentage, "{} ÷ {}", Trust.QUIET)


def _change(item: Item, whole: Item, part: Item) -> Claim:
    return Claim(CheckKind.DIFFERENCE, item, _parts(part, whole)[::-1], subtract, "{} - {}", Trust.QUIET)


def _parts(part: Item, whole: Item) -> tuple[tuple[Item, Role], tuple[Item, Role]]:
    return (part, Role.PART), (whole, Role.WHOLE)


def _readings(lanes: Sequence[Lane], here: int, wholes: Sequence[int]) -> Iterator[RatioReading]:
    """What a column may come of: two of those around it, or one of them and the total that stands in it."""
    lane = lanes[here]
    around = [*lanes[max(0, here - _BEFORE_IT) : here][::-1], *lanes[here + 1 : here + 1 + _BEHIND_IT]]
    amounts = [other for other in around if not other.percent]
    above = [other for other in lanes[max(0, here - _FAR) : here] if _is_whole_of(other, lane)]
    above = above if any(amount not in above for amount in amounts) else []  # 面积, 占总面积
    pairs = permutations(amounts, 2) if not above else product(amounts, above)
    for first, second in pairs:
        if first is not second and first.key == second.key and (lane.percent or lane.key == first.key):
            yield RatioReading(_of_two(first, second), bool(above) or _are_named(lane, first, second))
    if lane.percent and not above and not _GROWTH.search(lane.title):
        full = [at for at, item in lane.items.items() if item.number is not None and item.number.value == _FULL]
        for number, amount in enumerate(amounts):
            for whole in {*wholes, *(full if len(full) == 1 else ())}:
                yield RatioReading(_of_total(amount, whole), number == 0 and _SHARE.search(lane.title) is not None)


def _is_whole_of(other: Lane, lane: Lane) -> bool:
    """Whether a share names what it is of: 占总人口比重."""
    named = len(other.title) > 1 and other.title in lane.title
    return named and not other.percent and _SHARE.search(lane.title) is not None


def _of_two(first: Lane, second: Lane) -> Pair:
    def pair(at: int) -> tuple[Item, Item] | None:
        return (first.items[at], second.items[at]) if at in first.items and at in second.items else None

    return pair


def _of_total(amount: Lane, whole: int) -> Pair:
    def pair(at: int) -> tuple[Item, Item] | None:
        return (amount.items[at], amount.items[whole]) if {at, whole} <= amount.items.keys() and at != whole else None

    return pair


def _are_named(lane: Lane, first: Lane, second: Lane) -> bool:
    """Whether words say that a column is of two others: 完成 and 计划, 2020年 and 2019年, 本年 and 上年."""
    names = ["".join(one.names) for one in (first, second)]
    if not lane.percent:
        return True
    if _GROWTH.search("".join(lane.names)):
        years = [_YEAR.findall(name)[-1:] for name in names]
        if all(years):
            return int(years[0][0]) == int(years[1][0]) + 1
        return _BEFORE.search(names[1]) is not None and not _BEFORE.search(names[0])
    return bool(_DONE.search(names[0]) and _PLANNED.search(names[1]) and not _PLANNED.search(names[0]))


def _test(
    reading: RatioReading,
    lane: Lane,
    make: Callable[[Item, Item, Item], Claim],
    places: Sequence[int] | Mapping[int, Item],
    crossing: Mapping[int, Lane],
    *,
    stop: bool = False,
) -> None:
    for number, at in enumerate(places):
        if stop and number >= _TRIED and not reading.holding:
            return
        stated, pair = lane.items[at], reading.pair(at)
        if pair is None or pair[0].mention.key != pair[1].mention.key or any(map(_is_relative, pair)):
            continue
        if not lane.percent and stated.mention.key != pair[0].mention.key:
            continue
        claim = make(stated, *pair)
        words = claim.words.format(named(pair[0], crossing[at].title, 0), "{1}")
        claim = replace(claim, words=words)
        if holds(claim):
            reading.holding.append(claim)
            reading.telling += stated.number is not None and has_digits(
                stated.number, stated.figure, more=not reading.told
            )
        elif claim.kind is not CheckKind.GROWTH or not _REAL.search("".join((*crossing[at].names, *lane.names))):
            reading.failing.append((at, claim))


def _is_relative(item: Item) -> bool:
    number = item.number
    return item.mention.percent or number is None or number.value <= 0


def _claims(reading: RatioReading, lane: Lane, crossing: Mapping[int, Lane]) -> Iterator[Claim]:
    enough = _SURE - reading.told - (reading.told and lane.percent)
    sure = reading.telling >= enough or len(reading.holding) >= (_SURE if reading.told else _SURE + _SOME)
    named = reading.told and lane.percent and len(reading.failing) == 1
    if not sure and not (named and not reading.holding):
        return
    yield from reading.holding if sure else ()
    if len(reading.failing) > max(1, len(reading.holding) // _SURE):
        return
    mean = _mean(lane, crossing)
    for at, claim in reading.failing:
        line = crossing[at]
        if not line.added and not line.names and not sure:
            continue
        stated = claim.stated.number
        if line.sum is not Sum.PART and stated is not None and mean is not None and _is_about(stated, mean):
            continue  # the rate of all as the mean of the rates
        if claim.kind is CheckKind.DIFFERENCE and is_made_up(claim, line):
            continue
        if _is_capped(claim):
            continue
        growth = claim.kind is CheckKind.GROWTH  # whose base may have been revised
        trust = Trust.SAID if reading.told and reading.telling >= _SOME and not growth else Trust.LIKELY
        if growth and not reading.holding:
            trust = Trust.FAINT
        yield replace(claim, trust=trust, note=place(lane, line))


def _is_capped(claim: Claim) -> bool:
    """Whether a table says no more than all, or that nothing is left, where more was done than there was to do."""
    numbers = [item.number for item in claim.items if item.number is not None]
    point, stated = point_of(claim, numbers), numbers[0].value
    return (stated == 0 and point < 0) or (stated == _FULL and point > _FULL and claim.stated.mention.percent)


def _mean(lane: Lane, crossing: Mapping[int, Lane]) -> Fraction | None:
    values = [
        item.number.value for at, item in lane.items.items() if crossing[at].sum is Sum.PART and item.number is not None
    ]
    return sum(values, Fraction(0)) / len(values) if values else None


def _is_about(number: Number, mean: Fraction) -> bool:
    return abs(number.value - mean) <= number.step
