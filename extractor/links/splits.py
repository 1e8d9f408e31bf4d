"""Splits: a total and the list of parts that follows it.

``said`` reads those that the text announces (其中, 里面, 按…分, a colon), ``items`` those whose parts stand one in
each item of a numbered list, ``bare`` a plain enumeration right after its total.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.link_cues import pattern
from extractor.links.sums import adds_up, exact_prefix, fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.mentions import Mention
    from extractor.types import Scope

_WINDOW = 40  # figures looked at on either side of a cue
_NEAR = 12  # totals tried for one list of parts
_BACK = 3  # sentences back in which the total of a sentence-opening 其中 may stand
_FEW = 10  # a bare list of two parts needs a total of at least this many
_FEWEST = 2  # parts, each in a clause of its own
_SHORT = 15  # and its parts stand close together, in characters
_ON = 8  # sentences over which a list of parts may go on

_SPLIT = pattern(r"(?<![对从在给将把为])<split>|[，,]含")
# 1124个村民小组中，已通硬化路1051个: the total stands right before; 初中, 集中 are other words.
_AMONG = re.compile(r"[^，,、；。]{0,10}?(?<![集初高其期年])中(?=[，,有已])")
_NAMED = re.compile(r"(?!其中)(?:在|上述|以上)*([\u4e00-\u9fff“”]{2,10}?)(?<![集初高])中(?=[，,有已用])")
_GENERIC = frozenset(("资金", "项目", "投资"))
_LIST = pattern(r"按[^，,：:]{1,10}分[，,：:]?|从[^，,]{2,8}看[，,]|<split_list>[^，,]{0,4}[：:]?$")
_COLON = re.compile(r"[：:]")
_SUM = pattern("^(?:<sum>|<sum_weak>)")
_REST = pattern("^<rest>")
_TOPIC = pattern("^<topic>")
_PHRASE = re.compile(r"[，,；;：:]")
_OUTGO = re.compile(r"支出|结余|还本|缺口")
_ITEM = re.compile(
    r"\s*(?:[（(][\d一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、)）]|[①-⑳]|[一二三四五六七八九十]是|第[一二三四五六七八九十])"
)


def said(mentions: Sequence[Mention], parents: list[int | None], scope: Scope) -> None:
    """Give the parts of every announced split their total."""
    for mention in mentions:
        if parents[mention.index] is not None or mention.opener is not None:
            continue
        strong = _splits(mention) or _named(mention) is not None
        listed = not strong and _LIST.search(mention.lead) is not None
        colon = not strong and not mention.first and _COLON.search(mention.lead) is not None
        if strong or listed or colon:
            _announced(mentions, mention, parents, scope, strong, listed)


def _announced(
    mentions: Sequence[Mention], mention: Mention, parents: list[int | None], scope: Scope, strong: bool, listed: bool
) -> None:
    """Open the split whose first part is ``mention``, for every unit that its parts are in."""
    seen: set[str] = set()
    main: Mention | None = None
    for head in _heads(mentions, mention):
        skipped = head.percent or head.basis or (head.average and head is not mention)
        if skipped or head.key in seen or parents[head.index] is not None:
            continue
        if head is not mention and (mention.percent or _new_subject(head)):
            if strong and not mention.percent:
                _by_clause(mentions, mention, head, parents, scope)
            return
        seen.add(head.key)
        series = list(_series(mentions, mention, head, scope))
        totals = [
            total
            for total in _totals(mentions, mention, head, listed)
            if main is None or total.sentence >= main.sentence
        ]
        if mention.first:
            totals.sort(key=lambda total: parents[total.index] is not None)
        total = _choose(series, totals, parents)
        if total is None and (head is mention or not listed):
            total = _open_ended(mention, series, totals, parents, strong)
        main = main or total


def _by_clause(
    mentions: Sequence[Mention], mention: Mention, head: Mention, parents: list[int | None], scope: Scope
) -> None:
    """其中：大坪村修路4.5公里，投资225万元；岩脚村建水池12口，投资648万元: one part in each clause, called like its total."""
    ending = head.clause[-2:]
    likes = [one for one in _series(mentions, mention, head, scope) if one.clause[-2:] == ending]
    parts = [one for one in likes if one.addable and parents[one.index] is None]
    if len(parts) < _FEWEST or len({part.sentence for part in parts}) < len(parts):
        return
    for total in _totals(mentions, mention, head, listed=False):
        if total.clause[-2:] == ending and total.addable and fits(parts, total):
            _assign(parts, total, parents)
            return


def _choose(series: Sequence[Mention], totals: Sequence[Mention], parents: list[int | None]) -> Mention | None:
    """Give the parts to the first total that they add up to."""
    for total in totals:
        size = exact_prefix(series, total)
        if size >= 2:
            _assign(series[:size], total, parents)
            return total
    return None


def _open_ended(
    mention: Mention, series: Sequence[Mention], totals: Sequence[Mention], parents: list[int | None], strong: bool
) -> Mention | None:
    """Parts that do not add up (其中 names only some): those of the sentence, until a new subject opens."""
    parts: list[Mention] = []
    for part in series:
        opens = bool(parts) and part.clause[:2] != parts[0].clause[:2] and _new_subject(part)
        if part.sentence != mention.sentence or opens or not part.addable:
            break
        parts.append(part)
    least = 1 if strong else 2
    sound = [total for total in totals if total.addable and parts and total.amount != parts[0].amount]
    total = next((one for some in (parts, parts[:1]) for one in sound if fits(some, one)), None)
    if total is None:
        return None
    while not fits(parts, total):
        parts.pop()
    if len(parts) < least:
        return None
    _assign(parts, total, parents)
    return total


def _assign(parts: Sequence[Mention], total: Mention, parents: list[int | None]) -> None:
    for part in parts:
        if parents[part.index] is None:
            parents[part.index] = total.index


def _splits(mention: Mention) -> bool:
    return _SPLIT.search(mention.lead) is not None or (not mention.first and _AMONG.match(mention.lead) is not None)


def _new_subject(mention: Mention) -> bool:
    """Whether the phrase of a figure (since the last comma) opens with a verb or subject of its own."""
    return _TOPIC.match(_PHRASE.split(mention.lead)[-1].strip()) is not None


def _named(mention: Mention) -> str | None:
    """The total that a sentence names before it splits it: 林业用地中，有林地176.4万亩."""
    match = _NAMED.match(mention.lead) if mention.first else None
    return match[1] if match else None


def _heads(mentions: Sequence[Mention], mention: Mention) -> Iterator[Mention]:
    for other in mentions[mention.index : mention.index + _WINDOW]:
        if other.sentence != mention.sentence or (other is not mention and _splits(other)):
            return
        yield other


def _series(mentions: Sequence[Mention], mention: Mention, head: Mention, scope: Scope) -> Iterator[Mention]:
    """The figures in the unit of ``head`` from it on that may be parts; those of a split inside the split are left out.

    Beyond the sentence or its run of clauses (；) only figures in the same words go on with it.
    """
    inner: list[Mention] = []
    outer: Mention | None = None
    last: Mention | None = None
    for other in mentions[head.index : head.index + _WINDOW]:
        if other.sentence - mention.sentence > _ON and not _runs_on(scope, other.sentence - 1):
            return
        if not _alike(other, head) or other.average is not head.average:
            continue
        running = other.sentence == mention.sentence or _runs_on(scope, other.sentence - 1)
        if not running and other.clause[-2:] != head.clause[-2:]:
            return
        if last is not None and other is not mention and _splits(other):
            outer, inner = last, []
        if outer is not None:
            if fits([*inner, other], outer) and not adds_up(inner, outer):
                inner.append(other)
                continue
            outer = None
        last = other
        yield other


def _alike(other: Mention, head: Mention) -> bool:
    return (
        other.key == head.key
        and (other.addable or other.average)
        and not other.basis
        and other.opener in (None, head.opener)
    )


def _runs_on(scope: Scope, position: int) -> bool:
    """Whether the sentence at ``position`` ends with a semicolon: its list goes on."""
    return scope.text[scope.sentences[position].end - 1] in "；;"


def _totals(mentions: Sequence[Mention], mention: Mention, head: Mention, listed: bool) -> Iterator[Mention]:
    """Totals that a split opened at ``mention`` may belong to, the nearest first."""
    name = _named(mention)
    far = listed or name is not None
    tried = 0
    for other in reversed(mentions[max(0, mention.index - _WINDOW) : mention.index]):
        away = mention.sentence - other.sentence
        if tried == _NEAR or (away and not mention.first) or (away > _BACK and not far):
            return
        if not _alike(other, head):
            continue
        if name is not None and name not in _GENERIC and not set(name) <= set(other.figure.indicator + other.clause):
            continue
        tried += 1
        yield other


def bare(mentions: Sequence[Mention], parents: list[int | None], scope: Scope) -> None:
    """补助资金308万元，中央补助241.8万元，区级配套66.2万元: no cue, but it follows its total and adds up."""
    for mention in mentions:
        if parents[mention.index] is not None or mention.opener is not None or not mention.summable:
            continue
        run = _run(mentions, mention, parents, scope)
        spread = len(run) > 2 and all(part.first for part in run[1:])
        for total in _before(mentions, mention, mention.key, _NEAR if spread else 1):
            size = exact_prefix(run, total)
            if size >= 2 and (size > 2 or not spread) and _plain(run[:size], total):
                _assign(run[:size], total, parents)
                break


def _run(mentions: Sequence[Mention], mention: Mention, parents: list[int | None], scope: Scope) -> list[Mention]:
    """The figures in one unit from ``mention`` on, to the end of its sentence or of its list of clauses (；)."""
    run: list[Mention] = []
    for other in mentions[mention.index : mention.index + _WINDOW]:
        apart = other.sentence - run[-1].sentence if run else 0
        if apart > 1 or (apart and not _runs_on(scope, other.sentence - 1)):
            break
        free = parents[other.index] is None and other.opener is None
        if free and other.key == mention.key and other.summable:
            run.append(other)
    return run


def _before(mentions: Sequence[Mention], mention: Mention, key: str, most: int) -> Iterator[Mention]:
    """At most ``most`` figures before ``mention`` that may be a total; a single one has to be close by."""
    count = 0
    for other in reversed(mentions[max(0, mention.index - _WINDOW) : mention.index]):
        if count == most or (most == 1 and mention.sentence - other.sentence > (1 if mention.first else 0)):
            return
        if other.key == key and other.summable and other.opener is None:
            count += 1
            yield other


def _plain(parts: Sequence[Mention], total: Mention) -> bool:
    """Whether the parts may be an enumeration of the total: of the same standing, none a sum, a rest or an outlay."""
    if total.average or total.amount is None:
        return False
    if len(parts) == 2 and (total.amount < _FEW or any(len(part.lead) > _SHORT for part in parts)):
        return False  # two numbers that happen to add up
    return all(
        part.figure.status is total.figure.status
        and not _SUM.match(part.clause)
        and not _REST.match(part.clause)
        and (_OUTGO.search(part.clause) is None or _OUTGO.search(total.clause) is not None)
        for part in parts
    )


def items(mentions: Sequence[Mention], parents: list[int | None], scope: Scope) -> None:
    """Numbered items under a total: 总投资30万元：(1)修路…投资18万元；(2)治水…投资12万元."""
    groups: list[list[Mention]] = []
    last: Mention | None = None
    for mention in mentions:
        line = last is not None and "\n" in scope.text[last.figure.end : mention.figure.start]
        last = mention
        if mention.first and _ITEM.match(scope.text, scope.sentences[mention.sentence].start):
            groups.append([mention])
        elif groups and groups[-1]:
            if line:
                _itemised(mentions, groups, parents)
                groups = []
            else:
                groups[-1].append(mention)
    _itemised(mentions, groups, parents)


def _itemised(mentions: Sequence[Mention], groups: Sequence[Sequence[Mention]], parents: list[int | None]) -> None:
    """For each figure of the first item find its like in the others, and the total before them that they add up to."""
    if len(groups) < 2:
        return
    for model in groups[0]:
        if parents[model.index] is not None or not model.summable:
            continue
        likes = [
            [one for one in group if one.key == model.key and one.summable and parents[one.index] is None]
            for group in groups[1:]
        ]
        if not all(likes):
            continue
        worded = [next((one for one in like if one.clause[-2:] == model.clause[-2:]), like[0]) for like in likes]
        first = [like[0] for like in likes]
        for total in _before(mentions, groups[0][0], model.key, _NEAR):
            parts = next((found for found in ([model, *worded], [model, *first]) if adds_up(found, total)), None)
            if parts is not None:
                _assign(parts, total, parents)
                break
