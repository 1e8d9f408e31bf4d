"""Comparisons of ledgers with reports: made, listed, and read with their evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from extractor.comparing import CompareOptions, compare_and_keep
from extractor.config import parse_share
from extractor.export.columns import VERDICTS
from extractor.export.files import write_parquet
from extractor.report import write_rows
from extractor.report.comparison import Compared, write_comparison
from extractor.report.comparison_rows import ITEM_COLUMNS, comparison_row, paired_row
from extractor.store import Evidence, Store, StoredComparison
from extractor.types import ComparisonItem, FigureRef, Match
from extractor.wording import utc
from service.arguments import MOST, Cursor, Limit, Number, Words, cursor_of, missing
from service.audit import audit
from service.context import Service, ServiceDep, StoreDep
from service.formats import VARY, chosen, described
from service.limits import Line
from service.problems import ProblemError
from service.routes.documents import MISSING
from service.rows import file_answer, json_answer, page
from service.security import READ, WRITE

router = APIRouter(prefix="/v1/comparisons", tags=["comparisons"])

_Find = Callable[[Sequence[FigureRef]], dict[FigureRef, Evidence]]
_MOST_TOLD = 5000
"""Figures with their sentences that one page tells."""
_Verdicts = Annotated[list[Match] | None, Query(description="只要这些结论的，可重复；不写时全部")]


class ItemFormat(StrEnum):
    """How the items of a comparison are given; all but ``json`` are whole files, as ``gouji compare`` writes them."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    HTML = "html"


_FILTERED = (ItemFormat.JSONL, ItemFormat.CSV, ItemFormat.PARQUET)


class NewComparison(BaseModel):
    """What to compare with what."""

    model_config = ConfigDict(extra="forbid")

    ledger: Annotated[int, Field(ge=1, le=MOST)] | Annotated[Words, Field(min_length=1, max_length=200)] = Field(
        description="台账的编号或名称", examples=["扶贫台账"]
    )
    documents: list[Annotated[int, Field(ge=1, le=MOST)]] | None = Field(
        None, min_length=1, max_length=10_000, description="只比这些文件；不写时比全部", examples=[None]
    )
    tolerance: float | Words | None = Field(
        None, description="另许的出入，占台账数额的比例：0.005 或 0.5%；不写时见 GOUJI_TOLERANCE", examples=["0.5%"]
    )
    copies: bool = Field(False, description="转抄别处的文章也参与比对")


class ComparisonRow(BaseModel):
    """A stored comparison, and how often it came to which verdict."""

    comparison_id: int
    ledger: str
    documents: int
    tolerance: float
    copies: bool
    made: str
    version: str
    exact: int
    within_rounding: int
    within_modifier: int
    mismatch: int
    report_only: int
    ledger_only: int
    ambiguous: int
    not_comparable: int
    unchecked: int


class ComparisonDetail(ComparisonRow):
    """A stored comparison with what a person wants to know first."""

    ledger_id: int
    document_ids: list[int]
    summary: list[str] = Field(description="几句话：相符多少，出入最大的是哪些，没有对上的为什么")


class ComparisonPage(BaseModel):
    """A page of comparisons."""

    items: list[ComparisonRow]
    next: str | None


class ItemPage(BaseModel):
    """A page of verdicts, each with its evidence."""

    items: list[dict[str, Any]] = Field(
        description="键与 gouji compare --format jsonl 相同；另有 offset_in_sentence（数字在 sentence_text 里的位置）、"
        "difference_text、grounds、reason，以及 others：同样说法或也可能所指的其他数字"
    )
    next: str | None


@router.post(
    "",
    dependencies=[WRITE],
    summary="比对台账与报告",
    status_code=201,
    response_class=Response,
    responses={201: {"model": ComparisonDetail, "description": "已比对并存下"}},
)
async def compare(request: Request, running: ServiceDep, asked: NewComparison) -> Response:
    """把一份台账与报告比对，存下结果：每一行台账、每一个相应的数字各有一个结论和理由。"""
    tolerance = _share(asked.tolerance)
    options = CompareOptions(
        asked.ledger,
        tuple(asked.documents) if asked.documents else None,
        running.settings.extractor.tolerance if tolerance is None else tolerance,
        asked.copies,
    )

    def made(line: Line) -> Response:
        number = compare_and_keep(running.store, options, line.check)
        audit(request, "compare", f"comparison {number}", ledger=asked.ledger)
        return json_answer(_detail(running.store, number), 201)

    return await running.lanes.comparisons.run(request, made)


