"""The database that a command reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from extractor.cli.options import address

if TYPE_CHECKING:
    from extractor.store import Correct, Store


def open_database(database_url: str | None, maker: str | None = None, correct: Correct | None = None) -> Store:
    """Open the database that ``--db`` names, else that of the settings; one that is read-only is told.

    Args:
        database_url: as given.
        maker: the command by which a person makes one that is missing, if it is another than ``gouji db upgrade``.
        correct: applies corrections, for a command that writes documents.
    """
    from extractor.store import open_store  # slow to import, and not wanted for files

    store = open_store(address(database_url), correct, **({"maker": maker} if maker else {}))
    if store.is_read_only:
        click.echo(
            f"提示：{store.address} 所在处只读，按不再变化的数据库打开；若别处正有程序写入，结果可能不全", err=True
        )
    return store
