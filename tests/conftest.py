"""Databases for the tests: the same test runs on an SQLite file and on a real PostgreSQL.

The PostgreSQL cluster is thrown away after the session. Without a server a test is skipped, except on CI, where it fails.
"""

from __future__ import annotations

import cProfile
import os
import shutil
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from fastapi.testclient import TestClient
from postgresql_cluster import MISSING, cluster, server_programs
from sqlalchemy import create_engine, text

from extractor.config import Settings
from extractor.store import Store, open_store, upgrade
from service import ServiceSettings, create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    NewDatabase = Callable[[str], AbstractContextManager[str]]

_numbers = count(1)

# No test is timed: how long an example takes tells how busy the machine is.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out PostgreSQL where a test says that it is not about the database."""
    left_out = [
        item
        for item in items
        if item.get_closest_marker("any_database")
        and isinstance(item, pytest.Function)
        and getattr(item, "callspec", None) is not None
        and item.callspec.params.get("database_url") == "postgresql"
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a cluster; yields the URL of its databases with ``{}`` for the name."""
    programs = server_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with cluster(programs) as url:
        yield url


@pytest.fixture(scope="session")
def new_postgresql(postgresql_server: str) -> NewDatabase:
    """Return what makes a database out of a template database, gives its URL, and drops it at the end."""
    admin = create_engine(postgresql_server.format("postgres"), isolation_level="AUTOCOMMIT")

    @contextmanager
    def made(template: str) -> Iterator[str]:
        name = f"gouji_{next(_numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
            yield postgresql_server.format(name)
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    return made


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "gouji.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(new_postgresql: NewDatabase) -> Iterator[str]:
    with new_postgresql("template0") as url:
        upgrade(url)
        yield url.split("@/")[1].split("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables (the SQLite file does not exist yet)."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'gouji.db'}"
        return
    with request.getfixturevalue("new_postgresql")("template0") as url:
        yield url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """An SQLite database of the current schema, without documents."""
    shutil.copy(migrated_sqlite, tmp_path / "gouji.db")
    return f"sqlite:///{tmp_path / 'gouji.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the current schema, without documents."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    with request.getfixturevalue("new_postgresql")(request.getfixturevalue("migrated_postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
def provincial_reports() -> Path:
    """The reports of 31 provinces (.docx in a .zip), which lie beside the repository; on CI they must be there."""
    path = Path(__file__).parents[2] / "shared/data/corpora/provincial_reports_2025_docx.zip"
    if not path.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing: CI must read real reports")
        pytest.skip(f"{path} is not on this machine")
    return path


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def service_settings(database_url: str) -> ServiceSettings:
    return ServiceSettings(extractor=replace(Settings(), database_url=database_url))


@pytest.fixture
def client(service_settings: ServiceSettings) -> Iterator[TestClient]:
    """The service on a real database, asked over HTTP."""
    app = create_app(service_settings)
    with TestClient(app, base_url="http://127.0.0.1:8420", raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def calls() -> Callable[..., int]:
    """How many functions one calls, which grows as time does and is the same on a busy machine."""

    def count_calls(function: Callable[..., object], *arguments: object) -> int:
        profile = cProfile.Profile()
        profile.runcall(function, *arguments)
        return sum(entry.callcount for entry in profile.getstats())

    return count_calls
