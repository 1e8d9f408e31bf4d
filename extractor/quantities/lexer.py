"""Where numerals stand in a text: one compiled pattern finds every candidate, the unit lexicon says what follows it.

A candidate is not yet a figure: :mod:`.exclusions` and :mod:`.counts` drop dates, ordinals, slogans and the like.
Every quantifier over numeral characters is possessive and every alternative that can fail after a long run starts with
a look-behind for that run, so scanning is linear even on a megabyte of digits or of 一.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from extractor.quantities.lexicon import CUES
from extractor.quantities.numerals import Numeral, parse_numeral
from extractor.quantities.periods import TIMES
from extractor.quantities.units import match_unit
from extractor.quantities.wraps import is_wrapped, unit_across
from extractor.resources.implied_units import implied_units
from extractor.resources.units import Unit, divisions, spellings, unit_named

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE = r"[ \t\u3000\xa0]{0,2}"
DIGIT = "[0-9０-９]"
_GROUPED_BY_COMMA = rf"{DIGIT}{{1,3}}+(?:(?: ?,|，){DIGIT}{{3}}(?!{DIGIT}))++"
_GROUPED_BY_BLANK = rf"{DIGIT}{{1,3}}+(?:[ \u2009\xa0]{DIGIT}{{3}}(?!{DIGIT}))++(?= ?[一-龥])"
ARABIC = rf"(?:{_GROUPED_BY_COMMA}|{_GROUPED_BY_BLANK}|{DIGIT}++)(?:[.．]{DIGIT}++)?+"
_WHOLE = "(?![瓦米克伏卡帕赫升焦])"
"""千 before these is half of a unit (千瓦), not a multiplier."""
SCALE = rf"(?:[十拾佰万萬亿億仟]|百(?!分)|千{_WHOLE})"
_HAN_DIGIT = "[〇○零一二三四五六七八九两壹贰叁肆伍陆柒捌玖]"
_HAN = rf"(?:{_HAN_DIGIT}|[十廿卅拾百佰万萬亿億仟]|千{_WHOLE})"
_HAN_DECIMAL = rf"{_HAN}++(?:点{_HAN_DIGIT}++)?+"
_REST = (
    rf"(?:零{DIGIT}++|{DIGIT}{{3,4}}(?!{DIGIT}|[.．])|{DIGIT}{{1,4}}(?=[百千万萬]{_WHOLE})|{_HAN_DIGIT}(?=[十百千]))"
)
"""What may follow a multiplier inside one numeral: 3万4000, 25万6千, 1千零20 (but not 390万65岁)."""
_MIXED = rf"{ARABIC}(?:{SPACE}{SCALE}++{_REST}?+)*+"
_HAN_NUMBER = rf"(?:(?:好几|[数几]|(?<![以之至])上)(?=[十百千万萬亿億]))?+{_HAN_DECIMAL}"
_ROUNDED = rf"(?:{SPACE}[余餘多来几]{SPACE}(?:{SCALE}++)?+)?+"
_MASK_MARK = "[xX×*＊_＿]"
_MASK = rf"{DIGIT}{{0,3}}+{_MASK_MARK}++(?:\.{_MASK_MARK}++)?+(?:{SPACE}{SCALE}++)?+{_ROUNDED}(?![A-Za-z0-9])"
_LOSSES = ("死亡", "伤亡", "感染")


def _none_of() -> str:
    """Return an alternation of the events and losses that 零 counts as none of (零事故)."""
    events = (noun for noun, unit in implied_units().items() if unit.name in ("起", "件", "例"))
    return "|".join((*events, *_LOSSES))


def _followers() -> str:
    """Return the characters that may follow a Chinese numeral of interest: of units, 分之, 成, and a range's dashes."""
    first = {spelling[0] for spelling in spellings()} | set("分成至到半~～—–-－")
    return "[" + "".join(sorted(re.escape(character) for character in first)) + "]"


