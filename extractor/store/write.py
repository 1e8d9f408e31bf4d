"""Puts extractions in the place of the documents' former ones, inside one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, exists, select

from extractor.store import bulk, corrections, duplicates, schema, search
from extractor.store.engine import upsert
from extractor.store.references import complete

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from extractor.store.prepared import Prepared

_document = schema.document


def write(connection: Connection, prepared: Sequence[Prepared]) -> list[int]:
    """Store documents with what was extracted from them, replacing their former extractions; corrections go on holding.

    Args:
        connection: an open write transaction; the caller commits.
        prepared: no two of the same content.

    Returns:
        The ids of the documents; for each content the same one every time.
    """
    if not prepared:
        return []
    contents = [one.document["sha256"] for one in prepared]
    hashes = set[str]().union(*(one.hashes for one in prepared))
    hashes |= duplicates.hashes_of(connection, _known(connection, contents))
    # Locks first, then rows in one order for all writers, so that two of them never wait for each other crosswise.
    duplicates.lock(connection, hashes)
    known = _known(connection, contents)  # another writer may have stored one meanwhile
    complete(connection, [one.references for one in prepared])
    _clear(connection, known)
    numbers = _put(connection, [one.document for one in prepared])
    for table in schema.CONTENT:
        rows = [
            (number,) + row  # noqa: RUF005 - half the time of unpacking, for millions of rows
            for number, one in zip(numbers, prepared, strict=True)
            for row in one.content[table.name]
        ]
        bulk.insert(connection, table, rows)
    duplicates.refresh(connection, hashes)
    search.mark(connection, numbers)
    runs = [{"document_id": number, **one.run} for number, one in zip(numbers, prepared, strict=True)]
    connection.execute(schema.extraction_run.insert(), runs)
    corrections.reapply(connection, numbers)
    return numbers


def forget(connection: Connection, documents: Collection[int]) -> None:
    """Remove documents with all that was extracted from them.

    One that a stored comparison names leaves its text behind, so that the comparison stays what it was; without a run it
    is no longer listed.
    """
    if not documents:
        return
    hashes = duplicates.hashes_of(connection, documents)
    duplicates.lock(connection, hashes)
    _clear(connection, documents)
    for table in (schema.extraction_run, schema.check_note, schema.correction, schema.uncorrected):
        connection.execute(delete(table).where(table.c.document_id.in_(documents)))
    compared = schema.comparison_document.c.document_id
    named = exists().where(compared == _document.c.id)
    connection.execute(delete(_document).where(_document.c.id.in_(documents), ~named))
    search.mark(connection, documents)
    duplicates.refresh(connection, hashes)


def _known(connection: Connection, hashes: Sequence[str]) -> list[int]:
    statement = select(_document.c.id).where(_document.c.sha256.in_(hashes))
    return list(connection.execute(statement).scalars())


def _clear(connection: Connection, documents: Collection[int]) -> None:
    if documents:
        for table in reversed(schema.CONTENT):
            connection.execute(delete(table).where(table.c.document_id.in_(documents)))


def _put(connection: Connection, documents: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert the rows of documents, or update what is there of the same content, and return their ids in that order."""
    insert = upsert(connection, _document)
    new = {name: insert.excluded[name] for name in documents[0]}
    statement = insert.on_conflict_do_update(index_elements=[_document.c.sha256], set_=new)
    connection.execute(statement, documents)
    contents = [document["sha256"] for document in documents]
    stored = connection.execute(select(_document.c.sha256, _document.c.id).where(_document.c.sha256.in_(contents)))
    ids = {row.sha256: row.id for row in stored}
    return [ids[content] for content in contents]
