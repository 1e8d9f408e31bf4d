"""``gouji figures|projects|documents|db``: what is in the database, and the database itself."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from extractor.cli.conditions import CONDITIONS, FIGURE_CONDITIONS, PAGE, figure_filter
from extractor.cli.options import DATABASE, HELP, OUTPUT, address, write_result
from extractor.cli.stores import open_database
from extractor.report.rows import DOCUMENT_COLUMNS, FIGURE_COLUMNS, PERSON_COLUMNS, PROJECT_COLUMNS
from extractor.report.stored import stored_document_row, stored_figure_row, stored_project_row
from extractor.store import ProjectFilter, open_store
from extractor.store import upgrade as upgrade_database
from extractor.types import Status


@click.command()
@FIGURE_CONDITIONS
@CONDITIONS
@PAGE
@OUTPUT
def figures(
    database_url: str | None,
    format_: str | None,
    output: Path | None,
    **conditions: Any,
) -> None:
    """查询数据库里的数字。各条件须同时满足；按文件和出现位置排列。

    \b
    例：gouji figures --project-type road --dimension length --min 10000
        gouji figures --indicator 贫困户 --period 2015 --place 52 --format csv -o 贫困户.csv
    """
    wanted = figure_filter(**conditions)
    columns = ["document_id", *(name for name in FIGURE_COLUMNS if name != "locator")]
    with open_database(database_url) as store, closing(store.figures(wanted)) as found:
        write_result(map(stored_figure_row, found), columns, ["document_id", *PERSON_COLUMNS], format_, output)


@click.command()
@CONDITIONS
@PAGE
@OUTPUT
def projects(
    database_url: str | None, format_: str | None, output: Path | None, status: str | None, **selection: Any
) -> None:
    """查询数据库里的项目。各条件须同时满足；按文件和出现位置排列。"""
    wanted = ProjectFilter(**selection, status=Status(status) if status else None)
    columns = ["document_id", *PROJECT_COLUMNS]
    shown = ["document_id", "project", "name", "project_type", "status", "period", "place", "funders"]
    with open_database(database_url) as store, closing(store.projects(wanted)) as found:
        write_result(map(stored_project_row, found), columns, shown, format_, output)


@click.command()
@OUTPUT
def documents(database_url: str | None, format_: str | None, output: Path | None) -> None:
    """查询数据库里的文件，以及各文件最近一次抽取的结果数。"""
    columns = ["document_id", *DOCUMENT_COLUMNS, "version", "extracted"]
    shown = ["document_id", "document", "title", "characters", "articles", "figures", "projects", "extracted"]
    with open_database(database_url) as store, closing(store.documents()) as found:
        write_result(map(stored_document_row, found), columns, shown, format_, output)


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
    with open_database(database_url) as store:
        found = store.info()
    click.echo(f"地址\t{found.url}\n引擎\t{found.engine}\n版本\t{found.revision}")
    for table, rows in found.rows.items():
        click.echo(f"{table}\t{rows}")
