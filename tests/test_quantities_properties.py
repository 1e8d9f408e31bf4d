"""Whatever the text, the result keeps its contract: exact spans, in order, without overlap, in linear work."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal, Inexact, InvalidOperation, Rounded, localcontext
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor import extract
from extractor.quantities import find_quantities
from extractor.quantities.lexer import lex
from extractor.quantities.numerals import MAX_LENGTH, parse_numeral
from extractor.resources.units import spellings

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


HOSTILE = Context(prec=3, rounding=ROUND_CEILING, Emin=-9, Emax=9, traps=[Inexact, Rounded, InvalidOperation])


@given(REPORTS)
def test_the_callers_decimal_context_changes_nothing(text: str) -> None:
    expected = find_quantities(text)
    with localcontext(HOSTILE):
        found = find_quantities(text)
    assert [str(q) for q in found] == [str(q) for q in expected]


@given(st.integers(20, 40))
def test_huge_amounts_are_exact_or_no_figures(digits: int) -> None:
    text = "投入" + "9" * digits + "万亿元"
    with localcontext(HOSTILE):
        values = [quantity.value for quantity in find_quantities(text)]
    assert values == ([Decimal((10**digits - 1) * 10**12)] if digits + len("万亿") <= MAX_LENGTH else [])


@given(st.text(alphabet="万亿千百", min_size=1, max_size=MAX_LENGTH - 1))
def test_piled_up_multipliers_stay_exact(multipliers: str) -> None:
    worth = {"百": 2, "千": 3, "万": 4, "亿": 8}
    for quantity in find_quantities(f"投入9{multipliers}亩"):
        assert quantity.value is not None
        assert quantity.base_value is not None
        assert abs(quantity.base_value * 3 - quantity.value * 2000) <= Decimal("0.000003")
        assert quantity.value.adjusted() <= sum(worth[character] for character in multipliers)


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


@given(st.lists(REPORTS, max_size=4).map("，".join))
def test_no_stage_of_the_pipeline_reads_the_callers_decimal_context(text: str) -> None:
    expected = extract(text).figures
    with localcontext(HOSTILE):
        found = extract(text).figures
    assert [str(figure) for figure in found] == [str(figure) for figure in expected]
