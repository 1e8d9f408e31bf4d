"""A percentage of two figures, and the forms of words that say which two: 按农业人口…计算, 占…，还有…, 出油率."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, divide, percentage
from extractor.intervals import COUNTED
from extractor.link_cues import pattern
from extractor.mentions import of_other_money
from extractor.types import CheckKind, PctKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View
    from extractor.intervals import Interval

_KINDS = {PctKind.SHARE: CheckKind.SHARE, PctKind.PROGRESS: CheckKind.PROGRESS, PctKind.RATE: CheckKind.RATE}
_OF_BOTH = "{0} ÷ ({0} + {1})"
_BACK = 3  # sentences before in which the part may stand that a percentage only names
_DONE = re.compile(r"(?P<name>[\u4e00-\u9fff]{3,10}?)(?:完成|占|为)")
_BASED = re.compile(r"^(?:若|如)?[按以]")
_COMPUTED = re.compile(r"^(?:为基数)?(?:计算|测算|计|推算|统计)")
_LEFT = re.compile(r"^(?:目前|现|还)?(?:余下|其余|剩余|剩下|还剩|剩)")
_OF_ALL = pattern("占(?:年度|全年)?(?:<plan>)*(?:数|总数)?的?$")
_RATIO = re.compile(r"^[\u4e00-\u9fff]{2}比(?:为|达到?|是)?$")
_IS_TIMES = re.compile(r"(?:^|[是为占于当年期初]|[）)])的?整?$")
_RESPECTIVE = re.compile(r"分别|各占|依次")
_PAIR = 2
_NOT_BY, _BY = {"按户计": "people", "按人计": "households"}, 3
_HUNDRED, _ROUNDED = 100, Fraction(1, 5)  # what shares that are all come to, and by how much they may miss it
_TO_ONE = re.compile(r"[:：∶]\s*1$")
_YIELD = re.compile(r"出[\u4e00-\u9fff]{1,2}率(?:为|达到?)?$")
_MADE = re.compile(r"^(?:共|可|年|实)?(?:产|出|得|加工)")
_NEXT_WHOLE = re.compile(r"[、和](?P<name>总?[\u4e00-\u9fff]{2,6})的")


def kind_of(item: Item) -> CheckKind | None:
    """Return what a percentage is, ``None`` for growth and for what is none; 出生率12.1‰ and 收入比2.48∶1 are rates."""
    if item.number is None:
        return None
    if len(re.findall("[:：∶]", item.figure.text)) > 1:
        return None  # 5∶3∶1
    if item.figure.unit in ("‰", "比") or (item.figure.unit == "倍" and _IS_TIMES.search(item.mention.lead)):
        return CheckKind.RATE
    pct = item.figure.pct
    return _KINDS.get(pct.kind) if pct is not None and item.figure.unit == "%" else None


def claim_ratio(item: Item, part: Item, whole: Item, trust: Trust) -> Claim | None:
    """Return the claim that a percentage is of two figures, ``None`` where they cannot be compared."""
    kind = kind_of(item)
    if (
        kind is None
        or part.mention.key != whole.mention.key
        or part is whole
        or of_other_money(item.mention, part.mention)
        or "ratio" in (part.figure.dimension, whole.figure.dimension)
    ):
        return None
    if part.figure.dimension == _NOT_BY.get(item.mention.clause[-_BY:]):
        return None
    terms = ((part, Role.PART), (whole, Role.WHOLE))
    return Claim(kind, item, terms, divide if item.figure.unit in ("比", "倍") else percentage, "{} ÷ {}", trust)


def of_both(claim: Claim) -> Claim:
    """Return the claim with both figures together as the whole: 保留1025项，精简446项，精简率30.3%."""
    return replace(claim, operation=_share_of_both, words=_OF_BOTH)


def is_of_both(claim: Claim) -> bool:
    """Whether a claim takes both its figures together as the whole."""
    return claim.operation is _share_of_both


def _share_of_both(numbers: Sequence[Interval]) -> Interval:
    part, rest = numbers
    return percentage((part, part + rest))


def told(view: View, item: Item) -> Iterator[Claim]:
    """Yield what a form of words says of a percentage."""
    yield from filter(None, (_times(view, item), _respective(view, item)))
    before = None if item.mention.first else view.items[item.index - 1]
    if before is None or before.number is None:
        return
    for claim in (
        _of_subject(view, item, before),
        _based(view, item, before),
        _beside_rest(view, item, before),
        _yielded(view, item, before),
        _of_next_whole(view, item, before),
        _ratio(view, item, before),
        _of_other_kind(view, item, before),
    ):
        if claim is not None:
            yield claim


def _of_subject(view: View, item: Item, whole: Item) -> Claim | None:
    """本级收入242.7万元…。本级收入完成年初预算230万元的105.5%: the part is only named again."""
    subject = _DONE.match(whole.mention.clause)
    if subject is None or item.mention.lead != "的" or not whole.mention.first:
        return None
    name = subject["name"]
    for part in view.before(whole, sentences=_BACK):
        if part.mention.key == whole.mention.key and part.mention.summable and part.mention.clause.endswith(name):
            return claim_ratio(item, part, whole, Trust.SAID)
    return None


def _based(view: View, item: Item, whole: Item) -> Claim | None:
    """4218人，按农业人口15928人计算，贫困发生率26.5%."""
    if not (_BASED.search(whole.mention.clause) and _COMPUTED.search(item.mention.lead)):
        return None
    same = (other for other in view.before(whole) if other.mention.key == whole.mention.key)
    part = next(same, None)
    return None if part is None else claim_ratio(item, part, whole, Trust.SAID)


def _beside_rest(view: View, item: Item, part: Item) -> Claim | None:
    """已拨付4741万元，占97.5%，还有122万元: the whole is what is done and what is left."""
    rest = next(view.after(item), None)
    if rest is None or not part.mention.summable or not _LEFT.search(rest.mention.clause) or rest.number is None:
        return None
    claim = claim_ratio(item, part, rest, Trust.SAID) if _OF_ALL.fullmatch(item.mention.clause) else None
    return None if claim is None else of_both(claim)


def _yielded(view: View, item: Item, whole: Item) -> Claim | None:
    """油茶籽36吨，出油率26.5%，产茶油9540公斤."""
    part = next(view.after(item), None)
    if part is None or not _YIELD.search(item.mention.clause) or not _MADE.search(part.mention.clause):
        return None
    return claim_ratio(item, part, whole, Trust.SAID)


def _of_next_whole(view: View, item: Item, share: Item) -> Claim | None:
    """203户、764人，占总户数的46.6%、总人口的46.9%: the second share is of the second figure."""
    pct, named = share.figure.pct, _NEXT_WHOLE.fullmatch(item.mention.lead)
    first = view.at.get(pct.numer or 0) if pct is not None else None
    if named is None or first is None or first.index + 1 >= len(view.items):
        return None
    part = view.items[first.index + 1]
    if not part.mention.joined:
        return None
    called = (other for other in view.earlier(part, part.mention.key) if named["name"] in other.figure.indicator)
    whole = next(called, None)
    return None if whole is None else claim_ratio(item, part, whole, Trust.SAID)


def _ratio(view: View, item: Item, second: Item) -> Claim | None:
    """学生86名、教师7名，师生比1∶12.3: the ratio names both by a character, in its order."""
    if not _RATIO.match(item.mention.clause) or second.mention.first:
        return None
    pair = view.items[second.index - 1], second
    names = item.mention.clause[:2]
    for left, right in (pair, pair[::-1]):
        if names[0] in left.mention.clause and names[1] in right.mention.clause:
            to_one = _TO_ONE.search(item.figure.text) is not None  # 2.18∶1; 1∶12.3 is told by the second
            return claim_ratio(item, *((left, right) if to_one else (right, left)), Trust.SAID)
    return None


def _of_other_kind(view: View, item: Item, part: Item) -> Claim | None:
    """死亡3201人，火化1876具，火化率58.6%: things counted in other units, right beside each other."""
    whole = None if part.mention.first else view.items[part.index - 1]
    if whole is None or kind_of(item) is not CheckKind.RATE or whole.mention.key == part.mention.key:
        return None
    stem = item.mention.clause.removesuffix("率")[-_PAIR:]
    counted = all(one.mention.summable and one.figure.dimension in COUNTED for one in (part, whole))
    if not counted or not item.mention.clause.endswith("率") or part.mention.clause[-_PAIR:] != stem:
        return None
    terms = ((part, Role.PART), (whole, Role.WHOLE))
    return Claim(CheckKind.RATE, item, terms, percentage, "{} ÷ {}", Trust.LIKELY)


def _times(view: View, item: Item) -> Claim | None:
    """由1.2万元增加到3.6万元，是当年的3倍: the larger of the two levels before it by the smaller one."""
    if item.figure.unit != "倍":
        return None
    before = view.before(item, sentences=1)
    levels = [other for other in before if other.figure.dimension != "ratio" and _is_level(other)][:_PAIR]
    if len(levels) < _PAIR or None in (levels[0].number, levels[1].number):
        return None
    old, new = sorted(levels, key=lambda level: level.number.value if level.number is not None else 0)
    return claim_ratio(item, new, old, Trust.LIKELY)


def _respective(view: View, item: Item) -> Claim | None:
    """食堂采购29.7万元、电商22.5万元、展销16.2万元，三块各占43.4%、32.9%、23.7%: shares in the order of their parts."""
    shares = view.listed(item)
    if (
        kind_of(item) is not CheckKind.SHARE
        or len(shares) < _PAIR
        or not _RESPECTIVE.search(shares[0].mention.lead)
        or not shares[0].index
    ):
        return None
    last = view.items[shares[0].index - 1]
    if last.mention.percent or not last.mention.summable:
        return None
    like = [last, *(other for other in view.before(last, sentences=1) if other.mention.key == last.mention.key)]
    parts, above = like[: len(shares)][::-1], like[len(shares) :]
    if len(parts) < len(shares) or not all(part.mention.key == last.mention.key for part in parts):
        return None
    part = parts[shares.index(item)]
    owners = {one.figure.part_of for one in parts}
    told = view.at.get(owners.pop() or 0) if len(owners) == 1 else None
    whole = sum((share.number.value for share in shares if share.number is not None), Fraction(0))
    total = told or (above[0] if above and abs(whole - _HUNDRED) <= _ROUNDED else None)
    return None if total is None else claim_ratio(item, part, total, Trust.SAID)


def _is_level(item: Item) -> bool:
    return not item.mention.percent and (item.mention.addable or item.mention.average)
