"""Finds which figures a page holds, in one of these ways; they apply the same conditions and differ in time alone.

- Through the index of ``search.py``, which knows the figures that meet most conditions together, in the order of
  documents; for another order where they are few enough to be sorted.
- Along the index of the order, leaving out what does not meet the conditions: quick where many do.
- Through the index of amounts, where bounds leave few.

Documents that the index does not know yet are gone through by themselves.
"""

from __future__ import annotations

import json
from math import ceil
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Subquery, and_, func, select

from extractor.store import queries, schema, search
from extractor.store.columns import Unsearched, order_key
from extractor.store.orders import Key, Leg, taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.store.records import FigureFilter

_figure, _sentence, _article = schema.figure, schema.sentence, schema.article

#: So many figures are rather sorted than left out one by one along an order.
_FEW = 15_000
#: How many times the figures of a page a stretch of documents should hold, and how much longer the next one is.
_STRETCH = 4


class Finder:
    """What a filter means in a database, for one page."""

    def __init__(self, connection: Connection, wanted: FigureFilter) -> None:
        """Ask ``connection`` for the figures of ``wanted``, whose codes are settled."""
        self._connection = connection
        self._wanted = wanted
        # The figures of one document are few enough to go through.
        self._clauses = search.clauses(connection, wanted) if wanted.document is None else []

    def page(self, legs: Sequence[Leg], place: Sequence[Any] | None, size: int) -> list[tuple[int, Key]]:
        """Return the first figures from behind ``place``, each as the number of its leg and its key there.

        Args:
            legs: of the order.
            place: number of a leg, then a key as :func:`orders.told` writes it; ``None``: from the first.
            size: how many at most.
        """
        begin = place[0] if place else 0
        found: list[tuple[int, Key]] = []
        for number, leg in enumerate(legs[begin:], begin):
            after = taken(leg, place[1:]) if place and number == begin else None
            if len(found) < size:
                found += [(number, key) for key in self._leg(leg, after, size - len(found))]
        return found

    def _leg(self, leg: Leg, after: Key | None, size: int) -> list[Key]:
        """Return the first figures of a leg, those after a key."""
        if not self._clauses or self._few_amounts():
            return self._along(leg, after, size)
        sqlite = self._connection.dialect.name == "sqlite"
        number = 0 if sqlite and not leg.columns else self._number(leg)
        if sqlite and not leg.columns:
            known = self._numbered(leg, after, size)
        elif number <= _FEW:
            known = self._sorted(leg, after, size)
        elif leg.columns or leg.down:
            return self._along(leg, after, size)
        else:
            known = self._stretches(leg, after, size, number)
        pending = select(schema.search_pending.c.document_id)
        if self._connection.execute(pending.limit(1)).first() is None:
            return known
        unknown = self._along(leg, after, size, _figure.c.document_id.in_(pending))
        return _first(leg, [*known, *unknown], size)

    def _along(self, leg: Leg, after: Key | None, size: int, *more: ColumnElement[bool]) -> list[Key]:
        """Go along the index of the leg, or of the amounts where there are bounds."""
        found: list[Key] = []
        for sought, part in self._amounts():
            statement = leg.sort(self._select(leg, after, _figure, sought=sought).where(*more, *part))
            found += self._run(statement, size)
        return _first(leg, found, size)

    def _numbered(self, leg: Leg, after: Key | None, size: int) -> list[Key]:
        """Take what the index of SQLite gives, in the order of its numbers, which is that of the leg."""
        found = self._matching(leg)
        number = found.c.number
        statement = leg.sort(self._select(leg, None, found, _same(found)), number)
        if after is not None:
            last = search.number(*after)
            statement = statement.where(number < last if leg.down else number > last)
        return self._run(statement, size)

    def _sorted(self, leg: Leg, after: Key | None, size: int) -> list[Key]:
        """Sort all that the index gives."""
        found = self._matching(leg)
        return self._run(leg.sort(self._select(leg, after, found, _same(found))), size)

    def _stretches(self, leg: Leg, after: Key | None, size: int, number: int) -> list[Key]:
        """Take what the index gives of one stretch of documents after another."""
        document = schema.document.c.id
        last = self._connection.execute(select(func.max(document))).scalar() or 0
        length = max(1, ceil(last * size * _STRETCH / number))
        begin = after[0] if after else 0
        keys: list[Key] = []
        while len(keys) < size and begin <= last:
            found = self._matching(leg, (begin, begin + length))
            keys += self._run(leg.sort(self._select(leg, after, found, _same(found))), size - len(keys))
            begin += length
            length *= _STRETCH
        return keys

    def _select(
        self,
        leg: Leg,
        after: Key | None,
        source: FromClause,
        *on: ColumnElement[bool],
        sought: tuple[ColumnElement[Any], ...] = (),
    ) -> Select[Any]:
        """Select the keys of the figures of a leg that meet all conditions, which only search ``sought``."""
        statement = select(*leg.key).select_from(source).join(_figure, *on) if on else select(*leg.key)
        same = _figure.c.document_id == _sentence.c.document_id
        if self._wanted.text or self._wanted.unique:
            statement = statement.join(_sentence, and_(same, _figure.c.sentence_start == _sentence.c.start_offset))
        if self._wanted.unique:
            article = and_(
                _article.c.document_id == _sentence.c.document_id, _article.c.article_index == _sentence.c.article_index
            )
            statement = statement.join(_article, article)
        if leg.condition is not None:
            statement = statement.where(leg.condition)
        if after is not None:
            statement = statement.where(leg.after(after))
        return statement.where(*queries.figure_conditions(self._wanted, sought))

    def _matching(self, leg: Leg, stretch: tuple[int, int] | None = None) -> Subquery:
        return search.matching(self._connection, [*self._clauses, *leg.clauses], stretch)

    def _run(self, statement: Select[Any], size: int) -> list[Key]:
        return [tuple(row) for row in self._connection.execute(statement.limit(size))]

    def _amounts(self) -> Iterator[tuple[tuple[ColumnElement[Any], ...], tuple[ColumnElement[bool], ...]]]:
        """Yield columns to search, and conditions that together hold for each figure within the bounds.

        A range is within them where it reaches into them: those that begin before are few and have their own index.
        """
        own = (_figure.c.document_id, _figure.c.base_unit)
        least = self._wanted.min_value
        if least is None:
            yield own, ()
            return
        key = order_key(least)
        yield own, (_figure.c.base_order >= key,)
        yield own[:1], (Unsearched(_figure.c.base_order) < key, _figure.c.base_value_max.is_not(None))

    def _few_amounts(self) -> bool:
        """Whether the bounds leave few figures."""
        wanted = self._wanted
        if wanted.base_unit is None or (wanted.min_value, wanted.max_value) == (None, None):
            return False
        order = _figure.c.base_order
        within = [_figure.c.base_unit == wanted.base_unit, order.is_not(None)]
        within += [order >= order_key(wanted.min_value)] if wanted.min_value is not None else []
        within += [order <= order_key(wanted.max_value)] if wanted.max_value is not None else []
        return self._count(select(_figure.c.document_id).where(*within)) <= _FEW

    def _number(self, leg: Leg) -> int:
        """Return about how many figures the index gives; up to :data:`_FEW` exactly."""
        statement = select(self._matching(leg).c.document_id)
        if self._connection.dialect.name == "sqlite":
            return self._count(statement)
        # PostgreSQL reads all that its index gives before the first. What it expects costs nothing, but is too little
        # where tokens go together, as those of a phrase do.
        written = statement.compile(self._connection, compile_kwargs={"literal_binds": True})
        plan = self._connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {written}").scalar_one()
        expected = int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])
        return expected if expected > _FEW else self._count(statement)

    def _count(self, statement: Select[Any]) -> int:
        """Return how many rows a statement gives, :data:`_FEW` and one at most."""
        few = statement.limit(_FEW + 1).subquery()
        return self._connection.execute(select(func.count()).select_from(few)).scalar_one()


def _same(found: Subquery) -> ColumnElement[bool]:
    return (found.c.document_id == _figure.c.document_id) & (found.c.start_offset == _figure.c.start_offset)


def _first(leg: Leg, keys: Sequence[Key], size: int) -> list[Key]:
    return sorted(set(keys), reverse=leg.down)[:size]
