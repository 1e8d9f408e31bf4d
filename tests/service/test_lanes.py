"""What takes long is done a little at a time: all else is answered meanwhile, and nothing goes on for nobody."""

from __future__ import annotations

import json
import socket
import sqlite3
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import httpx2
import page_samples
import pytest
from listing_samples import fill
from serving import PATIENCE, at_work, until

from extractor.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service import ServiceSettings
    from service.context import Service

pytestmark = pytest.mark.any_database

XLSX = b"GET /v1/figures?format=xlsx HTTP/1.1\r\nHost: localhost\r\n\r\n"
LEDGER = b'{"ledger": 1}'
COMPARE = (
    b"POST /v1/comparisons HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(LEDGER), LEDGER)
)


@pytest.fixture
def library(service_settings: ServiceSettings) -> ServiceSettings:
    """A service with a ledger, and with so many figures that a workbook of them takes some seconds."""
    with open_store(service_settings.extractor.database_url) as store:
        page_samples.fill(store)
        page_samples.many(store, 1500)
    return service_settings


@pytest.fixture
def served(library: ServiceSettings) -> Iterator[tuple[int, Service]]:
    with at_work(library) as found:
        yield found


def asking(stack: ExitStack, port: int, request: bytes, times: int) -> list[socket.socket]:
    found = []
    for _ in range(times):
        sock = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
        sock.sendall(request)
        found.append(sock)
    return found


def status(sock: socket.socket) -> int:
    return int(sock.recv(16).split()[1])


def get(port: int, path: str) -> httpx2.Response:
    return httpx2.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE)


def locked(settings: ServiceSettings) -> closing[sqlite3.Connection]:
    """Hold the right to write, for which a comparison waits at its end."""
    connection = sqlite3.connect(settings.extractor.database_url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return closing(connection)


def test_workbooks_keep_nobody_else_waiting(served: tuple[int, Service]) -> None:
    port, service = served
    lane = service.lanes.files
    with ExitStack() as stack:
        asking(stack, port, XLSX, 32)
        until(lambda: lane.admitted == 32 and lane.working == 2, "not all are admitted")
        refused = asking(stack, port, XLSX, 10)
        assert [status(sock) for sock in refused] == [503] * 10
        for path in ("/healthz", "/readyz", "/v1/documents", "/documents"):
            until(lambda path=path: get(port, path).status_code == 200, path)  # type: ignore[misc]
        assert lane.admitted > 20  # they are still at work
    until(lambda: lane.admitted == lane.working == 0, "what nobody waits for goes on")


def test_a_crowd_is_told_when_to_come_again(served: tuple[int, Service]) -> None:
    port, service = served
    with ExitStack() as stack:
        asking(stack, port, XLSX, 32)
        until(lambda: service.lanes.files.admitted == 32, "not all are admitted")
        answer = get(port, "/v1/figures?format=csv")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0
    assert "正在生成的文件太多" in answer.json()["detail"]


def test_comparisons_wait_without_a_thread_and_leave_with_their_clients(
    library: ServiceSettings, served: tuple[int, Service]
) -> None:
    port, service = served
    lane = service.lanes.comparisons
    before = len(get(port, "/v1/comparisons").json()["items"])
    with locked(library), ExitStack() as stack:
        asking(stack, port, COMPARE, 8)
        until(lambda: lane.admitted == 8 and lane.working == 1, "not all are admitted")
        assert [status(sock) for sock in asking(stack, port, COMPARE, 37)] == [503] * 37
        assert get(port, "/v1/documents").status_code == 200
        stack.close()
        until(lambda: lane.admitted == 1, "those who wait for nobody stay")
    until(lambda: lane.admitted == 0, "the last one does not end")
    assert len(get(port, "/v1/comparisons").json()["items"]) <= before + 1
    assert get(port, "/v1/figures?limit=1").status_code == 200


def test_nothing_outlives_the_server(library: ServiceSettings, caplog: pytest.LogCaptureFixture) -> None:
    with ExitStack() as stack:
        with at_work(library) as (port, service):
            socks = asking(stack, port, XLSX, 20)
            until(lambda: service.lanes.files.admitted == 20, "not all are admitted")
        assert service.lanes.files.admitted == service.lanes.files.working == 0
        assert {status(sock) for sock in socks} == {503}
    assert "Cancel" not in caplog.text
    assert "Traceback" not in caplog.text


def test_files_grow_side_by_side(service_settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files than there are threads are sent at the same time, however slowly each is read."""
    monkeypatch.setattr("service.listings.PIECE", 2)
    fill(service_settings, copies=40)
    with at_work(service_settings) as (port, _), ExitStack() as stack:
        base = f"http://127.0.0.1:{port}"
        whole = get(port, "/v1/figures?format=jsonl").text
        clients = [stack.enter_context(httpx2.Client(base_url=base, timeout=PATIENCE)) for _ in range(6)]
        streams = [stack.enter_context(one.stream("GET", "/v1/figures?format=jsonl")) for one in clients]
        read = [next(one.iter_raw(10)) for one in streams]
        assert all(read)
        assert get(port, "/v1/figures?format=jsonl").text == whole
        assert len([json.loads(line) for line in whole.splitlines()]) > 100
