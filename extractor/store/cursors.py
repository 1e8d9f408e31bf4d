"""Cursors: where a page of an answer ended, as text that is handed back to have the next one.

A cursor names the last record by the values it is sorted by, so a page costs the same wherever it begins, and what is
inserted meanwhile moves nothing. It carries a check over these and over the question: with another question, or damaged,
it is refused.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

from extractor.errors import UsageError

_CHECK = 9  # bytes


def encode(question: object, place: list[Any]) -> str:
    """Return the cursor for ``place``, which JSON can write, in the answer to ``question``, known by its ``repr``."""
    written = json.dumps(place, ensure_ascii=False, separators=(",", ":")).encode()
    return _text(_check(question, written) + written)


def decode(question: object, cursor: str, kinds: tuple[type, ...]) -> list[Any]:
    """Return the place that a cursor names.

    Args:
        question: as for :func:`encode`.
        cursor: as it was given.
        kinds: the types of the last values of each place.

    Raises:
        UsageError: it is damaged, or of another question.
    """
    try:
        data = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        check, written = data[:_CHECK], data[_CHECK:]
        if _text(data) == cursor and check == _check(question, written):
            place: list[Any] = json.loads(written)
            if tuple(map(type, place[-len(kinds) :])) == kinds:
                return place
    except (ValueError, TypeError):  # no base64, no JSON, no list
        pass
    raise UsageError(
        "cursor 不完整，或不属于这些条件和排列；请去掉 cursor，从第一页开始",
        "the cursor is damaged or was made for other conditions",
    )


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _check(question: object, written: bytes) -> bytes:
    return sha256(repr(question).encode() + b"\0" + written).digest()[:_CHECK]
