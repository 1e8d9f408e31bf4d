"""Slips of the pen: what a numeral may have been meant to be, and which slip turns one amount into another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor import extract
from extractor.errors import ResourceError
from extractor.intervals import of_figure
from extractor.resources import unit_slips as lexicon
from extractor.resources.unit_slips import UnitSlip, unit_slips
from extractor.resources.units import DIMENSIONS, unit_named
from extractor.slips import LIKELY, Difference, Numeral, Slip, between, lost_digits, other_powers, wrong_digit
from extractor.types import Cause


def numeral(text: str) -> Numeral:
    (figure,) = extract(f"全县共投入{text}。").figures
    number = of_figure(figure)
    assert number is not None
    return Numeral(figure.text, number, figure.dimension)


def slips(text: str) -> Iterator[Slip]:
    for kind in (*LIKELY, wrong_digit):
        yield from kind(numeral(text))


@pytest.mark.parametrize(
    ("text", "cause", "wording", "value"),
    [
        ("3305万元", Cause.LOST_POINT, "330.5万元", "3305000"),
        ("3305万元", Cause.POWER_OF_TEN, "33050万元", "330500000"),
        ("3300万元", Cause.POWER_OF_TEN, "330万元", "3300000"),
        ("3305万元", Cause.UNIT, "3305元", "3305"),
        ("120亩", Cause.UNIT, "120公顷", "1200000"),
        ("12.5公里", Cause.UNIT, "12500公里", "12500000"),
        ("1,280户", Cause.TRANSPOSED, "2180户", "2180"),
        ("2.31万元", Cause.TRANSPOSED, "3.21万元", "32100"),
        ("471人", Cause.DIGIT, "476人", "476"),
        ("0.85公里", Cause.DIGIT, "0.35公里", "350"),
        ("１５００元", Cause.POWER_OF_TEN, "150元", "150"),
        ("５１．２公里", Cause.TRANSPOSED, "15.2公里", "15200"),
    ],
)
def test_what_may_have_been_meant(text: str, cause: Cause, wording: str, value: str) -> None:
    found = {(slip.cause, slip.wording): slip.number.value for slip in slips(text)}
    assert found[cause, wording] == Fraction(value)


def test_the_places_move_with_the_point() -> None:
    (number,) = (slip.number for slip in other_powers(numeral("330.5万元")) if slip.wording == "33.05万元")
    assert number.step == Fraction(100)
    assert number.rounding.low == Fraction(330450)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("511户", "51.1户"),  # a count stays whole
        ("107户", "017户"),  # no number begins with 0
        ("800亩", "53.3333亩"),
        ("15公斤", "30公斤"),  # twice comes out by chance too often
    ],
)
def test_what_nobody_meant(text: str, wording: str) -> None:
    assert wording not in [slip.wording for slip in slips(text)]


def test_chinese_numerals_have_no_slips() -> None:
    assert list(slips("九十六万元")) == []
    assert lost_digits(numeral("十二万元"), Fraction(2_120_000)) is None


def test_of_a_single_digit_any_other_could_be_meant() -> None:
    assert list(wrong_digit(numeral("8万元"))) == []


def test_lost_digits_are_those_before_the_ones_written() -> None:
    found = lost_digits(numeral("12万元"), Fraction(21_200))
    assert found is not None
    assert (found.cause, found.wording, found.number.value, found.number.step) == (
        Cause.LOST_DIGIT, "2.12万元", Fraction(21_200), Fraction(100),
    )  # fmt: skip
    assert lost_digits(numeral("12万元"), Fraction(21_300)) is None
    assert lost_digits(numeral("2万元"), Fraction(12_000)) is None


@pytest.mark.parametrize(
    ("first", "second", "dimension", "found"),
    [
        ("35000", "350000", "people", Difference(Cause.POWER_OF_TEN, 2, Fraction(10), 1)),
        ("508.5", "5085000", "money", Difference(Cause.UNIT, 4, Fraction(10_000), 4, "万元与元")),
        ("12", "12000", "length", Difference(Cause.UNIT, 2, Fraction(1000), 3, "公里与米")),
        ("3000000", "200000", "area", Difference(Cause.UNIT, 1, Fraction(15), 0, "亩与公顷")),
        ("255", "510", "mass", Difference(Cause.UNIT, 3, Fraction(2), 0, "斤与公斤")),
        ("2180", "2108", "households", Difference(Cause.TRANSPOSED, 4)),
        ("1150000", "1050000", "money", Difference(Cause.DIGIT, 3)),
        ("21", "24", "people", None),
        ("700", "926", "people", None),
        ("1234", "4321", "people", None),
        ("0", "12", "people", None),
        ("12", "12", "people", None),
        ("12", "-12", "people", None),
    ],
)
def test_which_slip_lies_between_two_amounts(first: str, second: str, dimension: str, found: Difference | None) -> None:
    assert between(Fraction(first), Fraction(second), dimension) == found
    back = between(Fraction(second), Fraction(first), dimension)
    assert (back and back.cause) == (found and found.cause)


UNITS = st.sampled_from(["万元", "亿元", "亩", "公顷", "公里", "户", "公斤"])


@given(st.integers(100, 999_999), st.integers(0, 2), UNITS)
def test_every_slip_of_a_numeral_is_recognised(digits: int, places: int, unit: str) -> None:
    assume(places < len(str(digits)) and (unit != "户" or not places))
    text = f"{Decimal(digits).scaleb(-places):f}{unit}"
    meant = numeral(text)
    for slip in slips(text):
        found = between(slip.number.value, meant.number.value, meant.dimension)
        if slip.digits.startswith("0"):
            continue  # 0.11 for 1.11 has a digit less that counts
        if found is None:  # too few digits are left beside the noughts that both end with
            assert slip.cause is Cause.DIGIT
            assert len(str(digits).rstrip("0")) < 3
        elif slip.cause in (Cause.POWER_OF_TEN, Cause.LOST_POINT):
            assert found.power
        elif slip.cause is Cause.UNIT:
            assert found.units


def test_the_pairs_of_units_keep_the_schema() -> None:
    for slip in unit_slips():
        assert slip.dimension in DIMENSIONS
        factors = [factor_of(unit) for unit in slip.units]
        assert slip.factor == max(factors) / min(factors) > 1


def factor_of(unit: str) -> Fraction:
    scale = {"万": 10_000, "亿": 100_000_000}.get(unit[0])
    return scale * unit_named(unit[1:]).factor if scale else unit_named(unit).factor


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("亩\t公顷\tarea\t1\tyes", "大于 1"),
        ("亩\t公顷\tarea\tmany\tyes", "大于 1"),
        ("亩\t公顷\tland\t15\tyes", "不合规定"),
        ("亩\t公顷\tarea\t15\tmaybe", "不合规定"),
        ("亩\t亩\tarea\t15\tyes", "相同"),
        ("亩\t公顷\tarea\t15\tyes\n公顷\t亩\tarea\t15\tyes", "两次"),
    ],
)
def test_a_bad_row_is_told(row: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    header = "\t".join(lexicon.COLUMNS)
    monkeypatch.setattr("extractor.resources.read_text", lambda _: f"{header}\n{row}\n")
    with pytest.raises(ResourceError, match=said):
        unit_slips.__wrapped__()


def test_a_pair_is_named_as_people_do() -> None:
    assert UnitSlip(("亩", "公顷"), "area", Fraction(15), claims=True).name == "亩与公顷"
