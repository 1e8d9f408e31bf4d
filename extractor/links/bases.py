"""Bases of percentages: the two figures that a percentage relates, where the text gives them.

They are found by position (抽检水样312份，合格297份，合格率95.2%) and by name (占总人口的76.4%). Arithmetic
decides only where the words leave a choice open, so that a percentage that does not hold is still linked and can
be checked.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from extractor.link_cues import NO_SUBJECT, pattern
from extractor.links.sums import fits
from extractor.mentions import Mention, of_other_money
from extractor.types import PctKind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WINDOW = 60  # figures looked back at
_FAR = 200  # figures looked back at for a whole called by its name
_NEXT = 12
_PAIR = 2
_JOINED = 4  # figures side by side for one thing
_HALF = Decimal("0.5")
_TINY = 50  # a small percentage has to agree to a fiftieth of itself
_ALIKE = 0.34  # a plan shares at least a third of the characters of what is done of it
Base = tuple[Mention | None, Mention | None]

_WHOLE = re.compile(
    r"占(?!比)(?:到|了)?(?:全[市县乡镇村区])?([\u4e00-\u9fff]{2,14}?)的?(?:比重|比例)?(?:由|从|达到?|为|约|近|仅)?$"
)
_SUBJECT = re.compile(r"^(.*?)(?:占|的?比重|的?比例)")
_STEM = re.compile(r"(?:总|综合|按[^，,]{1,3}计算)?([\u4e00-\u9fff]{2,4})率")
_BARE_RATE = pattern(r"(?:占|为|完成|<progress>|<plan>|$)")
_SPENT = re.compile(r"(?:以上|左右)?用于")
_OWN_TASK = re.compile(r".{4,}?(?:已|累计)?完成(?:近|了)?$")
_PLANNED = pattern("<plan>")
_EACH_GREW = re.compile(r"[，,；;](?:且|并|均)?(?:同比|[比较](?:上年|去年)(?:同期)?)?分别")
_OLD = re.compile(r"[比较由从]")
_COUNTED = {"人口": "people", "人数": "people", "户数": "households 户", "户": "households 户"}
_LIST_SEPARATOR = re.compile(r"[，,；;。：:]")


def find(mentions: Sequence[Mention], pct: Mention, kind: PctKind, parents: Sequence[int | None]) -> Base:
    """Return ``of`` and ``numer`` of the percentage ``pct``, ``None`` where the text does not give them.

    Args:
        mentions: the figures of an article.
        pct: one of them, a percentage.
        kind: its kind.
        parents: for each mention the index of its total, where it is part of one.
    """
    if kind is PctKind.GROWTH:
        return _growth(mentions, pct)
    written = mentions[pct.index - 1] if pct.index and pct.lead == "的" and not pct.first else None
    if written is not None:
        return written, _level(_behind(mentions, written), written.key)
    if kind is PctKind.PROGRESS:
        return _progress(mentions, pct)
    if kind is PctKind.SHARE:
        return _share(mentions, pct, parents)
    return _rate(mentions, pct)


def _behind(
    mentions: Sequence[Mention], mention: Mention, sentences: int = 0, window: int = _WINDOW
) -> Iterator[Mention]:
    """The figures before ``mention``, nearest first, in its sentence and ``sentences`` before it."""
    for index in range(mention.index - 1, max(-1, mention.index - window), -1):
        other = mentions[index]
        if mention.sentence - other.sentence > sentences:
            return
        yield other


def _level(mentions: Iterable[Mention], key: str | None = None) -> Mention | None:
    """The first that is a level: no percentage, no change, not what something is compared with."""
    for other in mentions:
        norm = other.figure.status is Status.STANDARD  # 每户补助3.5万元: nothing was done of a rule
        usable = not other.basis and (other.addable or other.average) and not (other.percent or norm)
        if usable and (key is None or other.key == key):
            return other
    return None


def _agrees(pct: Mention, of: Mention, numer: Mention) -> bool:
    """Whether ``numer`` is about ``pct`` % of ``of``: to half a point, and small percentages closer."""
    if not of.amount or numer.amount is None or pct.amount is None:
        return False
    return abs(numer.amount / of.amount * 100 - pct.amount) <= max(min(_HALF, pct.amount / _TINY), pct.slack * 2)


def _growth(mentions: Sequence[Mention], pct: Mention) -> Base:
    """较上年的2.42亿元增长18.2%; 由430元提高到470元，提高了9.3%; for percentage points both are percentages."""
    before = None if pct.first else mentions[pct.index - 1]
    if "分别" in pct.clause or (before is not None and before.percent and pct.joined):
        return None, _each_level(mentions, pct)
    beside = before is not None and before.basis and not _LIST_SEPARATOR.search(pct.lead)
    if not beside and not NO_SUBJECT.match(pct.clause):
        return None, None
    values = list(_values(mentions, pct))
    level = next((place for place, value in enumerate(values) if not value.basis), len(values))
    old = next((value for value in values[: level + 2] if value.basis and _OLD.search(value.clause)), None)
    if level < len(values) and old is not None and old.index < values[level].index and old.key != values[level].key:
        old = None
    new = next((value for value in values[level:] if not value.basis and (old is None or old.key == value.key)), None)
    if new is None or (old is not None and new.index < old.index and not _same_thing(old, new)):
        return old, None
    return old, new


def _each_level(mentions: Sequence[Mention], pct: Mention) -> Mention | None:
    """Which of as many levels a percentage is of: 36520元和15880元，分别增长5.2%和8.4%.

    None where the figures before do not tell (收入、利润分别增长6%、60.7%).
    """
    first, end = pct.index, pct.index + 1
    while mentions[first].joined and mentions[first - 1].percent and end - first <= _NEXT:
        first -= 1
    while end < len(mentions) and mentions[end].joined and mentions[end].percent and end - first <= _NEXT:
        end += 1
    size = end - first
    levels = mentions[max(0, first - size) : first]
    if mentions[first].first or len(levels) < size or size < _PAIR or not _EACH_GREW.match(mentions[first].lead):
        return None
    begun = levels[0].first or "其中" in levels[0].lead or mentions[levels[0].index - 1].percent
    own = all(_is_level(level) and level.sentence == pct.sentence for level in levels)
    return levels[pct.index - first] if begun and own else None


def _is_level(mention: Mention) -> bool:
    return not (mention.percent or mention.basis) and (mention.addable or mention.average)


def _values(mentions: Sequence[Mention], pct: Mention) -> Iterator[Mention]:
    """The figures before ``pct`` that may be its old and new value, nearest first."""
    points = pct.figure.unit == "百分点"
    for other in _behind(mentions, pct):
        level = not other.percent and other.figure.unit != "倍" and (other.addable or other.average)
        if other.figure.unit == "%" if points else level:
            yield other


def _same_thing(old: Mention, new: Mention) -> bool:
    """Whether the old value names no other thing than the new one: 公路总里程比上年的1985.3公里增长."""
    subject = _OLD.split(old.clause)[0]
    return len(subject) < 3 or set(subject) <= set(new.figure.indicator + new.clause)


def _progress(mentions: Sequence[Mention], pct: Mention) -> Base:
    """The plan and what is done of it: 应签约595户，已签约542户，签约率91.1%; the plan may stand sentences before."""
    behind = (other for other in _behind(mentions, pct) if other.figure.status is not Status.PLANNED)
    done = _level(other for other in behind if not of_other_money(pct, other))
    if done is None or _OWN_TASK.match(pct.clause):
        return None, None
    plan = _plan(mentions, pct, done)
    if plan is None:
        return None, _group_head(mentions, done) if _BARE_RATE.match(pct.clause) else None
    return plan, done


def _plan(mentions: Sequence[Mention], pct: Mention, done: Mention) -> Mention | None:
    """The plan for ``done``: said to be one, for the same thing, and best when the percentage holds."""
    whole = _WHOLE.search(pct.clause)
    name = whole[1] if whole else ""
    said = set(done.figure.indicator)
    best: Mention | None = None
    score = 0.0
    for other in [*_behind(mentions, done, sentences=_FAR), *_ahead(mentions, pct)]:
        if other.key != done.key or other.percent or not other.amount:
            continue
        holds = _agrees(pct, other, done)
        planned = other.figure.status is Status.PLANNED or _PLANNED.search(other.clause) is not None
        if not holds and (not planned or other.average or other.index > pct.index):
            continue
        words = other.figure.indicator + other.clause
        named = bool(name) and name in words
        shared = len(said & set(words)) / max(1, len(said))
        elsewhere = set(other.figure.place) != set(done.figure.place)
        if other.sentence != pct.sentence and (elsewhere or not (planned or shared >= _ALIKE)):
            continue
        if elsewhere and not holds:
            continue
        points = shared + 2 * holds + named + (other.sentence == pct.sentence) / 2
        if points > score and points >= _ALIKE:
            best, score = other, points
    return best


def _ahead(mentions: Sequence[Mention], pct: Mention) -> Iterator[Mention]:
    """The figures of the sentence after that of ``pct``: the plan may be stated only then."""
    for other in mentions[pct.index + 1 : pct.index + _NEXT]:
        if other.sentence - pct.sentence > 1:
            return
        yield other


def _group_head(mentions: Sequence[Mention], mention: Mention) -> Mention:
    """The first of figures that stand side by side for one thing: 8户940平方米."""
    for before in reversed(mentions[max(0, mention.index - _JOINED) : mention.index]):
        if not mention.joined:
            break
        mention = before
    return mention


def _share(mentions: Sequence[Mention], pct: Mention, parents: Sequence[int | None]) -> Base:
    """The whole is named (占总人口的), in a bracket after, or the total that the part belongs to."""
    after = mentions[pct.index + 1] if pct.index + 1 < len(mentions) else None
    numer = _part(mentions, pct, after)
    if after is not None and after.opener == pct.index:
        return after, numer
    whole = _WHOLE.search(pct.clause)
    if whole is not None:
        return _named(mentions, pct, whole[1], numer, parents), numer
    if _SPENT.match(pct.tail):
        return _level(_behind(mentions, pct)), None
    if numer is not None:
        parent = parents[numer.index]
        return (mentions[parent] if parent is not None else _larger(mentions, numer, parents)), numer
    return (_level(_behind(mentions, pct)) if "中" in pct.lead else None), None


def _part(mentions: Sequence[Mention], pct: Mention, after: Mention | None) -> Mention | None:
    """What is a share: the subject of 占 where it has one of its own, else the figure before."""
    subject = _SUBJECT.match(pct.clause)
    if subject is not None and not NO_SUBJECT.match(subject[1]):
        stated = after is not None and after.sentence == pct.sentence and after.clause == "为"
        return _subject(mentions, pct, subject[1]) or (after if stated else None)
    if (subject is None and not NO_SUBJECT.match(pct.clause)) or pct.tail.startswith("的"):
        return None
    whole = _WHOLE.search(pct.clause)
    key = _counted(whole[1]) if whole is not None else None
    return next((other for other in _behind(mentions, pct) if other.summable and other.key == (key or other.key)), None)


def _counted(name: str) -> str | None:
    """The unit that the name of a whole counts in: 总户数 households, 总人口 people."""
    return next((key for word, key in _COUNTED.items() if name.endswith(word)), None)


def _subject(mentions: Sequence[Mention], pct: Mention, subject: str) -> Mention | None:
    """The figure whose indicator opens with the subject: 税收占比为62.7% speaks of 税收收入."""
    for other in _behind(mentions, pct, sentences=3):
        if not other.percent and other.addable and other.figure.indicator.startswith(subject):
            return other
    return None


def _named(
    mentions: Sequence[Mention], pct: Mention, name: str, numer: Mention | None, parents: Sequence[int | None]
) -> Mention | None:
    """The figure that a whole's name speaks of; a total before its parts, a near one before a far one."""
    wanted = set(name) - set("的数量额")
    key = _counted(name) if numer is None else numer.key
    best: Mention | None = None
    score = 0.0
    for distance, other in enumerate(_behind(mentions, numer or pct, _FAR, _FAR)):
        usable = (other.addable or other.average) and other.key == (key or other.key)
        if not usable or (numer is not None and not fits([numer], other)):
            continue
        words = other.figure.indicator + other.clause + other.figure.unit
        shared = 1.5 if name in words else len(wanted & set(words)) / max(1, len(wanted))
        points = shared - distance / _FAR - (0.25 if parents[other.index] is not None else 0)
        sure = shared > 1 or key is not None
        if sure and shared >= 0.5 and points > score:
            best, score = other, points
    return best