# The look-ahead settles most characters at once; without it every alternative is tried at each of them.
_CANDIDATE = re.compile(
    r"(?=[0-9０-９xX×*＊_＿〇○零一二三四五六七八九两壹贰叁肆伍陆柒捌玖十廿卅拾百佰万萬亿億仟千半无好数几上])(?:"
    rf"(?P<half>(?<!另)一半|半数(?!人))"
    rf"|(?P<part>半(?=[年天亩]|个?小时|个月|公里))"
    rf"|(?P<zero>(?<=[为是到])[零无](?=[,，。;；、\s]|$)|零(?={_none_of()}))"
    rf"|(?P<mask>(?<![A-Za-z×*＊_＿]){_MASK})"
    rf"|(?<!{DIGIT})(?<!{DIGIT}[.．])(?P<arabic>{_MIXED}){_ROUNDED}"
    rf"|(?<!{_HAN_DIGIT})(?<![十百千万萬亿億])(?P<han>{_HAN_NUMBER}){_ROUNDED}(?={SPACE}{_followers()}))"
)
_OVER = re.compile(rf"分之(?P<numerator>{ARABIC}{SCALE}?|{_HAN_DECIMAL})")
_TENTHS = re.compile(rf"{SPACE}成(?P<half>半?)(?![立员为绩果效功本分交熟型就人年品长套都了体])")
_PER = re.compile(rf"{SPACE}[/／]{SPACE}每?")
_PER_TIME = re.compile(r"(?:(?P<mark>[·•・‧∙⋅/／])|[.．])?每?(?P<time>[年月天日])(?(mark)|(?![一-龥]))")
_PER_WORDS = ("学年", "学期", "生", "月", "日", "年", "季")
"""What a rate is per, besides the units of the lexicon."""
_PRODUCT = re.compile(rf"{DIGIT}+.{DIGIT}+")
_DASH_NEXT = re.compile(rf"{SPACE}[到至~～—–\-－]")
_MINUS = re.compile(r"(?:(?<![A-Za-z0-9０-９\-－−])[-－−]|(?<![自担擔肩抱胜勝欠背承减減])[负負]|零下)\Z")
"""What makes a percentage or a temperature negative (but 减负5%, 自负10% name a burden)."""
_MINUS_TOLD = CUES.pattern(r"(?:[为是到达至约长降少加]|<balance>[ ]?)[-－−]\Z|(?:[为是]|<balance>)[负負]\Z")
"""Before other units a dash is mostly a bullet or joins words (一等奖-5万元), unless a verb or a balance leads up to it."""
_SIGN_REACH = 8
_DEGREES = CUES.pattern(r"(<warmth>)|<current>")
_HOTTEST = 200
_MINUS_ENDS = frozenset("-－−负負下")
_SIGNED = frozenset(("percent", "temperature"))
_OPEN_END = re.compile(rf"{SPACE}(?:[到至~～—–\-－]|[\t\r\n]|\Z)")
_BREAK = re.compile(r"[ \t\u3000\xa0]{0,3}(?:\r?\n[ \t\u3000\xa0]{0,3})?")


@dataclass(slots=True)
class Mention:
    """A numeral as found, with the unit after it. ``start:end`` is the span; ``number_end`` ends the bare number.

    ``value`` is ``None`` when digits are masked; ``spoken`` when it is written in Chinese numerals only;
    ``approximate`` tells of 余/多/几 inside; ``implied`` that the unit is meant but not written; ``rate`` holds the
    per-unit tail ("/人"); ``label``, ``period_label`` and ``in_cell`` belong to numbers in table cells, whose headers name them.
    """

    start: int
    number_end: int
    end: int
    value: Decimal | None
    upper: Decimal | None
    unit: Unit | None
    scale: int = 1
    masked: bool = False
    spoken: bool = False
    approximate: bool = False
    implied: bool = False
    rate: str = ""
    label: str = ""
    period_label: str = ""
    in_cell: bool = False


