"""The project's own form: NAME.jsonl with one figure a line, and the text in NAME.txt beside it.

The texts may also stand in a folder of their own, ``corpus/…`` beside ``annotations/…``, as they do in this project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.interchange.records import Annotated, annotated, dumps, loads, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read(path: Path) -> list[Annotated]:
    """Read one .jsonl, or all of a folder.

    Raises:
        UsageError: there is none, a text is missing, or a line does not fit its text.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{path}：文件夹里没有 .jsonl 标注；请检查路径", f"no .jsonl in {path}")
    return [_read_file(file) for file in files]


def write(documents: Sequence[Annotated], path: Path) -> None:
    """Write NAME.jsonl and NAME.txt of every document into the folder ``path``."""
    path.mkdir(parents=True, exist_ok=True)
    for document in documents:
        (path / f"{document.name}.txt").write_bytes(document.text.encode())
        lines = "".join(dumps(figure) + "\n" for figure in document.figures)
        (path / f"{document.name}.jsonl").write_bytes(lines.encode())


def _read_file(file: Path) -> Annotated:
    lines = enumerate(file.read_bytes().split(b"\n"), 1)
    figures = [loads(line, f"{file} 第 {number} 行") for number, line in lines if line.strip()]
    return annotated(file.stem, read_text(_text_of(file)), figures)


def _text_of(file: Path) -> Path:
    """Return the text that ``file`` annotates: beside it, or in ``corpus/`` where it is in ``annotations/``."""
    beside = file.with_suffix(".txt")
    parts = ["corpus" if part == "annotations" else part for part in beside.absolute().parts]
    for candidate in (beside, beside.__class__(*parts)):
        if candidate.is_file():
            return candidate
    raise UsageError(f"找不到 {file} 所标注的文本 {beside.name}；请把它放在同一文件夹", f"no text for {file}")
