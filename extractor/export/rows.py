"""Records of the database as rows of the export: those of the report, with typed and flat cells."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from extractor.report.checks import stored_check_row
from extractor.report.stored import stored_document_row, stored_figure_row, stored_project_row

if TYPE_CHECKING:
    from extractor.store import StoredCheck, StoredDocument, StoredFigure, StoredProject

    Row = dict[str, object]


def figure(stored: StoredFigure) -> Row:
    """Return the row of a figure; see :data:`extractor.export.columns.FIGURES`."""
    one = stored.figure
    row = stored_figure_row(stored)
    row["places"] = row.pop("place")  # a partition is named place
    row["sentence_start"], row["sentence_end"] = one.sentence
    row["period_start"], row["period_end"] = _day(one.period_start), _day(one.period_end)
    row["pct_kind"] = one.pct.kind.value if one.pct else None
    row["pct_of"] = one.pct.of if one.pct else None
    row["pct_numer"] = one.pct.numer if one.pct else None
    return row


def document(stored: StoredDocument) -> Row:
    """Return the row of a document."""
    return {**stored_document_row(stored), "extracted": stored.extracted}


def project(stored: StoredProject) -> Row:
    """Return the row of a project."""
    row = stored_project_row(stored)
    row["article"] = stored.title or str(stored.project.article + 1)
    row["places"] = row.pop("place")
    row["place_codes"] = [place.code for place in stored.project.place if place.code]
    return row


def check(stored: StoredCheck) -> Row:
    """Return the row of a finding."""
    return {**stored_check_row(stored), "document_id": stored.document}


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
