"""The tables of archives: what became of each file, and who is at work; part of :mod:`extractor.store.schema`.

Paths are in the order of their code points, on both engines: a walk over an archive meets the files in the order of their
index.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, Table, Text, text

from extractor.store.columns import CodePoints, UtcDateTime
from extractor.store.metadata import metadata, one_of
from extractor.types import WorkReason, WorkState

archive_root = Table(
    "archive_root",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("added", UtcDateTime, nullable=False),
    Column("walked", UtcDateTime),
)
work_item = Table(
    "work_item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("root_id", Integer, ForeignKey("archive_root.id"), nullable=False),
    Column("container_id", Integer, ForeignKey("work_item.id"), index=True),
    Column("path", CodePoints, nullable=False, unique=True),
    Column("position", Text, nullable=False),
    Column("bytes", BigInteger),
    Column("mtime_ns", BigInteger),
    Column("sha256", Text, index=True),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("seconds", Float),
    Column("characters", Integer),
    Column("figures", Integer),
    Column("document_id", Integer, ForeignKey("document.id"), index=True),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("finished", UtcDateTime),
    Column("gone", UtcDateTime),
    one_of("state", [*WorkState]),
    one_of("reason", [*WorkReason]),
    Index(None, "state", "id"),
)
# Of all items with the same content one is worked on, the others are its duplicates.
Index(
    "uq_work_item_content",
    work_item.c.sha256,
    unique=True,
    sqlite_where=text("state IN ('pending', 'done', 'failed')"),
    postgresql_where=text("state IN ('pending', 'done', 'failed')"),
)
# Who is at work on the archives: one process at a time.
work_lease = Table(
    "work_lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("process", Integer, nullable=False),
    Column("born", BigInteger),
    Column("started", UtcDateTime, nullable=False),
    Column("beat", UtcDateTime, nullable=False),
)
