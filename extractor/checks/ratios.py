"""A percentage of two figures, and the forms of words that say which two: 按农业人口…计算, 占…，还有…, 出油率."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, divide, percentage
from extractor.link_cues import pattern
from extractor.types import CheckKind, PctKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View
    from extractor.intervals import Interval

_KINDS = {PctKind.SHARE: CheckKind.SHARE, PctKind.PROGRESS: CheckKind.PROGRESS, PctKind.RATE: CheckKind.RATE}
_OF_BOTH = "{0} ÷ ({0} + {1})"
_BACK = 3  # sentences before in which the part may stand that a percentage only names
_NAME = 3  # characters of its name
_DONE = re.compile(r"(?P<name>[\u4e00-\u9fff]{3,10}?)(?:完成|占|为)")
_BASED = re.compile(r"^(?:若|如)?[按以]")
_COMPUTED = re.compile(r"^(?:为基数)?(?:计算|测算|计|推算|统计)")
_LEFT = pattern(r"^(?:目前|现)?(?:<rest>|剩|还有|尚有|未)")
_RATIO = re.compile(r"^[\u4e00-\u9fff]{2}比(?:为|达到?|是)?$")
_TO_ONE = re.compile(r"[:：∶]\s*1$")
_YIELD = re.compile(r"出[\u4e00-\u9fff]{1,2}率(?:为|达到?)?$")
_MADE = re.compile(r"^(?:共|可|年|实)?(?:产|出|得|加工)")
_NEXT_WHOLE = re.compile(r"[、和](?P<name>总?[\u4e00-\u9fff]{2,6})的")


def kind_of(item: Item) -> CheckKind | None:
    """Return what a percentage is, ``None`` for growth and for what is none; 出生率12.1‰ and 收入比2.48∶1 are rates."""
    if item.number is None:
        return None
    if item.figure.unit in ("‰", "比"):
        return CheckKind.RATE
    pct = item.figure.pct
    return _KINDS.get(pct.kind) if pct is not None and item.figure.unit == "%" else None


def claim_ratio(item: Item, part: Item, whole: Item, trust: Trust) -> Claim | None:
    """Return the claim that a percentage is of two figures, ``None`` where they cannot be compared."""
    kind = kind_of(item)
    if kind is None or part.mention.key != whole.mention.key or part is whole:
        return None
    terms = ((part, Role.PART), (whole, Role.WHOLE))
    return Claim(kind, item, terms, divide if item.figure.unit == "比" else percentage, "{} ÷ {}", trust)


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
    claim = claim_ratio(item, part, rest, Trust.SAID) if item.mention.clause.startswith(("占", "完成")) else None
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
