"""Archives to add, and what a database holds of them whatever the order in which it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from made_containers import zipped
from sqlalchemy import create_engine, text

from extractor.archive import Options, Progress, add
from extractor.config import Settings
from extractor.store import WorkStatus, open_store
from extractor.types import WorkState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ONE = Options(workers=1)


def report(number: int, sentences: int = 3) -> str:
    """A report of its own figures; the same number gives the same text."""
    lines = [f"第{number}村二〇一五年工作总结\n", "一、道路建设\n"]
    lines += [
        f"投入{number + 10}.{i}万元，其中县级{i + 1}万元，修通水泥路{i + 1}.3公里，惠及{number + i + 20}户。\n"
        for i in range(sentences)
    ]
    return "".join(lines)


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def mixed(folder: Path) -> Path:
    """Three reports, one of them three times, in files and in a container, among what fails and what is skipped."""
    write_files(
        folder,
        {
            "甲.txt": report(1),
            "子/乙.txt": report(2),
            "子/甲的复制.txt": report(1),
            "子/空.txt": b"",
            "子/坏.txt": b"\x81\x00\xff\xfe\x80" * 40,
            "~$甲.docx": b"lock",
            "Thumbs.db": b"x",
            "包.zip": zipped({"里/丙.txt": report(3).encode(), "里/甲.txt": report(1).encode(), "__MACOSX/x": b"x"}),
        },
    )
    return folder


def run_add(url: str, *paths: Path, options: Options = ONE, settings: Settings | None = None) -> Progress:
    """Add archives, and hold what must always hold after a run to its end."""
    with open_store(url) as store:
        progress = add(store, [str(path) for path in paths], settings or Settings(), options, lambda _: None)
        states = store.work().status()
    assert WorkState.PENDING not in states.states
    assert states.holder is None
    return progress


def status(url: str) -> WorkStatus:
    with open_store(url) as store:
        return store.work().status()


def items(url: str) -> dict[str, tuple[str, str | None]]:
    """Return state and reason of each item by its path."""
    return {path: (state, reason) for path, state, reason in rows(url, "SELECT path, state, reason FROM work_item")}


def rows(url: str, statement: str) -> list[Any]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(statement)).all())
    finally:
        engine.dispose()


_CONTENT = (
    "article", "section", "sentence", "project", "project_funder", "project_place", "figure", "figure_place",
    "figure_link", "check_result", "check_figure",
)  # fmt: skip


def contents(url: str) -> dict[str, list[Any]]:
    """Return all that was read, documents by their hash instead of their id, without moments."""
    hashes = dict(rows(url, "SELECT id, sha256 FROM document"))
    found: dict[str, list[Any]] = {"document": rows(url, "SELECT sha256, source, title, text FROM document")}
    found["work_item"] = rows(
        url, "SELECT path, position, bytes, sha256, state, reason, characters, figures FROM work_item"
    )
    found["extraction_run"] = [
        (hashes[number], *rest) for number, *rest in rows(url, "SELECT document_id, figures FROM extraction_run")
    ]
    for table in _CONTENT:
        every = [tuple(row._mapping.items()) for row in rows(url, f"SELECT * FROM {table}")]
        found[table] = [
            tuple(
                (name, hashes[value] if name == "document_id" else value)
                for name, value in row
                if "duplicate" not in name
            )
            for row in every
        ]
    return {table: sorted(map(repr, values)) for table, values in found.items()}


def in_words(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Amounts and days are texts in SQLite and not in PostgreSQL."""

    def plain(row: str) -> str:
        row = re.sub(r"Decimal\('([^']*)'\)", r"'\1'", row)
        row = re.sub(
            r"datetime\.date\((\d+), (\d+), (\d+)\)", lambda d: f"'{int(d[1]):04}-{int(d[2]):02}-{int(d[3]):02}'", row
        )
        return row.replace("'redacted', False", "'redacted', 0").replace("'redacted', True", "'redacted', 1")

    return {table: sorted(map(plain, values)) for table, values in found.items()}
