"""Where the figures of a comparison stand: as they are now, and as they were when it was made."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, and_, case, cast, func, literal, select, tuple_

from extractor.store import schema
from extractor.store.records import Evidence
from extractor.types import FigureRef, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

#: Figures looked up by their keys in one statement.
_KEYS = 500
#: A snippet has at most this many characters of the sentence on either side of its figure.
_AROUND = 200

_figure, _sentence, _article, _document = schema.figure, schema.sentence, schema.article, schema.document
_kept = schema.comparison_figure
_TOLD = (
    "text", "value", "value_max", "unit", "indicator", "period", "article", "sentence_start", "sentence_end",
    "snippet_start", "snippet", "rule_or_model",
)  # fmt: skip
_KEY = ("document_id", "start_offset")
_SAME = (
    *_KEY, "end_offset", "text", "value", "value_max", "unit", "indicator", "status", "period", "sentence_start",
    "rule_or_model",
)  # fmt: skip
#: What a comparison is about to keep, for as long as it does. Without a key SQLite begins with it, not with all figures.
_wanted = Table(
    "wanted_figure",
    MetaData(),
    *(Column(name, Integer, nullable=False) for name in _KEY),
    Column("locator", Text, nullable=False),
    prefixes=["TEMPORARY"],
)


def current(connection: Connection, refs: Sequence[FigureRef]) -> dict[FigureRef, Evidence]:
    """Return the figures of these places as they are stored now; one that is gone is left out."""
    mention = schema.figure_place
    statement = _standing(_document.c.source).join(_document, _figure.c.document_id == _document.c.id)
    key = tuple_(*(_figure.c[name] for name in _KEY))
    found: dict[FigureRef, Evidence] = {}
    for first in range(0, len(refs), _KEYS):
        some = refs[first : first + _KEYS]
        places = _names(connection, mention, tuple_(mention.c.document_id, mention.c.figure_start).in_(some))
        locators = _locators(connection, some)
        for row in connection.execute(statement.where(key.in_(some))):
            ref = FigureRef(row.document_id, row.start_offset)
            found[ref] = _evidence(row, locators[ref], places.get(ref, ()))
    return found


def kept(connection: Connection, comparison: int, refs: Sequence[FigureRef]) -> dict[FigureRef, Evidence]:
    """Return the figures of these places as they were when a comparison was stored."""
    mention = schema.comparison_place
    statement = select(_kept, _document.c.source).join(_document, _kept.c.document_id == _document.c.id)
    statement = statement.where(_kept.c.comparison_id == comparison)
    key = tuple_(*(_kept.c[name] for name in _KEY))
    found: dict[FigureRef, Evidence] = {}
    for first in range(0, len(refs), _KEYS):
        some = refs[first : first + _KEYS]
        here = tuple_(mention.c.document_id, mention.c.figure_start).in_(some)
        places = _names(connection, mention, and_(mention.c.comparison_id == comparison, here))
        for row in connection.execute(statement.where(key.in_(some))):
            ref = FigureRef(row.document_id, row.start_offset)
            found[ref] = _evidence(row, row.locator, places.get(ref, ()))
    return found


def keep(connection: Connection, comparison: int, refs: Sequence[FigureRef]) -> int:
    """Store figures as they are now for a comparison.

    Args:
        connection: in a transaction.
        comparison: its id.
        refs: where the figures stand, each once, in order.

    Returns:
        How many there are of them; one that is gone is left out.
    """
    _wanted.create(connection, checkfirst=False)
    for first in range(0, len(refs), _KEYS):
        located = _locators(connection, refs[first : first + _KEYS])
        rows = [
            {"document_id": document, "start_offset": start, "locator": locator}
            for (document, start), locator in located.items()
        ]
        connection.execute(_wanted.insert(), rows)
    number = literal(comparison).label("comparison_id")
    figures = _standing(number, _wanted.c.locator).join(_wanted, and_(*(_wanted.c[k] == _figure.c[k] for k in _KEY)))
    mention = schema.figure_place.c
    places = select(number, mention.document_id, mention.figure_start, mention.position, mention.name).join(
        _wanted, and_(_wanted.c.document_id == mention.document_id, _wanted.c.start_offset == mention.figure_start)
    )
    for table, rows_of in ((_kept, figures), (schema.comparison_place, places)):
        connection.execute(table.insert().from_select(rows_of.selected_columns.keys(), rows_of))
    _wanted.drop(connection, checkfirst=False)
    return connection.execute(select(func.count()).where(_kept.c.comparison_id == comparison)).scalar_one()


def _standing(*more: ColumnElement[Any]) -> Select[Any]:
    """Return the query of figures as evidence: what :data:`_kept` keeps of one, but for its locator, and ``more``."""
    starts, ends = _figure.c.start_offset - _AROUND, _figure.c.end_offset + _AROUND
    begin = case((starts > _sentence.c.start_offset, starts), else_=_sentence.c.start_offset)
    end = case((ends < _sentence.c.end_offset, ends), else_=_sentence.c.end_offset)
    counted = cast(_article.c.article_index + 1, Text)
    in_sentence = and_(
        _figure.c.document_id == _sentence.c.document_id, _figure.c.sentence_start == _sentence.c.start_offset
    )
    in_article = and_(
        _article.c.document_id == _sentence.c.document_id, _article.c.article_index == _sentence.c.article_index
    )
    return (
        select(
            *(_figure.c[name] for name in _SAME),
            _sentence.c.end_offset.label("sentence_end"),
            func.coalesce(func.nullif(_article.c.title, ""), counted).label("article"),
            begin.label("snippet_start"),
            func.substr(_sentence.c.text, begin - _sentence.c.start_offset + 1, end - begin).label("snippet"),
            *more,
        )
        .join(_sentence, in_sentence)
        .join(_article, in_article)
    )


def _evidence(row: Any, locator: str, places: Sequence[str]) -> Evidence:
    return Evidence(
        document=row.document_id,
        source=row.source,
        start=row.start_offset,
        end=row.end_offset,
        status=Status(row.status),
        places=tuple(places),
        locator=locator,
        **{name: getattr(row, name) for name in _TOLD},
    )


def _names(connection: Connection, mention: Any, wanted: Any) -> Mapping[FigureRef, list[str]]:
    found: dict[FigureRef, list[str]] = defaultdict(list)
    for row in connection.execute(select(mention).where(wanted).order_by(mention.c.position)):
        found[FigureRef(row.document_id, row.figure_start)].append(row.name)
    return found


def _locators(connection: Connection, refs: Sequence[FigureRef]) -> dict[FigureRef, str]:
    """Return the paragraph or cell that holds each figure, ``""`` in a text without such."""
    wanted = select(_document.c.id, _document.c.parts).where(_document.c.id.in_({ref.document for ref in refs}))
    parts = {row.id: row.parts for row in connection.execute(wanted)}
    return {ref: _locator(parts.get(ref.document, ()), ref.start) for ref in refs}


def _locator(parts: Sequence[dict[str, Any]], offset: int) -> str:
    index = bisect_right(parts, offset, key=itemgetter("start")) - 1
    return str(parts[index]["locator"]) if index >= 0 and offset < parts[index]["end"] else ""
