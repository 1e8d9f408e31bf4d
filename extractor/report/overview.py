"""One self-contained page on a database: what it holds, what does not hold, what could not be read.

It has no script; like the other pages it needs nothing from the network and refuses everything but its own style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from extractor.readers.formats import READERS
from extractor.report.archive import advice, counted, kind_of_failure
from extractor.report.charts import Bar, bars
from extractor.report.checks import WORST_FIRST
from extractor.report.html import fill
from extractor.report.rows import names
from extractor.store.overview import MOST
from extractor.types import FAILURES, Match, Verdict, WorkState
from extractor.wording import moment, share

if TYPE_CHECKING:
    from datetime import datetime

    from extractor.store import Discrepancy, Overview, StoredCheck, StoredComparison, Trouble, WorkStatus
    from extractor.store.money import Money
    from extractor.store.overview import Counts

Locate = Callable[[str], str]
_TITLE = "勾稽：归档概览"
_SHORT = frozenset(("处理", "相差", "原因"))
"""Columns whose cells are not broken."""
_SCALES = ((Decimal(10) ** 12, "万亿元"), (Decimal(10) ** 8, "亿元"), (Decimal(10) ** 4, "万元"))
_ADDED = (
    "只加这样的数字：以元计的金额，状态为{added}，有数值（范围取下限，约数取所写的数）。不加的：{left}，单价、户均一类的平均数和外币，"
    "产值、增加值、收入、销售额一类的经济总量，"
    "内容与先入库的文章相同的文章，以及“其中”一类，即它所属的总数（或它复述的数字）已在同一张表里的。"
    "各报告、各年累计之间的重复无法辨认，合计只表示规模，不能当作决算数。"
)
MONEY = _ADDED.format(added="已完成", left="计划和标准")
MONEY_BY_STATUS = _ADDED.format(added="已完成或计划（各成一列）", left="标准")


@dataclass(frozen=True, slots=True)
class Origin:
    """Of which database a page is, by its address without a password, and of which moment (aware)."""

    database: str
    made: datetime


def write_overview(
    origin: Origin, found: Overview, status: WorkStatus, troubles: Sequence[Trouble], locate: Locate, out: BinaryIO
) -> None:
    """Write the page as UTF-8.

    Args:
        origin: of what the page is.
        found: what the database holds.
        status: how far its archives are.
        troubles: some of the files that failed.
        locate: returns the file that is meant by a path of the work ledger, or of a member in it.
        out: a binary stream; it is flushed and left open.
    """
    repeated = f"（另有 {found.repeated:,} 个在内容重复的文章里，下面不计）" if found.repeated else ""
    figures = found.figures - found.repeated
    sections = (
        _section("documents", "文件", *_documents(found)),
        _section("figures", "数字", *_figures(found)),
        _section("money", "金额", *_amounts(found)),
        _section("checks", "勾稽不符", *_checks(found, locate)),
        _section("comparisons", "与台账不符", *_comparisons(found, locate)),
        _section("failures", "没有读成的文件", *_failures(status, troubles, locate)),
    )
    page = fill(
        "overview.html",
        ("page.css", "overview.css"),
        title=escape(_TITLE),
        summary=f"{found.documents:,} 个文件，{found.articles:,} 篇文章，{figures:,} 个数字{repeated}，{found.projects:,} 个项目",
        about="".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in _about(origin, status)),
        todo="".join(_todo(found, status)),
        sections="\n".join(sections),
    )
    out.write(page)
    out.flush()


def _about(origin: Origin, status: WorkStatus) -> Iterable[tuple[str, str]]:
    """Yield of what the page is; the counts are those of ``gouji archive status``."""
    yield "生成于", moment(origin.made)
    yield "数据库", origin.database
    for root in status.roots:
        yield "归档", f"{root.path}（{f'{moment(root.walked)} 清点' if root.walked else '还没有清点完'}）"
    states = [*counted(status)]
    told = "，".join(f"{name} {number:,}" for _, name, number in states)
    yield "归档里的文件", f"{sum(number for _, _, number in states):,} 个：{told}"


def _todo(found: Overview, status: WorkStatus) -> Iterable[str]:
    mismatches = sum(one.verdicts.get(Match.MISMATCH, 0) for one in found.comparisons)
    counted = (
        ("checks", "勾稽不符", "处", sum(found.failures.values())),
        ("comparisons", "与台账不符", "处", mismatches),
        ("failures", "没有读成", "个文件", status.states.get(WorkState.FAILED, 0)),
    )
    for target, name, unit, count in counted:
        style = ' class="open"' if count else ""
        yield f'<li><a href="#{target}"{style}>{name} <strong>{count:,}</strong> {unit}</a></li>'


def _section(name: str, title: str, *content: str) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>{"".join(content)}</section>'


def _documents(found: Overview) -> Iterable[str]:
    divisions = [*found.divisions, *([("（没有能确定区划的地名）", found.undivided)] if found.undivided else [])]
    yield '<div class="charts">'
    yield _counted(
        "按年份", "年份", "文件", [(year or "（没有年份）", count) for year, count in found.years],
        "每个文件只计在其数字最多的那一年",
    )  # fmt: skip
    yield _counted("按文件格式", "格式", "文件", [(_format(name), count) for name, count in found.formats])
    yield _counted("按区划", "区划", "文件", divisions, f"到县；文件提到几处就在几处各计一次；至多列 {MOST} 处")
    yield _counted("按地名", "地名", "文件", found.places, f"按原文，能否确定区划都算；至多列 {MOST} 个")
    yield "</div>"


def _figures(found: Overview) -> Iterable[str]:
    yield _counted("按指标", "指标", "数字", found.indicators, f"最多的 {MOST} 个指标")


def _amounts(found: Overview) -> Iterable[str]:
    if not found.project_types.named and not found.funders.named:
        yield "<p>没有可以相加的金额。</p>"
        return
    yield f'<p class="note">{MONEY}</p><div class="charts">'
    types = names("project_type")
    untyped = f"另有 {found.project_types.unnamed:,} 个金额没有项目类型，不计"
    yield _added("按项目类型", "项目类型", found.project_types.named, types, untyped)
    yield _added(
        "按资金来源",
        "资金来源",
        found.funders.named,
        {},
        f"按原文，至多列 {MOST} 个；另有 {found.funders.unnamed:,} 个金额没有写明来源，不计",
    )
    yield "</div>"


def _counted(title: str, name: str, of: str, counts: Counts, note: str = "") -> str:
    return bars(title, (name, of), (Bar(label, count, f"{count:,}") for label, count in counts), note=note)


def _added(title: str, name: str, sums: Iterable[Money], called: Mapping[str, str], note: str) -> str:
    rows = (Bar(called.get(one.name, one.name), one.total, yuan(one.total), (f"{one.figures:,}",)) for one in sums)
    return bars(title, (name, "数字", "合计"), rows, note=note)


def _checks(found: Overview, locate: Locate) -> Iterable[str]:
    if not found.verdicts:
        yield "<p>没有核算过；存入时不要用 --no-checks。</p>"
        return
    verdicts, kinds = names("verdict"), names("kind")
    listed = [(verdicts[verdict], found.verdicts.get(verdict, 0)) for verdict in WORST_FIRST]
    said = f"不符的里面有 {found.explained:,} 处已有人工说明" if found.explained else ""
    yield '<div class="charts">'
    yield _counted("核算结论", "结论", "处", [one for one in listed if one[1]], said)
    failures = (Bar(kinds[kind], count, f"{count:,}") for kind, count in found.failures.items())
    yield bars("不符的类型", ("类型", "处"), failures, note="不计已有人工说明的", style="wrong")
    yield "</div>"
    if found.failing:
        total = sum(found.failures.values())
        command = f"gouji check --verdict {Verdict.FAILS.value}"
        yield _more(len(found.failing), total, command)
        yield _list("不符之处", ("处理", "算式", "文件"), (_check(one, locate) for one in found.failing))


def _check(one: StoredCheck, locate: Locate) -> Sequence[str]:
    result = one.result
    severity = names("severity")[result.severity.value] if result.severity else ""
    reason = f'<p class="meta">{escape(result.reason)}</p>' if result.reason else ""
    quoted = "".join(f"<blockquote>{escape(sentence.strip())}</blockquote>" for sentence in one.sentences)
    kind = names("kind")[result.kind.value]
    return (
        f"{severity}（{kind}）",
        f"{escape(result.formula)}{reason}{quoted}",
        _source(one.source, one.document, locate),
    )


def _comparisons(found: Overview, locate: Locate) -> Iterable[str]:
    if not found.comparisons:
        yield "<p>没有存下的比对；用 gouji ledger import 导入台账，再用 gouji compare 比对。</p>"
        return
    yield _list("各台账", ("台账", "最近一次比对", "结果", "看全部"), map(_comparison, found.comparisons))
    if found.discrepancies:
        total = sum(one.verdicts.get(Match.MISMATCH, 0) for one in found.comparisons)
        yield _more(len(found.discrepancies), total, "gouji compare --stored 编号")
        rows = (_discrepancy(one, locate) for one in found.discrepancies)
        yield _list("不符的数", ("台账所记", "报告所写", "相差", "文件"), rows)


def _comparison(one: StoredComparison) -> Sequence[str]:
    called = names("match")
    told = "，".join(f"{called[match]} {one.verdicts[match]:,}" for match in Match if one.verdicts.get(match))
    command = f"<code>gouji compare --stored {one.id}</code>"
    return escape(one.ledger), escape(moment(one.made)), escape(told), command


def _discrepancy(one: Discrepancy, locate: Locate) -> Sequence[str]:
    what = "，".join(filter(None, (one.place, one.period, one.indicator)))
    relative = share(one.relative) if one.relative is not None else ""
    quoted = f"<blockquote>{escape(one.snippet.strip())}</blockquote>"
    recorded = f'{escape(what)}：{escape(one.recorded)}<br><span class="meta">{escape(one.ledger)}</span>'
    return recorded, f"{escape(one.reported)}{quoted}", relative, _source(one.source, one.document, locate)


def _failures(status: WorkStatus, troubles: Sequence[Trouble], locate: Locate) -> Iterable[str]:
    if pending := status.states.get(WorkState.PENDING, 0):
        yield f"<p>还有 {pending:,} 个文件待处理；再运行 gouji archive add 即继续。</p>"
    if status.gone:
        yield f"<p>有 {status.gone:,} 个文件已不存在，数据还在；用 gouji archive add --prune 删除。</p>"
    failed = [reason for reason in FAILURES if status.reasons.get(reason)]
    if not failed:
        yield "<p>没有。</p>"
        return
    rows = ((kind_of_failure(one), f"{status.reasons[one]:,}", escape(advice(one))) for one in failed)
    yield _list("按原因", ("原因", "文件", "怎么办"), rows)
    yield _more(len(troubles), sum(status.reasons[one] for one in failed), "gouji archive errors")
    yield _list(
        "按文件",
        ("文件", "原因", "消息", "怎么办"),
        (
            (_link(one.path, locate), kind_of_failure(one.reason), escape(one.message), escape(advice(one.reason)))
            for one in troubles
        ),
    )


def _more(listed: int, total: int, command: str) -> str:
    if listed == total:
        return ""
    return f'<p class="note">以下列出 {total:,} 处中的 {listed:,} 处；全部见 <code>{escape(command)}</code></p>'


def _list(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its cells are HTML, each with its heading for a phone, where they stand below one another."""
    titles = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join(
        "<tr>" + "".join(_cell(head, cell) for head, cell in zip(heads, row, strict=True)) + "</tr>" for row in rows
    )
    return (
        f'<table class="list"><caption>{title}</caption><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>'
    )


def _cell(head: str, cell: str) -> str:
    short = ' class="short"' if head in _SHORT else ""
    return f'<td data-label="{head}"{short}>{cell}</td>'


def _source(source: str, number: int, locate: Locate) -> str:
    return f'{_link(source, locate)}<br><span class="meta">文件编号 {number}</span>'


def _link(source: str, locate: Locate) -> str:
    """Return a file as a link; of a member of a container the link is to the container."""
    path = Path(locate(source))
    shown = escape(source)
    return f'<a href="{escape(path.as_uri())}">{shown}</a>' if path.is_absolute() else shown


def _format(media_type: str) -> str:
    known = READERS.get(media_type)
    return known.suffixes[0] if known else media_type


def yuan(amount: Decimal) -> str:
    """Return an amount in 元 as people say it: 1.27亿元, 508.50万元."""
    for scale, name in _SCALES:
        if abs(amount) >= scale:
            return f"{amount / scale:,.2f}{name}"
    return f"{amount:,.2f}元"
