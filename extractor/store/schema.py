"""The tables, in third normal form; ``docs/database.md`` draws them.

What stands in a document is keyed by the document and by the offset or index that :mod:`extractor.types` uses: a figure
is ``(document_id, start_offset)``, an article ``(document_id, article_index)``. So rows carry over from the records
without invented numbers, are inserted in bulk, and keep their key when a document is extracted again.

A fact has one home: the article and headings of a figure are those of its sentence, and ``part_of``, ``pair`` and the
base of a percentage are rows of ``figure_link``. Columns that repeat document text (``figure.text``,
``sentence.text``) are there to be searched: ``text == document.text[start:end]`` holds for each. ``figure.base_order`` is
``base_value`` as a text that sorts by value on both engines (:func:`extractor.store.columns.order_key`).

Indexes serve the filters of ``queries.py`` and the orders of ``listing.py``; filters together are served by the index of
``search.py``, which is a table of another kind on each engine and therefore not described here.

Change a table here, then add a migration; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from extractor.store.columns import CodePoints, ExactDecimal, UtcDateTime
from extractor.store.metadata import metadata as metadata
from extractor.store.metadata import one_of

# The tables of archives, of the service and those of reference are part of the schema.
from extractor.store.schema_archives import archive_root as archive_root
from extractor.store.schema_archives import work_item as work_item
from extractor.store.schema_archives import work_lease as work_lease
from extractor.store.schema_reference import dimension as dimension
from extractor.store.schema_reference import indicator as indicator
from extractor.store.schema_reference import indicator_dimension as indicator_dimension
from extractor.store.schema_reference import meta as meta
from extractor.store.schema_reference import modifier as modifier
from extractor.store.schema_reference import place as place
from extractor.store.schema_reference import project_type as project_type
from extractor.store.schema_reference import status as status
from extractor.store.schema_reference import unit as unit
from extractor.store.schema_service import api_key as api_key
from extractor.store.schema_service import audit_event as audit_event
from extractor.store.schema_service import correction as correction
from extractor.store.schema_service import job as job
from extractor.store.schema_service import job_item as job_item
from extractor.store.schema_service import search_pending as search_pending
from extractor.store.schema_service import session as session
from extractor.store.schema_service import uncorrected as uncorrected
from extractor.store.schema_service import upload as upload
from extractor.store.schema_service import upload_chunk as upload_chunk
from extractor.types import (
    Cause,
    CheckKind,
    LinkKind,
    Match,
    PctKind,
    Role,
    Severity,
    Verdict,
)

#: The migration that makes these tables; a database of another revision is refused.
REVISION = "0004"


def _in_document(name: str) -> Column[int]:
    """A part of the key of a record that stands in a document."""
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _to(table: str, *columns: str, key: tuple[str, ...]) -> ForeignKeyConstraint:
    """A reference to another record of the same document."""
    targets = [f"{table}.document_id", *(f"{table}.{name}" for name in key)]
    return ForeignKeyConstraint(["document_id", *columns], targets)


#: What puts figures in the order of documents and of the text.
_IN_TEXT = ("document_id", "start_offset")


def _where(name: str, condition: str, *columns: str) -> Index:
    """An index of those figures alone that meet a condition: the others cost nothing when they are written."""
    where = text(condition)
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def _given(*columns: str) -> Index:
    """An index of the figures that have a value in the last column."""
    return _where("ix_figure_" + "_".join(columns), f"{columns[-1]} IS NOT NULL", *columns)


def _in_comparison() -> Column[int]:
    return Column("comparison_id", Integer, primary_key=True, autoincrement=False)


def _to_compared(document: str, start: str) -> ForeignKeyConstraint:
    """A reference to a figure as it was compared."""
    keys = ("comparison_id", "document_id", "start_offset")
    return ForeignKeyConstraint(["comparison_id", document, start], [f"comparison_figure.{key}" for key in keys])


# A document and its structure.

document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("encoding", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("issuer", Text),
    Column("state", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("reader", Text, nullable=False, server_default=""),
    Column("ocr_confidence", Float),
    one_of("state", ["done"]),
)
extraction_run = Table(
    "extraction_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", Integer, ForeignKey("document.id"), nullable=False, index=True),
    Column("version", Text, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("sentences", Integer, nullable=False),
    Column("figures", Integer, nullable=False),
    Column("projects", Integer, nullable=False),
    Column("checks", Integer),
    Column("started", UtcDateTime, nullable=False),
    Column("finished", UtcDateTime, nullable=False),
)
article = Table(
    "article",
    metadata,
    Column("document_id", Integer, ForeignKey("document.id"), primary_key=True),
    _in_document("article_index"),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("text_hash", Text, index=True),
    Column("duplicate_of_document", Integer),
    Column("duplicate_of_article", Integer),
    ForeignKeyConstraint(
        ["duplicate_of_document", "duplicate_of_article"],
        ["article.document_id", "article.article_index"],
        ondelete="SET NULL",
    ),
    Index(None, "duplicate_of_document", "duplicate_of_article"),
)
section = Table(
    "section",
    metadata,
    _in_document("document_id"),
    _in_document("section_index"),
    Column("article_index", Integer, nullable=False),
    Column("parent_index", Integer),
    Column("level", Integer, nullable=False),
    Column("start_offset", Integer, nullable=False),
    Column("heading_end", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("title", Text, nullable=False),
    _to("article", "article_index", key=("article_index",)),
    _to("section", "parent_index", key=("section_index",)),
    Index(None, "document_id", "parent_index"),
)
sentence = Table(
    "sentence",
    metadata,
    _in_document("document_id"),
    _in_document("start_offset"),
    Column("end_offset", Integer, nullable=False),
    Column("article_index", Integer, nullable=False),
    Column("section_index", Integer),
    Column("text", Text, nullable=False),
    _to("article", "article_index", key=("article_index",)),
    _to("section", "section_index", key=("section_index",)),
)

# What was read out of it.

project = Table(
    "project",
    metadata,
    _in_document("document_id"),
    _in_document("project_id"),
    Column("article_index", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("project_type", Text, ForeignKey("project_type.code"), nullable=False, index=True),
    Column("status", Text, ForeignKey("status.code"), nullable=False),
    Column("period", Text),
    _to("article", "article_index", key=("article_index",)),
)
project_funder = Table(
    "project_funder",
    metadata,
    _in_document("document_id"),
    _in_document("project_id"),
    _in_document("position"),
    Column("name", Text, nullable=False),
    _to("project", "project_id", key=("project_id",)),
)
figure = Table(
    "figure",
    metadata,
    _in_document("document_id"),
    _in_document("start_offset"),
    Column("end_offset", Integer, nullable=False),
    Column("sentence_start", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("value", ExactDecimal),
    Column("value_max", ExactDecimal),
    Column("modifier", Text, ForeignKey("modifier.code"), nullable=False),
    Column("unit", Text, ForeignKey("unit.name"), index=True),
    Column("dimension", Text, ForeignKey("dimension.code")),
    Column("base_value", ExactDecimal),
    Column("base_value_max", ExactDecimal),
    Column("base_unit", Text, ForeignKey("unit.name")),
    Column("redacted", Boolean, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("indicator_code", Text, ForeignKey("indicator.code")),
    Column("status", Text, ForeignKey("status.code"), nullable=False),
    Column("period", Text),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("project_type", Text, ForeignKey("project_type.code")),
    Column("funder", Text),
    Column("pct_kind", Text),
    Column("project_id", Integer),
    Column("confidence", Float, nullable=False),
    Column("rule_or_model", Text, nullable=False),
    Column("base_order", CodePoints),
    _to("sentence", "sentence_start", key=("start_offset",)),
    _to("project", "project_id", key=("project_id",)),
    one_of("pct_kind", [*PctKind]),
    CheckConstraint("period_start <= period_end", name="period"),
    Index("ix_figure_base_order", "base_unit", "base_order", *_IN_TEXT),
    _where("ix_figure_period", "period_start IS NOT NULL", "period_start", *_IN_TEXT),
    _where("ix_figure_doubtful", "confidence < 1", "confidence", *_IN_TEXT),
    _where("ix_figure_range", "base_value_max IS NOT NULL", *_IN_TEXT),
    _given("indicator_code"),
    _given("project_type"),
    _given("document_id", "project_id"),
)
figure_link = Table(
    "figure_link",
    metadata,
    _in_document("document_id"),
    _in_document("source_start"),
    Column("kind", Text, primary_key=True),
    _in_document("target_start"),
    _to("figure", "source_start", key=("start_offset",)),
    _to("figure", "target_start", key=("start_offset",)),
    one_of("kind", [*LinkKind]),
)


def _mentions(name: str, owner: str, key: str) -> Table:
    """Places as a figure or project names them; ``level`` is null where the place behind ``place_code`` tells it."""
    owner_key = f"{owner}_start" if owner == "figure" else key
    return Table(
        name,
        metadata,
        _in_document("document_id"),
        _in_document(owner_key),
        _in_document("position"),
        Column("name", Text, nullable=False),
        Column("place_code", Text, ForeignKey("place.code"), index=True),
        Column("level", Text),
        _to(owner, owner_key, key=(key,)),
    )


figure_place = _mentions("figure_place", "figure", "start_offset")
project_place = _mentions("project_place", "project", "project_id")

# What came of recomputing it. A finding is named by ``claim``, which is the same for each extraction of the same text.

check_result = Table(
    "check_result",
    metadata,
    Column("document_id", Integer, ForeignKey("document.id"), primary_key=True),
    _in_document("check_index"),
    Column("claim", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("verdict", Text, nullable=False, index=True),
    Column("severity", Text),
    Column("cause", Text),
    Column("formula", Text, nullable=False),
    Column("unit", Text, nullable=False),
    *(Column(name, ExactDecimal) for name in ("computed", "low", "high", "stated", "difference")),
    Column("reason", Text, nullable=False),
    one_of("kind", [*CheckKind]),
    one_of("verdict", [*Verdict]),
    one_of("severity", [*Severity]),
    one_of("cause", [*Cause]),
)
check_figure = Table(
    "check_figure",
    metadata,
    _in_document("document_id"),
    _in_document("check_index"),
    _in_document("position"),
    Column("figure_start", Integer, nullable=False),
    Column("role", Text, nullable=False),
    _to("check_result", "check_index", key=("check_index",)),
    _to("figure", "figure_start", key=("start_offset",)),
    one_of("role", [*Role]),
    Index(None, "document_id", "figure_start"),
)
# What a person says of a finding; outlives the extraction that found it.
check_note = Table(
    "check_note",
    metadata,
    Column("document_id", Integer, ForeignKey("document.id"), primary_key=True),
    Column("claim", Text, primary_key=True),
    Column("note", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("made", UtcDateTime, nullable=False),
)

# Official ledgers, and what a comparison with the reports came to.

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("imported", UtcDateTime, nullable=False),
)
recorded_figure = Table(
    "recorded_figure",
    metadata,
    Column("ledger_id", Integer, ForeignKey("ledger.id"), primary_key=True),
    Column("record_index", Integer, primary_key=True, autoincrement=False),
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("column", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("indicator_code", Text, ForeignKey("indicator.code")),
    Column("place", Text, nullable=False),
    Column("within", Text, nullable=False),
    Column("place_code", Text, ForeignKey("place.code")),
    Column("period", Text),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("status", Text, ForeignKey("status.code")),
    Column("project_type", Text, ForeignKey("project_type.code")),
    Column("project", Text, nullable=False),
    Column("funder", Text),
    Column("value", ExactDecimal, nullable=False),
    Column("unit", Text, ForeignKey("unit.name"), nullable=False),
    Column("dimension", Text, ForeignKey("dimension.code"), nullable=False),
    Column("base_value", ExactDecimal, nullable=False),
    Column("base_unit", Text, ForeignKey("unit.name"), nullable=False),
    Column("decimals", Integer, nullable=False),
    Column("scale", ExactDecimal, nullable=False),
    Column("note", Text, nullable=False),
)
comparison = Table(
    "comparison",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ledger_id", Integer, ForeignKey("ledger.id"), nullable=False, index=True),
    Column("tolerance", ExactDecimal, nullable=False),
    Column("copies", Boolean, nullable=False),
    Column("version", Text, nullable=False),
    Column("made", UtcDateTime, nullable=False),
)
comparison_document = Table(
    "comparison_document",
    metadata,
    Column("comparison_id", Integer, ForeignKey("comparison.id"), primary_key=True),
    Column("document_id", Integer, ForeignKey("document.id"), primary_key=True),
)
# The figures that a comparison names, as they were then: it stays what it was when a document is extracted again.
comparison_figure = Table(
    "comparison_figure",
    metadata,
    _in_comparison(),
    _in_document("document_id"),
    _in_document("start_offset"),
    Column("end_offset", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("value", ExactDecimal),
    Column("value_max", ExactDecimal),
    Column("unit", Text, ForeignKey("unit.name")),
    Column("indicator", Text, nullable=False),
    Column("status", Text, ForeignKey("status.code"), nullable=False),
    Column("period", Text),
    Column("article", Text, nullable=False),
    Column("locator", Text, nullable=False),
    Column("sentence_start", Integer, nullable=False),
    Column("sentence_end", Integer, nullable=False),
    Column("snippet_start", Integer, nullable=False),
    Column("snippet", Text, nullable=False),
    Column("rule_or_model", Text, nullable=False, server_default="rule"),
    ForeignKeyConstraint(
        ["comparison_id", "document_id"], ["comparison_document.comparison_id", "comparison_document.document_id"]
    ),
)
comparison_place = Table(
    "comparison_place",
    metadata,
    _in_comparison(),
    _in_document("document_id"),
    _in_document("figure_start"),
    _in_document("position"),
    Column("name", Text, nullable=False),
    _to_compared("document_id", "figure_start"),
)
comparison_item = Table(
    "comparison_item",
    metadata,
    Column("comparison_id", Integer, ForeignKey("comparison.id"), primary_key=True),
    Column("item_index", Integer, primary_key=True, autoincrement=False),
    Column("verdict", Text, nullable=False),
    Column("record_index", Integer),
    Column("document_id", Integer),
    Column("figure_start", Integer),
    Column("see_document_id", Integer),
    Column("see_start", Integer),
    Column("difference", ExactDecimal),
    Column("relative", ExactDecimal),
    Column("score", Float, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("reason", Text, nullable=False),
    _to_compared("document_id", "figure_start"),
    _to_compared("see_document_id", "see_start"),
    one_of("verdict", [*Match]),
    Index(None, "comparison_id", "verdict"),
)

# Further figures that share the verdict of an item: the same figure stated again, or others that could be meant.
comparison_other = Table(
    "comparison_other",
    metadata,
    _in_comparison(),
    Column("item_index", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("document_id", Integer, nullable=False),
    Column("figure_start", Integer, nullable=False),
    ForeignKeyConstraint(
        ["comparison_id", "item_index"], ["comparison_item.comparison_id", "comparison_item.item_index"]
    ),
    _to_compared("document_id", "figure_start"),
)

#: What goes with a comparison, in the order in which it goes.
OF_COMPARISON = (comparison_other, comparison_item, comparison_place, comparison_figure, comparison_document)

#: What a new extraction of a document replaces, in the order in which it is written.
CONTENT = (
    article, section, sentence, project, project_funder, project_place, figure, figure_place, figure_link,
    check_result, check_figure,
)  # fmt: skip
