"""Where a command writes: standard output, or a file that appears under its name only when it is complete."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from extractor.errors import UsageError, os_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONLY_FILES = ("xlsx",)  # formats that no terminal shows
_SUFFIXES = {"table": "txt"}  # of files of a format, where that is not its name
_NO_SUFFIX = ("summary",)
_STDOUT = "-"


class OutputFile(click.Path):
    """The file that ``-o`` names; ``-`` is standard output, as no ``-o`` is. A file of that name is ``./-``."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, ``None`` for standard output."""
        return None if value == _STDOUT else super().convert(value, param, ctx)


class TargetPath(click.Path):
    """A folder, or several files, that an argument names: neither can go to standard output."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path.

        Raises:
            BadParameter: it is ``-``.
        """
        if value == _STDOUT:
            self.fail("这里不能写到标准输出；请写路径（名为 - 的写作 ./-）", param, ctx)
        return super().convert(value, param, ctx)


def format_for(output: Path | None, chosen: str | None, formats: tuple[str, ...]) -> str:
    """Return the format to write: the one chosen, else that of the file's name, else the first of ``formats``.

    Raises:
        UsageError: the name ends in what is no format.
    """
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    if chosen or not suffix:
        return chosen or formats[0]
    known = {_SUFFIXES.get(one, one): one for one in formats if one not in _NO_SUFFIX}
    if suffix not in known:
        listed = "、".join(f".{one}" for one in known)
        choice = "，或用 --format 指明格式" if len(formats) > 1 else ""  # a command of one format has no such option
        raise UsageError(
            f"不能按后缀 .{suffix} 写 {output}；可用的后缀：{listed}{choice}",
            f"unknown suffix .{suffix}",
        )
    return known[suffix]


@contextmanager
def opened(output: Path | None, format_: str) -> Iterator[BinaryIO]:
    """Open ``output`` (``None``: standard output) for bytes; on an error the file keeps its former content.

    Raises:
        UsageError: the place cannot be written to, or ``format_`` is not for a terminal.
    """
    if output is None:
        if format_ in _ONLY_FILES and sys.stdout.isatty():
            raise UsageError(f"{format_} 不能显示在终端；请用 -o 指定文件", f"{format_} to a terminal")
        yield sys.stdout.buffer
        return
    target = output.resolve()  # a link stays a link
    if target.exists() and not target.is_file():  # a device or pipe is written to, not put away
        with target.open("wb") as out:
            yield out
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise UsageError(f"不能写入 {output}（{os_reason(error)}）；请检查路径和权限", f"{output}: {error}") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else _new_file_mode())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _new_file_mode() -> int:
    """Return the permissions a newly created file would have (a temporary file has narrower ones)."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
