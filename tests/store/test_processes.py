"""Several processes write one database, and are killed while they do."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from store_samples import RUN, sample

from extractor.store import FigureFilter, Store, open_store

if TYPE_CHECKING:
    from pathlib import Path

_WRITER = """
import sys
from store_samples import RUN, sample
from extractor.store import open_store

url, prefix, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open_store(url) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        store.save(*sample(f"{prefix}{number}"), RUN)
"""


def _writer(url: str, prefix: str, count: int) -> subprocess.Popen[str]:
    """Start a process that writes ``count`` documents as soon as it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, url, prefix, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.close()


def test_two_writers_lose_nothing(database_url: str, store: Store) -> None:
    # The last 20 documents are the same ones: both processes extract them anew at the same time.
    writers = [
        _writer(database_url, prefix, count) for prefix, count in (("甲", 40), ("乙", 40), ("丙", 20), ("丙", 20))
    ]
    for process in writers:
        _go(process)
    assert [process.wait(timeout=120) for process in writers] == [0, 0, 0, 0]
    sources = [document.source for document in store.documents()]
    assert sorted(sources) == sorted(
        {f"{prefix}{i}.txt" for prefix, n in (("甲", 40), ("乙", 40), ("丙", 20)) for i in range(n)}
    )
    assert {document.figures for document in store.documents()} == {5}
    rows = store.info().rows
    assert (rows["figure"], rows["figure_link"], rows["extraction_run"]) == (500, 100, 120)


@pytest.mark.long
def test_a_killed_writer_leaves_whole_documents(database_url: str, store: Store) -> None:
    chance = random.Random(1)
    for attempt in range(8):
        process = _writer(database_url, f"第{attempt}批", 1000)
        _go(process)
        time.sleep(chance.uniform(0.02, 0.3))
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=60) == -signal.SIGKILL
        for document in store.documents():
            assert len(list(store.figures(FigureFilter(document=document.id)))) == 5
    # Killed writers leave no lock behind, and what they left can be completed.
    saved = sum(1 for _ in store.documents())
    assert saved > 0
    number = store.save(*sample("其后"), RUN)
    assert len(list(store.figures(FigureFilter(document=number)))) == 5
    _check_integrity(database_url)


def _check_integrity(url: str) -> None:
    if url.startswith("sqlite:///"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("moment", ["before commit", "after commit"])
def test_a_writer_killed_at_the_commit(database_url: str, store: Store, moment: str, tmp_path: Path) -> None:
    """The one moment that chance may miss: all rows are written, the transaction stands before or after its end."""
    script = tmp_path / "writer.py"
    script.write_text(
        "import os, signal, sys\n"
        "from sqlalchemy import Engine, event\n"
        "from store_samples import RUN, sample\n"
        "from extractor.store import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "if sys.argv[2] == 'before commit':\n"
        "    event.listen(Engine, 'commit', kill)\n"
        "store.save(*sample('甲'), RUN)\n"
        "kill()\n",
        encoding="utf-8",
    )
    command = [sys.executable, str(script), database_url, moment]
    assert subprocess.run(command, env={"PYTHONPATH": ":".join(sys.path)}, check=False).returncode == -signal.SIGKILL
    assert store.info().rows["figure"] == (0 if moment == "before commit" else 5)
    assert store.save(*sample("甲"), RUN) > 0
    assert store.info().rows["figure"] == 5
    _check_integrity(database_url)


def test_upgrades_at_once_take_turns(empty_url: str) -> None:
    code = "import sys; from extractor.store import upgrade; upgrade(sys.argv[1])"
    command = [sys.executable, "-c", code, empty_url]
    started = [subprocess.Popen(command, env={"PYTHONPATH": ":".join(sys.path)}) for _ in range(3)]
    assert [process.wait(timeout=120) for process in started] == [0, 0, 0]
    with open_store(empty_url) as opened:
        assert opened.info().rows["place"] > 40_000
