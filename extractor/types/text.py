"""A document and its structure."""

from __future__ import annotations

from dataclasses import dataclass

STOREYS = " / "
"""What stands between the storeys of a header in ``Part.header`` and ``Part.row_header``."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a stretch of a document's text came from, e.g. ``kind="cell", locator="表2 第3行第1列"``.

    ``header`` holds the column header of a table cell, ``row_header`` the text of the first cell of its row; storeys of
    a header, and behind the first cell other names of the row that are merged with cells above, follow after :data:`STOREYS`.
    ``confidence`` (0 to 1) is how sure the recognition of a scanned page is of it, ``None`` for what was not scanned.
    """

    start: int
    end: int
    kind: str
    locator: str
    header: str = ""
    row_header: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file or text as read: the text every offset refers to, and where each part of it came from.

    ``reader`` names what made it of the bytes (``docx``, ``html`` …), ``""`` for a text that was no file.
    """

    text: str
    source: str = ""
    media_type: str = "text/plain"
    encoding: str = ""
    sha256: str = ""
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One report of a compilation (a single report is a compilation of one). ``title`` is ``""`` when it has none."""

    index: int
    start: int
    end: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that stands under it, down to the next heading of the same or a higher level.

    ``level`` counts from 1 (一、) to 4 (一是…); ``parent`` is the index of the enclosing section or ``None``;
    ``start`` is where the heading begins, ``heading_end`` where it ends (for a run-in heading: after its full stop).
    """

    index: int
    article: int
    parent: int | None
    level: int
    start: int
    heading_end: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (ends with 。！？； or a line end); ``section`` is the innermost section it stands in, or ``None``."""

    index: int
    start: int
    end: int
    article: int
    section: int | None


@dataclass(frozen=True, slots=True)
class Outline:
    """The structure of one text. Sentences outside every article (web residue) are left out.

    ``warnings`` say, in Chinese, what else was left out.
    """

    articles: tuple[Article, ...]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    warnings: tuple[str, ...] = ()
