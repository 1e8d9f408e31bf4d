"""A job in the hands of who carries it out, known by a token that every write transaction checks.

An item and its document are written in one transaction: after a crash it is finished or it is not. A content that is
stored already is not written again, whoever stored it, and when: its item is a duplicate.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, exists, func, or_, select, update

from extractor.errors import ReadError, StoreError
from extractor.store import duplicates, lease, schema
from extractor.store.columns import storable
from extractor.store.engine import reading, writing
from extractor.store.results import WorkResult, finish_all, finished
from extractor.store.work_items import batches
from extractor.store.write import write
from extractor.types import JobKind, JobState, WorkItem, WorkState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from extractor.types import SurveyedFile, SurveyedItem

_PAGE = 5000
_LEFT = "任务已结束，没有处理；重试这个任务即继续"
_NEW_CONTENT = (WorkState.PENDING, WorkState.DONE, WorkState.FAILED)
_job = schema.job.c
_upload = schema.upload.c
_chunk = schema.upload_chunk.c
_table = schema.job_item
_item = _table.c
_document = schema.document.c

_at_work: set[str] = set()
"""Tokens of the jobs that threads of this process carry out."""


class LostJobError(StoreError):
    """Another one has taken the job over, or it was ended."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file that is not finished; ``surveyed``: what is in it is known."""

    id: int
    name: str
    bytes: int
    surveyed: bool


