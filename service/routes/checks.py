"""What came of recomputing the claims of all documents."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from extractor.export import rows
from extractor.export.columns import CHECKS
from extractor.report.checks import CHECK_COLUMNS, stored_check_row
from extractor.store import StoredCheck
from extractor.types import Cause, CheckKind, Severity, Verdict
from service import formats, listings
from service.answers import Amount
from service.context import ServiceDep
from service.questions import CheckQuestionDep
from service.security import READ

router = APIRouter(prefix="/v1", tags=["checks"], dependencies=[READ])

SHEET: listings.Sheet[StoredCheck] = listings.Sheet(
    "核算", tuple(name for name in CHECK_COLUMNS if name != "locator"), stored_check_row, CHECKS, rows.check
)


class ListedCheck(BaseModel):
    """A claim recomputed, as a line of ``gouji check --format jsonl``; amounts are in ``unit``."""

    document_id: int = Field(examples=[17], description="文件编号")
    document: str = Field(examples=["排竹村2015年总结.docx"], description="文件的路径或名称")
    article: str = Field(examples=["2015年工作总结"])
    kind: CheckKind
    verdict: Verdict
    severity: Severity | None
    cause: Cause | None
    formula: str = Field(examples=["200+300=500万元，原文为 508.5万元"], description="算式和原文所称")
    unit: str = Field(examples=["元"])
    stated: Amount | None = Field(description="原文所称")
    computed: Amount | None = Field(description="核算结果")
    difference: Amount | None = Field(description="原文所称减核算结果")
    low: Amount | None = Field(description="允许的下限")
    high: Amount | None = Field(description="允许的上限")
    reason: str
    person_note: str | None = Field(description="人工说明")
    author: str | None = Field(description="说明人")
    claim: str = Field(examples=["122=140+160"], description="核算编号，重新抽取后不变")
    figures: list[int] = Field(examples=[[122, 140, 160]], description="所涉数字的 start，第一个是被核算的")
    start: int = Field(examples=[122], description="被核算的数字的 start")
    sentences: list[str] = Field(description="所在句")


class CheckPage(BaseModel):
    """A page of findings."""

    items: list[ListedCheck]
    next: str | None = Field(description="下一页的 cursor；null 表示没有了")


@router.get("/checks", summary="查询所有文件的核算", response_model=CheckPage, responses=listings.listing(CheckPage))
def checks(request: Request, running: ServiceDep, asked: CheckQuestionDep) -> Response:
    """List the findings that meet all conditions, by document and place; pages and formats as those of figures."""
    wanted, listing = asked.filter(), running.store.listing()
    return listings.answer(
        running.lanes.files,
        formats.chosen(request, asked.format, listings.Format),
        SHEET,
        lambda limit, cursor: listing.checks(wanted, limit=limit, cursor=cursor),
        asked.limit,
        asked.cursor,
    )
