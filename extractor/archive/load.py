"""The bytes of items that are to be read: of files, and of members of containers, each container opened once."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import groupby

from extractor.archive.containers import CONTAINERS, Budget, Contents
from extractor.archive.names import actual, file_of
from extractor.archive.survey import container_kind
from extractor.archive.work import Task
from extractor.config import Settings
from extractor.errors import ReadError, os_reason
from extractor.store import WorkResult
from extractor.types import WorkItem, WorkReason

_CHANGED = "文件在处理期间被改动；请再运行一次 gouji archive add"


def load(items: Iterator[WorkItem], settings: Settings) -> Iterator[Task | WorkResult]:
    """Yield what goes to a worker for each item, or why there is nothing to read.

    Args:
        items: in the order in which a survey found them, so that members of one container follow each other.
        settings: bounds on sizes.
    """
    for path, members in groupby(items, key=lambda item: file_of(item.path)):
        yield from _load_file(path, members, settings)


def _load_file(path: str, items: Iterator[WorkItem], settings: Settings) -> Iterator[Task | WorkResult]:
    problem: ReadError | None = None
    try:
        with open(actual(path), "rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            kind, data = container_kind(file, size, path, settings)
            stream = file if data is None else BytesIO(data)
            contents = Contents(kind, stream, path, Budget(settings, size)) if kind in CONTAINERS else None
            for item in items:
                yield _load_item(item, data, contents)
    except OSError as error:
        problem = ReadError(f"打不开文件（{os_reason(error)}）；请检查路径和读取权限", f"{path}: {error}")
    except ReadError as error:
        problem = error
    if problem is not None:
        for item in items:
            yield _failed(item, problem)


def _load_item(item: WorkItem, data: bytes | None, contents: Contents | None) -> Task | WorkResult:
    try:
        if item.position:
            if contents is None:
                raise ReadError(_CHANGED, "no container any more")
            data = contents.read([int(number) for number in item.position.split("/")])
        elif contents is not None or data is None:
            raise ReadError(_CHANGED, "a container now")
    except ReadError as error:
        return _failed(item, error)
    return Task(item.id, item.path, data, item.sha256)


def _failed(item: WorkItem, error: ReadError) -> WorkResult:
    return WorkResult(item.id, None, WorkReason(error.kind), str(error))
