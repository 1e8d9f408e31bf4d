"""Data, not code: units, indicators, project types, places. A person who knows the field edits these files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from io import StringIO

from extractor.errors import ResourceError


def read_text(name: str) -> str:
    """Return the text of the resource file ``name`` (UTF-8)."""
    return (files(__name__) / name).read_text(encoding="utf-8")


def read_bytes(name: str) -> bytes:
    """Return the bytes of the resource file ``name``."""
    return (files(__name__) / name).read_bytes()


def read_table(name: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield the rows of a tab-separated resource; lines that start with ``#`` are comments.

    Args:
        name: file name inside ``extractor/resources``.
        columns: the header the file must have, in this order.

    Raises:
        ResourceError: the header differs, or a row has another number of cells; names file and line.
    """
    lines = [line for line in read_text(name).splitlines() if line.strip() and not line.startswith("#")]
    rows = csv.reader(StringIO("\n".join(lines)), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = tuple(next(rows, []))
    if header != columns:
        raise ResourceError(
            f"资源文件 {name} 的表头应为 {columns}，实为 {header}", f"{name}: header {header} != {columns}"
        )
    for number, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise ResourceError(f"资源文件 {name} 第 {number} 行应有 {len(columns)} 列", f"{name}:{number}: {row}")
        yield dict(zip(columns, row, strict=True))
