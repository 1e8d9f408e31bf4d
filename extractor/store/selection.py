"""Figures with the documents, projects and findings they belong to, all as they were at one moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, func, select, tuple_

from extractor.store import findings, queries, read, schema
from extractor.store.records import (
    CheckFilter,
    FigureFilter,
    ProjectFilter,
    StoredCheck,
    StoredDocument,
    StoredFigure,
    StoredProject,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


#: Documents whose figures are read at a time.
_DOCUMENTS = 100

_PROVINCE = 2  # digits of a code


class Selection:
    """What a filter of figures selects; made by :meth:`extractor.store.Store.selection`.

    A filter that narrows nothing selects everything, also documents and projects without a figure; any other the
    documents, projects and findings that have a figure which it selects; it has no page. Answers are read in bounded
    memory and ordered by document and place in it, but figures of documents on the same division and year come near each
    other, so that whoever divides them by these writes large pieces.
    """

    def __init__(self, connection: Connection, wanted: FigureFilter) -> None:
        """Read from ``connection`` what ``wanted`` selects, whose codes are settled."""
        self._connection = connection
        self._wanted = replace(wanted, limit=None, offset=0)

    def figures(self) -> Iterator[StoredFigure]:
        """Yield the figures."""
        statement = queries.figures(self._wanted)
        documents = self._alike()
        for begin in range(0, len(documents), _DOCUMENTS):
            some = documents[begin : begin + _DOCUMENTS]
            yield from read.stored_figures(self._connection, statement.where(schema.figure.c.document_id.in_(some)))

    def documents(self) -> Iterator[StoredDocument]:
        """Yield the documents, each with the counts of its latest extraction."""
        statement = self._of_figures(queries.documents(), (schema.document.c.id,), ("document_id",))
        return read.stored_documents(self._connection, statement)

    def projects(self) -> Iterator[StoredProject]:
        """Yield the projects, each with all of its figures."""
        project = schema.project.c
        key = (project.document_id, project.project_id)
        statement = self._of_figures(queries.projects(ProjectFilter()), key, ("document_id", "project_id"))
        return read.stored_projects(self._connection, statement)

    def checks(self) -> Iterator[StoredCheck]:
        """Yield the findings, each with all of its figures."""
        check, member = schema.check_result.c, schema.check_figure.c
        statement = findings.statement(CheckFilter())
        if self._narrows():
            chosen = queries.figure_keys(self._wanted).subquery()
            found = select(member.document_id, member.check_index).join(
                chosen, (chosen.c.document_id == member.document_id) & (chosen.c.start_offset == member.figure_start)
            )
            statement = statement.where(tuple_(check.document_id, check.check_index).in_(found))
        return findings.stored_checks(self._connection, statement)

    def _alike(self) -> Sequence[int]:
        """Return the documents that have figures, those on the same division and year one after another."""
        figure, mention = schema.figure.c, schema.figure_place.c
        periods = select(figure.document_id, func.max(figure.period_start).label("year")).group_by(figure.document_id)
        divisions = select(mention.document_id, func.min(mention.place_code).label("code")).group_by(
            mention.document_id
        )
        year, division = periods.subquery(), divisions.subquery()
        statement = (
            select(year.c.document_id)
            .join(division, division.c.document_id == year.c.document_id, isouter=True)
            .order_by(func.substr(division.c.code, 1, _PROVINCE), year.c.year, year.c.document_id)
        )
        statement = self._of_figures(statement, (year.c.document_id,), ("document_id",))
        return self._connection.execute(statement).scalars().all()

    def _of_figures(self, statement: Select[Any], key: tuple[Any, ...], named: tuple[str, ...]) -> Select[Any]:
        """Keep the rows whose ``key`` is that of a selected figure, where it is ``named`` so."""
        if not self._narrows():
            return statement
        chosen = queries.figure_keys(self._wanted).subquery()
        return statement.where(tuple_(*key).in_(select(*(chosen.c[name] for name in named))))

    def _narrows(self) -> bool:
        return self._wanted != FigureFilter()
