"""Figures, projects and findings a page at a time, from where the page before ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, select, text, tuple_

from extractor.store import codes, cursors, findings, orders, queries, read, schema
from extractor.store.engine import reading
from extractor.store.finding import Finder
from extractor.store.keys import fitting, is_beyond, listed
from extractor.store.records import CheckFilter, FigureFilter, FigureOrder, Page, ProjectFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.store.records import StoredCheck, StoredFigure, StoredProject

_T = TypeVar("_T")
_Pair = tuple[int, int]
_PAIR = (int, int)

# What PostgreSQL thinks best for questions that read much is not for a page: to read tables whole,
# to compile first, to start helpers.
_TUNED = {
    "jit": "off", "random_page_cost": "1.1", "enable_hashjoin": "off", "enable_mergejoin": "off",
    "max_parallel_workers_per_gather": "0",
}  # fmt: skip


class Listing:
    """Pages of what a database holds; made by :meth:`extractor.store.Store.listing`.

    Every method raises :class:`UsageError` for a code, unit or document that does not exist, for amounts that do not
    compare, and for a cursor that is damaged or of another question. ``limit`` and ``offset`` of a filter do not count.
    A record that is there all the time is on exactly one page, whatever is inserted or removed between two pages. A page
    ends before ``limit`` where its sentences are very long.
    """

    def __init__(self, engine: Engine) -> None:
        """Use ``engine``, which the caller closes."""
        self._engine = engine

    def figures(
        self, wanted: FigureFilter, order: FigureOrder = FigureOrder.DOCUMENT, *, limit: int, cursor: str | None = None
    ) -> Page[StoredFigure]:
        """Return the first ``limit`` figures, or those behind a cursor.

        Sorted by value, only figures of one base unit are given: as for bounds, a unit or dimension must be named.
        """
        wanted = replace(wanted, limit=None, offset=0)
        legs = orders.legs(order)
        place = cursors.decode((wanted, order), cursor, *orders.shapes(legs)) if cursor else None
        with reading(self._engine, snapshot=True) as connection:
            _tune(connection)
            compared = order in (FigureOrder.VALUE, FigureOrder.VALUE_DOWN)
            finder = Finder(connection, codes.settled(connection, wanted, compared=compared))
            found = finder.page(legs, place, limit + 1)
            keys = [(key[-2], key[-1]) for _, key in found[:limit]]
            keys = keys[: fitting(_sizes(connection, keys))]
            items = _figures(connection, keys)
        if len(found) <= len(items):
            return Page(items, None)
        number, last = found[len(items) - 1]
        return Page(items, cursors.encode((wanted, order), [number, *orders.told(last)]))

    def projects(self, wanted: ProjectFilter, *, limit: int, cursor: str | None = None) -> Page[StoredProject]:
        """Return the first ``limit`` projects by document and number, or those behind a cursor."""
        wanted = replace(wanted, limit=limit + 1, offset=0)
        question = replace(wanted, limit=None)
        project = schema.project.c
        with reading(self._engine, snapshot=True) as connection:
            statement = queries.projects(codes.settled_projects(connection, wanted))
            if cursor:
                place = cursors.decode(question, cursor, _PAIR)
                statement = statement.where(tuple_(project.document_id, project.project_id) > tuple_(*place))
            found = [((one.document, one.project.id), one) for one in read.stored_projects(connection, statement)]
        return _page(question, found, limit)

    def checks(self, wanted: CheckFilter, *, limit: int, cursor: str | None = None) -> Page[StoredCheck]:
        """Return the first ``limit`` findings by document and place in the text, or those behind a cursor."""
        wanted = replace(wanted, limit=limit + 1, offset=0)
        question = replace(wanted, limit=None)
        check = schema.check_result.c
        with reading(self._engine, snapshot=True) as connection:
            codes.require_document(connection, wanted.document)
            statement = findings.statement(wanted)
            if cursor:
                place = cursors.decode(question, cursor, _PAIR)
                statement = statement.where(tuple_(check.document_id, check.check_index) > tuple_(*place))
            found, size = [], 0
            for one in findings.numbered_checks(connection, statement):
                found.append(one)
                size += sum(map(len, one[1].sentences))
                if is_beyond(size) and len(found) > 1:
                    limit = min(limit, len(found) - 1)
                    break
        return _page(question, found, limit)


def _page(question: object, found: Sequence[tuple[_Pair, _T]], limit: int) -> Page[_T]:
    """Return the page of what was found with its keys, one more than the page holds where there is more."""
    following = cursors.encode(question, [*found[limit - 1][0]]) if len(found) > limit else None
    return Page(tuple(one for _, one in found[:limit]), following)


def _sizes(connection: Connection, keys: Sequence[_Pair]) -> list[int]:
    """Return how long the sentences are in which the figures of these keys stand."""
    figure, sentence, wanted = schema.figure.c, schema.sentence.c, listed(connection, keys)
    statement = (
        select(figure.document_id, figure.start_offset, sentence.end_offset - sentence.start_offset)
        .join(wanted, (figure.document_id == wanted.c.document_id) & (figure.start_offset == wanted.c.number))
        .join(
            schema.sentence,
            (sentence.document_id == figure.document_id) & (sentence.start_offset == figure.sentence_start),
        )
    )
    sizes = {(row[0], row[1]): row[2] for row in connection.execute(statement)}
    return [sizes[key] for key in keys]


def _figures(connection: Connection, keys: Sequence[_Pair]) -> tuple[StoredFigure, ...]:
    """Return the figures of these keys in their order."""
    figure, wanted = schema.figure.c, listed(connection, keys)
    same = (figure.document_id == wanted.c.document_id) & (figure.start_offset == wanted.c.number)
    statement = queries.figures(FigureFilter()).join(wanted, same).order_by(None)
    stored = {(one.document, one.figure.start): one for one in read.stored_figures(connection, statement)}
    return tuple(stored[key] for key in keys)


def _tune(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        settings = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _TUNED.items())
        connection.execute(text(f"SELECT {settings}"))
