"""``gouji report``: pages on all that a database holds."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

import click

from extractor.archive.names import located
from extractor.cli.options import DATABASE, HELP, address, output_file
from extractor.cli.output import format_for, opened
from extractor.cli.progress import told_if_slow
from extractor.report.overview import write_overview
from extractor.store import open_store
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
    with open_store(address(database_url)) as store:
        work = store.work()
        with closing(work.troubles()) as found:
            troubles = tuple(islice(found, MOST))
        with told_if_slow("正在统计；一百万个数字约需十几秒 …"):
            overview, status = store.overview(), work.status()
        with opened(output, chosen) as out:
            write_overview(overview, status, troubles, located, out)
