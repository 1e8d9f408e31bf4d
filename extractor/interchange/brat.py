"""brat standoff: a folder with NAME.txt, NAME.ann and ``annotation.conf``.

Status is the type of a text-bound annotation, codes are attributes, links are relations, and the rest is the note of
the annotation as JSON. A span over several lines is written in fragments, as brat demands.
Source: https://brat.nlplab.org/standoff.html, https://brat.nlplab.org/configuration.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.interchange.records import (
    LINKS,
    NO_STATUS,
    Annotated,
    Item,
    divide,
    dumps,
    join,
    loads,
    malformed,
    read_text,
)
from extractor.report.rows import names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CODES = ("modifier", "project_type", "pct")
_FLAG = "redacted"
_SHOWN = frozenset((*_CODES, _FLAG))
_LINE = re.compile(r"\n")


def read(path: Path) -> list[Annotated]:
    """Read every .ann of the folder ``path`` with its .txt.

    Raises:
        UsageError: there is none, a text is missing, or a line is not standoff.
    """
    files = sorted(path.glob("*.ann"))
    if not files:
        raise UsageError(f"{path}：文件夹里没有 .ann 标注；请检查路径", f"no .ann in {path}")
    return [_read_file(file) for file in files]


def write(documents: Sequence[Annotated], path: Path) -> None:
    """Write the documents and the configuration that brat needs to show them."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "annotation.conf").write_text(_configuration(), encoding="utf-8")
    for document in documents:
        (path / f"{document.name}.txt").write_bytes(document.text.encode())
        (path / f"{document.name}.ann").write_bytes("".join(f"{line}\n" for line in _lines(document)).encode())


def _read_file(file: Path) -> Annotated:
    text_file = file.with_suffix(".txt")
    if not text_file.is_file():
        raise UsageError(f"找不到 {file} 所标注的文本 {text_file.name}；请把它放在同一文件夹", f"no text for {file}")
    lines = read_text(file).split("\n")
    items: dict[str, Item] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("T"):
            try:
                name, kind_and_span, _ = line.split("\t", 2)
                label, span = kind_and_span.split(" ", 1)
                offsets = [int(offset) for fragment in span.split(";") for offset in fragment.split(" ")]
                items[name] = Item(min(offsets), max(offsets), label)
            except ValueError as error:
                raise malformed(f"{file} 第 {number} 行", line) from error
    order = {name: position for position, name in enumerate(items)}
    for number, line in enumerate(lines, 1):
        try:
            _read_detail(line, items, order, f"{file} 第 {number} 行")
        except (KeyError, ValueError) as error:
            raise malformed(f"{file} 第 {number} 行", line) from error
    return join(file.stem, read_text(text_file), list(items.values()))


def _read_detail(line: str, items: dict[str, Item], order: dict[str, int], where: str) -> None:
    """Add what an attribute, relation or note says to its item."""
    if line.startswith(("A", "M")):
        name, target, *value = line.split("\t")[1].split(" ")
        items[target].shown[name] = value[0] if value else True
    elif line.startswith("R"):
        kind, source, target = line.split("\t")[1].split(" ")
        items[source.removeprefix("Arg1:")].links.append((kind, order[target.removeprefix("Arg2:")]))
    elif line.startswith("#"):
        _, kind_and_target, note = line.split("\t", 2)
        item = items[kind_and_target.split(" ")[1]]
        if note.startswith("{"):
            item.rest.update(loads(note, where))
        else:  # a remark that an annotator wrote
            item.rest["note"] = note


def _lines(document: Annotated) -> list[str]:
    items = divide(document, _SHOWN)
    lines, attributes, relations, notes = [], [], [], []
    for number, item in enumerate(items, 1):
        text = document.text[item.start : item.end].replace("\n", " ").replace("\r", " ")
        lines.append(f"T{number}\t{item.label} {_fragments(document.text, item)}\t{text}")
        for name, value in item.shown.items():
            attributes.append(f"{name} T{number}" + ("" if value is True else f" {value}"))
        relations += [f"{kind} Arg1:T{number} Arg2:T{target + 1}" for kind, target in item.links]
        if item.rest:
            notes.append(f"AnnotatorNotes T{number}\t{dumps(item.rest)}")
    for letter, bodies in (("A", attributes), ("R", relations), ("#", notes)):
        lines += [f"{letter}{number}\t{body}" for number, body in enumerate(bodies, 1)]
    return lines


def _fragments(text: str, item: Item) -> str:
    breaks = [match.start() for match in _LINE.finditer(text, item.start, item.end)]
    starts, ends = [item.start, *(at + 1 for at in breaks)], [*breaks, item.end]
    return ";".join(f"{start} {end}" for start, end in zip(starts, ends, strict=True) if start < end)


def _configuration() -> str:
    types = [*names("status"), NO_STATUS]
    values = [f"{name} Arg:<ENTITY>, Value:{'|'.join(code for code in names(name))}" for name in _CODES]
    return "\n".join(
        [
            "[entities]",
            *types,
            "[relations]",
            *(f"{kind} Arg1:<ENTITY>, Arg2:<ENTITY>" for kind in LINKS),
            "[events]",
            "[attributes]",
            *values,
            f"{_FLAG} Arg:<ENTITY>",
            "",
        ]
    )
