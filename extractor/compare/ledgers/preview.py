"""What a ledger holds and how it would be read, as plain values to be shown to a person who confirms or changes it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.compare.ledgers.describe import mapping_text, plan_rows
from extractor.compare.ledgers.problems import LedgerError
from extractor.compare.ledgers.reading import read_ledger
from extractor.sheets.grid import Kind

if TYPE_CHECKING:
    from extractor.compare.ledgers.columns import Layout
    from extractor.compare.ledgers.reading import Plan, Source
    from extractor.sheets.grid import Sheet

_FIRST_ROWS = 8
"""Rows below the header that are shown."""
_WIDEST = 60
_LONGEST_CELL = 120


@dataclass(frozen=True, slots=True)
class Preview:
    """What a ledger holds and how it would be read.

    ``columns`` are the rows of :func:`plan_rows`; ``mapping`` reads the same as what was recognised; ``certain`` tells
    whether all columns were, and nothing stands in the way; ``figures`` counts what would be imported, ``None`` where
    something does: ``problems``.
    """

    sheets: list[dict[str, Any]]
    columns: list[dict[str, object]]
    mapping: dict[str, Any]
    certain: bool
    figures: int | None
    problems: list[str]
    warnings: list[str]


def preview(source: Source, plan: Plan) -> Preview:
    """Return what a ledger holds and how it would be read by a plan; see :func:`lay_out`."""
    problems, warnings = list(map(str, plan.problems)), list(source.warnings)
    figures: int | None = None
    if not problems:
        try:
            ledger = read_ledger(source, plan, source.name)
        except LedgerError as error:
            problems = list(map(str, error.problems))
        else:
            figures, warnings = len(ledger.figures), list(ledger.warnings)
    laid_out = {layout.sheet.name: layout for layout in plan.layouts}
    return Preview(
        sheets=[_sheet(sheet, laid_out.get(sheet.name)) for sheet in source.sheets],
        columns=[dict(row) for row in plan_rows(plan)],
        mapping=tomllib.loads(mapping_text(source, plan)) if plan.layouts else {"sheets": {}},
        certain=plan.certain and not problems,
        figures=figures,
        problems=problems,
        warnings=warnings,
    )


def _sheet(sheet: Sheet, layout: Layout | None) -> dict[str, Any]:
    header = layout.header if layout else None
    return {
        "name": sheet.name,
        "rows": len(sheet.rows),
        "columns": sheet.width,
        "header_rows": [header.first + 1, header.last + 1] if header else None,
        "first_rows": [
            ["" if cell is None or cell.kind is Kind.BAD else cell.text[:_LONGEST_CELL] for cell in row[:_WIDEST]]
            for row in sheet.rows[: _FIRST_ROWS + (header.end if header else 0)]
        ],
    }
