"""What written numbers stand for, by the rules that ``docs/checks.md`` states."""

from __future__ import annotations

from fractions import Fraction

import pytest

from extractor import extract
from extractor.intervals import Interval, Number, of_figure
from extractor.types import Modifier


def number(text: str) -> Number:
    """The number of the only figure of a sentence."""
    (figure,) = extract(text).figures
    found = of_figure(figure, text[: figure.start], text[figure.end :])
    assert found is not None
    return found


def bounds(interval: Interval) -> tuple[float | None, float | None]:
    low, high = interval.low, interval.high
    return None if low is None else float(low), None if high is None else float(high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("投入资金63.9万元。", 638_500, 639_500),
        ("投入资金96万元。", 955_000, 965_000),
        ("投入资金九十六万元。", 955_000, 965_000),
        ("投入资金2.40亿元。", 239_500_000, 240_500_000),
        ("新建农房511户。", 511, 511),
        ("惠及群众1.2万人。", 11_500, 12_500),
        ("完成率为38%。", 37.5, 38.5),
        ("完成率为百分之九十。", 89.5, 90.5),
        ("修路8.3公里。", 8_250, 8_350),
        ("每户补助1,234.50元。", 1_234.495, 1_234.505),
    ],
)
def test_numbers_stand_for_half_a_unit_of_their_last_place(text: str, low: float, high: float) -> None:
    assert bounds(number(text).rounding) == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high", "excluded"),
    [
        ("投入资金120余万元。", 1_200_000, 1_300_000, True),
        ("惠及群众三百余户。", 300, 400, True),
        ("尚有近4000口没有建成。", 3_000, 4_000, True),
        ("惠及群众约300户。", 250, 350, False),
        ("惠及群众超过200人。", 200, None, True),
        ("惠及群众不少于200人。", 200, None, False),
        ("达到30户以上。", 30, None, False),
        ("不足30户。", 0, 30, True),
        ("每户补助3000-8000元。", 2_999.5, 8_000.5, False),
    ],
)
def test_modifiers_move_and_widen(text: str, low: float, high: float | None, excluded: bool) -> None:
    found = number(text)
    assert bounds(found.meaning) == (low, high)
    assert found.excludes_itself is excluded


def test_a_number_cut_off_reaches_up_to_its_next() -> None:
    cut = number("占比为76.4%。").truncation
    assert (cut.low, cut.high, cut.open_high) == (Fraction("76.4"), Fraction("76.5"), True)
    assert not number("占比为76.4%。").rounding.meets(Interval(Fraction("76.46"), Fraction("76.46")))


def test_bounds_that_are_open_do_not_meet() -> None:
    one = Interval(Fraction(1), Fraction(2), open_high=True)
    assert not one.meets(Interval(Fraction(2), Fraction(3)))
    assert one.meets(Interval(Fraction(1), Fraction(1)))
    assert (one + one).open_high
    assert bounds(one * Interval(Fraction(0), None)) == (0, None)
    with pytest.raises(ValueError, match="zero"):
        one / Interval(Fraction(0), Fraction(0))


def test_masked_numbers_say_nothing() -> None:
    (figure,) = extract("惠及群众xx余户。").figures
    assert of_figure(figure) is None
    assert Modifier.OVER in Modifier
