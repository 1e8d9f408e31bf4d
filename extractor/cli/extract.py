"""``gouji extract``: files in, figures out.

Files are read, extracted, saved and written one after the other, so an archive needs no more memory than its largest
file (the HTML page excepted, which is one page). A file that cannot be used never stops the others.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor import __version__
from extractor import extract as extract_figures
from extractor.cli import EXIT_FAILED
from extractor.cli.output import format_for, opened
from extractor.config import load
from extractor.errors import GoujiError
from extractor.readers import SUFFIXES, read, read_path
from extractor.report.documents import REPORT_FORMATS, write_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extractor.config import Settings
    from extractor.types import Document, Extraction

    Save = Callable[[Document, Extraction], object]

_STDIN = "-"


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="路径…")
@click.option(
    "--format",
    "format_",
    type=click.Choice(REPORT_FORMATS),
    help="输出格式；不指定时按输出文件的后缀，否则为 table",
)
@click.option("-o", "--output", metavar="文件", type=click.Path(dir_okay=False, path_type=Path), help="写到此文件")
@click.option("--db", "database_url", metavar="URL", help="同时存入此数据库（没有就新建），如 sqlite:///gouji.db")
@click.help_option("--help", help="显示帮助")
def extract(paths: tuple[str, ...], format_: str | None, output: Path | None, database_url: str | None) -> None:
    """从文件中抽取数字（.txt、.docx）。

    路径可以是文件、文件夹（连同下级文件夹里的 .txt 和 .docx），或 -（标准输入）。

    读不了的文件在标准错误里各占一行说明，其余文件照常处理。

    \b
    退出码：0 全部完成；2 有文件读不了，或用法有误；1 其他错误。
    """
    settings = load()
    chosen = format_for(output, format_, REPORT_FORMATS)
    failed: list[str] = []
    with _saver(database_url) as save:
        results = _results(paths, settings, save, failed)
        with opened(output, chosen) as out:
            write_report(results, chosen, out)
    if failed:
        click.echo(f"有 {len(failed)} 个文件未处理，见上", err=True)
        sys.exit(EXIT_FAILED)


def _results(
    paths: tuple[str, ...], settings: Settings, save: Save, failed: list[str]
) -> Iterator[tuple[Document, Extraction]]:
    """Read, extract and save file by file; a file that cannot be used is told on standard error and noted."""
    for name in _files(paths, failed):
        try:
            document = _read(name, settings)
            extraction = extract_figures(document.text)
            save(document, extraction)
        except GoujiError as error:
            _report_failure(name, str(error), failed)
            continue
        for warning in (*document.warnings, *extraction.warnings):
            click.echo(f"提示：{document.source}：{warning}", err=True)
        yield document, extraction


def _files(paths: tuple[str, ...], failed: list[str]) -> Iterator[str]:
    """Yield the files that ``paths`` name, each once, folders in the order of their names."""
    seen: set[str] = set()
    for path in paths:
        found = [path]
        if path != _STDIN and os.path.isdir(path):
            found = sorted(_reports_below(path, failed))
            if not found:
                _report_failure(path, f"{path}：文件夹里没有 {'、'.join(SUFFIXES)} 文件；请检查路径", failed)
        for name in found:
            identity = name if name == _STDIN else os.path.realpath(name)
            if identity not in seen:
                seen.add(identity)
                yield name


def _reports_below(folder: str, failed: list[str]) -> Iterator[str]:
    """Yield the reports in ``folder`` and below; a folder that cannot be opened is told and noted."""

    def tell(error: OSError) -> None:
        name = str(error.filename)
        _report_failure(name, f"{name}：打不开文件夹（{error.strerror}）；请检查权限", failed)

    for below, _, names in os.walk(folder, onerror=tell):
        for name in names:
            # "~$" marks Word's lock files, a point hidden ones.
            if name.lower().endswith(SUFFIXES) and not name.startswith(("~$", ".")):
                yield os.path.join(below, name)


def _read(name: str, settings: Settings) -> Document:
    if name == _STDIN:
        # One byte over the bound is enough to see that it is too much.
        return read(sys.stdin.buffer.read(settings.max_file_bytes + 1), "标准输入", settings)
    return read_path(name, settings)


def _report_failure(name: str, message: str, failed: list[str]) -> None:
    click.echo(f"错误：{message}", err=True)
    failed.append(name)


@contextmanager
def _saver(database_url: str | None) -> Iterator[Save]:
    """Yield what stores one document in one transaction; without a database, what does nothing."""
    if database_url is None:
        yield lambda _document, _extraction: None
        return
    from extractor.store import Run, open_store, upgrade

    upgrade(database_url)
    with open_store(database_url) as store:

        def save(document: Document, extraction: Extraction) -> None:
            store.save(document, extraction, Run(__version__, datetime.now(UTC)))

        yield save
