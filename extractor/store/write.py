"""Puts extractions in the place of the documents' former ones, inside one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, exists, select

from extractor.store import bulk, duplicates, schema
from extractor.store.engine import upsert
from extractor.store.seed import add_places, merge

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from extractor.store.prepared import Prepared, References

_document = schema.document


def write(connection: Connection, prepared: Sequence[Prepared]) -> list[int]:
    """Store documents with what was extracted from them, replacing their former extractions.

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
    _complete_references(connection, [one.references for one in prepared])
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
    runs = [{"document_id": number, **one.run} for number, one in zip(numbers, prepared, strict=True)]
    connection.execute(schema.extraction_run.insert(), runs)
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
    for table in (schema.extraction_run, schema.check_note):
        connection.execute(delete(table).where(table.c.document_id.in_(documents)))
    compared = schema.comparison_document.c.document_id
    named = exists().where(compared == _document.c.id)
    connection.execute(delete(_document).where(_document.c.id.in_(documents), ~named))
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


def _complete_references(connection: Connection, used: Sequence[References]) -> None:
    """Add the codes and units that the reference tables do not know, so that no figure is refused or bent to fit."""
    dimensions = set[str]().union(*(one.dimensions for one in used))
    merge(connection, schema.dimension, [{"code": code} for code in dimensions], update=False)
    for table, codes in (
        (schema.project_type, [one.project_types for one in used]),
        (schema.indicator, [one.indicators for one in used]),
    ):
        named = [{"code": code, "name": code} for code in set[str]().union(*codes)]
        merge(connection, table, named, update=False)
    units = set[str]().union(*(one.units for one in used))
    merge(connection, schema.unit, [{"name": name} for name in units], update=False)
    add_places(connection, {code: name for one in reversed(used) for code, name in one.places.items()})
