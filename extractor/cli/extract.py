"""``gouji extract``: files in, figures out.

Files are read, extracted, saved and written one after the other, so an archive needs no more memory than its largest
file (the HTML page excepted, which is one page). A file that cannot be used never stops the others.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor import __version__, extract_document
from extractor.cli.failures import EXIT_FAILED
from extractor.cli.output import format_for, opened
from extractor.config import load
from extractor.errors import GoujiError, UsageError, os_reason
from extractor.readers import SUFFIXES, read, read_path
from extractor.report.documents import REPORT_FORMATS, write_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.config import Settings
    from extractor.store import Store
    from extractor.types import Document, Extraction

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
    done = Counter[str]()
    with closing(_Database(database_url)) as database, opened(output, chosen) as out:
        names = _apart_from(output, _files(paths, failed))
        write_report(_counted(_results(names, settings, database, failed), done), chosen, out)
    if output is not None:
        click.echo(f"已写入 {output}：{done['documents']} 个文件，{done['figures']} 个数字", err=True)
    if failed:
        click.echo(f"有 {len(failed)} 个文件未处理，见上", err=True)
        sys.exit(EXIT_FAILED)


def _counted(
    results: Iterator[tuple[Document, Extraction]], done: Counter[str]
) -> Iterator[tuple[Document, Extraction]]:
    """Pass ``results`` on and count them."""
    for document, extraction in results:
        done["documents"] += 1
        done["figures"] += len(extraction.figures)
        yield document, extraction


def _apart_from(output: Path | None, names: Iterator[str]) -> Iterator[str]:
    """Pass ``names`` on.

    Raises:
        UsageError: the output is one of them; nothing has been written over it yet.
    """
    for name in names:
        if output is not None and name != _STDIN and os.path.realpath(name) == os.path.realpath(output):
            raise UsageError(f"{output} 是要读取的文件，不能同时作为输出；请换一个文件名", f"{output} is also an input")
        yield name


def _results(
    names: Iterator[str], settings: Settings, database: _Database, failed: list[str]
) -> Iterator[tuple[Document, Extraction]]:
    """Read, extract and save file by file; a file that cannot be used is told on standard error and noted."""
    for name in names:
        try:
            document = _read(name, settings)
            extraction = extract_document(document)
        except GoujiError as error:
            _report_failure(name, str(error), failed)
            continue
        database.open()  # one that cannot be used ends the run: no other file would fare better
        try:
            database.save(document, extraction)
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
        if not path:
            _report_failure(path, "路径是空的；请写文件、文件夹或 -", failed)
            continue
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
    """Yield the reports in ``folder`` and below; what is passed over or cannot be opened is told."""
    others = Counter[str]()

    def tell(error: OSError) -> None:
        name = str(error.filename)
        _report_failure(name, f"{name}：打不开文件夹（{os_reason(error)}）；请检查权限", failed)

    for below, _, names in os.walk(folder, onerror=tell):
        for name in names:
            if name.startswith(("~$", ".")):  # Word's lock files, hidden ones
                continue
            if name.lower().endswith(SUFFIXES):
                yield os.path.join(below, name)
            else:
                others[os.path.splitext(name)[1].lower() or "无后缀"] += 1
    if others:
        kinds = "、".join(f"{suffix} {number}" for suffix, number in sorted(others.items()))
        click.echo(f"提示：{folder}：跳过 {others.total()} 个其他格式的文件（{kinds}）", err=True)


def _read(name: str, settings: Settings) -> Document:
    if name == _STDIN:
        # One byte over the bound is enough to see that it is too much.
        return read(sys.stdin.buffer.read(settings.max_file_bytes + 1), "标准输入", settings)
    return read_path(name, settings)


def _report_failure(name: str, message: str, failed: list[str]) -> None:
    click.echo(f"错误：{message}", err=True)
    failed.append(name)


class _Database:
    """The database that ``--db`` names, made or opened when the first document is there to be saved.

    So a run that can read nothing leaves no database behind and no trace in one.
    """

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._store: Store | None = None

    def open(self) -> None:
        """Make, upgrade or open the database, once; nothing without ``--db``."""
        if self._url is None or self._store is not None:
            return
        from extractor.store import open_store, prepare  # only wanted here, and slow to import

        prepare(self._url)
        self._store = open_store(self._url)

    def save(self, document: Document, extraction: Extraction) -> None:
        """Store a document in one transaction; nothing without ``--db``."""
        if self._store is None:
            return
        from extractor.store import Run

        self._store.save(document, extraction, Run(__version__, datetime.now(UTC)))

    def close(self) -> None:
        """Close the database if it was opened."""
        if self._store is not None:
            self._store.close()
