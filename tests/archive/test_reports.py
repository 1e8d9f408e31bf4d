"""Reports added as archives: the same one in five formats has the same figures, real ones are all read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from archive_samples import items, rows, run_add, write_files
from made_files import TEXTS, convert, web_page, word_document

from extractor.archive import Options

if TYPE_CHECKING:
    from pathlib import Path

_REPORTS = ("transport", "statistics_bulletin")
_SAVED = ("doc", "pdf")
_FIGURES_OF_PROVINCES = 6000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    made = tmp_path_factory.mktemp("made")
    for name in _REPORTS:
        text = TEXTS[name]
        write_files(made, {f"{name}.docx": word_document(text, "official")})
        write_files(folder, {f"{name}.docx": (made / f"{name}.docx").read_bytes()})
        write_files(folder, {f"{name}.html": web_page(text, "gb2312").encode("gb18030")})
        write_files(folder, {f"{name}.txt": text.encode("gb18030")})
    for suffix in _SAVED:
        files = convert(sorted(made.glob("*.docx")), suffix, made)
        write_files(folder, {f"{name}.{suffix}": data for name, data in files.items()})
    return folder


def test_real_reports_are_all_read(provincial_reports: Path, sqlite_url: str) -> None:
    run_add(sqlite_url, provincial_reports, options=Options(workers=2))
    assert Counter(state for state, _ in items(sqlite_url).values()) == {"unpacked": 1, "done": 31}
    assert rows(sqlite_url, "SELECT count(*) FROM figure")[0][0] > _FIGURES_OF_PROVINCES


def test_figures_are_the_same(archive: Path, sqlite_url: str) -> None:
    run_add(sqlite_url, archive, options=Options(workers=2))
    assert set(items(sqlite_url).values()) == {("done", None)}
    figures: dict[str, Counter[tuple[object, ...]]] = {}
    for source, *what in rows(
        sqlite_url,
        "SELECT d.source, f.value, f.value_max, f.unit, f.status, f.modifier, f.period, f.indicator, f.project_type, f.funder, f.pct_kind FROM figure f "
        "JOIN document d ON d.id = f.document_id",
    ):
        figures.setdefault(source.rpartition("/")[2], Counter())[tuple(what)] += 1
    assert len(figures) == len(_REPORTS) * (3 + len(_SAVED))
    for name in _REPORTS:
        for suffix in ("docx", "html", *_SAVED):
            assert figures[f"{name}.{suffix}"] == figures[f"{name}.txt"], f"{name}.{suffix}"
