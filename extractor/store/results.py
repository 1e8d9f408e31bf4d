"""What came of files that were read, on its way into the database: of archives and of uploads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DataError, IntegrityError

from extractor.errors import StoreError
from extractor.store.columns import storable
from extractor.types import WorkReason, WorkState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from extractor.store.prepared import Prepared

_UNFIT = (ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class WorkResult:
    """What came of an item: ``prepared`` to be stored, or ``reason`` and ``message``; ``seconds`` it took."""

    item: int
    prepared: Prepared | None
    reason: WorkReason | None = None
    message: str = ""
    seconds: float = 0.0


def finish_all(results: Sequence[WorkResult], finish: Callable[[Sequence[WorkResult]], object]) -> list[WorkResult]:
    """Store results with ``finish``, which does so in one transaction; what the database does not take has failed.

    Returns:
        The results as they were noted.
    """
    try:
        finish(results)
    except (StoreError, *_UNFIT) as error:
        if not _is_refused(error):
            raise
        if len(results) > 1:
            return [noted for result in results for noted in finish_all([result], finish)]
        refused = WorkResult(results[0].item, None, WorkReason.CRASHED, _refusal(error), results[0].seconds)
        finish([refused])
        return [refused]
    return list(results)


def finished(result: WorkResult, document: int | None, now: datetime) -> dict[str, Any]:
    """Return what the row of an item holds once it is finished."""
    done = result.prepared
    return {
        "state": WorkState.DONE if done else WorkState.FAILED,
        "reason": result.reason,
        "message": storable(result.message),
        "seconds": round(result.seconds, 3),
        "characters": len(done.document["text"]) if done else None,
        "figures": done.run["figures"] if done else None,
        "document_id": document,
        "finished": now,
    }


def _is_refused(error: Exception) -> bool:
    """Whether the values are to blame, not the database; a driver raises errors of its own over some."""
    cause = error.__cause__ if isinstance(error, StoreError) else error
    return isinstance(cause, (IntegrityError, DataError, *_UNFIT)) or isinstance(getattr(cause, "orig", None), _UNFIT)


def _refusal(error: Exception) -> str:
    """Return why a document is refused, for people who need not know where the database is."""
    told = error.__cause__ or error
    return f"数据库不接受这份文件的内容（{type(told).__name__}）；请报告此错误"
