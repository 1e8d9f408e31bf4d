"""The work ledger: which files an archive has, what became of each, and who is at work on them.

One process at a time holds the ledger (:meth:`WorkLedger.take`) and is the only one to change it. A document and the
state of its item are written in one transaction, so that after a crash an item is done or it is not.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, func, or_, select, update

from extractor.store import lease, schema, work_items
from extractor.store.engine import reading, upsert, writing
from extractor.store.lease import Holder
from extractor.store.results import WorkResult, finish_all, finished
from extractor.store.write import write
from extractor.types import INSIDE, WorkItem, WorkReason, WorkState, file_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from extractor.types import SurveyedFile

_PAGE = 5000
_item = schema.work_item.c
_root = schema.archive_root.c


class KnownFile(NamedTuple):
    """A file as it was when it was last looked at; a tuple, for there may be millions."""

    path: str
    bytes: int | None
    mtime_ns: int | None
    gone: bool


class Extent(NamedTuple):
    """How many files there are at a path or below (a container is one), how many of them are missing, how many documents
    were read from them and their members, how many of these from missing ones, how many have the same content elsewhere."""

    files: int
    missing: int
    documents: int
    missing_documents: int
    elsewhere: int


class Removed(NamedTuple):
    """An item that was removed, and whether its document went with it."""

    path: str
    document: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """An item that failed."""

    path: str
    reason: WorkReason
    message: str
    bytes: int | None
    attempts: int
    finished: datetime | None


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file or member: its state and why; the document that has its figures; ``copy_of``: which file is read for it."""

    path: str
    state: WorkState
    reason: WorkReason | None
    message: str
    bytes: int | None
    document: int | None
    copy_of: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class RootStatus:
    """A folder or file that was added, and when it was last gone through to its end (UTC)."""

    path: str
    added: datetime
    walked: datetime | None


@dataclass(frozen=True, slots=True)
class WorkStatus:
    """How far the archives are: items by state, failed and skipped ones by reason.

    ``gone`` counts those whose file is missing, ``removed`` those that are done and whose document a person removed since.
    """

    roots: tuple[RootStatus, ...]
    states: Mapping[WorkState, int]
    reasons: Mapping[WorkReason, int]
    gone: int
    removed: int
    characters: int
    figures: int
    holder: Holder | None


