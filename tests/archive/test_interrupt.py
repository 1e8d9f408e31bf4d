"""Ctrl-C at any moment of the start: one message, no process and no temporary file left, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from archive_samples import report, run_add, status, write_files

from extractor.types import WorkState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOMENTS = 20
_MESSAGES = ("已停止；已完成的都已存好，再运行同一命令即从这里继续", "已中断；没有写完的输出文件不会留下")
_START = "from extractor.cli import main; print(flush=True); main()"
"""The command, which tells when its own code begins: before that Python starts, and answers to Ctrl-C in its own way."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "归档"
    write_files(made, {f"{n}.txt": report(n, 300) for n in range(60)})
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
        """Return the processes of its session, wherever they come from."""
        found = []
        for process in psutil.process_iter():
            try:
                if os.getsid(process.pid) == self.process.pid:
                    found.append(process)
            except (ProcessLookupError, PermissionError):
                continue
        return found

    def assert_nothing_is_left(self) -> None:
        left = psutil.wait_procs(self.others(), timeout=20)[1]
        assert left == []
        assert list(self.temporary.iterdir()) == []


def seconds_of_start(url: str, folder: Path, temporary: Path, options: Sequence[str]) -> float:
    """Return how long it takes until something is stored."""
    begin = time.monotonic()
    started = Started(temporary, ["archive", "add", str(folder), "--db", url, *options])
    try:
        while not status(url).states.get(WorkState.DONE):
            assert started.process.poll() is None
            time.sleep(0.05)
        return time.monotonic() - begin
    finally:
        started.process.kill()
        started.process.communicate()
        psutil.wait_procs(started.others(), timeout=20)
        for path in temporary.iterdir():
            path.rmdir() if path.is_dir() and not any(path.iterdir()) else None


def assert_interrupts_well(url: str, folder: Path, temporary: Path, options: Sequence[str], moment: float) -> None:
    started = Started(temporary, ["archive", "add", str(folder), "--db", url, *options])
    try:
        started.process.wait(moment)
    except subprocess.TimeoutExpired:
        said = started.interrupt()
        assert (said.strip(), started.process.returncode) in [(message, 130) for message in _MESSAGES]
    else:
        started.process.communicate()
    started.assert_nothing_is_left()


def test_at_moments_of_the_start(sqlite_url: str, folder: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    options = ("--workers", "2")
    whole = seconds_of_start(sqlite_url, folder, tmp_path / "first", options)
    write_files(folder, {f"{n}.txt": report(n, 301) for n in range(60)})  # all of it is to be done again
    for number in range(_MOMENTS):
        assert_interrupts_well(sqlite_url, folder, temporary, options, whole * number / _MOMENTS)
        assert status(sqlite_url).holder is None
    run_add(sqlite_url, folder)
    assert status(sqlite_url).states == {WorkState.DONE: 60}
