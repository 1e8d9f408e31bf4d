"""The first tables and views."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# See extractor/store/columns.py; named here without it, so that this migration stays what it was.
AMOUNT = sa.Text().with_variant(sa.Numeric(), "postgresql")


def upgrade() -> None:
    _reference_tables()
    _document_tables()
    _structure_tables()
    _project_tables()
    _figure_tables()
    _views()


def text(name: str, *references: sa.ForeignKey, null: bool = False, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), *references, nullable=null, **options)


def integer(name: str, null: bool = False, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null, **options)


def key(*names: str) -> list[sa.Column[int]]:
    return [integer(name, primary_key=True, autoincrement=False) for name in names]


def to(table: str, *columns: str, key: tuple[str, ...] = ()) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["document_id", *columns], [f"{table}.document_id", *(f"{table}.{name}" for name in key or columns)]
    )


def _reference_tables() -> None:
    op.create_table("meta", text("key", primary_key=True), text("value"))
    for name in ("dimension", "status", "modifier"):
        op.create_table(name, text("code", primary_key=True))
    op.create_table("project_type", text("code", primary_key=True), text("name"))
    op.create_table(
        "indicator",
        text("code", primary_key=True),
        text("name"),
        text("project_type", sa.ForeignKey("project_type.code"), null=True),
    )
    op.create_table(
        "indicator_dimension",
        text("indicator", sa.ForeignKey("indicator.code"), primary_key=True),
        text("dimension", sa.ForeignKey("dimension.code"), primary_key=True),
    )
    op.create_table(
        "unit",
        text("name", primary_key=True),
        text("dimension", sa.ForeignKey("dimension.code"), null=True),
        text("base_unit", sa.ForeignKey("unit.name", deferrable=True, initially="DEFERRED"), null=True),
        text("factor", null=True),
    )
    op.create_table(
        "place",
        text("code", primary_key=True),
        text("name"),
        text("level"),
        text("parent_code", sa.ForeignKey("place.code"), null=True),
    )


def _document_tables() -> None:
    op.create_table(
        "document",
        integer("id", primary_key=True),
        text("sha256", unique=True),
        *(text(name) for name in ("source", "media_type", "encoding", "title")),
        text("issuer", null=True),
        *(text(name) for name in ("state", "text")),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("parts", "warnings")),
        sa.CheckConstraint("state IN ('done')", name="state"),
    )
    op.create_table(
        "extraction_run",
        integer("id", primary_key=True),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("document.id"), nullable=False, index=True),
        text("version"),
        sa.Column("warnings", sa.JSON(), nullable=False),
        *(integer(name) for name in ("articles", "sentences", "figures", "projects")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("started", "finished")),
    )


def _structure_tables() -> None:
    op.create_table(
        "article",
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("document.id"), primary_key=True),
        *key("article_index"),
        integer("start_offset"),
        integer("end_offset"),
        text("title"),
        text("text_hash", null=True, index=True),
        integer("duplicate_of_document", null=True),
        integer("duplicate_of_article", null=True),
        sa.ForeignKeyConstraint(
            ["duplicate_of_document", "duplicate_of_article"],
            ["article.document_id", "article.article_index"],
            ondelete="SET NULL",
        ),
        sa.Index(None, "duplicate_of_document", "duplicate_of_article"),
    )
    op.create_table(
        "section",
        *key("document_id", "section_index"),
        integer("article_index"),
        integer("parent_index", null=True),
        *(integer(name) for name in ("level", "start_offset", "heading_end", "end_offset")),
        text("title"),
        to("article", "article_index"),
        to("section", "parent_index", key=("section_index",)),
        sa.Index(None, "document_id", "parent_index"),
    )
    op.create_table(
        "sentence",
        *key("document_id", "start_offset"),
        integer("end_offset"),
        integer("article_index"),
        integer("section_index", null=True),
        text("text"),
        to("article", "article_index"),
        to("section", "section_index"),
    )


def _mentions(name: str, owner: str, column: str, owner_key: str) -> None:
    op.create_table(
        name,
        *key("document_id", column, "position"),
        text("name"),
        text("place_code", sa.ForeignKey("place.code"), null=True, index=True),
        text("level", null=True),
        to(owner, column, key=(owner_key,)),
    )


def _project_tables() -> None:
    op.create_table(
        "project",
        *key("document_id", "project_id"),
        integer("article_index"),
        text("name"),
        text("project_type", sa.ForeignKey("project_type.code"), index=True),
        text("status", sa.ForeignKey("status.code")),
        text("period", null=True),
        to("article", "article_index"),
    )
    op.create_table(
        "project_funder", *key("document_id", "project_id", "position"), text("name"), to("project", "project_id")
    )
    _mentions("project_place", "project", "project_id", "project_id")


def _figure_tables() -> None:
    op.create_table(
        "figure",
        *key("document_id", "start_offset"),
        integer("end_offset"),
        integer("sentence_start"),
        text("text"),
        *(sa.Column(name, AMOUNT) for name in ("value", "value_max", "base_value", "base_value_max")),
        text("modifier", sa.ForeignKey("modifier.code")),
        text("unit", sa.ForeignKey("unit.name"), null=True, index=True),
        text("dimension", sa.ForeignKey("dimension.code"), null=True),
        text("base_unit", sa.ForeignKey("unit.name"), null=True),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        text("indicator"),
        text("indicator_code", sa.ForeignKey("indicator.code"), null=True, index=True),
        text("status", sa.ForeignKey("status.code")),
        text("period", null=True),
        *(sa.Column(name, sa.Date()) for name in ("period_start", "period_end")),
        text("project_type", sa.ForeignKey("project_type.code"), null=True, index=True),
        text("funder", null=True),
        text("pct_kind", null=True),
        integer("project_id", null=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        text("rule_or_model"),
        to("sentence", "sentence_start", key=("start_offset",)),
        to("project", "project_id"),
        sa.CheckConstraint("pct_kind IN ('share', 'progress', 'rate', 'growth')", name="pct_kind"),
        sa.CheckConstraint("period_start <= period_end", name="period"),
        sa.Index(None, "dimension", "base_unit", "base_value"),
        sa.Index(None, "document_id", "project_id"),
    )
    op.create_table(
        "figure_link",
        *key("document_id", "source_start"),
        text("kind", primary_key=True),
        *key("target_start"),
        to("figure", "source_start", key=("start_offset",)),
        to("figure", "target_start", key=("start_offset",)),
        sa.CheckConstraint(
            "kind IN ('part_of', 'pair', 'share_of', 'progress_of', 'growth_from', 'restates', 'rate_of', 'numerator')",
            name="kind",
        ),
    )
    _mentions("figure_place", "figure", "figure_start", "start_offset")


V_FIGURE = """
CREATE VIEW v_figure AS
SELECT f.document_id, d.source, a.title AS article, h.title AS section, f.start_offset, f.end_offset, f.text,
       CAST(f.value AS NUMERIC) AS value, CAST(f.value_max AS NUMERIC) AS value_max, f.modifier, f.unit,
       f.indicator, i.name AS indicator_name, f.status, f.period, {places} AS places,
       t.name AS project_type, p.name AS project, f.funder, f.pct_kind,
       CAST(f.base_value AS NUMERIC) AS base_value, CAST(f.base_value_max AS NUMERIC) AS base_value_max,
       f.base_unit, f.dimension, f.redacted, f.confidence,
       s.text AS sentence
