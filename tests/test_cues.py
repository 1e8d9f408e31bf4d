"""Every cue table keeps its schema: no empty or repeated word, and code asks only for roles that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.resources import read_table

PACKAGE = Path(__file__).resolve().parent.parent / "extractor"
WORD_TABLES = ("context_words.tsv", "link_cues.tsv")
PATTERN_TABLES = ("context_patterns.tsv",)


@pytest.mark.parametrize("table", WORD_TABLES)
def test_words_are_neither_empty_nor_repeated(table: str) -> None:
    rows = list(read_table(table, ("role", "words")))
    assert rows
    assert len({row["role"] for row in rows}) == len(rows)
    for row in rows:
        words = row["words"].split("|")
        assert all(words), row["role"]
        assert len(set(words)) == len(words), row["role"]


@pytest.mark.parametrize("table", PATTERN_TABLES)
def test_patterns_compile_and_no_role_goes_unused(table: str) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "context").glob("*.py"))
    rows = list(read_table(table, ("role", "pattern")))
    assert rows
    for row in rows:
        re.compile(row["pattern"])
        assert f"<{row['role']}>" in code, row["role"]
