"""Numbers and moments as people read them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from compare_samples import recorded
from hypothesis import given
from hypothesis import strategies as st

from extractor.wording import gap, in_recorded_unit, moment, number, recorded_amount, share


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1026", "1,026"),
        ("75600.00", "75,600"),
        ("0.50", "0.5"),
        ("1E+6", "1,000,000"),
        ("-12345.6", "-12,345.6"),
        ("0", "0"),
    ],
)
def test_numbers(value: str, shown: str) -> None:
    assert number(Decimal(value)) == shown


@given(st.decimals(-(10**12), 10**12, places=6))
def test_a_number_reads_back_as_it_was(value: Decimal) -> None:
    assert Decimal(number(value).replace(",", "")) == value


@pytest.mark.parametrize(
    ("amount", "unit", "difference", "shown"),
    [
        ("738.5", "公里", "45000", "45公里"),
        ("1.3", "亿元", "-27000000", "0.27亿元"),
        ("508.5", "万元", "1.5", "1.5元"),
        ("1026", "户", "12180", "12,180户"),
        ("86.5", "%", "1.7", "1.7个百分点"),
    ],
)
def test_a_gap_is_in_the_unit_of_the_ledger(amount: str, unit: str, difference: str, shown: str) -> None:
    row = recorded("指标", amount, unit)
    assert (
        recorded_amount(row)
        == f"{amount[:-3] + ',' if amount == '1026' else amount}{'026' if amount == '1026' else ''}{unit}"
    )
    assert gap(Decimal(difference), row) == shown
    assert in_recorded_unit(row.base_value, row) == row.value


def test_an_amount_is_in_the_unit_of_the_ledger() -> None:
    rows = [
        recorded("指标", *amount) for amount in (("1026", "户"), ("1.30", "亿元"), ("12500.5", "万元"), ("3.1", "%"))
    ]
    assert [recorded_amount(row) for row in rows] == ["1,026户", "1.3亿元", "12,500.5万元", "3.1%"]


def test_a_share_has_its_sign() -> None:
    assert [share(Decimal(value)) for value in ("0.0609", "-0.9", "12.5")] == ["+6.09%", "-90.00%", "+1,250.00%"]


@pytest.fixture
def beijing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("beijing")
def test_a_moment_is_local_with_its_offset() -> None:
    assert moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T11:04:05+08:00"
