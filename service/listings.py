"""How listings are answered: a page of JSON, or a file of all rows as a stream.

CSV, JSON lines and Parquet leave as they are made; a workbook is complete only at its end and is made on disk first.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any, BinaryIO, Generic, TypeVar
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from extractor.export.columns import Table
from extractor.export.files import parquet_rows, parquet_schema
from extractor.report.tabular import to_json, write_csv, write_rows
from extractor.store import Page
from service import formats
from service.formats import MEDIA_TYPES, VARY
from service.problems import Responses

_T = TypeVar("_T")
Row = Mapping[str, object]

PIECE = 1000
"""Records that are read, turned into rows and sent at a time: what bounds the memory of a file of any length."""

_COPIED = 2**16  # bytes of a file on disk that are sent at a time


class Format(StrEnum):
    """A format of listings."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Sheet(Generic[_T]):
    """How records become the rows of a file.

    Attributes:
        name: of the file, without what its format adds.
        columns: what CSV, XLSX and JSON lines hold.
        row: makes a row with (at least) these keys.
        table: what Parquet holds.
        typed: makes a row of that.
    """

    name: str
    columns: Sequence[str]
    row: Callable[[_T], Row]
    table: Table
    typed: Callable[[_T], Row]

    def json_row(self, record: _T) -> Row:
        """Return the row of a record as JSON has it."""
        row = self.row(record)
        return {column: row[column] for column in self.columns}


def listing(model: type) -> Responses:
    """Return the ``responses`` of a listing whose pages are of ``model``."""
    return formats.described(model, Format, "一页（JSON），或全部（其他格式）")


def page(rows: Iterable[Row], following: str | None) -> Response:
    """Return a page of JSON; amounts have exactly their digits."""
    content = to_json({"items": list(rows), "next": following})
    return Response(content, media_type=MEDIA_TYPES[Format.JSON], headers=VARY)


def answer(
    format_: Format, sheet: Sheet[_T], pages: Callable[[int, str | None], Page[_T]], limit: int, cursor: str | None
) -> Response:
    """Return a page of JSON, or all records behind ``cursor`` as a file.

    Args:
        format_: as :func:`service.formats.chosen`.
        sheet: how records become rows.
        pages: returns a page of so many records, from a cursor on.
        limit: records of a page of JSON.
        cursor: as it was asked.
    """
    if format_ is Format.JSON:
        found = pages(limit, cursor)
        return page(map(sheet.json_row, found.items), found.next)
    pieces = _pieces(pages, cursor)
    # What is wrong with the question is known with the first piece: before the answer has begun.
    pieces = chain([next(pieces)], pieces)
    name = quote(f"{sheet.name}.{format_}")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{sheet.table.name}.{format_}\"; filename*=UTF-8''{name}",
        **VARY,
    }
    return StreamingResponse(_WRITERS[format_](sheet, pieces), headers=headers, media_type=MEDIA_TYPES[format_])


def _pieces(pages: Callable[[int, str | None], Page[_T]], cursor: str | None) -> Iterator[Sequence[_T]]:
    """Yield all records, each piece read by itself: no connection to the database waits for a slow client."""
    while True:
        found = pages(PIECE, cursor)
        yield found.items
        if found.next is None:
            return
        cursor = found.next


def _csv(sheet: Sheet[_T], pieces: Iterable[Sequence[_T]]) -> Iterator[bytes]:
    first = True
    for piece in pieces:
        out = io.BytesIO()
        write_csv(map(sheet.row, piece), sheet.columns, out, mark=first, header=first)
        yield out.getvalue()
        first = False


def _jsonl(sheet: Sheet[_T], pieces: Iterable[Sequence[_T]]) -> Iterator[bytes]:
    for piece in pieces:
        out = io.BytesIO()
        write_rows(map(sheet.row, piece), sheet.columns, "jsonl", out)
        yield out.getvalue()


def _xlsx(sheet: Sheet[_T], pieces: Iterable[Sequence[_T]]) -> Iterator[bytes]:
    out = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    try:
        write_rows((sheet.row(record) for piece in pieces for record in piece), sheet.columns, "xlsx", out)
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return _copied(out)


def _copied(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_COPIED):
            yield piece


def _parquet(sheet: Sheet[_T], pieces: Iterable[Sequence[_T]]) -> Iterator[bytes]:
    from pyarrow.parquet import ParquetWriter

    out = _Outgoing()
    schema = parquet_schema(sheet.table)
    with ParquetWriter(out, schema, compression="zstd") as writer:
        for piece in pieces:
            writer.write_table(parquet_rows(sheet.table, schema, map(sheet.typed, piece)))
            yield out.taken()
    yield out.taken()


class _Outgoing(io.RawIOBase):
    """A file that gives away what was written to it and keeps nothing."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:
        written = bytes(data)
        self._written.append(written)
        self._position += len(written)
        return len(written)

    def taken(self) -> bytes:
        """Return what was written since this was last asked."""
        written = b"".join(self._written)
        self._written.clear()
        return written


_WRITERS: Mapping[Format, Callable[[Sheet[Any], Iterable[Sequence[Any]]], Iterator[bytes]]] = {
    Format.CSV: _csv,
    Format.JSONL: _jsonl,
    Format.XLSX: _xlsx,
    Format.PARQUET: _parquet,
}
