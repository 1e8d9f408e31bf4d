"""An archive with every kind of file that offices keep: each has the state that it must have, and nothing is left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psutil
import pytest
from archive_samples import items, rows
from made_files import require

pytestmark = pytest.mark.alone

_SCRIPT = Path(__file__).parents[2] / "scripts" / "build_test_archive.py"
_LEAST_FILES = 400


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require("soffice", "libreoffice-writer-nogui libreoffice-calc-nogui")
    require("chromium", "chromium")
    folder = tmp_path_factory.mktemp("built")
    subprocess.run([sys.executable, str(_SCRIPT), str(folder)], check=True, timeout=300, stdout=subprocess.DEVNULL)
    return folder


def test_states_reasons_and_what_is_left(built: Path, tmp_path: Path) -> None:
    url, temporary = f"sqlite:///{tmp_path / 'gouji.db'}", tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-c", "from extractor.cli import main; main()", "archive", "add", str(built / "archive")]
    done = subprocess.run(
        [*command, "--db", url, "--workers", "2"],
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert list(temporary.iterdir()) == []
    assert [process for process in psutil.process_iter() if _tempdir_of(process) == str(temporary)] == []

    expected = [json.loads(line) for line in (built / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    found = {path.removeprefix(f"{built}/archive/"): what for path, what in items(url).items()}
    assert found == {row["path"]: (row["state"], row["reason"]) for row in expected}
    states = Counter(state for state, _ in found.values())
    files = sum(states.values()) - states["unpacked"]
    assert files == states["done"] + states["duplicate"] + states["failed"] + states["skipped"] >= _LEAST_FILES
    _whole_documents(url, states["done"])


def _whole_documents(url: str, count: int) -> None:
    """Each document is that of one item, with the run that read it and all its figures."""
    assert rows(url, "SELECT count(*), count(DISTINCT sha256) FROM document") == [(count, count)]
    read = "SELECT document_id, characters, figures FROM work_item WHERE state = 'done' ORDER BY 1"
    stored = "SELECT d.id, length(d.text), (SELECT count(*) FROM figure f WHERE f.document_id = d.id) FROM document d ORDER BY 1"
    assert rows(url, read) == rows(url, stored)
    assert rows(url, "SELECT document_id, figures FROM extraction_run ORDER BY 1") == [
        (document, figures) for document, _, figures in rows(url, read)
    ]


def _tempdir_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("TMPDIR")
    except psutil.Error:
        return None