@router.get(
    "",
    dependencies=[READ],
    summary="列出比对",
    response_class=Response,
    responses={200: {"model": ComparisonPage, "description": "一页比对"}},
)
def comparisons(store: StoreDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """从新到旧列出存下的比对，各结论多少。"""
    rows = store.catalogue().comparisons(limit + 1, cursor_of(cursor) or None)
    following = str(rows[limit - 1].id) if len(rows) > limit else None
    return page([_row(one) for one in rows[:limit]], following)


@router.get(
    "/{number}",
    dependencies=[READ],
    summary="一次比对",
    response_class=Response,
    responses={200: {"model": ComparisonDetail, "description": "比对的摘要"}, **MISSING},
)
async def comparison(request: Request, running: ServiceDep, number: Number) -> Response:
    """给出一次比对的做法、各结论的数目和摘要；各个结论见 `/items`。"""
    return await running.lanes.files.run(request, lambda _: json_answer(_detail(running.store, number)))


@router.get(
    "/{number}/items",
    dependencies=[READ],
    summary="比对的各个结论",
    response_class=Response,
    responses={**described(ItemPage, ItemFormat, "一页结论；其他格式是整份文件"), **MISSING},
)
def items(
    request: Request,
    running: ServiceDep,
    number: Number,
    verdict: _Verdicts = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    format: Annotated[  # noqa: A002
        ItemFormat | None, Query(description="json 一页一页地给，其他格式是整份文件；不写时按 Accept，默认 json")
    ] = None,
) -> Response:
    """给出各个结论，不符的在前，每个带有台账的单元格、报告的原句和它所在的位置。

    CSV、JSONL 和 Parquet 也按 `verdict` 筛选，顺序同台账；XLSX 和 HTML 总是整次比对。
    """
    store = running.store
    stored = _stored(store, number)
    format_ = chosen(request, format, ItemFormat)
    if format_ is not ItemFormat.JSON:
        return _file(running, stored, verdict or [], format_)
    found = store.comparison_page(number, verdict or (), cursor_of(cursor), limit + 1)
    shown = found[: min(limit, _together([one.item for one in found]))]
    named = {ref for one in shown for ref in (one.item.reported, one.item.see, *one.item.others) if ref}
    evidence = store.evidence(sorted(named), number)
    rows = [
        {**paired_row(one.item, one.recorded, _of(one.item, evidence)), "others": _others(one.item, evidence)}
        for one in shown
    ]
    return page(rows, str(shown[-1].order) if len(found) > len(shown) else None, VARY)


def _file(running: Service, stored: StoredComparison, verdicts: list[Match], format_: ItemFormat) -> Response:
    def write(line: Line, out: BinaryIO) -> None:
        compared = Compared.of(running.store, running.store.comparison(stored.id), stored.id)
        compared = replace(compared, find=_watched(compared.find, line))
        if format_ not in _FILTERED:
            write_comparison(compared, format_.value, out)
            return
        rows = compared.rows(lambda item: not verdicts or item.verdict in verdicts)
        if format_ is ItemFormat.PARQUET:
            write_parquet(VERDICTS, rows, out)
        else:
            write_rows(rows, ITEM_COLUMNS, format_.value, out)

    return file_answer(running.lanes.files, write, format_.value, f"比对-{stored.id}")


def _watched(find: _Find, line: Line) -> _Find:
    """Return what finds evidence, a page of items at a time, as long as somebody waits for it."""

    def found(refs: Sequence[FigureRef]) -> dict[FigureRef, Evidence]:
        line.check()
        return find(refs)

    return found


def _detail(store: Store, number: int) -> dict[str, object]:
    stored = _stored(store, number)
    compared = Compared.of(store, store.comparison(number), number)
    return {
        **_row(stored),
        "ledger_id": compared.comparison.ledger,
        "document_ids": list(compared.comparison.documents),
        "summary": list(compared.lines()),
    }


def _row(stored: StoredComparison) -> dict[str, object]:
    return {**comparison_row(stored), "made": utc(stored.made)}


def _stored(store: Store, number: int) -> StoredComparison:
    one = store.catalogue().comparison(number)
    if one is None:
        raise missing("比对", number)
    return one


def _together(items: Sequence[ComparisonItem]) -> int:
    """Return how many items make a page: one may share its verdict with very many figures."""
    told = accumulate(1 + len(item.others) for item in items)
    return max(1, sum(count <= _MOST_TOLD for count in told))


def _of(item: ComparisonItem, evidence: dict[FigureRef, Evidence]) -> Evidence | None:
    ref = item.reported or item.see
    return evidence.get(ref) if ref else None


def _others(item: ComparisonItem, evidence: dict[FigureRef, Evidence]) -> list[dict[str, object]]:
    """Return the further figures of an item with their sentences; one that is gone has its place alone."""
    told = []
    for ref in item.others:
        one = evidence.get(ref)
        place: dict[str, object] = {"document_id": ref.document, "start": ref.start}
        if one is not None:
            place |= {"document": one.source, "end": one.end, "text": one.text, "article": one.article}
            place |= {"locator": one.locator, "sentence_text": one.snippet}
            place |= {"offset_in_sentence": one.start - one.snippet_start}
        told.append(place)
    return told


def _share(given: float | str | None) -> Decimal | None:
    if given is None:
        return None
    try:
        return parse_share(str(given))
    except ValueError as error:
        raise ProblemError(
            422,
            f"tolerance：{str(given)[:40]!r} 应为 0 到 1 之间的小数或百分数，如 0.005 或 0.5%",
            "tolerance is no share",
        ) from error
