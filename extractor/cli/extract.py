"""``gouji extract``: files in, figures out.

Files are read, extracted, saved and written one after the other, so an archive needs no more memory than its largest
file (the HTML page excepted, which is one page). A file that cannot be used never stops the others.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import click

from extractor.cli.files import Batch, reports
from extractor.cli.options import HELP
from extractor.cli.options import output as output_options
from extractor.cli.output import format_for, opened
from extractor.cli.runs import Database, examined
from extractor.config import load
from extractor.report.documents import REPORT_FORMATS, write_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.types import Document, Extraction


_WITH_FINDINGS = ("html", "xlsx")  # formats that also show what came of recomputing claims


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="路径…")
@output_options(REPORT_FORMATS)
@click.option("--db", "database_url", metavar="URL", help="同时存入此数据库（没有就新建），如 sqlite:///gouji.db")
@HELP
def extract(paths: tuple[str, ...], format_: str | None, output: Path | None, database_url: str | None) -> None:
    """从文件中抽取数字（文档、网页、邮件、表格，格式按内容判断）。

    路径可以是文件、文件夹（连同下级文件夹里各种可读的文件），或 -（标准输入）。

    读不了的文件在标准错误里各占一行说明，其余文件照常处理。

    \b
    退出码：0 全部完成；2 有文件读不了，或用法有误；1 其他错误。
    """
    settings = load()
    chosen = format_for(output, format_, REPORT_FORMATS)
    checked = database_url is not None or chosen in _WITH_FINDINGS
    batch = Batch()
    done = Counter[str]()
    with closing(Database(database_url)) as database, opened(output, chosen) as out:
        documents = reports(paths, batch, settings, output)
        write_report(_counted(examined(documents, database, batch, checked=checked), done), chosen, out)
    if output is not None:
        click.echo(f"已写入 {output}：{done['documents']} 个文件，{done['figures']} 个数字", err=True)
    batch.end()


def _counted(
    results: Iterator[tuple[Document, Extraction]], done: Counter[str]
) -> Iterator[tuple[Document, Extraction]]:
    """Pass ``results`` on and count them."""
    for document, extraction in results:
        done["documents"] += 1
        done["figures"] += len(extraction.figures)
        yield document, extraction
