"""Failed files are read once more, by what failed, as part of the archive they belong to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from archive_samples import ONE, items, mixed, report, rows, run_add, status, write_files
from made_containers import zipped
from made_files import word_document
from sqlalchemy import create_engine, event, text

from extractor.archive import Progress, retry
from extractor.config import Settings
from extractor.store import open_store
from extractor.types import WorkReason, WorkState

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.any_database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = mixed(tmp_path / "归档")
    write_files(made, {"空.zip": zipped({"里.zip": zipped({"空.txt": b"", "丁.txt": report(4).encode()})})})
    return made


def run_retry(url: str, *reasons: WorkReason) -> Progress:
    with open_store(url) as store:
        progress = retry(store, reasons, Settings(), ONE, lambda _: None)
        states = store.work().status()
    assert WorkState.PENDING not in states.states
    assert states.holder is None
    assert all(root.walked for root in states.roots)
    return progress


def test_failed_files_are_read_once_more(database_url: str, folder: Path) -> None:
    run_add(database_url, folder, settings=Settings(max_file_bytes=150))
    before = status(database_url)
    assert before.reasons[WorkReason.TOO_LARGE] == 7
    assert run_retry(database_url, WorkReason.TOO_LARGE).done == 4
    after = status(database_url)
    assert after.roots == before.roots
    assert {row.root_id for row in rows(database_url, "SELECT root_id FROM work_item")} == {1}
    assert WorkReason.TOO_LARGE not in after.reasons
    assert items(database_url)[f"{folder}/空.zip!/里.zip!/丁.txt"] == ("done", None)
    once = items(database_url)
    assert run_add(database_url, folder).changed == 0
    assert items(database_url) == once
    texts = {text for (text,) in rows(database_url, "SELECT text FROM document")}
    assert texts == {report(1), report(2), report(3), report(4)}


def test_the_status_is_of_one_moment(database_url: str, folder: Path) -> None:
    """While it is asked for, another process goes on."""
    run_add(database_url, folder)
    before = status(database_url)
    other = create_engine(database_url)
    with open_store(database_url) as store:
        ledger = store.work()

        moments = iter([True])

        def go_on(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "work_item" in statement and next(moments, False):  # after the first
                with other.begin() as connection:
                    connection.execute(text("UPDATE work_item SET reason = 'link', figures = NULL, gone = first_seen"))

        event.listen(ledger._engine, "after_cursor_execute", go_on)
        assert ledger.status() == before
    other.dispose()
    assert status(database_url).gone


def test_only_what_failed_for_the_reason_is_tried(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    attempts = "SELECT path, attempts FROM work_item WHERE state = 'failed' ORDER BY path"
    paths = [f"{folder}/子/坏.txt", f"{folder}/子/空.txt", f"{folder}/空.zip!/里.zip!/空.txt"]
    tried = dict(rows(database_url, attempts))
    assert sorted(tried) == paths
    run_retry(database_url, WorkReason.UNREADABLE)
    again = dict(rows(database_url, attempts))
    assert sorted(again) == paths
    assert [path for path in paths if again[path] != tried[path]] == paths[:1]


def test_a_member_over_which_a_worker_failed_is_read_once_more(database_url: str, folder: Path) -> None:
    """The survey had found nothing wrong: the container is opened again, but not surveyed."""
    member = f"{folder}/表.zip!/总结.docx"
    write_files(folder, {"表.zip": zipped({"总结.docx": word_document(report(8), "official")})})
    run_add(database_url, folder, settings=Settings(max_unpacked_bytes=1000))
    assert items(database_url)[member] == ("failed", "too_large")
    progress = run_retry(database_url, WorkReason.TOO_LARGE)
    assert (progress.surveyed, progress.done) == (0, 1)
    assert items(database_url)[member] == ("done", None)


def test_one_that_is_gone_stays_failed_until_the_archive_is_added(database_url: str, folder: Path) -> None:
    run_add(database_url, folder)
    (folder / "子/空.txt").unlink()
    run_retry(database_url)
    assert items(database_url)[f"{folder}/子/空.txt"] == ("failed", "empty")
    run_add(database_url, folder)
    assert f"{folder}/子/空.txt" not in items(database_url)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any folder")
@pytest.mark.parametrize("closed", ["", "子"])
def test_a_folder_that_can_be_opened_now(database_url: str, folder: Path, closed: str) -> None:
    (folder / closed).chmod(0)
    try:
        run_add(database_url, folder)
        run_retry(database_url, WorkReason.UNREADABLE)
        assert items(database_url)[f"{folder / closed}/"] == ("failed", "unreadable")
    finally:
        (folder / closed).chmod(0o755)
    run_retry(database_url, WorkReason.UNREADABLE)
    assert f"{folder / closed}/" not in items(database_url)
    assert items(database_url)[f"{folder}/子/乙.txt"] == ("done", None)
