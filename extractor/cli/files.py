"""The reports that a command's paths name: files, folders with all reports below them, standard input.

A file that cannot be used never stops the others: it is told in one line on standard error and counted in a
:class:`Batch`, which gives the exit status in the end.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import click

from extractor.cli.failures import EXIT_FAILED
from extractor.errors import GoujiError, UsageError, os_reason
from extractor.readers import SUFFIXES, read, read_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from extractor.config import Settings
    from extractor.types import Document

_STDIN = "-"
_File = TypeVar("_File")


class Batch:
    """What became of the files that a command was given: how many it could use, and how many not."""

    def __init__(self) -> None:
        self._used = 0
        self._failed = 0

    def fail(self, message: str) -> None:
        """Tell why a file could not be used, and count it."""
        click.echo(f"错误：{message}", err=True)
        self._failed += 1

    def used(self, files: Iterable[_File]) -> Iterator[_File]:
        """Pass files on and count them.

        Raises:
            UsageError: there is none because none could be used; a result would say that they hold nothing.
        """
        for file in files:
            self._used += 1
            yield file
        if self._failed and not self._used:
            raise UsageError(
                f"没有一个文件可以处理（共 {self._failed} 个，原因见上），没有结果", "no file could be used"
            )

    def end(self) -> None:
        """Leave with the status for files that could not be used if there are any, and say how many of how many."""
        if self._failed:
            click.echo(f"{self._used} 个文件已处理，{self._failed} 个文件未处理，原因见上", err=True)
            sys.exit(EXIT_FAILED)


def reports(paths: Iterable[str], batch: Batch, settings: Settings, output: Path | None = None) -> Iterator[Document]:
    """Read the reports that ``paths`` name one after the other, each once, folders in the order of their names.

    Args:
        paths: files, folders or ``-``.
        batch: is told each path that could not be used.
        settings: bounds on what is read.
        output: where the command writes.

    Raises:
        UsageError: ``output`` is one of the files to read; nothing has been written over it yet.
    """
    for name in _names(paths, batch):
        if output is not None and name != _STDIN and os.path.realpath(name) == os.path.realpath(output):
            raise UsageError(f"{output} 是要读取的文件，不能同时作为输出；请换一个文件名", f"{output} is also an input")
        try:
            document = _read(name, settings)
        except GoujiError as error:
            batch.fail(str(error))
        else:
            yield document


def _names(paths: Iterable[str], batch: Batch) -> Iterator[str]:
    seen: set[str] = set()
    for path in paths:
        if not path:
            batch.fail("路径是空的；请写文件、文件夹或 -")
            continue
        found = [path]
        if path != _STDIN and os.path.isdir(path):
            found = sorted(_reports_below(path, batch))
            if not found:
                batch.fail(f"{path}：文件夹里没有 {'、'.join(SUFFIXES)} 文件；请检查路径")
        for name in found:
            identity = name if name == _STDIN else os.path.realpath(name)
            if identity not in seen:
                seen.add(identity)
                yield name


def _reports_below(folder: str, batch: Batch) -> Iterator[str]:
    """Yield the reports in ``folder`` and below; what is passed over or cannot be opened is told."""
    others = Counter[str]()

    def tell(error: OSError) -> None:
        batch.fail(f"{error.filename}：打不开文件夹（{os_reason(error)}）；请检查权限")

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
