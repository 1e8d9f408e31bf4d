"""Parts and totals: which figure is an addend or a subset of which.

The text has to say so. It opens a split (其中, 包括, a bracket, a colon, 按…分), lists items under a total, states
a total after its parts (合计, 共计) or calls a figure a share of another (占). Arithmetic only helps to choose: of
several totals that a split may belong to the one that its parts add up to wins, and parts that add up end the
split. A bare enumeration right after a total counts as a split only when it adds up.

Every rule adds to ``parents``: for each mention the index of its total. A figure keeps the first total it is
given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.link_cues import pattern
from extractor.links import splits, tables
from extractor.links.sums import adds_up, fits, is_under
from extractor.types import Scope, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.mentions import Mention

_WINDOW = 40  # figures looked back at
_MOST = 12  # parts of one total
_JOINED = 4  # figures that one bracket may split
_SENTENCES = 3  # sentences back in which parts may stand

_SUM = pattern("<sum>")
_SUM_WEAK = pattern("<sum_weak>|<sum>")
_REST = pattern("^<rest>")
_SUBSET = pattern("^<subset>")
_AMONG = re.compile("[之当]?中的?")  # 问题86处中的83处
_NEW = re.compile(r"(?:^|累计)新(?:植|增|种|建|栽|造|发展)")
_GROWN = re.compile(r"(?:总|累计)(?:面积|规模|数量?|量)(?:达到?|为)?$")
_OWED = pattern("应|<plan>|限额")


def find(mentions: Sequence[Mention], scope: Scope) -> list[int | None]:
    """Return for each mention the index of its total, or ``None``."""
    parents: list[int | None] = [None] * len(mentions)
    _brackets(mentions, parents)
    splits.said(mentions, parents, scope)
    for mention in mentions:
        if not _total_after(mentions, mention, parents):
            _subset(mentions, mention, parents)
    splits.items(mentions, parents, scope)
    splits.bare(mentions, parents, scope)
    tables.totals(mentions, parents, scope)
    return parents


def add_share(pct: Mention, whole: Mention, part: Mention, parents: list[int | None]) -> None:
    """建档立卡贫困户139户，占总户数的61.5%: what is said to be a share of a whole is part of it."""
    said = "占" in pct.lead and not _OWED.search(whole.clause)
    if said and part.key == whole.key and part.addable and parents[part.index] is None and fits([part], whole):
        parents[part.index] = whole.index


def _brackets(mentions: Sequence[Mention], parents: list[int | None]) -> None:
    """铺设管网186.4千米（主管52.6千米，支管133.8千米）; both figures of 82户275人（…） may be totals."""
    groups: dict[int, list[Mention]] = {}
    for mention in mentions:
        if mention.opener is not None:
            groups.setdefault(mention.opener, []).append(mention)
    for opener, inside in groups.items():
        for total in _joined(mentions, opener):
            parts: list[Mention] = []
            for mention in inside:
                if mention.key == total.key and _may_be_part(mention, total) and fits([*parts, mention], total):
                    parts.append(mention)
                    parents[mention.index] = total.index


def _joined(mentions: Sequence[Mention], index: int) -> Iterator[Mention]:
    """The mention at ``index`` and those joined to it (3户12人)."""
    yield mentions[index]
    for before in range(index - 1, max(-1, index - _JOINED), -1):
        if not mentions[before + 1].joined:
            return
        yield mentions[before]


def _may_be_part(part: Mention, total: Mention) -> bool:
    if part.basis or part.percent:
        return False
    return total.average if part.average else part.addable


def _total_after(mentions: Sequence[Mention], total: Mention, parents: list[int | None]) -> bool:
    """参加国培1260人次、省培214人次，合计1474人次: the parts point forward to the total."""
    if not total.summable or not total.amount:
        return False
    near = total.index > 0 and mentions[total.index - 1].sentence == total.sentence
    if near and _GROWN.search(total.clause):
        before = mentions[total.index - 1]
        if before.key == total.key and _NEW.search(before.clause) and fits([before], total):
            return _assign([before], total, parents)
    strong = _SUM.search(total.lead) is not None
    if not strong and not _SUM_WEAK.search(total.clause):
        return False
    before_total = list(_loose(mentions, total, parents))
    same_noun = [part for part in before_total if part.clause[-2:] == total.clause[-2:]]
    for candidates in (before_total, same_noun):
        for size in range(2, len(candidates) + 1):
            if adds_up(candidates[:size], total):
                return _assign(candidates[:size], total, parents)
    here = [part for part in before_total if part.sentence == total.sentence]
    return strong and len(here) >= 2 and fits(here, total) and _assign(here, total, parents)


def _loose(mentions: Sequence[Mention], total: Mention, parents: list[int | None]) -> Iterator[Mention]:
    """The figures before ``total``, nearest first, that are in its unit and part of nothing yet."""
    count = 0
    for other in reversed(mentions[max(0, total.index - _WINDOW) : total.index]):
        if total.sentence - other.sentence > _SENTENCES or count == _MOST:
            return
        if other.key != total.key or not other.summable or is_under(total.index, other.index, parents):
            continue
        if parents[other.index] is not None or other.figure.status is not total.figure.status:
            return
        count += 1
        yield other


def _assign(parts: Sequence[Mention], total: Mention, parents: list[int | None]) -> bool:
    for part in parts:
        parents[part.index] = total.index
    return True


def _subset(mentions: Sequence[Mention], part: Mention, parents: list[int | None]) -> None:
    """排查问题73处，销号71处，余下2处; 搬迁80户300人，集中安置60户220人: the noun itself says that it is a part."""
    if parents[part.index] is not None or not part.summable:
        return
    rest = _REST.match(part.clause) is not None and part.figure.status is Status.ACTUAL
    noun = mentions[part.index - 1].clause if part.joined else part.clause
    kind = _SUBSET.match(noun) is not None
    whole = mentions[part.index - 1] if _AMONG.fullmatch(part.lead) and not part.first else None
    if whole is not None and whole.key == part.key and _may_be_part(part, whole) and fits([part], whole):
        parents[part.index] = whole.index
        return
    if not rest and not kind:
        return
    before = [
        other
        for other in mentions[max(0, part.index - _MOST) : part.index]
        if other.key == part.key
        and other.summable
        and other.figure.status is part.figure.status
        and part.sentence - other.sentence <= _SENTENCES
    ]
    if kind and before and before[-1].sentence == part.sentence:
        # 集中安置180户，分散安置35户: two sorts, of what has been divided into the first of them
        sort = _SUBSET.match(before[-1].clause) is not None
        divided = parents[before[-1].index] if sort else before[-1].index
        if divided is not None and fits([part], mentions[divided]):
            parents[part.index] = divided
    elif rest:
        for position, total in enumerate(before):
            if any(adds_up([done, part], total) for done in before[position + 1 :]):
                parents[part.index] = total.index
                return
