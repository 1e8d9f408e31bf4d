"""The size a file and a function may have, so that a reader finds one thing in one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(path for folder in ("extractor", "scripts", "tests") for path in (ROOT / folder).rglob("*.py"))
MOST_LINES = 500
MOST_LINES_OF_A_FUNCTION = 60


def test_there_are_files() -> None:
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") < MOST_LINES
    if path.is_relative_to(ROOT / "tests"):
        return  # a test's sample data may be long
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < MOST_LINES_OF_A_FUNCTION, f"{path.name}: {node.name}"
