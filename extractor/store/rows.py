"""The records of one extraction as rows of :mod:`extractor.store.schema`, without the document's id."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from extractor.store import schema
from extractor.store.duplicates import text_hash
from extractor.types import (
    PCT_LINKS,
    PLACE_LEVELS,
    Article,
    CheckResult,
    Extraction,
    Figure,
    LinkKind,
    Place,
    Project,
    Section,
    Sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Table

    from extractor.store.records import Run

Row = dict[str, Any]

_CHECKED = ("formula", "unit", "computed", "low", "high", "stated", "difference", "reason")


def content_rows(extraction: Extraction) -> dict[Table, list[Row]]:
    """Return the rows of every table of :data:`schema.CONTENT`, in the order in which they can be inserted."""
    text, figures, projects = extraction.text, extraction.figures, extraction.projects
    by_table = {
        schema.article: [_article(article, text) for article in extraction.articles],
        schema.section: [_section(section) for section in extraction.sections],
        schema.sentence: [_sentence(sentence, text) for sentence in extraction.sentences],
        schema.project: [_project(project) for project in projects],
        schema.project_funder: [
            {"project_id": project.id, "position": position, "name": name}
            for project in projects
            for position, name in enumerate(project.funders)
        ],
        schema.project_place: [
            {"project_id": project.id, **row} for project in projects for row in _mentions(project.place)
        ],
        schema.figure: [_figure(figure) for figure in figures],
        schema.figure_place: [
            {"figure_start": figure.start, **row} for figure in figures for row in _mentions(figure.place)
        ],
        schema.figure_link: [
            {"source_start": source, "kind": kind, "target_start": target}
            for source, kind, target in sorted(_links(extraction))
        ],
        schema.check_result: [_check(index, check) for index, check in enumerate(extraction.checks or ())],
        schema.check_figure: [
            {"check_index": index, "position": position, "figure_start": figure.start, "role": figure.role.value}
            for index, check in enumerate(extraction.checks or ())
            for position, figure in enumerate(check.figures)
        ],
    }
    return {table: by_table[table] for table in schema.CONTENT}


def run_row(run: Run, extraction: Extraction) -> Row:
    """Return the row of ``extraction_run``, finished now."""
    return {
        "version": run.version,
        "warnings": list(extraction.warnings),
        "articles": len(extraction.articles),
        "sentences": len(extraction.sentences),
        "figures": len(extraction.figures),
        "projects": len(extraction.projects),
        "checks": None if extraction.checks is None else len(extraction.checks),
        "started": run.started,
        "finished": datetime.now(UTC),
    }


def _article(article: Article, text: str) -> Row:
    return {
        "article_index": article.index,
        "start_offset": article.start,
        "end_offset": article.end,
        "title": article.title,
        "text_hash": text_hash(text[article.start : article.end]),
    }


def _section(section: Section) -> Row:
    return {
        "section_index": section.index,
        "article_index": section.article,
        "parent_index": section.parent,
        "level": section.level,
        "start_offset": section.start,
        "heading_end": section.heading_end,
        "end_offset": section.end,
        "title": section.title,
    }


def _sentence(sentence: Sentence, text: str) -> Row:
    return {
        "start_offset": sentence.start,
        "end_offset": sentence.end,
        "article_index": sentence.article,
        "section_index": sentence.section,
        "text": text[sentence.start : sentence.end],
    }


def _project(project: Project) -> Row:
    return {
        "project_id": project.id,
        "article_index": project.article,
        "name": project.name,
        "project_type": project.project_type,
        "status": project.status.value,
        "period": project.period,
    }


def _figure(figure: Figure) -> Row:
    return {
        "start_offset": figure.start,
        "end_offset": figure.end,
        "sentence_start": figure.sentence[0],
        "text": figure.text,
        "value": figure.value,
        "value_max": figure.value_max,
        "modifier": figure.modifier.value,
        "unit": figure.unit or None,
        "dimension": figure.dimension or None,
        "base_value": figure.base_value,
        "base_value_max": figure.base_value_max,
        "base_unit": figure.base_unit or None,
        "redacted": figure.redacted,
        "indicator": figure.indicator,
        "indicator_code": figure.indicator_code,
        "status": figure.status.value,
        "period": figure.period,
        "period_start": date.fromisoformat(figure.period_start) if figure.period_start else None,
        "period_end": date.fromisoformat(figure.period_end) if figure.period_end else None,
        "project_type": figure.project_type,
        "funder": figure.funder,
        "pct_kind": figure.pct.kind.value if figure.pct else None,
        "project_id": figure.project,
        "confidence": figure.confidence,
        "rule_or_model": figure.rule_or_model,
    }


def _check(index: int, check: CheckResult) -> Row:
    return {
        "check_index": index,
        "claim": check.key,
        "kind": check.kind.value,
        "verdict": check.verdict.value,
        "severity": check.severity.value if check.severity else None,
        "cause": check.cause.value if check.cause else None,
        **{name: getattr(check, name) for name in _CHECKED},
    }


def _mentions(places: Sequence[Place]) -> Iterator[Row]:
    for position, place in enumerate(places):
        told = place.code is not None and PLACE_LEVELS.get(len(place.code)) == place.level
        yield {
            "position": position,
            "name": place.name,
            "place_code": place.code,
            "level": None if told else place.level,
        }


def _links(extraction: Extraction) -> set[tuple[int, str, int]]:
    """Return all edges as (source, kind, target): those listed, and those that the figures carry themselves."""
    links = {(link.source, link.kind.value, link.target) for link in extraction.links}
    for figure in extraction.figures:
        ends = [(LinkKind.PART_OF, figure.part_of), (LinkKind.PAIR, figure.pair)]
        if figure.pct:
            ends += [(PCT_LINKS[figure.pct.kind], figure.pct.of), (LinkKind.NUMERATOR, figure.pct.numer)]
        links.update((figure.start, kind.value, target) for kind, target in ends if target is not None)
    return links
