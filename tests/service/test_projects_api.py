"""``GET /v1/projects``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listing_samples import fill

from extractor.report.stored import stored_project_row
from extractor.store import open_store
from service.routes.projects import ListedProject

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings


def test_projects(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings, copies=5)
    with open_store(service_settings.extractor.database_url) as store:
        rows = [stored_project_row(one) for one in store.projects()]
    assert rows
    whole = client.get("/v1/projects").json()
    assert whole["next"] is None
    assert [*whole["items"][0]] == [*ListedProject.model_fields]
    assert whole["items"] == [{key: row[key] for key in ListedProject.model_fields} for row in rows]
    first = client.get("/v1/projects", params={"limit": 2}).json()
    rest = client.get("/v1/projects", params={"cursor": first["next"]}).json()
    assert first["items"] + rest["items"] == whole["items"]


def test_conditions_and_formats(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings)
    found = client.get("/v1/projects", params={"project_type": "road", "status": "actual"}).json()["items"]
    assert {one["project_type"] for one in found} == {"road"}
    for format_ in ("csv", "xlsx", "parquet", "jsonl"):
        answer = client.get("/v1/projects", params={"format": format_})
        assert answer.status_code == 200
        assert answer.content
    assert client.get("/v1/projects", params={"project_type": "raod"}).status_code == 422
    assert client.get("/v1/projects", params={"indicator": "路"}).status_code == 422
