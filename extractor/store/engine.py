"""Connections: SQLite or PostgreSQL behind one function, and what makes SQLite safe for several processes.

An SQLite file beside which nothing can be written is opened as one that does not change (``immutable``).

SQLite: WAL lets readers go on while one process writes; a writer takes the lock at once (``BEGIN IMMEDIATE``) and
waits for it up to :data:`BUSY_SECONDS`, so no transaction fails halfway because another one came in between.
Python's driver must not open transactions by itself for that, hence ``isolation_level = None``.
The writers of one engine take turns over a connection of their own; readers have as many as they need, and never wait.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from extractor.errors import FREE_SPACE, StoreError
from extractor.store.columns import DECIMAL_COLLATION, compare_decimal_texts
from extractor.store.turns import Patience, Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How long a writer waits for another one.
BUSY_SECONDS = 60
PATIENCE = "gouji_patience"
"""The execution option of an engine that holds how its writers wait (:class:`Patience`)."""
_PATIENT = Patience(BUSY_SECONDS)
_WRITER = "gouji_writer"
"""The execution option of an SQLite engine that holds the one of its writers, and their turns."""
#: Of the file that a connection keeps in memory: SQLite's own 2 MiB do not hold the indexes of a large archive. There is
#: one connection that writes; of those that read there may be as many as a server has threads.
_WRITER_CACHE_KIB = 64 * 1024
_READER_CACHE_KIB = 16 * 1024
_KEPT_READERS = 8
"""Connections that stay open; others are closed after use."""
_POSTGRESQL_POOL = {"pool_size": 10, "max_overflow": 30, "pool_timeout": 10}

_SQLITE_REASONS = {
    sqlite3.SQLITE_BUSY: "正被其他程序占用",
    sqlite3.SQLITE_READONLY: "没有写入权限",
    sqlite3.SQLITE_IOERR: "磁盘读写出错",
    sqlite3.SQLITE_CORRUPT: "文件已损坏",
    sqlite3.SQLITE_FULL: "磁盘空间不足",
    sqlite3.SQLITE_CANTOPEN: "打不开文件",
    sqlite3.SQLITE_NOTADB: "文件不是 SQLite 数据库",
}

_DISK_FULL = "53100"  # of PostgreSQL

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def parse_url(address: str) -> URL:
    """Return the SQLAlchemy URL with the driver that this project uses.

    Raises:
        StoreError: the text is no URL, or names another engine, or an SQLite database without a file.
    """
    try:
        url = make_url(address)
        driver = _DRIVERS[url.get_backend_name()]
    except (ArgumentError, KeyError) as error:
        raise StoreError(
            f"数据库地址 {address!r} 无效；请写成 sqlite:///文件 或 postgresql://用户:密码@主机/库名",
            f"unsupported database URL {address!r}",
        ) from error
    if driver.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise StoreError("SQLite 数据库须是文件；请写成 sqlite:///文件", "an in-memory database cannot be shared")
    return url.set(drivername=driver)


def shown(url: URL) -> str:
    """Return the URL for people, without the password and the driver."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite database, ``None`` for another engine."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(url: URL) -> Engine:
    """Return an engine; nothing is opened yet.

    Raises:
        StoreError: the driver of PostgreSQL is not installed.
    """
    if url.get_backend_name() == "sqlite":
        writer = _sqlite_engine(url, _WRITER_CACHE_KIB, pool_size=1, max_overflow=0)
        lent = {"pool_size": _KEPT_READERS, "max_overflow": -1, "pool_use_lifo": True}
        engine = _sqlite_engine(url, _READER_CACHE_KIB, **lent, execution_options={_WRITER: (writer, Turns())})
        event.listen(engine, "engine_disposed", lambda _: writer.dispose())
        return engine
    try:
        return create_engine(url, json_serializer=_to_json, hide_parameters=True, **_POSTGRESQL_POOL)
    except ModuleNotFoundError as error:
        raise StoreError('缺少 PostgreSQL 驱动；请运行 pip install "gouji[postgres]"', str(error)) from error


