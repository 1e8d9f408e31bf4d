"""What a client may take: over real connections, fast and slow."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
import pytest
from serving import PATIENCE, bearer, listening, service_of, serving

from extractor.types import UserRole
from service.server import most_connections

if TYPE_CHECKING:
    from extractor.store import Store
    from service import ServiceSettings

pytestmark = pytest.mark.any_database

TEXT = json.dumps({"text": "投入资金38.6万元。"}).encode()


@pytest.fixture
def port(service_settings: ServiceSettings) -> Iterator[int]:
    with listening(replace(service_settings, max_seconds_idle=1, extraction_workers=1)) as found:
        yield found


def told(sock: socket.socket) -> bytes:
    """Return all that the server sends until it closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := sock.recv(65536):
            received += piece
    return received


def head(length: int) -> bytes:
    return f"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n".encode()


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTT", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "])
def test_slow_heads_are_cut_off(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        begin = time.monotonic()
        sock.sendall(sent)
        assert told(sock) == b""
        assert time.monotonic() - begin < 10


def test_dripping_heads_are_cut_off(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(b"GET /healthz HTTP/1.1\r\n")
        with pytest.raises(OSError):  # noqa: PT011 - which one depends on who is first
            drip(sock)


def drip(sock: socket.socket) -> None:
    for turn in range(100):
        sock.sendall(f"X-{turn}: 1\r\n".encode())
        time.sleep(0.2)


def test_slow_bodies_are_cut_off(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(head(100_000) + b"{")
        answer = told(sock)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert "太慢".encode() in answer
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:  # and the next one is served
        sock.sendall(head(len(TEXT)) + TEXT)
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_steady_bodies_have_time(port: int) -> None:
    body = TEXT[:-1] + b" " * 8000 + TEXT[-1:]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(head(len(body)))
        for start in range(0, len(body), 1000):
            sock.sendall(body[start : start + 1000])
            time.sleep(0.2)  # two seconds in all
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_readers_that_do_not_read_are_cut_off(port: int, caplog: pytest.LogCaptureFixture) -> None:
    text = json.dumps({"text": "投入资金38.6万元，硬化道路4.2公里。\n" * 4000}).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.sendall(head(len(text)) + text)
        end = time.monotonic() + PATIENCE
        while "without completing" not in caplog.text:
            assert time.monotonic() < end
            time.sleep(0.1)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "99999999999999999999"])
def test_odd_lengths_are_refused(port: int, length: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(head(0).replace(b"Content-Length: 0", f"Content-Length: {length}".encode()) + b"{}")
        assert told(sock).split()[1] in (b"400", b"413")


def test_a_client_that_goes_leaves_nothing(port: int, caplog: pytest.LogCaptureFixture) -> None:
    for sent in (head(1000) + b"{", head(len(TEXT)) + TEXT):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
            sock.sendall(sent)
    time.sleep(1)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(head(len(TEXT)) + TEXT)
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert "unforeseen" not in caplog.text
    assert "Traceback" not in caplog.text


def test_requests_are_limited_by_client(service_settings: ServiceSettings) -> None:
    with serving(service_settings, requests_per_minute=5) as client:
        keys = [bearer(service_of(client).store, UserRole.READ, name) for name in ("甲", "乙")]
        statuses = [client.get("/v1/session", headers=keys[0]).status_code for _ in range(7)]
        assert statuses == [200] * 5 + [429] * 2
        answer = client.get("/v1/session", headers=keys[0])
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/v1/session", headers=keys[1]).status_code == 200
        assert {client.get("/healthz").status_code for _ in range(9)} == {200}


def test_who_has_not_said_who_they_are_sends_little(service_settings: ServiceSettings) -> None:
    with serving(service_settings) as client:
        bearer(service_of(client).store, UserRole.READ)
        for path in ("/v1/extract", "/v1/session"):
            assert (
                client.post(path, content=b"x" * 100_000, headers={"Content-Type": "application/json"}).status_code
                == 401
            )


def test_too_many_at_once_are_sent_away_and_served_later(service_settings: ServiceSettings) -> None:
    with listening(replace(service_settings, max_extractions=2, extraction_workers=1)) as port:
        *crowd, last = asyncio.run(crowding(port))
    assert {answer.status_code for answer in crowd} == {200, 503}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in crowd if answer.status_code == 503)
    assert last.status_code == 200


async def crowding(port: int) -> list[httpx2.Response]:
    """Return the answers to thirty requests at once, and to one after them."""
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        request = {"content": TEXT, "headers": {"Content-Type": "application/json"}}
        found = await asyncio.gather(*(client.post("/v1/extract", **request) for _ in range(30)))  # type: ignore[arg-type]
        return [*found, await client.post("/v1/extract", **request)]  # type: ignore[arg-type]


def test_more_connections_than_can_be_served_are_told_so(
    service_settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.server.most_connections", lambda: 2)
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with listening(service_settings) as port, contextlib.ExitStack() as stack:
        first, second, third = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(3)
        ]
        received = b""
        for _ in range(100):  # served until the server has accepted all three
            first.sendall(ask)
            received += first.recv(65536)
            if b"HTTP/1.1 503" in received:
                break
            time.sleep(0.1)
        refused = (received + told(first)).decode().rpartition("HTTP/1.1 ")[2]
        assert refused.startswith("503")
        for wanted in ("application/problem+json", "retry-after: 5", "x-request-id", "连接过多"):
            assert wanted in refused
        second.sendall(ask)
        assert second.recv(65536).startswith(b"HTTP/1.1 200")
        third.sendall(ask)
        assert third.recv(65536).startswith(b"HTTP/1.1 200")


def test_half_of_the_files_are_for_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
        assert most_connections() == 512
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("path", ["/v1/ledgers", "/v1/ledgers/preview", "/v1/documents"])
def test_who_may_not_is_told_so_before_the_body_is_taken(
    service_settings: ServiceSettings, store: Store, path: str
) -> None:
    key = bearer(store, UserRole.READ)["Authorization"]
    head_ = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {key}\r\nContent-Length: 60000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    )
    with listening(service_settings) as port, socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(head_.encode())
        assert sock.recv(65536).startswith(b"HTTP/1.1 403")


def test_what_is_no_request_is_told_as_other_errors_are(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("GET /v1/figures?place=白水乡 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head, _, body = told(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in head
    problem = json.loads(body)
    assert problem["status"] == 400
    assert "--data-urlencode" in problem["detail"]
