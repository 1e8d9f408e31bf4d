"""A report gives the same figures whatever program saved it in whatever format."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from made_files import (
    TEXTS,
    agreement,
    convert,
    only_antiword,
    saved_pages,
    values,
    web_page,
    word_document,
    workbook,
)

from extractor.readers import read

if TYPE_CHECKING:
    from pathlib import Path

    Values = Counter[tuple[object, ...]]

LONG = pytest.mark.long
LEAST_SHARE = 0.99


@pytest.fixture(scope="module")
def expected() -> dict[str, Values]:
    return {name: values(read(text.encode(), f"{name}.txt")) for name, text in TEXTS.items()}


@pytest.fixture(scope="module")
def word_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("word")
    for name, text in TEXTS.items():
        (folder / f"{name}.docx").write_bytes(word_document(text))
    return sorted(folder.iterdir())


def of_files(files: dict[str, bytes], suffix: str, expected: dict[str, Values]) -> tuple[float, float]:
    """Return the share of figures that are the same in all reports, and in the worst of them."""
    assert files.keys() == expected.keys()
    found = [agreement(values(read(data, f"{name}{suffix}")), expected[name]) for name, data in files.items()]
    same, all_ = map(sum, zip(*found, strict=True))
    return same / all_, min(same / all_ for same, all_ in found)


@pytest.mark.parametrize("suffix", ["html", pytest.param("odt", marks=LONG), pytest.param("rtf", marks=LONG)])
def test_saved_by_libreoffice(suffix: str, word_files: list[Path], expected: dict[str, Values], tmp_path: Path) -> None:
    share, worst = of_files(convert(word_files, suffix, tmp_path), f".{suffix}", expected)
    assert share >= LEAST_SHARE
    assert worst >= LEAST_SHARE


@pytest.mark.parametrize("suffix", ["xlsx", "xls", pytest.param("ods", marks=LONG)])
def test_kept_in_a_workbook(suffix: str, expected: dict[str, Values], tmp_path: Path) -> None:
    files = {name: workbook(text) for name, text in TEXTS.items()}
    if suffix != "xlsx":
        for name, data in files.items():
            (tmp_path / f"{name}.xlsx").write_bytes(data)
        files = convert(sorted(tmp_path.iterdir()), suffix, tmp_path)
    share, worst = of_files(files, f".{suffix}", expected)
    assert share >= LEAST_SHARE
    assert worst >= LEAST_SHARE


def test_saved_by_a_browser(expected: dict[str, Values], tmp_path: Path) -> None:
    share, worst = of_files(saved_pages(TEXTS, tmp_path), ".mht", expected)
    assert share >= LEAST_SHARE
    assert worst >= LEAST_SHARE


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_published_as_a_web_page(charset: str, expected: dict[str, Values]) -> None:
    files = {
        name: web_page(text, charset).encode("gb18030" if charset == "gb2312" else charset)
        for name, text in TEXTS.items()
    }
    share, worst = of_files(files, ".html", expected)
    assert share >= LEAST_SHARE
    assert worst >= LEAST_SHARE


@pytest.mark.parametrize(("laid_out", "least"), [("official", 0.999), ("report", 0.999), ("columns", LEAST_SHARE)])
def test_printed_as_pdf(laid_out: str, least: float, expected: dict[str, Values], tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        if laid_out != "columns" or "\t" not in text:  # a table that is wider than its column covers the other
            (tmp_path / f"{name}.docx").write_bytes(word_document(text, laid_out))
    files = convert(sorted(tmp_path.glob("*.docx")), "pdf", tmp_path)
    share, worst = of_files(files, ".pdf", {name: expected[name] for name in files})
    assert share >= least
    assert worst >= LEAST_SHARE


@pytest.fixture(scope="module")
def old_word_files(word_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return convert(word_files, "doc", tmp_path_factory.mktemp("doc"))


def test_old_word_files_by_libreoffice(old_word_files: dict[str, bytes], expected: dict[str, Values]) -> None:
    chosen = ("finance", "statistics_bulletin", "web_compilation")  # tables, notes, many articles; seconds each
    share, _ = of_files({n: old_word_files[n] for n in chosen}, ".doc", {n: expected[n] for n in chosen})
    assert share == 1


def test_old_word_files_by_antiword(
    old_word_files: dict[str, bytes], expected: dict[str, Values], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_antiword(tmp_path, monkeypatch)
    share, worst = of_files(old_word_files, ".wps", expected)
    assert share >= 0.999
    assert worst >= LEAST_SHARE
