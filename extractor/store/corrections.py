"""What people say figures are, and the rows that follow from it.

The tables of figures, projects and claims hold what is corrected. Beside them ``uncorrected`` keeps what was extracted, for
as long as a correction of the document holds, so that corrections are always applied to that, all of them together: in
whatever order they were made, replaced or withdrawn. How a figure changes is not known here: a program that writes opens the
database with the function that knows it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, case, delete, exists, func, select, update

from extractor.errors import ConflictError, MissingError, StoreError, UsageError
from extractor.store import bulk, codes, duplicates, extractions, read, schema, search
from extractor.store.engine import reading, writing
from extractor.store.references import complete, references
from extractor.store.rows import content_rows
from extractor.types import Corrected, Correction, CorrectionState, Document, Extraction

if TYPE_CHECKING:
    from sqlalchemy import Select, Table

Correct = Callable[[Document, Extraction, Sequence[Correction]], Corrected]

OPTION = "gouji_correct"
"""The execution option of an engine that holds the function which applies corrections."""

#: What a correction may change: all of :data:`schema.CONTENT` but the structure of the text.
_TABLES = tuple(table for table in schema.CONTENT if table.name not in ("article", "section", "sentence"))
_table, _kept, _run = schema.correction, schema.uncorrected, schema.extraction_run
_row = _table.c
_Rows = Sequence[Sequence[Any]]


class Place(NamedTuple):
    """Where a figure stands in a document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """A correction with its document and how it stands.

    ``unfit`` says why it is not applied (Chinese), ``withdrawn_by`` who took it back, else ``""``.
    """

    document: int
    source: str
    correction: Correction
    state: CorrectionState
    withdrawn: datetime | None
    withdrawn_by: str
    unfit: str


@dataclass(frozen=True, slots=True)
class CorrectionFilter:
    """Which corrections are wanted; what is left ``None`` does not narrow.

    Attributes:
        document: id of a document.
        author: who made it, equal.
        state: where it stands.
        after: those behind the one of this id, in the order of ids.
        limit: at most so many.
    """

    document: int | None = None
    author: str | None = None
    state: CorrectionState | None = None
    after: int = 0
    limit: int | None = None


