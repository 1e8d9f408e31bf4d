"""Runs that are killed and started again end where an undisturbed one ends; a culprit takes no other file along."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
import pytest
from archive_samples import contents, in_words, items, report, rows, run_add, status, write_files
from made_containers import zipped

from extractor.archive import Options, add
from extractor.config import Settings
from extractor.errors import StoreError, UsageError
from extractor.store import open_store, upgrade
from extractor.types import WorkState

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.any_database

_ADD = "from extractor.cli import main; main()"
_REPORTS = 45


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "归档"
    write_files(made, {f"{n % 7}/{n:03}.txt": report(n, 12) for n in range(_REPORTS)})
    write_files(made, {"3/重复.txt": report(5, 12), "坏.txt": b"\x81\x00\xff\xfe\x80" * 40})
    write_files(made, {"包.zip": zipped({f"{n}.txt": report(n, 12).encode() for n in range(30, 70)})})
    return made


def start(url: str, folder: Path, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _ADD, "archive", "add", str(folder), "--db", url, *options],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def wait_until_it_is_at_work(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        holder = status(url).holder
        if holder is not None and holder.process == process.pid:
            return
        time.sleep(0.02)


def wait_until_some_are_done(url: str, at_least: int) -> None:
    for _ in range(600):
        if status(url).states.get(WorkState.DONE, 0) >= at_least:
            return
        time.sleep(0.05)
    raise AssertionError("nothing was done")


def family_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Its processes; none of one that has ended, which a short run may have at any moment."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def nobody_is_left(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=20)[1]


def test_a_killed_run_goes_on_where_it_was(
    database_url: str, folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rng = random.Random(request.node.name)
    for _ in range(2):
        process = start(database_url, folder, "--workers", "2")
        wait_until_it_is_at_work(database_url, process)
        family = family_of(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=rng.uniform(0.0, 2.0))
        family += family_of(process)
        process.kill()
        process.wait()
        assert nobody_is_left(family)
        found = rows(database_url, "SELECT count(*), count(DISTINCT document_id) FROM work_item WHERE state = 'done'")[
            0
        ]
        assert found[0] == found[1] == rows(database_url, "SELECT count(*) FROM document")[0][0]
    run_add(database_url, folder, options=Options(workers=2))
    undisturbed = tmp_path / "undisturbed.db"
    upgrade(f"sqlite:///{undisturbed}")
    run_add(f"sqlite:///{undisturbed}", folder)
    assert in_words(contents(database_url)) == in_words(contents(f"sqlite:///{undisturbed}"))


def test_a_worker_that_is_killed_is_replaced(database_url: str, folder: Path) -> None:
    process = start(database_url, folder, "--workers", "2")
    driver = psutil.Process(process.pid)
    killed = 0
    while process.poll() is None and killed < 3:
        workers: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):  # it may end while we look
            family = driver.children(recursive=True)
            workers = [child for child in family if not child.children() and child.ppid() != driver.pid]
        if workers and status(database_url).states.get(WorkState.PENDING):
            with suppress(psutil.NoSuchProcess):
                workers[0].kill()
            killed += 1
        time.sleep(0.3)
    assert process.wait(timeout=120) == 2  # for the file that no encoding reads
    assert killed
    assert status(database_url).states[WorkState.FAILED] == 1
    assert rows(database_url, "SELECT count(*) FROM document") == [(70,)]


@pytest.mark.long
def test_ctrl_c_leaves_nothing_behind_and_says_how_to_go_on(database_url: str, folder: Path) -> None:
    write_files(
        folder, {f"8/{n}.txt": report(n, 200) for n in range(100, 140)}
    )  # so that something is stored on the way
    process = start(database_url, folder, "--workers", "2")
    wait_until_some_are_done(database_url, 1)
    family = family_of(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, error = process.communicate(timeout=120)
    if process.returncode == 2:
        pytest.skip("it was faster")
    assert process.returncode == 130
    assert "已停止" in error.decode()
    assert "Traceback" not in error.decode()
    assert nobody_is_left(family)
    assert status(database_url).holder is None


def test_a_second_run_is_told_who_is_at_work(database_url: str, folder: Path) -> None:
    process = start(database_url, folder, "--workers", "1")
    try:
        wait_until_it_is_at_work(database_url, process)
        with pytest.raises(UsageError, match=str(process.pid)):
            run_add(database_url, folder)
    finally:
        process.kill()
        process.communicate()
    assert status(database_url).holder is None  # it is seen to be dead


def test_a_file_that_takes_too_long_takes_no_other_along(database_url: str, tmp_path: Path) -> None:
    write_files(tmp_path / "归档", {f"{n}.txt": report(n) for n in range(6)} | {"长.txt": report(9, 40_000)})
    progress = run_add(database_url, tmp_path / "归档", settings=Settings(max_seconds_per_file=3))
    assert (progress.done, progress.failed) == (6, 1)
    assert items(database_url)[f"{tmp_path}/归档/长.txt"] == ("failed", "timeout")


@pytest.mark.parametrize("trace", ["0", pytest.param("1", marks=pytest.mark.long)])
def test_a_file_that_needs_too_much_memory_takes_no_other_along(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trace: str
) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", trace)  # which must not keep a process that has no memory left from dying
    monkeypatch.setenv("GOUJI_WORKER_MEMORY_BYTES", str(400 * 2**20))
    write_files(tmp_path / "归档", {f"{n}.txt": report(n) for n in range(6)} | {"大.txt": report(9, 40_000)})
    start(database_url, tmp_path / "归档").communicate()
    found = items(database_url)
    assert found.pop(f"{tmp_path}/归档/大.txt")[1] in ("too_large", "crashed")
    assert {state for state, _ in found.values()} == {"done"}
    assert len(found) == 6


def test_the_database_refuses_in_between(database_url: str, folder: Path) -> None:
    """Who lost the ledger to another process writes nothing more."""
    with open_store(database_url) as store, open_store(database_url) as other:
        thief = other.work()

        def steal(_: object) -> None:
            with thief._engine.begin() as connection:
                connection.exec_driver_sql("UPDATE work_lease SET token = 'stolen'")

        with pytest.raises(StoreError, match="接手"):
            add(store, [str(folder)], Settings(), Options(workers=1), steal)
    assert rows(database_url, "SELECT count(*) FROM document") == [(0,)]
