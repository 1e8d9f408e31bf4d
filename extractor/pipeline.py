"""The only module that joins the stages: text → articles → quantities → attributes → links → projects."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import localcontext

from extractor.checks import check
from extractor.context import Attributes, describe
from extractor.links import connect
from extractor.links.projects import group
from extractor.quantities import find_quantities, laid_out
from extractor.resources.units import EXACT
from extractor.segment import segment
from extractor.segment.words import tag
from extractor.types import (
    Document,
    Extraction,
    Figure,
    Link,
    Outline,
    Part,
    Project,
    Quantity,
    Scope,
    Section,
    Table,
    Token,
    tables_in,
)

# What a figure loses in confidence when the text says less of it.
_BORROWED_INDICATOR = 0.15
_NO_INDICATOR = 0.3
_NO_UNIT = 0.2


def extract(text: str, parts: Sequence[Part] = ()) -> Extraction:
    """Read every figure out of a report or a compilation of reports.

    Args:
        text: the report exactly as stored; all offsets of the result are into it.
        parts: where a reader found each part of the text; figures in cells of tables are named by their headers.

    Returns:
        an :class:`~extractor.types.Extraction`. The same text always gives the same result; nothing is read or written
        besides the data files of the package.

    Raises:
        TypeError: ``text`` is not a string; bytes of a file are for :func:`extractor.readers.read`.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be str, not {type(text).__name__}; files are read by extractor.readers.read")
    outline = segment(text)
    figures: list[Figure] = []
    links: list[Link] = []
    projects: list[Project] = []
    tables = laid_out(text, parts)
    with localcontext(EXACT):  # the caller's decimal context changes no amount
        for scope in scopes(text, outline, parts, tables):
            connected = connect(scope, _drafts(scope, describe(scope)))
            grouped, undertakings = group(scope, connected.figures, first_id=len(projects) + 1)
            figures += grouped
            links += connected.links
            projects += undertakings
    return Extraction(
        text,
        outline.articles,
        outline.sections,
        outline.sentences,
        tuple(figures),
        tuple(links),
        tuple(projects),
        outline.warnings,
        tables=tables,
    )


def extract_document(document: Document) -> Extraction:
    """Read every figure out of a document as a reader returns it: its text, and its tables by their own headers."""
    return extract(document.text, document.parts)


def examine(document: Document) -> Extraction:
    """Read every figure out of a document and recompute what it claims about them; the findings are ``checks``."""
    extraction = extract_document(document)
    return replace(extraction, checks=check(extraction))


def scopes(text: str, outline: Outline, parts: Sequence[Part] = (), tables: Sequence[Table] = ()) -> Iterator[Scope]:
    """Yield each article that has figures, with the quantities, words and tables of its own."""
    starts = [sentence.start for sentence in outline.sentences]
    inside: dict[int, list[tuple[int, Quantity]]] = {}
    for quantity in find_quantities(text, parts):
        position = bisect_right(starts, quantity.start) - 1
        if position < 0 or quantity.end > outline.sentences[position].end:
            continue  # web residue belongs to no article
        inside.setdefault(outline.sentences[position].article, []).append((position, quantity))
    for article in outline.articles:
        found = inside.get(article.index)
        if not found:
            continue
        first, last = bisect_left(starts, article.start), bisect_left(starts, article.end)
        sentences = outline.sentences[first:last]
        used = {position for position, _ in found}
        words: tuple[tuple[Token, ...], ...] = tuple(
            tag(text, sentence.start, sentence.end) if sentence.index in used else () for sentence in sentences
        )
        yield Scope(
            text,
            article,
            outline.sections,
            sentences,
            tuple(quantity for _, quantity in found),
            tuple(position - first for position, _ in found),
            words,
            tables_in(tables, article.start, article.end),
        )


def _drafts(scope: Scope, attributes: Sequence[Attributes]) -> list[Figure]:
    """Join quantities and attributes to figures without links."""
    paths: dict[int | None, tuple[str, ...]] = {None: ()}
    drafts = []
    for quantity, position, told in zip(scope.quantities, scope.sentence_of, attributes, strict=True):
        sentence = scope.sentences[position]
        if sentence.section not in paths:
            paths[sentence.section] = _path(scope.sections, sentence.section)
        drafts.append(
            Figure(
                start=quantity.start,
                end=quantity.end,
                text=quantity.text,
                value=quantity.value,
                value_max=quantity.value_max,
                modifier=quantity.modifier,
                unit=quantity.unit,
                dimension=quantity.dimension,
                base_value=quantity.base_value,
                base_unit=quantity.base_unit,
                base_value_max=quantity.base_value_max,
                redacted=quantity.redacted,
                article=scope.article.index,
                section=paths[sentence.section],
                sentence=(sentence.start, sentence.end),
                indicator=told.indicator,
                indicator_code=told.indicator_code,
                status=told.status,
                period=told.period.text if told.period else None,
                period_start=told.period.start if told.period else None,
                period_end=told.period.end if told.period else None,
                place=told.place,
                project_type=told.project_type,
                funder=told.funder,
                confidence=_confidence(quantity, told),
            )
        )
    return drafts


def _path(sections: Sequence[Section], index: int | None) -> tuple[str, ...]:
    titles = []
    while index is not None:
        titles.append(sections[index].title)
        index = sections[index].parent
    return tuple(reversed(titles))


def _confidence(quantity: Quantity, told: Attributes) -> float:
    lost = 0.0
    if not told.indicator:
        lost += _NO_INDICATOR
    elif told.borrowed:
        lost += _BORROWED_INDICATOR
    if not quantity.unit:
        lost += _NO_UNIT
    return round(1.0 - lost, 2)
