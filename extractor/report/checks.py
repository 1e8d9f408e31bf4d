"""The report on recomputed claims: what ``gouji check`` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from extractor.report.rows import LABELS, locate, names
from extractor.report.tabular import one_line, terminal, to_words, write_rows
from extractor.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extractor.store import StoredCheck
    from extractor.types import CheckResult, Document, Extraction, Figure

CHECK_COLUMNS = (
    "document_id", "document", "article", "kind", "verdict", "severity", "cause", "formula", "unit", "stated", "computed",
    "difference", "low", "high", "reason", "person_note", "author", "claim", "figures", "start", "locator", "sentences",
)  # fmt: skip


WORST_FIRST = (Verdict.FAILS, Verdict.TRUNCATED, Verdict.UNCHECKED, Verdict.WITHIN_ROUNDING, Verdict.HOLDS)
"""The order in which verdicts concern a reader."""


def check_rows(document: Document, extraction: Extraction) -> list[dict[str, object]]:
    """Return the findings of an extraction as flat dicts with the keys :data:`CHECK_COLUMNS`."""
    by_start = {figure.start: figure for figure in extraction.figures}
    return [_check_row(result, document, extraction, by_start) for result in extraction.checks or ()]


def _check_row(
    result: CheckResult, document: Document, extraction: Extraction, by_start: Mapping[int, Figure]
) -> dict[str, object]:
    """Return one finding; ``figures`` and ``start`` (of the stated one) are offsets into the text."""
    starts = [figure.start for figure in result.figures]
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


def stored_check_row(stored: StoredCheck) -> dict[str, object]:
    """Return a stored finding as :func:`check_rows` does, with what a person said of it."""
    return {
        **result_row(stored.result),
        "document_id": stored.document,
        "document": stored.source,
        "article": stored.title,
        "locator": "",
        "sentences": [sentence.strip() for sentence in stored.sentences],
        "person_note": stored.note.text if stored.note else None,
        "author": stored.note.author if stored.note else None,
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
        for verdict in WORST_FIRST
        if verdicts.get(verdict.value)
    ]
    return f"核算 {sum(verdicts.values())} 处：" + "，".join(told)


def write_checks(rows: Iterable[Mapping[str, object]], format: str, out: BinaryIO) -> None:  # noqa: A002
    """Write findings in one of :data:`~extractor.report.tabular.ROW_FORMATS`; a table of stored ones tells their keys.

    Raises:
        UsageError: an unknown format, or more rows than an XLSX sheet holds.
    """
    if format == "table":
        _write_list(rows, out)
    else:
        write_rows(rows, CHECK_COLUMNS, format, out)


def _write_list(rows: Iterable[Mapping[str, object]], out: BinaryIO) -> None:
    """Write findings below one another, each over the whole width: their formulas are too long for a column."""
    from rich.text import Text

    document: object = None
    with terminal(out) as shown:
        for row in rows:
            if row["document"] != document:
                document = row["document"]
                number = "" if row["document_id"] is None else f"{row['document_id']} "
                shown.print(Text(f"{number}{document}", "bold", overflow="fold"))
            for indent, line in _lines(row):
                for part in Text(one_line(line)).wrap(shown, shown.width - indent, overflow="fold"):
                    shown.print(" " * indent, part, sep="")
        if document is None:
            shown.print("没有符合条件的核算")


def _lines(row: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Yield the lines of a finding, each with how far it is indented."""
    claim = "" if row["document_id"] is None else f"  {row['claim']}"
    yield 2, "  ".join(filter(None, (to_words(name, row[name]) for name in ("verdict", "severity", "kind")))) + claim
    yield 4, str(row["formula"])
    for name in ("reason", "person_note"):
        if row[name]:
            yield 4, f"{LABELS[name]}：{row[name]}"
    sentences = row["sentences"]
    for sentence in sentences if isinstance(sentences, list) else ():
        yield 4, f"{LABELS['sentences']}：{sentence}"
