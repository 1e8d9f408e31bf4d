"""Workers of a Ray cluster, by the extra ``cluster``: tasks that take bytes and return rows.

Files and database are the driver's alone, so the machines of the cluster need neither. Gouji must be installed on them.
"""

from __future__ import annotations

import logging
import signal
import socket
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from extractor.archive.lone import bound
from extractor.archive.process import process_chunk
from extractor.archive.work import CHUNKS_PER_PROCESS, GRACE, TICK, Chunk, Engine, How, Job, blame
from extractor.errors import UsageError, missing_extra
from extractor.store import WorkResult

_AHEAD = 2
"""Chunks for each worker, where Ray runs only so many of them at a time as there are workers."""
_CONNECT_SECONDS = 10


class RayEngine(Engine):
    """Tasks of a Ray cluster.

    Args:
        address: of the cluster; ``None`` starts one on this machine.
        workers: tasks at the same time; by default one for each processor of the cluster.
        how: files are read.

    Raises:
        UsageError: Ray is not installed, or there is no cluster at the address.
    """

    def __init__(self, address: str | None, workers: int | None, how: How) -> None:
        try:
            import ray
        except ImportError as error:
            raise missing_extra("Ray", "cluster", error) from error
        if address is not None:
            _require_reachable(address)
        try:
            cpus = workers if address is None else None  # those of a cluster are what they are
            ray.init(address, num_cpus=cpus, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        except Exception as error:  # bare ones, where a process of the cluster does not start in time
            ray.shutdown()  # what has started already
            raise _unreachable(address, error) from error
        self._ray: Any = ray
        self._how = how
        self._task = ray.remote(max_retries=0, max_calls=CHUNKS_PER_PROCESS)(_process)
        self._settings = ray.put(how)
        self.workers = workers or int(self._ray.cluster_resources().get("CPU", 1))
        self._at_once = self.workers * (1 if address is not None and workers is not None else _AHEAD)

    def __exit__(self, *_: object) -> None:
        """Leave the cluster, which ends what is still running; one that was started here is stopped."""
        self._ray.shutdown()

    def run(self, chunks: Iterator[Chunk]) -> Iterator[list[WorkResult]]:
        """See :meth:`Engine.run`."""
        again: deque[Job] = deque()
        running: dict[Any, Job] = {}
        begun: dict[Any, float] = {}  # those that wait for a worker do not count as at work
        jobs = (Job(chunk) for chunk in chunks)
        while True:
            while len(running) < self._at_once:
                job = again.popleft() if again else next(jobs, None)
                if job is None:
                    break
                running[self._task.remote(job.chunk, self._settings)] = job
            if not running:
                return
            for reference in islice(running, self.workers):
                begun.setdefault(reference, time.monotonic())
            done, _ = self._ray.wait(list(running), timeout=TICK)
            if not done:
                yield []
            for reference in done:
                job, since = running.pop(reference), begun.pop(reference, time.monotonic())
                try:
                    results = self._ray.get(reference)
                except self._ray.exceptions.RayTaskError as error:  # no file does that
                    raise _unable(error) from error
                except self._ray.exceptions.RayError as error:
                    timed_out = time.monotonic() - since > self._how.settings.max_seconds_per_file
                    more, results = blame(job, self._how.settings, timed_out=timed_out, error=error)
                    again.extend(more)
                yield results


def _require_reachable(address: str) -> None:
    """Refuse an address where nobody listens: Ray itself would try for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not port.isdecimal():
        return  # "auto" and the like, which Ray looks up by itself
    try:
        socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise _unreachable(address, error) from error


def _unreachable(address: str | None, error: Exception) -> UsageError:
    if address is None:
        message = "没有能在本机启动 Ray；请检查内存和磁盘空间，稍后再试，或改用 --engine local"
    else:
        message = f"连不上 Ray 集群 {address}；请检查地址和集群是否已启动"
    return UsageError(message, f"{address}: {type(error).__name__}: {error}")


def _unable(error: Exception) -> UsageError:
    message = "Ray 集群的机器运行不了 Gouji；请在每台机器上安装与本机相同的版本，再运行一次"
    return UsageError(message, f"{type(error).__name__}: {error}")


def _process(chunk: Chunk, how: How) -> list[WorkResult]:
    """Process a chunk; the system ends a worker that takes too long, wherever it hangs. What it loads does not count."""
    import extractor.archive.warm  # noqa: F401 - as the fork server does on this machine

    bound(how.settings.worker_memory_bytes)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(how.settings.max_seconds_per_file + GRACE)
    try:
        return process_chunk(chunk, how)
    finally:
        signal.alarm(0)
