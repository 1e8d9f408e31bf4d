"""``gouji copies``: passages that stand in two places, and which of their figures differ."""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import count
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.files import Batch, reports
from extractor.cli.options import DATABASE, HELP
from extractor.cli.options import output as output_options
from extractor.cli.output import format_for, opened
from extractor.cli.stores import open_database
from extractor.config import load
from extractor.copies import SHORTEST, CopyFinder, CopyOptions
from extractor.errors import UsageError
from extractor.quantities import find_quantities
from extractor.report.copies import COPY_FORMATS, write_copies
from extractor.segment import segment
from extractor.types import Agreement, CopySource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.types import Passage

_DEFAULT = CopyOptions()


@click.command()
@click.argument("paths", nargs=-1, metavar="[路径…]")
@click.option("--document", "number", type=int, metavar="编号", help="只列涉及此文件的，编号见 gouji documents")
@click.option("--between", "where", flag_value="between", help="只列不同文件之间的")
@click.option("--inside", "where", flag_value="inside", help="只列同一文件之内的")
@click.option(
    "--min-characters",
    type=click.IntRange(min=SHORTEST),
    default=_DEFAULT.min_characters,
    metavar="字数",
    help=f"至少有多少字相同，数字、标点不计，不含数字的段落须加倍；默认 {_DEFAULT.min_characters}",
)
@click.option(
    "--min-containment",
    type=click.FloatRange(0, 1, min_open=True),
    default=_DEFAULT.min_containment,
    metavar="比例",
    help=f"较短的一段至少有多大比例也在另一段里；默认 {_DEFAULT.min_containment}",
)
@click.option(
    "--common",
    type=click.IntRange(min=2),
    default=_DEFAULT.common,
    metavar="处数",
    help=f"出现在更多处的文字视为套话；默认 {_DEFAULT.common}",
)
@click.option("--only-changed", is_flag=True, help="只列有数字不同的")
@DATABASE
@output_options(COPY_FORMATS)
@HELP
def copies(
    paths: tuple[str, ...],
    database_url: str | None,
    format_: str | None,
    output: Path | None,
    where: str | None,
    only_changed: bool,
    **options: Any,
) -> None:
    """查找雷同段落：文字相同，数字相同或不同。

    路径可以是文件、文件夹或 -（标准输入）；不给路径时查数据库里的全部文件。

    \b
    例：gouji copies 各村报告 --only-changed
        gouji copies --document 12 --format html -o 雷同.html

    \b
    退出码：0 全部完成；2 有文件读不了，或用法有误；1 其他错误。
    """
    if paths and (database_url is not None or options["number"] is not None):
        raise UsageError("给了路径就只比对这些文件，不能再用 --db 或 --document", "paths and a database")
    wanted = CopyOptions(between=where != "inside", inside=where != "between", **options)
    chosen = format_for(output, format_, COPY_FORMATS)
    batch = Batch()
    found = count()
    with ExitStack() as stack, CopyFinder(wanted, find_quantities) as finder:
        sources = _files(paths, batch, output) if paths else _stored(stack, database_url, wanted.number)
        passages = (one for one in finder.passages(sources) if not only_changed or one.count(Agreement.CHANGED))
        with opened(output, chosen) as out:
            write_copies(_counted(passages, found), chosen, out)
    click.echo(f"雷同段落 {next(found)} 处", err=True)
    if finder.common:
        click.echo(f"提示：另有 {finder.common} 处文字反复出现，视为套话未列；可用 --common 放宽", err=True)
    batch.end()


def _files(paths: tuple[str, ...], batch: Batch, output: Path | None) -> Iterator[CopySource]:
    for document in batch.used(reports(paths, batch, load(), output)):
        yield CopySource(document.source, document.text, segment(document.text).articles)


def _stored(stack: ExitStack, url: str | None, number: int | None) -> Iterator[CopySource]:
    store = stack.enter_context(open_database(url))
    if number is not None:
        store.document(number)  # one that does not exist is an error, not an empty answer
    return stack.enter_context(closing(store.sources()))


def _counted(passages: Iterator[Passage], found: Iterator[int]) -> Iterator[Passage]:
    for passage in passages:
        next(found)
        yield passage
