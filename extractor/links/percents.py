"""Percentages: what kind each is, and which two figures it relates.

The kind follows from the words around it: a verb of change (增长15.8%), what a task is done of (占任务的38%,
完工率73.9%), a whole (占总人口的76.4%), else a coverage (参合率100%). ``of`` is the whole, the plan or the old
value, ``numer`` the part, what is done or the new value; see :mod:`extractor.links.bases`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.link_cues import pattern
from extractor.links import bases, parts
from extractor.types import Pct, PctKind, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.mentions import Mention

_GROWTH = pattern(r"(?:<growth>|[比较][^，,]{0,16}(?:多|少|高|低|快|慢))(?:了|出|达到?|约|近|为|仅)?$")
_LEVEL = re.compile(r"(?:到|至)(?:了|约|近)?$")
_RATE_OF_GROWTH = re.compile(r"(?:增长|增加|下降|递增)(?:率|速度|幅度)")
_PROGRESS = pattern(r"<progress>[^，,、]{0,2}率|进度|(?:占|为|是|完成)[^，,。；]{0,14}?<plan>(?!收入|支出|内)|预拨")
_DONE = pattern(r"(?:已|累计|实际)[^，,]{0,4}<progress>(?:了|近|约)?$|完成(?:了|近|约)?$")
_PLAN_AHEAD = pattern(r"^(?:以上|左右)?的[^，,。；]{0,10}<plan>")
_SHARE = pattern(r"<share>|按(?:不低于|不超过)?$|总[^，,的]{0,3}的?$")
_PROPORTION = re.compile(r"占[^，,。；]{1,20}(?:比重|比例|份额)")
_SHARE_AHEAD = re.compile(r"[^，,。；]{0,12}用于|分红|(?:左右)?的[^，,。；]{0,8}(?:人口|群众|农户|资金|收入)|来自")
_NEARLY_HALF = re.compile(r"(?:接近|近|约|超过|不到)$")
_ALREADY = pattern(r"(?:已|累计|实际)[^，,]{0,4}<progress>(?:了|近|约|投资|资金)*$")
_FRACTION = re.compile(r"[成半]|分之[^百]|[一二三四五六七八九两]分之|[/／]")
_RATE = re.compile(r"率")
_INHERITS = re.compile(r"[、，,和与及到至∶:：]|[^，,、。；]{0,4}(?:到|至|为)|[，,]?远?(?:高于|低于|超过)")


def find(mentions: Sequence[Mention], parents: list[int | None]) -> list[Pct | None]:
    """Return for each mention its ``Pct``, or ``None`` when it is no percentage.

    Args:
        mentions: the figures of an article.
        parents: for each of them the index of its total, where it is part of one; what a share is said to be part of
            is added.
    """
    found: list[Pct | None] = [None] * len(mentions)
    for mention in mentions:
        if not mention.percent or mention.figure.unit == "‰":
            continue
        previous = None if mention.first else mentions[mention.index - 1]
        before = None if mention.first else found[mention.index - 1]
        kind = _kind(mention, previous, before.kind if before else None)
        of, numer = bases.find(mentions, mention, kind, parents)
        if kind is PctKind.SHARE and of is not None and numer is not None:
            parts.add_share(mention, of, numer, parents)
        found[mention.index] = Pct(
            kind,
            None if of is None else of.figure.start,
            None if numer is None else numer.figure.start,
        )
    return found


def _kind(mention: Mention, previous: Mention | None, before: PctKind | None) -> PctKind:
    """The kind by the words before, then those behind, then the figure before, then the indicator.

    Args:
        mention: the percentage.
        previous: the figure before it in the same sentence.
        before: the kind of ``previous``, when that is a percentage too.
    """
    if mention.figure.unit == "百分点":
        return PctKind.GROWTH
    if previous is not None and previous.basis and mention.lead == "的":
        return _of_written_base(mention, previous)
    kind = _said(mention.label) or _said(mention.clause)
    if kind is PctKind.SHARE and previous is not None and _ALREADY.search(previous.clause):
        return PctKind.PROGRESS
    if kind is not None:
        return kind
    if _PLAN_AHEAD.match(mention.tail) or _DONE.search(mention.clause):
        return PctKind.PROGRESS
    if before is not None and _INHERITS.fullmatch(mention.lead):
        return before
    if _unsaid_share(mention, previous):
        return PctKind.SHARE
    return _said(mention.figure.indicator) or PctKind.RATE


def _unsaid_share(mention: Mention, previous: Mention | None) -> bool:
    """其中贫困劳动力568人，接近50%; 八成用于公益岗位工资; 真正管到位的不到四成."""
    if previous is not None and not previous.percent and _NEARLY_HALF.fullmatch(mention.clause):
        return True
    if _SHARE_AHEAD.match(mention.tail) and mention.figure.status is not Status.PLANNED:
        return True
    return _FRACTION.search(mention.figure.text) is not None


def _of_written_base(mention: Mention, base: Mention) -> PctKind:
    """占总人口26.1万人的37.5% is a share; 为任务18200人的102.9% and 占年度计划3.1亿元的92.3% are progress."""
    words = base.clause
    if not words.startswith("占") and "占" not in words[-16:]:
        return PctKind.PROGRESS
    ahead = base.figure.status is Status.PLANNED and mention.figure.status is not Status.PLANNED
    planned = ahead or _PROGRESS.search(words) is not None
    return PctKind.PROGRESS if planned else PctKind.SHARE


def _said(words: str) -> PctKind | None:
    """The kind that the words before a percentage name, if they do."""
    if not words:
        return None
    if (_GROWTH.search(words) and not _LEVEL.search(words)) or _RATE_OF_GROWTH.search(words):
        return PctKind.GROWTH
    if _PROPORTION.search(words):
        return PctKind.SHARE
    if _PROGRESS.search(words):
        return PctKind.PROGRESS
    if _SHARE.search(words):
        return PctKind.SHARE
    return PctKind.RATE if _RATE.search(words) else None
