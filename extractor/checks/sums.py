"""Sums: parts against their total, by source and by item, in one list or several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from extractor.checks import lists, totals
from extractor.checks.claim import Claim, Readings, Trust, add
from extractor.checks.parts import (
    MOST,
    SPLIT,
    alike,
    claim_sum,
    closes,
    comes_on_top,
    goes_on,
    may_overlap,
    meets,
    names_levels,
)
from extractor.checks.repeats import converted_from
from extractor.link_cues import pattern
from extractor.types import CheckKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View

_WHOLE_LIST = re.compile(r"分别|具体[是为]|即[:：]?|分为|由[^，,。]{2,12}(?:组成|构成)|[（(：:][^，,。；;]{0,12}$")
_SUM = pattern("<sum>")
_ORDINALS = "一二三四五六七八九十"
_ORDINAL = re.compile(rf"第?([{_ORDINALS}])[期批]")
_OWN = re.compile(r"自筹|其他|其它|其余|群众|社会|配套")
_NEAR = 40  # characters between a total and its list
_ON = 12  # sentences over which such a list goes on
_VERB = 2  # characters in which its parts end alike
_DIGITS = 4
_WORDS = 12  # characters at the end of an indicator
_MONEY = re.compile(r"资金|投入|投资|自筹|补助|拨付|配套")
_FAR = 400  # figures behind a part among which the money from elsewhere may stand


def find(view: View) -> Iterator[Readings]:
    """Yield the sums that the text claims; of several readings of one list the first with a result counts."""
    for start, parts in view.children.items():
        total = view.at[start]
        groups = list(_groups(total, [part for part in parts if part.mention.key == total.mention.key]))
        for group in groups:
            yield from _linked(view, total, group)
        yield from _crossed(view, groups)
        yield from _continued(view, total, groups)
        yield from _remainder(view, total, groups)
    yield from lists.announced(view)
    yield from totals.behind(view)
    yield from totals.collected(view)
    yield from totals.headings(view)
    yield from totals.by_state(view)
    yield from totals.within(view)
    yield from totals.contained(view)
    yield from totals.named(view)
    yield from totals.by_shares(view)
    yield from totals.run_up(view)
    yield from totals.bare(view)


def _groups(total: Item, parts: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Part what belongs to one total into its lists: by source and by item are two lists of one total."""
    if meets(total, parts):
        yield parts
        return
    rest: list[Item] = []
    position = 0
    while position < len(parts):
        sizes = range(2, min(len(parts) - position, MOST) + 1)
        size = next((size for size in sizes if meets(total, parts[position : position + size])), 0)
        if size:
            yield parts[position : position + size]
        else:
            rest.append(parts[position])
        position += size or 1
    for _, group in groupby(rest, key=lambda part: (part.sentence, part.mention.opener)):
        yield list(group)


def _linked(view: View, total: Item, parts: Sequence[Item]) -> Iterator[Readings]:
    """The text ties the parts to the total; whether it names all of them the words decide."""
    if len(parts) == 1 and total.number and parts[0].number and parts[0].number.value == total.number.value:
        return  # 年满45周岁（含45周岁）
    if converted_from(view, parts[0]) is total:
        return
    if meets(total, parts):
        yield claim_sum(total, parts, Trust.LIKELY)
        return
    more = _continuing(view, total, parts)
    if more:
        yield claim_sum(total, more, Trust.LIKELY, bound=True), claim_sum(total, parts, Trust.LIKELY, bound=True)
        return
    trust = _exhaustive(view, total, parts)
    if trust is Trust.QUIET:
        open_ = len(parts) > 1 and may_overlap(view, total, parts)
        yield claim_sum(total, parts, Trust.FAINT if open_ else Trust.LIKELY, bound=True)
    else:
        yield claim_sum(total, parts, trust)


def _continuing(view: View, total: Item, parts: Sequence[Item]) -> list[Item]:
    """The whole list where only its beginning is tied to the total: what would exceed it carries no link.

    Its members end alike: 集中安置42户、分散安置40户.
    """
    if total.start > parts[0].start or may_overlap(view, total, parts):
        return []
    more = lists.listed(view, total, parts[0], bracket=parts[0].mention.opener is not None)
    ends = {part.mention.clause[-_VERB:] for part in more}
    alike = len(ends) == 1 and len(ends.pop()) == _VERB
    return more if alike and len(more) > len(parts) and more[: len(parts)] == list(parts) else []


