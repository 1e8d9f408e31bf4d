"""What became of each file of an archive; what read a document, and how surely."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
# Paths are in the order of their code points on both engines.
PATH = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
AT_WORK = "state IN ('pending', 'done', 'failed')"


def upgrade() -> None:
    op.add_column("document", text("reader", server_default=""))
    op.add_column("document", sa.Column("ocr_confidence", sa.Float()))
    _items()
    op.create_table(
        "work_lease",
        text("name", primary_key=True),
        *(text(name) for name in ("token", "host")),
        integer("process"),
        sa.Column("born", sa.BigInteger()),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("started", "beat")),
    )


def text(name: str, *references: sa.ForeignKey, null: bool = False, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), *references, nullable=null, **options)


def integer(name: str, *references: sa.ForeignKey, null: bool = False, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), *references, nullable=null, **options)


def one_of(column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _items() -> None:
    op.create_table(
        "archive_root",
        integer("id", primary_key=True),
        text("path", unique=True),
        sa.Column("added", MOMENT, nullable=False),
        sa.Column("walked", MOMENT),
    )
    op.create_table(
        "work_item",
        integer("id", primary_key=True),
        integer("root_id", sa.ForeignKey("archive_root.id")),
        integer("container_id", sa.ForeignKey("work_item.id"), null=True, index=True),
        sa.Column("path", PATH, nullable=False, unique=True),
        text("position"),
        *(sa.Column(name, sa.BigInteger()) for name in ("bytes", "mtime_ns")),
        text("sha256", null=True, index=True),
        text("state"),
        text("reason", null=True),
        text("message"),
        integer("attempts"),
        sa.Column("seconds", sa.Float()),
        *(integer(name, null=True) for name in ("characters", "figures")),
        integer("document_id", sa.ForeignKey("document.id"), null=True, index=True),
        sa.Column("first_seen", MOMENT, nullable=False),
        *(sa.Column(name, MOMENT) for name in ("finished", "gone")),
        one_of("state", "pending done duplicate failed skipped unpacked"),
        one_of(
            "reason",
            "unreadable encrypted unsupported too_large timeout crashed empty needs_ocr temporary link special",
        ),
        sa.Index(None, "state", "id"),
    )
    op.create_index(
        "uq_work_item_content",
        "work_item",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text(AT_WORK),
        postgresql_where=sa.text(AT_WORK),
    )
