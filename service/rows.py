"""Rows of tables as answers: JSON, JSON lines, CSV, XLSX, with the keys and values that the command line writes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import IO, BinaryIO
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from extractor.report import write_rows
from extractor.report.tabular import to_json
from service.formats import MEDIA_TYPES, VARY

_IN_MEMORY = 2**20
_PIECE = 2**16


class RowFormat(StrEnum):
    """How rows are written; ``json`` holds them in ``items``."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


def json_answer(value: object, status: int = 200) -> Response:
    """Return an answer whose amounts have exactly their digits, which :mod:`json` cannot write."""
    return Response(to_json(value), status, media_type=MEDIA_TYPES["json"])


def page(items: Sequence[Mapping[str, object]], following: str | None = None) -> Response:
    """Return one page: ``items``, and in ``next`` the cursor of the page after it."""
    return json_answer({"items": list(items), "next": following})


def rows_answer(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str], chosen: RowFormat, name: str
) -> StreamingResponse:
    """Return all rows as a stream.

    Args:
        rows: with the keys ``columns``.
        columns: which keys to write.
        chosen: how.
        name: of the file that a browser saves, without its suffix.
    """
    if chosen is RowFormat.JSON:
        return StreamingResponse(_json(rows, columns), headers=VARY, media_type=MEDIA_TYPES["json"])
    return file_answer(lambda out: write_rows(rows, columns, chosen, out), chosen, name)


def file_answer(write: Callable[[BinaryIO], None], suffix: str, name: str) -> StreamingResponse:
    """Return a file that is written beside the memory first, so that what goes wrong is told and not half of it sent.

    Args:
        write: writes it.
        suffix: one of :data:`MEDIA_TYPES`.
        name: of the file that a browser saves, without its suffix.
    """
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    try:
        write(file)  # type: ignore[arg-type]
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {**attached(f"{name}.{suffix}"), **VARY}
    return StreamingResponse(_pieces(file), headers=headers, media_type=MEDIA_TYPES[suffix])


def attached(name: str) -> dict[str, str]:
    """Return the headers by which a browser saves an answer under a name."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _json(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> Iterator[str]:
    yield '{"items": ['
    for index, row in enumerate(rows):
        yield (",\n" if index else "\n") + to_json({column: row[column] for column in columns})
    yield '\n], "next": null}'
