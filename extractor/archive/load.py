"""The bytes of items that are to be read: of files, and of members of containers, each container opened once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import groupby

from extractor.archive.containers import CONTAINERS, OPENED, Budget, Contents, trouble
from extractor.archive.names import actual
from extractor.archive.survey import container_kind
from extractor.archive.work import Task, unopened
from extractor.config import Settings
from extractor.errors import ReadError
from extractor.store import WorkResult
from extractor.types import WorkItem, WorkReason, file_of

_CHANGED = "文件在处理期间被改动；请再试一次"


def load(
    items: Iterator[WorkItem], settings: Settings, locate: Callable[[str], str] = actual
) -> Iterator[Task | WorkResult]:
    """Yield what goes to a worker for each item, or why there is nothing to read.

    Args:
        items: those of one file follow each other as far as possible, for each time it is opened.
        settings: bounds on sizes.
        locate: tells where the file of a path lies, as the system knows it.
    """
    for path, members in groupby(items, key=lambda item: file_of(item.path)):
        # A container that changed may have members that are known behind others that are new.
        yield from _load_file(path, locate(path), iter(sorted(members, key=_place)), settings)


def _place(item: WorkItem) -> list[int]:
    """Return the numbers of a member and of what it lies in, the outermost first."""
    return [int(number) for number in item.position.split("/")] if item.position else []


def _load_file(path: str, place: str, items: Iterator[WorkItem], settings: Settings) -> Iterator[Task | WorkResult]:
    problem: ReadError | None = None
    try:
        with open(place, "rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            kind, data = container_kind(file, size, path, settings)
            stream = file if data is None else BytesIO(data)
            contents = Contents(kind, stream, path, Budget(settings, size)) if kind in OPENED else None
            whole = None if kind in CONTAINERS else data
            for item in items:
                yield _load_item(item, whole, contents)
    except OSError as error:
        problem = ReadError(unopened("文件", error), f"{path}: {error}")
    except ReadError as error:
        problem = error
    if problem is not None:
        for item in items:
            yield _failed(item, problem)


def _load_item(item: WorkItem, whole: bytes | None, contents: Contents | None) -> Task | WorkResult:
    try:
        if not item.position:
            data = whole
        elif contents is not None:
            data = contents.read(_place(item))
        else:
            data = None
        if data is None:
            raise ReadError(_CHANGED, "a container now, or none any more")
    except OSError as error:
        return _failed(item, trouble(error))
    except ReadError as error:
        return _failed(item, error)
    return Task(item.id, item.path, data, item.sha256)


def _failed(item: WorkItem, error: ReadError) -> WorkResult:
    return WorkResult(item.id, None, WorkReason(error.kind), str(error))
