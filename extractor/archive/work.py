"""What goes to a worker, and where workers are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from extractor.config import Settings
from extractor.store import WorkResult
from extractor.types import WorkReason

ENGINES = ("local", "ray")

_MOST_DEATHS = 2


@dataclass(frozen=True, slots=True)
class Task:
    """A file to be read: the id of its item, its path for people, its bytes, their hash."""

    item: int
    path: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class How:
    """How files are read: the bounds, and whether claims are recomputed."""

    settings: Settings
    checked: bool = True


Chunk = list[Task]


@dataclass(slots=True)
class Job:
    """A chunk, and how often a worker died over it."""

    chunk: Chunk
    deaths: int = 0


class Engine(ABC):
    """Where chunks are processed; used in a ``with`` block, at whose end nothing of it is left running.

    Attributes:
        workers: how many chunks are processed at the same time.
    """

    workers: int

    def __enter__(self) -> Self:
        """Start."""
        return self

    @abstractmethod
    def __exit__(self, *_: object) -> None:
        """Stop all that runs."""

    @abstractmethod
    def run(self, chunks: Iterator[Chunk]) -> Iterator[list[WorkResult]]:
        """Process chunks and yield their results as they come, an empty list every second in which none came.

        ``chunks`` is asked for more only as workers get free, so that memory stays flat. Each task has one result: one
        that killed or hung its worker is told apart from those that were with it in a chunk (:func:`blame`).
        """


def blame(job: Job, settings: Settings, *, timed_out: bool, error: BaseException) -> tuple[list[Job], list[WorkResult]]:
    """Return what to do again after a worker died, and the result of a file that is to blame.

    A chunk is done again file by file. A file that was alone with a worker that died is tried once more, for the system
    may have killed a worker for the memory that others took; one that took too long is not.
    """
    job.deaths += 1
    if len(job.chunk) > 1:
        return [Job([task]) for task in job.chunk], []
    item = job.chunk[0].item
    if timed_out:
        seconds = settings.max_seconds_per_file
        message = f"处理超过 {seconds} 秒，已停止；请拆分文件，或用环境变量 GOUJI_MAX_SECONDS_PER_FILE 调高上限"
        return [], [WorkResult(item, None, WorkReason.TIMEOUT, message, seconds)]
    if job.deaths < _MOST_DEATHS:
        return [job], []
    message = f"处理时进程崩溃，或因内存不足被系统终止（{error}）；请检查文件，或用 gouji archive retry 重试"
    return [], [WorkResult(item, None, WorkReason.CRASHED, message)]
