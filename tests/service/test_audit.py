"""Who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from serving import bearer
from sqlalchemy import create_engine, text

from extractor.types import UserRole

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from extractor.store import Store

pytestmark = pytest.mark.any_database


def test_events_are_kept_with_their_author(client: TestClient, store: Store) -> None:
    client.post("/v1/extract?store=true", json={"text": "投入38.6万元。", "name": "报告"})
    admin = bearer(store, UserRole.ADMIN, "管理员")
    key = store.users().add_key("统计局", UserRole.READ)
    client.post("/v1/session", json={"key": key})
    client.cookies.clear()
    found = client.get("/v1/audit", headers=admin).json()
    assert [(one["author"], one["action"], one["subject"]) for one in found["items"]] == [
        ("统计局", "login", ""),
        ("本机用户", "extract", "document 1"),
    ]
    assert found["items"][1]["detail"] == {"name": "报告"}
    assert found["next"] is None


def test_pages_follow_each_other(client: TestClient, store: Store) -> None:
    for number in range(5):
        store.users().record("甲", "upload", f"job {number}", {})
    seen, cursor = [], None
    for _ in range(3):
        page = client.get("/v1/audit", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [event["subject"] for event in page["items"]]
        cursor = page["next"]
    assert seen == [f"job {number}" for number in reversed(range(5))]
    assert cursor is None
    assert client.get("/v1/audit?limit=0").status_code == client.get("/v1/audit?cursor=99999999999").status_code == 422


def test_what_was_done_stays_done_where_it_cannot_be_noted(
    client: TestClient, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE audit_event"))
    engine.dispose()
    answer = client.post("/v1/documents?wait=30", files={"files": ("总结.txt", "投入38.6万元。".encode())})
    assert (answer.status_code, answer.json()["state"]) == (200, "done")
    assert "not in the audit log" in caplog.text
    assert '"action": "upload"' in caplog.text


def test_jobs_that_were_ended_or_tried_again_are_noted(client: TestClient, store: Store) -> None:
    job = client.post("/v1/documents?wait=30", files={"files": ("坏.docx", b"PK\x03\x04")}).json()
    assert client.post(f"/v1/jobs/{job['id']}/retry").status_code == 202
    client.post(f"/v1/jobs/{job['id']}/cancel")
    assert [event.action for event in store.users().events()][-2:] == ["retry", "upload"]


def test_all_that_changes_the_library_is_noted(client: TestClient, store: Store) -> None:
    words = "投入38.6万元，其中省级20万元，县级28.6万元。"
    job = client.post("/v1/documents?wait=30", files={"files": ("总结.txt", words.encode())}).json()
    start = words.index("20万元")
    made = client.post("/v1/documents/1/corrections", json={"start": start, "end": start + 4, "changes": {"value": 10}})
    client.delete(f"/v1/corrections/{made.json()['id']}")
    (finding,) = client.get("/v1/documents/1/checks").json()["items"]
    note = f"/v1/documents/1/checks/{finding['claim']}/note"
    client.post(note, json={"note": "另有说明"})
    client.delete(note)
    ledger = "地点,年度,指标,数值,单位\n新平县,2015,投入资金,38.6,万元\n".encode()
    number = client.post("/v1/ledgers", files={"file": ("台账.csv", ledger)}).json()["id"]
    client.post("/v1/comparisons", json={"ledger": number})
    client.delete(f"/v1/ledgers/{number}")
    client.delete("/v1/documents/1")
    client.delete("/v1/documents/1")  # is gone: nothing was done
    events = list(reversed(client.get("/v1/audit", headers=bearer(store, UserRole.ADMIN, "管理员")).json()["items"]))
    assert [(event["action"], event["subject"]) for event in events] == [
        ("upload", f"job {job['id']}"),
        ("correct", "document 1"),
        ("withdraw", f"correction {made.json()['id']}"),
        ("explain", "document 1"),
        ("withdraw", "document 1"),
        ("import", f"ledger {number}"),
        ("compare", "comparison 1"),
        ("delete", f"ledger {number}"),
        ("delete", "document 1"),
    ]
    assert {event["author"] for event in events} == {"本机用户"}
    assert words not in str(events)
