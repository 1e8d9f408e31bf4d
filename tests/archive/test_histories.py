"""Whatever happens to the files of an archive between runs, the database holds what is there, and counts add up."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archive_samples import report
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from extractor.archive.names import shown
from extractor.archive.survey import survey
from extractor.archive.walk import walk
from extractor.config import Settings
from extractor.store import Run, Store, WorkResult, open_store, prepare_rows
from extractor.types import Document, Extraction, SurveyedFile, WorkReason, WorkState

if TYPE_CHECKING:
    from pathlib import Path

# What stands at each of four paths: nothing, one of three reports, or what fails.
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_archives = st.dictionaries(st.sampled_from("甲乙丙丁"), st.sampled_from([1, 2, 3, "failing"]), max_size=4)


def add_without_workers(store: Store, folder: Path, *, prune: bool) -> None:
    """What ``add`` does with one root, in this process, with reports of which nothing is extracted."""
    ledger = store.work()
    ledger.take()
    root = ledger.add_root(str(folder))
    there: dict[str, SurveyedFile] = {found.path: survey(found, Settings()) for found in walk(str(folder))}
    known = {file.path: file for file in ledger.known(str(folder))}
    ledger.register(root, list(there.values()))
    ledger.mark_gone([path for path in known if path not in there])
    if prune:
        list(ledger.prune(str(folder)))
    for item in ledger.pending():
        content = (folder / item.path.rpartition("/")[2]).read_text(encoding="utf-8")
        document = replace(Document(content, source=item.path), sha256=item.sha256)
        failing = content.startswith("failing")
        prepared = None if failing else prepare_rows(document, Extraction(content), Run("1", _NOW))
        ledger.finish([WorkResult(item.id, prepared, WorkReason.UNREADABLE if failing else None)])
    ledger.release()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.tuples(_archives, st.booleans()), min_size=1, max_size=5))
def test_the_database_holds_what_is_there(
    migrated_sqlite: Path, tmp_path: Path, history: list[tuple[dict[str, object], bool]]
) -> None:
    database, folder = tmp_path / "gouji.db", tmp_path / "归档"
    for path in tmp_path.glob("gouji.db*"):
        path.unlink()
    shutil.copy(migrated_sqlite, database)
    with open_store(f"sqlite:///{database}") as store:
        for archive, prune in history:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name, content in archive.items():
                (folder / name).write_text(report(content) if isinstance(content, int) else "failing", encoding="utf-8")
            add_without_workers(store, folder, prune=prune)
            assert_it_holds(store, f"sqlite:///{database}", folder, archive, prune=prune)


def assert_it_holds(store: Store, url: str, folder: Path, archive: dict[str, object], *, prune: bool) -> None:
    states = store.work().status().states
    assert WorkState.PENDING not in states
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT path, state, gone, document_id, sha256 FROM work_item")).all()
        texts = {value for (value,) in connection.execute(text("SELECT text FROM document"))}
        sources = {value for (value,) in connection.execute(text("SELECT source FROM document"))}
    engine.dispose()
    assert len(found) == sum(states.values())
    there = {row.sha256 for row in found if row.gone is None}
    assert all(row.state == WorkState.DONE and row.sha256 not in there for row in found if row.gone is not None)
    present = {row.path: row.state for row in found if row.gone is None}
    assert set(present) == {shown(str(folder / name)) for name in archive}
    reports = {report(content) for content in archive.values() if isinstance(content, int)}
    assert reports <= texts
    done = {row.path for row in found if row.state == WorkState.DONE}
    assert sources == done
    assert all((row.state == WorkState.DONE) == (row.document_id is not None) for row in found)
    for row in found:  # of each content one is at work
        same = [other.state for other in found if other.sha256 == row.sha256]
        assert sum(state != WorkState.DUPLICATE for state in same) == 1
    if prune:
        assert texts == reports
        assert len(found) == len(archive)