def _larger(mentions: Sequence[Mention], numer: Mention, parents: Sequence[int | None]) -> Mention | None:
    """The nearest figure before a part that may be its whole."""
    for other in _behind(mentions, numer, sentences=2):
        if other.key == numer.key and other.summable and fits([numer], other) and parents[other.index] is None:
            return other
    return None


def _rate(mentions: Sequence[Mention], pct: Mention) -> Base:
    """抽检水样312份，合格297份，合格率95.2%: the part carries the stem of the rate; the whole stands before it."""
    after = mentions[pct.index + 1] if pct.index + 1 < len(mentions) else None
    stem = _STEM.match(pct.clause)
    levels = [other for other in _behind(mentions, pct) if not other.percent and not other.average and not other.basis]
    numer = next((other for other in levels if stem and stem[1] in other.clause), None)
    if after is not None and after.opener == pct.index:
        return (after, numer) if numer is None or numer.key == after.key else (None, None)
    for part in [numer] if numer is not None else levels[:1]:
        wholes = [
            other
            for other in _behind(mentions, part, sentences=2)
            if other.key == part.key and other.addable and fits([part], other)
        ]
        of = next((other for other in wholes if _agrees(pct, other, part)), None)
        if of is None and numer is not None:
            of = next((other for other in wholes if other.sentence == pct.sentence), None)
        if of is not None:
            return of, part
    return None, numer
