"""A container over which the process that opens it hangs or dies fails, and takes no other file along."""

from __future__ import annotations

import bz2
import os
import random
from typing import TYPE_CHECKING

import psutil
import pytest
from archive_samples import ONE, items, report, run_add, write_files
from hypothesis import given
from hypothesis import strategies as st
from made_containers import zipped

from extractor.archive import Progress, add
from extractor.archive.surveyor import _GROUPED, _GROUPED_BYTES, Surveyor, _groups
from extractor.archive.walk import Found, walk
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


@pytest.mark.parametrize("times", [pytest.param(1, marks=pytest.mark.long), 2])
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


@given(st.lists(st.integers(0, 2 * _GROUPED_BYTES), max_size=200))
def test_groups_hold_each_file_once_in_order(sizes: list[int]) -> None:
    files = [Found(f"/{number}", f"/{number}", size, 0) for number, size in enumerate(sizes)]
    groups = list(_groups(files))
    assert [found for group in groups for found in group] == files
    assert all(len(group) == 1 or sum(found.bytes for found in group) <= _GROUPED_BYTES for group in groups)
    assert all(0 < len(group) <= _GROUPED for group in groups)


def test_a_process_that_is_gone_costs_no_file(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{number}.txt": report(number) for number in range(9)})
    files = list(walk(str(tmp_path)))
    with Surveyor(Settings(), lambda: None) as surveyor:
        first = list(surveyor.survey(files))
        assert surveyor._process is not None
        surveyor._process.kill()
        assert list(surveyor.survey(files)) == first
    assert all(file.item.sha256 for file in first)
