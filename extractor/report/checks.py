"""The report on recomputed claims: what ``gouji check`` writes."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, BinaryIO

from extractor.report.rows import locate, names
from extractor.report.tabular import write_rows
from extractor.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extractor.types import CheckResult, Document, Extraction

CHECK_COLUMNS = (
    "document_id", "document", "article", "kind", "verdict", "severity", "cause", "formula", "unit", "stated", "computed",
    "difference", "low", "high", "reason", "person_note", "author", "claim", "figures", "start", "locator", "sentences",
)  # fmt: skip
CHECK_PERSON_COLUMNS = ("document", "verdict", "severity", "kind", "formula", "reason", "sentences")
"""What a person wants to see of a finding on a terminal."""


def check_rows(document: Document, extraction: Extraction) -> list[dict[str, object]]:
    """Return the findings of an extraction as flat dicts with the keys :data:`CHECK_COLUMNS`."""
    return [check_row(result, document, extraction) for result in extraction.checks or ()]


def check_row(result: CheckResult, document: Document, extraction: Extraction) -> dict[str, object]:
    """Return one finding as a flat dict; ``figures`` and ``start`` (of the stated one) are offsets into the text."""
    starts = [figure.start for figure in result.figures]
    by_start = {figure.start: figure for figure in extraction.figures}
    first = by_start[starts[0]]
    part = locate(document, starts[0])
    title = extraction.articles[first.article].title
    sentences = sorted({by_start[start].sentence for start in starts})
    return {
        **result_row(result),
        "document_id": None,
        "document": document.source,
        "article": title or str(first.article + 1),
        "locator": part.locator if part else "",
        "sentences": [document.text[slice(*sentence)].strip() for sentence in sentences],
        "person_note": None,
        "author": None,
    }


def result_row(result: CheckResult) -> dict[str, object]:
    """Return what a finding says by itself, without where it stands."""
    return {
        "kind": result.kind.value,
        "verdict": result.verdict.value,
        "severity": result.severity.value if result.severity else None,
        "cause": result.cause.value if result.cause else None,
        "formula": result.formula,
        "unit": result.unit,
        "stated": result.stated,
        "computed": result.computed,
        "difference": result.difference,
        "low": result.low,
        "high": result.high,
        "reason": result.reason,
        "claim": result.key,
        "figures": [figure.start for figure in result.figures],
        "start": result.figures[0].start,
    }


def summary(verdicts: Mapping[str, int]) -> str:
    """Return how many claims came out how, in words: what fails first."""
    if not verdicts:
        return "没有可核算的内容"
    told = [
        f"{names('verdict')[verdict.value]} {verdicts[verdict.value]} 处"
        for verdict in _ORDER
        if verdicts.get(verdict.value)
    ]
    return f"核算 {sum(verdicts.values())} 处：" + "，".join(told)


_ORDER = (Verdict.FAILS, Verdict.TRUNCATED, Verdict.UNCHECKED, Verdict.WITHIN_ROUNDING, Verdict.HOLDS)


def write_checks(rows: Iterable[Mapping[str, object]], format: str, out: BinaryIO) -> None:  # noqa: A002
    """Write findings in one of :data:`~extractor.report.tabular.ROW_FORMATS`; a table of stored ones tells their keys.

    Raises:
        UsageError: an unknown format, or more rows than an XLSX sheet holds.
    """
    if format != "table":
        write_rows(rows, CHECK_COLUMNS, format, out)
        return
    listed = list(rows)
    if not listed:
        out.write("没有符合条件的核算\n".encode())
        return
    stored = listed[0]["document_id"] is not None
    columns = ("document_id", *CHECK_PERSON_COLUMNS[:-1], "claim") if stored else CHECK_PERSON_COLUMNS
    write_rows(listed, columns, format, out)


def findings(number: int, extraction: Extraction) -> str:
    """Return the findings of a document as HTML, those that fail first; a figure links to its mark in the text."""
    if not extraction.checks:
        return ""
    counted = Counter(result.verdict.value for result in extraction.checks or ())
    places = {figure.start: index for index, figure in enumerate(extraction.figures)}
    texts = {figure.start: figure.text for figure in extraction.figures}
    wrong = [result for result in extraction.checks if result.verdict is Verdict.FAILS]
    rest = [result for result in extraction.checks if result.verdict is not Verdict.FAILS]
    shown = "".join(_finding(number, result, places, texts) for result in wrong)
    others = "".join(_finding(number, result, places, texts) for result in rest)
    more = f"<details><summary>其余 {len(rest)} 处</summary><ul>{others}</ul></details>" if rest else ""
    return (
        f'<section class="checks" aria-label="勾稽"><h3>勾稽</h3><p class="meta">{escape(summary(counted))}</p>'
        f"<ul>{shown}</ul>{more}</section>"
    )


def _finding(number: int, result: CheckResult, places: Mapping[int, int], texts: Mapping[int, str]) -> str:
    severity = names("severity")[result.severity.value] if result.severity else names("verdict")[result.verdict.value]
    links = "、".join(
        f'<a href="#m{number}-{places[figure.start]}">{escape(texts[figure.start])}</a>' for figure in result.figures
    )
    reason = f'<br><span class="meta">{escape(result.reason)}</span>' if result.reason else ""
    style = result.severity.value if result.severity else result.verdict.value
    return (
        f'<li class="{style}"><strong>{severity}</strong>（{names("kind")[result.kind.value]}）'
        f'{escape(result.formula)}{reason}<br><span class="meta">原文：{links}</span></li>'
    )
