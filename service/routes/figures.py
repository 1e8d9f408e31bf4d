"""Figures of all documents."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from extractor.export import rows
from extractor.export.columns import FIGURES
from extractor.report.rows import FIGURE_COLUMNS
from extractor.report.stored import stored_figure_row
from extractor.store import StoredFigure
from extractor.types import Modifier, PctKind, Status
from service import formats, listings
from service.answers import Amount
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


class Percentage(BaseModel):
    """What a percentage is of: offsets of other figures."""

    kind: PctKind
    of: int | None = Field(description="基数的 start")
    numer: int | None = Field(description="分子的 start")


class ListedFigure(BaseModel):
    """A figure, as a line of ``gouji figures --format jsonl``; offsets count the characters of the document's text."""

    document_id: int = Field(examples=[17], description="文件编号")
    document: str = Field(examples=["排竹村2015年总结.docx"], description="文件的路径或名称")
    article: str = Field(examples=["2015年工作总结"])
    section: list[str] = Field(examples=[["一、基础设施"]], description="所在章节的各级标题")
    sentence: tuple[int, int] = Field(examples=[[120, 168]], description="所在句的起止")
    start: int = Field(examples=[122])
    end: int = Field(examples=[129])
    text: str = Field(examples=["508.5万元"], description="原文")
    value: Amount | None = Field(examples=[5085000], description="以 unit 计的数值；隐去的为 null")
    value_max: Amount | None = Field(description="范围的上限")
    modifier: Modifier
    unit: str = Field(examples=["元"])
    indicator: str = Field(examples=["投入"])
    status: Status
    period: str | None = Field(examples=["2015"])
    place: list[str] = Field(examples=[["排竹村"]])
    project_type: str | None = Field(examples=["road"])
    funder: str | None
    part_of: int | None = Field(description="“其中”：所属总数的 start")
    pair: int | None = Field(description="户与人成对：另一个数字的 start")
    pct: Percentage | None
    redacted: bool
    base_value: Amount | None = Field(examples=[5085000], description="以 base_unit 计的数值")
    base_value_max: Amount | None
    base_unit: str = Field(examples=["元"])
    dimension: str = Field(examples=["money"])
    indicator_code: str | None
    place_codes: list[str] = Field(examples=[["530427"]])
    period_start: str | None = Field(examples=["2015-01-01"])
    period_end: str | None = Field(examples=["2015-12-31"])
    project: int | None = Field(description="项目编号")
    confidence: float = Field(examples=[1.0])
    rule_or_model: Literal["rule", "model"] | str
    sentence_text: str = Field(examples=["投入508.5万元建成通畅工程。"])


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
        running.lanes.files,
        formats.chosen(request, asked.format, listings.Format),
        SHEET,
        lambda limit, cursor: listing.figures(wanted, asked.sort, limit=limit, cursor=cursor),
        asked.limit,
        asked.cursor,
    )
