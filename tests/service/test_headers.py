"""Every answer, good or bad, tells the browser what it must not do with it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from service import problems
from service.headers import Envelope
from service.metrics import Metrics

if TYPE_CHECKING:
    from extractor.store import Store

pytestmark = pytest.mark.any_database

REQUESTS = [
    ("GET", "/healthz", {}),
    ("GET", "/v1/nothing", {}),
    ("PUT", "/healthz", {}),
    ("POST", "/v1/extract", {"content": b""}),
    ("POST", "/v1/extract?format=html", {"json": {"text": "投入38.6万元。"}}),
    ("GET", "/v1/session", {"headers": {"Host": "evil.example"}}),
    ("GET", "/docs", {}),
    ("GET", "/docs/swagger-ui.css", {}),
    ("GET", "/metrics", {}),
]


@pytest.mark.parametrize(("method", "path", "options"), REQUESTS)
def test_headers_are_on_every_answer(client: TestClient, method: str, path: str, options: dict[str, object]) -> None:
    headers = client.request(method, path, **options).headers  # type: ignore[arg-type]
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert len(headers["x-request-id"]) == 32
    assert headers["cache-control"] == ("max-age=86400" if path.endswith(".css") else "no-store")


def test_number_of_a_request_is_in_answer_and_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "gouji.access")
    answers = [client.get("/v1/session?place=信立村") for _ in range(2)]
    numbers = [answer.headers["x-request-id"] for answer in answers]
    assert numbers[0] != numbers[1]
    lines = [record.getMessage() for record in caplog.records if record.name == "gouji.access"]
    assert [number in line for number, line in zip(numbers, lines, strict=True)] == [True, True]
    assert not any("信立村" in line for line in lines)


@pytest.mark.any_database
def test_nothing_in_a_path_changes_how_the_log_looks(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "gouji.access")
    path = "/nothing/\u202e\u2066\u2028\x7f\x9b\x1b[2J\n中文\U000e0041"
    assert client.get(quote(path)).status_code == 404
    (line,) = [record.getMessage() for record in caplog.records if record.name == "gouji.access"]
    assert line.isprintable()
    assert "中文" in line
    assert json.loads(line)["path"] == path


def test_what_is_unforeseen_is_an_answer_too(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()

    def show(_request: Request, error: problems.ProblemError) -> Response:
        return problems.answer(error)

    problems.install(app, show)
    app.add_middleware(Envelope, metrics=Metrics(), show=show)

    @app.get("/slip")
    def slip() -> None:
        raise ZeroDivisionError("/secret/path")

    answer = TestClient(app, raise_server_exceptions=False).get("/slip")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "/secret/path" not in answer.text
    number = answer.json()["detail"].split("编号 ")[1].split(" ")[0]
    assert f"unforeseen error {number}" in caplog.text


def test_database_that_refuses_is_told_without_its_words(client: TestClient, store: Store) -> None:
    from sqlalchemy import text

    with store._engine.begin() as connection:
        connection.execute(text("DROP TABLE audit_event"))
    answer = client.get("/v1/audit")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "audit_event" not in answer.text
    assert "sqlite" not in answer.text.lower()
