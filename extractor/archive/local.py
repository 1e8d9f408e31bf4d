"""Workers on this machine: a process with a pipe of its own each, so that one that dies takes no other along.

The pools of the standard library are not used: one whose worker is killed in the middle of a message waits for its rest for
ever, for it holds the other end of the pipe itself, and processes of one pool share the locks on their pipes. Here the end
of the worker is closed on this side, so that its death ends the message.
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
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

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
    """A process, and a thread that gives it one chunk after the other and waits for what it made of it."""

    process: BaseProcess
    pipe: Connection
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    jobs: deque[tuple[Job, Future[list[WorkResult]]]] = field(default_factory=deque)
    since: float = 0.0
    chunks: int = 0
    timed_out: bool = False

    def ask(self, chunk: Chunk) -> list[WorkResult]:
        """Return what the process makes of a chunk.

        Raises:
            OSError, EOFError: it died.
            Exception: what it raised.
        """
        self.pipe.send(chunk)
        answer: list[WorkResult] | Exception = self.pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stop(self) -> None:
        """Kill the process and forget what it has not begun."""
        self.process.kill()
        self.thread.shutdown(wait=True, cancel_futures=True)
        self.pipe.close()
        self.process.join()


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
            worker.stop()

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
        worker.jobs.append((job, worker.thread.submit(worker.ask, job.chunk)))

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
                worker.stop()
                self._workers[number] = self._start()
                return
            worker.since = time.monotonic()
            worker.chunks += 1
            yield future.result()
        if worker.chunks >= _CHUNKS_PER_PROCESS and not worker.jobs:
            worker.stop()
            self._workers[number] = self._start()

    def _watch(self, worker: _Worker) -> None:
        """Kill a worker that takes too long; its future then tells that it died."""
        if worker.jobs and time.monotonic() - worker.since > self._how.settings.max_seconds_per_file:
            worker.timed_out = True
            worker.process.kill()

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(  # type: ignore[attr-defined]  # of each method its own
            target=_serve, args=(theirs, self._how), daemon=True
        )
        process.start()
        theirs.close()  # so that its death ends a message it is in the middle of
        return _Worker(process, ours)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(pipe: Connection, how: How) -> None:
    """Answer chunks until the driver is gone: the whole life of a worker."""
    _begin(how.settings.worker_memory_bytes)
    with suppress(EOFError, OSError):
        while True:
            chunk = pipe.recv()
            try:
                answer: list[WorkResult] | Exception = process_chunk(chunk, how)
            except Exception as error:
                answer = RuntimeError(f"{type(error).__name__}: {error}")
            pipe.send(answer)


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
