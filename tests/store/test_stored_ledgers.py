"""Ledgers in the database: what goes in comes out, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, insert, select

from extractor.errors import StoreError, UsageError
from extractor.store import schema
from extractor.types import Ledger, RecordedFigure, Status

if TYPE_CHECKING:
    from extractor.store import Store

FULL = RecordedFigure(
    index=0, sheet="台账", row=3, column="AA", text="120.40", indicator="投资", value=Decimal("1204000.5"), unit="元/人",
    dimension="money", base_value=Decimal("1204000.5"), base_unit="元/人", decimals=2, scale=Decimal(10000),
    indicator_code="poor_households", place="新设镇", within="新平县", place_code="530427999", period="2011-2015",
    period_start="2011-01-01", period_end="2015-12-31", status=Status.PLANNED, project_type="road", project="甲路",
    funder="省级", note="一期",
)  # fmt: skip
BARE = RecordedFigure(1, "台账", 4, "B", "3", "户数", Decimal(3), "户", "households", Decimal(3), "户")
LEDGER = Ledger("投资", "投资.xlsx", "ab" * 32, (FULL, BARE), ("有合计行",))


def test_a_ledger_comes_back_as_it_was(store: Store) -> None:
    number = store.save_ledger(LEDGER)
    assert store.ledger("投资") == LEDGER
    (listed,) = store.ledgers()
    assert (listed.id, listed.name, listed.figures, listed.warnings) == (number, "投资", 2, ("有合计行",))


def test_many_figures_and_unknown_places(store: Store) -> None:
    figures = tuple(replace(FULL, index=i, place_code=f"530427{i % 1000:03}", place=f"第{i}乡") for i in range(6000))
    store.save_ledger(replace(LEDGER, figures=figures))
    assert store.ledger("投资").figures == figures


def test_a_name_is_taken_until_it_is_replaced(store: Store) -> None:
    number = store.save_ledger(LEDGER)
    with pytest.raises(UsageError, match="--replace"):
        store.save_ledger(replace(LEDGER, figures=(BARE,)))
    assert store.ledger("投资") == LEDGER
    changed = replace(LEDGER, figures=(replace(BARE, index=0),), sha256="cd" * 32)
    assert store.save_ledger(changed, replace=True) == number
    assert store.ledger("投资") == changed


def test_what_cannot_be_stored_leaves_the_former_ledger(store: Store) -> None:
    store.save_ledger(LEDGER)
    with pytest.raises(StoreError, match="第 3 行"):
        store.save_ledger(replace(LEDGER, figures=(replace(FULL, note="\0"),)), replace=True)
    assert store.ledger("投资") == LEDGER


def test_comparisons_go_with_their_ledger(store: Store, database_url: str) -> None:
    kept = store.save_ledger(replace(LEDGER, name="留下"))
    gone = store.save_ledger(LEDGER)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for number in (kept, gone):
            row = {
                "ledger_id": number, "tolerance": Decimal(0), "copies": False, "version": "0", "made": datetime.now(UTC),
            }  # fmt: skip
            made = connection.execute(
                insert(schema.comparison).values(row).returning(schema.comparison.c.id)
            ).scalar_one()
            item = {
                "comparison_id": made,
                "item_index": 0,
                "verdict": "ledger_only",
                "score": 0.0,
                "grounds": "",
                "reason": "",
            }
            connection.execute(insert(schema.comparison_item).values(item))
    store.remove_ledger("投资")
    with engine.connect() as connection:
        assert connection.execute(select(schema.comparison.c.ledger_id)).scalars().all() == [kept]
        assert len(connection.execute(select(schema.comparison_item)).all()) == 1
    engine.dispose()
    assert [ledger.name for ledger in store.ledgers()] == ["留下"]


def test_an_unknown_name_is_told_with_those_there_are(store: Store) -> None:
    with pytest.raises(UsageError, match="还没有导入台账"):
        store.ledger("投资")
    store.save_ledger(LEDGER)
    with pytest.raises(UsageError, match="现有：投资"):
        store.remove_ledger("投次")
