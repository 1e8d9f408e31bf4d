"""Rows of what the database holds: those of :mod:`extractor.report.rows`, with the number of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.report.rows import figure_row, project_row
from extractor.types import Document, Extraction
from extractor.wording import moment

if TYPE_CHECKING:
    from extractor.store import StoredDocument, StoredFigure, StoredProject


def stored_figure_row(stored: StoredFigure) -> dict[str, object]:
    """Return a figure as :func:`figure_row` does; its document is not at hand: its article is named by the store."""
    row = figure_row(stored.figure, Extraction(""), Document("", source=stored.source))
    article = stored.title or row["article"]
    return {**row, "article": article, "document_id": stored.document, "sentence_text": stored.sentence}


def stored_project_row(stored: StoredProject) -> dict[str, object]:
    """Return a project as :func:`project_row` does."""
    return {**project_row(stored.project, Document("", source=stored.source)), "document_id": stored.document}


def stored_document_row(stored: StoredDocument) -> dict[str, object]:
    """Return a document as :func:`document_row` does, with its latest extraction."""
    return {
        "document_id": stored.id,
        "document": stored.source,
        "title": stored.title,
        "sha256": stored.sha256,
        "media_type": stored.media_type,
        "encoding": stored.encoding,
        "characters": stored.characters,
        "articles": stored.articles,
        "figures": stored.figures,
        "projects": stored.projects,
        "warnings": list(stored.warnings),
        "version": stored.version,
        "extracted": moment(stored.extracted),
    }
