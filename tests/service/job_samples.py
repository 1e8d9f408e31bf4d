"""Uploads, and what became of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from archive_samples import report, rows

from extractor.types import FINISHED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.testclient import TestClient
    from httpx2 import Response

TXT = {"甲.txt": report(1).encode()}


def upload(client: TestClient, files: Mapping[str, bytes], query: str = "?wait=30", **headers: str) -> Response:
    sent = [("files", (name, data)) for name, data in files.items()]
    return client.post(f"/v1/documents{query}", files=sent, headers=headers)


def done(client: TestClient, files: Mapping[str, bytes], query: str = "?wait=30", **headers: str) -> dict[str, Any]:
    """Upload, wait for the end of the job, and hold what must hold of every job that has ended."""
    answer = upload(client, files, query, **headers)
    assert answer.status_code == 200, answer.text
    return whole(answer.json())


def whole(job: dict[str, Any]) -> dict[str, Any]:
    counts = job["items"]
    assert counts["pending"] == 0
    assert counts["total"] == sum(counts[state] for state in ("done", "duplicate", "failed", "skipped"))
    return job


def ended(client: TestClient, number: int, seconds: float = 30) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while (job := client.get(f"/v1/jobs/{number}").json())["state"] not in FINISHED:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    return whole(job)


def items(client: TestClient, number: int) -> dict[str, dict[str, Any]]:
    """Return the items of a job by their path."""
    return {item["path"]: item for item in client.get(f"/v1/jobs/{number}/items?limit=500").json()["items"]}


def states(client: TestClient, number: int) -> dict[str, tuple[str, str | None]]:
    return {path: (item["state"], item["reason"]) for path, item in items(client, number).items()}


def kept_bytes(url: str, but: int) -> list[str]:
    """Return the files of which bytes are kept; they go soon after the job has ended.

    Args:
        url: of the database.
        but: how many are to stay, for which is waited.
    """
    query = "SELECT DISTINCT upload.name FROM upload_chunk JOIN upload ON upload.id = upload_id"
    deadline = time.monotonic() + 20
    while len(found := rows(url, query)) > but and time.monotonic() < deadline:
        time.sleep(0.05)
    return [name for (name,) in found]