class WorkLedger:
    """The work ledger of a database; see :meth:`extractor.store.Store.work`.

    Every method raises :class:`StoreError` when the database refuses; those that write also when another process has
    taken the ledger over.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._token = ""

    def take(self) -> None:
        """Become the process that is at work.

        Raises:
            UsageError: another one is.
        """
        with writing(self._engine) as connection:
            self._token = lease.take(connection)

    def renew(self) -> None:
        """Say that this process is still at work; to be called at least every minute in which nothing is written."""
        with self._writing():
            pass

    def release(self) -> None:
        """Stop being at work."""
        with writing(self._engine) as connection:
            lease.release(connection, self._token)

    def add_root(self, path: str) -> int:
        """Note a folder or file that was named, and return its id."""
        with self._writing() as connection:
            row = {"path": path, "added": datetime.now(UTC)}
            connection.execute(upsert(connection, schema.archive_root).values(row).on_conflict_do_nothing())
            return int(connection.execute(select(_root.id).where(_root.path == path)).scalar_one())

    def close_root(self, root: int) -> None:
        """Note that all of a root was gone through."""
        with self._writing() as connection:
            connection.execute(update(schema.archive_root).where(_root.id == root).values(walked=datetime.now(UTC)))

    def known(self, path: str) -> Iterator[KnownFile]:
        """Yield the files that are known at ``path`` or below, by path; members of containers are left out."""
        columns = (_item.path, _item.bytes, _item.mtime_ns, _item.gone.is_not(None))
        # Not by container_id, whose index SQLite would take instead of that of the paths.
        files = select(*columns).where(_item.position == "").order_by(_item.path).limit(_PAGE)
        folder = path.rstrip("/") + "/"
        statement = files.where(_item.path == path)
        with reading(self._engine) as connection:
            yield from map(KnownFile._make, connection.execute(statement).all())
        first = _item.path >= folder  # with the folder itself, if it could not be opened
        while True:
            # One lower bound: of two, SQLite searches by the first.
            statement = files.where(first, _item.path < work_items.end_of(folder))
            with reading(self._engine) as connection:
                page = connection.execute(statement).all()
            yield from map(KnownFile._make, page)
            if len(page) < _PAGE:
                return
            first = _item.path > page[-1].path

    def register(self, root: int, files: Sequence[SurveyedFile]) -> None:
        """Bring the items of new or changed files to what a survey found, in one transaction."""
        with self._writing() as connection:
            work_items.register(connection, root, files, datetime.now(UTC))

    def holders(self, contents: Collection[str]) -> set[str]:
        """Return the files that stand for these contents (SHA-256), of which all others with the same are duplicates."""
        with reading(self._engine) as connection:
            return {file_of(path) for path in work_items.holders(connection, contents)}

    def mark_gone(self, paths: Sequence[str]) -> None:
        """Note that files are no longer there; figures that no other file has stay until :meth:`prune`."""
        with self._writing() as connection:
            work_items.mark_gone(connection, paths, datetime.now(UTC))

    def extent(self, path: str) -> Extent:
        """Return how much there is at ``path`` or below."""
        here, gone = _at(path), _item.gone.is_not(None)
        other = schema.work_item.alias()
        elsewhere = exists().where(other.c.sha256 == _item.sha256, ~_at(path, other.c))
        counts = (
            select(func.count()).where(here, _item.position == ""),
            select(func.count()).where(here, _item.position == "", gone),
            select(func.count(_item.document_id)).where(here),
            select(func.count(_item.document_id)).where(here, gone),
            select(func.count(_item.document_id)).where(here, elsewhere),
        )
        with reading(self._engine, snapshot=True) as connection:
            return Extent(*(int(connection.execute(count).scalar_one()) for count in counts))

    def prune(self, path: str) -> Iterator[Removed]:
        """Remove the items at ``path`` or below whose file is missing, with their documents.

        Yields:
            Each, a page of them after it went; who stops asking stops it.
        """
        return self._remove(_at(path), _item.gone.is_not(None))

    def remove(self, path: str) -> Iterator[Removed]:
        """Remove the items at ``path`` or below, and the roots there, whether or not there still are files.

        A document whose content lies elsewhere too stays, and is that one's. See :meth:`prune`.
        """
        yield from self._remove(_at(path))
        with self._writing() as connection:
            connection.execute(delete(schema.archive_root).where(_at(path, _root)))

    def _remove(self, *which: ColumnElement[bool]) -> Iterator[Removed]:
        removed = select(schema.work_item).where(*which)
        while True:
            with self._writing() as connection:
                # Members before what they lie in.
                rows = connection.execute(removed.order_by(_item.id.desc()).limit(work_items.ASKED)).all()
                kept = work_items.remove(connection, rows)
            yield from (Removed(row.path, row.document_id is not None and row.document_id not in kept) for row in rows)
            if len(rows) < work_items.ASKED:
                return

    def reopen(self, reasons: Sequence[WorkReason]) -> dict[str, int]:
        """Let items that failed for ``reasons`` (all, if there is none) be read once more.

        Returns:
            The files (and folders, which end with ``/``) that must be surveyed anew, because what failed was to look into
            them, each with the id of its root.
        """
        failed = _failed(reasons)
        with self._writing() as connection:
            unread = select(_item.path, _item.root_id).where(*failed, _item.sha256.is_(None))
            found = connection.execute(unread.order_by(_item.path)).all()
            again = update(schema.work_item).where(*failed, _item.sha256.is_not(None))
            values = {"state": WorkState.PENDING, "reason": None, "message": "", "finished": None}
            connection.execute(again.values(values))
            return {file_of(path): root for path, root in found}

    def pending(self) -> Iterator[WorkItem]:
        """Yield what is still to be read, in the order in which it was found."""
        columns = (_item.id, _item.path, _item.position, _item.sha256)
        after = 0
        while True:
            statement = select(*columns).where(_item.state == WorkState.PENDING, _item.id > after)
            with reading(self._engine) as connection:
                page = connection.execute(statement.order_by(_item.id).limit(_PAGE)).all()
            if not page:
                return
            yield from (WorkItem(*row) for row in page)
            after = page[-1].id

    def finish(self, results: Sequence[WorkResult]) -> list[WorkResult]:
        """Store documents and note what came of their items, in one transaction.

        Returns:
            The results as they were noted: one that the database does not take has failed, the others are stored.
        """
        return finish_all(results, self._finish)

    def _finish(self, results: Sequence[WorkResult]) -> None:
        with self._writing() as connection:
            stored = [(result, result.prepared) for result in results if result.prepared is not None]
            numbers = write(connection, [prepared for _, prepared in stored])
            documents = {result.item: number for (result, _), number in zip(stored, numbers, strict=True)}
            now = datetime.now(UTC)
            rows = [{"id": result.item, **finished(result, documents.get(result.item), now)} for result in results]
            work_items.update_items(connection, rows)
            for ids in work_items.batches([result.item for result in results]):
                tried = update(schema.work_item).where(_item.id.in_(ids))
                connection.execute(tried.values(attempts=_item.attempts + 1))

    def count_pending(self) -> tuple[int, int]:
        """Return how many items are still to be read, and how many bytes they have."""
        with reading(self._engine) as connection:
            statement = select(func.count(), func.sum(_item.bytes)).where(_item.state == WorkState.PENDING)
            count, size = connection.execute(statement).one()
            return int(count), int(size or 0)

    def status(self) -> WorkStatus:
        """Return how far the archives are."""
        with reading(self._engine, snapshot=True) as connection:
            states = connection.execute(select(_item.state, func.count()).group_by(_item.state)).all()
            told = _item.state.in_([WorkState.FAILED, WorkState.SKIPPED])
            reasons = connection.execute(select(_item.reason, func.count()).where(told).group_by(_item.reason)).all()
            gone = connection.execute(select(func.count()).where(_item.gone.is_not(None))).scalar_one()
            bare = (_item.state == WorkState.DONE, _item.document_id.is_(None))
            removed = connection.execute(select(func.count()).where(*bare)).scalar_one()
            sums = select(func.sum(_item.characters), func.sum(_item.figures)).where(_item.state == WorkState.DONE)
            characters, figures = connection.execute(sums).one()
            roots = connection.execute(select(_root.path, _root.added, _root.walked).order_by(_root.path)).all()
            return WorkStatus(
                tuple(RootStatus(*row) for row in roots),
                {WorkState(state): count for state, count in states},
                {WorkReason(reason): count for reason, count in reasons},
                gone,
                removed,
                int(characters or 0),
                int(figures or 0),
                lease.holder(connection),
            )

    def troubles(self, reasons: Sequence[WorkReason] = ()) -> Generator[Trouble, None, None]:
        """Yield the items that failed, for one of ``reasons`` if there are any, by path."""
        columns = (_item.path, _item.reason, _item.message, _item.bytes, _item.attempts, _item.finished)
        statement = select(*columns).where(*_failed(reasons)).order_by(_item.path)
        with reading(self._engine) as connection:
            for row in connection.execute(statement.execution_options(yield_per=_PAGE)):
                yield Trouble(row.path, WorkReason(row.reason), *row[2:])

    def files(
        self, states: Sequence[WorkState] = (), reasons: Sequence[WorkReason] = ()
    ) -> Generator[ListedFile, None, None]:
        """Yield files and members by path, in one of ``states`` (any but ``unpacked``, if there is none), of ``reasons``."""
        same = schema.work_item.alias("same")
        other = and_(same.c.sha256 == _item.sha256, same.c.id != _item.id)
        read = and_(other, same.c.state.in_(work_items.AT_WORK), _item.state == WorkState.DUPLICATE)
        document = func.coalesce(_item.document_id, same.c.document_id)
        columns = (_item.path, _item.state, _item.reason, _item.message, _item.bytes, document, same.c.path, _item.gone)
        within = _item.state.in_(states) if states else _item.state != WorkState.UNPACKED
        statement = select(*columns).select_from(schema.work_item.join(same, read, isouter=True)).where(within)
        if reasons:
            statement = statement.where(_item.reason.in_(reasons))
        with reading(self._engine) as connection:
            for row in connection.execute(statement.order_by(_item.path).execution_options(yield_per=_PAGE)):
                reason = None if row.reason is None else WorkReason(row.reason)
                yield ListedFile(row.path, WorkState(row.state), reason, *row[3:7], gone=row.gone is not None)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with writing(self._engine) as connection:
            lease.renew(connection, self._token)
            yield connection


def _at(path: str, columns: Any = _item) -> ColumnElement[bool]:
    """Whether a row's path is ``path``, or lies below it or inside."""
    below = (work_items.below(prefix, columns.path) for prefix in (path.rstrip("/") + "/", path + INSIDE))
    return or_(columns.path == path, *below)


def _failed(reasons: Sequence[WorkReason]) -> list[Any]:
    return [_item.state == WorkState.FAILED, *([_item.reason.in_(reasons)] if reasons else [])]
