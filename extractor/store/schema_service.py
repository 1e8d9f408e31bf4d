"""The tables of the service: uploads and jobs, keys and sessions, corrections, audit; part of :mod:`extractor.store.schema`.

The bytes of an upload lie in the database until its job is finished: what was acknowledged is there after a crash, and
every server on the same database can work on it. Secrets (keys, sessions) are kept as hashes only.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from extractor.store.columns import UtcDateTime
from extractor.store.metadata import metadata, one_of
from extractor.types import JobKind, JobState, UserRole, WorkReason, WorkState

# ``token`` proves who works on a job, a ``process`` of ``host`` that was ``born`` so many ticks after its system; whoever lost
# it writes nothing more. ``beat``: when that one last said so. ``attempts``: how often the job was begun since something of
# it was last finished. ``slow``: it is large or has taken long, and leaves one place to those that are not.
job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("idempotency_key", Text),
    Column("request_hash", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("started", UtcDateTime),
    Column("finished", UtcDateTime),
    Column("token", Text),
    Column("host", Text),
    Column("process", Integer),
    Column("born", BigInteger),
    Column("beat", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("slow", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("message", Text, nullable=False),
    one_of("kind", [*JobKind]),
    one_of("state", [*JobState]),
    UniqueConstraint("author", "idempotency_key"),
    Index(None, "state", "id"),
)
# Without a job: it is still being written, or was when its server died.
upload = Table(
    "upload",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", Integer, ForeignKey("job.id", ondelete="CASCADE"), index=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("received", UtcDateTime, nullable=False),
    Column("surveyed", Boolean, nullable=False),
)
upload_chunk = Table(
    "upload_chunk",
    metadata,
    Column("upload_id", Integer, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
# An uploaded file, or a member of a container in it; ``position`` as in ``work_item``. Skipped without a reason: the job
# ended before its turn.
job_item = Table(
    "job_item",
    metadata,
    Column("job_id", Integer, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("item_index", Integer, primary_key=True, autoincrement=False),
    Column("upload_id", Integer, ForeignKey("upload.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("path", Text, nullable=False),
    Column("position", Text, nullable=False),
    Column("bytes", BigInteger),
    Column("sha256", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("seconds", Float),
    Column("characters", Integer),
    Column("figures", Integer),
    Column("document_id", Integer, ForeignKey("document.id", ondelete="SET NULL"), index=True),
    Column("finished", UtcDateTime),
    one_of("state", [*WorkState]),
    one_of("reason", [*WorkReason]),
    Index(None, "job_id", "state"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("created", UtcDateTime, nullable=False),
    Column("revoked", UtcDateTime),
    one_of("role", [*UserRole]),
)
# Of a browser that gave a key; gone with the key.
session = Table(
    "session",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("api_key_id", Integer, ForeignKey("api_key.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime, nullable=False, index=True),
)
audit_event = Table(
    "audit_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)

# What a person says a figure is; outlives the extraction that found it, and is applied to the next one. ``changes`` are
# fields of the figure with what they should be; null where the figure is none. The last one of a place that was not
# withdrawn holds; ``unfit`` says why it does not fit what was extracted since.
correction = Table(
    "correction",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", Integer, ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("sentence_start", Integer, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("changes", JSON(none_as_null=True)),
    Column("note", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("made", UtcDateTime, nullable=False),
    Column("withdrawn", UtcDateTime),
    Column("withdrawn_by", Text),
    Column("unfit", Text),
    Index(None, "document_id", "start_offset"),
)

# Documents that the index of ``search.py`` does not know yet as they are; also those that are gone and still in it.
search_pending = Table(
    "search_pending", metadata, Column("document_id", Integer, primary_key=True, autoincrement=False)
)
# What was extracted of a document that has corrections in force, as rows by table with the names of their columns: they are
# applied to this anew each time.
uncorrected = Table(
    "uncorrected",
    metadata,
    Column("document_id", Integer, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("content", JSON, nullable=False),
)
