"""What goes to a worker, and where workers are."""

from __future__ import annotations

import errno
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from extractor.config import Settings
from extractor.errors import os_reason
from extractor.store import WorkResult
from extractor.types import WorkReason

ENGINES = ("local", "ray")

MOST_DEATHS = 2
"""Of processes over a file, until it has failed."""
TICK = 1.0
"""Seconds after which who waits looks up."""
GRACE = 5
"""Seconds that a worker gets beyond those of a file, for a program that it runs is given as many and ends in good order."""
CHUNKS_PER_PROCESS = 500
"""After which a worker is replaced, against leaks of the libraries it uses."""


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

    def at_work(self) -> Iterable[tuple[str, float]]:
        """Return the paths of the files that are being read, each with the seconds since it was begun; none if not known."""
        return ()

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
        return [], [WorkResult(item, None, *timeout(settings), settings.max_seconds_per_file)]
    if job.deaths < MOST_DEATHS:
        return [job], []
    return [], [WorkResult(item, None, *death(error))]


def unopened(what: str, error: OSError) -> str:
    """Return why ``what`` (文件, 文件夹) could not be opened, and what to do: what was closed has not changed when it is open."""
    again = "再运行 gouji archive retry --kind unreadable"
    advice = {errno.EACCES: "请开放读取权限", errno.EPERM: "请开放读取权限", errno.ENOENT: "请检查路径"}
    return f"打不开{what}（{os_reason(error)}）；{advice.get(error.errno or 0, '请检查磁盘或网络共享')}，{again}"


def timeout(settings: Settings) -> tuple[WorkReason, str]:
    """Return why a file failed that took too long."""
    seconds = settings.max_seconds_per_file
    message = f"处理超过 {seconds} 秒，已停止；请拆分文件，或用环境变量 GOUJI_MAX_SECONDS_PER_FILE 调高上限"
    return WorkReason.TIMEOUT, message


def death(error: BaseException) -> tuple[WorkReason, str]:
    """Return why a file failed over which a process died."""
    message = f"处理时进程崩溃，或因内存不足被系统终止（{error}）；请检查文件，或重试"
    return WorkReason.CRASHED, message


def slip(error: Exception) -> tuple[WorkReason, str]:
    """Return why a file failed over which something was raised that should not be."""
    if isinstance(error, MemoryError):
        return WorkReason.TOO_LARGE, "内存不足；请拆分文件，或用环境变量 GOUJI_WORKER_MEMORY_BYTES 调高上限"
    return WorkReason.CRASHED, f"处理时出错（{type(error).__name__}: {error}）；请报告此错误"
