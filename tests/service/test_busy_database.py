"""While another program holds the write lock of SQLite, all that only reads is answered, and what writes is told when to come back."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from job_samples import TXT, upload
from serving import serving

from extractor.config import Settings
from extractor.store import Patience
from service import ServiceSettings


def test_reading_goes_on(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.app._PATIENCE", Patience(seconds=4, most=10))
    settings = ServiceSettings(extractor=replace(Settings(), database_url=sqlite_url))
    lock = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    with serving(settings) as client, ThreadPoolExecutor(40) as threads:
        lock.execute("BEGIN IMMEDIATE")
        try:
            uploads = [threads.submit(upload, client, TXT, "") for _ in range(40)]
            begin = time.monotonic()
            for path in ("/healthz", "/v1/documents", "/v1/figures", "/v1/jobs", "/static/gouji.css") * 4:
                assert client.get(path).status_code in (200, 404), path
            assert time.monotonic() - begin < 4
            answers = [one.result(60) for one in uploads]
        finally:
            lock.execute("ROLLBACK")
        assert {answer.status_code for answer in answers} == {503}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
        assert_works(client)
    lock.close()


def assert_works(client: TestClient) -> None:
    assert upload(client, TXT, "?wait=30").json()["state"] == "done"
