"""What cannot be: shares that make more than a whole, percentages over 100, households of no or of twenty people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Operation, Trust
from extractor.intervals import Interval, Number, exactly, total
from extractor.types import HOUSEHOLD_SIZES, CheckKind, Modifier, PctKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View

_WHOLE = Fraction(100)
_SMALLEST, _LARGEST = map(Fraction, HOUSEHOLD_SIZES)
# Rates of which everything is 100: not those of a task or a price, which may be exceeded.
_CAPPED = re.compile(
    r"(?:合格|(?<!拨备)覆盖|参保|参合|普及|巩固|成活|满意|签约|知晓|通[电水邮车达畅]|入住|保存|及格|达标|优良|安全|脱贫|整改|办结|到场|参与)率$"
)
_SHARE = re.compile(r"占")
_BESIDE = frozenset(("", "、", "共", "计"))
_PARTED = re.compile(r"三次产业.*分别")
_SECTORS = 3
_SECTOR = re.compile(r"产业(?:结构|比重|比例|构成)|三次产业")
_STRUCTURE = re.compile(r"(\d+(?:\.\d+)?)[∶:：](\d+(?:\.\d+)?)[∶:：](\d+(?:\.\d+)?)")
_TENTHS = Fraction(20)  # 6∶3∶1 are tenths
_KEPT = re.compile(r"(?:预留|留存|留作|余下|其余|剩余)")  # the rest of what was told before
_ENDS = frozenset("，,。；;、）)\n")
_BEYOND = re.compile(r"相当于|[是为]去年|同期|任务|计划|目标|预算|年初|上年")


def find(view: View) -> Iterator[Claim]:
    """Yield what percentages and households are held to."""
    for item in view.items:
        if item.figure.pct is not None and item.number is not None and item.number.value > _WHOLE:
            yield from _over(item)
        if item.figure.pair in view.at:
            yield _household(item, view.at[item.figure.pair or 0])
    yield from _complements(view)
    yield from _structures(view)


def _over(item: Item) -> Iterator[Claim]:
    """人口占372%: no share and no rate of coverage is more than all."""
    pct, clause = item.figure.pct, item.mention.clause
    if pct is None or _BEYOND.search(clause):
        return
    if (pct.kind is PctKind.SHARE and _SHARE.search(clause)) or (pct.kind is PctKind.RATE and _CAPPED.search(clause)):
        yield Claim(CheckKind.PERCENT_BOUND, item, (), _at_most(_WHOLE), "最多为100%", Trust.SAID, range=True)


def _at_most(most: Fraction) -> Operation:
    return lambda _: Interval(Fraction(0), most)


def _household(people: Item, households: Item) -> Claim:
    """95户、345人: from one to ten people live in a household; where the people go on to do something the pair is open."""
    beside = people.mention.lead.strip() in _BESIDE or people.mention.tail[:1] in _ENDS
    trust = Trust.LIKELY if beside else Trust.QUIET
    terms = ((households, Role.DIVISOR),)
    return Claim(CheckKind.HOUSEHOLD_SIZE, people, terms, _sizes, _EACH, trust, range=True)


_EACH = "{{}} × 每户{}至{}人".format(*HOUSEHOLD_SIZES)


def _sizes(numbers: Sequence[Interval]) -> Interval:
    (households,) = numbers
    return households * Interval(_SMALLEST, _LARGEST)


def _complements(view: View) -> Iterator[Claim]:
    """Shares of one whole in one sentence: together 100%, or less where not all are named."""
    shares = [item for item in view.items if item.figure.pct is not None and item.figure.pct.kind is PctKind.SHARE]
    yield from _kept(view)
    for position, first in enumerate(shares):
        pct = first.figure.pct
        if pct is None or (position and _same_whole(shares[position - 1], first)):
            continue
        run = [first]
        for other in shares[position + 1 :]:
            if not _same_whole(run[-1], other):
                break
            run.append(other)
        if len(run) > 1 and all(item.number is not None for item in run):
            yield from _rest(run)
            yield from _pairs(run)


def _kept(view: View) -> Iterator[Claim]:
    """支付至97%，预留3%: what is paid and what is kept back is all, whatever the two come to."""
    for first, second in pairwise(view.items):
        both = first.figure.unit == second.figure.unit == "%" and first.sentence == second.sentence
        if both and _KEPT.fullmatch(second.mention.clause) and None not in (first.number, second.number):
            yield from (replace(claim, trust=Trust.SAID) for claim in _rest((first, second)))


def _pairs(run: Sequence[Item]) -> Iterator[Claim]:
    """Two shares that are a whole in a longer run: 兑付70%，次年再兑付30%."""
    for pair in pairwise(run):
        if len(run) > 2 and sum(item.number.value for item in pair if item.number is not None) == _WHOLE:
            yield from _rest(pair)


def _same_whole(left: Item, right: Item) -> bool:
    a, b = left.figure.pct, right.figure.pct
    return left.sentence == right.sentence and a is not None and b is not None and a.of == b.of


def _rest(run: Sequence[Item]) -> Iterator[Claim]:
    *others, last = run
    terms = tuple((item, Role.PART) for item in others)
    words = "100% - " + " - ".join(["{}"] * len(others))
    known = last.figure.pct is not None and last.figure.pct.of is not None
    amount = sum(item.number.value for item in run if item.number is not None)
    over = known and amount > _WHOLE and all(item.figure.modifier is Modifier.EXACT for item in run)
    parted = len(run) == _SECTORS and _PARTED.search(run[0].mention.lead) is not None
    yield Claim(CheckKind.COMPLEMENT, last, terms, _remainder, words, Trust.LIKELY if over or parted else Trust.QUIET)


def _structures(view: View) -> Iterator[Claim]:
    """三次产业结构为21.2∶31.2∶47.6: the three are a hundred, but for how they are rounded."""
    for item in view.items:
        shares = _STRUCTURE.fullmatch(item.figure.text)
        if shares is None or not _SECTOR.search(view.text, view.sentences[item.sentence].start, item.start):
            continue
        numbers = [Decimal(share) for share in shares.groups()]
        step = max(Fraction(10) ** int(number.as_tuple().exponent) for number in numbers)
        amount = Fraction(sum(numbers))
        if amount > _TENTHS:
            told = replace(item, number=Number(amount, step * len(numbers), step))
            yield Claim(CheckKind.COMPLEMENT, told, (), _at(_WHOLE), "三项之和应为100", Trust.PLAIN, range=True)


def _at(value: Fraction) -> Operation:
    return lambda _: exactly(value)


def _remainder(numbers: Sequence[Interval]) -> Interval:
    return exactly(_WHOLE) - total(numbers)
