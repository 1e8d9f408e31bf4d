"""Workers on this machine, each a process alone."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

from extractor.archive.lone import Lone
from extractor.archive.process import process_chunk
from extractor.archive.work import CHUNKS_PER_PROCESS, GRACE, TICK, Chunk, Engine, How, Job, blame
from extractor.store import WorkResult

_AHEAD = 3
"""Chunks that a worker has: one at work, the others waiting, so that it never waits for a driver that is storing."""


@dataclass(slots=True)
class _Worker:
    """A process and its chunks; how many files it has begun, the last one when, and of how many it has told what came."""

    process: Lone
    jobs: deque[tuple[Job, Future[list[WorkResult]]]] = field(default_factory=deque)
    since: float = 0.0
    begun: int = 0
    answered: int = 0
    begun_at: float = 0.0
    chunks: int = 0
    timed_out: bool = False


class LocalEngine(Engine):
    """A number of processes on this machine.

    Args:
        workers: how many; by default one for each core that this process may use.
        how: files are read.
    """

    def __init__(self, workers: int | None, how: How) -> None:
        self.workers = workers or cores()
        self._how = how
        self._workers: list[_Worker] = []
        self._again: deque[Job] = deque()

    def __enter__(self) -> Self:
        """Start all workers; if one does not start, none is left."""
        with ExitStack() as started:
            started.push(self.__exit__)
            while len(self._workers) < self.workers:
                self._workers.append(self._start())
            started.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Kill all workers: what they were at is still pending."""
        for worker in self._workers:
            worker.process.stop()

    def at_work(self) -> Iterator[tuple[str, float]]:
        """See :meth:`Engine.at_work`."""
        for worker in self._workers:
            number = worker.begun - worker.answered - 1
            if worker.jobs and 0 <= number < len(chunk := worker.jobs[0][0].chunk):
                yield chunk[number].path, time.monotonic() - worker.begun_at

    def run(self, chunks: Iterator[Chunk]) -> Iterator[list[WorkResult]]:
        """See :meth:`Engine.run`."""
        jobs = (Job(chunk) for chunk in chunks)
        while self._fill(jobs):
            running = [worker.jobs[0][1] for worker in self._workers if worker.jobs]
            done, _ = wait(running, timeout=TICK, return_when=FIRST_COMPLETED)
            if not done:
                yield []
            for number, worker in enumerate(self._workers):
                yield from self._collect(number, worker)
                self._watch(worker)

    def _fill(self, jobs: Iterator[Job]) -> bool:
        """Give each worker what it has room for; false when there is nothing left to do."""
        for depth in range(_AHEAD):
            for worker in self._workers:
                if len(worker.jobs) > depth or worker.chunks + len(worker.jobs) >= CHUNKS_PER_PROCESS:
                    continue
                job = self._again.popleft() if self._again else next(jobs, None)
                if job is None:
                    break
                self._submit(worker, job)
        return any(worker.jobs for worker in self._workers)

    def _submit(self, worker: _Worker, job: Job) -> None:
        if not worker.jobs:
            worker.since = time.monotonic()
        worker.jobs.append((job, worker.process.submit(process_chunk, job.chunk, self._how)))

    def _collect(self, number: int, worker: _Worker) -> Iterator[list[WorkResult]]:
        """Yield what a worker has done; one that died is replaced."""
        while worker.jobs and worker.jobs[0][1].done():
            job, future = worker.jobs.popleft()
            error = future.exception()
            if error is not None:
                again, results = blame(job, self._how.settings, timed_out=worker.timed_out, error=error)
                self._again.extend(again)
                yield results
                self._again.extend(other for other, _ in worker.jobs)
                worker.process.stop()
                self._workers[number] = self._start()
                return
            worker.since, worker.timed_out = time.monotonic(), False  # it may have answered while it was killed
            worker.chunks += 1
            worker.answered += len(job.chunk)
            yield future.result()
        if worker.chunks >= CHUNKS_PER_PROCESS and not worker.jobs:
            worker.process.stop()
            self._workers[number] = self._start()

    def _watch(self, worker: _Worker) -> None:
        """Note what a worker has begun; kill one that takes too long: its future then tells that it died."""
        if worker.process.beats != worker.begun:
            worker.begun, worker.begun_at = worker.process.beats, time.monotonic()
        if worker.jobs and time.monotonic() - worker.since > self._how.settings.max_seconds_per_file + GRACE:
            worker.timed_out = True
            worker.process.kill()

    def _start(self) -> _Worker:
        return _Worker(Lone(self._how.settings.worker_memory_bytes))


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
