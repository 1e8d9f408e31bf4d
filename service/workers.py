"""Processes that extract for requests, kept warm: what comes over the network is parsed in them alone.

Each has bounded memory and works on one request at a time, for a bounded time. One that hangs or dies is replaced: its
request is told so, and no other notices. One that has worked on many is replaced too, against leaks of the libraries.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Self, TypeVar

from extractor.archive.local import cores
from extractor.archive.lone import DeathError, IdleDeathError, Lone
from extractor.archive.work import CHUNKS_PER_PROCESS
from service.extraction import Asked, extract
from service.problems import ProblemError
from service.settings import ServiceSettings

_SAMPLE = "2015年投入资金38.6万元，硬化道路4.2公里，惠及212户806人，占总户数的53%。".encode()
BUSY_SECONDS = 2
"""After which a client that was sent away may try again."""
_RETRY_SECONDS = 1.0
_log = logging.getLogger("gouji.service")
_Argument = TypeVar("_Argument")
_Result = TypeVar("_Result")


@dataclass(slots=True, eq=False)
class _Worker:
    process: Lone
    tasks: int = 0
    warm: bool = False


class Pool:
    """The processes of one application; used in an ``async with`` block, at whose end they are gone.

    Args:
        settings: how many processes and requests there are, and for how long a request may take.
        tasks: after which a process is replaced.

    Attributes:
        size: how many processes there should be.
        admitted: requests that are received, waiting or at work.
        busy: processes at work.
        deaths: how often one died or was killed because it took too long.
    """

    def __init__(self, settings: ServiceSettings, tasks: int = CHUNKS_PER_PROCESS) -> None:
        self.size = settings.extraction_workers or cores()
        self.admitted = self.busy = self.deaths = 0
        self._settings = settings
        self._tasks = tasks
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()  # the one that worked last is warmest
        self._alive: set[_Worker] = set()
        self._chores: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def ready(self) -> int:
        """How many processes have loaded what they need."""
        return sum(worker.warm for worker in self._alive)

    async def __aenter__(self) -> Self:
        """Begin to start the processes; requests wait for the first of them."""
        for _ in range(self.size):
            self._do(self._start())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill all processes: requests that they were at are told so."""
        self._closed = True
        await asyncio.gather(*map(self._stop, list(self._alive)))
        # Never cancelled: one that just starts a process has to end it.
        await asyncio.gather(*self._chores, return_exceptions=True)

    @asynccontextmanager
    async def admission(self) -> AsyncIterator[None]:
        """Count a request in from its first byte to the last of its answer.

        Raises:
            ProblemError: there are too many.
        """
        if self.admitted >= self._settings.max_extractions:
            raise _busy(f"已有 {self.admitted} 个抽取请求在处理", f"{self.admitted} extractions are under way")
        self.admitted += 1
        try:
            yield
        finally:
            self.admitted -= 1

    async def run(self, function: Callable[[_Argument], _Result], argument: Callable[[], _Argument]) -> _Result:
        """Let the next process that is free call a function of a module.

        Args:
            function: of one argument.
            argument: makes it, once a process is free: what waits is not in memory.

        Raises:
            ProblemError: none became free in time, or the process died or took too long.
        """
        argument = cache(argument)
        while True:
            try:
                return await self._run(function, argument)
            except IdleDeathError:
                self._note_idle_death()

    async def _run(self, function: Callable[[_Argument], _Result], argument: Callable[[], _Argument]) -> _Result:
        seconds = self._settings.max_seconds_per_request
        try:
            worker = await asyncio.wait_for(self._free(), seconds)
        except TimeoutError:
            raise _busy(f"等了 {seconds} 秒没有轮到", f"no worker was free within {seconds} seconds") from None
        self.busy += 1
        good = False
        try:
            answer = worker.process.submit(function, await asyncio.to_thread(argument))
            result = await asyncio.wait_for(asyncio.wrap_future(answer), seconds)
        except TimeoutError:
            raise self._lost(
                f"处理超过 {seconds} 秒，已停止；请拆分，或用 POST /v1/documents 上传", "timeout"
            ) from None
        except IdleDeathError:
            raise
        except DeathError as error:
            raise self._lost(
                "处理时进程崩溃，或因内存不足被终止；请检查文件，或拆分后再试", "crashed", error
            ) from error
        else:
            good = True
        finally:
            self.busy -= 1
            worker.tasks += 1
            good = good and worker.tasks < self._tasks
            if good:
                self._idle.put_nowait(worker)
            elif not self._closed:
                self._do(self._replace(worker))
        return result

    async def _free(self) -> _Worker:
        """Return the next worker that is idle; one that died meanwhile, such as for want of memory, is replaced."""
        while True:
            worker = await self._idle.get()
            if worker.process.is_alive:
                return worker
            self._note_idle_death()
            self._do(self._replace(worker))

    def _note_idle_death(self) -> None:
        self.deaths += 1
        _log.warning("a worker died while it was idle")

    def _lost(self, detail: str, reason: str, error: DeathError | None = None) -> ProblemError:
        self.deaths += 1
        _log.warning("a worker was lost: %s", error or reason)
        return ProblemError(422, detail, f"the worker was lost: {reason}", reason=reason)

    def _do(self, chore: Coroutine[None, None, None]) -> None:
        """Do something beside the requests."""
        task = asyncio.create_task(chore)
        self._chores.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._chores.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a worker is missing", exc_info=error)

    async def _start(self) -> None:
        """Add a process that is warm, however often it takes."""
        while not self._closed:
            try:
                worker = _Worker(await asyncio.to_thread(Lone, self._settings.extractor.worker_memory_bytes))
            except OSError as error:
                _log.error("no worker can be started: %s", error)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._alive.add(worker)
            if self._closed:
                await self._stop(worker)
                return
            try:
                await asyncio.wrap_future(worker.process.submit(extract, Asked(_SAMPLE)))
            except (DeathError, RuntimeError) as error:
                await self._stop(worker)
                if not self._closed:
                    _log.error("a worker died before its first request: %s", error)
                    await asyncio.sleep(_RETRY_SECONDS)
                continue
            worker.warm = True
            self._idle.put_nowait(worker)
            return

    async def _replace(self, worker: _Worker) -> None:
        await self._stop(worker)
        await self._start()

    async def _stop(self, worker: _Worker) -> None:
        if worker in self._alive:
            self._alive.remove(worker)
            await asyncio.to_thread(worker.process.stop)


def _busy(detail: str, detail_en: str) -> ProblemError:
    retry = {"Retry-After": str(BUSY_SECONDS)}
    return ProblemError(503, f"{detail}；请 {BUSY_SECONDS} 秒后再试", detail_en, headers=retry)