def _exhaustive(view: View, total: Item, parts: Sequence[Item]) -> Trust:
    """How surely the list names every part of its total."""
    first, last = parts[0], parts[-1]
    if len(parts) < 2 or not alike(parts) or comes_on_top(first):
        return Trust.QUIET
    if total.start > last.start:
        return Trust.SAID if _SUM.search(total.mention.lead) else Trust.QUIET
    opening = view.text[max(total.figure.end, first.start - _NEAR) : first.start]
    whole = _WHOLE_LIST.search(opening) and not SPLIT.search(opening)
    if (whole or closes(view, parts) or names_levels(total, parts)) and not goes_on(view, parts):
        return Trust.SAID
    funders = [part.figure.funder for part in parts]
    if all(funders) and len(set(funders)) == len(funders) and any(_OWN.search(name or "") for name in funders):
        return Trust.LIKELY
    return Trust.QUIET


def _continued(view: View, total: Item, groups: Sequence[Sequence[Item]]) -> Iterator[Claim]:
    """其中户项目完成投资…。自然村项目完成投资…: a list of which each part opens a sentence with details of its own."""
    if len(groups) != 1 or meets(total, groups[0]):
        return
    parts = list(groups[0])
    verb = parts[-1].mention.clause[-_VERB:]
    for other in view.after(parts[-1], sentences=_ON):
        same = other.mention.key == total.mention.key and other.mention.clause.endswith(verb)
        if not same or other.figure.part_of is not None or not other.mention.summable or len(verb) < _VERB:
            continue
        parts.append(other)
        if meets(total, parts):
            yield claim_sum(total, parts, Trust.QUIET)
            return
    ordinals = [_ORDINAL.search(part.mention.clause) for part in parts]
    if (
        len(parts) > 1
        and [found and found[1] for found in ordinals] == list(_ORDINALS[: len(parts)])
        and not goes_on(view, parts)
    ):
        yield claim_sum(total, parts, Trust.LIKELY)  # 其中第一期…。第二期…


def _remainder(view: View, total: Item, groups: Sequence[Sequence[Item]]) -> Iterator[Claim]:
    """总投资（其中自筹…）, and later the money from elsewhere: the two sources together are the whole.

    The text does not say that there are but two; numbers of four digits that agree to a thousandth do.
    """
    alone = [group[0] for group in groups if len(group) == 1 and group[0].figure.funder]
    if total.figure.dimension != "money" or total.number is None or total.digits < _DIGITS:
        return
    for part in alone:
        for other in view.items[part.index + 1 : part.index + _FAR]:
            like = other.mention.key == total.mention.key and other.figure.status is total.figure.status
            if not like or other.number is None or part.number is None or min(part.digits, other.digits) < _DIGITS:
                continue
            missing = abs(part.number.value + other.number.value - total.number.value)
            if missing * 1000 <= total.number.value and other.figure.part_of is None and _MONEY.search(_tail(other)):
                yield claim_sum(total, [part, other], Trust.LIKELY)
                return


def _tail(item: Item) -> str:
    """The end of a figure's words, which says what it is."""
    return item.figure.indicator[-_WORDS:]


def _crossed(view: View, groups: Sequence[Sequence[Item]]) -> Iterator[Claim]:
    """By source and by item: what one source gives over all items is what the total says it gives."""
    split = [[item for item in group if item.start in view.children] for group in groups]
    for place, sources in enumerate(groups):
        items = [item for other, some in enumerate(split) if other != place for item in some]
        if len(items) < 2:
            continue
        for source in sources:
            name = source.figure.funder
            given = [
                part for item in items for part in view.children[item.start] if name and part.figure.funder == name
            ]
            if len(given) == len(items) and given[0].mention.key == source.mention.key:
                yield Claim(
                    CheckKind.CROSS_SUM, source, tuple((part, Role.PART) for part in given), add,
                    " + ".join(["{}"] * len(given)), Trust.LIKELY,
                )  # fmt: skip
