"""What came of recomputing claims, and what people said of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, func, select

from extractor.errors import ConflictError, MissingError
from extractor.store import schema
from extractor.store.codes import require_document
from extractor.store.engine import upsert
from extractor.store.keys import fitting, listed
from extractor.store.records import CheckFilter, CheckNote, StoredCheck
from extractor.types import Cause, CheckFigure, CheckKind, CheckResult, Role, Severity, Verdict
from extractor.wording import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PAGE = 500
_Key = tuple[int, int]
_check, _figure, _note = schema.check_result, schema.check_figure, schema.check_note
_NOTED = and_(_note.c.document_id == _check.c.document_id, _note.c.claim == _check.c.claim)


def checks(connection: Connection, wanted: CheckFilter) -> Iterator[StoredCheck]:
    """Yield the findings that ``wanted`` describes, by document and place in the text."""
    require_document(connection, wanted.document)
    return stored_checks(connection, statement(wanted))


def statement(wanted: CheckFilter) -> Select[Any]:
    """Select findings with what people said of them, by document and place in the text."""
    document = schema.document
    return (
        select(_check, document.c.source, document.c.title, _note.c.note, _note.c.author, _note.c.made)
        .join(document, _check.c.document_id == document.c.id)
        .join(_note, _NOTED, isouter=True)
        .where(*_conditions(wanted))
        .order_by(_check.c.document_id, _check.c.check_index)
        .limit(wanted.limit)
        .offset(wanted.offset or None)
    )


def stored_checks(connection: Connection, statement: Select[Any]) -> Iterator[StoredCheck]:
    """Yield the findings that a statement of :func:`statement` selects."""
    return (stored for _, stored in numbered_checks(connection, statement))


def numbered_checks(connection: Connection, statement: Select[Any]) -> Iterator[tuple[tuple[int, int], StoredCheck]]:
    """Yield the findings that a statement of :func:`statement` selects, each with its document and number there."""
    for page in connection.execute(statement.execution_options(yield_per=_PAGE)).partitions():
        keys = [(row.document_id, row.check_index) for row in page]
        figures = _figures(connection, keys)
        begin = 0
        while begin < len(keys):
            end = begin + fitting(_size(figures[key]) for key in keys[begin:])
            texts = _sentences(connection, [figure for key in keys[begin:end] for figure in figures[key]])
            for row, key in zip(page[begin:end], keys[begin:end], strict=True):
                yield key, _stored(row, figures[key], texts)
            begin = end


def count(connection: Connection, wanted: CheckFilter) -> dict[Verdict, int]:
    """Return how many findings that ``wanted`` describes came out how, whatever page of them it asks for."""
    require_document(connection, wanted.document)
    statement = (
        select(_check.c.verdict, func.count())
        .select_from(_check.join(_note, _NOTED, isouter=True))
        .where(*_conditions(wanted))
        .group_by(_check.c.verdict)
    )
    return {Verdict(verdict): number for verdict, number in connection.execute(statement)}


def unchecked_documents(connection: Connection, document: int | None = None) -> int:
    """Return how many documents (or whether this one) were stored without their claims being recomputed."""
    run = schema.extraction_run
    latest = select(func.max(run.c.id)).group_by(run.c.document_id)
    query = select(func.count()).where(run.c.id.in_(latest), run.c.checks.is_(None))
    if document is not None:
        query = query.where(run.c.document_id == document)
    return int(connection.execute(query).scalar_one())


def explain(
    connection: Connection, document: int, claim: str, note: CheckNote, *, replace: bool = False
) -> CheckNote | None:
    """Keep what a person says of a finding.

    Returns:
        What was said of it before, if that is replaced.

    Raises:
        MissingError: there is no such document, or it has no such finding.
        ConflictError: something is said of it already and not to be replaced.
    """
    require_document(connection, document, MissingError)
    found = exists().where(_check.c.document_id == document, _check.c.claim == claim)
    if not connection.execute(select(found)).scalar():
        raise MissingError(
            f"文件 {document} 没有编号为 {claim} 的核算；编号是各核算的 claim",
            f"document {document} has no claim {claim!r}",
        )
    row = {"document_id": document, "claim": claim, "note": note.text, "author": note.author, "made": note.made}
    key = ["document_id", "claim"]
    query = select(_note).where(_note.c.document_id == document, _note.c.claim == claim)
    insert = upsert(connection, _note).values(row)
    if not replace:
        kept = insert.on_conflict_do_nothing(index_elements=key).returning(_note.c.claim)
        if connection.execute(kept).scalar() is None:
            former = connection.execute(query).one()
            raise ConflictError(
                f"{former.author} 已于 {moment(former.made)} 说明：“{former.note}”；要替换请加 --replace",
                f"document {document} {claim!r} has a note",
            )
        return None
    replaced = connection.execute(query).one_or_none()
    said = {name: insert.excluded[name] for name in ("note", "author", "made")}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=said))
    return CheckNote(replaced.note, replaced.author, replaced.made) if replaced else None


def withdraw(connection: Connection, document: int, claim: str) -> None:
    """Take back what was said of a finding.

    Raises:
        MissingError: nothing was, or there is no such document.
    """
    require_document(connection, document, MissingError)
    gone = connection.execute(delete(_note).where(_note.c.document_id == document, _note.c.claim == claim))
    if not gone.rowcount:
        raise MissingError(f"文件 {document} 的 {claim} 没有说明可以撤回", f"no note on {document} {claim!r}")


def _conditions(wanted: CheckFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.document is not None:
        yield _check.c.document_id == wanted.document
    if wanted.verdicts:
        yield _check.c.verdict.in_([verdict.value for verdict in wanted.verdicts])
    if wanted.kinds:
        yield _check.c.kind.in_([kind.value for kind in wanted.kinds])
    if wanted.explained is not None:
        yield _note.c.note.is_not(None) if wanted.explained else _note.c.note.is_(None)


def _figures(connection: Connection, keys: Sequence[_Key]) -> Mapping[_Key, list[Row[Any]]]:
    """Return the figures of each finding with where their sentences stand, in their order."""
    figure, sentence, wanted = schema.figure, schema.sentence, listed(connection, keys)
    statement = (
        select(
            _figure,
            sentence.c.start_offset.label("sentence_start"),
            (sentence.c.end_offset - sentence.c.start_offset).label("length"),
        )
        .join(
            figure, and_(figure.c.document_id == _figure.c.document_id, figure.c.start_offset == _figure.c.figure_start)
        )
        .join(
            sentence,
            and_(sentence.c.document_id == figure.c.document_id, sentence.c.start_offset == figure.c.sentence_start),
        )
        .join(wanted, and_(wanted.c.document_id == _figure.c.document_id, wanted.c.number == _figure.c.check_index))
        .order_by(_figure.c.position)
    )
    found: dict[_Key, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.document_id, row.check_index].append(row)
    return found


def _size(figures: Sequence[Row[Any]]) -> int:
    """Return how long the sentences of a finding are."""
    return sum({figure.sentence_start: figure.length for figure in figures}.values())


def _sentences(connection: Connection, figures: Sequence[Row[Any]]) -> Mapping[_Key, str]:
    """Return the sentences in which figures stand, each once: many findings may speak of one."""
    sentence = schema.sentence
    wanted = listed(connection, sorted({(figure.document_id, figure.sentence_start) for figure in figures}))
    statement = select(sentence.c.document_id, sentence.c.start_offset, sentence.c.text).join(
        wanted, and_(wanted.c.document_id == sentence.c.document_id, wanted.c.number == sentence.c.start_offset)
    )
    return {(row.document_id, row.start_offset): row.text for row in connection.execute(statement)}


def _stored(row: Row[Any], figures: Sequence[Row[Any]], texts: Mapping[_Key, str]) -> StoredCheck:
    result = CheckResult(
        kind=CheckKind(row.kind),
        verdict=Verdict(row.verdict),
        figures=tuple(CheckFigure(figure.figure_start, Role(figure.role)) for figure in figures),
        formula=row.formula,
        unit=row.unit,
        computed=row.computed,
        low=row.low,
        high=row.high,
        stated=row.stated,
        difference=row.difference,
        severity=Severity(row.severity) if row.severity else None,
        cause=Cause(row.cause) if row.cause else None,
        reason=row.reason,
    )
    sentences = [texts[row.document_id, start] for start in sorted({figure.sentence_start for figure in figures})]
    note = CheckNote(row.note, row.author, row.made) if row.note is not None else None
    return StoredCheck(row.document_id, row.source, row.title, result, tuple(sentences), note)
