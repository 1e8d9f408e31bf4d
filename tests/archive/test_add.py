"""Adding an archive, and adding it again when nothing, something or everything has changed."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from archive_samples import ONE, contents, items, mixed, report, rows, run_add, status, write_files
from made_containers import zipped
from sqlalchemy import create_engine, text

from extractor.archive import Progress, add
from extractor.archive.run import matched
from extractor.archive.survey import survey
from extractor.archive.walk import Found, walk
from extractor.config import Settings
from extractor.errors import UsageError
from extractor.store import KnownFile, Run, WorkResult, open_store, prepare_rows
from extractor.types import Document, Extraction, Part, SurveyedFile, SurveyedItem, WorkReason, WorkState

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mixed(tmp_path / "归档")


def test_every_file_has_one_state(database_url: str, folder: Path) -> None:
    progress = run_add(database_url, folder)
    assert items(database_url) == {
        f"{folder}/{path}": state
        for path, state in {
            "Thumbs.db": ("skipped", "temporary"),
            "~$甲.docx": ("skipped", "temporary"),
            "包.zip": ("unpacked", None),
            "包.zip!/__MACOSX/x": ("skipped", "temporary"),
            "包.zip!/里/丙.txt": ("done", None),
            "包.zip!/里/甲.txt": ("done", None),
            "子/乙.txt": ("done", None),
            "子/坏.txt": ("failed", "unreadable"),
            "子/甲的复制.txt": ("duplicate", None),
            "子/空.txt": ("failed", "empty"),
            "甲.txt": ("duplicate", None),
        }.items()
    }
    assert (progress.done, progress.failed) == (3, 1)
    figures = rows(database_url, "SELECT count(*) FROM figure")[0][0]
    assert figures == progress.figures == status(database_url).figures > 0
    assert rows(database_url, "SELECT reader, ocr_confidence FROM document") == [("text", None)] * 3


def test_what_is_unchanged_is_not_read_again(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    before = contents(database_url)
    for path in folder.rglob("*"):  # reading would fail
        if path.is_file():
            path.chmod(0)
    progress = run_add(database_url, folder)
    assert (progress.surveyed, progress.changed, progress.pending, progress.gone) == (8, 0, 0, 0)
    assert contents(database_url) == before


def test_a_changed_file_replaces_its_figures(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    write_files(folder, {"子/乙.txt": report(7)})
    progress = run_add(database_url, folder)
    assert (progress.changed, progress.done) == (1, 1)
    texts = {value for (value,) in rows(database_url, "SELECT text FROM document")}
    assert texts == {report(1), report(3), report(7)}


def test_a_content_that_passes_to_a_changed_file_is_not_read_again(database_url: str, folder: Path) -> None:
    """Also where that file is a member, or the bytes are those of one that failed."""
    made: dict[str, str | bytes] = {
        "a.txt": report(41),
        "b.txt": report(42),
        "c.txt": report(43),
        "d.txt": b"\x81\x00\xff\xfe\x80" * 41,
    }
    write_files(folder, made)
    run_add(database_url, folder)
    before = dict(rows(database_url, "SELECT text, id FROM document"))
    passed: dict[str, str | bytes] = {
        "a.txt": report(44),
        "b.txt": report(41),
        "c.zip": zipped({"里.txt": report(43).encode()}),
    }
    write_files(folder, {**passed, "c.txt": report(45), "d.txt": report(46), "e.txt": made["d.txt"]})
    assert run_add(database_url, folder).done == 3
    found = items(database_url)
    assert found[f"{folder}/b.txt"] == found[f"{folder}/c.zip!/里.txt"] == ("done", None)
    assert found[f"{folder}/e.txt"] == ("failed", "unreadable")
    documents = {
        text: (number, source) for number, source, text in rows(database_url, "SELECT id, source, text FROM document")
    }
    assert documents[report(41)] == (before[report(41)], f"{folder}/b.txt")
    assert documents[report(43)] == (before[report(43)], f"{folder}/c.zip!/里.txt")
    assert report(42) not in documents


def test_a_file_that_is_only_touched_keeps_its_document(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    before = rows(database_url, "SELECT id, document_id FROM work_item ORDER BY id")
    for path in folder.rglob("*"):
        os.utime(path, ns=(1, 1))
    progress = run_add(database_url, folder)
    assert (progress.changed, progress.pending) == (8, 0)
    assert rows(database_url, "SELECT id, document_id FROM work_item ORDER BY id") == before


def test_a_changed_container_keeps_the_members_that_are_the_same(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    members = {"里/丙.txt": report(3), "里/甲.txt": report(9), "里/新.txt": report(8)}
    write_files(folder, {"包.zip": zipped({name: text.encode() for name, text in members.items()})})
    progress = run_add(database_url, folder)
    assert progress.done == 2
    found = items(database_url)
    assert f"{folder}/包.zip!/__MACOSX/x" not in found
    # The content that the member had before is still that of two files: the first of them has it now.
    assert found[f"{folder}/子/甲的复制.txt"] == ("done", None)
    sources = {text: source for source, text in rows(database_url, "SELECT source, text FROM document")}
    assert sources[report(1)] == f"{folder}/子/甲的复制.txt"
    assert set(sources) == {report(1), report(2), report(3), report(8), report(9)}


def test_a_changed_container_may_have_its_members_in_another_order(database_url: str, folder: Path) -> None:
    write_files(folder, {"包.zip": zipped({f"{n}.txt": report(n).encode() for n in (31, 32, 33)})})
    run_add(database_url, folder)
    members = {"33.txt": 43, "31.txt": 41, "新.txt": 44, "32.txt": 42}
    write_files(folder, {"包.zip": zipped({name: report(n).encode() for name, n in members.items()})})
    assert run_add(database_url, folder).done == 4
    texts = {text for (text,) in rows(database_url, "SELECT text FROM document")}
    assert {report(n) for n in members.values()} < texts


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any folder")
def test_a_folder_that_cannot_be_opened_is_a_failure_and_its_files_are_not_gone(
    database_url: str, folder: Path
) -> None:
    run_add(database_url, folder)
    (folder / "子").chmod(0)
    try:
        assert run_add(database_url, folder).gone == 0
        assert items(database_url)[f"{folder}/子/"] == ("failed", "unreadable")
    finally:
        (folder / "子").chmod(0o755)
    run_add(database_url, folder)
    assert f"{folder}/子/" not in items(database_url)


def test_what_cannot_be_loaded_is_noted_on_the_way(database_url: str, tmp_path: Path) -> None:
    """Files that vanish between the survey and the work, as those of a disk that is unplugged."""
    folder = tmp_path / "归档"
    write_files(folder, {f"{number:04}.txt": f"{number}号村投入5万元。" for number in range(1200)})
    failed: list[int] = []

    def watch(progress: Progress) -> None:
        if not progress.at and folder.exists():
            shutil.rmtree(folder)
        failed.append(progress.failed)

    with open_store(database_url) as store:
        add(store, [str(folder)], Settings(), ONE, watch)
        assert store.work().status().states == {WorkState.FAILED: 1200}
    assert {500, 1000, 1200} <= {*failed, 1200}
    assert len(failed) > 2400


def test_links_are_not_followed(database_url: str, tmp_path: Path) -> None:
    write_files(tmp_path, {"归档/甲.txt": report(1), "外/乙.txt": report(2)})
    (tmp_path / "归档/外").symlink_to(tmp_path / "外")
    os.mkfifo(tmp_path / "归档/管道")
    run_add(database_url, tmp_path / "归档")
    found = {path.rpartition("/")[2]: state for path, state in items(database_url).items()}
    assert found == {"甲.txt": ("done", None), "外": ("skipped", "link"), "管道": ("skipped", "special")}


def test_names_in_another_encoding(database_url: str, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/" + "归档".encode("gbk")
    os.mkdir(folder)
    with open(folder + b"/" + "报告".encode("gbk") + b"\\1.txt", "wb") as file:
        file.write(report(1).encode("gbk"))
    run_add(database_url, tmp_path)
    assert items(database_url) == {f"{tmp_path}/\\xb9\\xe9\\xb5\\xb5/\\xb1\\xa8\\xb8\\xe6\\x5c1.txt": ("done", None)}
    assert run_add(database_url, tmp_path).changed == 0


def test_what_a_mail_calls_its_attachment_stops_no_archive(database_url: str, tmp_path: Path) -> None:
    """A name in UTF-7 may hold half of a surrogate pair, which a warning repeats."""
    mail = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{report(1)}\r\n"
        "--b\r\nContent-Type: application/octet-stream\r\n"
        'Content-Disposition: attachment; filename="=?utf-7?Q?a+2AA-.txt?="\r\n\r\nreport\r\n--b--\r\n'
    )
    write_files(tmp_path / "归档", {"a.eml": mail, "b.txt": report(2)})
    run_add(database_url, tmp_path / "归档")
    found = items(database_url)
    assert found[f"{tmp_path}/归档/a.eml"] == found[f"{tmp_path}/归档/b.txt"] == ("done", None)
    assert "\N{REPLACEMENT CHARACTER}" in str(rows(database_url, "SELECT warnings FROM document ORDER BY id")[0])


def test_what_cannot_be_stored_is_replaced_in_words_about_a_file(database_url: str, tmp_path: Path) -> None:
    bad, good = "甲\0\ud800\udfff", "甲" + "\N{REPLACEMENT CHARACTER}" * 3
    text = report(1)
    part = Part(0, len(text), "line", bad)
    document = Document(text, source=bad, encoding=bad, parts=(part,), warnings=(bad,))
    prepared = prepare_rows(document, Extraction(text, warnings=(bad,)), Run("1", datetime.now(UTC)))
    write_files(tmp_path / "归档", {"甲.txt": text, "乙.txt": report(2)})
    with open_store(database_url) as store:
        ledger = store.work()
        ledger.take()
        found = [survey(file, Settings()) for file in walk(str(tmp_path / "归档"))]
        failed = SurveyedItem(f"{tmp_path}/归档/丙.txt", reason=WorkReason.UNREADABLE, message=bad)
        ledger.register(ledger.add_root(str(tmp_path / "归档")), [*found, SurveyedFile(failed, 1)])
        pending = {item.path.rpartition("/")[2]: item.id for item in ledger.pending()}
        ledger.finish([WorkResult(pending["乙.txt"], None, WorkReason.CRASHED, bad)])
        ledger.finish([WorkResult(pending["甲.txt"], prepared)])
        assert {trouble.message for trouble in ledger.troubles()} == {good}
        ledger.release()
    told = rows(
        database_url, "SELECT d.source, d.encoding, d.parts, d.warnings, r.warnings FROM document d, extraction_run r"
    )[0]
    assert all(good in str(value).replace("\\ufffd", good[-1]) for value in told)


def test_what_a_driver_cannot_write_takes_no_other_along(database_url: str, tmp_path: Path) -> None:
    write_files(tmp_path / "归档", {f"{number}.txt": report(number) for number in range(3)})
    with open_store(database_url) as store:
        ledger = store.work()
        ledger.take()
        found = [survey(file, Settings()) for file in walk(str(tmp_path / "归档"))]
        ledger.register(ledger.add_root(str(tmp_path / "归档")), found)
        results = []
        for number, item in enumerate(ledger.pending()):
            document = Document(report(number), source=item.path, sha256=item.sha256)
            prepared = prepare_rows(document, Extraction(document.text), Run("1", datetime.now(UTC)))
            if number == 0:
                prepared = replace(prepared, run={**prepared.run, "sentences": 2**70})
            elif number == 1:
                prepared = replace(prepared, document={**prepared.document, "source": "\ud800"})
            results.append(WorkResult(item.id, prepared))
        assert [noted.reason for noted in ledger.finish(results)] == [WorkReason.CRASHED, WorkReason.CRASHED, None]
        assert ledger.status().states == {WorkState.FAILED: 2, WorkState.DONE: 1}
        ledger.release()


def long_name(seed: int, length: int) -> str:
    """Of characters that no compression makes shorter."""
    chance = random.Random(seed)
    return "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(length))


def test_a_long_name_of_a_member_stops_no_archive(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "归档"
    name = long_name(1, 1500)
    members = {f"{name}.txt": report(1).encode(), f"{name}二.txt": report(2).encode()}
    deep = {f"{long_name(2, 900)}.zip": zipped({f"{long_name(3, 900)}.txt": report(3).encode()})}
    write_files(folder, {"包.zip": zipped(members), "套.zip": zipped(deep), "丁.txt": report(4)})
    run_add(database_url, folder)
    assert [state for state, _ in items(database_url).values()].count("done") == 4
    assert all(path.startswith(str(folder)) and len(path.encode()) < 1500 for path in items(database_url))
    assert run_add(database_url, folder).changed == 0
    write_files(folder, {"包.zip": zipped({**members, "新.txt": report(5).encode()})})
    assert run_add(database_url, folder).done == 1


def test_a_long_path_fails_alone(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "归档"
    place = folder
    for step in range(10):
        place /= long_name(step, 80)
    write_files(folder, {"甲.txt": report(1)})
    write_files(place, {"包.zip": zipped({f"{long_name(20, 100)}.txt": report(2).encode()}), "乙.txt": report(3)})
    place = place / long_name(30, 80)
    write_files(place, {f"{number}{long_name(31, 60)}.txt": report(4 + number) for number in range(4)})
    progress = run_add(database_url, folder)
    assert sorted(items(database_url).values()) == [("done", None)] * 2 + [("failed", "unreadable")] * 5
    assert progress.unopened == 5
    before = items(database_url)
    assert run_add(database_url, folder).gone == 0
    assert items(database_url) == before
    next(place.iterdir()).unlink()
    assert run_add(database_url, folder).gone == 1
    assert len(items(database_url)) == 6


def test_roots_may_lie_in_each_other(database_url: str, folder: Path) -> None:
    run_add(database_url, folder / "子")
    run_add(database_url, folder, folder / "甲.txt")
    assert run_add(database_url, folder / "子").changed == 0
    assert len(status(database_url).roots) == 3
    assert sum(status(database_url).states.values()) == 11


def test_a_path_that_is_not_there_changes_nothing(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    folder.rename(folder.parent / "别处")
    with pytest.raises(UsageError, match="不存在"):
        run_add(database_url, folder)
    assert status(database_url).gone == 0


def test_one_process_at_a_time(database_url: str, folder: Path) -> None:
    with open_store(database_url) as store:
        ledger = store.work()
        ledger.take()
        with pytest.raises(UsageError, match=f"进程 {os.getpid()}"):
            run_add(database_url, folder)
        ledger.release()
    run_add(database_url, folder)


@pytest.mark.parametrize(
    ("changed", "alive"),
    [
        ("beat = '2026-01-01'", True),  # it is busy with one large file
        ("born = born - 1", False),  # another process of this number, as after each start of a container
        ("process = 99999999", False),
        ("host = 'other'", True),
        ("host = 'other', beat = '2026-01-01'", False),
        ("born = NULL", True),
        ("born = NULL, beat = '2026-01-01'", False),
        ("born = NULL, process = 99999999", False),
    ],
)
@pytest.mark.skipif(
    not os.path.exists("/proc/self/stat"), reason="this system does not tell when a process was started"
)
def test_whether_another_process_is_at_work(sqlite_url: str, changed: str, alive: bool) -> None:
    with open_store(sqlite_url) as store:
        ledger = store.work()
        ledger.take()
        engine = create_engine(sqlite_url)
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE work_lease SET {changed}".replace("-01'", "-01 00:00:00.000000'")))
        engine.dispose()
        assert (ledger.status().holder is not None) == alive
        if alive:
            with pytest.raises(UsageError, match="正由"):
                store.work().take()
        else:
            store.work().take()


def test_a_process_that_ended_unnoticed_is_not_at_work(sqlite_url: str) -> None:
    take = "import sys; from extractor.store import open_store; open_store(sys.argv[1]).work().take()"
    process = subprocess.Popen([sys.executable, "-c", take, sqlite_url], env={"PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # nobody asks what became of it
        assert rows(sqlite_url, "SELECT process FROM work_lease") == [(process.pid,)]
        assert status(sqlite_url).holder is None
    finally:
        process.wait()


def test_what_lies_below_a_closed_folder_is_neither_there_nor_gone() -> None:
    walked = [
        Found("/a/子/", "/a/子", 0, 0, WorkReason.UNREADABLE, "打不开"),
        Found("/a/新.txt", "/a/新.txt", 1, 1),
        Found("/a/甲.txt", "/a/甲.txt", 1, 1),
    ]
    known = [KnownFile(path, 1, 1, gone=False) for path in ("/a/丙.txt", "/a/子/1.txt", "/a/子/2.txt", "/a/甲.txt")]
    found = [(new and new.path, old and old.path) for new, old in matched(iter(walked), iter(known))]
    assert found == [
        (None, "/a/丙.txt"), ("/a/子/", None), ("/a/新.txt", None), ("/a/甲.txt", "/a/甲.txt"),
    ]  # fmt: skip
