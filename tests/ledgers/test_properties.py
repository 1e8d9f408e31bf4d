"""One ledger in several layouts: what is recorded depends on what the ledger says, not on how it is laid out."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_files import csv_text, imported, one_sheet, told

from extractor.compare import ledgers
from extractor.errors import ReadError

PLACES = ("平甸乡", "扬武镇", "漠沙镇")
YEARS = (2013, 2014, 2015)
INDICATORS = {"贫困户": "户", "总投资": "万元", "通村路里程": "公里"}
STATES = ("计划", "完成")

amounts = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)
keys = st.tuples(
    st.sampled_from(PLACES), st.sampled_from(YEARS), st.sampled_from(sorted(INDICATORS)), st.sampled_from(STATES)
)
records = st.dictionaries(keys, amounts, min_size=1, max_size=12)

Records = dict[tuple[str, int, str, str], Decimal]


def cell(amount: Decimal | None, text: bool) -> object:
    return None if amount is None else f"{amount:,}" if text else float(amount)


def long(found: Records, text: bool) -> list[list[object]]:
    rows: list[list[object]] = [["乡镇", "年度", "指标", "状态", "数值", "单位"]]
    return rows + [[*key, cell(amount, text), INDICATORS[key[2]]] for key, amount in found.items()]


def wide(found: Records, text: bool) -> list[list[object]]:
    """Indicators over states in the columns, places and years in the rows."""
    columns = list(product(INDICATORS, STATES))
    top: list[object] = [
        "乡镇",
        "年度",
        *(f"{name}（{INDICATORS[name]}）" if state == "计划" else None for name, state in columns),
    ]
    rows: list[list[object]] = [top, [None, None, *(state for _, state in columns)]]
    for place, year in product(PLACES, YEARS):
        values = [cell(found.get((place, year, *column)), text) for column in columns]
        rows += [[place, year, *values]] if any(value is not None for value in values) else []
    return rows


def by_years(found: Records, text: bool) -> list[list[object]]:
    """Years in the columns."""
    rows: list[list[object]] = [["乡镇", "指标", "状态", "计量单位", *(f"{year}年" for year in YEARS)]]
    for place, name, state in product(PLACES, INDICATORS, STATES):
        values = [cell(found.get((place, year, name, state)), text) for year in YEARS]
        rows += [[place, name, state, INDICATORS[name], *values]] if any(v is not None for v in values) else []
    return rows


@settings(max_examples=60)
@given(records, st.booleans())
def test_every_layout_records_the_same(found: Records, text: bool) -> None:
    names = ("place", "period", "indicator", "status", "value", "unit", "base_value", "base_unit", "indicator_code")
    expected = set(told(imported(one_sheet(long(found, text))), *names))
    assert len(expected) == len(found)
    for layout in (long, wide, by_years):
        rows = layout(found, text)
        for data in (one_sheet(rows), csv_text(rows).encode()):
            assert set(told(imported(data), *names)) == expected


@settings(max_examples=40)
@given(records)
def test_the_mapping_shown_reads_as_what_was_recognised(found: Records) -> None:
    data = one_sheet(wide(found, False))
    source = ledgers.open_file(data, "台账.xlsx")
    text = ledgers.mapping_text(source, ledgers.lay_out(source))
    assert imported(data, text).figures == imported(data).figures


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(ledgers.LedgerError, ReadError):
        imported(data, name="x.csv")
