"""What is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families
from serving import wait_for_workers

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.any_database


def test_requests_are_counted_by_route_and_status(client: TestClient) -> None:
    wait_for_workers(client)
    for path in ("/healthz", "/healthz", "/v1/nothing/1", "/v1/nothing/2", "/docs/start.js"):
        client.get(path)
    client.post("/v1/extract", json={"text": "投入38.6万元。"})
    client.request("BREW", "/healthz")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    requests = {key[1:]: value for key, value in samples.items() if key[0] == "gouji_http_requests_total"}
    assert requests == {
        ("GET", "/healthz", "200"): 2,
        ("GET", "（无此路径）", "404"): 2,
        ("GET", "/docs/{name}", "200"): 1,
        ("POST", "/v1/extract", "200"): 1,
        ("OTHER", "/healthz", "405"): 1,
    }
    assert samples["gouji_workers_ready",] == 2
    assert samples["gouji_extractions",] == samples["gouji_workers_busy",] == samples["gouji_workers_lost",] == 0
    assert samples["process_resident_memory_bytes",] > 0
