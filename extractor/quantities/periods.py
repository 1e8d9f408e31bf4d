"""Time that is no figure: years, months and quarters, and durations that only name a period (五年来, 用3年时间).

Rule: guidelines, "Decisions on hard cases": durations that report effort, cost or an assigned term are figures
(驻村220天, 为期两年, 不到2个月); those that only say when are dates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.quantities.lexicon import CUES

if TYPE_CHECKING:
    from extractor.quantities.lexer import Mention
    from extractor.resources.units import Unit

TIMES = frozenset(("time", "calendar", "age"))
"""The dimensions whose numbers may be dates."""
_NAMED = frozenset(("月", "季度"))
"""Without 个 these name a month or quarter (5月, 一季度)."""
_OF_THE_DAY = frozenset(("小时", "分钟", "秒"))
_PROVERBIAL = _OF_THE_DAY | {"天"}
"""一天, 一分钟 are mostly figures of speech."""
_TERM = CUES.pattern(r"<term>[了约为达]?[ ]?\Z")
_PERIOD = CUES.pattern(r"<period>[ 　]?\Z")
_RECENT = CUES.pattern(r"<recent>[ 　]?\Z")
_YEARS_AFTER = re.compile(
    r"[多余餘]?(?:来|间|前|后|期间|以来|之后|之前|之内|时间|内|中|行动|计划|规划|之久|制|期|级|的时间|底|初|末|度|代|年)"
)
_SINCE = re.compile(r"以来|[之以]?[前后](?![期续])|来[，,的]")
_BOUND = re.compile(r"[（(]?含?[)）]?(?:以上|以下|不等|左右)")
_MEASURED = re.compile(r"(?:历时|不足|不到|超过|近|约|累计|连续|用时|工作)\Z")
_SPHERE = re.compile(r"[一-龥]{0,8}圈")
_FIRST_YEAR = 1000
"""A number of four digits before 年 is a year."""


def is_period(text: str, mention: Mention, unit: Unit, before: str) -> bool:
    """Tell whether a mention of time is a date or only names a period.

    Args:
        text: the document.
        mention: a number whose ``unit`` measures time.
        unit: that unit.
        before: the characters before the mention.
    """
    counted = text.startswith("个", mention.number_end)
    if unit.name == "岁" or mention.value == 0:
        return unit.name != "岁"
    if unit.name in _NAMED and not counted:
        return True
    if unit.name == "年" and not counted:
        return _is_year_or_period(text, mention, before)
    if unit.name in _OF_THE_DAY and (mention.value == 24 or _SPHERE.match(text, mention.end)):
        return _MEASURED.search(before) is None  # 24小时值班, 1小时经济圈
    if text[mention.start] == "半" or (mention.spoken and mention.value == 1 and unit.name in _PROVERBIAL):
        return not (_TERM.search(before) or _BOUND.match(text, mention.end))
    if _SINCE.match(text, mention.end):
        return True
    return (_PERIOD if unit.dimension == "calendar" else _RECENT).search(before) is not None


def _is_year_or_period(text: str, mention: Mention, before: str) -> bool:
    last = mention.upper if mention.upper is not None else mention.value
    if last is None or last >= _FIRST_YEAR:
        return True
    termed = _TERM.search(before) is not None
    if mention.upper is not None and not _YEARS_AFTER.match(text, mention.end):
        return not termed and _PERIOD.search(before) is not None
    if _BOUND.match(text, mention.end):
        return False
    return not termed or _YEARS_AFTER.match(text, mention.end) is not None
