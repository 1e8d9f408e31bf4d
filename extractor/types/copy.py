"""A passage that stands in two places, and what became of its figures between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from extractor.types.text import Article


class Agreement(StrEnum):
    """How a figure of one copy relates to that of the other; ``masked``: a digit is hidden, so nobody can tell."""

    SAME = "same"
    CHANGED = "changed"
    MASKED = "masked"
    LEFT_ONLY = "left_only"
    RIGHT_ONLY = "right_only"


@dataclass(frozen=True, slots=True)
class CopySource:
    """A document in which copies are looked for.

    ``name`` is what people call it, ``number`` its id in the database, where it has one. Only what stands in
    ``articles`` is looked at, so no web residue; they are in the order of the text.
    """

    name: str
    text: str
    articles: tuple[Article, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some words of a document: ``text == document[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class CopySide:
    """One of the two places of a passage: ``text == document[start:end]``.

    ``document`` and ``number`` are those of the :class:`CopySource`, ``article`` and ``title`` those of its article;
    ``line`` counts the lines of the document from 1.
    """

    document: str
    number: int | None
    article: int
    title: str
    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class CopiedFigure:
    """A figure of a passage and its counterpart in the other copy, found by its place in the wording."""

    agreement: Agreement
    left: Excerpt | None
    right: Excerpt | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the wording of two copies differs, figures apart: a stretch of either; at most one of them is ``None``."""

    left: Excerpt | None
    right: Excerpt | None


@dataclass(frozen=True, slots=True)
class Passage:
    """The same wording in two places.

    ``left`` is the place in the document that came first. ``characters`` counts the letters that both share (no digits,
    punctuation or white space), ``containment`` is their share of the shorter copy (0 to 1).
    """

    left: CopySide
    right: CopySide
    characters: int
    containment: float
    figures: tuple[CopiedFigure, ...]
    differences: tuple[Difference, ...]

    def count(self, agreement: Agreement) -> int:
        """Return how many figures of the passage agree in this way."""
        return sum(figure.agreement is agreement for figure in self.figures)
