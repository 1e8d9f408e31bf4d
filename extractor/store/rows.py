"""The records of one extraction as rows of :mod:`extractor.store.schema`: tuples in the order of the table's columns,
without ``document_id``, which comes first in each of them, and without trailing columns that are filled in later.

An amount is written as decimal text, a day as ISO text: what both engines take without another word.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from extractor.store import schema
from extractor.store.columns import order_key, plain, storable
from extractor.store.duplicates import text_hash
from extractor.types import PCT_LINKS, PLACE_LEVELS, LinkKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from extractor.store.records import Run
    from extractor.types import CheckResult, Extraction, Figure, Place

Row = dict[str, Any]
Values = tuple[Any, ...]


def content_rows(extraction: Extraction) -> dict[str, list[Values]]:
    """Return the rows of every table of :data:`schema.CONTENT` by its name, in the order in which they can be inserted."""
    text, figures, projects, checks = extraction.text, extraction.figures, extraction.projects, extraction.checks or ()
    by_table: dict[str, list[Values]] = {
        "article": [(a.index, a.start, a.end, a.title, text_hash(text[a.start : a.end])) for a in extraction.articles],
        "section": [
            (s.index, s.article, s.parent, s.level, s.start, s.heading_end, s.end, s.title) for s in extraction.sections
        ],
        "sentence": [(s.start, s.end, s.article, s.section, text[s.start : s.end]) for s in extraction.sentences],
        "project": [(p.id, p.article, p.name, p.project_type, p.status.value, p.period) for p in projects],
        "project_funder": [(p.id, position, name) for p in projects for position, name in enumerate(p.funders)],
        "project_place": [(p.id, *mention) for p in projects for mention in _mentions(p.place)],
        "figure": [_figure(figure) for figure in figures],
        "figure_place": [(figure.start, *mention) for figure in figures for mention in _mentions(figure.place)],
        "figure_link": sorted(_links(extraction)),
        "check_result": [_check(index, check) for index, check in enumerate(checks)],
        "check_figure": [
            (index, position, figure.start, figure.role.value)
            for index, check in enumerate(checks)
            for position, figure in enumerate(check.figures)
        ],
    }
    return {table.name: by_table[table.name] for table in schema.CONTENT}


def run_row(run: Run, extraction: Extraction) -> Row:
    """Return the row of ``extraction_run``, finished now."""
    return {
        "version": run.version,
        "warnings": [storable(warning) for warning in extraction.warnings],
        "articles": len(extraction.articles),
        "sentences": len(extraction.sentences),
        "figures": len(extraction.figures),
        "projects": len(extraction.projects),
        "checks": None if extraction.checks is None else len(extraction.checks),
        "started": run.started,
        "finished": datetime.now(UTC),
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _figure(figure: Figure) -> Values:
    return (
        figure.start,
        figure.end,
        figure.sentence[0],
        figure.text,
        _amount(figure.value),
        _amount(figure.value_max),
        figure.modifier.value,
        figure.unit or None,
        figure.dimension or None,
        _amount(figure.base_value),
        _amount(figure.base_value_max),
        figure.base_unit or None,
        figure.redacted,
        figure.indicator,
        figure.indicator_code,
        figure.status.value,
        figure.period,
        figure.period_start,
        figure.period_end,
        figure.project_type,
        figure.funder,
        figure.pct.kind.value if figure.pct else None,
        figure.project,
        figure.confidence,
        figure.rule_or_model,
        None if figure.base_value is None else order_key(figure.base_value),
    )


def _check(index: int, check: CheckResult) -> Values:
    return (
        index,
        check.key,
        check.kind.value,
        check.verdict.value,
        check.severity.value if check.severity else None,
        check.cause.value if check.cause else None,
        check.formula,
        check.unit,
        *map(_amount, (check.computed, check.low, check.high, check.stated, check.difference)),
        check.reason,
    )


def _mentions(places: Sequence[Place]) -> Iterator[Values]:
    for position, place in enumerate(places):
        told = place.code is not None and PLACE_LEVELS.get(len(place.code)) == place.level
        yield position, place.name, place.code, None if told else place.level


def _links(extraction: Extraction) -> set[tuple[int, str, int]]:
    """Return all edges as (source, kind, target): those listed, and those that the figures carry themselves."""
    links = {(link.source, link.kind.value, link.target) for link in extraction.links}
    for figure in extraction.figures:
        ends = [(LinkKind.PART_OF, figure.part_of), (LinkKind.PAIR, figure.pair)]
        if figure.pct:
            ends += [(PCT_LINKS[figure.pct.kind], figure.pct.of), (LinkKind.NUMERATOR, figure.pct.numer)]
        links.update((figure.start, kind.value, target) for kind, target in ends if target is not None)
    return links
