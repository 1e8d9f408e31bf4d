"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from extractor.config import Settings, load

_Command = TypeVar("_Command", bound=Callable[..., Any])


def joined(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Join options to one decorator."""

    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


HELP = click.help_option("--help", help="显示帮助")
DATABASE = click.option(
    "--db",
    "database_url",
    metavar="URL",
    help=f"数据库地址；不指定时取 GOUJI_DATABASE_URL，否则为 {Settings().database_url}",
)


def output(formats: Sequence[str]) -> Callable[[_Command], _Command]:
    """Return ``--format`` and ``-o`` of a command that writes ``formats``, the default first."""
    return joined(
        click.option(
            "--format",
            "format_",
            type=click.Choice(formats),
            help=f"输出格式；不指定时按输出文件的后缀，否则为 {formats[0]}",
        ),
        click.option(
            "-o", "--output", metavar="文件", type=click.Path(dir_okay=False, path_type=Path), help="写到此文件"
        ),
    )


def address(database_url: str | None) -> str:
    """Return the database that ``--db`` names, else that of the settings."""
    return database_url or load().database_url
