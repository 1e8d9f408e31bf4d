"""Corrected documents as training annotations, in the formats of annotation tools, as a .zip that is written as it is sent."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Generator, Iterator
from enum import StrEnum
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from extractor.interchange import converter
from extractor.interchange.records import Annotated, annotated
from extractor.report.rows import figure_row
from service.rows import Outgoing

if TYPE_CHECKING:
    from extractor.store import Store

_TOGETHER = 50
"""Documents that are in memory, and in one file of a format that has many in one."""
_NAME = 60
"""Characters of a document's name."""
_FIELDS = (
    "start", "end", "text", "value", "value_max", "modifier", "unit", "indicator", "status", "period", "place",
    "project_type", "funder", "part_of", "pair", "pct", "redacted", "rule_or_model",
)  # fmt: skip


class AnnotationFormat(StrEnum):
    """The formats that need no further library; ``gold`` is our own (docs/annotation.md)."""

    GOLD = "gold"
    BRAT = "brat"
    LABEL_STUDIO = "label_studio"
    DOCCANO = "doccano"


_SUFFIX = {AnnotationFormat.LABEL_STUDIO: ".json", AnnotationFormat.DOCCANO: ".jsonl"}
"""Of a format that has many documents in one file; the others have a folder."""


def archive(store: Store, chosen: AnnotationFormat) -> Generator[bytes]:
    """Yield the .zip of all documents with a correction in force, some at a time.

    Args:
        store: the database.
        chosen: how they are written.
    """
    out = Outgoing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        after = 0
        for number in count(1):
            ids = store.corrections().documents(after, _TOGETHER)
            if not ids:
                break
            after = ids[-1]
            documents = [one for one in (_annotated(store, document) for document in ids) if one]
            for path, data in _written(documents, chosen, number):
                if path not in packed.NameToInfo:  # brat's configuration comes with each part
                    packed.writestr(path, data)
                    yield out.taken()
    yield out.taken()


def _annotated(store: Store, number: int) -> Annotated | None:
    found = store.holdings().contents(number)
    if found is None:  # removed meanwhile
        return None
    document, extraction = found
    rows = (figure_row(figure, extraction, document) for figure in extraction.figures)
    figures = [{name: row[name] for name in _FIELDS} for row in rows]
    name = "".join(char for char in PurePosixPath(document.source).stem if char.isalnum() or char in "-_")
    return annotated(f"{number}-{name[:_NAME]}".rstrip("-"), document.text, figures)


def _written(documents: list[Annotated], chosen: AnnotationFormat, number: int) -> Iterator[tuple[str, bytes]]:
    """Yield the files of some documents with their names."""
    with tempfile.TemporaryDirectory() as folder:
        suffix = _SUFFIX.get(chosen)
        place = Path(folder) / f"annotations-{number}{suffix}" if suffix else Path(folder)
        converter(chosen.value).write(documents, place)
        for path in sorted(Path(folder).iterdir()):
            yield path.name, path.read_bytes()
