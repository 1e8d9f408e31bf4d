"""A finished database on a disk that is read-only: it is read, and whoever wants to write is told why not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from store_samples import RUN, sample

from extractor.cli import main
from extractor.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator


def may_write_anywhere() -> bool:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o555)
        return os.access(place, os.W_OK)


pytestmark = pytest.mark.skipif(may_write_anywhere(), reason="as root may")


@pytest.fixture
def folder(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with a database of one report; the test closes it, and it is opened again at the end."""
    place = tmp_path / "光盘 一#"
    place.mkdir()
    shutil.copy(migrated_sqlite, place / "甲.db")
    with open_store(f"sqlite:///{place / '甲.db'}") as store:
        store.save(*sample(), RUN)
    yield place
    place.chmod(0o755)


def closed(folder: Path) -> str:
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    return f"sqlite:///{folder / '甲.db'}"


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--db", url])


@pytest.mark.parametrize("writable_file", [False, True])
def test_what_reads_works_and_says_so(folder: Path, writable_file: bool) -> None:
    url = closed(folder)
    if writable_file:
        (folder / "甲.db").chmod(0o644)
    for command in (
        ["figures"],
        ["documents"],
        ["archive", "status"],
        ["report", "archive"],
        ["check"],
        ["db", "info"],
    ):
        done = run(url, *command)
        assert (done.exit_code, done.stderr.count("所在处只读")) == (0, 1), done.stderr
    assert run(url, "figures", "--format", "jsonl").stdout.count("\n") == 5
    assert [file.name for file in folder.iterdir()] == ["甲.db"]


def test_what_writes_says_why_it_cannot(folder: Path, tmp_path: Path) -> None:
    url = closed(folder)
    (tmp_path / "乙.txt").write_text("2015年投入5万元。", encoding="utf-8")
    for command in (["archive", "add", str(tmp_path / "乙.txt")], ["archive", "retry"], ["explain", "1", "x", "y"],
                    ["extract", str(tmp_path / "乙.txt")], ["db", "upgrade"]):  # fmt: skip
        done = run(url, *command)
        assert (done.exit_code, "所在磁盘只读" in done.stderr) == (2, True), (command, done.stderr)


def test_what_is_in_the_log_only_is_not_passed_over(folder: Path) -> None:
    """A writer that is still there has put something into the WAL that is not in the file yet."""
    file = folder / "甲.db"
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("UPDATE document SET title = '在日志里'")
    url = closed(folder)
    with open_store(url) as store:
        assert [one.title for one in store.documents()] == ["在日志里"]
    writer.close()


def test_a_database_that_can_be_written_is_as_any_other(folder: Path) -> None:
    done = run(f"sqlite:///{folder / '甲.db'}", "figures")
    assert (done.exit_code, done.stderr) == (0, "")
