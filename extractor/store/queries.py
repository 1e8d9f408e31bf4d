"""The questions the repository answers, as SQLAlchemy statements that mean the same on both engines.

Text is searched with ``LIKE`` on the base tables; where that takes too long, ``search.py`` tells before which figures to
look at. Latin letters match in either case on both engines (km, KM).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select

from extractor.store import schema
from extractor.store.columns import DecimalOrder, Unsearched, order_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extractor.store.records import FigureFilter, ProjectFilter

_figure, _project, _sentence, _document = schema.figure, schema.project, schema.sentence, schema.document


def figures(wanted: FigureFilter) -> Select[Any]:
    """Select figures with the sentence, article title and source they stand in, by document and place in the text."""
    columns = (
        _figure,
        _sentence.c.end_offset.label("sentence_end"),
        _sentence.c.text.label("sentence_text"),
        _sentence.c.article_index,
        _sentence.c.section_index,
        schema.article.c.title,
        _document.c.source,
    )
    statement = _in_article(select(*columns)).join(_document, _figure.c.document_id == _document.c.id)
    ordered = statement.where(*figure_conditions(wanted)).order_by(_figure.c.document_id, _figure.c.start_offset)
    return _page(ordered, wanted)


def figure_keys(wanted: FigureFilter) -> Select[Any]:
    """Select the document, offset and project of figures, to be asked about in another statement."""
    columns = (_figure.c.document_id, _figure.c.start_offset, _figure.c.project_id)
    return _in_article(select(*columns)).where(*figure_conditions(wanted))


def projects(wanted: ProjectFilter) -> Select[Any]:
    """Select projects with the article title and source they stand in, by document and number."""
    article = schema.article
    within = and_(article.c.document_id == _project.c.document_id, article.c.article_index == _project.c.article_index)
    statement = (
        select(_project, article.c.title, _document.c.source)
        .join(article, within)
        .join(_document, _project.c.document_id == _document.c.id)
        .where(*project_conditions(wanted))
        .order_by(_project.c.document_id, _project.c.project_id)
    )
    return _page(statement, wanted)


def documents() -> Select[Any]:
    """Select documents with the counts of their content and their latest run, by id."""
    run = schema.extraction_run
    latest = (
        select(func.max(run.c.id)).where(run.c.document_id == _document.c.id).correlate(_document).scalar_subquery()
    )
    return (
        select(
            *(column for column in _document.c if column.name not in ("text", "parts")),
            func.length(_document.c.text).label("characters"),
            *(run.c[name] for name in ("articles", "figures", "projects", "version", "finished")),
        )
        .join(run, run.c.id == latest)
        .order_by(_document.c.id)
    )


def texts() -> Select[Any]:
    """Select the text of each document, by id."""
    return select(_document.c.id, _document.c.source, _document.c.text).order_by(_document.c.id)


def is_place_code(place: str) -> bool:
    """Whether a place is given by its code, not by a name."""
    return place.isascii() and place.isdigit()


def official_places(name: str) -> Select[Any]:
    """Select the codes of the places whose official names contain ``name``."""
    return select(schema.place.c.code).where(schema.place.c.name.icontains(name, autoescape=True))


def of_first_articles(statement: Select[Any]) -> Select[Any]:
    """Join figures with their articles and leave out those of articles that repeat an earlier one."""
    return _in_article(statement.select_from(_figure)).where(schema.article.c.duplicate_of_document.is_(None))


def _in_article(statement: Select[Any]) -> Select[Any]:
    """Join the sentence and the article of each figure."""
    article = schema.article
    return statement.join(
        _sentence, _same_document(_sentence, _figure.c.sentence_start == _sentence.c.start_offset)
    ).join(article, _same_document(article, _sentence.c.article_index == article.c.article_index))


def _same_document(table: Table, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(_figure.c.document_id == table.c.document_id, condition)


def _page(statement: Select[Any], wanted: FigureFilter | ProjectFilter) -> Select[Any]:
    # SQLite knows OFFSET only after a LIMIT; SQLAlchemy writes LIMIT -1 for it.
    return statement.limit(wanted.limit).offset(wanted.offset or None)


def figure_conditions(
    wanted: FigureFilter, sought: Collection[ColumnElement[Any]] | None = None
) -> Iterator[ColumnElement[bool]]:
    """Yield what must hold of figures; the sentence is asked for ``text``, the article for ``unique``.

    Args:
        wanted: as settled.
        sought: columns whose index SQLite may search for what equals a code; all: ``None``.
    """
    column = _figure.c
    for key, value in _equal(wanted):
        yield (key if sought is None or key in sought else Unsearched(key)) == value
    if wanted.indicator:
        words = column.indicator.icontains(wanted.indicator, autoescape=True)
        yield or_(words, column.indicator_code == wanted.indicator)
    if wanted.place:
        mention = schema.figure_place
        yield _is_in(mention, wanted.place, mention.c.figure_start == column.start_offset, column.document_id)
    if wanted.period_start:
        yield column.period_end >= wanted.period_start
    if wanted.period_end:
        yield column.period_start <= wanted.period_end
    if wanted.min_value is not None:
        single = and_(column.base_value_max.is_(None), column.base_order >= order_key(wanted.min_value))
        yield or_(single, DecimalOrder(column.base_value_max) >= wanted.min_value)
    if wanted.max_value is not None:
        yield column.base_order <= order_key(wanted.max_value)
    if wanted.unique:
        yield schema.article.c.duplicate_of_document.is_(None)
    if wanted.text:
        yield _sentence.c.text.icontains(wanted.text, autoescape=True)


def _equal(wanted: FigureFilter) -> Iterator[tuple[ColumnElement[Any], Any]]:
    """Yield the columns of figures that must equal a code, and that code."""
    column = _figure.c
    equal = {
        column.status: wanted.status.value if wanted.status else None,
        column.project_type: wanted.project_type,
        column.unit: wanted.unit,
        column.dimension: wanted.dimension,
        column.base_unit: wanted.base_unit,
        column.document_id: wanted.document,
    }
    return ((key, value) for key, value in equal.items() if value is not None)


def project_conditions(wanted: ProjectFilter) -> Iterator[ColumnElement[bool]]:
    """Yield what must hold of projects; the article is asked for ``unique``."""
    column = _project.c
    equal = {
        column.status: wanted.status.value if wanted.status else None,
        column.project_type: wanted.project_type,
        column.document_id: wanted.document,
    }
    yield from (key == value for key, value in equal.items() if value is not None)
    if wanted.place:
        mention = schema.project_place
        yield _is_in(mention, wanted.place, mention.c.project_id == column.project_id, column.document_id)
    if wanted.unique:
        yield schema.article.c.duplicate_of_document.is_(None)
    if wanted.text:
        yield column.name.icontains(wanted.text, autoescape=True)


def _is_in(
    mention: Table, place: str, same_owner: ColumnElement[bool], document: ColumnElement[int]
) -> ColumnElement[bool]:
    """A place is meant by its code, with all whose codes begin with it, or by characters of a name."""
    if is_place_code(place):
        meant: ColumnElement[bool] = mention.c.place_code.startswith(place)
    else:
        written = mention.c.name.icontains(place, autoescape=True)
        meant = or_(written, mention.c.place_code.in_(official_places(place)))
    return exists().where(mention.c.document_id == document, same_owner, meant)
