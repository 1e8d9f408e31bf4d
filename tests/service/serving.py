"""The service with settings of a test's own, and what stands behind its endpoints."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi.testclient import TestClient

from service import ServiceSettings, create_app
from service.server import server_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.store import Store
    from extractor.types import UserRole
    from service.context import Service

PATIENCE = 60.0


@contextmanager
def serving(settings: ServiceSettings, base_url: str = "http://127.0.0.1:8420", **changes: Any) -> Iterator[TestClient]:
    app = create_app(replace(settings, **changes))
    with TestClient(app, base_url=base_url, raise_server_exceptions=False) as client:
        yield client


@contextmanager
def listening(settings: ServiceSettings) -> Iterator[int]:
    """Serve as ``gouji serve`` does, on a port that is free; yields it."""
    with at_work(settings) as (port, _):
        yield port


@contextmanager
def at_work(settings: ServiceSettings) -> Iterator[tuple[int, Service]]:
    """Serve as ``gouji serve`` does; yields the port, and what stands behind it."""
    config = server_config(replace(settings, port=0))
    config.log_config = None
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        end = time.monotonic() + PATIENCE
        while not server.started:
            assert time.monotonic() < end
            time.sleep(0.02)
        yield server.servers[0].sockets[0].getsockname()[1], config.app.state.service  # type: ignore[union-attr]
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def until(condition: Callable[[], bool], told: str) -> None:
    """Wait for what must come."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, told
        time.sleep(0.01)


def service_of(client: TestClient) -> Service:
    found: Service = client.app.state.service  # type: ignore[attr-defined]
    return found


def wait_for_workers(client: TestClient, count: int | None = None) -> None:
    pool = service_of(client).pool
    end = time.monotonic() + PATIENCE
    while pool.ready < (count or pool.size):
        assert time.monotonic() < end, "workers did not start"
        time.sleep(0.02)


def bearer(store: Store, role: UserRole, name: str | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {store.users().add_key(name or role.value, role)}"}
