"""Which counts are figures: 三个村 and 水塔一座 are, 三个方面 and 走出一条新路子 are not.

Test of the guidelines: a count is a figure if a table of the report's outputs or resources would list it. Abstract
nouns after the classifier speak against it; for 一 a verb of building, giving or assigning must speak for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.quantities.lexicon import CUES, abstract_nouns

if TYPE_CHECKING:
    from extractor.quantities.lexer import Mention
    from extractor.resources.units import Unit

_COUNTED = frozenset(("count", "people", "households", "person_times"))
_GROUPING = frozenset("个项条种类件篇")
"""Classifiers that also group abstract nouns (三个方面); 户, 座, 村 do not."""
_LARGE = 30
"""From here on even an abstract noun is counted: 出台政策措施36项."""


def _abstract(digits: bool) -> re.Pattern[str]:
    """Return the pattern of an abstract noun, perhaps qualified, right after a classifier."""
    nouns = "|".join(
        re.escape(entry.noun) + (f"(?![{entry.unless}])" if entry.unless else "")
        for entry in abstract_nouns()
        if entry.digits or not digits
    )
    return CUES.pattern(rf"[ 　]?<qualifier>{{0,2}}(?:{nouns})")


_ABSTRACT, _ABSTRACT_WITH_DIGITS = _abstract(digits=False), _abstract(digits=True)
_EACH = r"每个?(?:[村组户乡镇县校站年月周人店厂]|季度|行政村|自然村|贫困村|乡镇|街道|社区|单位|部门)[一-龥]{0,2}"
_MAKES = CUES.pattern(rf"(?:<makes>(?:了|过|有|着)?|{_EACH})\Z")
_HAPPENS = CUES.pattern(r"<happens>(?:了|过)?\Z")
_INVITES = CUES.pattern(r"<invites>了?\Z")
_EVENT = CUES.pattern(r"<event>\Z")
_INCIDENT = re.compile(r"(?:发生|查处|侦破|调解|处置|查办)[^，。；,;]{0,8}\Z")
_SITE = CUES.pattern(r"[^，。；、,;：:的\n]{0,8}?<site>")
_ENDS = re.compile(r"[ 　]*(?:[，,。;；、！）)\n]|\Z)")
_WORD_BEFORE = re.compile(r"[一-龥A-Za-z）)”]\Z")
_FIRM_BEFORE = re.compile(r"(?:企业|公司|合作社|[厂店社场院])\Z")
_DESCRIBED = re.compile(r"[^，。；,;\n0-9]{0,10}[的、]")
"""一支听党指挥、能打胜仗的队伍: a quality is praised, nothing is counted (unless figures describe it: 长20米的桥)."""
_REFERS = re.compile(r"(?:[这那哪某另同任其唯每统逐第单]|此|每一|前|后|首)\Z")
_BOUNDS = ("以上", "以下", "以内", "左右")
_NEVER_ONE = ("不落", "不漏", "不让", "不丢")
_CONCRETE = frozenset("座所处栋间套台辆条眼口名户家人场艘架项棵株头只块对支轮村床幢")
_CAPITALS = frozenset("壹贰叁肆伍陆柒捌玖拾")
_SESSION = re.compile(r"(?:[、和]?[一二三四五六七八九十]{1,3}次)?(?:全会|全体会议|会议|代表大会|党代会)")
_BODIES = frozenset("届委会大协、和")


def counts_something(text: str, mention: Mention) -> bool:
    """Tell whether the number with its unit counts or measures something a report would list."""
    unit, value = mention.unit, mention.value
    if unit is None or value is None or mention.upper is not None:
        return True
    before = text[max(0, mention.start - 16) : mention.start]
    if mention.spoken and (_REFERS.search(before) or _is_word(text, mention)):
        return False
    if unit.dimension not in _COUNTED:
        return not mention.spoken or unit.spoken == "yes" or value > 10
    if text[mention.end - 1] in _GROUPING and value < _LARGE:
        pattern = _ABSTRACT if mention.spoken else _ABSTRACT_WITH_DIGITS
        if pattern.match(text, mention.end):
            return False
    if not mention.spoken or value > 10:
        return True
    if text.startswith(("：", ":"), mention.end) or (before.endswith("、") and text.startswith("、", mention.end)):
        return False
    if value == 1 and not mention.approximate:
        return _one_counts(text, mention, unit, before)
    return text.startswith("个", mention.number_end) or _is_spoken_count(unit, before)


def _is_word(text: str, mention: Mention) -> bool:
    """Tell whether the numeral ends or begins a word: 队伍, 零部件, 二十届, 别有一番, 八方, 一家五口, 人大三次会议."""
    start, last = mention.start, text[mention.end - 1]
    previous = text[max(0, start - 1) : start]
    if last in "届字" or mention.value == 0 or (last == "口" and previous == "家"):
        return True
    if (last == "番" and previous not in "翻了") or (last == "方" and mention.scale == 1):
        return True
    if last == "次" and _SESSION.match(text, mention.end):
        return previous in _BODIES
    if mention.number_end - start > 1:
        return False
    if last == "元" and mention.scale == 1:  # 二元结构, 三元里
        return True
    return text[start] in _CAPITALS or (text[start] == "二" and last not in "人户个名份")


def _is_spoken_count(unit: Unit, before: str) -> bool:
    """Tell whether a small Chinese numeral before ``unit`` is a count, by itself or after a verb of doing."""
    return unit.spoken == "yes" or (unit.spoken == "verb" and _HAPPENS.search(before) is not None)


def _one_counts(text: str, mention: Mention, unit: Unit, before: str) -> bool:
    """Tell whether 一 before a classifier counts: something was made or assigned, or a list of outputs ends here."""
    classifier = "个" if text.startswith("个", mention.number_end) else text[mention.end - 1]
    span = text[mention.start : mention.end]
    if text.startswith("一", mention.end) or before.endswith(_NEVER_ONE) or before[-2:-1] == "一":
        return False
    if span in text[mention.end : mention.end + 8] or span in before[-14:]:  # 扶持一个村、富裕一个村
        return False
    if text.startswith(_BOUNDS, mention.end):
        return True
    special = {"次": _EVENT, "位": _INVITES, "起": _INCIDENT}.get(classifier)
    if special is not None:
        return special.search(before) is not None
    made = _MAKES.search(before) is not None
    if classifier == "个":
        return made and _SITE.match(text, mention.number_end + 1) is not None
    if classifier not in _CONCRETE:
        return unit.spoken == "verb" and _is_spoken_count(unit, before)
    if _ENDS.match(text, mention.end):
        return (_WORD_BEFORE if classifier != "家" else _FIRM_BEFORE).search(before) is not None
    if classifier in "支场条项套口" and _DESCRIBED.match(text, mention.end):
        return False
    return made or (classifier in "户名人家所座" and _continues_list(classifier, before))


def _continues_list(classifier: str, before: str) -> bool:
    """Tell whether the same unit was counted just before: 其中两户兜底保障、一户安排公益岗."""
    pattern = rf"[0-9两三四五六七八九十百]{re.escape(classifier)}[^。；;\n]{{0,12}}[、，,]\Z"
    return re.search(pattern, before) is not None
