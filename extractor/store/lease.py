"""Who works on the archives of a database: one process at a time, known by a token that every write transaction checks.

A process that dies leaves its row behind. The next one on the same machine sees that the process is gone, for its number
and the moment at which it was started together are those of no other; on another machine, and where the system does not
tell that moment, it waits until nothing was heard for :data:`SILENCE`. Whoever was declared dead by mistake writes nothing more:
its token is no longer there.
"""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from extractor.errors import StoreError, UsageError
from extractor.store import schema
from extractor.store.columns import UtcDateTime
from extractor.store.engine import upsert

SILENCE = timedelta(minutes=3)
_NAME = "archive"
_DEAD = (b"Z", b"X")
"""States of a process that has ended, which its parent may not have noticed."""
_lease = schema.work_lease.c


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is at work, since when, and when it last said so (UTC); ``born``: see :func:`_born`."""

    host: str
    process: int
    born: int | None
    started: datetime
    beat: datetime


def holder(connection: Connection) -> Holder | None:
    """Return who is at work, ``None`` for nobody."""
    row = connection.execute(select(_lease.host, _lease.process, _lease.born, _lease.started, _lease.beat)).first()
    found = Holder(*row) if row else None
    return found if found and _is_alive(found) else None


def take(connection: Connection) -> str:
    """Become the one who works on archives, and return the token that proves it.

    Args:
        connection: an open write transaction.

    Raises:
        UsageError: another process is at work.
    """
    token, now = uuid.uuid4().hex, datetime.now(UTC)
    row = {"name": _NAME, "token": token, **this_process(), "started": now, "beat": now}
    # The row is locked before it is looked at: of two that come at the same time one waits for the other.
    connection.execute(upsert(connection, schema.work_lease).values({**row, "token": ""}).on_conflict_do_nothing())
    connection.execute(update(schema.work_lease).values(name=_NAME))
    current = connection.execute(select(_lease.token)).scalar_one()
    other = holder(connection)
    if current and other is not None:
        since = other.started.astimezone().strftime("%Y-%m-%d %H:%M")
        raise UsageError(
            f"这个数据库的归档处理正由 {other.host} 上的进程 {other.process} 进行（{since} 开始）；请等它结束，或先停止它",
            f"process {other.process} on {other.host} holds the lease",
        )
    connection.execute(update(schema.work_lease).values(row))
    return token


def renew(connection: Connection, token: str) -> None:
    """Say that the holder of ``token`` is still at work; part of each of its transactions.

    Raises:
        StoreError: another process has taken over.
    """
    statement = update(schema.work_lease).where(_lease.token == token).values(beat=datetime.now(UTC))
    if connection.execute(statement).rowcount != 1:
        raise StoreError("归档处理已由另一个进程接手，本进程停止；用 gouji archive status 查看", "the lease was lost")


def release(connection: Connection, token: str) -> None:
    """Stop being at work."""
    connection.execute(delete(schema.work_lease).where(_lease.token == token))


def this_process() -> dict[str, Any]:
    """Return what tells this process from all others: its host, its number, and when it was born."""
    process = os.getpid()
    return {"host": socket.gethostname(), "process": process, "born": _born(process)}


def has_ended(host: str | None, process: int | None, born: int | None) -> bool:
    """Whether a process, as :func:`this_process` tells of it, has ended for certain: of another machine that is not known."""
    if process is None or host != socket.gethostname():
        return False
    if born is not None:
        return _born(process) != born
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # another user's
    return False


def lives_here(host: str | None, process: int | None, born: int | None) -> bool:
    """Whether a process is one of this machine that is certain not to have ended."""
    return host == socket.gethostname() and born is not None and not has_ended(host, process, born)


def now(connection: Connection) -> datetime:
    """Return what all who ask a database take for the present: on PostgreSQL its own clock, SQLite is on one machine."""
    if connection.dialect.name == "postgresql":
        return connection.execute(select(func.clock_timestamp(type_=UtcDateTime))).scalar_one()
    return datetime.now(UTC)


def _is_alive(found: Holder) -> bool:
    if has_ended(found.host, found.process, found.born):
        return False
    here = lives_here(found.host, found.process, found.born)
    return here or datetime.now(UTC) - found.beat <= SILENCE


def _born(process: int) -> int | None:
    """Return when a process was started, in ticks since the system was; ``None`` for none, or if the system is no Linux."""
    try:
        # The name of the program, in parentheses, may hold anything.
        told = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if told[0] in _DEAD else int(told[19])
