"""The documents of a database one by one: found by their names, looked at, removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, func, or_, select, update

from extractor.store import corrections, duplicates, extractions, queries, read, schema
from extractor.store.engine import reading, writing
from extractor.store.write import forget
from extractor.types import CorrectionState, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.store.records import StoredDocument
    from extractor.types import Document, Extraction

_document, _check = schema.document.c, schema.check_result.c


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents are wanted; what is left ``None`` does not narrow.

    Attributes:
        text: characters of the source or the title.
        media_type: equal.
        failing: whether a claim of it fails that nobody has explained.
        corrected: whether a person has corrected a figure of it, and that holds.
        before: those before the one of this id: the answer begins with the latest.
        limit: at most so many.
    """

    text: str | None = None
    media_type: str | None = None
    failing: bool | None = None
    corrected: bool | None = None
    before: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """What there is of a document: findings by verdict, explained ones, corrections that hold and those that do not fit."""

    verdicts: Mapping[Verdict, int]
    explained: int
    corrections: int
    unfit: int


class Holdings:
    """The documents of a database; see :meth:`extractor.store.Store.holdings`.

    A document that was removed while a comparison names it is none of them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, wanted: DocumentFilter) -> list[StoredDocument]:
        """Return documents, the latest first."""
        statement = queries.documents().order_by(None).order_by(_document.id.desc()).limit(wanted.limit)
        with reading(self._engine) as connection:
            return list(read.stored_documents(connection, statement.where(*_conditions(wanted))))

    def one(self, number: int) -> StoredDocument | None:
        """Return the document of this id, ``None`` if there is none."""
        with reading(self._engine) as connection:
            return _one(connection, number)

    def counts(self, number: int) -> DocumentCounts:
        """Return what there is of a document."""
        verdicts = select(_check.verdict, func.count()).where(_check.document_id == number).group_by(_check.verdict)
        noted = select(func.count()).where(_check.document_id == number, _explained())
        with reading(self._engine, snapshot=True) as connection:
            states = corrections.states(connection, number)
            return DocumentCounts(
                {Verdict(verdict): count for verdict, count in connection.execute(verdicts)},
                connection.execute(noted).scalar_one(),
                states[CorrectionState.IN_FORCE],
                states[CorrectionState.UNFIT],
            )

    def failing(self, numbers: Sequence[int]) -> Mapping[int, int]:
        """Return how many claims that nobody has explained fail, of those of the documents of which any does."""
        fails = select(_check.document_id, func.count()).where(_check.document_id.in_(numbers), _fails())
        with reading(self._engine) as connection:
            return dict(iter(connection.execute(fails.group_by(_check.document_id))))

    def text(self, number: int) -> str | None:
        """Return the text of a document, ``None`` if there is none of this id."""
        with reading(self._engine, snapshot=True) as connection:
            if _one(connection, number) is None:  # of one that was removed, the text may be there for a comparison
                return None
            return connection.execute(select(_document.text).where(_document.id == number)).scalar()

    def contents(self, number: int) -> tuple[Document, Extraction] | None:
        """Return a document with all that was extracted from it, and corrected, ``None`` if there is none of this id."""
        with reading(self._engine, snapshot=True) as connection:
            if _one(connection, number) is None:
                return None
            return read.document(connection, number), extractions.extraction(connection, number)

    def remove(self, number: int, message: str) -> bool:
        """Remove a document with all that was extracted from it, what people said of it, and their corrections.

        A comparison that names it keeps its evidence. The item of an archive that it came from stays ``done``, without a
        document, so that the next run does not read it again.

        Args:
            number: its id.
            message: why, for the items of archives that it came from.

        Returns:
            Whether there was one.
        """
        with writing(self._engine) as connection:
            duplicates.lock(connection, duplicates.hashes_of(connection, [number]))
            if _one(connection, number) is None:
                return False
            item, of_job = schema.work_item, schema.job_item
            gone: dict[str, Any] = {"document_id": None, "characters": None, "figures": None, "message": message}
            for table in (item, of_job):
                connection.execute(update(table).where(table.c.document_id == number).values(gone))
            forget(connection, [number])
            return True


def _one(connection: Connection, number: int) -> StoredDocument | None:
    return next(read.stored_documents(connection, queries.documents().where(_document.id == number)), None)


def _explained() -> ColumnElement[bool]:
    note = schema.check_note.c
    return exists().where(note.document_id == _check.document_id, note.claim == _check.claim)


def _fails() -> ColumnElement[bool]:
    """Return that a claim fails and nobody has explained why."""
    return and_(_check.verdict == Verdict.FAILS.value, ~_explained())


def _conditions(wanted: DocumentFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.text:
        words = (column.icontains(wanted.text, autoescape=True) for column in (_document.source, _document.title))
        yield or_(*words)
    if wanted.media_type is not None:
        yield _document.media_type == wanted.media_type
    if wanted.before is not None:
        yield _document.id < wanted.before
    if wanted.failing is not None:
        fails = exists().where(_check.document_id == _document.id, _fails())
        yield fails if wanted.failing else ~fails
    if wanted.corrected is not None:
        held = exists().where(schema.uncorrected.c.document_id == _document.id)
        yield held if wanted.corrected else ~held
