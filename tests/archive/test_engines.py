"""Who is to blame when a worker dies, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from archive_samples import report

from extractor.archive import Options
from extractor.archive.local import LocalEngine
from extractor.archive.lone import DeathError, Lone
from extractor.archive.work import Chunk, How, Task
from extractor.config import Settings
from extractor.errors import UsageError
from extractor.types import WorkReason

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

_CONVERT = """
import sys
from pathlib import Path
from extractor.readers.doc.programs import run
run(["/bin/sh", "-c", "echo $$ > ../program; sleep 300"], Path(sys.argv[1]), 200, 10**6)
"""


def one(item: int, text: str) -> Chunk:
    data = text.encode()
    return [Task(item, f"/{item}.txt", data, sha256(data).hexdigest())]


def answer_of(size: int) -> bytes:
    return bytes(size)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("size", [10, 5 * 2**20])
def test_what_was_answered_before_a_death_is_not_lost(size: int) -> None:
    process = Lone(2**32)
    try:
        answers: list[Future[Any]] = [
            process.submit(answer_of, size),
            process.submit(die),
            process.submit(answer_of, size),
        ]
        assert len(answers[0].result(60)) == size
        for answer in answers[1:]:
            with pytest.raises(DeathError):
                answer.result(60)
    finally:
        process.stop()


@pytest.mark.long
def test_only_the_file_that_kills_its_worker_is_to_blame() -> None:
    """The file before it has rows of a megabyte, which are more than a pipe holds."""
    chunks = [one(1, report(1, 1_500)), one(2, report(2, 40_000)), one(3, report(3))]
    with LocalEngine(1, How(Settings(worker_memory_bytes=400 * 2**20))) as engine:
        results = {result.item: result for some in engine.run(iter(chunks)) for result in some}
    assert {item: result.reason for item, result in results.items()} == {
        1: None, 2: results[2].reason, 3: None,
    }  # fmt: skip
    assert results[2].reason in (WorkReason.CRASHED, WorkReason.TOO_LARGE)


def test_an_address_without_ray_is_told() -> None:
    with pytest.raises(UsageError, match="--engine ray"):
        Options(ray_address="127.0.0.1:6379")


def test_a_program_goes_with_the_process_that_runs_it(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    process = subprocess.Popen([sys.executable, "-c", _CONVERT, str(folder)])
    told = tmp_path / "program"
    while not told.exists() or not told.read_text():
        time.sleep(0.05)
    program = psutil.Process(int(told.read_text()))
    family = [program, *program.children(recursive=True)]
    process.kill()
    process.wait()
    assert not psutil.wait_procs(family, timeout=20)[1]
    assert not folder.exists()
