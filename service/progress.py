"""The progress of jobs for all who watch: however many watch one, it is looked at once, and takes little of the database."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.store import JobLedger, StoredJob

LOOK_SECONDS = 0.5
_SHARE = 20
"""Of the time, that may go into looking: what takes long to count is counted less often."""
_LONGEST_SECONDS = 5.0
_RETRY_SECONDS = 10


class _Watched:
    """A job, who watches it, and what was last seen of it."""

    def __init__(self) -> None:
        self.viewers = 0
        self.lock = asyncio.Lock()
        self.seen: StoredJob | None = None
        self.stale = 0.0


class Progress:
    """What is watched; in the event loop alone.

    Args:
        jobs: of the database.
        most: streams at the same time.
    """

    def __init__(self, jobs: JobLedger, most: int) -> None:
        self._jobs, self._most = jobs, most
        self._watched: dict[int, _Watched] = {}
        self.streams = 0
        self.looks = 0

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Hold a place among the streams.

        Raises:
            ProblemError: there are too many.
        """
        if self.streams >= self._most:
            raise ProblemError(
                503,
                f"正在推送进度的连接太多（{self.streams} 个）；请稍后再试，或用 GET /v1/jobs/{{job}} 查询",
                f"{self.streams} streams are open",
                headers={"Retry-After": str(_RETRY_SECONDS)},
            )
        self.streams += 1
        try:
            yield
        finally:
            self.streams -= 1

    @contextmanager
    def watch(self, number: int) -> Iterator[None]:
        """Have :meth:`look` at a job remember what it saw."""
        watched = self._watched.setdefault(number, _Watched())
        watched.viewers += 1
        try:
            yield
        finally:
            watched.viewers -= 1
            if not watched.viewers:
                del self._watched[number]

    async def look(self, number: int) -> StoredJob:
        """Return a watched job as it was a moment ago."""
        watched = self._watched[number]
        async with watched.lock:
            begin = time.monotonic()
            if watched.seen is None or begin >= watched.stale:
                self.looks += 1
                watched.seen = await run_in_threadpool(self._jobs.get, number)
                now = time.monotonic()
                watched.stale = now + min(_LONGEST_SECONDS, max(LOOK_SECONDS * 0.9, _SHARE * (now - begin)))
            return watched.seen
