"""What two numbers of one fact come to."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from compare_samples import recorded, reported
from hypothesis import given
from hypothesis import strategies as st

from extractor.compare.verdicts import AGREE, Judgement, judge
from extractor.intervals import Number, of_figure, of_recorded
from extractor.types import Match, Modifier


def judged(ours: tuple[str, str], theirs: tuple[str, str, str], modifier: Modifier = Modifier.EXACT) -> Judgement:
    figure = reported(*theirs, "指标", modifier=modifier).figure
    number = of_figure(figure)
    assert number
    return judge(of_recorded(recorded("指标", *ours)), number, dimension=figure.dimension)


@pytest.mark.parametrize(
    ("ours", "theirs", "modifier", "verdict"),
    [
        (("120.4", "万元"), ("120余万元", "1200000", "元"), Modifier.OVER, Match.WITHIN_MODIFIER),
        (("131", "万元"), ("120余万元", "1200000", "元"), Modifier.OVER, Match.MISMATCH),
        (("1204000", "元"), ("120.4万元", "1204000", "元"), Modifier.EXACT, Match.EXACT),
        (("639214.5", "元"), ("63.9万元", "639000", "元"), Modifier.EXACT, Match.WITHIN_ROUNDING),
        (("640214", "元"), ("63.9万元", "639000", "元"), Modifier.EXACT, Match.MISMATCH),
        (("20", "公顷"), ("300亩", "300", "亩"), Modifier.EXACT, Match.EXACT),
        (("2083.33", "公顷"), ("31250亩", "31250", "亩"), Modifier.EXACT, Match.WITHIN_ROUNDING),
        (("11300", "米"), ("11.3km", "11.3", "公里"), Modifier.EXACT, Match.EXACT),
        (("511", "户"), ("511户", "511", "户"), Modifier.EXACT, Match.EXACT),
        (("512", "户"), ("511户", "511", "户"), Modifier.EXACT, Match.MISMATCH),
        (("97", "亩"), ("近100亩", "100", "亩"), Modifier.NEARLY, Match.WITHIN_MODIFIER),
        (("1026", "户"), ("100户", "100", "户"), Modifier.OVER, Match.WITHIN_MODIFIER),
        (("5000", "户"), ("100户", "100", "户"), Modifier.OVER, Match.AMBIGUOUS),
        (("240", "户"), ("120户", "120", "户"), Modifier.OVER, Match.WITHIN_MODIFIER),
        (("241", "户"), ("120户", "120", "户"), Modifier.OVER, Match.AMBIGUOUS),
        (("99", "户"), ("100户", "100", "户"), Modifier.OVER, Match.MISMATCH),
    ],
)
def test_verdicts(ours: tuple[str, str], theirs: tuple[str, str, str], modifier: Modifier, verdict: Match) -> None:
    assert judged(ours, theirs, modifier).match is verdict


@pytest.mark.parametrize(
    ("ours", "theirs", "cause"),
    [
        (("3.5", "万人"), ("35万人", "350000", "人"), "10 的 1 次方倍"),
        (("508.5", "元"), ("508.5万元", "5085000", "元"), "万元与元混用"),
        (("2180", "户"), ("2108户", "2108", "户"), "数字颠倒"),
        (("738.5", "公里"), ("783.5公里", "783.5", "公里"), "数字颠倒"),
        (("5230", "亩"), ("5320亩", "5320", "亩"), "数字颠倒"),
        (("1.15", "亿元"), ("1.05亿元", "105000000", "元"), "只差一位"),
        (("300", "公顷"), ("300亩", "300", "亩"), "亩与公顷混用"),
        (("700", "人"), ("926人", "926", "人"), ""),
    ],
)
def test_cause_that_the_numbers_give_away(ours: tuple[str, str], theirs: tuple[str, str, str], cause: str) -> None:
    found = judged(ours, theirs)
    assert found.match is Match.MISMATCH
    assert cause in found.cause
    assert bool(found.cause) == bool(cause)


def test_difference_is_reported_less_recorded_in_the_base_unit() -> None:
    found = judged(("100", "万元"), ("120万元", "1200000", "元"))
    assert (found.difference, found.relative) == (Decimal(200000), Decimal("0.2"))
    assert judged(("0", "户"), ("3户", "3", "户")).relative is None


def test_a_range_agrees_with_what_lies_in_it() -> None:
    within = Number(Fraction(150), Fraction(1), Fraction(10), Modifier.RANGE, Fraction(160))
    for value, verdict in (("155", Match.WITHIN_MODIFIER), ("170", Match.MISMATCH), ("140", Match.MISMATCH)):
        assert judge(of_recorded(recorded("里程", value, "米")), within).match is verdict


numbers = st.builds(
    Number,
    st.fractions(0, 10**6),
    st.fractions(0, 100),
    st.fractions(Fraction(1, 100), 1000),
    st.sampled_from([modifier for modifier in Modifier if modifier is not Modifier.RANGE]),
    bounded=st.booleans(),
    included=st.booleans(),
)


def scaled(number: Number, factor: Fraction) -> Number:
    return Number(
        number.value * factor,
        number.step * factor,
        number.coarse * factor,
        number.modifier,
        None,
        number.bounded,
        number.included,
    )


@given(numbers, numbers, st.fractions(Fraction(1, 1000), 1000), st.fractions(0, Fraction(1, 2)))
def test_units_change_no_verdict(ours: Number, theirs: Number, factor: Fraction, tolerance: Fraction) -> None:
    plain = judge(ours, theirs, tolerance)
    assert judge(scaled(ours, factor), scaled(theirs, factor), tolerance).match is plain.match


@given(numbers, numbers, st.fractions(0, Fraction(1, 2)))
def test_tolerance_never_makes_a_mismatch(ours: Number, theirs: Number, tolerance: Fraction) -> None:
    if judge(ours, theirs).match is not Match.MISMATCH:
        assert judge(ours, theirs, tolerance).match is not Match.MISMATCH


@given(st.integers(1, 10**6), st.integers(0, 10**8))
def test_at_least_reaches_a_place_further_and_no_number_above_contradicts_it(least: int, more: int) -> None:
    digits = str(least)
    coarse = 10 ** (len(digits) - len(digits.rstrip("0")))
    reported = Number(Fraction(least), Fraction(1), Fraction(coarse), Modifier.OVER)
    ours = Number(Fraction(least + more), Fraction(0), Fraction(1), Modifier.EXACT)
    meant = more <= max(10 * coarse, least)
    found = judge(ours, reported).match
    assert found in (AGREE if meant else {Match.AMBIGUOUS})
    if more:
        below = Number(Fraction(max(least - more, 0)), Fraction(0), Fraction(1), Modifier.EXACT)
        assert judge(below, reported).match is Match.MISMATCH
