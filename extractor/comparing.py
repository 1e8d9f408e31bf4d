"""A ledger of the database against its reports: read, compared, and kept."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from extractor import __version__
from extractor.compare import compare as compare_figures
from extractor.errors import UsageError
from extractor.types import Comparison

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extractor.store import Store
    from extractor.types import ReportedFigure


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What is compared with what, and how.

    Attributes:
        ledger: its name or id.
        documents: their ids; ``None`` for all.
        tolerance: share of a recorded amount by which it may be off besides rounding.
        copies: whether articles that repeat an earlier one are compared too.
    """

    ledger: str | int
    documents: tuple[int, ...] | None = None
    tolerance: Decimal = Decimal(0)
    copies: bool = False


def compare(store: Store, options: CompareOptions, check: Callable[[], None] = lambda: None) -> Comparison:
    """Compare a ledger with documents of the database.

    Args:
        store: the database.
        options: what with what.
        check: is called now and then, and may raise to end it.

    Raises:
        UsageError: there is no such ledger or document, or no document at all.
    """
    ledger = store.ledger_number(options.ledger)
    numbers = store.document_numbers(options.documents)
    if not numbers:
        raise UsageError("数据库里没有文件；请先存入报告", "no documents to compare with")
    with closing(store.reported(options.documents, copies=options.copies)) as reported:
        recorded = store.ledger(ledger)
        items = compare_figures(recorded.figures, _watched(reported, check), options.tolerance)
    return Comparison(
        ledger=ledger,
        documents=numbers,
        tolerance=options.tolerance,
        copies=options.copies,
        version=__version__,
        made=datetime.now(UTC),
        items=items,
        sha256=recorded.sha256,
    )


def compare_and_keep(store: Store, options: CompareOptions, check: Callable[[], None] = lambda: None) -> int:
    """Compare as :func:`compare` does, store what came of it, and return its id.

    Raises:
        UsageError: as :func:`compare`; or the ledger or a report was replaced meanwhile.
    """
    comparison = compare(store, options, check)
    check()
    return store.save_comparison(comparison)


def _watched(reported: Iterable[ReportedFigure], check: Callable[[], None]) -> Iterator[ReportedFigure]:
    for figure in reported:
        check()
        yield figure
