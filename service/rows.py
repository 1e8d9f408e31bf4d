"""Rows of tables as answers: JSON, JSON lines, CSV, XLSX, with the keys and values that the command line writes.

A file is made in the lane of files, and what takes long to read for it is read there, too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from enum import StrEnum
from io import RawIOBase
from typing import IO, Any, BinaryIO
from urllib.parse import quote

from fastapi import Response

from extractor.report import write_rows
from extractor.report.tabular import to_json
from service.formats import MEDIA_TYPES, VARY
from service.limits import Lane, Line

Row = Mapping[str, object]

_IN_MEMORY = 2**20
_PIECE = 2**16
_COPIED = 2**20  # bytes of a file on disk that are sent at a time


class RowFormat(StrEnum):
    """How rows are written; ``json`` holds them in ``items``."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


class Outgoing(RawIOBase):
    """A file that gives away what was written to it and keeps nothing."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def tell(self) -> int:
        """Return how much was written."""
        return self._position

    def write(self, data: Any) -> int:
        """Add to the end."""
        written = bytes(data)
        self._written.append(written)
        self._position += len(written)
        return len(written)

    def taken(self) -> bytes:
        """Return what was written since this was last asked."""
        written = b"".join(self._written)
        self._written.clear()
        return written


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer whose amounts have exactly their digits, which :mod:`json` cannot write."""
    return Response(to_json(value), status, headers, MEDIA_TYPES["json"])


def page(items: Iterable[Row], following: str | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """Return one page: ``items``, and in ``next`` the cursor of the page after it."""
    return json_answer({"items": list(items), "next": following}, headers=headers)


def rows_answer(
    lane: Lane, rows: Callable[[], Iterable[Row]], columns: Iterable[str], chosen: RowFormat, name: str
) -> Response:
    """Return all rows.

    Args:
        lane: in which they are read and written.
        rows: returns them, with the keys ``columns``.
        columns: which keys to write.
        chosen: how.
        name: of the file that a browser saves, without its suffix.
    """
    names = tuple(columns)
    if chosen is RowFormat.JSON:
        return lane.stream(lambda _: _json(rows(), names), MEDIA_TYPES["json"], VARY)
    return file_answer(lane, lambda line, out: write_rows(watched(rows(), line), names, chosen, out), chosen, name)


def file_answer(lane: Lane, write: Callable[[Line, BinaryIO], None], suffix: str, name: str) -> Response:
    """Return a file that is written beside the memory first, so that what goes wrong is told and not half of it sent.

    Args:
        lane: in which it is written.
        write: writes it, and looks at the line meanwhile.
        suffix: one of :data:`MEDIA_TYPES`.
        name: of the file that a browser saves, without its suffix.
    """

    def pieces(line: Line) -> Generator[bytes]:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            write(line, file)  # type: ignore[arg-type]
            yield from copied(file)

    return lane.stream(pieces, MEDIA_TYPES[suffix], {**attached(f"{name}.{suffix}"), **VARY})


def watched(rows: Iterable[Row], line: Line) -> Iterator[Row]:
    """Yield rows as long as somebody waits for them."""
    for row in rows:
        line.check()
        yield row


def copied(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file that was written, from its beginning."""
    file.seek(0)
    while piece := file.read(_COPIED):
        yield piece


def attached(name: str, plain: str = "") -> dict[str, str]:
    """Return the headers by which a browser saves an answer under a name; ``plain`` is one for those that know ASCII only."""
    fallback = f' filename="{plain}";' if plain else ""
    return {"Content-Disposition": f"attachment;{fallback} filename*=UTF-8''{quote(name, safe='')}"}


def _json(rows: Iterable[Row], columns: tuple[str, ...]) -> Generator[bytes]:
    piece = ['{"items": [']
    size = 0
    for index, row in enumerate(rows):
        piece.append((",\n" if index else "\n") + to_json({column: row[column] for column in columns}))
        size += len(piece[-1])
        if size >= _PIECE:
            yield "".join(piece).encode()
            piece, size = [], 0
    yield "".join([*piece, '\n], "next": null}']).encode()