FROM figure f
JOIN document d ON d.id = f.document_id
JOIN sentence s ON s.document_id = f.document_id AND s.start_offset = f.sentence_start
JOIN article a ON a.document_id = s.document_id AND a.article_index = s.article_index
LEFT JOIN section h ON h.document_id = s.document_id AND h.section_index = s.section_index
LEFT JOIN indicator i ON i.code = f.indicator_code
LEFT JOIN project_type t ON t.code = f.project_type
LEFT JOIN project p ON p.document_id = f.document_id AND p.project_id = f.project_id
"""

V_PROJECT = """
CREATE VIEW v_project AS
SELECT p.document_id, d.source, a.title AS article, p.project_id, p.name, t.name AS project_type, p.status, p.period,
       {places} AS places, {funders} AS funders, {figures} AS figures
FROM project p
JOIN document d ON d.id = p.document_id
JOIN article a ON a.document_id = p.document_id AND a.article_index = p.article_index
JOIN project_type t ON t.code = p.project_type
"""


def _views() -> None:
    join = "string_agg" if op.get_bind().dialect.name == "postgresql" else "group_concat"

    def listed(column: str, table: str, owned: str, order: str) -> str:
        ordered = f"SELECT m.{column} FROM {table} m WHERE {owned} ORDER BY m.{order}"  # noqa: S608 - our own names
        return f"(SELECT {join}(x.{column}, '、') FROM ({ordered}) x)"  # noqa: S608 - our own names

    of_figure = "m.document_id = f.document_id AND m.figure_start = f.start_offset"
    of_project = "m.document_id = p.document_id AND m.project_id = p.project_id"
    op.execute(V_FIGURE.format(places=listed("name", "figure_place", of_figure, "position")))
    op.execute(
        V_PROJECT.format(
            places=listed("name", "project_place", of_project, "position"),
            funders=listed("name", "project_funder", of_project, "position"),
            figures=listed("text", "figure", of_project, "start_offset"),
        )
    )
