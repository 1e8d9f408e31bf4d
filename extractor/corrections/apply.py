"""Corrections in an extraction: figures that change or go, and all that hangs on them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from decimal import localcontext
from typing import TYPE_CHECKING

from extractor.checks import check
from extractor.context.place import settled
from extractor.corrections.changes import changed
from extractor.errors import UsageError
from extractor.links import connect
from extractor.links.projects import told_by
from extractor.pipeline import scopes
from extractor.quantities import laid_out
from extractor.resources.units import EXACT
from extractor.types import PCT_LINKS, Corrected, Link, LinkKind, Outline, Pct, Quantity, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.types import Correction, Extraction, Figure, Part, Place

_OF_PERCENT = frozenset((*PCT_LINKS.values(), LinkKind.NUMERATOR))


def corrected(extraction: Extraction, corrections: Sequence[Correction], parts: Sequence[Part] = ()) -> Corrected:
    """Apply corrections to an extraction; links, projects and claims follow the figures.

    A figure that is changed keeps its place in the text and its project, unless it has another type now. Links to one that
    goes go, and those that no longer make sense: a percentage of something that is no percentage, people of households that
    are none, a repetition that says something else. Where a number is another one, the figures of its article are linked
    anew, for a part that was more than its total may be one now.

    Args:
        extraction: as it was extracted, with its tables, for its claims.
        corrections: at most one for each place.
        parts: where a reader found each part of the text.

    Returns:
        The corrected extraction, and which corrections do not fit it; these change nothing.
    """
    figures = {figure.start: figure for figure in extraction.figures}
    unfit: dict[int, str] = {}
    for correction in corrections:
        try:
            new = _corrected(extraction, figures, correction)
        except UsageError as error:
            unfit[correction.id] = str(error)
            continue
        if new is None:
            figures.pop(correction.start, None)
        else:
            figures[correction.start] = new
    if all(figures.get(figure.start) is figure for figure in extraction.figures):
        return Corrected(extraction, unfit)
    result = _relinked(_rejoined(extraction, figures), extraction.figures, parts)
    if extraction.checks is not None:
        result = replace(result, checks=check(result))
    return Corrected(result, unfit)


def _corrected(extraction: Extraction, figures: Mapping[int, Figure], correction: Correction) -> Figure | None:
    """Return the figure at the place of a correction as it should be, ``None`` if there is to be none.

    Raises:
        UsageError: the text is another one there, or it has no such figure, or the figure cannot be like that.
    """
    text = extraction.text
    around = slice(correction.sentence_start, correction.sentence_start + len(correction.sentence))
    if text[correction.start : correction.end] != correction.text or text[around] != correction.sentence:
        raise UsageError("原文此处已不同，没有更正", f"the text at {correction.start} has changed")
    figure = figures.get(correction.start)
    found = figure is not None and figure.end == correction.end
    if correction.changes is None and not found:
        return figure  # nobody says any more that it is one
    if figure is None or not found:
        raise UsageError("此处没有抽取出这个数字，没有更正", f"no figure {correction.start}-{correction.end}")
    if correction.changes is None:
        return None
    with localcontext(EXACT):
        return changed(figure, correction.changes, lambda names: _settled(extraction, figure, names))


def _settled(extraction: Extraction, figure: Figure, names: Sequence[str]) -> tuple[Place, ...]:
    """Return places with the codes that their names have in the article of a figure."""
    if not names:
        return ()
    sentences = tuple(sentence for sentence in extraction.sentences if sentence.article == figure.article)
    starts = [sentence.start for sentence in sentences]
    figures = [other for other in extraction.figures if other.article == figure.article]
    scope = Scope(
        extraction.text,
        extraction.articles[figure.article],
        extraction.sections,
        sentences,
        tuple(map(_quantity, figures)),
        tuple(bisect_right(starts, other.start) - 1 for other in figures),
    )
    return settled(scope, names)


def _quantity(figure: Figure) -> Quantity:
    return Quantity(
        figure.start,
        figure.end,
        figure.text,
        figure.value,
        figure.value_max,
        figure.modifier,
        figure.unit,
        figure.dimension,
        figure.base_value,
        figure.base_unit,
        figure.redacted,
        base_value_max=figure.base_value_max,
    )


def _rejoined(extraction: Extraction, figures: Mapping[int, Figure]) -> Extraction:
    """Return an extraction with other figures, and with the links and projects that these have."""
    before = {figure.start: figure for figure in extraction.figures}
    touched = {start for start, figure in before.items() if figures.get(start) is not figure}
    links = tuple(
        link
        for link in extraction.links
        if touched.isdisjoint((link.source, link.target))
        or _holds(link, figures.get(link.source), figures.get(link.target))
    )
    kept = [_linked(figures[start], figures, touched) for start in before if start in figures]
    types = {project.id: project.project_type for project in extraction.projects}
    kept = [
        replace(figure, project=None)
        if figure.start in touched and figure.project is not None and figure.project_type != types[figure.project]
        else figure
        for figure in kept
    ]
    changed_projects = {before[start].project for start in touched}
    members: dict[int, list[Figure]] = defaultdict(list)
    for figure in kept:
        if figure.project is not None:
            members[figure.project].append(figure)
    projects = tuple(
        told_by(project, members[project.id]) if project.id in changed_projects else project
        for project in extraction.projects
        if project.id not in changed_projects or members[project.id]
    )
    return replace(extraction, figures=tuple(kept), links=links, projects=projects)


def _holds(link: Link, source: Figure | None, target: Figure | None) -> bool:
    """Whether two figures, of which one was corrected, can still hang together like this."""
    if source is None or target is None:
        return False
    if link.kind in _OF_PERCENT:
        return source.dimension == "percent"
    if link.kind is LinkKind.PAIR:
        return (source.dimension, target.dimension) == ("people", "households")
    if link.kind is LinkKind.RESTATES:
        return (source.base_value, source.base_unit) == (target.base_value, target.base_unit)
    return True


def _linked(figure: Figure, figures: Mapping[int, Figure], touched: set[int]) -> Figure:
    """Return a figure without the links of its own that no longer hold."""

    def end(kind: LinkKind, target: int | None) -> int | None:
        if target is None or touched.isdisjoint((figure.start, target)):
            return target
        return target if _holds(Link(kind, figure.start, target), figure, figures.get(target)) else None

    pct = figure.pct
    if pct is not None:
        of, numer = end(PCT_LINKS[pct.kind], pct.of), end(LinkKind.NUMERATOR, pct.numer)
        percent = figure.start not in touched or figure.dimension == "percent"
        pct = Pct(pct.kind, of, numer) if percent else None
    part_of, pair = end(LinkKind.PART_OF, figure.part_of), end(LinkKind.PAIR, figure.pair)
    if (part_of, pair, pct) == (figure.part_of, figure.pair, figure.pct):
        return figure
    return replace(figure, part_of=part_of, pair=pair, pct=pct)


def _relinked(extraction: Extraction, before: Sequence[Figure], parts: Sequence[Part]) -> Extraction:
    """Return an extraction with new links in each article of which a number has changed.

    An article whose figures are not those that this program finds there keeps its links.
    """
    figures = {figure.start: figure for figure in extraction.figures}
    again = {one.article for one in before if one.start in figures and _number(one) != _number(figures[one.start])}
    if not again:
        return extraction
    articles = tuple(article for article in extraction.articles if article.index in again)
    links: list[Link] = []
    linked: set[int] = set()
    outline = Outline(articles, extraction.sections, extraction.sentences)
    for scope in scopes(extraction.text, outline, parts, laid_out(extraction.text, parts)):
        own = [figure for figure in extraction.figures if figure.article == scope.article.index]
        found = {
            quantity.start: (quantity, position)
            for quantity, position in zip(scope.quantities, scope.sentence_of, strict=True)
        }
        if any(figure.start not in found or found[figure.start][0].end != figure.end for figure in own):
            continue
        quantities = tuple(_requantified(found[figure.start][0], figure) for figure in own)
        positions = tuple(found[figure.start][1] for figure in own)
        drafts = [replace(figure, part_of=None, pair=None, pct=None) for figure in own]
        connected = connect(replace(scope, quantities=quantities, sentence_of=positions), drafts)
        # What it was spent on may have been corrected, too; of its total it has that already.
        figures |= {one.start: replace(one, project_type=figures[one.start].project_type) for one in connected.figures}
        links += connected.links
        linked.update(figure.start for figure in own)
    kept = [link for link in extraction.links if link.source not in linked]
    return replace(extraction, figures=tuple(figures.values()), links=(*kept, *links))


def _number(figure: Figure) -> tuple[object, ...]:
    return figure.base_value, figure.base_value_max, figure.base_unit, figure.modifier


def _requantified(quantity: Quantity, figure: Figure) -> Quantity:
    """Return a quantity that says what its figure says now, and is called as before."""
    return replace(_quantity(figure), label=quantity.label, period_label=quantity.period_label)
