"""Taking archives out again: what goes, what stays, and who is asked."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from archive_samples import contents, items, mixed, report, rows, run_add, status, write_files
from click.testing import CliRunner, Result

from extractor.cli import main
from extractor.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.any_database

LEDGER = "指标,地点,时期,数值,单位\n水泥路,第2村,2015,9.3,公里\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mixed(tmp_path / "归档")


def remove(url: str, path: object, *options: str) -> Result:
    return CliRunner().invoke(main, ["archive", "remove", str(path), "--db", url, *options])


def total(url: str) -> int:
    return len([state for state, _ in items(url).values() if state != "unpacked"])


def test_a_root_goes_with_all_that_was_read_from_it(database_url: str, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "别处"
    write_files(other, {"丁.txt": report(4), "乙.txt": report(2)})
    run_add(database_url, other)
    before = contents(database_url)
    run_add(database_url, folder)
    done = remove(database_url, folder, "--yes")
    assert done.exit_code == 0
    assert f"已移出 {folder}：8 个文件（压缩包算一个），删除文档 2 份" in done.stderr
    assert contents(database_url) == before
    assert [root.path for root in status(database_url).roots] == [str(other)]
    assert run_add(database_url, folder).done == 2  # as if it had never been there


def test_what_lies_elsewhere_too_stays_and_is_that_one_s(database_url: str, folder: Path, tmp_path: Path) -> None:
    run_add(database_url, folder)
    other = tmp_path / "别处"
    write_files(other, {"甲二.txt": report(1)})
    run_add(database_url, other)
    numbers = dict(rows(database_url, "SELECT text, id FROM document"))
    done = remove(database_url, folder, "--yes")
    assert "删除文档 2 份；另有 1 份在别处还有，留下" in done.stderr
    assert rows(database_url, "SELECT text, id, source FROM document") == [
        (report(1), numbers[report(1)], f"{other}/甲二.txt")
    ]
    assert items(database_url) == {f"{other}/甲二.txt": ("done", None)}


@pytest.mark.parametrize("part", ["子", "包.zip", "甲.txt"])
def test_a_part_goes_and_is_read_again_by_the_next_run(database_url: str, folder: Path, part: str) -> None:
    run_add(database_url, folder)
    before, documents = items(database_url), rows(database_url, "SELECT text FROM document ORDER BY 1")
    gone = {
        path
        for path in before
        if path == f"{folder}/{part}" or path.startswith((f"{folder}/{part}/", f"{folder}/{part}!/"))
    }
    done = remove(database_url, folder / part, "--yes")
    assert f"提示：它在归档 {folder} 里" in done.stderr
    left = items(database_url)
    assert left.keys() == before.keys() - gone
    assert all(
        (state == "done") == bool(found)
        for state, found in rows(database_url, "SELECT state, document_id FROM work_item")
    )
    assert total(database_url) == sum(
        count for state, count in status(database_url).states.items() if state != "unpacked"
    )
    run_add(database_url, folder)
    assert items(database_url).keys() == before.keys()
    assert rows(database_url, "SELECT text FROM document ORDER BY 1") == documents


def test_a_folder_that_is_gone_can_be_taken_out_by_the_path_that_status_shows(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    shutil.rmtree(folder)
    (root,) = status(database_url).roots
    assert remove(database_url, f"{root.path}/", "--yes").exit_code == 0
    assert (items(database_url), rows(database_url, "SELECT id FROM document")) == ({}, [])


def test_nobody_is_asked_where_there_is_no_terminal(sqlite_url: str, folder: Path) -> None:
    run = ["archive", "add", str(folder), "--db", sqlite_url, "--workers", "1"]
    CliRunner().invoke(main, run)
    refused = remove(sqlite_url, folder)
    assert (refused.exit_code, "移出将删除文档 3 份；确实要移出，请加 --yes" in refused.stderr) == (2, True)
    assert len(rows(sqlite_url, "SELECT id FROM document")) == 3


def test_what_cannot_be_taken_out_is_an_error(sqlite_url: str, folder: Path, tmp_path: Path) -> None:
    CliRunner().invoke(main, ["archive", "add", str(folder), "--db", sqlite_url, "--workers", "1"])
    unknown = remove(sqlite_url, tmp_path / "没有加入的", "--yes")
    assert (unknown.exit_code, "gouji archive status" in unknown.stderr) == (2, True)
    member = remove(sqlite_url, f"{folder}/包.zip!/里/丙.txt", "--yes")
    assert (member.exit_code, f"请移出 {folder}/包.zip" in member.stderr) == (2, True)
    with open_store(sqlite_url) as store:
        ledger = store.work()
        ledger.take()
        busy = remove(sqlite_url, folder, "--yes")
        ledger.release()
    assert (busy.exit_code, "请等它结束" in busy.stderr) == (2, True)
    assert len(rows(sqlite_url, "SELECT id FROM document")) == 3


def test_a_comparison_stays_what_it_was(sqlite_url: str, folder: Path, tmp_path: Path) -> None:
    run_add_cli = ["archive", "add", str(folder), "--db", sqlite_url, "--workers", "1"]
    CliRunner().invoke(main, run_add_cli)
    (tmp_path / "台账.csv").write_text(LEDGER, encoding="utf-8")
    for command in (["ledger", "import", str(tmp_path / "台账.csv"), "--yes"], ["compare", "台账"]):
        assert CliRunner().invoke(main, [*command, "--db", sqlite_url]).exit_code == 0
    stored = ["compare", "--stored", "1", "--format", "json", "--db", sqlite_url]
    before = CliRunner().invoke(main, stored)
    assert remove(sqlite_url, folder, "--yes").exit_code == 0
    after = CliRunner().invoke(main, stored)
    assert (after.exit_code, after.stdout) == (0, before.stdout)
    assert CliRunner().invoke(main, ["documents", "--db", sqlite_url]).stderr == "没有符合条件的结果\n"


@pytest.mark.parametrize(("answer", "left"), [("y", 0), ("n", 3)])
def test_on_a_terminal_a_question_is_asked(sqlite_url: str, folder: Path, answer: str, left: int) -> None:
    CliRunner().invoke(main, ["archive", "add", str(folder), "--db", sqlite_url, "--workers", "1"])
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from extractor.cli import main; main()", "archive", "remove", str(folder)]
    with subprocess.Popen([*command, "--db", sqlite_url], stdin=theirs, stderr=theirs, stdout=theirs) as process:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        said = b""
        with suppress(OSError):  # Linux: the terminal is gone when the command ends
            while some := os.read(ours, 4096):
                said += some
    os.close(ours)
    assert f"移出 {folder}：8 个文件（压缩包算一个），删除文档 3 份？" in said.decode()
    assert process.returncode == (0 if answer == "y" else 2)
    assert len(rows(sqlite_url, "SELECT id FROM document")) == left
