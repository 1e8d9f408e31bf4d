"""Puts one extraction in the place of the document's former one, inside one transaction."""

from __future__ import annotations

import re
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete

from extractor.errors import StoreError
from extractor.store import duplicates, schema
from extractor.store.engine import upsert
from extractor.store.rows import Row, content_rows, run_row
from extractor.store.seed import add_places, merge

if TYPE_CHECKING:
    from extractor.store.records import Run
    from extractor.types import Document, Extraction

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL, and half of a surrogate pair


def write(connection: Connection, document: Document, extraction: Extraction, run: Run) -> int:
    """Store ``document`` with what was extracted from it, replacing its former extraction.

    Args:
        connection: an open write transaction; the caller commits.
        document: identified by ``sha256``, else by the hash of its text.
        extraction: of ``document.text``.
        run: how the extraction was made.

    Returns:
        The id of the document; the same one each time.

    Raises:
        StoreError: the text holds what no database stores, or the extraction contradicts itself.
    """
    _check(document, extraction)
    _complete_references(connection, extraction)
    document_id = _put_document(connection, document, extraction.title)
    content = content_rows(extraction)
    hashes = duplicates.hashes_of(connection, document_id)
    hashes |= {row["text_hash"] for row in content[schema.article]} - {None}
    duplicates.lock(connection, hashes)
    for table in reversed(schema.CONTENT):
        connection.execute(delete(table).where(table.c.document_id == document_id))
    for table, rows in content.items():
        for row in rows:
            row["document_id"] = document_id
        if rows:
            connection.execute(table.insert(), rows)
    duplicates.refresh(connection, hashes)
    connection.execute(schema.extraction_run.insert(), {"document_id": document_id, **run_row(run, extraction)})
    return document_id


def _check(document: Document, extraction: Extraction) -> None:
    """Refuse what would break half-way, or differently on the two engines."""
    name = document.source or document.sha256 or "（未命名）"
    if document.text != extraction.text:
        raise StoreError(f"文档 {name} 的文本与抽取结果的文本不同；请重新抽取", "extraction is of another text")
    if bad := _UNSTORABLE.search(document.text):
        raise StoreError(
            f"文档 {name} 第 {bad.start()} 个字符 {bad[0]!r} 无法存入数据库；请先清除该字符",
            f"U+{ord(bad[0]):04X} at {bad.start()} cannot be stored",
        )
    sentences = {(sentence.start, sentence.end) for sentence in extraction.sentences}
    lost = next((figure for figure in extraction.figures if figure.sentence not in sentences), None)
    if lost is not None:
        raise StoreError(
            f"文档 {name} 的数字 {lost.text!r}（位置 {lost.start}）不在任何句子中；请报告此错误",
            f"figure at {lost.start} names the unknown sentence {lost.sentence}",
        )


def _put_document(connection: Connection, document: Document, title: str) -> int:
    row: Row = {
        "sha256": document.sha256 or sha256(document.text.encode()).hexdigest(),
        "source": document.source,
        "media_type": document.media_type,
        "encoding": document.encoding,
        "title": title,
        "state": "done",
        "text": document.text,
        "parts": [asdict(part) for part in document.parts],
        "warnings": list(document.warnings),
    }
    table = schema.document
    insert = upsert(connection, table).values(row)
    statement = insert.on_conflict_do_update(
        index_elements=[table.c.sha256], set_={name: insert.excluded[name] for name in row}
    ).returning(table.c.id)
    return int(connection.execute(statement).scalar_one())


def _complete_references(connection: Connection, extraction: Extraction) -> None:
    """Add the codes and units that the reference tables do not know, so that no figure is refused or bent to fit."""
    figures, projects = extraction.figures, extraction.projects
    dimensions = {figure.dimension for figure in figures} - {""}
    types = {*(figure.project_type for figure in figures), *(project.project_type for project in projects)} - {None}
    indicators = {figure.indicator_code for figure in figures} - {None}
    units = {unit for figure in figures for unit in (figure.unit, figure.base_unit)} - {""}
    for table, rows in (
        (schema.dimension, [{"code": code} for code in dimensions]),
        (schema.project_type, [{"code": code, "name": code} for code in types]),
        (schema.indicator, [{"code": code, "name": code} for code in indicators]),
        (schema.unit, [{"name": name} for name in units]),
    ):
        merge(connection, table, rows, update=False)
    mentions = [owner.place for owner in figures] + [owner.place for owner in projects]
    add_places(connection, {place.code: place.name for places in mentions for place in places if place.code})
