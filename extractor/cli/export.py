"""``gouji export``: the database as files for analysts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from extractor.cli.conditions import CONDITIONS, FIGURE_CONDITIONS, figure_filter
from extractor.cli.options import DATABASE, HELP
from extractor.cli.output import TargetPath
from extractor.cli.stores import open_database
from extractor.errors import UsageError
from extractor.export import FORMATS, KEYS, LEVELS, Options, replaced_folder
from extractor.export import export as write_export
from extractor.store import FigureFilter

_UNPARTITIONED = "none"


@click.command()
@click.argument("folder", metavar="文件夹", type=TargetPath())
@click.option("--format", "format_", type=click.Choice(FORMATS), default=FORMATS[0], help="parquet（默认）或 csv")
@click.option(
    "--by", metavar="列", default=",".join(KEYS), help=f"数字按哪些列分文件夹；默认 {','.join(KEYS)}，不分写 none"
)
@click.option("--place-level", "level", type=click.Choice(LEVELS), default=LEVELS[0], help="地点分到省（默认）、市或县")
@click.option("--no-bom", is_flag=True, help="CSV 开头不写 BOM（Excel 靠它识别 UTF-8）")
@click.option("--replace", is_flag=True, help="替换这个文件夹里以前的导出")
@FIGURE_CONDITIONS
@CONDITIONS
@DATABASE
@HELP
def export(
    folder: Path,
    format_: str,
    by: str,
    level: str,
    no_bom: bool,
    replace: bool,
    database_url: str | None,
    **conditions: Any,
) -> None:
    """把数据库里的数字，连同其文件、项目和核算，导出为供分析用的文件夹。

    文件夹全部写好才出现，里面的 README.md 说明各表各列。条件须同时满足，同 gouji figures。

    \b
    例：gouji export 数据
        gouji export 数据 --format csv --by year --period 2015 --place 52
    """
    if no_bom and format_ != "csv":
        raise UsageError("--no-bom 只用于 --format csv", "--no-bom without CSV")
    keys = () if by == _UNPARTITIONED else tuple(key.strip() for key in by.split(","))
    wanted = figure_filter(**conditions)
    options = Options(format_, keys, level, not no_bom)
    with open_database(database_url) as store:
        told = [f"数据库：{store.address}", *_told(wanted)]
        with replaced_folder(folder, replace=replace) as made, store.selection(wanted) as selection:
            counts = write_export(selection, made, options, told)
    if not counts["figures"]:
        click.echo("没有符合条件的数字", err=True)
    click.echo(
        f"已导出到 {folder}：{counts['figures']} 个数字，{counts['documents']} 个文件，{counts['projects']} 个项目，"
        f"{counts['checks']} 处核算",
        err=True,
    )


def _told(wanted: FigureFilter) -> list[str]:
    """Return the conditions as a line, if there are any."""
    narrowing = {name: getattr(wanted, name) for name in FigureFilter.__slots__}
    plain = FigureFilter()
    given = [f"{name}={value}" for name, value in narrowing.items() if value != getattr(plain, name)]
    return [f"条件：{'，'.join(given)}"] if given else []
