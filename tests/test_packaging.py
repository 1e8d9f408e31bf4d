"""The wheel is complete: built from the tree and installed elsewhere, it extracts figures outside the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path, site: Path | None = None) -> str:
    """Run a command outside the checkout and return what it printed; fail with its messages."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if site:
        environment["PYTHONPATH"] = str(site)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    run(sys.executable, "-m", "pip", "--disable-pip-version-check", *build, cwd=folder)
    (path,) = folder.glob("gouji-*.whl")
    return path


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds nothing but the installed wheel."""
    folder = tmp_path_factory.mktemp("site")
    run(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", folder, wheel, cwd=folder)
    return folder


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "extractor").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert files
    assert files <= set(zipfile.ZipFile(wheel).namelist())


def test_installed_command_extracts_outside_the_checkout(site: Path, tmp_path: Path) -> None:
    assert run(sys.executable, "-c", "import extractor; print(extractor.__file__)", cwd=tmp_path, site=site).startswith(
        str(site)
    )
    (tmp_path / "报告.txt").write_text("2015年，民生村投入资金38.6万元，硬化村组道路4.2公里。", encoding="utf-8")
    output = run(site / "bin" / "gouji", "extract", "--format", "jsonl", "报告.txt", cwd=tmp_path, site=site)
    rows = [json.loads(line) for line in output.splitlines()]
    assert [row["text"] for row in rows] == ["38.6万元", "4.2公里"]


def test_installed_command_creates_a_database_outside_the_checkout(site: Path, tmp_path: Path) -> None:
    (tmp_path / "报告.txt").write_text("新建水池3口。", encoding="utf-8")
    run(site / "bin" / "gouji", "extract", "--db", "sqlite:///figures.db", "报告.txt", cwd=tmp_path, site=site)
    assert (tmp_path / "figures.db").is_file()
