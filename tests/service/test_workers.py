"""Processes that extract: they are bounded and replaced, and no request suffers from another."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import psutil
import pytest

from extractor.config import Settings
from service import ServiceSettings
from service.extraction import Asked, Extracted, extract
from service.problems import ProblemError
from service.workers import Pool

pytestmark = pytest.mark.any_database

SETTINGS = ServiceSettings(extraction_workers=1, max_seconds_per_request=30, max_extractions=2)
ASKED = Asked("投入资金38.6万元。".encode())


def with_pool(test: Callable[[Pool], Awaitable[None]], settings: ServiceSettings = SETTINGS, tasks: int = 500) -> None:
    async def run() -> None:
        async with Pool(settings, tasks) as pool:
            await test(pool)
        assert pool.ready == 0

    asyncio.run(run())
    assert [child for child in psutil.Process().children() if child.status() == psutil.STATUS_ZOMBIE] == []


async def answers(pool: Pool) -> None:
    result = await pool.run(extract, lambda: ASKED)
    assert isinstance(result, Extracted)


async def number(pool: Pool) -> int:
    return await pool.run(_number, lambda: None)


def _number(_: None) -> int:
    return os.getpid()


def test_a_hanging_process_is_replaced() -> None:
    async def test(pool: Pool) -> None:
        first = await number(pool)
        with pytest.raises(ProblemError) as caught:
            await pool.run(time.sleep, lambda: 60)
        assert (caught.value.status, caught.value.reason) == (422, "timeout")
        await answers(pool)
        assert await number(pool) != first
        assert not psutil.pid_exists(first)

    with_pool(test, replace(SETTINGS, max_seconds_per_request=3))


def test_a_dying_process_is_replaced_and_others_notice_nothing() -> None:
    async def test(pool: Pool) -> None:
        async def dies() -> None:
            with pytest.raises(ProblemError) as caught:
                await pool.run(os._exit, lambda: 9)
            assert (caught.value.status, caught.value.reason) == (422, "crashed")

        await asyncio.gather(*(dies() if turn % 3 == 0 else answers(pool) for turn in range(12)))
        assert pool.deaths == 4
        assert pool.busy == 0

    with_pool(test, replace(SETTINGS, extraction_workers=2))


def test_one_that_died_while_it_was_idle_is_replaced_and_nobody_notices() -> None:
    async def test(pool: Pool) -> None:
        first, second = await asyncio.gather(number(pool), number(pool))
        for process in {first, second}:
            os.kill(process, signal.SIGKILL)
            psutil.wait_procs([psutil.Process(process)], 10) if psutil.pid_exists(process) else None
        await asyncio.gather(answers(pool), answers(pool))
        assert await number(pool) not in {first, second}

    with_pool(test, replace(SETTINGS, extraction_workers=2))


def test_memory_is_bounded() -> None:
    async def test(pool: Pool) -> None:
        with pytest.raises(RuntimeError, match="MemoryError"):
            await pool.run(bytearray, lambda: 2**31)
        await answers(pool)

    with_pool(test, replace(SETTINGS, extractor=Settings(worker_memory_bytes=2**30)))


def test_processes_are_renewed() -> None:
    async def test(pool: Pool) -> None:
        seen = [await number(pool) for _ in range(6)]
        assert [seen.count(one) for one in dict.fromkeys(seen)] == [2, 2, 2]

    with_pool(test, tasks=2)


def test_what_waits_too_long_is_sent_away() -> None:
    async def test(pool: Pool) -> None:
        while not pool.ready:
            await asyncio.sleep(0.02)
        working = [asyncio.create_task(pool.run(time.sleep, lambda: 0.8)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(ProblemError) as caught:  # its turn would come after 1.6 seconds
            await answers(pool)
        assert caught.value.status == 503
        assert caught.value.headers is not None
        assert int(caught.value.headers["Retry-After"]) > 0
        await asyncio.gather(*working)
        await answers(pool)

    with_pool(test, replace(SETTINGS, max_seconds_per_request=1))


def test_more_than_the_bound_are_sent_away_at_once() -> None:
    async def test(pool: Pool) -> None:
        async with pool.admission(), pool.admission():
            with pytest.raises(ProblemError) as caught:
                async with pool.admission():
                    pass
            assert caught.value.status == 503
            assert caught.value.headers is not None
            assert int(caught.value.headers["Retry-After"]) > 0
        async with pool.admission():
            assert pool.admitted == 1
        assert pool.admitted == 0

    with_pool(test)


def test_closing_ends_what_is_at_work() -> None:
    async def run() -> None:
        async with Pool(SETTINGS) as pool:
            await answers(pool)
            working = asyncio.create_task(pool.run(time.sleep, lambda: 60))
            await asyncio.sleep(0.1)
        with pytest.raises(ProblemError):
            await working

    begin = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - begin < 20
