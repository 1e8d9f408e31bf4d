"""A comparison in a few numbers: what agrees, what differs most, what could not be matched and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.compare.verdicts import AGREE
from extractor.types import ComparisonItem, Match, RecordedFigure

LARGEST = 5
"""How many of the largest discrepancies a summary names."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a comparison came to.

    ``rows`` counts the rows of the ledger, ``verdicts`` their verdicts; ``unclaimed`` the reported figures without a row,
    ``unclaimed_masked`` those of them that are masked. ``by_share`` are the discrepancies with the largest share of the
    recorded amount, ``by_amount`` the largest of each base unit, those units first that have most discrepancies.
    """

    rows: int
    verdicts: Mapping[Match, int]
    unclaimed: int
    unclaimed_masked: int
    by_share: tuple[ComparisonItem, ...]
    by_amount: tuple[ComparisonItem, ...]

    @property
    def agreeing(self) -> int:
        """How many rows agree with the reports."""
        return sum(self.verdicts.get(match, 0) for match in AGREE)


def summarise(items: Sequence[ComparisonItem], recorded: Sequence[RecordedFigure]) -> Summary:
    """Add up a comparison.

    Args:
        items: of the comparison.
        recorded: the rows of its ledger.
    """
    of_rows = [item for item in items if item.recorded is not None]
    others = [item for item in items if item.recorded is None]
    wrong = [item for item in of_rows if item.verdict is Match.MISMATCH]
    return Summary(
        rows=len(of_rows),
        verdicts=Counter(item.verdict for item in of_rows),
        unclaimed=len(others),
        unclaimed_masked=sum(item.verdict is Match.UNCHECKED for item in others),
        by_share=tuple(sorted(wrong, key=lambda item: -abs(item.relative or Decimal(0)))[:LARGEST]),
        by_amount=_by_amount(wrong, recorded),
    )


def _by_amount(wrong: Sequence[ComparisonItem], recorded: Sequence[RecordedFigure]) -> tuple[ComparisonItem, ...]:
    units: dict[str, list[ComparisonItem]] = {}
    for item in wrong:
        if item.recorded is not None:
            units.setdefault(recorded[item.recorded].base_unit, []).append(item)
    common = sorted(units.values(), key=len, reverse=True)[:LARGEST]
    return tuple(max(group, key=lambda item: abs(item.difference or Decimal(0))) for group in common)
