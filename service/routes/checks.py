"""What came of recomputing the claims of all documents."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from extractor.export import rows
from extractor.export.columns import CHECKS
from extractor.report.checks import CHECK_COLUMNS, stored_check_row
from extractor.store import StoredCheck
from service import listings
from service.answers import Check, OfLibrary
from service.context import ServiceDep
from service.questions import CheckQuestionDep
from service.security import READ

router = APIRouter(prefix="/v1", tags=["checks"], dependencies=[READ])

SHEET: listings.Sheet[StoredCheck] = listings.Sheet(
    "核算", tuple(name for name in CHECK_COLUMNS if name != "locator"), stored_check_row, CHECKS, rows.check
)


class ListedCheck(Check, OfLibrary):
    """A claim recomputed, as a line of ``gouji check --format jsonl``."""


class CheckPage(BaseModel):
    """A page of findings."""

    items: list[ListedCheck]
    next: str | None = Field(description="下一页的 cursor；null 表示没有了")


@router.get("/checks", summary="查询所有文件的核算", response_model=CheckPage, responses=listings.listing(CheckPage))
def checks(request: Request, running: ServiceDep, asked: CheckQuestionDep) -> Response:
    """List the findings that meet all conditions, by document and place; pages and formats as those of figures."""
    wanted, listing = asked.filter(), running.store.listing()
    return listings.answer(
        request,
        running.lanes.files,
        SHEET,
        lambda limit, cursor: listing.checks(wanted, limit=limit, cursor=cursor),
        asked,
    )
