"""Databases for the tests: the same test runs on an SQLite file and on a real PostgreSQL.

The PostgreSQL cluster is thrown away after the session. Without a server a test is skipped, except on CI, where it fails.
"""

from __future__ import annotations

import cProfile
import os
import shutil
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from postgresql_cluster import MISSING, cluster, server_programs
from sqlalchemy import create_engine, text

from extractor.store import Store, open_store, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_numbers = count(1)

# No test is timed: how long an example takes tells how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


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
def new_postgresql(postgresql_server: str) -> Callable[[str], str]:
    """Return what makes a database out of a template database and gives its URL."""
    admin = create_engine(postgresql_server.format("postgres"), isolation_level="AUTOCOMMIT")

    def make(template: str) -> str:
        name = f"gouji_{next(_numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return postgresql_server.format(name)

    return make


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "gouji.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(new_postgresql: Callable[[str], str]) -> str:
    url = new_postgresql("template0")
    upgrade(url)
    return url.split("@/")[1].split("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables (the SQLite file does not exist yet)."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gouji.db'}"
    made: str = request.getfixturevalue("new_postgresql")("template0")
    return made


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """An SQLite database of the current schema, without documents."""
    shutil.copy(migrated_sqlite, tmp_path / "gouji.db")
    return f"sqlite:///{tmp_path / 'gouji.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of the current schema, without documents."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    made: str = request.getfixturevalue("new_postgresql")(request.getfixturevalue("migrated_postgresql"))
    return made


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


@pytest.fixture(scope="session")
def calls() -> Callable[..., int]:
    """How many functions one calls, which grows as time does and is the same on a busy machine."""

    def count_calls(function: Callable[..., object], *arguments: object) -> int:
        profile = cProfile.Profile()
        profile.runcall(function, *arguments)
        return sum(entry.callcount for entry in profile.getstats())

    return count_calls
