"""Run by Alembic: migrates over the connection that :mod:`extractor.store.migrate` hands in, in its transaction."""

from __future__ import annotations

from alembic import context

from extractor.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
