"""Uploads and jobs, keys and sessions, corrections, and who did what; figures by value and the index that finds them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from extractor.store.columns import order_key

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _jobs()
    _uploads()
    _users()
    op.create_table(
        "correction",
        integer("id", primary_key=True),
        integer("document_id", sa.ForeignKey("document.id", ondelete="CASCADE")),
        *(integer(name) for name in ("start_offset", "end_offset")),
        text("text"),
        integer("sentence_start"),
        text("sentence"),
        sa.Column("changes", sa.JSON()),
        *(text(name) for name in ("note", "author")),
        moment("made"),
        moment("withdrawn", null=True),
        *(text(name, null=True) for name in ("withdrawn_by", "unfit")),
        sa.Index(None, "document_id", "start_offset"),
    )
    op.add_column("comparison_figure", text("rule_or_model", server_default="rule"))
    _orders()
    _search()
    op.create_table(
        "uncorrected",
        integer("document_id", sa.ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("content", sa.JSON(), nullable=False),
    )


def text(name: str, *references: sa.ForeignKey, null: bool = False, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), *references, nullable=null, **options)


def integer(name: str, *references: sa.ForeignKey, null: bool = False, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), *references, nullable=null, **options)


def moment(name: str, *, null: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, nullable=null, **options)


def one_of(column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _jobs() -> None:
    op.create_table(
        "job",
        integer("id", primary_key=True),
        *(text(name) for name in ("kind", "state", "author")),
        sa.Column("options", sa.JSON(), nullable=False),
        text("idempotency_key", null=True),
        text("request_hash"),
        moment("created"),
        *(moment(name, null=True) for name in ("started", "finished")),
        *(text(name, null=True) for name in ("token", "host")),
        integer("process", null=True),
        sa.Column("born", sa.BigInteger()),
        moment("beat", null=True),
        integer("attempts"),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("slow", "cancelled")),
        text("message"),
        one_of("kind", "import"),
        one_of("state", "queued running done failed cancelled"),
        sa.UniqueConstraint("author", "idempotency_key"),
        sa.Index(None, "state", "id"),
    )


def _uploads() -> None:
    op.create_table(
        "upload",
        integer("id", primary_key=True),
        integer("job_id", sa.ForeignKey("job.id", ondelete="CASCADE"), null=True, index=True),
        *(text(name) for name in ("name", "sha256")),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        moment("received"),
        sa.Column("surveyed", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "upload_chunk",
        integer("upload_id", sa.ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True),
        integer("position", primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "job_item",
        integer("job_id", sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
        integer("item_index", primary_key=True, autoincrement=False),
        integer("upload_id", sa.ForeignKey("upload.id", ondelete="CASCADE"), index=True),
        *(text(name) for name in ("path", "position")),
        sa.Column("bytes", sa.BigInteger()),
        text("sha256", null=True),
        text("state"),
        text("reason", null=True),
        text("message"),
        integer("attempts"),
        sa.Column("seconds", sa.Float()),
        *(integer(name, null=True) for name in ("characters", "figures")),
        integer("document_id", sa.ForeignKey("document.id", ondelete="SET NULL"), null=True, index=True),
        moment("finished", null=True),
        one_of("state", "pending done duplicate failed skipped unpacked"),
        one_of(
            "reason",
            "unreadable encrypted unsupported too_large timeout crashed empty needs_ocr temporary link special",
        ),
        sa.Index(None, "job_id", "state"),
    )


def _users() -> None:
    op.create_table(
        "api_key",
        integer("id", primary_key=True),
        text("name", unique=True),
        text("role"),
        text("hash", unique=True),
        moment("created"),
        moment("revoked", null=True),
        one_of("role", "read write admin"),
    )
    op.create_table(
        "session",
        text("hash", primary_key=True),
        integer("api_key_id", sa.ForeignKey("api_key.id", ondelete="CASCADE"), index=True),
        moment("created"),
        moment("expires", index=True),
    )
    op.create_table(
        "audit_event",
        integer("id", primary_key=True),
        moment("at", index=True),
        *(text(name) for name in ("author", "action", "subject")),
        sa.Column("detail", sa.JSON(), nullable=False),
    )


def _orders() -> None:
    """Add the column and the indexes by which figures are sorted."""
    op.add_column(
        "figure", sa.Column("base_order", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True)
    )
    connection = op.get_bind()
    keys = sa.Table(
        "order_keys",
        sa.MetaData(),
        sa.Column("base_value", sa.Text().with_variant(sa.Numeric(), "postgresql"), primary_key=True),
        sa.Column("base_order", sa.Text(), nullable=False),
        prefixes=["TEMPORARY"],
    )
    keys.create(connection)
    values = connection.scalars(sa.text("SELECT DISTINCT base_value FROM figure WHERE base_value IS NOT NULL")).all()
    if values:
        connection.execute(
            keys.insert(), [{"base_value": value, "base_order": order_key(Decimal(value))} for value in values]
        )
        op.execute(
            "UPDATE figure SET base_order ="
            " (SELECT k.base_order FROM order_keys k WHERE k.base_value = figure.base_value)"
        )
    keys.drop(connection)
    place = ("document_id", "start_offset")
    op.drop_index("ix_figure_dimension_base_unit_base_value", "figure")
    op.create_index("ix_figure_base_order", "figure", ["base_unit", "base_order", *place])
    for name in ("indicator_code", "project_type", "document_id_project_id"):
        op.drop_index(f"ix_figure_{name}", "figure")
    for name, columns, condition in (
        ("indicator_code", ("indicator_code",), "indicator_code IS NOT NULL"),
        ("project_type", ("project_type",), "project_type IS NOT NULL"),
        ("document_id_project_id", ("document_id", "project_id"), "project_id IS NOT NULL"),
        ("period", ("period_start", *place), "period_start IS NOT NULL"),
        ("doubtful", ("confidence", *place), "confidence < 1"),
        ("range", place, "base_value_max IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(f"ix_figure_{name}", "figure", [*columns], sqlite_where=where, postgresql_where=where)


def _search() -> None:
    """Make the index from tokens to figures, which knows no document yet."""
    op.create_table("search_pending", integer("document_id", primary_key=True, autoincrement=False))
    op.execute("INSERT INTO search_pending SELECT id FROM document")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE figure_search"
            " USING fts5(tokens, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
        return
    op.create_table(
        "figure_search",
        *(integer(name, primary_key=True, autoincrement=False) for name in ("document_id", "start_offset")),
        sa.Column("tokens", sa.ARRAY(sa.Integer()), nullable=False),
    )
    op.create_index("ix_figure_search_tokens", "figure_search", ["tokens"], postgresql_using="gin")
    op.execute("ALTER TABLE figure_search ALTER COLUMN tokens SET STATISTICS 2000")
