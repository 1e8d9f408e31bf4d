"""``gouji archive``: whole archives into the database; how far that is, what went wrong, and once more."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.archive import ENGINES, Options, Progress, add, known_path, retry
from extractor.archive import remove as take_out
from extractor.cli.consent import agreed, on_terminal
from extractor.cli.failures import EXIT_FAILED, Interrupted, patient
from extractor.cli.options import DATABASE, HELP, NOTHING_FOUND, OUTPUT, Words, address, joined, write_result
from extractor.cli.output import format_for, opened
from extractor.cli.progress import shown_progress, summed_up
from extractor.cli.stores import open_database
from extractor.config import load
from extractor.corrections import correct
from extractor.errors import UsageError
from extractor.report.archive import ERROR_COLUMNS, FILE_COLUMNS, error_lines, error_row, file_row, status_lines
from extractor.report.tabular import ROW_FORMATS
from extractor.store import Store, prepare
from extractor.types import FAILURES, WorkReason, WorkState

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.archive.run import Watch
    from extractor.store import Extent, WorkLedger

_WORKING = joined(
    click.option("--workers", type=int, metavar="个数", help="同时处理的进程数；不指定时每个处理器核一个"),
    click.option(
        "--engine", type=click.Choice(ENGINES), default=ENGINES[0], help="在本机（local）或 Ray 集群（ray）上处理"
    ),
    click.option("--ray-address", metavar="地址", help="Ray 集群的地址；不指定时在本机启动"),
    click.option("--no-checks", is_flag=True, help="不核算报告自称的数字关系"),
    DATABASE,
    HELP,
)
_KINDS = click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=Words("kind", [reason.value for reason in FAILURES]),
    help="只要这一类失败；可重复",
)


@click.group()
@HELP
def archive() -> None:
    """把整批文件（文件夹、压缩包）存入数据库，随时可中断、可继续。"""


@archive.command("add")
@click.argument("paths", nargs=-1, required=True, metavar="路径…")
@click.option("--prune", is_flag=True, help="删除已不存在的文件的数据；某个路径下大半文件都不在时须加 --force")
@click.option("--force", is_flag=True, help="与 --prune 同用：即使某个路径下大半文件（或全部）都已不存在，也删除其数据")
@_WORKING
def add_command(
    paths: tuple[str, ...],
    workers: int | None,
    engine: str,
    ray_address: str | None,
    no_checks: bool,
    prune: bool,
    force: bool,
    database_url: str | None,
) -> None:
    """把文件、文件夹（连同下级）和压缩包里的报告存入数据库（没有就新建）。

    再次运行时只处理新的、改过的和上次没有处理完的文件。随时可用 Ctrl-C 停止。

    \b
    退出码：0 全部完成；2 有文件读不了，或用法有误；130 被 Ctrl-C 停止；1 其他错误。
    """
    options = Options(workers, engine, ray_address, not no_checks, prune, force)
    with _stoppable() as stop:
        prepare(address(database_url))
        _work(database_url, lambda store, watch: add(store, paths, load(), options, watch), stop, prune=prune)


@archive.command("retry")
@_KINDS
@_WORKING
def retry_command(
    kinds: tuple[str, ...],
    workers: int | None,
    engine: str,
    ray_address: str | None,
    no_checks: bool,
    database_url: str | None,
) -> None:
    """把失败的文件再处理一次，如装好文字识别、调高上限之后。退出码同 gouji archive add。"""
    options = Options(workers, engine, ray_address, not no_checks)
    reasons = [WorkReason(kind) for kind in kinds]
    with _stoppable() as stop:
        _work(database_url, lambda store, watch: retry(store, reasons, load(), options, watch), stop)


@archive.command()
@DATABASE
@HELP
def status(database_url: str | None) -> None:
    """显示归档处理到哪一步：加入了哪些路径，各状态的文件数，是否有进程在处理。"""
    with _opened(database_url) as store:
        for line in status_lines(store.work().status()):
            click.echo(line)


@archive.command()
@_KINDS
@OUTPUT
def errors(database_url: str | None, format_: str | None, output: Path | None, kinds: tuple[str, ...]) -> None:
    """列出失败的文件、原因和处理办法；不指定格式时按类排列，办法每类只写一次。"""
    reasons = [WorkReason(kind) for kind in kinds]
    with _opened(database_url) as store:
        if format_for(output, format_, ROW_FORMATS) == "table":
            _list_errors(store.work(), reasons, output)
            return
        with closing(store.work().troubles(reasons)) as found:
            write_result(map(error_row, found), ERROR_COLUMNS, (), format_, output)


def _list_errors(work: WorkLedger, reasons: Sequence[WorkReason], output: Path | None) -> None:
    """Write the failures by kind, so that what to do about one stands there once."""
    counts = work.status().reasons
    listed = [reason for reason in FAILURES if counts.get(reason) and reason in (reasons or FAILURES)]
    with opened(output, "table") as out:
        for reason in listed:
            with closing(work.troubles([reason])) as found:
                out.writelines(f"{line}\n".encode() for line in error_lines(reason, counts[reason], found))
        out.flush()
    if not listed:
        click.echo(NOTHING_FOUND, err=True)


@archive.command()
@click.option(
    "--state", "states", multiple=True, type=Words("state", list(WorkState)), help="只要这一状态的文件；可重复"
)
@click.option(
    "--kind", "kinds", multiple=True, type=Words("kind", list(WorkReason)), help="只要这一类失败或跳过的；可重复"
)
@OUTPUT
def files(
    database_url: str | None, format_: str | None, output: Path | None, states: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    """列出各个文件的状态，重复的与哪个文件相同，数字在哪份文档里。"""
    wanted = [WorkState(state) for state in states], [WorkReason(kind) for kind in kinds]
    shown = ("path", "state", "kind", "document_id", "copy_of")
    with _opened(database_url) as store, closing(store.work().files(*wanted)) as found:
        write_result(map(file_row, found), FILE_COLUMNS, shown, format_, output)


@archive.command()
@click.argument("path", metavar="路径")
@click.option("--yes", is_flag=True, help="不再询问")
@DATABASE
@HELP
def remove(path: str, yes: bool, database_url: str | None) -> None:
    """把加入过的路径（或其中的文件夹、文件）移出数据库，连同其数据；文件本身不动，已不存在的路径也可以。

    内容在别处还有的文档留下。做过的台账比对照旧，但移出的文档不再列出；对其核算的人工说明一并删除。
    """
    with _opened(database_url) as store:
        known, extent = known_path(store, path)
        _consent(known, extent, yes)
        with _stoppable() as stop:
            gone = take_out(store, known, stop)
        kept = f"；另有 {extent.elsewhere:,} 份在别处还有，留下" if extent.elsewhere else ""
        click.echo(f"已移出 {known}：{extent.files:,} 个文件（压缩包算一个），删除文档 {gone:,} 份{kept}", err=True)
        around = next((root.path for root in store.work().status().roots if known.startswith(root.path + "/")), None)
    if around is not None:
        click.echo(f"提示：它在归档 {around} 里；再加入 {around} 时，还在的文件会重新读入", err=True)


def _consent(path: str, extent: Extent, yes: bool) -> None:
    """Ask on a terminal whether a path is to be taken out.

    Raises:
        UsageError: nobody can be asked, or the person said no.
    """
    if yes:
        return
    lost = extent.documents - extent.elsewhere
    if not on_terminal():
        message = f"{path} 有 {extent.files:,} 个文件，移出将删除文档 {lost:,} 份；确实要移出，请加 --yes"
        raise UsageError(message, "nobody to ask")
    if not agreed(f"移出 {path}：{extent.files:,} 个文件（压缩包算一个），删除文档 {lost:,} 份？"):
        raise UsageError("没有移出", "declined")


def _work(
    database_url: str | None, run: Callable[[Store, Watch], Progress], stop: Callable[[], None], *, prune: bool = False
) -> None:
    """Run to the end or to Ctrl-C, and sum up.

    Args:
        database_url: as given.
        run: what is done.
        stop: raises once Ctrl-C was pressed.
        prune: whether to tell what was removed.
    """
    with _opened(database_url) as store:
        with shown_progress() as show:

            def watch(progress: Progress) -> None:
                stop()
                show(progress)

            progress = run(store, watch)
        found = store.work().status()
        for line in (*(_pruned(progress) if prune else ()), summed_up(progress), *status_lines(found)):
            click.echo(line, err=True)
    if found.states.get(WorkState.FAILED):
        click.echo("失败的文件和处理办法见 gouji archive errors", err=True)
    if progress.unopened or progress.failed:
        sys.exit(EXIT_FAILED)


def _pruned(progress: Progress) -> Iterator[str]:
    """Yield what was removed, as lines."""
    if not progress.pruned:
        yield "没有已不存在的文件，没有删除数据"
        return
    yield f"已删除 {progress.documents:,} 份文档，来自 {progress.pruned:,} 个已不存在的文件（压缩包算一个）："
    yield from (f"  {path}" for path in sorted(progress.removed))
    if more := progress.pruned - len(progress.removed):
        yield f"  其余 {more:,} 个未列出"


@contextmanager
def _stoppable() -> Iterator[Callable[[], None]]:
    """Let Ctrl-C end the block where it can end well; see :func:`patient`."""
    try:
        with patient() as stop:
            yield stop
    except KeyboardInterrupt as error:
        raise Interrupted("已停止；已完成的都已存好，再运行同一命令即从这里继续") from error


def _opened(database_url: str | None) -> Store:
    return open_database(database_url, "gouji archive add 路径", correct)
