"""How listings are answered: a page of JSON, or a file of all rows as a stream.

CSV, JSON lines and Parquet leave as they are made; a workbook is complete only at its end and is made on disk first.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from fastapi import Request, Response

from extractor.export.columns import Table
from extractor.export.files import parquet_rows, parquet_schema
from extractor.report.tabular import Workbook, write_csv, write_rows
from extractor.store import Page
from service import formats
from service.formats import MEDIA_TYPES, VARY
from service.limits import Lane
from service.problems import Responses
from service.rows import Outgoing, Row, attached, copied, page

_T = TypeVar("_T")

PIECE = 1000
"""Records that are read, turned into rows and sent at a time: what bounds the memory of a file of any length."""


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


class Asked(Protocol):
    """What a listing is asked for besides its conditions: in which format, records of a page of JSON, behind what."""

    format: Format | None
    limit: int
    cursor: str | None


def answer(
    request: Request, lane: Lane, sheet: Sheet[_T], pages: Callable[[int, str | None], Page[_T]], asked: Asked
) -> Response:
    """Return a page of JSON, or all records behind the cursor as a file.

    Args:
        request: which accepts some formats.
        lane: in which a file is made.
        sheet: how records become rows.
        pages: returns a page of so many records, from a cursor on.
        asked: which page, or in which format.
    """
    format_ = formats.chosen(request, asked.format, Format)
    if format_ is Format.JSON:
        found = pages(asked.limit, asked.cursor)
        return page(map(sheet.json_row, found.items), found.next, VARY)
    headers = {**attached(f"{sheet.name}.{format_}", f"{sheet.table.name}.{format_}"), **VARY}
    return lane.stream(lambda _: _WRITERS[format_](sheet, _pieces(pages, asked.cursor)), MEDIA_TYPES[format_], headers)


def _pieces(pages: Callable[[int, str | None], Page[_T]], cursor: str | None) -> Iterator[Sequence[_T]]:
    """Yield all records, each piece read by itself: no connection to the database waits for a slow client."""
    while True:
        found = pages(PIECE, cursor)
        yield found.items
        if found.next is None:
            return
        cursor = found.next


def _csv(sheet: Sheet[_T], pieces: Iterable[Sequence[_T]]) -> Generator[bytes]:
    first = True
    for piece in pieces:
        out = io.BytesIO()
        write_csv(map(sheet.row, piece), sheet.columns, out, mark=first, header=first)
        yield out.getvalue()
        first = False


def _jsonl(sheet: Sheet[_T], pieces: Iterable[Sequence[_T]]) -> Generator[bytes]:
    for piece in pieces:
        out = io.BytesIO()
        write_rows(map(sheet.row, piece), sheet.columns, "jsonl", out)
        yield out.getvalue()


def _xlsx(sheet: Sheet[_T], pieces: Iterable[Sequence[_T]]) -> Generator[bytes]:
    with tempfile.TemporaryFile() as out:
        with Workbook(out) as workbook:
            cells = workbook.add_sheet("数据", sheet.columns)
            for piece in pieces:
                for record in piece:
                    cells.write(sheet.row(record))
                yield b""
        yield from copied(out)


def _parquet(sheet: Sheet[_T], pieces: Iterable[Sequence[_T]]) -> Generator[bytes]:
    from pyarrow.parquet import ParquetWriter

    out = Outgoing()
    schema = parquet_schema(sheet.table)
    with ParquetWriter(out, schema, compression="zstd") as writer:
        for piece in pieces:
            writer.write_table(parquet_rows(sheet.table, schema, map(sheet.typed, piece)))
            yield out.taken()
    yield out.taken()


_WRITERS: Mapping[Format, Callable[[Sheet[Any], Iterable[Sequence[Any]]], Generator[bytes]]] = {
    Format.CSV: _csv,
    Format.JSONL: _jsonl,
    Format.XLSX: _xlsx,
    Format.PARQUET: _parquet,
}