def _sqlite_engine(url: URL, cache_kib: int, **options: Any) -> Engine:
    if is_read_only(url):
        options["creator"] = partial(_connect_read_only, Path(url.database or ""))
    waits = {"timeout": BUSY_SECONDS}
    engine = create_engine(url, connect_args=waits, json_serializer=_to_json, hide_parameters=True, **options)
    event.listen(engine, "connect", partial(_prepare_sqlite, cache_kib))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_read_only(url: URL) -> bool:
    """Whether nothing can be written beside an SQLite file, as WAL would even for reading (a disk or share that is read-only).

    A file that another process has open for writing, whose WAL may be written here, is opened as any other.
    """
    file = sqlite_file(url)
    if file is None or not file.is_file() or os.access(file.parent, os.W_OK):
        return False
    beside = [file, Path(f"{file}-wal"), Path(f"{file}-shm")]
    return not all(one.is_file() and os.access(one, os.W_OK) for one in beside)


def _connect_read_only(file: Path) -> sqlite3.Connection:
    """Open a file that does not change; with a WAL of which not all is in the file yet, only as far as SQLite can."""
    wal = Path(f"{file}-wal")
    how = "mode=ro" if wal.is_file() and wal.stat().st_size else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS, check_same_thread=False)


def _require_writable(engine: Engine) -> None:
    if is_read_only(engine.url):
        raise StoreError(
            f"数据库 {shown(engine.url)} 不能写入（所在磁盘只读，或没有权限）；请复制到可写的地方，或请管理员开放权限",
            "neither the file nor its folder can be written to",
        )


def _to_json(value: Any) -> str:
    """Return the JSON of a value; a text is JSON already (no column of ours holds a bare text)."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _prepare_sqlite(cache_kib: int, connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    connection.create_collation(DECIMAL_COLLATION, compare_decimal_texts)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{cache_kib}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    for statement in (options.get("gouji_busy"), options.get("gouji_begin", "BEGIN")):
        if statement:
            connection.exec_driver_sql(statement)


def use_wal(engine: Engine) -> None:
    """Put an SQLite file into WAL mode, which lasts; this is not possible inside a transaction."""
    _require_writable(engine)
    with _translated(engine), engine.connect().execution_options(gouji_begin="") as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that can say what happens ``ON CONFLICT``, which each engine's dialect writes by itself."""
    return (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)


def current_revision(connection: Connection) -> str | None:
    """Return the migration that the database stands at, ``None`` when it was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@contextmanager
def reading(engine: Engine, *, snapshot: bool = False) -> Iterator[Connection]:
    """Open a connection for reading; what the database refuses becomes a :class:`StoreError`.

    Args:
        engine: of the database.
        snapshot: whether all statements see the database as it was at the first of them. On SQLite they always do.
    """
    isolated = snapshot and engine.dialect.name == "postgresql"
    with _translated(engine), engine.connect() as connection:
        yield connection.execution_options(isolation_level="REPEATABLE READ") if isolated else connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one write transaction, committed at the end of the block, rolled back when it raises.

    On SQLite it waits for its turn first, as patiently as the engine says (:data:`PATIENCE`).
    """
    _require_writable(engine)
    with _translated(engine), _writer(engine) as writer, writer.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _writer(engine: Engine) -> Iterator[Engine]:
    """Yield the engine over which to write now."""
    options = engine.get_execution_options()
    if _WRITER not in options:
        yield engine
        return
    writer, turns = options[_WRITER]
    with turns.turn(options.get(PATIENCE, _PATIENT)) as left:
        busy = f"PRAGMA busy_timeout = {round(left * 1000)}"
        yield writer.execution_options(**{**options, "gouji_busy": busy, "gouji_begin": "BEGIN IMMEDIATE"})


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        told = f"数据库 {shown(engine.url)} 正忙，没有空闲的连接；请稍后再试"
        raise StoreError(told, str(error)) from error
    except StatementError as error:
        if isinstance(error.orig, StoreError):  # from one of our column types
            raise error.orig from error
        reason = _reason(error.orig)
        raise StoreError(f"数据库 {shown(engine.url)} 出错：{reason}；{_remedy(error)}", str(error)) from error


def _remedy(error: StatementError) -> str:
    if isinstance(error, IntegrityError):
        return "请报告此错误"
    if _sqlite_code(error.orig) == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == _DISK_FULL:
        return FREE_SPACE
    return "请检查地址、权限和数据库服务，或稍后再试"


def _sqlite_code(error: BaseException | None) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF  # the rest of the code only tells details


def _reason(error: BaseException | None) -> str:
    """Return why the engine refused: what SQLite commonly says in Chinese, all else in the engine's own words."""
    code = _sqlite_code(error)
    known = None if code is None else _SQLITE_REASONS.get(code)
    return known or " ".join(str(error).split())