def lex(text: str) -> Iterator[Mention]:
    """Yield every numeral of ``text`` in order, non-overlapping, with its unit where one follows."""
    position = 0
    for match in _CANDIDATE.finditer(text):
        if match.start() < position:
            continue
        mention = _mention(text, match)
        if mention is not None:
            _add_sign(text, mention, position)
            position = mention.end
            yield mention


def _add_sign(text: str, mention: Mention, previous_end: int) -> None:
    """Take in the minus of -5℃, －3.2%, 负1.2‰, 零下5℃; a dash right after another number joins the two."""
    unit, start = mention.unit, mention.start
    if start == 0 or text[start - 1] not in _MINUS_ENDS or mention.value is None:
        return
    if mention.spoken and not text.startswith("零下", start - 2):
        return
    if unit is not None and unit.dimension in TIMES:
        return
    # Without a unit of its own the number may share one: -3至5℃, or the one at the head of its column.
    own = unit.dimension in _SIGNED if unit is not None else _OPEN_END.match(text, mention.end) is not None
    minus = (_MINUS if own else _MINUS_TOLD).search(text, max(0, start - (2 if own else _SIGN_REACH)), start)
    if minus is None:
        return
    sign = minus.start() if own else start - 1
    if 0 < previous_end >= sign - 1 and not text[previous_end:sign].strip():
        return
    mention.start, mention.value = sign, -mention.value


def _mention(text: str, match: re.Match[str]) -> Mention | None:
    start, end, kind = match.start(), match.end(), match.lastgroup
    if kind == "half":
        return Mention(start, end, end, Decimal(50), None, unit_named("%"), spoken=True)
    if kind == "part":
        found = _unit_after(text, end)
        return None if found is None else Mention(start, end, found[1], Decimal("0.5"), None, found[0], spoken=True)
    if kind == "zero":
        return Mention(start, end, end, Decimal(0), None, None, spoken=True)
    if kind == "mask":
        return _masked(text, start, end)
    return _plain(text, start, match.end(str(kind)), end, spoken=kind == "han")


def _plain(text: str, start: int, number_end: int, end: int, *, spoken: bool) -> Mention | None:
    """Read the numeral at ``start:end`` (余 and the like stand after ``number_end``) and what follows it."""
    numeral = parse_numeral(text[start:end])
    if numeral is None:
        return None
    fraction = _fraction(text, start, number_end, numeral) if number_end == end else None
    if fraction is not None:
        return fraction
    found = _unit_after(text, end)
    cut = unit_across(text, end) if "\n" in text[end : end + 5] else None
    if cut is not None and (found is None or _is_longer(cut[1], found)):
        return Mention(
            start, end, cut[2], numeral.value * cut[0], None, cut[1], numeral.scale * cut[0], spoken=spoken,
            approximate=numeral.approximate,
        )  # fmt: skip
    if found is None and end > number_end and numeral.scale < 10**4:  # 来 and 多 may begin the next word
        return _plain(text, start, number_end, number_end, spoken=spoken)
    mention = Mention(start, end, end, numeral.value, numeral.upper, None, numeral.scale, spoken=spoken)
    mention.approximate = numeral.approximate
    if found is not None:
        mention.unit, mention.end = found
        if text[mention.end - 1] == "度" and numeral.value < _HOTTEST and _is_warmth(text, start):
            mention.unit = unit_named("℃")
        _add_half(text, mention)
        _add_rate(text, mention)
    elif not _read_tenths(text, mention) and spoken and not _DASH_NEXT.match(text, end):
        return None
    return mention


def _is_longer(unit: Unit, found: tuple[Unit, int]) -> bool:
    """Tell whether a unit that goes on in the next line is another than its first line (平方⏎公里, but not 个⏎村)."""
    return unit.name != found[0].name and unit.name not in divisions()


