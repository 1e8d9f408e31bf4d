"""Ctrl-C at any moment of the start: one message, no process and no temporary file left, and the next run goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
import pytest
from archive_samples import report, run_add, status, write_files

from extractor.types import WorkState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.alone

_MOMENTS = 6
"""Spread over the start; ``scripts/check_kills.py`` tries more."""

_AT_ONCE = 2
_FORKED = 2
_GONE_SECONDS = 20
_MESSAGES = ("已停止；已完成的都已存好，再运行同一命令即从这里继续", "已中断；没有写完的输出文件不会留下")
_START = "from extractor.cli import main; print(flush=True); main()"
"""The command, which tells when its own code begins: before that Python starts, and answers to Ctrl-C in its own way."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "归档"
    write_files(made, {f"{n}.txt": report(n, 30) for n in range(60)})
    return made


class Started:
    """A command that runs in a session and with a folder for temporary files of its own."""

    def __init__(self, temporary: Path, arguments: Sequence[str]) -> None:
        self.temporary = temporary
        temporary.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def interrupt(self) -> str:
        """Do what a terminal does, to all processes of it; return what the command says."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.communicate(timeout=60)[1].decode()

    def others(self) -> list[psutil.Process]:
        """Return the processes of its session that are alive, whoever started them."""
        found = []
        for process in psutil.process_iter():
            with suppress(ProcessLookupError, PermissionError, psutil.NoSuchProcess):
                if os.getsid(process.pid) == self.process.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def assert_nothing_is_left(self) -> None:
        deadline = time.monotonic() + _GONE_SECONDS
        while (left := self.others()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert left == []
        assert list(self.temporary.iterdir()) == []


def seconds_of_start(url: str, folder: Path, temporary: Path) -> float:
    """Return how long it takes until its workers are there: processes of the fork server."""
    begin = time.monotonic()
    started = Started(temporary, ["archive", "add", str(folder), "--db", url, "--workers", "2"])
    forked = 0
    while forked < _FORKED and started.process.poll() is None:
        with suppress(psutil.NoSuchProcess):  # one that has just ended
            children = psutil.Process(started.process.pid).children(recursive=True)
            forked = sum(child.ppid() != started.process.pid for child in children)
    taken = time.monotonic() - begin
    started.interrupt()
    started.assert_nothing_is_left()
    return taken


def assert_interrupts_well(url: str, folder: Path, temporary: Path, moment: float) -> None:
    started = Started(temporary, ["archive", "add", str(folder), "--db", url, "--workers", "2"])
    try:
        started.process.wait(moment)
    except subprocess.TimeoutExpired:
        *progress, last = started.interrupt().split("\n")[:-1]
        if started.process.returncode == 0:  # all had been done when it came
            assert status(url).states == {WorkState.DONE: 60}
        else:
            assert (last in _MESSAGES, started.process.returncode) == (True, 130), last
            assert all(not line or line.startswith(("清点：", "处理：")) for line in progress), progress
    else:
        started.process.communicate()
    started.assert_nothing_is_left()
    assert status(url).holder is None


@pytest.mark.long
def test_at_moments_of_the_start(migrated_sqlite: Path, folder: Path, tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / str(number)}.db" for number in range(_MOMENTS)]
    for url in urls:
        shutil.copy(migrated_sqlite, url.removeprefix("sqlite:///"))
    whole = seconds_of_start(urls[0], folder, tmp_path / "temporary")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = [
            pool.submit(assert_interrupts_well, url, folder, tmp_path / str(number), whole * (number + 1) / _MOMENTS)
            for number, url in enumerate(urls)
        ]
    for run in runs:
        run.result()
    run_add(urls[-1], folder)
    assert status(urls[-1]).states == {WorkState.DONE: 60}
