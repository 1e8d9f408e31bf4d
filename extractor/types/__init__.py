"""The nouns of Gouji: frozen records that the stages hand to each other.

Offsets are Python ``str`` indices into the text of the document *exactly as stored*; for every record with ``text``,
``text == document[start:end]``. Numbers are :class:`decimal.Decimal`, never ``float``. The meaning of each field of a
figure is fixed by the annotation guidelines (``docs/annotation.md``).

This module imports nothing of ours: every stage may import it, no stage imports another.
"""

from __future__ import annotations

from extractor.types.check import HOUSEHOLD_SIZES, Cause, CheckFigure, CheckKind, CheckResult, Role, Severity, Verdict
from extractor.types.copy import Agreement, CopiedFigure, CopySide, CopySource, Difference, Excerpt, Passage
from extractor.types.correction import PERSON, Corrected, Correction, CorrectionState
from extractor.types.extraction import Extraction
from extractor.types.figure import (
    PCT_LINKS,
    PLACE_LEVELS,
    Figure,
    Link,
    LinkKind,
    Modifier,
    Pct,
    PctKind,
    Place,
    Project,
    Quantity,
    Status,
)
from extractor.types.job import FINISHED, JobKind, JobState, UserRole
from extractor.types.ledger import Comparison, ComparisonItem, FigureRef, Ledger, Match, RecordedFigure, ReportedFigure
from extractor.types.scope import Scope, Token
from extractor.types.table import Table, TableCell, tables_in
from extractor.types.text import STOREYS, Article, Document, Outline, Part, Section, Sentence
from extractor.types.work import (
    FAILURES,
    INSIDE,
    SKIP_REASONS,
    SurveyedFile,
    SurveyedItem,
    WorkItem,
    WorkReason,
    WorkState,
    file_of,
)

__all__ = [
    "FAILURES",
    "FINISHED",
    "HOUSEHOLD_SIZES",
    "INSIDE",
    "PCT_LINKS",
    "PERSON",
    "PLACE_LEVELS",
    "SKIP_REASONS",
    "STOREYS",
    "Agreement",
    "Article",
    "Cause",
    "CheckFigure",
    "CheckKind",
    "CheckResult",
    "Comparison",
    "ComparisonItem",
    "CopiedFigure",
    "CopySide",
    "CopySource",
    "Corrected",
    "Correction",
    "CorrectionState",
    "Difference",
    "Document",
    "Excerpt",
    "Extraction",
    "Figure",
    "FigureRef",
    "JobKind",
    "JobState",
    "Ledger",
    "Link",
    "LinkKind",
    "Match",
    "Modifier",
    "Outline",
    "Part",
    "Passage",
    "Pct",
    "PctKind",
    "Place",
    "Project",
    "Quantity",
    "RecordedFigure",
    "ReportedFigure",
    "Role",
    "Scope",
    "Section",
    "Sentence",
    "Severity",
    "Status",
    "SurveyedFile",
    "SurveyedItem",
    "Table",
    "TableCell",
    "Token",
    "UserRole",
    "Verdict",
    "WorkItem",
    "WorkReason",
    "WorkState",
    "file_of",
    "tables_in",
]