def _is_warmth(text: str, start: int) -> bool:
    """Tell whether the last word of temperature or electricity before a number of 度 is one of temperature."""
    sentence = max(text.rfind(mark, max(0, start - 24), start) for mark in "。；\n")
    said = [match[1] for match in _DEGREES.finditer(text, max(sentence + 1, start - 24), start)]
    return bool(said) and said[-1] is not None


def _masked(text: str, start: int, end: int) -> Mention | None:
    if _PRODUCT.fullmatch(text, start, end):  # 3×4
        return None
    found = _unit_after(text, end)
    if found is None:
        return None
    mention = Mention(start, end, found[1], None, None, found[0], masked=True, approximate=text[end - 1] in "余餘多")
    _add_rate(text, mention)
    return mention


def _fraction(text: str, start: int, end: int, denominator: Numeral) -> Mention | None:
    """Read 百分之九十, 三分之一, 千分之五: the numeral before 分之 divides the one after it."""
    match = _OVER.match(text, end)
    numerator = parse_numeral(match["numerator"]) if match else None
    if match is None or numerator is None or not denominator.value:
        return None
    unit = unit_named("‰" if denominator.value == 1000 else "%")
    per_mark = denominator.value in (100, 1000)
    value = numerator.value if per_mark else round(numerator.value * 100 / denominator.value, 2)
    return Mention(start, match.end(), match.end(), value, None, unit, spoken=True)


def _unit_after(text: str, end: int) -> tuple[Unit, int] | None:
    """Return the unit that follows ``end``, across blanks and one line break, and where it stops.

    A second unit in brackets belongs to the span: 310台（套）.
    """
    found = match_unit(text, end)
    if found is None and text[end : end + 1].isspace():
        gap = _BREAK.match(text, end)
        if gap is not None and ("\n" not in gap[0] or is_wrapped(text, end)):
            found = match_unit(text, gap.end())
    if found is None or text[found[1] : found[1] + 1] not in ("（", "("):
        return found
    beside = match_unit(text, found[1] + 1)
    if beside is not None and text[beside[1] : beside[1] + 1] in ("）", ")"):
        return found[0], beside[1] + 1
    return found


def _add_half(text: str, mention: Mention) -> None:
    """Take in the half of 3个半小时, 两年半, 一个半月, 三倍半."""
    if mention.value is None or mention.upper is not None or not text.startswith("半", mention.end):
        return
    half = Decimal("0.5")
    if text[mention.end - 1] == "个":
        following = match_unit(text, mention.end + 1)
        if following is not None or text.startswith("月", mention.end + 1):
            mention.unit, mention.end = following or (unit_named("月"), mention.end + 2)
            mention.value += half
    elif mention.unit is not None and mention.unit.name in ("年", "天", "倍", "亩", "公里"):
        mention.value, mention.end = mention.value + half, mention.end + 1


def _add_rate(text: str, mention: Mention) -> None:
    """Take "/人", "/亩·年" into the span."""
    slash = _PER.match(text, mention.end)
    if slash is None:
        return
    found = match_unit(text, slash.end())
    word = next((word for word in _PER_WORDS if text.startswith(word, slash.end())), None)
    if found is not None:
        tail, end = found[0].name, found[1]
    elif word is not None:
        tail, end = word, slash.end() + len(word)
    else:
        return
    per_time = _PER_TIME.match(text, end)
    if per_time is not None:
        tail, end = f"{tail}·{per_time['time']}", per_time.end()
    mention.rate, mention.end = "/" + tail, end


def _read_tenths(text: str, mention: Mention) -> bool:
    """Read 九成, 六成半 as 90 and 65 percent; tell whether there was one."""
    match = _TENTHS.match(text, mention.end)
    if match is None or mention.value is None or not 0 < mention.value < 10:
        return False
    half = 5 if match["half"] else 0
    mention.value = mention.value * 10 + half
    mention.upper = None if mention.upper is None else mention.upper * 10 + half
    mention.unit, mention.end = unit_named("%"), match.end()
    return True
