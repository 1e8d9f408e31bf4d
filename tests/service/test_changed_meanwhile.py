"""What two do at the same moment: one does it, the other one is told that it is done, with the status that is documented."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from page_samples import LEDGER
from service_samples import WRONG, save
from serving import service_of, until

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.any_database


def both(client: TestClient, url: str, method: str, path: str, **sent: Any) -> list[int]:
    """Return the statuses of a request that is sent twice, each of which has to wait for the same writer."""
    _, turns = service_of(client).store._engine.get_execution_options()["gouji_writer"]
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(2) as threads:
            asked = [threads.submit(client.request, method, path, **sent) for _ in range(2)]
            until(lambda: len(turns._waiting) == 1, "the two do not wait")
            other.execute("ROLLBACK")
            return sorted(one.result().status_code for one in asked)


def test_a_ledger_is_removed_once(client: TestClient, database_url: str) -> None:
    made = client.post("/v1/ledgers", files={"file": ("台账.csv", LEDGER.encode())})
    assert both(client, database_url, "DELETE", f"/v1/ledgers/{made.json()['id']}") == [204, 404]


def test_a_finding_is_explained_once_and_its_note_taken_back_once(client: TestClient, database_url: str) -> None:
    number = save(database_url, WRONG)
    claim = client.get(f"/v1/documents/{number}/checks").json()["items"][0]["claim"]
    path = f"/v1/documents/{number}/checks/{claim}/note"
    assert both(client, database_url, "POST", path, json={"note": "原件如此"}) == [200, 409]
    assert both(client, database_url, "DELETE", path) == [204, 404]
    assert client.get(f"/v1/checks?explained=true&document={number}").json()["items"] == []


def test_what_is_said_of_a_document_that_has_gone_is_not_found(client: TestClient, database_url: str) -> None:
    number = save(database_url, WRONG)
    path = f"/v1/documents/{number}"
    assert both(client, database_url, "DELETE", path) == [204, 404]
    correction = {"start": 0, "end": 1, "changes": None}
    assert client.post(f"{path}/corrections", json=correction).status_code == 404
    assert client.post(f"{path}/checks/1=2/note", json={"note": "原件如此"}).status_code == 404
    assert client.delete(f"{path}/checks/1=2/note").status_code == 404
    assert client.delete("/v1/corrections/9").status_code == 404
