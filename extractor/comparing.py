"""A ledger of the database against its reports: read, compared, and kept."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from extractor import __version__
from extractor.compare import compare as compare_figures
from extractor.config import load
from extractor.errors import UsageError
from extractor.types import Comparison

if TYPE_CHECKING:
    from decimal import Decimal

    from extractor.store import Store


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What is compared with what, and how.

    Attributes:
        ledger: its name or id.
        documents: their ids; ``None`` for all.
        tolerance: share of a recorded amount by which it may be off besides rounding; ``None`` for that of the settings.
        copies: whether articles that repeat an earlier one are compared too.
    """

    ledger: str | int
    documents: tuple[int, ...] | None = None
    tolerance: Decimal | None = None
    copies: bool = False


def compare(store: Store, options: CompareOptions) -> Comparison:
    """Compare a ledger with documents of the database.

    Raises:
        UsageError: there is no such ledger or document, or no document at all.
    """
    ledger = store.ledger_number(options.ledger)
    numbers = store.document_numbers(options.documents)
    if not numbers:
        raise UsageError("数据库里没有文件；请先存入报告", "no documents to compare with")
    share = load().tolerance if options.tolerance is None else options.tolerance
    with closing(store.reported(options.documents, copies=options.copies)) as reported:
        recorded = store.ledger(ledger)
        items = compare_figures(recorded.figures, reported, share)
    return Comparison(
        ledger=ledger,
        documents=numbers,
        tolerance=share,
        copies=options.copies,
        version=__version__,
        made=datetime.now(UTC),
        items=items,
        sha256=recorded.sha256,
    )


def compare_and_keep(store: Store, options: CompareOptions) -> int:
    """Compare as :func:`compare` does, store what came of it, and return its id.

    Raises:
        UsageError: as :func:`compare`; or the ledger or a report was replaced meanwhile.
    """
    return store.save_comparison(compare(store, options))