class Corrections:
    """The corrections of a database; see :meth:`extractor.store.Store.corrections`.

    Every method raises :class:`StoreError` when the database refuses, those that change something also when it was opened
    without the function that applies corrections.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        document: int,
        place: Place,
        changes: Mapping[str, Any] | None,
        *,
        note: str,
        author: str,
        text: str | None = None,
    ) -> StoredCorrection:
        """Keep what a person says of a figure, and apply it; it replaces what was said of the place before.

        Args:
            document: its id.
            place: of a figure as it was extracted.
            changes: what its fields should be, as :func:`extractor.corrections.changes.read` gives them; ``None``: it is no
                figure.
            note: why.
            author: who says so.
            text: what they think stands there, if they say it.

        Raises:
            MissingError: there is no such document.
            ConflictError: another text stands there.
            UsageError: there is no such figure, or it cannot be like that. Nothing is kept.
        """
        with writing(self._engine) as connection:
            codes.require_document(connection, document, MissingError)
            _lock(connection, document)
            told = {
                "document_id": document,
                **_where(connection, document, place, text),
                "changes": None if changes is None else dict(changes),
                "note": note,
                "author": author,
                "made": datetime.now(UTC),
            }
            number = connection.execute(_table.insert().values(told).returning(_row.id)).scalar_one()
            _rebuild(connection, document)
            stored = next(_read(connection, CorrectionFilter(), _row.id == number))
            if stored.unfit:
                raise UsageError(stored.unfit, f"correction of {document}:{place.start} does not fit")
            return stored

    def withdraw(self, number: int, author: str) -> StoredCorrection:
        """Take a correction back; the one before it holds again, or what was extracted. Taken back once is enough.

        Args:
            number: its id.
            author: who takes it back.

        Raises:
            MissingError: there is none of this id.
        """
        with writing(self._engine) as connection:
            document = connection.execute(select(_row.document_id).where(_row.id == number)).scalar()
            if document is None:
                raise MissingError(f"没有编号为 {number} 的更正", f"no correction {number}")
            _lock(connection, document)
            taken = update(_table).where(_row.id == number, _row.withdrawn.is_(None))
            now = {"withdrawn": datetime.now(UTC), "withdrawn_by": author, "unfit": None}
            if connection.execute(taken.values(now)).rowcount:
                _rebuild(connection, document)
            return next(_read(connection, CorrectionFilter(), _row.id == number))

    def listed(self, wanted: CorrectionFilter | None = None) -> list[StoredCorrection]:
        """Return corrections in the order in which they were made.

        Raises:
            UsageError: the document of the filter does not exist.
        """
        wanted = wanted or CorrectionFilter()
        with reading(self._engine) as connection:
            codes.require_document(connection, wanted.document)
            return list(_read(connection, wanted))

    def one(self, number: int) -> StoredCorrection | None:
        """Return the correction of this id, ``None`` if there is none."""
        with reading(self._engine) as connection:
            return next(_read(connection, CorrectionFilter(), _row.id == number), None)

    def extracted(self, document: int) -> dict[int, dict[str, Any]]:
        """Return the fields of the figures of a document before anybody corrected them, by where the figures begin.

        Amounts are texts, ``place`` is a list of names. Empty for a document without a correction that holds.
        """
        with reading(self._engine) as connection:
            kept = connection.execute(select(_kept.c.content).where(_kept.c.document_id == document)).scalar()
        content = kept or {}
        found = {row["start_offset"]: {**row, "place": []} for row in _rows_of(content, schema.figure)}
        for place in _rows_of(content, schema.figure_place):
            found[place["figure_start"]]["place"].append(place["name"])
        return found

    def documents(self, after: int = 0, limit: int = 100) -> list[int]:
        """Return the ids of documents with a correction in force, in order, behind ``after``."""
        with reading(self._engine) as connection:
            statement = select(_row.document_id).where(_row.document_id > after, _holding(), _row.unfit.is_(None))
            return list(connection.execute(statement.distinct().order_by(_row.document_id).limit(limit)).scalars())


def states(connection: Connection, document: int) -> Counter[CorrectionState]:
    """Return how many corrections of a document stand where."""
    return Counter(stored.state for stored in _read(connection, CorrectionFilter(document=document)))


def reapply(connection: Connection, documents: Sequence[int]) -> None:
    """Apply the corrections of documents to what was just extracted from them.

    Args:
        connection: the transaction in which it was written.
        documents: their ids.
    """
    connection.execute(delete(_kept).where(_kept.c.document_id.in_(documents)))  # of the former extraction
    held = select(_row.document_id).where(_row.document_id.in_(documents), _row.withdrawn.is_(None)).distinct()
    for document in connection.execute(held.order_by(_row.document_id)).scalars().all():
        _rebuild(connection, document)


def _lock(connection: Connection, document: int) -> None:
    """Keep others from writing a document until the transaction ends (SQLite has one writer anyhow)."""
    duplicates.lock(connection, duplicates.hashes_of(connection, [document]))
    connection.execute(select(schema.document.c.id).where(schema.document.c.id == document).with_for_update())


def _where(connection: Connection, document: int, place: Place, expected: str | None) -> dict[str, Any]:
    """Return where a figure stands, with its words.

    Raises:
        ConflictError: they are others than were expected.
        UsageError: there is no such figure.
    """
    text = connection.execute(select(schema.document.c.text).where(schema.document.c.id == document)).scalar_one()
    stands = text[place.start : place.end]
    if expected is not None and stands != expected:
        raise ConflictError(
            f"正文 {place.start}–{place.end} 处是“{stands[:40]}”，不是“{expected[:40]}”；请重新打开文件", "other text"
        )
    sentence = schema.sentence.c
    around = select(sentence.start_offset, sentence.text).where(
        sentence.document_id == document, sentence.start_offset <= place.start, sentence.end_offset >= place.end
    )
    found = connection.execute(around.order_by(sentence.start_offset.desc()).limit(1)).one_or_none()
    if not 0 <= place.start < place.end <= len(text) or found is None:
        raise UsageError(
            f"start、end：{place.start}–{place.end} 不是正文里的一处（正文 {len(text)} 字）", f"no text at {place}"
        )
    return {
        "start_offset": place.start,
        "end_offset": place.end,
        "text": text[place.start : place.end],
        "sentence_start": found.start_offset,
        "sentence": found.text,
    }


def _rebuild(connection: Connection, document: int) -> None:
    """Bring the rows of a document to what was extracted with all corrections that hold."""
    kept = connection.execute(select(_kept.c.content).where(_kept.c.document_id == document)).scalar()
    if kept is not None:
        _replace(connection, document, [(table, _in_order(table, kept[table.name])) for table in _TABLES])
        connection.execute(delete(_kept).where(_kept.c.document_id == document))
    statement = select(_table).where(_row.document_id == document, _holding()).order_by(_row.start_offset)
    holding = [_correction(row) for row in connection.execute(statement)]
    if holding:
        _apply(connection, document, holding)
    _count(connection, document)
    search.mark(connection, [document])


def _apply(connection: Connection, document: int, corrections: Sequence[Correction]) -> None:
    correct: Correct | None = connection.get_execution_options().get(OPTION)
    if correct is None:
        raise StoreError(
            f"文件 {document} 有人工更正，这个程序打开数据库时没有说明怎样更正；请报告此错误",
            "open_store(url, correct) is needed to write a document that has corrections",
        )
    extraction = extractions.extraction(connection, document)
    kept = {table.name: _named(table, rows) for table, rows in _corrigible(content_rows(extraction))}
    connection.execute(_kept.insert().values(document_id=document, content=json.dumps(kept, ensure_ascii=False)))
    outcome = correct(read.document(connection, document), extraction, corrections)
    complete(connection, [references(outcome.extraction)])
    _replace(connection, document, _corrigible(content_rows(outcome.extraction)))
    for one in corrections:
        reason = outcome.unfit.get(one.id)
        connection.execute(update(_table).where(_row.id == one.id).values(unfit=reason))


def _corrigible(content: Mapping[str, _Rows]) -> list[tuple[Table, _Rows]]:
    """Return the rows that a correction may change, with their tables."""
    return [(table, content[table.name]) for table in _TABLES]


def _replace(connection: Connection, document: int, content: Sequence[tuple[Table, _Rows]]) -> None:
    for table in reversed(_TABLES):
        connection.execute(delete(table).where(table.c.document_id == document))
    for table, rows in content:
        bulk.insert(connection, table, [(document, *row) for row in rows])


def _named(table: Table, rows: _Rows) -> dict[str, Any]:
    """Return rows with the names of their columns, by which they are known also when the table has others."""
    return {"columns": _columns(table)[: len(rows[0])] if rows else [], "rows": rows}


def _in_order(table: Table, kept: Mapping[str, Any]) -> _Rows:
    """Return kept rows in the order of the columns that the table has now."""
    return [[row.get(name) for name in _columns(table)] for row in _rows_of({table.name: kept}, table)]


def _rows_of(content: Mapping[str, Any], table: Table) -> list[dict[str, Any]]:
    """Return the kept rows of a table by the names of their columns."""
    kept = content.get(table.name, {"columns": [], "rows": []})
    return [dict(zip(kept["columns"], row, strict=True)) for row in kept["rows"]]


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name != "document_id"]


def _count(connection: Connection, document: int) -> None:
    """Let the counts of the latest run be those of the rows that there are."""
    latest = select(func.max(_run.c.id)).where(_run.c.document_id == document).scalar_subquery()
    counts: dict[str, Any] = {
        name: select(func.count()).where(table.c.document_id == document).scalar_subquery()
        for name, table in (("figures", schema.figure), ("projects", schema.project))
    }
    checks = select(func.count()).where(schema.check_result.c.document_id == document).scalar_subquery()
    counts["checks"] = case((_run.c.checks.is_not(None), checks))
    connection.execute(update(_run).where(_run.c.id == latest).values(counts))


def _holding() -> ColumnElement[bool]:
    """Whether a correction was neither withdrawn nor replaced by a later one of its place."""
    return and_(_row.withdrawn.is_(None), ~_replaced())


def _replaced() -> ColumnElement[bool]:
    later = _table.alias()
    return exists().where(
        later.c.document_id == _row.document_id,
        later.c.start_offset == _row.start_offset,
        later.c.id > _row.id,
        later.c.withdrawn.is_(None),
    )


def _read(connection: Connection, wanted: CorrectionFilter, *more: ColumnElement[bool]) -> Iterator[StoredCorrection]:
    statement: Select[Any] = (
        select(_table, schema.document.c.source, _replaced().label("replaced"))
        .join(schema.document, schema.document.c.id == _row.document_id)
        .where(*more, *_conditions(wanted))
        .order_by(_row.id)
        .limit(wanted.limit)
    )
    for row in connection.execute(statement):
        yield StoredCorrection(
            row.document_id,
            row.source,
            _correction(row),
            _state(row),
            row.withdrawn,
            row.withdrawn_by or "",
            row.unfit or "",
        )


def _conditions(wanted: CorrectionFilter) -> list[ColumnElement[bool]]:
    conditions = [_row.id > wanted.after] if wanted.after else []
    if wanted.document is not None:
        conditions.append(_row.document_id == wanted.document)
    if wanted.author is not None:
        conditions.append(_row.author == wanted.author)
    match wanted.state:
        case CorrectionState.WITHDRAWN:
            conditions.append(_row.withdrawn.is_not(None))
        case CorrectionState.REPLACED:
            conditions += [_row.withdrawn.is_(None), _replaced()]
        case CorrectionState.IN_FORCE:
            conditions += [_holding(), _row.unfit.is_(None)]
        case CorrectionState.UNFIT:
            conditions += [_holding(), _row.unfit.is_not(None)]
    return conditions


def _state(row: Row[Any]) -> CorrectionState:
    if row.withdrawn is not None:
        return CorrectionState.WITHDRAWN
    if row.replaced:
        return CorrectionState.REPLACED
    return CorrectionState.UNFIT if row.unfit else CorrectionState.IN_FORCE


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        start=row.start_offset,
        end=row.end_offset,
        text=row.text,
        sentence_start=row.sentence_start,
        sentence=row.sentence,
        changes=row.changes,
        note=row.note,
        author=row.author,
        made=row.made,
        id=row.id,
    )
