"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import click

from extractor.cli.output import OutputFile, format_for, opened
from extractor.config import Settings, load
from extractor.report.rows import codes, names
from extractor.report.tabular import ROW_FORMATS, write_rows

NOTHING_FOUND = "没有符合条件的结果"

_Command = TypeVar("_Command", bound=Callable[..., Any])


def joined(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Join options to one decorator."""

    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


class Words(click.Choice[str]):
    """Codes of a column, which may also be given by the words that tables show: ``actual`` or 已完成."""

    def __init__(self, column: str, offered: Iterable[str]) -> None:
        super().__init__(list(offered))
        self._codes = codes(column, self.choices)
        self._names = names(column)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the code.

        Raises:
            BadParameter: it is none of them.
        """
        if value in self._codes:
            return self._codes[value]
        known = "、".join(f"{code}（{self._names[code]}）" for code in self.choices)
        raise click.BadParameter(f"没有 {value!r}；可用：{known}", ctx, param)


HELP = click.help_option("--help", help="显示帮助")
DATABASE = click.option(
    "--db",
    "database_url",
    metavar="URL",
    help=f"数据库地址；不指定时取 GOUJI_DATABASE_URL，否则为 {Settings().database_url}",
)


def output_file(told: str, **more: Any) -> Callable[[_Command], _Command]:
    """Return ``-o``, told to people as ``told``; ``more`` goes to click."""
    return click.option("-o", "--output", metavar="文件", type=OutputFile(), help=told, **more)


def output(formats: Sequence[str]) -> Callable[[_Command], _Command]:
    """Return ``--format`` and ``-o`` of a command that writes ``formats``, the default first."""
    return joined(
        click.option(
            "--format",
            "format_",
            type=click.Choice(formats),
            help=f"输出格式；不指定时按输出文件的后缀，否则为 {formats[0]}",
        ),
        output_file("写到此文件；不写或写 - 是标准输出"),
    )


OUTPUT = joined(DATABASE, output(ROW_FORMATS), HELP)
"""What a command takes that lists rows of the database."""


def address(database_url: str | None) -> str:
    """Return the database that ``--db`` names, else that of the settings."""
    return database_url or load().database_url


def write_result(
    rows: Iterable[Mapping[str, object]],
    columns: Sequence[str],
    shown: Sequence[str],
    format_: str | None,
    output: Path | None,
) -> None:
    """Write all ``columns``, or in a table those that a person reads (``shown``); tell where there is no row."""
    chosen = format_for(output, format_, ROW_FORMATS)
    written = count()
    with opened(output, chosen) as out:
        write_rows(
            (row for row, _ in zip(rows, written, strict=False)), shown if chosen == "table" else columns, chosen, out
        )
    if next(written) == 0:
        click.echo(NOTHING_FOUND, err=True)
