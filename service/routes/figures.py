"""Figures of all documents."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from extractor.export import rows
from extractor.export.columns import FIGURES
from extractor.report.rows import FIGURE_COLUMNS
from extractor.report.stored import stored_figure_row
from extractor.store import StoredFigure
from service import listings
from service.answers import Figure, OfLibrary
from service.context import ServiceDep
from service.questions import FigureQuestionDep
from service.security import READ

router = APIRouter(prefix="/v1", tags=["figures"], dependencies=[READ])

SHEET: listings.Sheet[StoredFigure] = listings.Sheet(
    "数字",
    ("document_id", *(name for name in FIGURE_COLUMNS if name != "locator")),  # the place in a file is not stored
    stored_figure_row,
    FIGURES,
    rows.figure,
)


class ListedFigure(Figure, OfLibrary):
    """A figure, as a line of ``gouji figures --format jsonl``."""


class FigurePage(BaseModel):
    """A page of figures."""

    items: list[ListedFigure]
    next: str | None = Field(description="下一页的 cursor；null 表示没有了")


@router.get(
    "/figures",
    summary="查询所有文件的数字",
    response_model=FigurePage,
    responses=listings.listing(FigurePage),
)
def figures(request: Request, running: ServiceDep, asked: FigureQuestionDep) -> Response:
    """List the figures that meet all conditions.

    JSON gives a page; `next` is the `cursor` of the page behind it, which costs the same however far it is, and neither
    repeats nor leaves out a figure when documents are added meanwhile. CSV, XLSX, Parquet and JSON lines give all figures
    (behind `cursor`, if one is given) as a file.
    """
    wanted, listing = asked.filter(), running.store.listing()
    return listings.answer(
        request,
        running.lanes.files,
        SHEET,
        lambda limit, cursor: listing.figures(wanted, asked.sort, limit=limit, cursor=cursor),
        asked,
    )
