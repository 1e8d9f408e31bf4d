"""Where the figures of a comparison stand: as they are now, and as they were when it was made."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, select, tuple_

from extractor.store import schema
from extractor.store.records import Evidence
from extractor.types import FigureRef, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Figures looked up by their keys in one statement.
_KEYS = 500
#: A snippet has at most this many characters of the sentence on either side of its figure.
_AROUND = 200

_figure, _sentence, _article, _document = schema.figure, schema.sentence, schema.article, schema.document
_kept = schema.comparison_figure
_SAME = ("start_offset", "end_offset", "text", "value", "value_max", "unit", "indicator", "status", "period")
_STANDS = ("article", "locator", "sentence_start", "sentence_end", "snippet_start", "snippet")


def current(connection: Connection, refs: Sequence[FigureRef]) -> dict[FigureRef, Evidence]:
    """Return the figures of these places as they are stored now; one that is gone is left out."""
    in_sentence = and_(
        _figure.c.document_id == _sentence.c.document_id, _figure.c.sentence_start == _sentence.c.start_offset
    )
    in_article = and_(
        _article.c.document_id == _sentence.c.document_id, _article.c.article_index == _sentence.c.article_index
    )
    statement = (
        select(
            _figure.c.document_id,
            *(_figure.c[name] for name in _SAME),
            _document.c.source,
            _figure.c.sentence_start,
            _sentence.c.end_offset.label("sentence_end"),
            _sentence.c.text.label("sentence"),
            _article.c.title,
            _article.c.article_index,
        )
        .join(_sentence, in_sentence)
        .join(_article, in_article)
        .join(_document, _figure.c.document_id == _document.c.id)
    )
    key = tuple_(_figure.c.document_id, _figure.c.start_offset)
    found: dict[FigureRef, Evidence] = {}
    for first in range(0, len(refs), _KEYS):
        some = refs[first : first + _KEYS]
        mention = schema.figure_place
        places = _names(connection, mention, tuple_(mention.c.document_id, mention.c.figure_start).in_(some))
        wanted = select(_document.c.id, _document.c.parts).where(_document.c.id.in_({ref.document for ref in some}))
        parts = {row.id: row.parts for row in connection.execute(wanted)}
        for row in connection.execute(statement.where(key.in_(some))):
            begin = max(row.sentence_start, row.start_offset - _AROUND)
            end = min(row.sentence_end, row.end_offset + _AROUND)
            stands = {
                "article": row.title or str(row.article_index + 1),
                "locator": _locator(parts[row.document_id], row.start_offset),
                "sentence_start": row.sentence_start,
                "sentence_end": row.sentence_end,
                "snippet_start": begin,
                "snippet": row.sentence[begin - row.sentence_start : end - row.sentence_start],
            }
            ref = FigureRef(row.document_id, row.start_offset)
            found[ref] = _evidence(row, stands, places.get(ref, ()))
    return found


def kept(connection: Connection, comparison: int, refs: Sequence[FigureRef]) -> dict[FigureRef, Evidence]:
    """Return the figures of these places as they were when a comparison was stored."""
    key = tuple_(_kept.c.document_id, _kept.c.start_offset)
    statement = select(_kept, _document.c.source).join(_document, _kept.c.document_id == _document.c.id)
    statement = statement.where(_kept.c.comparison_id == comparison)
    mention = schema.comparison_place
    found: dict[FigureRef, Evidence] = {}
    for first in range(0, len(refs), _KEYS):
        some = refs[first : first + _KEYS]
        here = tuple_(mention.c.document_id, mention.c.figure_start).in_(some)
        places = _names(connection, mention, and_(mention.c.comparison_id == comparison, here))
        for row in connection.execute(statement.where(key.in_(some))):
            ref = FigureRef(row.document_id, row.start_offset)
            found[ref] = _evidence(row, {name: getattr(row, name) for name in _STANDS}, places.get(ref, ()))
    return found


def keep(connection: Connection, comparison: int, figures: Iterable[Evidence]) -> None:
    """Store figures as they are for a comparison."""
    rows, places = [], []
    for one in figures:
        key = {"comparison_id": comparison, "document_id": one.document}
        told = {name: getattr(one, name) for name in (*_SAME[2:], *_STANDS)}
        rows.append({**key, **told, "start_offset": one.start, "end_offset": one.end, "status": one.status.value})
        places += [
            {**key, "figure_start": one.start, "position": position, "name": name}
            for position, name in enumerate(one.places)
        ]
    for table, batch in ((_kept, rows), (schema.comparison_place, places)):
        if batch:
            connection.execute(table.insert(), batch)


def _evidence(row: Any, stands: Mapping[str, Any], places: Sequence[str]) -> Evidence:
    told = {name: getattr(row, name) for name in _SAME[2:]}
    told["status"] = Status(row.status)
    return Evidence(
        document=row.document_id,
        source=row.source,
        start=row.start_offset,
        end=row.end_offset,
        places=tuple(places),
        **told,
        **stands,
    )


def _names(connection: Connection, mention: Any, wanted: Any) -> Mapping[FigureRef, list[str]]:
    found: dict[FigureRef, list[str]] = defaultdict(list)
    for row in connection.execute(select(mention).where(wanted).order_by(mention.c.position)):
        found[FigureRef(row.document_id, row.figure_start)].append(row.name)
    return found


def _locator(parts: Sequence[dict[str, Any]], offset: int) -> str:
    """Return the paragraph or cell that holds a character, ``""`` for a text without such."""
    index = bisect_right(parts, offset, key=itemgetter("start")) - 1
    return str(parts[index]["locator"]) if index >= 0 and offset < parts[index]["end"] else ""
