"""Rows of a table by many keys of two numbers, as both engines find them one by one in an index.

A list of pairs (``(document_id, start_offset) IN (…)``) is none that SQLite searches an index for, and makes another
statement of each length.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Integer, Subquery, column, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_CHARACTERS = 2 * 2**20
"""Of the sentences of a page of records: each tells the whole of its own, however many stand in one."""

_SQLITE = (
    "SELECT json_extract(value, '$[0]') AS document_id, json_extract(value, '$[1]') AS number FROM json_each(:keys)"
)
_POSTGRESQL = (
    "SELECT * FROM unnest(CAST(:documents AS integer[]), CAST(:numbers AS integer[])) AS k (document_id, number)"
)


def listed(connection: Connection, keys: Sequence[tuple[int, int]]) -> Subquery:
    """Return ``keys`` as a table with the columns ``document_id`` and ``number``."""
    if connection.dialect.name == "postgresql":
        documents, numbers = [document for document, _ in keys], [number for _, number in keys]
        statement = text(_POSTGRESQL).bindparams(documents=documents, numbers=numbers)
    else:
        statement = text(_SQLITE).bindparams(keys=json.dumps(keys))
    return statement.columns(column("document_id", Integer), column("number", Integer)).subquery("listed")


def fitting(sizes: Iterable[int]) -> int:
    """Return how many records of these sizes make a page: the first, and all behind it that fit beside it."""
    whole = count = 0
    for size in sizes:
        whole += size
        if count and is_beyond(whole):
            break
        count += 1
    return count


def is_beyond(size: int) -> bool:
    """Whether so many characters of sentences are more than a page holds."""
    return size > MOST_CHARACTERS
