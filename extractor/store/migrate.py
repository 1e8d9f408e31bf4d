"""Makes a database or brings it to the schema of this version; the migrations lie inside the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, text

from extractor.errors import StoreError
from extractor.store.engine import (
    current_revision,
    make_engine,
    parse_url,
    reading,
    shown,
    sqlite_file,
    use_wal,
    writing,
)
from extractor.store.schema import REVISION
from extractor.store.seed import is_seeded, seed

# Any fixed number: two upgrades of one PostgreSQL database take turns.
_UPGRADE_LOCK = 0x676F756A69


def upgrade(url: str) -> str:
    """Create the database if it is missing, migrate it, and refresh its reference tables, in one transaction.

    Args:
        url: SQLAlchemy URL. An SQLite file is made, its folder is not; a PostgreSQL database must exist.

    Returns:
        The revision reached.

    Raises:
        StoreError: the database cannot be reached, or is of a later version than this program.
    """
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if file is not None and not file.parent.is_dir():
        raise StoreError(f"目录 {file.parent} 不存在；请先建立目录", f"{file.parent} is missing")
    engine = make_engine(parsed)
    try:
        if file is not None:
            use_wal(engine)
        with writing(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
            try:
                command.upgrade(config(connection), REVISION)
            except CommandError as error:
                raise StoreError(f"数据库 {shown(parsed)} 比本程序新；请先升级 gouji", str(error)) from error
            seed(connection)
    finally:
        engine.dispose()
    return REVISION


def prepare(url: str) -> None:
    """Make ``url`` ready to be written to: :func:`upgrade` it, unless it is of this schema and lexicon already.

    Args:
        url: as for :func:`upgrade`.

    Raises:
        StoreError: as for :func:`upgrade`.
    """
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if (file is not None and not file.is_file()) or not _is_current(parsed):
        upgrade(url)


def _is_current(url: URL) -> bool:
    engine = make_engine(url)
    try:
        with reading(engine) as connection:
            return current_revision(connection) == REVISION and is_seeded(connection)
    finally:
        engine.dispose()


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for commands over ``connection``."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return made
