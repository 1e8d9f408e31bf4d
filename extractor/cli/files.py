"""The reports that a command's paths name: files, folders with all reports below them, standard input.

A file that cannot be used never stops the others: it is told in one line on standard error and noted in a list that
:func:`end` turns into the exit status.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

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


def reports(
    paths: Iterable[str], failed: list[str], settings: Settings, output: Path | None = None
) -> Iterator[Document]:
    """Read the reports that ``paths`` name one after the other, each once, folders in the order of their names.

    Args:
        paths: files, folders or ``-``.
        failed: gets the name of each path that could not be used.
        settings: bounds on what is read.
        output: where the command writes.

    Raises:
        UsageError: ``output`` is one of the files to read; nothing has been written over it yet.
    """
    for name in _names(paths, failed):
        if output is not None and name != _STDIN and os.path.realpath(name) == os.path.realpath(output):
            raise UsageError(f"{output} 是要读取的文件，不能同时作为输出；请换一个文件名", f"{output} is also an input")
        try:
            document = _read(name, settings)
        except GoujiError as error:
            fail(name, str(error), failed)
        else:
            yield document


def fail(name: str, message: str, failed: list[str]) -> None:
    """Tell that the file ``name`` could not be used, and note it."""
    click.echo(f"错误：{message}", err=True)
    failed.append(name)


def end(failed: list[str]) -> None:
    """Say how many files could not be used, and leave with the status for that if there are any."""
    if failed:
        click.echo(f"有 {len(failed)} 个文件未处理，见上", err=True)
        sys.exit(EXIT_FAILED)


def _names(paths: Iterable[str], failed: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for path in paths:
        if not path:
            fail(path, "路径是空的；请写文件、文件夹或 -", failed)
            continue
        found = [path]
        if path != _STDIN and os.path.isdir(path):
            found = sorted(_reports_below(path, failed))
            if not found:
                fail(path, f"{path}：文件夹里没有 {'、'.join(SUFFIXES)} 文件；请检查路径", failed)
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
        fail(name, f"{name}：打不开文件夹（{os_reason(error)}）；请检查权限", failed)

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
