"""The benchmark says what it could not measure, and measures documents of exactly the size it claims."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.alone  # memory is measured from that of the process that starts others

SCRIPT = Path(__file__).parents[1] / "scripts" / "benchmark.py"


@pytest.fixture(scope="module")
def benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("benchmark", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_missing_contender_is_named(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    contenders = {"gouji": benchmark.gouji, "absent": lambda: importlib.import_module("no_such_module")}
    monkeypatch.setattr(benchmark, "CONTENDERS", contenders)
    report = benchmark.measure_throughput(["全镇新修公路12.5公里。"], 3)
    assert report["missing"] == {"absent": "No module named 'no_such_module'"}
    assert report["characters"] == 13
    assert set(report["characters_per_second"]) == {"gouji"}


@pytest.mark.parametrize("size", [1, 13, 14, 1000])
def test_repeated_texts_have_the_size_asked_for(benchmark: Any, size: int) -> None:
    text = benchmark.repeated(["全镇新修公路12.5公里。", "新建水池3口。"], size)
    assert len(text) == size
    assert text.startswith("全镇新修公路12.5公里。"[:size])


def test_peak_memory_is_that_of_the_child() -> None:
    command = (sys.executable, SCRIPT, "--peak-memory-of", "1000")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert 10 < float(done.stdout) < 2000


@pytest.mark.parametrize(
    ("script", "arguments", "said"),
    [
        ("benchmark_compare.py", ("--rows", "60", "--figures", "600"), "compared and stored in"),
        ("benchmark_copies.py", ("--documents", "30", "--characters", "1500"), "3 found, 3 planted"),
    ],
)
def test_the_other_benchmarks_run(script: str, arguments: tuple[str, ...], said: str) -> None:
    command = [sys.executable, str(SCRIPT.parent / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
