"""Whether the service lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from serving import serving, wait_for_workers

import extractor

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings

pytestmark = pytest.mark.any_database


def test_health_tells_the_version(client: TestClient) -> None:
    wait_for_workers(client)
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": extractor.__version__})


def test_monitors_may_ask_for_the_head_alone(client: TestClient) -> None:
    wait_for_workers(client)
    for path in ("/healthz", "/readyz"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_what_is_not_there_is_a_problem(client: TestClient) -> None:
    answer = client.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank", "title": "没有找到", "status": 404, "detail": "没有找到", "detail_en": "Not Found",
    }  # fmt: skip


def test_not_ready_until_a_worker_is(service_settings: ServiceSettings) -> None:
    with serving(service_settings) as client:
        first = client.get("/readyz")
        if first.status_code != 200:
            assert first.status_code == 503
            assert int(first.headers["retry-after"]) > 0
        wait_for_workers(client, 1)
        assert client.get("/readyz").status_code == 200
