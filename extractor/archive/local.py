"""Workers on this machine: one executor of the standard library for each, so that a worker that dies takes no other along.

(Processes of one pool share their pipes, and the locks on them: one killed while it holds a lock stops all.)
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection

from extractor.archive.process import process_chunk
from extractor.archive.work import Chunk, Engine, How, Job, blame
from extractor.store import WorkResult

_AHEAD = 2
"""Chunks that a worker has: one at work, one waiting, so that it never waits for the driver."""
_TICK = 1.0
_CHUNKS_PER_PROCESS = 500
"""After which a worker is replaced, against leaks of the libraries it uses."""
_METHOD = "spawn" if sys.platform == "win32" else "forkserver"


@dataclass(slots=True)
class _Worker:
    executor: ProcessPoolExecutor
    process: int
    jobs: deque[tuple[Job, Future[list[WorkResult]]]] = field(default_factory=deque)
    since: float = 0.0
    chunks: int = 0
    timed_out: bool = False


class LocalEngine(Engine):
    """A number of processes on this machine.

    Args:
        workers: how many; by default one for each core that this process may use.
        how: files are read.
    """

    def __init__(self, workers: int | None, how: How) -> None:
        self.workers = workers or _cores()
        self._how = how
        self._context = multiprocessing.get_context(_METHOD)
        if _METHOD == "forkserver":
            self._context.set_forkserver_preload(["extractor.archive.warm", "extractor.archive.process"])
        self._workers = [self._start() for _ in range(self.workers)]
        self._again: deque[Job] = deque()

    def __exit__(self, *_: object) -> None:
        """Kill all workers: what they were at is still pending."""
        for worker in self._workers:
            _stop(worker)

    def run(self, chunks: Iterator[Chunk]) -> Iterator[list[WorkResult]]:
        """See :meth:`Engine.run`."""
        jobs = (Job(chunk) for chunk in chunks)
        while self._fill(jobs):
            running = [worker.jobs[0][1] for worker in self._workers if worker.jobs]
            done, _ = wait(running, timeout=_TICK, return_when=FIRST_COMPLETED)
            if not done:
                yield []
            for number, worker in enumerate(self._workers):
                yield from self._collect(number, worker)
                self._watch(worker)

    def _fill(self, jobs: Iterator[Job]) -> bool:
        """Give each worker what it has room for; false when there is nothing left to do."""
        for depth in range(_AHEAD):
            for worker in self._workers:
                if len(worker.jobs) > depth or worker.chunks + len(worker.jobs) >= _CHUNKS_PER_PROCESS:
                    continue
                job = self._again.popleft() if self._again else next(jobs, None)
                if job is None:
                    break
                self._submit(worker, job)
        return any(worker.jobs for worker in self._workers)

    def _submit(self, worker: _Worker, job: Job) -> None:
        if not worker.jobs:
            worker.since = time.monotonic()
        try:
            future = worker.executor.submit(process_chunk, job.chunk, self._how)
        except BrokenProcessPool as error:  # it died while it had nothing to do
            future = Future()
            future.set_exception(error)
        worker.jobs.append((job, future))

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
                _stop(worker)
                self._workers[number] = self._start()
                return
            worker.since = time.monotonic()
            worker.chunks += 1
            yield future.result()
        if worker.chunks >= _CHUNKS_PER_PROCESS and not worker.jobs:
            _stop(worker)
            self._workers[number] = self._start()

    def _watch(self, worker: _Worker) -> None:
        """Kill a worker that takes too long; its future then tells that it died."""
        if worker.jobs and time.monotonic() - worker.since > self._how.settings.max_seconds_per_file:
            worker.timed_out = True
            _kill(worker.process)

    def _start(self) -> _Worker:
        executor = ProcessPoolExecutor(
            1, self._context, initializer=_begin, initargs=(self._how.settings.worker_memory_bytes,)
        )
        return _Worker(executor, executor.submit(os.getpid).result())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _stop(worker: _Worker) -> None:
    _kill(worker.process)
    worker.executor.shutdown(wait=True, cancel_futures=True)


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def _begin(memory: int) -> None:
    """Prepare a worker: the driver alone answers to Ctrl-C, memory is bounded, and nobody survives the driver."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
