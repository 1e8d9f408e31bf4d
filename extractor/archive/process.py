"""What a worker does: bytes of files → rows for the database. Both engines call :func:`process_chunk`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from extractor import __version__
from extractor.archive.lone import beat
from extractor.archive.work import slip
from extractor.errors import GoujiError, ReadError
from extractor.readers import read
from extractor.store import Run, WorkResult, prepare_rows
from extractor.types import WorkReason

if TYPE_CHECKING:
    from extractor.archive.work import Chunk, How, Task
    from extractor.store import Prepared


def process_chunk(chunk: Chunk, how: How) -> list[WorkResult]:
    """Read, extract and recompute each file; what goes wrong with one does not touch the others."""
    return [_process(task, how) for task in chunk]


def _process(task: Task, how: How) -> WorkResult:
    beat()  # by which the driver knows at which file of the chunk this is
    begin = time.perf_counter()

    def failed(reason: WorkReason, message: str) -> WorkResult:
        return WorkResult(task.item, None, reason, message, time.perf_counter() - begin)

    try:
        prepared = _prepare(task, how)
    except ReadError as error:
        return failed(WorkReason(error.kind), str(error).removeprefix(f"{task.path}："))
    except GoujiError as error:
        return failed(WorkReason.UNREADABLE, str(error))
    except Exception as error:  # a slip of ours must not stop an archive
        return failed(*slip(error))
    return WorkResult(task.item, prepared, seconds=time.perf_counter() - begin)


def _prepare(task: Task, how: How) -> Prepared:
    # Here, so that the driver, which only names what workers do, starts sooner and stays small.
    from extractor import examine, extract_document

    started = datetime.now(UTC)
    document = read(task.data, task.path, how.settings)
    if document.sha256 != task.sha256:
        raise ReadError("文件在处理期间被改动；请再试一次", "changed since the survey")
    extraction = examine(document) if how.checked else extract_document(document)
    return prepare_rows(document, extraction, Run(__version__, started))