class HeldJob:
    """A job that this process carries out; made by :meth:`extractor.store.jobs.JobLedger.claim`.

    Every method that writes raises :class:`LostJobError` when the job is no longer ours: nothing was written then.

    Attributes:
        id: of the job.
        kind: what it does.
        options: with which it was asked for.
        slow: whether it leaves one place to jobs that are not.
    """

    def __init__(
        self, engine: Engine, number: int, token: str, kind: JobKind, options: Mapping[str, Any], slow: bool
    ) -> None:
        self._engine, self._token = engine, token
        self.id, self.kind, self.options, self.slow = number, kind, options, slow
        _at_work.add(token)

    def leave(self) -> None:
        """Be at work no more, however the job stands: another one, also of this process, may take it over."""
        _at_work.discard(self._token)

    def renew(self) -> None:
        """Say that we are still at work."""
        with self._writing():
            pass

    def is_cancelled(self) -> bool:
        """Whether somebody wants the job ended."""
        with reading(self._engine) as connection:
            return bool(connection.execute(select(_job.cancelled).where(_job.id == self.id)).scalar())

    def uploads(self) -> list[Upload]:
        """Return the uploads that are not surveyed or have items that are still to be read."""
        pending = exists().where(_item.upload_id == _upload.id, _item.state == WorkState.PENDING)
        columns = (_upload.id, _upload.name, _upload.bytes, _upload.surveyed)
        todo = (_upload.job_id == self.id, or_(~_upload.surveyed, pending))
        with reading(self._engine) as connection:
            return [Upload(*row) for row in connection.execute(select(*columns).where(*todo).order_by(_upload.id))]

    def content(self, upload: Upload) -> Iterator[bytes]:
        """Yield the bytes of an upload in chunks.

        Raises:
            ReadError: they are no longer there.
        """
        position = size = 0
        while size < upload.bytes:
            here = (_chunk.upload_id == upload.id, _chunk.position == position)
            with reading(self._engine) as connection:
                data = connection.execute(select(_chunk.data).where(*here)).scalar()
            if not data:
                raise ReadError(
                    f"任务 {self.id} 上传的文件 {upload.name} 已不完整；请重新上传",
                    f"chunk {position} of upload {upload.id} is missing",
                )
            yield data
            position += 1
            size += len(data)

    def register(self, surveyed: Sequence[tuple[Upload, SurveyedFile]]) -> None:
        """Note what is in uploads, in one transaction; what was read of them before stays as it is."""
        with self._writing() as connection:
            found = [(upload.id, item) for upload, file in surveyed for item in (file.item, *file.members)]
            known = self._known(connection, [upload.id for upload, _ in surveyed])
            fresh = [(key, item) for key, item in found if known.get((key, item.position), (0, True))[1]]
            states = self._states(connection, [item for _, item in fresh])
            free = (
                1
                + connection.execute(
                    select(func.coalesce(func.max(_item.item_index), -1)).where(_item.job_id == self.id)
                ).scalar_one()
            )
            new: list[dict[str, Any]] = []
            other: list[dict[str, Any]] = []
            for key, item in fresh:
                row = {"job_id": self.id, "upload_id": key, **_found(item), **states[id(item)]}
                if (key, item.position) in known:
                    other.append({**row, "item_index": known[key, item.position][0]})
                else:
                    new.append({**row, "item_index": free + len(new), "attempts": 0})
            if new:
                connection.execute(_table.insert(), new)
            _update(connection, other)
            for ids in batches([upload.id for upload, _ in surveyed]):
                connection.execute(update(schema.upload).where(_upload.id.in_(ids)).values(surveyed=True))

    def _known(self, connection: Connection, uploads: Sequence[int]) -> dict[tuple[int, str], tuple[int, bool]]:
        """Return the index of each item of uploads, and whether nothing was read of it."""
        unread = and_(is_unread(), _item.sha256.is_(None)).label("unread")
        known: dict[tuple[int, str], tuple[int, bool]] = {}
        for ids in batches(uploads):
            statement = select(_item.upload_id, _item.position, _item.item_index, unread)
            for row in connection.execute(statement.where(_item.upload_id.in_(ids))):
                known[row.upload_id, row.position] = (row.item_index, bool(row.unread))
        return known

    def _states(self, connection: Connection, items: Sequence[SurveyedItem]) -> dict[int, dict[str, Any]]:
        """Return state and document of each item: of those with the same content the first is read, if none is stored."""
        contents = {item.sha256 for item in items if item.sha256}
        documents = _stored(connection, contents)
        taken: set[str] = set()
        for some in batches(contents):
            at_work = (_item.job_id == self.id, _item.sha256.in_(some), _item.state.in_(_NEW_CONTENT))
            taken.update(value for value in connection.execute(select(_item.sha256).where(*at_work)).scalars() if value)
        states: dict[int, dict[str, Any]] = {}
        for item in items:
            again = item.sha256 in documents or item.sha256 in taken
            states[id(item)] = {
                "state": WorkState.DUPLICATE if again else item.state,
                "document_id": documents.get(item.sha256 or ""),
                "finished": None if item.state is WorkState.PENDING and not again else datetime.now(UTC),
            }
            if item.sha256:
                taken.add(item.sha256)
        return states

    def pending(self, upload: int) -> Iterator[WorkItem]:
        """Yield what is still to be read of an upload, in the order in which it was found; ``id`` is the index."""
        columns = (_item.item_index, _item.path, _item.position, _item.sha256)
        wanted = (_item.job_id == self.id, _item.upload_id == upload, _item.state == WorkState.PENDING)
        after = -1
        while True:
            statement = select(*columns).where(*wanted, _item.item_index > after).order_by(_item.item_index)
            with reading(self._engine) as connection:
                page = connection.execute(statement.limit(_PAGE)).all()
            yield from (WorkItem(*row) for row in page)
            if len(page) < _PAGE:
                return
            after = page[-1].item_index

    def store(self, results: Sequence[WorkResult]) -> None:
        """Store documents and note what came of their items, in one transaction; what the database refuses has failed."""
        finish_all(results, self._store)

    def _store(self, results: Sequence[WorkResult]) -> None:
        with self._writing() as connection:
            read = [(result, result.prepared) for result in results if result.prepared is not None]
            # All locks at once, as ``write`` takes its own: then no other writer stores one of these contents meanwhile.
            contents = {prepared.document["sha256"] for _, prepared in read}
            duplicates.lock(connection, contents.union(*(prepared.hashes for _, prepared in read)))
            known = _stored(connection, contents)
            new = [(result, prepared) for result, prepared in read if prepared.document["sha256"] not in known]
            numbers = write(connection, [prepared for _, prepared in new])
            documents = {result.item: number for (result, _), number in zip(new, numbers, strict=True)}
            now = datetime.now(UTC)
            rows = [finished(result, documents.get(result.item), now) for result in results]
            for row, result in zip(rows, results, strict=True):
                row |= {"job_id": self.id, "item_index": result.item}
                if result.prepared is not None and result.item not in documents:
                    stored = {"state": WorkState.DUPLICATE, "document_id": known[result.prepared.document["sha256"]]}
                    row |= {**stored, "characters": None, "figures": None}
            _update(connection, rows)
            for some in batches([result.item for result in results]):
                tried = update(_table).where(_item.job_id == self.id, _item.item_index.in_(some))
                connection.execute(tried.values(attempts=_item.attempts + 1))
            connection.execute(update(schema.job).where(_job.id == self.id).values(attempts=0))

    def finish(self, state: JobState, message: str = "") -> None:
        """End the job; what was not reached is skipped.

        Args:
            state: how it ended.
            message: why it failed.
        """
        with self._writing() as connection:
            close(connection, self.id, state, message)

    def release(self, *, slow: bool) -> None:
        """Put the job back into the queue, in good order."""
        with self._writing() as connection:
            values = {"state": JobState.QUEUED, "token": None, "slow": slow, "attempts": 0}
            connection.execute(update(schema.job).where(_job.id == self.id).values(values))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with writing(self._engine) as connection:
            held = (_job.id == self.id, _job.token == self._token)
            beat = {"beat": lease.now(connection)}
            if connection.execute(update(schema.job).where(*held).values(beat)).rowcount != 1:
                raise LostJobError(f"任务 {self.id} 已由另一个进程接手", f"job {self.id} was lost")
            yield connection


