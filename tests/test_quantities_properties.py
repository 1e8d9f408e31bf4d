"""Whatever the text, the result keeps its contract: exact spans, in order, without overlap, in linear work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.quantities import find_quantities
from extractor.quantities.lexer import lex
from extractor.quantities.numerals import MAX_LENGTH, parse_numeral
from extractor.quantities.units import spellings

if TYPE_CHECKING:
    from extractor.types import Quantity

MARKS = ".．,，、。:：∶/～—-约近 \n\t（）()“”〔〕*×%"
NUMERALS = "0123456789０５xX＿一二三两十百千万亿零半成廿伍拾余多几来数上"
WORDS = ("分之", "以上", "不低于", "投入", "建成", "人次", "翻", "20xx", "公里", "第", "个", "村", "年", "元", "至")
PIECES = st.sampled_from([*MARKS, *NUMERALS, *WORDS])
REPORTS = st.lists(st.one_of(PIECES, st.sampled_from(sorted(spellings()))), max_size=60).map("".join)


def _check(text: str, found: tuple[Quantity, ...]) -> None:
    end = 0
    for quantity in found:
        assert end <= quantity.start < quantity.end <= len(text)
        assert quantity.text == text[quantity.start : quantity.end]
        assert (quantity.value is None) == quantity.redacted
        if quantity.value is not None:
            assert quantity.value.is_finite()
            assert quantity.value_max is None or quantity.value_max > quantity.value
        end = quantity.end


@given(st.text())
def test_any_unicode(text: str) -> None:
    _check(text, find_quantities(text))


@settings(max_examples=400)
@given(REPORTS)
def test_texts_made_of_numerals_units_and_marks(text: str) -> None:
    _check(text, find_quantities(text))


@given(REPORTS)
def test_text_before_a_paragraph_break_decides_alone(text: str) -> None:
    alone = find_quantities(text + "。\n")
    assert find_quantities(text + "。\n\n各项工作有序推进。")[: len(alone)] == alone


@given(st.integers(min_value=0, max_value=10**15))
def test_arabic_numerals_round_trip(number: int) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for written in (str(number), f"{number:,}", str(number).translate(wide)):
        parsed = parse_numeral(written)
        assert parsed is not None
        assert parsed.value == number


def _in_chinese(number: int) -> str:
    """Write a number below ten thousand in Chinese, as a report would."""
    digits, places, out, gap = "零一二三四五六七八九", ("千", "百", "十", ""), "", False
    for place, digit in zip(places, f"{number:04d}", strict=True):
        if digit == "0":
            gap = bool(out)
            continue
        out += ("零" if gap else "") + digits[int(digit)] + place
        gap = False
    return out.removeprefix("一") if out.startswith("一十") else out or "零"


@given(st.integers(min_value=0, max_value=9999), st.integers(min_value=0, max_value=9999))
def test_chinese_numerals_round_trip(high: int, low: int) -> None:
    written = _in_chinese(low) if high == 0 else _in_chinese(high) + "万" + ("零" if 0 < low < 1000 else "")
    if high and low:
        written += _in_chinese(low)
    parsed = parse_numeral(written)
    assert parsed is not None
    assert parsed.upper is None
    assert parsed.value == high * 10**4 + low


def test_hostile_runs_yield_few_mentions() -> None:
    size = 10**6
    for run in ("1", "一", "x", "1,", "1 ", "一万", "发展", "百分之", "（"):
        assert sum(1 for _ in lex(run * (size // len(run)))) <= size // 2 + 1
    assert find_quantities("1" * size) == ()
    assert parse_numeral("1" * (MAX_LENGTH + 1)) is None
