"""What becomes of the figures of files that are deleted, renamed or moved, and how a person is told."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from archive_samples import ONE, contents, items, mixed, report, rows, run_add, status, write_files
from click.testing import CliRunner
from made_containers import zipped

from extractor.archive import add
from extractor.archive.survey import survey
from extractor.archive.walk import walk
from extractor.cli import main
from extractor.config import Settings
from extractor.store import Run, WorkResult, open_store, prepare_rows
from extractor.types import Document, Extraction

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.any_database

PRUNE = replace(ONE, prune=True)
FORCE = replace(PRUNE, force=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mixed(tmp_path / "归档")


def below(url: str, folder: Path) -> dict[str, tuple[str, str | None]]:
    return {path.removeprefix(f"{folder}/"): what for path, what in items(url).items()}


def test_what_is_missing_stays_until_it_is_pruned(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    for name in ("包.zip", "子/空.txt", "子/乙.txt"):
        (folder / name).unlink()
    assert run_add(database_url, folder).gone == 3
    # A report that another file has is that one's now; of the others what was read stays, of failures nothing.
    assert below(database_url, folder) == {
        "Thumbs.db": ("skipped", "temporary"),
        "~$甲.docx": ("skipped", "temporary"),
        "包.zip": ("unpacked", None),
        "包.zip!/里/丙.txt": ("done", None),
        "子/乙.txt": ("done", None),
        "子/坏.txt": ("failed", "unreadable"),
        "子/甲的复制.txt": ("done", None),
        "甲.txt": ("duplicate", None),
    }
    assert status(database_url).gone == 3
    assert len(rows(database_url, "SELECT id FROM document")) == 3
    assert run_add(database_url, folder).gone == 0
    progress = run_add(database_url, folder, options=PRUNE)
    assert (progress.pruned, progress.removed) == (2, [f"{folder}/子/乙.txt", f"{folder}/包.zip"])
    assert rows(database_url, "SELECT source, text FROM document") == [(f"{folder}/子/甲的复制.txt", report(1))]
    assert status(database_url).gone == 0
    assert rows(database_url, "SELECT count(*) FROM extraction_run") == [(1,)]


def test_what_comes_back_is_there_again(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    before = contents(database_url)
    (folder / "子").rename(folder.parent / "子")
    run_add(database_url, folder)
    assert status(database_url).gone == 1
    (folder.parent / "子").rename(folder / "子")
    run_add(database_url, folder)
    assert status(database_url).gone == 0
    assert contents(database_url) == before


@pytest.mark.parametrize(
    ("old", "new"), [("子/乙.txt", "子/改名.txt"), ("子/乙.txt", "另/乙.txt"), ("包.zip", "A.zip")]
)
def test_a_renamed_file_keeps_its_figures(database_url: str, folder: Path, old: str, new: str) -> None:
    run_add(database_url, folder)
    figures = rows(database_url, "SELECT document_id, count(*) FROM figure GROUP BY 1 ORDER BY 1")
    write_files(folder, {new: (folder / old).read_bytes()})
    (folder / old).unlink()
    assert run_add(database_url, folder).done == 0
    found = below(database_url, folder)
    assert [path for path in found if path.startswith(old)] == []
    assert found[new.replace(".zip", ".zip!/里/丙.txt")] == ("done", None)
    assert status(database_url).gone == 0
    assert rows(database_url, "SELECT document_id, count(*) FROM figure GROUP BY 1 ORDER BY 1") == figures
    sources = {source for (source,) in rows(database_url, "SELECT source FROM document")}
    assert all(found[source.removeprefix(f"{folder}/")] == ("done", None) for source in sources)


def test_a_file_that_was_missing_for_a_while_comes_back_elsewhere(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    (folder / "包.zip").rename(folder.parent / "包.zip")
    run_add(database_url, folder)
    assert below(database_url, folder)["包.zip!/里/丙.txt"] == ("done", None)
    write_files(folder, {"箱.zip": zipped({"包.zip": (folder.parent / "包.zip").read_bytes()})})
    run_add(database_url, folder)
    found = below(database_url, folder)
    assert found["箱.zip!/包.zip!/里/丙.txt"] == ("done", None)
    assert [path for path in found if path.startswith("包.zip")] == []


def test_a_file_that_moves_to_another_archive_is_not_the_duplicate_of_nothing(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    for name in ("包.zip", "子/乙.txt"):
        write_files(folder.parent / "新", {name: (folder / name).read_bytes()})
        (folder / name).unlink()
    run_add(database_url, folder.parent / "新")
    assert below(database_url, folder.parent / "新")["子/乙.txt"] == ("done", None)
    assert below(database_url, folder.parent / "新")["包.zip!/里/丙.txt"] == ("done", None)
    assert not [path for path in items(database_url) if path.startswith((f"{folder}/包.zip", f"{folder}/子/乙.txt"))]


def test_what_moves_from_one_archive_to_another_is_not_pruned(database_url: str, tmp_path: Path) -> None:
    old, new = tmp_path / "旧", tmp_path / "新"
    write_files(old, {"甲.txt": report(1), "乙.txt": report(2)})
    write_files(new, {"丙.txt": report(3)})
    run_add(database_url, old, new)
    documents = dict(rows(database_url, "SELECT text, id FROM document"))
    (old / "甲.txt").rename(new / "甲.txt")
    (old / "乙.txt").unlink()
    progress = run_add(database_url, old, new, options=FORCE)
    assert (progress.done, progress.removed) == (0, [f"{old}/乙.txt"])
    del documents[report(2)]
    assert dict(rows(database_url, "SELECT text, id FROM document")) == documents


def test_many_missing_files_are_noted_on_the_way(database_url: str, tmp_path: Path) -> None:
    """Half of them are copies of the others: a document passes from one that is missing to the next."""
    folder = tmp_path / "归档"
    write_files(folder, {f"{number:04}.txt": f"{number % 600}号村投入5万元。" for number in range(1200)})
    with open_store(database_url) as store:
        ledger = store.work()
        ledger.take()
        found = [survey(file, Settings()) for file in walk(str(folder))]
        ledger.register(ledger.add_root(str(folder)), found)
        contents = [
            (item, path.read_text()) for item, path in zip(ledger.pending(), sorted(folder.iterdir()), strict=False)
        ]
        run = Run("1", datetime.now(UTC))
        documents = [
            (item.id, replace(Document(words, source=item.path), sha256=item.sha256)) for item, words in contents
        ]
        ledger.finish([WorkResult(item, prepare_rows(one, Extraction(one.text), run)) for item, one in documents])
        ledger.release()
        shutil.rmtree(folder)
        folder.mkdir()
        gone: list[int] = []
        add(store, [str(folder)], Settings(), ONE, lambda progress: gone.append(progress.gone))
    assert {500, 1000, 1200} <= set(gone)
    assert rows(database_url, "SELECT count(*), count(gone), count(document_id) FROM work_item") == [(600, 600, 600)]
    assert rows(database_url, "SELECT count(*) FROM document") == [(600,)]


def test_a_missing_mail_stays_though_its_attachment_is_elsewhere(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "归档"
    mail = EmailMessage()
    mail.set_content(report(1))
    mail.add_attachment(report(2).encode(), maintype="text", subtype="plain", filename="附件.txt")
    write_files(folder, {"信.eml": bytes(mail), "附件.txt": report(2)})
    run_add(database_url, folder)
    (folder / "信.eml").unlink()
    run_add(database_url, folder)
    assert below(database_url, folder) == {"信.eml": ("done", None), "附件.txt": ("done", None)}
    assert run_add(database_url, folder, options=PRUNE).removed == [f"{folder}/信.eml"]


def test_a_folder_is_replaced_by_a_file_of_its_name(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    shutil.rmtree(folder / "子")
    write_files(folder, {"子": report(2)})
    run_add(database_url, folder)
    assert below(database_url, folder)["子"] == ("done", None)


def test_prune_tells_what_it_removed(sqlite_url: str, folder: Path) -> None:
    add = ["archive", "add", str(folder), "--db", sqlite_url, "--workers", "1"]
    CliRunner().invoke(main, add)
    for name in ("包.zip", "子/乙.txt"):
        (folder / name).unlink()
    told = CliRunner().invoke(main, add)
    assert "已不存在\t3（数据还在；用 gouji archive add --prune 删除，整个路径都不要了用" in told.stderr
    pruned = CliRunner().invoke(main, [*add, "--prune"])
    deleted = "已删除 2 份文档，来自 2 个已不存在的文件（压缩包算一个）"
    assert f"{deleted}：\n  {folder}/包.zip\n  {folder}/子/乙.txt\n" in pruned.stderr
    assert "没有已不存在的文件，没有删除数据\n" in CliRunner().invoke(main, [*add, "--prune"]).stderr


def test_the_documents_of_a_container_are_counted_one_by_one(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "归档"
    write_files(folder, {"包.zip": zipped({f"{number}.txt": report(number).encode() for number in range(5)})})
    write_files(folder, {"甲.txt": report(8), "乙.txt": report(9)})
    add = ["archive", "add", str(folder), "--db", sqlite_url, "--workers", "1"]
    CliRunner().invoke(main, add)
    (folder / "包.zip").unlink()
    pruned = CliRunner().invoke(main, [*add, "--prune"])
    assert f"已删除 5 份文档，来自 1 个已不存在的文件（压缩包算一个）：\n  {folder}/包.zip\n" in pruned.stderr


@pytest.mark.parametrize("left", [0, 2])
def test_a_disk_that_is_not_there_does_not_empty_the_database(database_url: str, tmp_path: Path, left: int) -> None:
    folder = tmp_path / "归档"
    write_files(folder, {f"{number}.txt": report(number) for number in range(5)})
    run_add(database_url, folder)
    for number in range(left, 5):
        (folder / f"{number}.txt").unlink()
    command = ["archive", "add", str(folder), "--db", database_url, "--workers", "1", "--prune"]
    for _ in range(2):
        refused = CliRunner().invoke(main, command)
        assert refused.exit_code == 2
        assert f"{folder}：所知的 5 个文件中有 {5 - left} 个已不存在，没有删除任何数据" in refused.stderr
        assert f"其中读成的文档 {5 - left} 份），请加 --force" in refused.stderr
        assert rows(database_url, "SELECT count(*) FROM document") == [(5,)]
        assert status(database_url).holder is None
    assert CliRunner().invoke(main, [*command, "--force"]).exit_code == 0
    assert rows(database_url, "SELECT count(*) FROM document") == [(left,)]


def test_force_is_of_no_use_alone(tmp_path: Path, sqlite_url: str) -> None:
    done = CliRunner().invoke(main, ["archive", "add", str(tmp_path), "--force", "--db", sqlite_url])
    assert (done.exit_code, "--force 只用于 --prune" in done.stderr) == (2, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any folder")
def test_a_root_that_could_not_be_opened_is_no_failure_any_more(database_url: str, folder: Path) -> None:
    folder.chmod(0)
    try:
        run_add(database_url, folder)
        assert below(database_url, folder) == {"": ("failed", "unreadable")}
    finally:
        folder.chmod(0o755)
    run_add(database_url, folder)
    assert "" not in below(database_url, folder)
