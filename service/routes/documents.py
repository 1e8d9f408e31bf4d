"""Stored documents: found, read, removed."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from extractor.report.checks import CHECK_COLUMNS, stored_check_row
from extractor.report.html import write_page
from extractor.report.rows import FIGURE_COLUMNS, PROJECT_COLUMNS, figure_row, locate, project_row
from extractor.report.stored import stored_document_row
from extractor.store import CheckFilter, DocumentFilter, Store, StoredDocument
from extractor.types import Document, Extraction, Verdict
from extractor.wording import utc
from service.answers import DocumentRow
from service.arguments import Cursor, Limit, Number, Search, cursor_of, missing
from service.audit import audit
from service.context import AuthorDep, ServiceDep, StoreDep
from service.formats import MEDIA_TYPES, chosen, described
from service.headers import REPORT_POLICY
from service.limits import Line
from service.problems import documented
from service.rows import Row, RowFormat, json_answer, page, rows_answer
from service.security import READ, WRITE

router = APIRouter(prefix="/v1/documents", tags=["documents"])

MISSING = documented(404, because="没有这个编号")


def _format(
    request: Request,
    asked: Annotated[
        RowFormat | None, Query(alias="format", description="应答的格式；不写时按 Accept，默认 json")
    ] = None,
) -> RowFormat:
    return chosen(request, asked, RowFormat)


_Format = Annotated[RowFormat, Depends(_format)]


class StoredDocumentRow(DocumentRow):
    """A stored document, and how much was found in it."""

    document_id: int = Field(examples=[12])
    version: str = Field(description="抽取它的程序的版本")
    extracted: str = Field(description="抽取的时间", examples=["2026-01-02T03:04:05Z"])


class DocumentDetail(StoredDocumentRow):
    """A stored document with what came of its claims, and what people said of it."""

    verdicts: dict[Verdict, int] = Field(description="核算的结论各有多少", examples=[{"holds": 12, "fails": 1}])
    explained: int = Field(description="有人工说明的核算")
    corrections: int = Field(description="有效的更正")
    unfit: int = Field(description="不再适用的更正")


class DocumentPage(BaseModel):
    """A page of documents."""

    items: list[StoredDocumentRow]
    next: str | None = Field(description="下一页的 cursor；没有下一页时为 null")


class Rows(BaseModel):
    """Rows with the keys of ``gouji … --format jsonl``; see docs/export.md."""

    items: list[dict[str, Any]]
    next: str | None = Field(None, description="总是 null：一次给出全部")


_ROWS = {**described(Rows, RowFormat, "各行，键与命令行的 JSONL 相同"), **MISSING}


@router.get(
    "",
    dependencies=[READ],
    summary="列出文件",
    response_class=Response,
    responses={200: {"model": DocumentPage, "description": "一页文件"}},
)
def documents(
    store: StoreDep,
    q: Annotated[Search | None, Query(description="文件名或标题里的字")] = None,
    media_type: Annotated[Search | None, Query(description="文件格式，如 text/plain")] = None,
    failing: Annotated[bool | None, Query(description="有（没有）不符且没有说明的核算")] = None,
    corrected: Annotated[bool | None, Query(description="有（没有）有效的更正")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """按编号从新到旧列出存下的文件，一页一页地给。"""
    before = cursor_of(cursor) or None
    wanted = DocumentFilter(q, media_type, failing, corrected, before, limit + 1)
    found = store.holdings().page(wanted)
    following = str(found[limit - 1].id) if len(found) > limit else None
    return page([_row(one) for one in found[:limit]], following)


@router.get(
    "/{number}",
    dependencies=[READ],
    summary="一个文件",
    response_class=Response,
    responses={200: {"model": DocumentDetail, "description": "文件的来历和数目"}, **MISSING},
)
def document(store: StoreDep, number: Number) -> Response:
    """给出一个文件的来历，以及其中数字、项目、核算和更正的数目。"""
    found = store.holdings().one(number)
    if found is None:
        raise missing("文件", number)
    counts = store.holdings().counts(number)
    told = {
        "verdicts": {verdict.value: counts.verdicts.get(verdict, 0) for verdict in Verdict},
        "explained": counts.explained,
        "corrections": counts.corrections,
        "unfit": counts.unfit,
    }
    return json_answer({**_row(found), **told})


@router.get(
    "/{number}/text",
    dependencies=[READ],
    summary="文件的正文",
    response_class=PlainTextResponse,
    responses={200: {"description": "正文；各位置都从这里数起"}, **MISSING},
)
def text(store: StoreDep, number: Number) -> PlainTextResponse:
    """给出正文。数字、句子和章节的位置都是这段文字里的字数，从 0 起，不含换算。"""
    found = store.holdings().text(number)
    if found is None:
        raise missing("文件", number)
    return PlainTextResponse(found)


@router.get("/{number}/figures", dependencies=[READ], summary="文件里的数字", response_class=Response, responses=_ROWS)
def figures(running: ServiceDep, number: Number, format_: _Format) -> Response:
    """按在正文中的先后给出文件里的全部数字，已按更正改过。"""

    def rows() -> Iterator[Row]:
        found, extraction = contents(running.store, number)
        return ({**figure_row(one, extraction, found), "document_id": number} for one in extraction.figures)

    return rows_answer(running.lanes.files, rows, ("document_id", *FIGURE_COLUMNS), format_, f"数字-{number}")


@router.get("/{number}/projects", dependencies=[READ], summary="文件里的项目", response_class=Response, responses=_ROWS)
def projects(running: ServiceDep, number: Number, format_: _Format) -> Response:
    """给出文件里的项目，各由哪些数字组成。"""

    def rows() -> Iterator[Row]:
        found, extraction = contents(running.store, number)
        return ({**project_row(one, found), "document_id": number} for one in extraction.projects)

    return rows_answer(running.lanes.files, rows, ("document_id", *PROJECT_COLUMNS), format_, f"项目-{number}")


@router.get("/{number}/checks", dependencies=[READ], summary="文件的核算", response_class=Response, responses=_ROWS)
def checks(running: ServiceDep, number: Number, format_: _Format) -> Response:
    """给出报告自称的数字关系逐一核算的结果，连同人工说明。"""

    def rows() -> list[Row]:
        found, _ = contents(running.store, number)
        rows: list[Row] = []
        for stored in running.store.checks(CheckFilter(document=number)):
            part = locate(found, stored.result.figures[0].start)
            rows.append({**stored_check_row(stored), "locator": part.locator if part else ""})
        return rows

    return rows_answer(running.lanes.files, rows, CHECK_COLUMNS, format_, f"核算-{number}")


@router.get(
    "/{number}/html",
    dependencies=[READ],
    summary="整份报告的网页",
    response_class=Response,
    responses={200: {"description": "一个不依赖别的文件的网页", "content": {"text/html": {}}}, **MISSING},
)
def html(running: ServiceDep, number: Number) -> Response:
    """给出一页网页：正文里标出各个数字，旁边是可以筛选和排序的表；可以存下来，不用联网打开。"""

    def pieces(_: Line) -> Generator[bytes]:
        out = BytesIO()
        write_page([contents(running.store, number)], out)
        yield out.getvalue()

    return running.lanes.files.stream(pieces, MEDIA_TYPES["html"], {"Content-Security-Policy": REPORT_POLICY})


@router.delete(
    "/{number}",
    dependencies=[WRITE],
    summary="删除文件",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "已删除"}, **MISSING},
)
def remove(request: Request, store: StoreDep, author: AuthorDep, number: Number) -> Response:
    """删除一个文件，连同抽取出的一切、核算的说明和更正，不能恢复。

    用到它的比对保留当时的证据。它若来自 `gouji archive` 的归档，那里仍记为完成，下次运行不会再读它。
    """
    if not store.holdings().remove(number, f"文件已由 {author} 删除"):
        raise missing("文件", number)
    audit(request, "delete", f"document {number}")
    return Response(status_code=204)


def _row(stored: StoredDocument) -> dict[str, object]:
    return {**stored_document_row(stored), "extracted": utc(stored.extracted)}


def contents(store: Store, number: int) -> tuple[Document, Extraction]:
    """Return a document with what was extracted from it.

    Raises:
        ProblemError: there is none of this id.
    """
    found = store.holdings().contents(number)
    if found is None:
        raise missing("文件", number)
    return found
