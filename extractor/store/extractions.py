"""The whole extraction of a document as it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from extractor.store import findings, queries, read, schema
from extractor.store.records import CheckFilter, FigureFilter, ProjectFilter
from extractor.types import Article, Extraction, Link, LinkKind, Section, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row, Table


def extraction(connection: Connection, number: int) -> Extraction:
    """Return what was extracted from a document, without its tables, which the store does not keep.

    Args:
        connection: open for reading.
        number: the id of a document that has been extracted.
    """
    run = schema.extraction_run
    latest = select(run.c.warnings, run.c.checks).where(run.c.document_id == number).order_by(run.c.id.desc()).limit(1)
    warnings, checks = connection.execute(latest).one()
    found = findings.stored_checks(connection, findings.statement(CheckFilter(document=number)))
    figures = read.stored_figures(connection, queries.figures(FigureFilter(document=number)))
    projects = read.stored_projects(connection, queries.projects(ProjectFilter(document=number)))
    return Extraction(
        text=connection.execute(select(schema.document.c.text).where(schema.document.c.id == number)).scalar_one(),
        articles=tuple(
            Article(row.article_index, row.start_offset, row.end_offset, row.title)
            for row in _rows(connection, schema.article, number)
        ),
        sections=tuple(
            Section(
                row.section_index,
                row.article_index,
                row.parent_index,
                row.level,
                row.start_offset,
                row.heading_end,
                row.end_offset,
                row.title,
            )
            for row in _rows(connection, schema.section, number)
        ),
        sentences=tuple(
            Sentence(index, row.start_offset, row.end_offset, row.article_index, row.section_index)
            for index, row in enumerate(_rows(connection, schema.sentence, number))
        ),
        figures=tuple(stored.figure for stored in figures),
        links=tuple(
            Link(LinkKind(row.kind), row.source_start, row.target_start)
            for row in _rows(connection, schema.figure_link, number)
        ),
        projects=tuple(stored.project for stored in projects),
        warnings=tuple(warnings),
        checks=None if checks is None else tuple(stored.result for stored in found),
    )


def _rows(connection: Connection, table: Table, number: int) -> Sequence[Row[tuple[object, ...]]]:
    return connection.execute(
        select(table).where(table.c.document_id == number).order_by(*table.primary_key.columns)
    ).all()
