"""A container over which the process that opens it hangs or dies fails, and takes no other file along."""

from __future__ import annotations

import bz2
import os
import random
from typing import TYPE_CHECKING

import psutil
import pytest
from archive_samples import ONE, items, report, run_add, write_files
from made_containers import zipped

from extractor.archive import Progress, add
from extractor.config import Settings
from extractor.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

_SLOW = bz2.compress(bytes(random.Random(7).choices(b"\x81\xff\0", k=2**20)))  # for a tenth of a second or so


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "归档"
    write_files(made, {"甲.txt": report(1), "慢.bz2": _SLOW * 50, "包.zip": zipped({"乙.txt": report(2).encode()})})
    return made


def states(url: str) -> dict[str, tuple[str, str | None]]:
    return {path.partition("归档/")[2]: state for path, state in items(url).items()}


def grandchildren() -> set[psutil.Process]:
    """Return the processes that do the work: those of the process from which they are forked."""
    return {child for child in psutil.Process().children(recursive=True) if child.ppid() != os.getpid()}


_OTHERS = {"甲.txt": ("done", None), "包.zip": ("unpacked", None), "包.zip!/乙.txt": ("done", None)}


def test_one_that_hangs(sqlite_url: str, folder: Path) -> None:
    write_files(folder, {"慢.bz2": _SLOW * 200})
    run_add(sqlite_url, folder, settings=Settings(max_seconds_per_file=3, max_file_bytes=2**30))
    assert states(sqlite_url) == _OTHERS | {"慢.bz2": ("failed", "timeout")}


@pytest.mark.parametrize("times", [1, 2])
def test_one_over_which_the_process_dies_is_tried_twice(sqlite_url: str, folder: Path, times: int) -> None:
    killed = 0
    before = grandchildren()

    def kill(progress: Progress) -> None:
        nonlocal killed
        opening = list(grandchildren() - before)
        if progress.at.endswith("慢.bz2") and opening and killed < times:
            opening[0].kill()
            killed += 1

    with open_store(sqlite_url) as store:
        add(store, [str(folder)], Settings(), ONE, kill)
    assert killed == times
    slow = {"慢.bz2": ("unpacked", None), "慢.bz2!/慢": ("failed", "unreadable")}
    assert states(sqlite_url) == _OTHERS | (slow if times == 1 else {"慢.bz2": ("failed", "crashed")})
    assert grandchildren() <= before
