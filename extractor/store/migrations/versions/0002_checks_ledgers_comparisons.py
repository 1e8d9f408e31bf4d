"""Tables of checks, ledgers and comparisons."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# See extractor/store/columns.py; named here without it, so that this migration stays what it was.
AMOUNT = sa.Text().with_variant(sa.Numeric(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


V_CHECK = """
CREATE VIEW v_check AS
SELECT c.document_id, d.source, c.claim, c.kind, c.verdict, c.severity, c.cause, c.formula,
       CAST(c.stated AS NUMERIC) AS stated, CAST(c.computed AS NUMERIC) AS computed,
       CAST(c.difference AS NUMERIC) AS difference, c.unit, c.reason, n.note, n.author, s.text AS sentence
FROM check_result c
JOIN document d ON d.id = c.document_id
JOIN check_figure r ON r.document_id = c.document_id AND r.check_index = c.check_index AND r.position = 0
JOIN figure f ON f.document_id = r.document_id AND f.start_offset = r.figure_start
JOIN sentence s ON s.document_id = f.document_id AND s.start_offset = f.sentence_start
LEFT JOIN check_note n ON n.document_id = c.document_id AND n.claim = c.claim
"""


def upgrade() -> None:
    op.add_column("extraction_run", integer("checks", null=True))
    _checks()
    _ledgers()
    _comparisons()
    _comparison_items()
    op.execute(V_CHECK)


def text(name: str, *references: sa.ForeignKey, null: bool = False, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), *references, nullable=null, **options)


def integer(name: str, *references: sa.ForeignKey, null: bool = False, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), *references, nullable=null, **options)


def key(name: str, *references: sa.ForeignKey) -> sa.Column[int]:
    return integer(name, *references, primary_key=True, autoincrement=False)


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["document_id", column], [f"{table}.document_id", f"{table}.{target}"])


def to_compared(document: str, start: str) -> sa.ForeignKeyConstraint:
    keys = ("comparison_id", "document_id", "start_offset")
    return sa.ForeignKeyConstraint(["comparison_id", document, start], [f"comparison_figure.{key}" for key in keys])


def one_of(column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _checks() -> None:
    op.create_table(
        "check_result",
        integer("document_id", sa.ForeignKey("document.id"), primary_key=True),
        key("check_index"),
        *(text(name) for name in ("claim", "kind")),
        text("verdict", index=True),
        *(text(name, null=True) for name in ("severity", "cause")),
        *(text(name) for name in ("formula", "unit")),
        *(sa.Column(name, AMOUNT) for name in ("computed", "low", "high", "stated", "difference")),
        text("reason"),
        one_of(
            "kind",
            "sum parts cross_sum share progress rate growth difference mean product complement household_size repeat "
            "percent_bound",
        ),
        one_of("verdict", "holds within_rounding truncated fails unchecked"),
        one_of("severity", "must_fix please_verify"),
        one_of("cause", "lost_point power_of_ten unit transposed digit lost_digit missing_part other_base"),
    )
    op.create_table(
        "check_figure",
        *(key(name) for name in ("document_id", "check_index", "position")),
        integer("figure_start"),
        text("role"),
        to("check_result", "check_index", "check_index"),
        to("figure", "figure_start", "start_offset"),
        one_of("role", "result part whole old new divisor factor"),
        sa.Index(None, "document_id", "figure_start"),
    )
    op.create_table(
        "check_note",
        integer("document_id", sa.ForeignKey("document.id"), primary_key=True),
        text("claim", primary_key=True),
        *(text(name) for name in ("note", "author")),
        sa.Column("made", MOMENT, nullable=False),
    )


def _ledgers() -> None:
    op.create_table(
        "ledger",
        integer("id", primary_key=True),
        text("name", unique=True),
        *(text(name) for name in ("source", "sha256")),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("imported", MOMENT, nullable=False),
    )
    op.create_table(
        "recorded_figure",
        integer("ledger_id", sa.ForeignKey("ledger.id"), primary_key=True),
        key("record_index"),
        text("sheet"),
        integer("row"),
        *(text(name) for name in ("column", "text", "indicator")),
        text("indicator_code", sa.ForeignKey("indicator.code"), null=True),
        *(text(name) for name in ("place", "within")),
        text("place_code", sa.ForeignKey("place.code"), null=True),
        text("period", null=True),
        *(sa.Column(name, sa.Date()) for name in ("period_start", "period_end")),
        text("status", sa.ForeignKey("status.code"), null=True),
        text("project_type", sa.ForeignKey("project_type.code"), null=True),
        text("project"),
        text("funder", null=True),
        sa.Column("value", AMOUNT, nullable=False),
        text("unit", sa.ForeignKey("unit.name")),
        text("dimension", sa.ForeignKey("dimension.code")),
        sa.Column("base_value", AMOUNT, nullable=False),
        text("base_unit", sa.ForeignKey("unit.name")),
        integer("decimals"),
        sa.Column("scale", AMOUNT, nullable=False),
        text("note"),
    )


def _comparisons() -> None:
    op.create_table(
        "comparison",
        integer("id", primary_key=True),
        integer("ledger_id", sa.ForeignKey("ledger.id"), index=True),
        sa.Column("tolerance", AMOUNT, nullable=False),
        sa.Column("copies", sa.Boolean(), nullable=False),
        text("version"),
        sa.Column("made", MOMENT, nullable=False),
    )
    op.create_table(
        "comparison_document",
        *(
            integer(f"{table}_id", sa.ForeignKey(f"{table}.id"), primary_key=True)
            for table in ("comparison", "document")
        ),
    )
    op.create_table(
        "comparison_figure",
        *(key(name) for name in ("comparison_id", "document_id", "start_offset")),
        integer("end_offset"),
        text("text"),
        *(sa.Column(name, AMOUNT) for name in ("value", "value_max")),
        text("unit", sa.ForeignKey("unit.name"), null=True),
        text("indicator"),
        text("status", sa.ForeignKey("status.code")),
        text("period", null=True),
        *(text(name) for name in ("article", "locator")),
        *(integer(name) for name in ("sentence_start", "sentence_end", "snippet_start")),
        text("snippet"),
        sa.ForeignKeyConstraint(
            ["comparison_id", "document_id"], ["comparison_document.comparison_id", "comparison_document.document_id"]
        ),
    )
    op.create_table(
        "comparison_place",
        *(key(name) for name in ("comparison_id", "document_id", "figure_start", "position")),
        text("name"),
        to_compared("document_id", "figure_start"),
    )


def _comparison_items() -> None:
    op.create_table(
        "comparison_item",
        integer("comparison_id", sa.ForeignKey("comparison.id"), primary_key=True),
        key("item_index"),
        text("verdict"),
        integer("record_index", null=True),
        *(integer(name, null=True) for name in ("document_id", "figure_start", "see_document_id", "see_start")),
        *(sa.Column(name, AMOUNT) for name in ("difference", "relative")),
        sa.Column("score", sa.Float(), nullable=False),
        *(text(name) for name in ("grounds", "reason")),
        to_compared("document_id", "figure_start"),
        to_compared("see_document_id", "see_start"),
        one_of(
            "verdict",
            "exact within_rounding within_modifier mismatch report_only ledger_only ambiguous not_comparable unchecked",
        ),
        sa.Index(None, "comparison_id", "verdict"),
    )
    op.create_table(
        "comparison_other",
        *(key(name) for name in ("comparison_id", "item_index", "position")),
        *(integer(name) for name in ("document_id", "figure_start")),
        sa.ForeignKeyConstraint(
            ["comparison_id", "item_index"], ["comparison_item.comparison_id", "comparison_item.item_index"]
        ),
        to_compared("document_id", "figure_start"),
    )
    op.execute(V_DISCREPANCY)


V_DISCREPANCY = """
CREATE VIEW v_discrepancy AS
SELECT i.comparison_id, c.made, l.name AS ledger, r.sheet, r.row, r."column", r.indicator, r.place, r.period,
       CAST(r.value AS NUMERIC) AS recorded_value, r.unit AS recorded_unit, f.text AS reported,
       CAST(f.value AS NUMERIC) AS reported_value, f.unit AS reported_unit,
       CAST(i.difference AS NUMERIC) AS difference, r.base_unit, CAST(i.relative AS NUMERIC) AS relative,
       d.id AS document_id, d.source, f.article, f.start_offset, f.snippet, i.grounds, i.reason
FROM comparison_item i
JOIN comparison c ON c.id = i.comparison_id
JOIN ledger l ON l.id = c.ledger_id
JOIN recorded_figure r ON r.ledger_id = c.ledger_id AND r.record_index = i.record_index
JOIN comparison_figure f ON f.comparison_id = i.comparison_id AND f.document_id = COALESCE(i.document_id, i.see_document_id)
     AND f.start_offset = COALESCE(i.figure_start, i.see_start)
JOIN document d ON d.id = f.document_id
WHERE i.verdict = 'mismatch'
"""
