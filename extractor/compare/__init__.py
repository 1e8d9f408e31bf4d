"""Ledgers against reports: which recorded figure a report states, and whether the two agree.

``pairs`` finds which figures a row may mean, ``assignment`` settles which it means and gives the verdicts. ``levels`` says
how well an attribute fits, ``wording`` and ``places`` how indicators and places are compared, ``verdicts`` what two
numbers come to, ``explain`` puts it in words, ``summary`` adds it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from extractor.compare.assignment import settle
from extractor.compare.levels import LEVELS, Level, Levels
from extractor.compare.pairs import find
from extractor.compare.summary import Summary, summarise
from extractor.types import ComparisonItem, RecordedFigure, ReportedFigure

__all__ = ["LEVELS", "Level", "Levels", "Summary", "compare", "summarise"]


def compare(
    recorded: Sequence[RecordedFigure],
    reported: Iterable[ReportedFigure],
    tolerance: Decimal = Decimal(0),
    levels: Levels = LEVELS,
) -> tuple[ComparisonItem, ...]:
    """Compare a ledger with the figures of reports.

    Every row ends in exactly one item; so does every figure whose indicator, place and unit the ledger speaks of.

    Args:
        recorded: the rows of the ledger.
        reported: the figures, each once, by document and place; they pass through and are not kept.
        tolerance: the share of its amount by which a recorded number may be off besides rounding (0.01: one percent).
        levels: what each degree of fit is worth.

    Returns:
        One item for each row, in their order, then one for each figure that no row means.
    """
    return settle(recorded, find(recorded, reported, levels), Fraction(tolerance), levels)
