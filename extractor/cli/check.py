"""``gouji check`` and ``gouji explain``: recomputed claims, and what people say of those that fail."""

from __future__ import annotations

import getpass
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from extractor.cli.files import Batch, reports
from extractor.cli.options import DATABASE, HELP, Words
from extractor.cli.options import output as output_options
from extractor.cli.output import format_for, opened
from extractor.cli.runs import Database, examined
from extractor.cli.stores import open_database
from extractor.config import load
from extractor.errors import UsageError
from extractor.report.checks import check_rows, stored_check_row, summary, write_checks
from extractor.report.documents import REPORT_FORMATS, write_report
from extractor.types import CheckKind, Verdict
from extractor.wording import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from extractor.types import Document, Extraction

    Row = Mapping[str, object]

_EXPLAINED = "explained"


@dataclass(frozen=True, slots=True)
class _Listed:
    """Which findings are listed: those of any of the verdicts and, where some are given, of the kinds."""

    verdicts: tuple[Verdict, ...]
    kinds: tuple[CheckKind, ...]
    explained: bool

    def takes(self, row: Row, counted: Counter[str]) -> bool:
        """Whether a finding is listed; one that is left out because a person has explained it is counted."""
        if row["verdict"] not in self.verdicts or (self.kinds and row["kind"] not in self.kinds):
            return False
        if row["person_note"] is not None and not self.explained:
            counted[_EXPLAINED] += 1
            return False
        return True


@click.command()
@click.argument("paths", nargs=-1, metavar="[路径…]")
@click.option(
    "--verdict",
    "verdicts",
    type=Words("verdict", [verdict.value for verdict in Verdict]),
    multiple=True,
    help="只列这种结论的，可重复；默认 fails（不符）",
)
@click.option("--all", "everything", is_flag=True, help="所有结论都列")
@click.option(
    "--kind",
    "kinds",
    type=Words("kind", [kind.value for kind in CheckKind]),
    multiple=True,
    help="只列这类核算，可重复",
)
@click.option("--explained", is_flag=True, help="已有人工说明的也列")
@click.option("--document", "number", type=int, metavar="编号", help="只列数据库里此文件的，编号见 gouji documents")
@DATABASE
@output_options(REPORT_FORMATS)
@HELP
def check(
    paths: tuple[str, ...],
    verdicts: tuple[str, ...],
    everything: bool,
    kinds: tuple[str, ...],
    explained: bool,
    number: int | None,
    database_url: str | None,
    format_: str | None,
    output: Path | None,
) -> None:
    """核算报告自称的数字关系：合计、占比、进度、增长、平均、差额等。

    路径可以是文件、文件夹或 -（标准输入），给出 --db 时同时存入；不给路径时列出数据库里已有的核算。

    \b
    例：gouji check 报告.docx
        gouji check 报告文件夹 --format html -o 核算.html
        gouji check --db sqlite:///gouji.db --all --format xlsx -o 核算.xlsx

    \b
    退出码：0 全部完成（不论有无不符）；2 有文件读不了，或用法有误；1 其他错误。
    """
    if verdicts and everything:
        raise UsageError("--verdict 和 --all 不能同时使用", "--verdict and --all")
    if paths and number is not None:
        raise UsageError("给了路径就只核算这些文件，不能再用 --document", "paths and a document")
    chosen = format_for(output, format_, REPORT_FORMATS)
    batch = Batch()
    counted = Counter[str]()
    shown = tuple(Verdict) if everything else tuple(map(Verdict, verdicts)) or (Verdict.FAILS,)
    listed = _Listed(shown, tuple(map(CheckKind, kinds)), explained)
    with closing(Database(database_url if paths else None)) as database, opened(output, chosen) as out:
        documents = examined(reports(paths, batch, load(), output), database, batch)
        if chosen == "html":
            if not paths or verdicts or kinds or everything:
                raise UsageError(
                    "html 是整个报告的页面，只用于文件，且列出全部核算；要筛选请用其他格式",
                    "html takes paths and no filter",
                )
            write_report(_tallied(documents, counted), chosen, out)
        else:
            if paths:
                found = _of_files(documents, database, listed, counted)
            else:
                found = _of_database(database_url, number, listed, counted)
            write_checks(found, chosen, out)
    hidden = counted.pop(_EXPLAINED, 0)
    click.echo(summary(counted) + (f"（{hidden} 处已有说明，--explained 列出）" if hidden else ""), err=True)
    batch.end()


def _of_files(
    documents: Iterator[tuple[Document, Extraction]], database: Database, listed: _Listed, counted: Counter[str]
) -> Iterator[Row]:
    """The findings of files; of saved ones as the database has them, with what people said of them."""
    for document, extraction in _tallied(documents, counted):
        stored = database.checks(document)
        rows = check_rows(document, extraction) if stored is None else map(stored_check_row, stored)
        yield from (row for row in rows if listed.takes(row, counted))


def _of_database(database_url: str | None, number: int | None, listed: _Listed, counted: Counter[str]) -> Iterator[Row]:
    """The findings that are stored; the database narrows and counts them."""
    from extractor.store import CheckFilter  # slow to import, and not wanted for files

    wanted = CheckFilter(number, listed.verdicts, listed.kinds, explained=None if listed.explained else False)
    with open_database(database_url) as store, closing(store.checks(wanted)) as found:
        counted.update({verdict.value: count for verdict, count in store.count_checks(CheckFilter(number)).items()})
        if not listed.explained:
            counted[_EXPLAINED] = sum(store.count_checks(replace(wanted, explained=True)).values())
        yield from map(stored_check_row, found)
        if missing := store.unchecked_documents(number):
            click.echo(f"提示：另有 {missing} 个文件存入时没有核算；请用 gouji check 路径 --db 重新存入", err=True)


def _tallied(
    results: Iterator[tuple[Document, Extraction]], counted: Counter[str]
) -> Iterator[tuple[Document, Extraction]]:
    for document, extraction in results:
        counted.update(result.verdict.value for result in extraction.checks or ())
        yield document, extraction


@click.command()
@click.argument("document", type=int, metavar="文件编号")
@click.argument("claim", metavar="核算编号")
@click.argument("note", default="", metavar="[说明]")
@click.option("--author", default=getpass.getuser, metavar="姓名", help="说明人；默认为登录用户")
@click.option("--replace", is_flag=True, help="替换已有的说明")
@click.option("--withdraw", is_flag=True, help="撤回已有的说明")
@DATABASE
@HELP
def explain(
    document: int, claim: str, note: str, author: str, replace: bool, withdraw: bool, database_url: str | None
) -> None:
    """说明一处核算为何不是错误；说明随数据库保存，重新抽取后仍在。

    核算编号见 gouji check --format jsonl 的 claim。

    \b
    例：gouji explain 12 8930=8958+8966+8972 "另有一个村单列"
    """
    from extractor.store import CheckNote

    if bool(note) is withdraw or (withdraw and replace):
        raise UsageError("请写明说明，或用 --withdraw 撤回，二者取一", "a note or --withdraw")
    with open_database(database_url) as store:
        if withdraw:
            store.withdraw(document, claim)
        else:
            said = CheckNote(note, author, datetime.now(UTC))
            if former := store.explain(document, claim, said, replace=replace):
                click.echo(f"原说明“{former.text}”（{former.author}，{moment(former.made)}）已被替换", err=True)
    click.echo(f"已{'撤回' if withdraw else '记下'}：文件 {document}，{claim}", err=True)
