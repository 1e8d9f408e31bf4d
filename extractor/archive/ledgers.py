"""Ledger files that nobody vouches for: opened in a process alone, with bounded memory and time, which is gone after.

What comes out of the process are plain records: what was recognised, or the ledger, or why there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

from extractor.archive.lone import DeathError, Lone
from extractor.archive.work import slip
from extractor.compare import ledgers
from extractor.compare.ledgers.preview import Preview, preview
from extractor.config import Settings
from extractor.errors import GoujiError, ReadError, UsageError
from extractor.store.columns import UNSTORABLE
from extractor.types import Ledger

_TEXTS = ("sheet", "text", "indicator", "place", "within", "project", "funder", "note")
_LOOK_SECONDS = 0.2
_Answer = TypeVar("_Answer")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A file as it was sent, with what a person says of it.

    ``mapping`` is the text of a mapping file (docs/ledgers.md), ``""`` for none; ``place`` is where all its places lie.
    """

    data: bytes
    name: str
    mapping: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why a file is not read; ``kind`` is that of a :class:`ReadError`."""

    kind: str | None
    message: str
    detail: str


def look(file: LedgerFile, settings: Settings, check: Callable[[], None] = lambda: None) -> Preview:
    """Return what a ledger file holds and what its columns are taken for.

    Args:
        file: with the mapping that a person has confirmed, if one has.
        settings: bounds.
        check: is called now and then, and may raise to end it.

    Raises:
        ReadError: it cannot be opened, or takes too much time or memory.
        UsageError: the mapping makes no sense.
    """
    return _ask(check, _look, file, settings)


def read(
    file: LedgerFile, name: str, settings: Settings, check: Callable[[], None] = lambda: None, *, certain: bool
) -> Ledger:
    """Return the ledger of a file.

    Args:
        file: with the mapping that a person has confirmed.
        name: of the ledger.
        settings: bounds.
        check: as for :func:`look`.
        certain: whether a column that is not recognised is refused.

    Raises:
        ReadError: as :func:`look`.
        UsageError: as :func:`look`; or the file has problems, all of which are told.
    """
    return _ask(check, _read, file, settings, name, certain)


def default_name(file: str) -> str:
    """Return what a ledger is called after its file."""
    return PurePosixPath(file).stem


def _ask(
    check: Callable[[], None],
    function: Callable[..., _Answer | _Refused],
    file: LedgerFile,
    settings: Settings,
    *more: object,
) -> _Answer:
    seconds = settings.max_seconds_per_file
    process = Lone(settings.worker_memory_bytes)
    try:
        answer = _awaited(process.submit(function, file, settings, *more), seconds, check)
    except TimeoutError:
        message = f"台账处理超过 {seconds} 秒，已停止；请拆分文件"
        raise ReadError(message, f"more than {seconds} seconds", kind="timeout") from None
    except DeathError as error:
        message = "处理台账时进程崩溃，或内存不足；请检查文件，或拆分后再试"
        raise ReadError(message, f"the process died: {error}", kind="crashed") from error
    finally:
        process.stop()
    if not isinstance(answer, _Refused):
        return answer
    if answer.kind is None:
        raise UsageError(answer.message, answer.detail)
    raise ReadError(answer.message, answer.detail, kind=answer.kind)


def _awaited(asked: Future[_Result], seconds: int, check: Callable[[], None]) -> _Result:
    end = time.monotonic() + seconds
    while not asked.done() and time.monotonic() < end:
        check()
        wait([asked], min(_LOOK_SECONDS, max(0.0, end - time.monotonic())))
    return asked.result(0)


def _look(file: LedgerFile, settings: Settings) -> Preview | _Refused:
    try:
        source = ledgers.open_file(file.data, file.name, settings)
        return preview(source, ledgers.lay_out(source, _mapping(file), file.place))
    except Exception as error:
        return _refused(error)


def _read(file: LedgerFile, settings: Settings, name: str, certain: bool) -> Ledger | _Refused:
    try:
        source = ledgers.open_file(file.data, file.name, settings)
        plan = ledgers.lay_out(source, _mapping(file), file.place)
        ledger = ledgers.read_ledger(source, plan, name)
    except Exception as error:
        return _refused(error)
    unread = [
        f"{row['column']} 列“{row['header']}”" for row in ledgers.plan_rows(plan) if row["role"] == ledgers.UNKNOWN
    ]
    if certain and unread:
        advice = "请在 mapping 里写明，或写 ignore_unknown 不导入这些列"
        return _Refused(None, f"{file.name}：未认出的列：{'、'.join(unread)}；{advice}", "unrecognised columns")
    for figure in ledger.figures:
        if UNSTORABLE.search("".join(getattr(figure, text) or "" for text in _TEXTS)):
            where = f"{file.name}：工作表“{figure.sheet}”第 {figure.row} 行"
            return _Refused(None, f"{where}含有无法保存的字符；请先清除", f"unstorable characters in row {figure.row}")
    return ledger


def _mapping(file: LedgerFile) -> Mapping[str, ledgers.SheetRule] | None:
    return ledgers.parse_mapping(file.mapping, "mapping") if file.mapping else None


def _refused(error: Exception) -> _Refused:
    """Return why a file is not read; a slip of ours or of a library over a damaged one is told as such."""
    if isinstance(error, GoujiError):
        return _Refused(error.kind if isinstance(error, ReadError) else None, str(error), error.detail)
    reason, message = slip(error)
    return _Refused(reason.value, message, f"{type(error).__name__}: {error}")
