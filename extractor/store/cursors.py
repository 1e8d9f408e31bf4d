"""Cursors: where a page of an answer ended, as text that is handed back to have the next one.

A cursor names the last record by the values it is sorted by, so a page costs the same wherever it begins, and what is
inserted meanwhile moves nothing. It carries a check over these and over the question: with another question, or damaged,
it is refused.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from hashlib import sha256
from math import isfinite
from typing import Any

from extractor.errors import UsageError
from extractor.store.columns import UNSTORABLE

Kind = type | int
"""What a value of a place is: ``int`` (an id or an offset), ``float``, ``str``, ``date`` (as text), or this very number."""

_CHECK = 9  # bytes
_MOST = 2**31 - 1


def encode(question: object, place: list[Any]) -> str:
    """Return the cursor for ``place``, which JSON can write, in the answer to ``question``, known by its ``repr``."""
    written = json.dumps(place, ensure_ascii=False, separators=(",", ":")).encode()
    return _text(_check(question, written) + written)


def decode(question: object, cursor: str, *shapes: tuple[Kind, ...]) -> list[Any]:
    """Return the place that a cursor names.

    Args:
        question: as for :func:`encode`.
        cursor: as it was given.
        shapes: what the values of a place may be; one of them must fit.

    Raises:
        UsageError: it is damaged, or of another question.
    """
    try:
        data = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        check, written = data[:_CHECK], data[_CHECK:]
        if _text(data) == cursor and check == _check(question, written):
            place = json.loads(written)
            if isinstance(place, list) and any(_has(shape, place) for shape in shapes):
                return place
    except ValueError:  # no base64, no JSON, no day
        pass
    raise UsageError(
        "cursor 不完整，或不属于这些条件和排列；请去掉 cursor，从第一页开始",
        "the cursor is damaged or was made for other conditions",
    )


def _has(shape: tuple[Kind, ...], place: list[Any]) -> bool:
    """Whether the values of a place, which anybody may have written, are such as a database is asked with."""
    return len(place) == len(shape) and all(_is(kind, value) for kind, value in zip(shape, place, strict=True))


def _is(kind: Kind, value: object) -> bool:
    if isinstance(kind, int):
        return type(value) is int and value == kind
    if kind is int:
        return type(value) is int and 0 <= value <= _MOST
    if kind is float:
        return isinstance(value, float) and isfinite(value)
    if not isinstance(value, str) or UNSTORABLE.search(value):
        return False
    return kind is str or bool(date.fromisoformat(value))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _check(question: object, written: bytes) -> bytes:
    return sha256(repr(question).encode() + b"\0" + written).digest()[:_CHECK]
