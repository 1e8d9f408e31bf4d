"""Articles that repeat others: ``article.duplicate_of_…`` names the first article stored with the same text.

Two texts are the same when they differ in white space only, which reports gain and lose on their way through formats and
websites. They are found by ``article.text_hash``. First is the article of the lowest document id, and within a document
of the lowest index; that order does not change when a document is extracted again, so neither do the duplicates.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, func, select, update

from extractor.store import schema

if TYPE_CHECKING:
    from collections.abc import Collection

_article = schema.article.c

#: Hashes per statement; both engines bound the number of parameters.
_CHUNK = 10_000

#: Advisory locks of all texts together, and the number at which they begin.
_LOCKS = 256
_LOCK_SPACE = 0x676F75 << 32


def text_hash(text: str) -> str | None:
    """Return what articles of the same text share; ``None`` for a blank one, which repeats nothing."""
    visible = "".join(text.split())
    return sha256(visible.encode(errors="surrogatepass")).hexdigest() if visible else None


def hashes_of(connection: Connection, documents: Collection[int]) -> set[str]:
    """Return the hashes of the articles of documents as they are stored."""
    found = connection.execute(select(_article.text_hash).where(_article.document_id.in_(documents))).scalars()
    return {value for value in found if value}


def lock(connection: Connection, hashes: Collection[str]) -> None:
    """Keep other writers of the same texts out until the transaction ends (SQLite has one writer anyhow).

    Documents that repeat each other refer to each other's rows; without turns two writers could wait crosswise. Texts
    share :data:`_LOCKS` locks, because a server has room for a limited number of them.
    """
    if connection.dialect.name == "postgresql":
        for key in sorted({_LOCK_SPACE + int(value[:15], 16) % _LOCKS for value in hashes}):
            connection.execute(select(func.pg_advisory_xact_lock(key)))


def refresh(connection: Connection, hashes: Collection[str]) -> None:
    """Point every article with one of ``hashes`` to the first article of the same text, and that one to none."""
    ordered = sorted(hashes)
    for begin in range(0, len(ordered), _CHUNK):
        rows = connection.execute(
            select(
                _article.text_hash,
                _article.document_id,
                _article.article_index,
                _article.duplicate_of_document,
                _article.duplicate_of_article,
            )
            .where(_article.text_hash.in_(ordered[begin : begin + _CHUNK]))
            .order_by(_article.text_hash, _article.document_id, _article.article_index)
        ).all()
        for _, same in groupby(rows, key=lambda row: row.text_hash):
            first, *others = same
            targets = [(first, (None, None)), *((row, (first.document_id, first.article_index)) for row in others)]
            for row, target in targets:
                if (row.duplicate_of_document, row.duplicate_of_article) != target:
                    _point(connection, (row.document_id, row.article_index), target)


def _point(connection: Connection, article: tuple[int, int], target: tuple[int | None, int | None]) -> None:
    connection.execute(
        update(schema.article)
        .where(and_(_article.document_id == article[0], _article.article_index == article[1]))
        .values(duplicate_of_document=target[0], duplicate_of_article=target[1])
    )
