"""Ledgers and comparisons as they are listed: one by its id, or a page of them, whatever there is besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Engine, Table, exists, select

from extractor.store import comparisons, ledgers, schema
from extractor.store.engine import reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from extractor.store.records import StoredComparison, StoredLedger
    from extractor.types import RecordedFigure


class Catalogue:
    """The ledgers and comparisons of a database; see :meth:`extractor.store.Store.catalogue`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ledgers(self, limit: int, before: int | None = None) -> list[StoredLedger]:
        """Return ledgers, the latest first, with ids below ``before``."""
        with reading(self._engine, snapshot=True) as connection:
            numbers = _latest(connection, schema.ledger, limit, before)
            return sorted(ledgers.ledgers(connection, numbers), key=lambda one: -one.id)

    def ledger(self, number: int) -> StoredLedger | None:
        """Return the ledger of this id, without its figures, ``None`` if there is none."""
        with reading(self._engine) as connection:
            return next(ledgers.ledgers(connection, [number]), None)

    def has_ledger(self, name: str) -> bool:
        """Whether there is a ledger of this name."""
        with reading(self._engine) as connection:
            named = exists().where(schema.ledger.c.name == name)
            return bool(connection.execute(select(named)).scalar())

    def recorded(self, ledger: int, limit: int, begin: int = 0) -> list[RecordedFigure]:
        """Return figures of a ledger in their order, from the one of the index ``begin``."""
        with reading(self._engine) as connection:
            return ledgers.stretch(connection, ledger, begin, limit)

    def comparisons(self, limit: int, before: int | None = None) -> list[StoredComparison]:
        """Return comparisons, the latest first, with ids below ``before``."""
        with reading(self._engine, snapshot=True) as connection:
            numbers = _latest(connection, schema.comparison, limit, before)
            return sorted(comparisons.listed(connection, numbers), key=lambda one: -one.id)

    def comparison(self, number: int) -> StoredComparison | None:
        """Return the comparison of this id, without its items, ``None`` if there is none."""
        with reading(self._engine, snapshot=True) as connection:
            return next(comparisons.listed(connection, [number]), None)


def _latest(connection: Connection, table: Table, limit: int, before: int | None) -> list[int]:
    statement = select(table.c.id).order_by(table.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(table.c.id < before)
    return list(connection.execute(statement).scalars())
