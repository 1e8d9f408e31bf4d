"""Uploads and jobs: what was asked for, how far it is, and what became of each file.

The table ``job`` is the truth. The bytes that a job is about are written before it, in transactions that keep nobody waiting
for long; that which makes the job makes them part of it. Who carries it out holds it through
:class:`~extractor.store.held_job.HeldJob`.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Row, delete, exists, func, or_, select, update

from extractor.errors import ConflictError, MissingError
from extractor.store import lease, schema
from extractor.store.columns import storable
from extractor.store.engine import reading, upsert, writing
from extractor.store.held_job import HeldJob, close, is_at_work, is_unread
from extractor.store.work_items import batches
from extractor.types import FINISHED, JobKind, JobState, WorkReason, WorkState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHUNK_BYTES = 2**20
SILENCE = timedelta(seconds=30)
"""After which a job whose holder on another machine said nothing is given to another one."""
MOST_ATTEMPTS = 20
"""Times that a job is begun without anything of it being finished, until it has failed: it may kill who tries."""
_SLOW_BYTES = 8 * 2**20
_NAMED = 5
_AT_ONCE = 16
"""Chunks that are written, or deleted, in one transaction."""
_WRITTEN = timedelta(hours=1)
"""After which the bytes of an upload that belongs to no job are those of a server that died."""
_job = schema.job.c
_upload = schema.upload.c
_chunk = schema.upload_chunk.c
_item = schema.job_item.c


class UnknownJobError(MissingError):
    """There is no such job."""


class JobStateError(ConflictError):
    """What is asked of a job does not go with where it stands."""


@dataclass(frozen=True, slots=True)
class NewUpload:
    """A file as it was uploaded: its name for people, what it holds, and the hash (SHA-256) and number of its bytes."""

    name: str
    file: IO[bytes]
    sha256: str
    bytes: int


def new_upload(name: str, file: IO[bytes]) -> NewUpload:
    """Return a file that can be sought in, read once for its hash."""
    file.seek(0)
    digest = hashlib.sha256()
    while data := file.read(CHUNK_BYTES):
        digest.update(data)
    return NewUpload(name, file, digest.hexdigest(), file.tell())


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is asked for: with the same ``key`` of the same ``author`` the same thing is done only once."""

    kind: JobKind
    author: str
    options: Mapping[str, Any]
    uploads: Sequence[NewUpload] = ()
    key: str | None = None

    def fingerprint(self) -> str:
        """Return a hash that tells this request from others."""
        files = [[upload.name, upload.sha256, upload.bytes] for upload in self.uploads]
        told = json.dumps([self.kind, self.options, files], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job and how far it is.

    ``uploads`` and ``bytes`` count what was uploaded, ``names`` are the first few; ``states`` count its items (files and
    members of containers); ``figures`` and ``characters`` are those of the items that were read.
    """

    id: int
    kind: JobKind
    state: JobState
    author: str
    options: Mapping[str, Any]
    created: datetime
    started: datetime | None
    finished: datetime | None
    cancelled: bool
    message: str
    slow: bool
    uploads: int
    bytes: int
    names: tuple[str, ...]
    states: Mapping[WorkState, int]
    figures: int
    characters: int


@dataclass(frozen=True, slots=True)
class JobItem:
    """A file of an upload, or a member of a container in it, and what became of it."""

    index: int
    path: str
    bytes: int | None
    sha256: str | None
    state: WorkState
    reason: WorkReason | None
    message: str
    attempts: int
    seconds: float | None
    characters: int | None
    figures: int | None
    document: int | None
    finished: datetime | None


class JobLedger:
    """The jobs of a database; see :meth:`extractor.store.Store.jobs`.

    Every method raises :class:`StoreError` when the database refuses.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def accept(self, request: NewJob) -> tuple[int, bool]:
        """Write a job with all its bytes: the whole of it or, whatever happens, nothing that is ever seen.

        Returns:
            The id of the job, and whether it is new: not one that was asked for before with the same key.

        Raises:
            JobStateError: something else was asked for with the same key.
        """
        fingerprint = request.fingerprint()
        with reading(self._engine) as connection:
            known = _asked_before(connection, request, fingerprint)
        if known is not None:
            return known, False
        uploads: list[int] = []
        try:
            self._write(request.uploads, uploads)
            known, new = self._insert(request, fingerprint, uploads)
        except BaseException:
            self._discard(uploads)
            raise
        if not new:
            self._discard(uploads)
        return known, new

    def _insert(self, request: NewJob, fingerprint: str, uploads: Sequence[int]) -> tuple[int, bool]:
        with writing(self._engine) as connection:
            row = {
                "kind": request.kind, "state": JobState.QUEUED, "author": request.author, "options": dict(request.options),
                "idempotency_key": request.key, "request_hash": fingerprint, "created": datetime.now(UTC), "attempts": 0,
                "slow": sum(upload.bytes for upload in request.uploads) > _SLOW_BYTES, "cancelled": False, "message": "",
            }  # fmt: skip
            new = upsert(connection, schema.job).values(row).on_conflict_do_nothing().returning(_job.id)
            number = connection.execute(new).scalar()
            if number is None:  # somebody was quicker
                return _asked_before(connection, request, fingerprint) or 0, False
            for some in batches(uploads):
                connection.execute(update(schema.upload).where(_upload.id.in_(some)).values(job_id=number))
            return int(number), True

    def _write(self, uploads: Sequence[NewUpload], written: list[int]) -> None:
        """Write uploads that belong to no job yet, and add their ids to those ``written``."""
        for some in _batches(uploads):
            begun: list[int] = []
            with writing(self._engine) as connection:
                for upload, position, data in some:
                    if position == 0:
                        begun.append(_begin(connection, upload))
                    key = (begun or written)[-1]
                    chunk = {"upload_id": key, "position": position, "data": data}
                    connection.execute(schema.upload_chunk.insert(), chunk)
            written += begun

    def _discard(self, uploads: Sequence[int]) -> None:
        """Remove uploads that belong to no job."""
        for upload in uploads:
            while self._drop_some(upload, None):
                pass
            with writing(self._engine) as connection:
                connection.execute(delete(schema.upload).where(_upload.id == upload, _upload.job_id.is_(None)))

    def get(self, number: int) -> StoredJob:
        """Return a job.

        Raises:
            UnknownJobError: there is none of this number.
        """
        with reading(self._engine, snapshot=True) as connection:
            found = _stored(connection, connection.execute(select(schema.job).where(_job.id == number)).all())
        if not found:
            raise _unknown(number)
        return found[0]

    def recent(
        self, limit: int, before: int | None = None, state: JobState | None = None, kind: JobKind | None = None
    ) -> list[StoredJob]:
        """Return the newest jobs, of a state and kind if these are given, with ids below ``before``."""
        statement = select(schema.job).order_by(_job.id.desc()).limit(limit)
        for column, value in ((_job.state, state), (_job.kind, kind)):
            statement = statement if value is None else statement.where(column == value)
        if before is not None:
            statement = statement.where(_job.id < before)
        with reading(self._engine, snapshot=True) as connection:
            return _stored(connection, connection.execute(statement).all())

    def items(
        self, number: int, limit: int, after: int = -1, states: Sequence[WorkState] = tuple(WorkState)
    ) -> list[JobItem]:
        """Return the items of a job in one of ``states``, by index, from the one behind ``after``.

        Raises:
            UnknownJobError: there is no such job.
        """
        wanted = (_item.job_id == number, _item.item_index > after, _item.state.in_(states))
        with reading(self._engine) as connection:
            if connection.execute(select(_job.id).where(_job.id == number)).scalar() is None:
                raise _unknown(number)
            rows = connection.execute(
                select(schema.job_item).where(*wanted).order_by(_item.item_index).limit(limit)
            ).all()
        return [
            JobItem(
                row.item_index, row.path, row.bytes, row.sha256, WorkState(row.state),
                WorkReason(row.reason) if row.reason else None, row.message, row.attempts, row.seconds, row.characters,
                row.figures, row.document_id, row.finished,
            )
            for row in rows
        ]  # fmt: skip

    def cancel(self, number: int) -> None:
        """Let a job end: at once if nobody is at work on it, else as soon as its holder hears of it.

        Raises:
            UnknownJobError: there is none of this number.
            JobStateError: it has ended otherwise.
        """
        with writing(self._engine) as connection:
            row = _locked(connection, number)
            if row.state == JobState.CANCELLED:
                return
            if row.state in FINISHED:
                raise JobStateError(f"任务 {number} 已经结束，不能取消", f"job {number} is {row.state}")
            if row.state == JobState.QUEUED:
                close(connection, number, JobState.CANCELLED)
            connection.execute(update(schema.job).where(_job.id == number).values(cancelled=True))

    def retry(self, number: int) -> None:
        """Let what failed of a job, or was not reached when it was ended, be tried once more.

        Raises:
            UnknownJobError: there is none of this number.
            JobStateError: it has not ended, there is nothing to try again, or the bytes are no longer kept.
        """
        with writing(self._engine) as connection:
            row = _locked(connection, number)
            if row.state not in FINISHED:
                raise JobStateError(f"任务 {number} 还没有结束，不能重试", f"job {number} is {row.state}")
            if row.kind == JobKind.IMPORT:
                _reopen(connection, number)
            elif row.state == JobState.DONE:
                raise JobStateError(f"任务 {number} 已经完成，不必重试", f"job {number} is done")
            again = {"state": JobState.QUEUED, "cancelled": False, "message": "", "attempts": 0, "finished": None}
            connection.execute(update(schema.job).where(_job.id == number).values(again))

    def claim(self, number: int) -> HeldJob | None:
        """Become the one who carries out a job; ``None`` if another one does, or it has ended."""
        held: HeldJob | None = None
        try:
            with writing(self._engine) as connection:
                held = self._claimed(connection, number)
        except BaseException:
            if held is not None:
                held.leave()
            raise
        return held

    def _claimed(self, connection: Connection, number: int) -> HeldJob | None:
        """Take a job in a transaction: whoever sees that it is taken must know at once that we are at work on it."""
        row = connection.execute(select(schema.job).where(_job.id == number).with_for_update()).first()
        now = lease.now(connection)
        if row is None or not _is_free(row, now):
            return None
        if row.cancelled:
            close(connection, number, JobState.CANCELLED)
            return None
        if row.attempts >= MOST_ATTEMPTS:
            close(connection, number, JobState.FAILED, "任务多次中断，没有进展，已停止；可以重试，仍不行请联系管理员")
            return None
        token = uuid.uuid4().hex
        taken = {
            "state": JobState.RUNNING, "token": token, **lease.this_process(), "beat": now,
            "started": row.started or now, "attempts": row.attempts + 1,
        }  # fmt: skip
        connection.execute(update(schema.job).where(_job.id == number).values(taken))
        return HeldJob(self._engine, number, token, JobKind(row.kind), row.options, row.slow)

    def waiting(self, limit: int) -> list[tuple[int, bool]]:
        """Return the first jobs that are queued or left by a holder that is dead or silent, and whether each is slow."""
        with reading(self._engine) as connection:
            statement = select(schema.job).where(_job.state == JobState.RUNNING).order_by(_job.id)
            now = lease.now(connection)
            left = [row for row in connection.execute(statement) if _is_free(row, now)]
            queued = select(_job.id, _job.slow).where(_job.state == JobState.QUEUED).order_by(_job.id)
            return [(row.id, row.slow) for row in (*left, *connection.execute(queued.limit(limit)))]

    def drop_bytes(self, kept: timedelta, number: int | None = None) -> None:
        """Remove the bytes of uploads (of one job, or of all) that nobody needs any more.

        Those of jobs that have ended, if nothing in them failed or was not reached, or ``kept`` has passed since.
        """
        ended = _job.state.in_(FINISHED)
        unread = exists().where(_item.upload_id == _upload.id, is_unread())
        needless = (ended, or_(~unread, _job.finished < datetime.now(UTC) - kept))
        uploads = select(_upload.id, _upload.job_id).join(schema.job, _job.id == _upload.job_id).where(*needless)
        # Of all uploads that there ever were, few still have bytes: these are looked at.
        there = _upload.id.in_(select(_chunk.upload_id).distinct())
        uploads = uploads.where(there) if number is None else uploads.where(_upload.job_id == number)
        stray = (_upload.job_id.is_(None), _upload.received < datetime.now(UTC) - _WRITTEN)
        with reading(self._engine) as connection:
            found = connection.execute(uploads).all()
            strays = connection.execute(select(_upload.id).where(*stray)).scalars().all()
        self._discard(strays)
        for upload, job in found:
            while self._drop_some(upload, job):
                pass

    def _drop_some(self, upload: int, number: int | None) -> bool:
        """Remove some chunks, the first ones first: a retry looks whether the first is there."""
        with writing(self._engine) as connection:
            if number is not None and _locked(connection, number).state not in FINISHED:
                return False
            first = select(_chunk.position).where(_chunk.upload_id == upload).order_by(_chunk.position).limit(_AT_ONCE)
            positions = connection.execute(first).scalars().all()
            if positions:
                some = (_chunk.upload_id == upload, _chunk.position <= positions[-1])
                connection.execute(delete(schema.upload_chunk).where(*some))
            return len(positions) == _AT_ONCE


def _batches(uploads: Sequence[NewUpload]) -> Iterator[list[tuple[NewUpload, int, bytes]]]:
    """Yield the chunks of uploads with their positions, as many at once as are written in one transaction."""
    batch: list[tuple[NewUpload, int, bytes]] = []
    size = 0
    for upload in uploads:
        upload.file.seek(0)
        position = -1
        while data := upload.file.read(CHUNK_BYTES):
            position += 1
            batch.append((upload, position, data))
            size += len(data)
            if size >= _AT_ONCE * CHUNK_BYTES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def _begin(connection: Connection, upload: NewUpload) -> int:
    row = {
        "name": storable(upload.name), "sha256": upload.sha256, "bytes": upload.bytes,
        "received": datetime.now(UTC), "surveyed": False,
    }  # fmt: skip
    return int(connection.execute(schema.upload.insert().values(row).returning(_upload.id)).scalar_one())


def _asked_before(connection: Connection, request: NewJob, fingerprint: str) -> int | None:
    """Return the job that was asked for with the key of a request, ``None`` if there is none.

    Raises:
        JobStateError: that was something else.
    """
    same = (_job.author == request.author, _job.idempotency_key == request.key)
    known = connection.execute(select(_job.id, _job.request_hash).where(*same)).first() if request.key else None
    if known is None:
        return None
    if known.request_hash != fingerprint:
        raise JobStateError(
            f"Idempotency-Key {request.key!r} 已用于另一个请求（任务 {known.id}）；请换一个",
            f"the key {request.key!r} was used for another request, job {known.id}",
        )
    return int(known.id)


def _locked(connection: Connection, number: int) -> Row[Any]:
    row = connection.execute(select(schema.job).where(_job.id == number).with_for_update()).first()
    if row is None:
        raise _unknown(number)
    return row


def _unknown(number: int) -> UnknownJobError:
    return UnknownJobError(f"没有编号为 {number} 的任务；请用 /v1/jobs 查找", f"there is no job {number}")


def _is_free(row: Row[Any], now: datetime) -> bool:
    """Whether nobody is at work on a job that has not ended.

    Of a process on this machine that lives its beat tells nothing: it may wait long for its turn to write.
    """
    if row.state != JobState.RUNNING:
        return bool(row.state == JobState.QUEUED)
    holder = (row.host, row.process, row.born)
    if holder == tuple(lease.this_process().values()):
        return not is_at_work(row.token)
    if lease.has_ended(*holder):
        return True
    return not lease.lives_here(*holder) and now - row.beat > SILENCE


def _reopen(connection: Connection, number: int) -> None:
    """Let the unread items of a job be read; what failed when it was opened is surveyed anew."""
    unread = (_item.job_id == number, is_unread())
    first = exists().where(_chunk.upload_id == _item.upload_id, _chunk.position == 0)
    rows = connection.execute(select(_item.upload_id, first).where(*unread).distinct()).all()
    kept = [row[0] for row in rows if row[1]]
    if not kept:
        message = "没有失败的文件" if not rows else "文件已过保留期，请重新上传"
        raise JobStateError(f"任务 {number} 不能重试：{message}", f"job {number}: nothing to try again")
    again = update(schema.job_item).where(*unread, _item.upload_id.in_(kept), _item.sha256.is_not(None))
    values = {"state": WorkState.PENDING, "reason": None, "message": "", "finished": None}
    connection.execute(again.values(values))
    unopened = exists().where(_item.upload_id == _upload.id, _item.sha256.is_(None), is_unread())
    connection.execute(update(schema.upload).where(_upload.id.in_(kept), unopened).values(surveyed=False))


def _stored(connection: Connection, rows: Sequence[Row[Any]]) -> list[StoredJob]:
    numbers = [row.id for row in rows]
    of_job = _upload.job_id.in_(numbers)
    sums = select(_upload.job_id, func.count(), func.sum(_upload.bytes)).where(of_job).group_by(_upload.job_id)
    uploads = {row[0]: (row[1], int(row[2])) for row in connection.execute(sums)}
    nth = func.row_number().over(partition_by=_upload.job_id, order_by=_upload.id).label("nth")
    ranked = select(_upload.job_id, _upload.name, nth).where(of_job).subquery()
    names: dict[int, list[str]] = {number: [] for number in numbers}
    for job, name in connection.execute(
        select(ranked.c.job_id, ranked.c.name).where(ranked.c.nth <= _NAMED).order_by(ranked.c.nth)
    ):
        names[job].append(name)
    states: dict[int, dict[WorkState, int]] = {number: {} for number in numbers}
    sizes: dict[int, list[int]] = {number: [0, 0] for number in numbers}
    counts = select(_item.job_id, _item.state, func.count(), func.sum(_item.figures), func.sum(_item.characters)).where(
        _item.job_id.in_(numbers)
    )
    for job, state, count, *sums_ in connection.execute(counts.group_by(_item.job_id, _item.state)):
        states[job][WorkState(state)] = count
        sizes[job] = [known + int(more or 0) for known, more in zip(sizes[job], sums_, strict=True)]
    return [
        StoredJob(
            row.id, JobKind(row.kind), JobState(row.state), row.author, row.options, row.created, row.started,
            row.finished, row.cancelled, row.message, row.slow, *uploads.get(row.id, (0, 0)),
            tuple(names[row.id]), states[row.id], *sizes[row.id],
        )
        for row in rows
    ]  # fmt: skip
