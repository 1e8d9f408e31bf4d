"""Turns rows back into records: a page of rows at a time, with the places, links and headings that belong to them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, Table, and_, select

from extractor.store import keys as some
from extractor.store import queries, schema
from extractor.store.records import FigureFilter, ProjectFilter, StoredDocument, StoredFigure, StoredProject
from extractor.types import (
    PCT_LINKS,
    Article,
    CopySource,
    Document,
    Figure,
    LinkKind,
    Modifier,
    Part,
    Pct,
    PctKind,
    Place,
    Project,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

#: Rows per round trip; bounds the memory of an answer of any length.
_PAGE = 500

#: The same for rows that hold whole documents.
_TEXTS = 20

_Key = tuple[int, int]


def figures(connection: Connection, wanted: FigureFilter) -> Iterator[StoredFigure]:
    """Yield the figures that ``wanted`` describes."""
    return stored_figures(connection, queries.figures(wanted))


def stored_figures(connection: Connection, statement: Select[Any]) -> Iterator[StoredFigure]:
    """Yield the figures that a statement of :func:`queries.figures` selects."""
    for page in _pages(connection, statement):
        keys = [(row.document_id, row.start_offset) for row in page]
        places = _places(connection, schema.figure_place, "figure_start", keys)
        links = _links(connection, keys)
        headings = _headings(connection, {(row.document_id, row.section_index) for row in page})
        for row, key in zip(page, keys, strict=True):
            path = headings[row.document_id, row.section_index]
            figure = _figure(row, path, places.get(key, ()), links.get(key, {}))
            yield StoredFigure(row.document_id, row.source, row.title, row.sentence_text, figure)


def projects(connection: Connection, wanted: ProjectFilter) -> Iterator[StoredProject]:
    """Yield the projects that ``wanted`` describes."""
    return stored_projects(connection, queries.projects(wanted))


def stored_projects(connection: Connection, statement: Select[Any]) -> Iterator[StoredProject]:
    """Yield the projects that a statement of :func:`queries.projects` selects."""
    for page in _pages(connection, statement):
        keys = [(row.document_id, row.project_id) for row in page]
        places = _places(connection, schema.project_place, "project_id", keys)
        funders = _grouped(connection, schema.project_funder, "project_id", keys, "position")
        members = _grouped(connection, schema.figure, "project_id", keys, "start_offset")
        for row, key in zip(page, keys, strict=True):
            project = Project(
                id=row.project_id,
                article=row.article_index,
                name=row.name,
                project_type=row.project_type,
                status=Status(row.status),
                period=row.period,
                place=places.get(key, ()),
                funders=tuple(funder.name for funder in funders.get(key, ())),
                figures=tuple(member.start_offset for member in members.get(key, ())),
            )
            yield StoredProject(row.document_id, row.source, row.title, project)


def documents(connection: Connection) -> Iterator[StoredDocument]:
    """Yield all documents."""
    return stored_documents(connection, queries.documents())


def stored_documents(connection: Connection, statement: Select[Any]) -> Iterator[StoredDocument]:
    """Yield the documents that a statement of :func:`queries.documents` selects."""
    for page in _pages(connection, statement):
        for row in page:
            yield StoredDocument(
                id=row.id,
                sha256=row.sha256,
                source=row.source,
                media_type=row.media_type,
                encoding=row.encoding,
                title=row.title,
                characters=row.characters,
                articles=row.articles,
                figures=row.figures,
                projects=row.projects,
                version=row.version,
                extracted=row.finished,
                warnings=tuple(row.warnings),
            )


def sources(connection: Connection) -> Iterator[CopySource]:
    """Yield the texts of all documents with their articles."""
    article = schema.article
    for page in _pages(connection, queries.texts(), _TEXTS):
        for row in page:
            statement = select(article).where(article.c.document_id == row.id).order_by(article.c.article_index)
            articles = tuple(
                Article(found.article_index, found.start_offset, found.end_offset, found.title)
                for found in connection.execute(statement)
            )
            yield CopySource(row.source, row.text, articles, row.id)


def document(connection: Connection, number: int) -> Document:
    """Return the document of this id, which must exist."""
    row = connection.execute(select(schema.document).where(schema.document.c.id == number)).one()
    return Document(
        text=row.text,
        source=row.source,
        media_type=row.media_type,
        encoding=row.encoding,
        sha256=row.sha256,
        parts=tuple(Part(**part) for part in row.parts),
        warnings=tuple(row.warnings),
    )


def _pages(connection: Connection, statement: Select[Any], rows: int = _PAGE) -> Iterator[Sequence[Row[Any]]]:
    # On the statement: set on the connection it would hold for all that follows in the transaction.
    return connection.execute(statement.execution_options(yield_per=rows)).partitions()


def _of(connection: Connection, statement: Select[Any], table: Table, owner: str, keys: Sequence[_Key]) -> Select[Any]:
    """Keep the rows of ``table`` that belong to ``keys``: document, and the number in it that ``owner`` names."""
    listed = some.listed(connection, keys)
    same = and_(listed.c.document_id == table.c.document_id, listed.c.number == table.c[owner])
    return statement.join(listed, same)


def _grouped(
    connection: Connection, table: Table, owner: str, keys: Sequence[_Key], order: str
) -> Mapping[_Key, list[Row[Any]]]:
    """Return the rows of ``table`` that belong to ``keys``, per key, in the order of a column."""
    statement = _of(connection, select(table), table, owner, keys).order_by(table.c[order])
    found: dict[_Key, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.document_id, row._mapping[owner]].append(row)
    return found


def _places(
    connection: Connection, mention: Table, owner: str, keys: Sequence[_Key]
) -> Mapping[_Key, tuple[Place, ...]]:
    place = schema.place
    mentions = select(mention, place.c.level.label("official_level"))
    mentions = mentions.join(place, mention.c.place_code == place.c.code, isouter=True)
    statement = _of(connection, mentions, mention, owner, keys).order_by(mention.c.position)
    found: dict[_Key, tuple[Place, ...]] = defaultdict(tuple)
    for row in connection.execute(statement):
        level = row.official_level if row.level is None else row.level
        found[row.document_id, row._mapping[owner]] += (Place(row.name, row.place_code, level),)
    return found


def _links(connection: Connection, keys: Sequence[_Key]) -> Mapping[_Key, Mapping[str, int]]:
    """Return for each figure the figure that each kind of link leads to."""
    rows = _grouped(connection, schema.figure_link, "source_start", keys, "target_start")
    return {key: {row.kind: row.target_start for row in reversed(group)} for key, group in rows.items()}


def _headings(
    connection: Connection, wanted: Collection[tuple[int, int | None]]
) -> Mapping[tuple[int, int | None], tuple[str, ...]]:
    """Return the path of headings of each of some sections; the empty one of what stands in no section."""
    section = schema.section
    above: dict[_Key, tuple[int | None, str]] = {}
    missing = {(document, index) for document, index in wanted if index is not None}
    while missing:
        rows = connection.execute(_of(connection, select(section), section, "section_index", sorted(missing)))
        found = {(row.document_id, row.section_index): (row.parent_index, row.title) for row in rows}
        above |= found
        parents = {(document, parent) for (document, _), (parent, _) in found.items() if parent is not None}
        missing = parents - above.keys()
    paths: dict[tuple[int, int | None], tuple[str, ...]] = {}
    for document, index in wanted:
        path: tuple[str, ...] = ()
        outer = index
        while outer is not None:
            outer, title = above[document, outer]
            path = (title, *path)
        paths[document, index] = path
    return paths


def _figure(row: Row[Any], path: tuple[str, ...], places: tuple[Place, ...], links: Mapping[str, int]) -> Figure:
    return Figure(
        start=row.start_offset,
        end=row.end_offset,
        text=row.text,
        value=row.value,
        value_max=row.value_max,
        modifier=Modifier(row.modifier),
        unit=row.unit or "",
        dimension=row.dimension or "",
        base_value=row.base_value,
        base_value_max=row.base_value_max,
        base_unit=row.base_unit or "",
        redacted=row.redacted,
        article=row.article_index,
        section=path,
        sentence=(row.sentence_start, row.sentence_end),
        indicator=row.indicator,
        indicator_code=row.indicator_code,
        status=Status(row.status),
        period=row.period,
        period_start=row.period_start.isoformat() if row.period_start else None,
        period_end=row.period_end.isoformat() if row.period_end else None,
        place=places,
        project_type=row.project_type,
        funder=row.funder,
        part_of=links.get(LinkKind.PART_OF),
        pair=links.get(LinkKind.PAIR),
        pct=_pct(row.pct_kind, links),
        project=row.project_id,
        confidence=row.confidence,
        rule_or_model=row.rule_or_model,
    )


def _pct(kind: str | None, links: Mapping[str, int]) -> Pct | None:
    if kind is None:
        return None
    return Pct(PctKind(kind), links.get(PCT_LINKS[PctKind(kind)]), links.get(LinkKind.NUMERATOR))
