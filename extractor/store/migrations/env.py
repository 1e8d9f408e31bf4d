"""Run by Alembic: migrates over the connection that :mod:`extractor.store.migrate` hands in, in its transaction."""

from __future__ import annotations

from typing import Any

from alembic import context

from extractor.store.schema import metadata
from extractor.store.search import is_index


def _described(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out the tables of another kind on each engine, which the metadata cannot describe."""
    return not (kind == "table" and name is not None and is_index(name))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    include_name=_described,
)
with context.begin_transaction():
    context.run_migrations()
