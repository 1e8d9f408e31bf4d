"""The orders in which figures are listed, as both engines sort them along an index.

An order is a row of legs: the figures that have a value, sorted by it, then those that have none. Each leg has an index
that begins with its columns and ends with the place in the text, so none of them has to be sorted as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, tuple_

from extractor.store import schema
from extractor.store.cursors import Kind
from extractor.store.records import FigureOrder
from extractor.store.search import DOUBTFUL, Clause

Key = tuple[Any, ...]
"""The values of a leg's columns, then document and offset."""

_figure = schema.figure.c
_KINDS: Mapping[ColumnElement[Any], Kind] = {
    _figure.base_order: str,
    _figure.period_start: date,
    _figure.confidence: float,
}


@dataclass(frozen=True, slots=True)
class Leg:
    """The figures that meet ``condition`` (all: ``None``), sorted by ``columns`` and their place in the text.

    ``clauses`` say of the condition what the index of ``search.py`` knows of it.
    """

    condition: ColumnElement[bool] | None = None
    columns: tuple[ColumnElement[Any], ...] = ()
    down: bool = False
    clauses: tuple[Clause, ...] = ()

    @property
    def key(self) -> tuple[ColumnElement[Any], ...]:
        """What the leg is sorted by, which no two figures share."""
        return (*self.columns, _figure.document_id, _figure.start_offset)

    def after(self, key: Key) -> ColumnElement[bool]:
        """Whether a figure comes after that of ``key``."""
        own, given = tuple_(*self.key), tuple_(*key)
        return own < given if self.down else own > given

    def sort(self, statement: Select[Any], *key: ColumnElement[Any]) -> Select[Any]:
        """Sort by ``key`` instead of the leg's own, which it must agree with."""
        return statement.order_by(*(column.desc() if self.down else column for column in key or self.key))


def legs(order: FigureOrder) -> tuple[Leg, ...]:
    """Return the legs of an order."""
    if order is FigureOrder.DOCUMENT:
        return (Leg(),)
    down = order.startswith("-")
    if order in (FigureOrder.CONFIDENCE, FigureOrder.CONFIDENCE_DOWN):
        # The doubtful ones are few and have an index of their own; all others are equal.
        one: ColumnElement[float] = literal_column("1")
        doubtful = Leg(_figure.confidence < one, (_figure.confidence,), down, (DOUBTFUL,))
        sure = Leg(_figure.confidence >= one, down=down)
        return (sure, doubtful) if down else (doubtful, sure)
    value = _figure.base_order if order in (FigureOrder.VALUE, FigureOrder.VALUE_DOWN) else _figure.period_start
    return Leg(value.is_not(None), (value,), down), Leg(value.is_(None), down=down)


def shapes(legs: Sequence[Leg]) -> list[tuple[Kind, ...]]:
    """Return what the places of an order are: the number of a leg, then a key as :func:`told` writes it."""
    return [(number, *(_KINDS[column] for column in leg.columns), int, int) for number, leg in enumerate(legs)]


def told(key: Key) -> list[Any]:
    """Return a key as JSON writes it."""
    return [value.isoformat() if isinstance(value, date) else value for value in key]


def taken(leg: Leg, values: Sequence[Any]) -> Key:
    """Return the key that :func:`told` has written."""
    day = leg.columns == (_figure.period_start,)
    return tuple(date.fromisoformat(value) if day and not index else value for index, value in enumerate(values))
