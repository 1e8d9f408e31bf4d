"""What the commands of archives say to people."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import openpyxl
import pytest
from archive_samples import mixed, report, write_files
from click.testing import CliRunner
from made_containers import encrypted, tarred, zipped

from extractor.archive import Options, Progress, add, run
from extractor.archive.local import cores
from extractor.cli import main
from extractor.cli.progress import described
from extractor.config import Settings
from extractor.errors import UsageError
from extractor.report.archive import ERROR_COLUMNS, FILE_COLUMNS, advice
from extractor.report.rows import LABELS, names
from extractor.store import open_store, upgrade
from extractor.types import FAILURES, WorkReason

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> str:
    folder = mixed(tmp_path / "归档")
    write_files(folder, {"年报.rar": b"Rar!\x1a\x07\x01\0" + bytes(200)})
    url = f"sqlite:///{tmp_path / 'gouji.db'}"
    done = CliRunner().invoke(main, ["archive", "add", str(folder), "--db", url, "--workers", "1"])
    assert done.exit_code == 2
    return url


@pytest.mark.parametrize("name", ["空.txt", "锁.zip", "断.tar", "弹.gz"])
def test_a_file_that_fails_in_the_survey_is_told_by_the_exit_status(tmp_path: Path, name: str) -> None:
    made = {
        "空.txt": b"",
        "锁.zip": encrypted(zipped({"甲.txt": report(1).encode()})),
        "断.tar": tarred({"甲.txt": report(1).encode(), "乙.txt": report(2).encode() * 100})[:3000],
        "弹.gz": gzip.compress(bytes(2**27)),
    }
    write_files(tmp_path / "归档", {name: made[name], "丙.txt": report(3)})
    command = ["archive", "add", str(tmp_path / "归档"), "--db", f"sqlite:///{tmp_path / 'gouji.db'}", "--workers", "1"]
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, "gouji archive errors" in done.stderr) == (2, True)
    assert "  失败\t0\n" not in done.stderr
    again = CliRunner().invoke(main, command)  # which has nothing to do
    assert (again.exit_code, "gouji archive errors" in again.stderr) == (0, True)
    retried = CliRunner().invoke(main, ["archive", "retry", *command[3:]])
    assert retried.exit_code == 2


def test_the_overview_leads_to_files_whose_names_are_in_another_encoding(tmp_path: Path) -> None:
    folder = tmp_path / "归档"
    folder.mkdir()
    names = [os.fsdecode("空白\\1.txt".encode("gbk")), "100%.txt"]
    for name in names:
        (folder / name).touch()
    (folder / "包.zip").write_bytes(zipped({"里\\x41.txt": b""}))
    url, page = f"sqlite:///{tmp_path / 'gouji.db'}", tmp_path / "概览.html"
    CliRunner().invoke(main, ["archive", "add", str(folder), "--db", url, "--workers", "1"])
    assert CliRunner().invoke(main, ["report", "archive", "--db", url, "-o", str(page)]).exit_code == 0
    links = re.findall('<a href="file://([^"]+)"', page.read_text(encoding="utf-8"))
    files = {os.fsdecode(unquote_to_bytes(link)) for link in links}
    assert files == {str(folder / name) for name in (*names, "包.zip")}


def errors(database: str, *options: str) -> str:
    shown = CliRunner().invoke(main, ["archive", "errors", "--db", database, *options])
    assert shown.exit_code == 0
    return shown.stdout


def test_people_read_chinese_and_programs_names(database: str, tmp_path: Path) -> None:
    told = errors(database)
    assert told.startswith("读不了（unreadable）：1 个\n处理办法：检查文件是否完整")
    assert all(
        told.count(f"处理办法：{advice(WorkReason(kind))}\n") == 1 for kind in ("unreadable", "empty", "unsupported")
    )
    assert (
        f"  {tmp_path}/归档/子/坏.txt\n    内容不是文字" in told or f"  {tmp_path}/归档/子/坏.txt\n    无法确定" in told
    )
    assert "格式不支持" not in errors(database, "--kind", "没有文字")
    file = tmp_path / "失败.xlsx"
    errors(database, "-o", str(file))
    head, *cells = openpyxl.load_workbook(file).active.iter_rows(values_only=True)
    assert head == ("路径", "类型", "原因", "处理办法", "字节数", "处理次数", "处理时间")
    assert {row[1] for row in cells} == {"读不了", "没有文字", "格式不支持"}
    table = csv.DictReader(errors(database, "--format", "csv").removeprefix("\ufeff").splitlines())
    assert tuple(table.fieldnames or ()) == ERROR_COLUMNS
    assert {row["kind"] for row in table} == {"unreadable", "empty", "unsupported"}
    lines = [json.loads(line) for line in errors(database, "--format", "jsonl").splitlines()]
    finished = [datetime.fromisoformat(line["finished"]) for line in lines if line["finished"]]
    assert all(moment.utcoffset() == moment.astimezone().utcoffset() for moment in finished)
    assert all(tuple(line) == ERROR_COLUMNS for line in lines)


def test_every_kind_of_failure_and_every_column_has_words(database: str) -> None:
    assert all(column in LABELS for column in ERROR_COLUMNS)
    assert all(reason in names("kind") for reason in WorkReason)
    assert all(advice(reason) for reason in FAILURES)


def test_what_to_do_about_a_rar_is_said_once(database: str) -> None:
    (row,) = [json.loads(line) for line in errors(database, "--kind", "unsupported", "--format", "jsonl").splitlines()]
    assert row["message"] == "不支持：这是压缩包（.rar）；请先用解压软件解压，再处理解压出来的文件"
    assert row["advice"].startswith("按每个文件的原因里说的处理后，再运行 gouji archive add")
    assert ".docx" not in row["advice"]


@pytest.mark.parametrize("workers", [0, -3, 10 * cores() + 1])
def test_a_number_of_workers_that_makes_no_sense(tmp_path: Path, workers: int) -> None:
    for command in (["add", str(tmp_path)], ["retry"]):
        url = f"sqlite:///{tmp_path / 'gouji.db'}"
        done = CliRunner().invoke(main, ["archive", *command, "--db", url, "--workers", str(workers)])
        told = f"应为 1 到 {10 * cores()}（本机有 {cores()} 个处理器核），不是 {workers}；不指定时每个核一个"
        assert (done.exit_code, told in done.stderr) == (2, True)
        assert not (tmp_path / "gouji.db").exists()


def test_a_cluster_may_have_more_workers_than_this_machine_has_cores() -> None:
    assert Options(workers=10_000, engine="ray", ray_address="10.0.0.1:6379").workers == 10_000
    with pytest.raises(UsageError, match="至少为 1，不是 0"):
        Options(workers=0, engine="ray", ray_address="10.0.0.1:6379")


def test_a_run_says_what_it_did(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "归档")
    command = ["archive", "add", str(folder), "--db", f"sqlite:///{tmp_path / 'gouji.db'}", "--workers", "1"]

    def told(*arguments: str) -> str:
        stderr = CliRunner().invoke(main, [*arguments]).stderr
        return next(line for line in stderr.splitlines() if line.startswith("本次"))

    seen = "本次\t看了 {} 个文件（压缩包算一个）：新的 {}，改过或重看的 {}，没变的 {}{}；读成 {} 份，失败 {} 个"
    assert told(*command) == seen.format(8, 8, 0, 0, "", 3, 2)
    write_files(folder, {"新.txt": report(7), "甲.txt": report(8)})
    (folder / "子/乙.txt").unlink()
    assert told(*command) == seen.format(8, 1, 1, 6, "，不见了 1 个", 2, 0)
    assert told("archive", "retry", *command[3:]) == seen.format(1, 0, 1, 0, "", 0, 2)


@pytest.mark.long
def test_what_takes_long_is_named_and_nobody_guesses_how_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_SLOW_SECONDS", 0.1)
    write_files(tmp_path / "归档", {"大.txt": report(1, 8000), "小.txt": report(2)})
    slow: set[str] = set()

    def watch(progress: Progress) -> None:
        if not progress.at:
            slow.update(path for path, _ in progress.slow)

    upgrade(url := f"sqlite:///{tmp_path / 'gouji.db'}")
    with open_store(url) as store:
        progress = add(store, [str(tmp_path / "归档")], Settings(), Options(workers=1), watch)
    assert f"{tmp_path}/归档/大.txt" in slow
    assert progress.bytes == progress.read_bytes == sum(path.stat().st_size for path in (tmp_path / "归档").iterdir())


def test_how_long_the_rest_takes_is_told_by_its_bytes() -> None:
    progress = Progress(pending=100, done=49, failed=1, bytes=1000, read_bytes=250)
    assert described(progress, 60).endswith("，约剩 3 分 0 秒")
    assert "约剩" not in described(progress, 5)  # too soon
    assert "约剩" not in described(replace(progress, done=3, failed=0), 60)  # too few
    slow = described(replace(progress, slow=[("/归档/大.xlsx", 25.4)]), 60)
    assert "约剩" not in slow
    assert slow.endswith("；正在处理 /归档/大.xlsx（已 25 秒）")
    surveying = described(Progress(at="/归档/大.zip", slow=[("/归档/大.zip", 12)]), 12)
    assert surveying.endswith("；正在处理 /归档/大.zip（已 12 秒）")


def test_a_large_video_is_not_to_be_split(tmp_path: Path) -> None:
    write_files(tmp_path / "归档", {"会议.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0" + bytes(5000), "长.txt": report(1, 200)})
    upgrade(url := f"sqlite:///{tmp_path / 'gouji.db'}")
    with open_store(url) as store:
        add(store, [str(tmp_path / "归档")], Settings(max_file_bytes=4000), Options(workers=1), lambda _: None)
        found = {path.path.rpartition("/")[2]: path.reason for path in store.work().troubles()}
    assert found == {"会议.mp4": WorkReason.UNSUPPORTED, "长.txt": WorkReason.TOO_LARGE}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read any file")
def test_a_file_that_may_not_be_read_is_retried_not_saved_as(tmp_path: Path) -> None:
    write_files(tmp_path / "归档", {"甲.txt": report(1)})
    (tmp_path / "归档" / "甲.txt").chmod(0)
    url = f"sqlite:///{tmp_path / 'gouji.db'}"
    CliRunner().invoke(main, ["archive", "add", str(tmp_path / "归档"), "--db", url, "--workers", "1"])
    (row,) = [json.loads(line) for line in errors(url, "--format", "jsonl").splitlines()]
    assert row["message"] == "打不开文件（没有权限）；请开放读取权限，再运行 gouji archive retry --kind unreadable"
    (tmp_path / "归档" / "甲.txt").chmod(0o644)
    assert CliRunner().invoke(main, ["archive", "retry", "--db", url, "--workers", "1"]).exit_code == 0


def listed(database: str, *options: str) -> list[dict[str, object]]:
    shown = CliRunner().invoke(main, ["archive", "files", "--db", database, "--format", "jsonl", *options])
    assert shown.exit_code == 0, shown.stderr
    return [json.loads(line) for line in shown.stdout.splitlines()]


def test_every_file_is_listed_with_what_became_of_it(database: str, tmp_path: Path) -> None:
    found = {str(row["path"]).removeprefix(f"{tmp_path}/归档/"): row for row in listed(database)}
    assert all(tuple(row) == FILE_COLUMNS for row in found.values())
    status = CliRunner().invoke(main, ["archive", "status", "--db", database]).stdout
    assert f"文件\t{len(found)}\n" in status
    for state, name in names("state").items():
        number = sum(row["state"] == state for row in found.values())
        assert state in ("pending", "unpacked") or re.search(rf"  {name}(（.*）)?\t{number}\n", status)
    same = [found[name] for name in ("包.zip!/里/甲.txt", "子/甲的复制.txt", "甲.txt")]
    (read,) = [row for row in same if row["state"] == "done"]
    assert read["copy_of"] is None
    copies = [row for row in same if row is not read]
    assert [(row["state"], row["copy_of"]) for row in copies] == [("duplicate", read["path"])] * 2
    assert {row["document_id"] for row in copies} == {read["document_id"]} != {None}
    assert (found["Thumbs.db"]["kind"], found["Thumbs.db"]["document_id"]) == ("temporary", None)
    assert [row["state"] for row in listed(database, "--state", "unpacked")] == ["unpacked"]


def test_files_can_be_listed_by_state_and_kind_in_either_words(database: str) -> None:
    assert listed(database, "--state", "重复") == listed(database, "--state", "duplicate") != []
    assert listed(database, "--kind", "临时文件") == listed(database, "--kind", "temporary") != []
    assert {row["kind"] for row in listed(database, "--state", "失败", "--kind", "没有文字")} == {"empty"}
    table = CliRunner().invoke(main, ["archive", "files", "--db", database, "--state", "重复"]).stdout
    assert table.split()[:5] == ["路径", "状态", "类型", "文件编号", "与此文件相同"]
    wrong = CliRunner().invoke(main, ["archive", "files", "--db", database, "--state", "没有"])
    assert (wrong.exit_code, "可用：pending（待处理）、done（完成）" in wrong.stderr) == (2, True)


def test_a_database_that_is_not_there_is_made_by_add(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["archive", "status", "--db", f"sqlite:///{tmp_path / '没有.db'}"])
    assert (done.exit_code, "gouji archive add 路径 --db" in done.stderr) == (2, True)
