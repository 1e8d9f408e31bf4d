"""The description of the API is complete, and its page needs nothing from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from service import ServiceSettings, create_app

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.any_database

DESCRIPTION = create_app(ServiceSettings()).openapi()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_endpoint_is_described(operation: dict[str, Any]) -> None:
    assert CHINESE.search(operation["summary"])
    assert CHINESE.search(operation["description"])
    responses = operation["responses"]
    assert {"401", "403", "429", "503"} <= set(responses)
    if "requestBody" in operation:
        assert {"400", "408", "413", "422"} <= set(responses)
    for status, response in responses.items():
        if status >= "400":
            assert list(response["content"]) == ["application/problem+json"], status
        assert status not in ("429", "503") or "Retry-After" in response["headers"]
    assert operation["security"]


def test_there_is_one_kind_of_error() -> None:
    assert "HTTPValidationError" not in str(DESCRIPTION)
    assert set(DESCRIPTION["components"]["securitySchemes"]) == {"key", "session"}
    content = OPERATIONS["POST /v1/extract"]["responses"]["200"]["content"]
    assert next(iter(content)) == "application/json"


def test_page_needs_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs").text
    files = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(files) == 4
    assert "<script>" not in page
    for name in files:
        if not name.startswith("data:"):
            assert client.get(f"/{name}").status_code == 200
    assert client.get("/docs/nothing.js").status_code == 404
    assert client.get("/v1/openapi.json").json()["openapi"].startswith("3.1")
    assert "/gouji" not in str(client.get("/v1/openapi.json").json()["servers"])
