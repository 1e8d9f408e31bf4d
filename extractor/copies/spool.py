"""Texts put by in a temporary file, so that an archive needs no more memory than its fingerprints."""

from __future__ import annotations

import json
import tempfile
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.types import Article, CopySource


@dataclass(frozen=True, slots=True)
class Unit:
    """An article of a document: its ``text`` begins at ``offset`` of the document, on the line ``line`` (from 1)."""

    source: int
    document: str
    number: int | None
    article: int
    title: str
    offset: int
    line: int
    text: str


class Spool:
    """Units in the order in which they were added; close it (``with`` or :meth:`close`) to remove the file."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._places = array("Q")

    def __len__(self) -> int:
        """Return how many units there are."""
        return len(self._places)

    def add(self, unit: Unit) -> None:
        """Put ``unit`` by."""
        self._places.append(self._file.seek(0, 2))
        fields = [getattr(unit, name) for name in Unit.__slots__]
        self._file.write((json.dumps(fields, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass"))

    def __getitem__(self, number: int) -> Unit:
        """Return the unit ``number``, counted from 0."""
        self._file.seek(self._places[number])
        return Unit(*json.loads(self._file.readline().decode("utf-8", "surrogatepass")))

    def close(self) -> None:
        """Remove the file."""
        self._file.close()


def unit(position: int, source: CopySource, article: Article) -> Unit:
    """Return an article of the document that stands at ``position`` among the documents."""
    return Unit(
        source=position,
        document=source.name,
        number=source.number,
        article=article.index,
        title=article.title,
        offset=article.start,
        line=source.text.count("\n", 0, article.start) + 1,
        text=source.text[article.start : article.end],
    )
