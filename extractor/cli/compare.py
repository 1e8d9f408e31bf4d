"""``gouji compare|comparisons``: a ledger against the reports of the database, and what earlier comparisons came to."""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli.options import DATABASE, HELP
from extractor.cli.options import output as output_options
from extractor.cli.output import format_for, opened
from extractor.cli.stores import open_database
from extractor.comparing import CompareOptions
from extractor.comparing import compare as compare_stored
from extractor.config import load, parse_share
from extractor.errors import UsageError
from extractor.report import ROW_FORMATS, write_rows
from extractor.report.comparison import COMPARISON_FORMATS, Compared, write_comparison
from extractor.report.comparison_rows import COMPARISON_COLUMNS, comparison_row

if TYPE_CHECKING:
    from collections.abc import Iterator


def _share(ctx: click.Context, param: click.Parameter, value: str | None) -> Decimal | None:
    """Read a share: 0.01 or 1%."""
    try:
        return None if value is None else parse_share(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} 应为 0 到 1 之间的小数或百分数，如 0.005 或 0.5%", ctx, param) from error


def _numbers(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[int, ...] | None:
    """Read ids of documents: the option repeated, or several with commas."""
    listed = [part.strip() for text in value for part in text.replace("，", ",").split(",")]
    wrong = next((part for part in listed if not (part.isascii() and part.isdecimal())), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} 应为文件编号，如 3 或 3,5,8；编号见 gouji documents", ctx, param)
    return tuple(map(int, listed)) or None


@contextmanager
def _without_collection() -> Iterator[None]:
    """Let Python look for cycles only at the end: among millions of records, which form none, it takes a sixth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
            gc.collect()


@click.command()
@click.argument("ledger", metavar="台账", required=False)
@click.option("--documents", metavar="编号", multiple=True, callback=_numbers, help="只比这些文件，如 3,5,8；默认全部")
@click.option(
    "--tolerance", metavar="比例", callback=_share, help="另许的出入，占台账数额的比例，如 0.5%；默认见 GOUJI_TOLERANCE"
)
@click.option("--include-copies", "copies", is_flag=True, help="转抄别处的文章也参与比对")
@click.option("--no-store", is_flag=True, help="不把比对结果存入数据库")
@click.option("--stored", type=int, metavar="编号", help="不重新比对，给出存下的这次比对；编号见 gouji comparisons")
@DATABASE
@output_options(COMPARISON_FORMATS)
@HELP
def compare(
    ledger: str | None,
    documents: tuple[int, ...] | None,
    tolerance: Decimal | None,
    copies: bool,
    no_store: bool,
    stored: int | None,
    database_url: str | None,
    format_: str | None,
    output: Path | None,
) -> None:
    """台账与报告比对：每一行台账、每一个相应的数字各有一个结论，并说明理由、指明原句。

    台账写它的名称或编号。指标、地点、时期、状态、单位都对应的才比数值；不能断定的列为存疑，不算不符。

    \b
    例：gouji compare 扶贫台账
        gouji compare 扶贫台账 --documents 1,2 --tolerance 0.5% -o 比对.xlsx
        gouji compare --stored 1 -o 比对.html
    """
    _check_usage(ledger, stored, given=documents is not None or tolerance is not None or copies or no_store)
    chosen = format_for(output, format_, COMPARISON_FORMATS)
    with open_database(database_url) as store:
        if stored is not None:
            comparison = store.comparison(stored)
        else:
            with _without_collection():
                share = load().tolerance if tolerance is None else tolerance
                options = CompareOptions(str(ledger), documents, share, copies)
                comparison = compare_stored(store, options)
        with _without_collection():
            number = stored if stored is not None or no_store else store.save_comparison(comparison)
        compared = Compared.of(store, comparison, number)
        with opened(output, chosen) as out:
            write_comparison(compared, chosen, out)
    if output is not None:
        click.echo(f"已写入 {output}：{len(comparison.items)} 个结论", err=True)
    if number is not None and stored is None:
        click.echo(f"已存为比对 {number}；再看用 gouji compare --stored {number}", err=True)


def _check_usage(ledger: str | None, stored: int | None, *, given: bool) -> None:
    """Refuse what cannot be meant.

    Raises:
        UsageError: neither or both of a ledger and a stored comparison, or options that a stored one does not take.
    """
    if (ledger is None) == (stored is None):
        raise UsageError(
            "请写台账的名称或编号，或用 --stored 指明存下的比对（二者取一）", "ledger or --stored, not both"
        )
    if stored is not None and given:
        raise UsageError(
            "--stored 给出存下的比对，不再比对；不能与 --documents、--tolerance、--include-copies、--no-store 同用",
            "--stored takes no options of a new comparison",
        )


@click.command()
@DATABASE
@output_options(ROW_FORMATS)
@HELP
def comparisons(database_url: str | None, format_: str | None, output: Path | None) -> None:
    """列出存下的比对，以及各结论的数目。"""
    chosen = format_for(output, format_, ROW_FORMATS)
    with (
        open_database(database_url) as store,
        closing(store.comparisons()) as found,
        opened(output, chosen) as out,
    ):
        rows = [comparison_row(one) for one in found]
        write_rows(rows, COMPARISON_COLUMNS, chosen, out)
    if not rows:
        click.echo("还没有存下的比对", err=True)
