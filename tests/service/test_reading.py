"""What is read for an answer is about as much as it tells, however much there is besides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from service_samples import save
from serving import service_of
from sqlalchemy import event
from sqlalchemy.engine import Engine

from extractor.store import open_store

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.any_database

ROWS = 450
LEDGER = "乡镇,年度,指标,数值,单位\n" + "".join(f"第{n}村,2019,硬化公路,{n + 1},公里\n" for n in range(ROWS))


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """Yield what a database is asked in the block."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_text_is_read_without_its_figures(client: TestClient, database_url: str) -> None:
    number = save(database_url)
    with asked() as found:
        assert client.get(f"/v1/documents/{number}/text").text == service_of(client).store.document(number).text
    assert not [statement for statement, _ in found if "FROM figure" in statement]


def test_a_page_of_a_ledger_is_read_alone(client: TestClient) -> None:
    made = client.post("/v1/ledgers", files={"file": ("台账.csv", LEDGER.encode())}).json()
    path, accept = f"/ledgers/{made['id']}", {"Accept": "text/html"}
    with asked() as found:
        shown = client.get(path, headers=accept).text
    reads = [statement for statement, _ in found if "FROM recorded_figure" in statement and "record_index" in statement]
    assert reads
    assert all("LIMIT" in statement for statement in reads)
    assert f"{ROWS} 个数" in shown
    assert (shown.count("第199村"), shown.count("第200村")) == (1, 0)
    assert "第200村" in client.get(f"{path}?offset=200", headers=accept).text
    found_by_words = client.get(f"{path}?q=第44", headers=accept).text
    assert [f"第{n}村" in found_by_words for n in (44, 440, 449, 43)] == [True, True, True, False]
    assert client.get("/ledgers/99", headers=accept).status_code == 404


def test_tidying_looks_only_at_uploads_that_have_bytes(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store, asked() as found:
        store.jobs().drop_bytes(timedelta(days=7))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        plans = [
            row[3]
            for statement, parameters in found
            if statement.lstrip().startswith("SELECT")
            for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert len(plans) > 3
    assert [plan for plan in plans if plan in ("SCAN upload", "SCAN job") or plan.startswith("SCAN upload USING")] == []
    assert [plan for plan in plans if "SEARCH job USING INDEX" in plan and "state" in plan] == []
