"""While the service runs, stored documents are taken into the index."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from listing_samples import fill

from extractor.store import open_store

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings

_SECONDS = 120


def test_the_index_catches_up(client: TestClient, service_settings: ServiceSettings) -> None:
    asked = {"text": "水池"}
    fill(service_settings, copies=45)
    before = client.get("/v1/figures", params=asked).json()
    with open_store(service_settings.extractor.database_url) as store:
        index = store.search_index()
        until = time.monotonic() + _SECONDS
        while index.pending() and time.monotonic() < until:
            time.sleep(0.1)
        assert index.pending() == 0
    assert [item["text"] for item in before["items"]] == ["12口", "80万元"]
    assert client.get("/v1/figures", params=asked).json() == before
