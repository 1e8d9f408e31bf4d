"""What figures can be asked for: places, indicators, project types and units, as the database knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, Engine, case, func, select

from extractor.store import queries, schema
from extractor.store.engine import reading
from extractor.store.records import KnownIndicator, KnownPlace, KnownProjectType, KnownUnit
from extractor.store.seed import enclosing_codes

if TYPE_CHECKING:
    from collections.abc import Mapping

_place, _indicator, _figure = schema.place, schema.indicator, schema.figure


class Vocabulary:
    """The reference tables of a database; made by :meth:`extractor.store.Store.vocabulary`."""

    def __init__(self, engine: Engine) -> None:
        """Use ``engine``, which the caller closes."""
        self._engine = engine

    def places(self, words: str, limit: int) -> tuple[KnownPlace, ...]:
        """Return places whose name contains ``words``, or whose code begins with these digits.

        What is called so comes first, then what begins so; the wider before what lies in it, then by code.
        """
        code, name = _place.c.code, _place.c.name
        if queries.is_place_code(words):
            meant: ColumnElement[bool] = code.startswith(words)
        else:
            meant = name.icontains(words, autoescape=True)
        nearness = case((name == words, 0), (name.istartswith(words, autoescape=True), 1), else_=2)
        statement = select(code, name, _place.c.level).where(meant)
        statement = statement.order_by(nearness, func.length(code), code).limit(limit)
        with reading(self._engine) as connection:
            found = connection.execute(statement).all()
            outer = _named(connection, {outer for row in found for outer in enclosing_codes(row.code)})
        return tuple(
            KnownPlace(
                row.code,
                row.name,
                row.level,
                tuple(
                    (outer_code, outer[outer_code]) for outer_code in enclosing_codes(row.code) if outer_code in outer
                ),
            )
            for row in found
        )

    def indicators(self) -> tuple[KnownIndicator, ...]:
        """Return all indicators by code, each with its dimensions and how many figures measure it."""
        counted = (
            select(_figure.c.indicator_code, func.count().label("figures"))
            .where(_figure.c.indicator_code.is_not(None))
            .group_by(_figure.c.indicator_code)
        )
        measured = schema.indicator_dimension
        with reading(self._engine, snapshot=True) as connection:
            figures = {row.indicator_code: row.figures for row in connection.execute(counted)}
            dimensions: dict[str, list[str]] = {}
            for row in connection.execute(select(measured).order_by(measured.c.indicator, measured.c.dimension)):
                dimensions.setdefault(row.indicator, []).append(row.dimension)
            rows = connection.execute(select(_indicator).order_by(_indicator.c.code)).all()
        return tuple(
            KnownIndicator(
                row.code, row.name, row.project_type, tuple(dimensions.get(row.code, ())), figures.get(row.code, 0)
            )
            for row in rows
        )

    def project_types(self) -> tuple[KnownProjectType, ...]:
        """Return all project types by code."""
        table = schema.project_type
        with reading(self._engine) as connection:
            return tuple(KnownProjectType(*row) for row in connection.execute(select(table).order_by(table.c.code)))

    def units(self) -> tuple[KnownUnit, ...]:
        """Return all units by dimension and name, those that only a report knows last."""
        table = schema.unit.c
        columns = (table.name, table.dimension, table.base_unit, table.factor)
        statement = select(*columns).order_by(table.dimension.is_(None), table.dimension, table.name)
        with reading(self._engine) as connection:
            return tuple(KnownUnit(*row) for row in connection.execute(statement))


def _named(connection: Connection, codes: set[str]) -> Mapping[str, str]:
    rows = connection.execute(select(_place.c.code, _place.c.name).where(_place.c.code.in_(codes)))
    return {row.code: row.name for row in rows}