def is_at_work(token: str) -> bool:
    """Whether a thread of this process carries out the job of a token."""
    return token in _at_work


def is_unread() -> ColumnElement[bool]:
    """Return the condition that an item failed, or was not reached when its job ended."""
    skipped = and_(_item.state == WorkState.SKIPPED, _item.reason.is_(None))
    return or_(_item.state == WorkState.FAILED, skipped)


def close(connection: Connection, number: int, state: JobState, message: str = "") -> None:
    """End a job: what was not reached of it is skipped, and duplicates get the document that their content has now."""
    left = {"state": WorkState.SKIPPED, "message": _LEFT}
    connection.execute(update(_table).where(_item.job_id == number, _item.state == WorkState.PENDING).values(left))
    unknown = ~exists().where(_item.upload_id == _upload.id)
    columns = (_upload.id, _upload.name, _upload.bytes)
    rows = connection.execute(select(*columns).where(_upload.job_id == number, unknown).order_by(_upload.id)).all()
    if rows:
        last = select(func.coalesce(func.max(_item.item_index), -1)).where(_item.job_id == number)
        free = 1 + connection.execute(last).scalar_one()
        blank = {"job_id": number, "position": "", "attempts": 0, **left}
        skipped = [
            {**blank, "item_index": free + n, "upload_id": row.id, "path": row.name, "bytes": row.bytes}
            for n, row in enumerate(rows)
        ]
        connection.execute(_table.insert(), skipped)
    document = select(_document.id).where(_document.sha256 == _item.sha256, _is_stored()).scalar_subquery()
    lacking = (_item.job_id == number, _item.state == WorkState.DUPLICATE, _item.document_id.is_(None))
    connection.execute(update(_table).where(*lacking).values(document_id=document))
    ended = {"state": state, "message": storable(message), "finished": datetime.now(UTC), "token": None}
    connection.execute(update(schema.job).where(_job.id == number).values(ended))


def _is_stored() -> ColumnElement[bool]:
    """Return the condition that a document was extracted; one without a run is only what a comparison has left of it."""
    return exists().where(schema.extraction_run.c.document_id == _document.id)


def _stored(connection: Connection, contents: Collection[str]) -> dict[str, int]:
    """Return the documents of those of ``contents`` that are stored."""
    documents: dict[str, int] = {}
    for some in batches(contents):
        statement = select(_document.sha256, _document.id).where(_document.sha256.in_(some), _is_stored())
        documents.update({row.sha256: row.id for row in connection.execute(statement)})
    return documents


def _found(item: SurveyedItem) -> dict[str, Any]:
    return {
        "path": item.path,
        "position": item.position,
        "bytes": item.bytes,
        "sha256": item.sha256,
        "reason": item.reason,
        "message": storable(item.message),
    }


def _update(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows, which have equal columns, over those of their ``job_id`` and ``item_index``."""
    if rows:
        key = ("job_id", "item_index")
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name not in key}
        here = [_item[name] == bindparam(f"new_{name}") for name in key]
        statement = update(_table).where(*here).values(values)
        connection.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row in rows])
