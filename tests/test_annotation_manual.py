"""The manual's table of documents tells what the files hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MANUAL = (ROOT / "docs" / "annotation.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(test|dev)/(\w+)` \| [^|]+ \| (.+) \|$", MANUAL, re.MULTILINE)


def test_every_document_has_a_row() -> None:
    files = {(path.parent.name, path.stem) for path in (ROOT / "annotations").glob("*/*.jsonl")}
    assert len(files) >= 16
    assert {(part, name) for part, name, _ in ROWS} == files
    texts = {(path.parent.name, path.stem) for path in (ROOT / "corpus").glob("*/*.txt")}
    assert {(part, name) for part, name in texts if part != "arithmetic"} == files


def test_every_text_has_its_claims() -> None:
    texts = {path.relative_to(ROOT / "corpus").with_suffix("") for path in (ROOT / "corpus").glob("*/*.txt")}
    claims = ROOT / "annotations" / "arithmetic"
    assert {path.relative_to(claims).with_suffix("") for path in claims.glob("*/*.jsonl")} == texts


@pytest.mark.parametrize(("part", "name", "counts"), ROWS)
def test_a_row_counts_right(part: str, name: str, counts: str) -> None:
    text = (ROOT / "corpus" / part / f"{name}.txt").read_bytes().decode("utf-8")
    lines = (ROOT / "annotations" / part / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    status = [row["status"] for row in rows]
    assert [int(count) for count in counts.split(" | ")] == [
        len(text),
        len(rows),
        status.count("planned"),
        status.count("standard"),
        sum(row["pct"] is not None for row in rows),
        sum(row["part_of"] is not None for row in rows),
        sum(row["pair"] is not None for row in rows),
        sum(row["redacted"] for row in rows),
    ]
