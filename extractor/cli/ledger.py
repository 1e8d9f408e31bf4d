"""``gouji ledger``: official ledgers into the database, and what is in them."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli.consent import agreed, on_terminal
from extractor.cli.options import DATABASE, HELP, OUTPUT, address, output_file, write_result
from extractor.cli.output import format_for, opened
from extractor.cli.stores import open_database
from extractor.compare import ledgers
from extractor.compare.ledgers.preview import preview
from extractor.config import load
from extractor.errors import UsageError, os_reason
from extractor.report import recorded_row, write_rows
from extractor.report.rows import LEDGER_COLUMNS, RECORDED_COLUMNS, RECORDED_PERSON_COLUMNS
from extractor.store import external_table, open_store, prepare
from extractor.wording import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extractor.config import Settings
    from extractor.store import Store, StoredLedger
    from extractor.types import Ledger

_URL = "://"


@click.group()
@HELP
def ledger() -> None:
    """导入、查看台账。"""


@ledger.command("import")
@click.argument("source", metavar="文件或数据库地址")
@click.option("--name", metavar="名称", help="台账的名称；默认为文件名（不含后缀）或表名")
@click.option("--table", metavar="表名", help="数据库里的表或视图；来源是数据库地址时必须给出")
@click.option(
    "--mapping",
    "mapping_file",
    metavar="文件",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="映射文件（TOML 或 JSON）：写明各列是什么",
)
@click.option("--place", default="", metavar="地点", help="台账里的地点都在此地，如 新平县；据此确定区划代码")
@click.option("--show", is_flag=True, help="只显示认出的各列（标准错误），写出相应的映射文件（标准输出），不导入")
@click.option("--yes", is_flag=True, help="不再询问；未认出的列不导入，被替换的台账的比对一并删除")
@click.option("--replace", is_flag=True, help="替换同名台账；用它做过的比对一并删除，须确认或加 --yes")
@DATABASE
@HELP
def import_(
    source: str,
    name: str | None,
    table: str | None,
    mapping_file: Path | None,
    place: str,
    show: bool,
    yes: bool,
    replace: bool,
    database_url: str | None,
) -> None:
    """导入台账：CSV、XLSX 文件，或另一数据库里的表（只读）。

    各列按表头和内容认出，在终端上先显示，确认后导入。有一处读不了，就列出全部问题，什么也不导入。

    \b
    例：gouji ledger import 投资台账.xlsx --show > 投资.toml
        gouji ledger import 投资台账.xlsx --mapping 投资.toml
        gouji ledger import sqlite:///业务.db --table 项目进度 --name 进度
    """
    found = _opened(source, table, load())
    mapping = _mapping(mapping_file)
    plan = ledgers.lay_out(found, mapping, place)
    if show:
        _show(found, plan, preview(found, plan).warnings)
        return
    taken = ledgers.read_ledger(found, plan, name or _default_name(source, table))
    for warning in taken.warnings:  # before the question: a person may want to mend the file first
        click.echo(f"提示：{warning}", err=True)
    _confirm(found, plan, taken, yes)
    url = address(database_url)
    prepare(url)
    lost = 0
    with open_store(url) as store:
        if replace:
            lost = _give_up(store, taken.name, "替换", yes)
        store.save_ledger(taken, replace=replace)
    click.echo(f"已导入台账“{taken.name}”：{len(taken.figures)} 个数{_with(lost)}", err=True)


@ledger.command()
@output_file("写到此文件；默认 台账模板.xlsx，写 - 是标准输出", default="台账模板.xlsx", show_default=False)
@HELP
def template(output: Path | None) -> None:
    """写一份可以填写的台账模板（XLSX）；已有的文件不覆盖。"""
    format_for(output, None, ("xlsx",))
    if output is not None and output.exists():
        raise UsageError(f"{output} 已存在，可能已经填写；请用 -o 另写文件名，或先移走它", f"{output} exists")
    with opened(output, "xlsx") as out:
        ledgers.write_template(out)
    if output is not None:
        click.echo(f"已写入 {output}", err=True)


@ledger.command("list")
@OUTPUT
def list_(database_url: str | None, format_: str | None, output: Path | None) -> None:
    """列出数据库里的台账。"""
    with open_database(database_url) as store, closing(store.ledgers()) as found:
        write_result(map(_ledger_row, found), LEDGER_COLUMNS, LEDGER_COLUMNS[:5], format_, output)


@ledger.command("show")
@click.argument("name", metavar="名称")
@OUTPUT
def show_(name: str, database_url: str | None, format_: str | None, output: Path | None) -> None:
    """显示一份台账的各个数，以及它在文件里的位置。"""
    with open_database(database_url) as store:
        figures = store.ledger(name).figures
    write_result(map(recorded_row, figures), RECORDED_COLUMNS, RECORDED_PERSON_COLUMNS, format_, output)


@ledger.command()
@click.argument("name", metavar="名称")
@click.option("--yes", is_flag=True, help="不再询问；用它做过的比对一并删除")
@DATABASE
@HELP
def remove(name: str, yes: bool, database_url: str | None) -> None:
    """从数据库删除一份台账；用它做过的比对一并删除，须确认或加 --yes。"""
    with open_database(database_url) as store:
        lost = _give_up(store, store.ledger_number(name), "删除", yes)
        store.remove_ledger(name)
    click.echo(f"已删除台账“{name}”{_with(lost)}", err=True)


def _opened(source: str, table: str | None, settings: Settings) -> ledgers.Source:
    if _URL not in source:
        if table is not None:
            raise UsageError("--table 只用于数据库；文件的工作表请在映射文件里写明", "--table with a file")
        with _explained(source), Path(source).open("rb") as file:
            data = file.read(settings.max_file_bytes + 1)  # one byte over the bound shows that it is too much
        return ledgers.open_file(data, source, settings)
    if table is None:
        raise UsageError("来源是数据库地址时，请用 --table 指明表名", "no --table")
    with external_table(source, table) as (origin, columns, rows):
        return ledgers.open_table(table, columns, rows, origin, settings)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{name}：打不开文件（{os_reason(error)}）；请检查路径和读取权限", f"{name}: {error}"
        ) from error


def _mapping(file: Path | None) -> Mapping[str, ledgers.SheetRule] | None:
    if file is None:
        return None
    with _explained(str(file)):
        data = file.read_bytes()
    try:
        return ledgers.parse_mapping(data.decode("utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        raise UsageError(f"映射文件 {file} 不是 UTF-8 编码；请另存为 UTF-8", f"{file}: {error}") from error


def _default_name(source: str, table: str | None) -> str:
    return table or Path(source).stem


def _show(source: ledgers.Source, plan: ledgers.Plan, warnings: Iterable[str]) -> None:
    """Show the columns to a person; standard output is the mapping file alone, so that it can be redirected into one."""
    write_rows(ledgers.plan_rows(plan), ledgers.PLAN_COLUMNS, "table", sys.stderr.buffer)
    sys.stderr.flush()
    text = f"# 映射文件：存为 .toml，改好后用 --mapping 指定\n{ledgers.mapping_text(source, plan)}"
    click.echo(text.encode())  # in UTF-8 whatever the terminal's, as --mapping reads it
    for note in (*warnings, *map(str, plan.problems)):
        click.echo(f"提示：{note}".encode(), err=True)  # as the table above it


def _confirm(source: ledgers.Source, plan: ledgers.Plan, taken: Ledger, yes: bool) -> None:
    """Show on a terminal what was recognised and ask; elsewhere only what is certain is imported.

    Raises:
        UsageError: a column was not recognised and nobody can be asked; or the person said no.
    """
    if yes:
        return
    if on_terminal():
        write_rows(ledgers.plan_rows(plan), ledgers.PLAN_COLUMNS, "table", sys.stderr.buffer)
        if not agreed(f"按以上各列导入 {len(taken.figures)} 个数？"):
            raise UsageError("没有导入；可用 --show 得到映射文件，改好后用 --mapping 指定", "declined")
    elif not plan.certain:
        unread = "、".join(str(row["header"]) for row in ledgers.plan_rows(plan) if row["role"] == ledgers.UNKNOWN)
        raise UsageError(
            f"{source.name}：未认出的列：{unread}；请用 --mapping 写明（--show 给出样本），或加 --yes 不导入这些列",
            "unrecognised columns",
        )


def _give_up(store: Store, ledger: str | int, deed: str, yes: bool) -> int:
    """Return how many stored comparisons go with a ledger, once a person agrees to that; 0 where there is no such ledger.

    Raises:
        UsageError: some go, and nobody can be asked, or the person said no.
    """
    with closing(store.ledgers()) as known:
        one = next((one for one in known if ledger in (one.id, one.name)), None)
    if one is None or not one.comparisons:
        return 0
    told = f"{deed}台账“{one.name}”将一并删除用它做过的 {one.comparisons} 次比对"
    if not yes and not on_terminal():
        raise UsageError(f"{told}；确要如此请加 --yes", "comparisons would go; --yes not given")
    if not yes and not agreed(f"{told}，继续吗？"):
        raise UsageError(f"没有{deed}台账“{one.name}”", "declined")
    return one.comparisons


def _with(comparisons: int) -> str:
    return f"；一并删除了 {comparisons} 次比对" if comparisons else ""


def _ledger_row(stored: StoredLedger) -> Mapping[str, object]:
    return {
        "ledger": stored.name,
        "source": stored.source,
        "figures": stored.figures,
        "comparisons": stored.comparisons,
        "imported": moment(stored.imported),
        "sha256": stored.sha256,
        "warnings": list(stored.warnings),
    }
