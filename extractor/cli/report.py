"""``gouji report``: pages on all that a database holds."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import click

from extractor.archive.names import located
from extractor.cli.options import DATABASE, HELP, output_file
from extractor.cli.output import format_for, opened
from extractor.cli.progress import told_if_slow
from extractor.cli.stores import open_database
from extractor.report.overview import Origin, write_overview
from extractor.store.overview import MOST

if TYPE_CHECKING:
    from pathlib import Path

_FORMATS = ("html",)


@click.group()
@HELP
def report() -> None:
    """对整个数据库的报告。"""


@report.command()
@output_file("写到此文件（.html）；不写或写 - 是标准输出")
@DATABASE
@HELP
def archive(output: Path | None, database_url: str | None) -> None:
    """归档的概览页：有什么文件和数字，钱花在哪里，哪里不符，哪些文件没有读成。

    页面自成一体，没有脚本，可以直接发送、打印。

    \b
    例：gouji report archive -o 概览.html
    """
    chosen = format_for(output, None, _FORMATS)
    with open_database(database_url, "gouji archive add 路径") as store:
        work = store.work()
        with closing(work.troubles()) as found:
            troubles = tuple(islice(found, MOST))
        with told_if_slow("正在统计；一百万个数字约需十几秒 …"):
            overview, status = store.overview(), work.status()
        with opened(output, chosen) as out:
            write_overview(Origin(store.address, datetime.now(UTC)), overview, status, troubles, located, out)
