"""What is a numeral but no figure: ordinals, names, slogans, idioms, list numbers, round words.

Rule: guidelines, "What is a figure". The test is made per mention, on the characters around it; durations are judged
in :mod:`.periods`, counts in :mod:`.counts`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.quantities.counts import counts_something
from extractor.quantities.lexicon import CUES, fixed_expressions
from extractor.quantities.periods import TIMES, is_period
from extractor.resources.units import divisions

if TYPE_CHECKING:
    from extractor.quantities.lexer import Mention
    from extractor.resources.units import Unit

_ORDINAL = re.compile(r"第[ 　]?[0-9０-９一二三四五六七八九十百、和与至到\-—~～－第 ]{0,8}\Z")
_FOREMOST = re.compile(r"(?<![年天月])[前后]\Z")
_BARE_END = re.compile(r"[ 　]*(?:[，,。;；！!）)\n](?![0-9])|\Z|以上|左右)")
_REPORTS = CUES.pattern(r"<reports>[^，,。；;：:\n]{0,8}(?<=[一-龥])\Z")
_NAMES_NUMBER = re.compile(r"[年月日第件号图表章节条款版期路线室楼层组班报拨话码编附是等篇卷届级街道十于至文]\Z")
_LONGEST_BARE = 9
_SCALES = frozenset("十百千万亿萬億")
_REACHES = re.compile(r"(?:超过?|破|突破|近|达到?|逾|过|上|约|不足|不到|至少|数|几|接近|迈上|跨上|跃上|站上)了?\Z")
_BEYOND = re.compile(r"以上|以下|以内|大关|左右")
_PLACE_SUFFIX = CUES.pattern(r"<place>|(?<!家)[桥山子台井店铺岩庙江湖海园溪峰]")
_NUMBERED = divisions() | {"级", "队"}
"""Units that a number without 个 names: 3组, 12村, 5队."""
_COUNTS_DIVISIONS = CUES.pattern(r"(?:<counts_divisions>|[0-9一二三四五六七八九十]个?[村乡镇][、，,]?)\Z")
# 桩号 K12+300至K14+800: a point of a road, whatever word comes next.
_CHAINAGE = re.compile(r"(?:[KkＫ][ ]?\d{1,4}|\d[KkＫ]|桩号[^，,。；;]{0,8}\d)[ ]?[+＋][ ]?\Z")
_SAMPLES_COUNTED = CUES.pattern(r"<samples>[^，,。；;：:\n0-9村社区]{0,8}\Z")
_RANK = re.compile(r"(?:排名|位次|名次|位居|位列|前移|跃升|提升|上升|进位)[^，,。；;]{0,6}\Z")
_MASKED_NAME = re.compile(r"[民大社事武员物年月日乡镇县村]")
_QUOTE = re.compile(r"[“\"‘「][^“”\"‘’「」\n]{0,10}\Z")
_UNQUOTE = re.compile(r"[^“”\"‘’「」\n]{0,10}[”\"’」]")
_NOT_ONE = re.compile(r"(?:不让|不落|不漏|不丢|不少|无|没有)\Z")
_SAMPLE = re.compile(r"[)）]|范文|模板")
_SAMPLES = re.compile(r"(?:范例|范文|精选|汇总|合集|锦集|大全|通用|优秀|最新)\Z")


def is_figure(text: str, mention: Mention) -> bool:
    """Tell whether ``mention`` reports, plans or prescribes a quantity."""
    unit = mention.unit
    before = text[max(0, mention.start - 12) : mention.start]
    if _is_ordinal(text, mention, before) or (before.rstrip().endswith(("+", "＋")) and _CHAINAGE.search(before)):
        return False
    if unit is None or mention.implied:
        return _is_bare_figure(text, mention, before)
    if mention.masked:
        return _is_masked_figure(text, mention, unit, before)
    if _follows_letter(before) and not mention.spoken and text[mention.number_end : mention.number_end + 1].isascii():
        return False
    if text.startswith("级", mention.end) or _is_round_word(text, mention, before):
        return False
    if mention.spoken and _in_expression(text, mention):
        return False
    if (mention.spoken or unit.dimension == "count") and _in_short_quotes(text, mention):
        return False
    if unit.dimension in TIMES:
        return not is_period(text, mention, unit, before)
    if _is_name(text, mention, unit, before) or (mention.value == 1 and _NOT_ONE.search(before)):
        return False
    return counts_something(text, mention)


def _is_ordinal(text: str, mention: Mention, before: str) -> bool:
    """第3; 排名提升7位 tells an order too, not people."""
    if "第" in before and _ORDINAL.search(before) is not None:
        return True
    return text[mention.end - 1] == "位" and _RANK.search(before) is not None


def _follows_letter(before: str) -> bool:
    return before[-1:].isascii() and before[-1:].isalpha()


def _is_bare_figure(text: str, mention: Mention, before: str) -> bool:
    """A number without a written unit: 零 and 70万 report amounts, 18 does after a reporting word and before a stop."""
    if _follows_letter(before) or mention.value is None:
        return False
    if mention.spoken:
        return mention.value == 0
    if mention.scale >= 10**4:
        return not text.startswith("级", mention.end)
    if mention.end - mention.start > _LONGEST_BARE or (mention.value % 1 == 0 and 1900 <= mention.value <= 2099):
        return False
    if not (_BARE_END.match(text, mention.end) and _REPORTS.search(before)):
        return False
    return mention.value % 1 != 0 or not _NAMES_NUMBER.search(before)


def _is_masked_figure(text: str, mention: Mention, unit: Unit, before: str) -> bool:
    """XX户 is a count, XX村 a name unless the clause counts villages, 20xx年 a date."""
    if "个" in text[mention.number_end : mention.end]:
        return True
    if _MASKED_NAME.match(text, mention.end):
        return False
    if unit.dimension in TIMES:
        return unit.name in ("天", "小时", "岁")
    if unit.name in _NUMBERED:
        return unit.name == "村" and _COUNTS_DIVISIONS.search(before) is not None
    return True


def _is_name(text: str, mention: Mention, unit: Unit, before: str) -> bool:
    """Names: 3组 and 12村 without 个 (unless villages are counted), 前10名, 四亩田, 5篇范文."""
    last = text[mention.end - 1]
    if unit.name == "篇" and (_SAMPLE.match(text, mention.end) or _SAMPLES.search(before)):
        return True
    if unit.name == "人" and last != "人" and _FOREMOST.search(before):
        return True
    if mention.spoken and last in "亩里台道棵岔家" and _PLACE_SUFFIX.match(text, mention.end):
        return True
    if unit.name not in _NUMBERED or text.startswith("个", mention.number_end):
        return False
    if unit.name in ("县", "乡镇") and not mention.spoken:
        return False
    if unit.name == "省":
        return last == "省"
    if unit.name == "组" and not mention.spoken and _SAMPLES_COUNTED.search(before):
        return False
    return mention.value == 1 or not _COUNTS_DIVISIONS.search(before)


def _is_round_word(text: str, mention: Mention, before: str) -> bool:
    """千村, 每千人, 亿元产业: a bare multiplier is a figure only when something is said to reach or pass it."""
    if text[mention.start] not in _SCALES or mention.approximate or mention.value is None or mention.value < 100:
        return False
    if not _SCALES.issuperset(text[mention.start : mention.number_end]):
        return False
    return not (_REACHES.search(before) or _BEYOND.match(text, mention.end))


def _in_short_quotes(text: str, mention: Mention) -> bool:
    opening = _QUOTE.search(text[max(0, mention.start - 12) : mention.start])
    return opening is not None and _UNQUOTE.match(text, mention.end) is not None


def _in_expression(text: str, mention: Mention) -> bool:
    """Tell whether the numeral is part of a fixed expression of the lexicon."""
    for expression, offset in fixed_expressions().get(text[mention.start], ()):
        if mention.start >= offset and text.startswith(expression, mention.start - offset):
            return True
    return False
