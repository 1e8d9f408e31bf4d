"""The report on a comparison: what ``gouji compare`` writes.

``comparison_rows`` says what a row and the summary hold, ``comparison_html`` writes the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from extractor.compare import summarise
from extractor.report.comparison_html import write_comparison_page
from extractor.report.comparison_rows import (
    EVIDENCE_COLUMNS,
    ITEM_COLUMNS,
    ITEM_PERSON_COLUMNS,
    item_row,
    method_rows,
    summary_lines,
)
from extractor.report.tabular import Workbook, to_json, write_rows
from extractor.types import Match
from extractor.wording import moment

if TYPE_CHECKING:
    from extractor.compare.summary import Summary
    from extractor.store import Evidence, Store
    from extractor.types import Comparison, ComparisonItem, FigureRef, Ledger

    Find = Callable[[Sequence[FigureRef]], dict[FigureRef, Evidence]]

COMPARISON_FORMATS = ("table", "summary", "json", "jsonl", "csv", "html", "xlsx")

_PAGE = 1000
"""Items whose sentences are fetched at a time."""
_UNMATCHED = (Match.AMBIGUOUS, Match.NOT_COMPARABLE, Match.UNCHECKED, Match.LEDGER_ONLY, Match.REPORT_ONLY)
_TOLD = (Match.MISMATCH, *_UNMATCHED)
"""What a table for people shows: all that does not agree, in this order."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with all that a report on it needs; ``find`` fetches the sentences of figures."""

    comparison: Comparison
    ledger: Ledger
    summary: Summary
    find: Find
    number: int | None = None

    @classmethod
    def of(cls, store: Store, comparison: Comparison, number: int | None) -> Compared:
        """Return a comparison with what the database holds of it.

        Args:
            store: the database.
            comparison: with its items.
            number: its id, ``None`` if it is not stored: then its figures are as they are now.

        Raises:
            UsageError: its ledger is gone.
        """
        ledger = store.ledger(comparison.ledger)
        find = partial(store.evidence, comparison=number)
        return cls(comparison, ledger, summarise(comparison.items, ledger.figures), find, number)

    def rows(self, wanted: Callable[[ComparisonItem], bool] = lambda _: True) -> Iterator[dict[str, object]]:
        """Yield the rows of the items that are wanted, a page at a time."""
        items = [item for item in self.comparison.items if wanted(item)]
        for begin in range(0, len(items), _PAGE):
            page = items[begin : begin + _PAGE]
            named = [item.reported or item.see for item in page]
            found = self.find([ref for ref in named if ref])
            for item, ref in zip(page, named, strict=True):
                yield item_row(item, self.ledger, found.get(ref) if ref else None)

    def lines(self) -> Iterator[str]:
        """Yield the summary."""
        return summary_lines(self.summary, self.comparison, self.ledger)


def write_comparison(compared: Compared, format: str, out: BinaryIO) -> None:  # noqa: A002
    """Write a comparison in one of :data:`COMPARISON_FORMATS`.

    Raises:
        UsageError: an unknown format, or more rows than an XLSX sheet holds.
    """
    if format == "html":
        write_comparison_page(compared.lines(), compared.rows, method_rows(compared.comparison), out)
    elif format == "xlsx":
        _write_workbook(compared, out)
    elif format == "json":
        _write_json(compared, out)
    elif format in ("table", "summary"):
        out.write("".join(f"{line}\n" for line in compared.lines()).encode())
        if format == "table":
            _write_table(compared, out)
        out.flush()
    else:
        write_rows(compared.rows(), ITEM_COLUMNS, format, out)


def _write_table(compared: Compared, out: BinaryIO) -> None:
    rows = list(compared.rows(lambda item: item.verdict in _TOLD))
    if rows:
        rows.sort(key=lambda row: _TOLD.index(Match(str(row["match"]))))
        write_rows(rows, ITEM_PERSON_COLUMNS, "table", out)


def _write_json(compared: Compared, out: BinaryIO) -> None:
    comparison = compared.comparison
    head = {
        "comparison_id": compared.number,
        "ledger": compared.ledger.name,
        "documents": list(comparison.documents),
        "tolerance": comparison.tolerance,
        "copies": comparison.copies,
        "version": comparison.version,
        "made": moment(comparison.made),
        "rows": compared.summary.rows,
        "agreeing": compared.summary.agreeing,
        "verdicts": {
            match.value: compared.summary.verdicts.get(match, 0) for match in Match if match is not Match.REPORT_ONLY
        },
        "report_only": compared.summary.unclaimed,
        "summary": list(compared.lines()),
    }
    out.write(f'{to_json(head)[:-1]}, "items": ['.encode())
    for index, row in enumerate(compared.rows()):
        out.write(("," if index else "").encode())
        out.write(("\n" + to_json({column: row[column] for column in ITEM_COLUMNS})).encode())
    out.write(b"\n]}\n")
    out.flush()


def _write_workbook(compared: Compared, out: BinaryIO) -> None:
    with Workbook(out) as workbook:
        summary = workbook.add_sheet("摘要", ("content",))
        everything = workbook.add_sheet("全部", ITEM_COLUMNS)
        wrong = workbook.add_sheet("差异", EVIDENCE_COLUMNS)
        unmatched = workbook.add_sheet("未匹配", EVIDENCE_COLUMNS)
        method = workbook.add_sheet("方法与容差", ("item", "content"))
        for line in compared.lines():
            summary.write({"content": line})
        for row in compared.rows():
            everything.write(row)
            match = Match(str(row["match"]))
            if match is Match.MISMATCH:
                wrong.write(row)
            elif match in _UNMATCHED:
                unmatched.write(row)
        for rule in method_rows(compared.comparison):
            method.write(rule)
    out.flush()
