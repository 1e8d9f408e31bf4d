"""``gouji figures|projects|documents|db``: what is in the database, and the database itself."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from extractor.cli.options import DATABASE, HELP, OUTPUT, address, joined, write_result
from extractor.report import figure_row, project_row
from extractor.report.rows import DOCUMENT_COLUMNS, FIGURE_COLUMNS, PERSON_COLUMNS, PROJECT_COLUMNS
from extractor.store import (
    FigureFilter,
    ProjectFilter,
    Store,
    StoredDocument,
    StoredFigure,
    StoredProject,
    open_store,
)
from extractor.store import upgrade as upgrade_database
from extractor.types import Document, Extraction, Status
from extractor.wording import moment

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])|[-/](?P<last>\d{4}))?", re.ASCII)


def _period(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[date, date] | None:
    """Turn a year, month or span of years, as the annotation guidelines write it, into its first and last day."""
    if value is None:
        return None
    match = _PERIOD.fullmatch(value)
    if match is None or not date.min.year <= int(match["year"]) <= int(match["last"] or match["year"]):
        raise click.BadParameter(f"{value!r} 应写成 2015、2015-06、2011-2015 或 2014/2015", ctx, param)
    year, last = int(match["year"]), int(match["last"] or match["year"])
    first_month, last_month = (int(match["month"]),) * 2 if match["month"] else (1, 12)
    return date(year, first_month, 1), date(last, last_month, monthrange(last, last_month)[1])


def _amount(ctx: click.Context, param: click.Parameter, value: str | None) -> Decimal | None:
    """Read an exact amount."""
    if value is None:
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise click.BadParameter(f"{value!r} 应为数字，如 50000 或 -3.5", ctx, param)
    return amount


_SELECTION = joined(
    click.option("--place", metavar="地点", help="地名中的字，或统计用区划代码（含其下级）"),
    click.option("--status", type=click.Choice([status.value for status in Status]), help="已完成、计划或标准"),
    click.option("--project-type", metavar="类型", help="项目类型的代码或名称，如 road、道路桥梁"),
    click.option("--text", metavar="文字", help="所在句（项目则为名称）中的字，一个字也可"),
    click.option("--document", type=int, metavar="编号", help="文件编号，见 gouji documents"),
    click.option("--unique", is_flag=True, help="内容相同的文章只计一次（先入库的那篇）"),
    click.option("--limit", type=click.IntRange(min=1), metavar="行数", help="至多输出多少行"),
    click.option("--offset", type=click.IntRange(min=0), default=0, metavar="行数", help="跳过前面多少行"),
)


@click.command()
@click.option("--indicator", metavar="指标", help="指标中的字，或指标代码")
@click.option("--period", metavar="时期", callback=_period, help="与此时期有重合：2015、2015-06、2011-2015")
@click.option("--unit", metavar="单位", help="单位，如 公里（也可写 km）")
@click.option("--dimension", metavar="量纲", help="量纲代码，如 money、length")
@click.option(
    "--min",
    "min_value",
    metavar="数值",
    callback=_amount,
    help="不小于，以基本单位计（元、米、平方米、公斤 …）；须同时给出 --unit 或 --dimension",
)
@click.option("--max", "max_value", metavar="数值", callback=_amount, help="不大于，同上")
@_SELECTION
@OUTPUT
def figures(
    database_url: str | None,
    format_: str | None,
    output: Path | None,
    period: tuple[date, date] | None,
    status: str | None,
    **selection: Any,
) -> None:
    """查询数据库里的数字。各条件须同时满足；按文件和出现位置排列。

    \b
    例：gouji figures --project-type road --dimension length --min 10000
        gouji figures --indicator 贫困户 --period 2015 --place 52 --format csv -o 贫困户.csv
    """
    first, last = period or (None, None)
    wanted = FigureFilter(**selection, period_start=first, period_end=last, status=Status(status) if status else None)
    columns = ["document_id", *(name for name in FIGURE_COLUMNS if name != "locator")]
    with _database(database_url) as store, closing(store.figures(wanted)) as found:
        write_result(map(_figure_row, found), columns, ["document_id", *PERSON_COLUMNS], format_, output)


@click.command()
@_SELECTION
@OUTPUT
def projects(
    database_url: str | None, format_: str | None, output: Path | None, status: str | None, **selection: Any
) -> None:
    """查询数据库里的项目。各条件须同时满足；按文件和出现位置排列。"""
    wanted = ProjectFilter(**selection, status=Status(status) if status else None)
    columns = ["document_id", *PROJECT_COLUMNS]
    shown = ["document_id", "project", "name", "project_type", "status", "period", "place", "funders"]
    with _database(database_url) as store, closing(store.projects(wanted)) as found:
        write_result(map(_project_row, found), columns, shown, format_, output)


@click.command()
@OUTPUT
def documents(database_url: str | None, format_: str | None, output: Path | None) -> None:
    """查询数据库里的文件，以及各文件最近一次抽取的结果数。"""
    columns = ["document_id", *DOCUMENT_COLUMNS, "version", "extracted"]
    shown = ["document_id", "document", "title", "characters", "articles", "figures", "projects", "extracted"]
    with _database(database_url) as store, closing(store.documents()) as found:
        write_result(map(_document_row, found), columns, shown, format_, output)


@click.group()
@HELP
def db() -> None:
    """建立、升级、查看数据库。"""


@db.command()
@DATABASE
@HELP
def upgrade(database_url: str | None) -> None:
    """建立数据库，或升级到本程序的版本，并更新单位、指标、地点等参照表。可反复运行。"""
    url = address(database_url)
    revision = upgrade_database(url)
    with open_store(url) as store:
        click.echo(f"{store.info().url} 已是版本 {revision}")


@db.command()
@DATABASE
@HELP
def info(database_url: str | None) -> None:
    """显示数据库的地址、版本和各表行数。"""
    with _database(database_url) as store:
        found = store.info()
    click.echo(f"地址\t{found.url}\n引擎\t{found.engine}\n版本\t{found.revision}")
    for table, rows in found.rows.items():
        click.echo(f"{table}\t{rows}")


def _database(database_url: str | None) -> Store:
    return open_store(address(database_url))


def _figure_row(stored: StoredFigure) -> Mapping[str, object]:
    # The row of ``gouji extract``, of a figure whose document is not at hand: its article is named by the store.
    row = figure_row(stored.figure, Extraction(""), Document("", source=stored.source))
    article = stored.title or row["article"]
    return {**row, "article": article, "document_id": stored.document, "sentence_text": stored.sentence}


def _project_row(stored: StoredProject) -> Mapping[str, object]:
    return {**project_row(stored.project, Document("", source=stored.source)), "document_id": stored.document}


def _document_row(stored: StoredDocument) -> Mapping[str, object]:
    return {
        "document_id": stored.id,
        "document": stored.source,
        "title": stored.title,
        "sha256": stored.sha256,
        "media_type": stored.media_type,
        "encoding": stored.encoding,
        "characters": stored.characters,
        "articles": stored.articles,
        "figures": stored.figures,
        "projects": stored.projects,
        "warnings": list(stored.warnings),
        "version": stored.version,
        "extracted": moment(stored.extracted),
    }
