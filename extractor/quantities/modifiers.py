"""How close a stated number is to the real one: 约, 近, 余, 以上, 不足 … inside and around the span.

Rule: guidelines, field ``modifier``. Words after the span win over words before it (近900元以下 is *under*), both over
余/多 inside; a range is always :attr:`Modifier.RANGE`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.markup import TAG
from extractor.types import Modifier

if TYPE_CHECKING:
    from extractor.quantities.lexer import Mention

_AFTER = re.compile(
    r"(?:[（(]?含[^（）()]{0,4}[）)])?[ 　]?(?:及其|[及和或])?"
    r"(?:(?P<over>以上|之上|开外|有[余餘]|出头|[余餘][，。、；的]|多(?=[，。、；,;的时]|一[点些]|$))"
    r"|(?P<under>以下|之下|以内|之内|内(?=[，。；、,;完实办到解建全处基])|时间内|不到)"
    r"|(?P<about>左右|上下|前后))"
)
_UNDER = (
    "不超过|未超过|不得超过|不能超过|不高于|不得高于|不大于|不多于|至多|最多|低于|不足|不到"
    "|不满|未满|少于|小于|达不到|未达到|不过|[<＜≤]"
)
_OVER = (
    "超过|超出|突破|至少|最少|起码|不少于|不得少于|不要少于|不低于|不得低于|不能低于|不下于?|高于|大于|多于|不小于|逾|[>＞≥]"
    "|(?<![反赶彩商高])超|过了|已过|年过"
)
_NEARLY = "接近|将近|几近|几乎|(?<![附最邻临相远就])近"
_ABOUT = "大约|大概|大致|约略|近似|(?<![签公节预特合条违履契邀制立])约"
_BEFORE = re.compile(
    rf"(?:(?P<under>{_UNDER})|(?P<over>{_OVER})|(?P<nearly>{_NEARLY})|(?P<about>{_ABOUT}))"
    r"(?:了|为|有|达|占|需|合|计|到|是|在|于){0,2}[ 　]?\Z"
)
_NEGATED = re.compile(r"(?:不|未|没有?|不得|不能|不要)(?:能|得|要|应|可)?\Z")
_COMPARED = re.compile(
    r"(?:(?P<least>不(?:能|得|应|要|可)?(?:低于|少于|小于)|至少)|(?P<most>不(?:能|得|应|要|可)?(?:高于|超过|多于|大于))"
    r"|(?P<less>低于|少于)|(?P<more>高于|超过|多于))[^，。；,;：:、0-9]{1,16}\Z"
)
_LEAST_VERB = re.compile(r"(?:至少|最少|起码)[^，。；,;：:、0-9不]{1,6}\Z")
_WINDOW = 24
_LONGEST_TAG = 240


def modifier_of(text: str, mention: Mention) -> Modifier:
    """Return the modifier of the number at ``mention``, read from the characters inside and around its span."""
    if mention.upper is not None:
        return Modifier.RANGE
    after = _AFTER.match(text, mention.end)
    if after is not None and after.lastgroup:
        return Modifier(after.lastgroup)
    before = _before(text, mention.start)
    found = _BEFORE.search(before[-8:])
    if found is not None and found.lastgroup:
        return _denied(before[-8:], found)
    if mention.unit is not None and mention.unit.name == "%" and ("于" in before or "过" in before):
        compared = _COMPARED.search(before)
        if compared is not None and (compared.lastgroup in ("least", "most") or before.rstrip().endswith("的")):
            return Modifier.OVER if compared.lastgroup in ("least", "more") else Modifier.UNDER
    if _LEAST_VERB.search(before):
        return Modifier.OVER
    return Modifier.OVER if mention.approximate else Modifier.EXACT


def _before(text: str, position: int) -> str:
    """Return the characters before ``position`` without markup: a sign that closes a tag compares nothing (<td>7公里)."""
    before = text[max(0, position - _WINDOW) : position]
    if ">" not in before:
        return before
    return TAG.sub("", text[max(0, position - _LONGEST_TAG) : position])[-_WINDOW:]


def _denied(before: str, found: re.Match[str]) -> Modifier:
    """Return the modifier of a word before the span, turned round when it is negated (不 低于)."""
    modifier = Modifier(found.lastgroup or "exact")
    if _NEGATED.search(before, 0, found.start()):
        return {Modifier.UNDER: Modifier.OVER, Modifier.OVER: Modifier.UNDER}.get(modifier, modifier)
    return modifier
