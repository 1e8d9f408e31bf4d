"""Money of all documents, added up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from extractor.store import Grouping
from extractor.types import Status
from service.answers import Amount
from service.context import StoreDep
from service.questions import MoneyQuestion
from service.rows import json_answer
from service.security import READ

router = APIRouter(prefix="/v1", tags=["figures"], dependencies=[READ])


class Money(BaseModel):
    """Amounts under one code or name."""

    name: str = Field(description="项目类型的代码、资金来源、年份或地点", examples=["road"])
    figures: int = Field(description="有多少个金额", examples=[12])
    total: Amount = Field(description="合计，元", examples=[5085000])


class MoneyTotals(BaseModel):
    """Money added up by one thing, the largest sum first."""

    by: Grouping
    status: Status
    items: list[Money]
    unnamed: int = Field(description="没有写明的金额有多少个，不计入", examples=[3])


@router.get("/money", summary="金额合计", response_model=MoneyTotals)
def money(store: StoreDep, asked: Annotated[MoneyQuestion, Query()]) -> Response:
    """Add up the amounts in 元 that meet all conditions, by project type, funder, year or place.

    No amount counts twice: not that of an article which repeats an earlier one, nor one that is a part of another in the
    same list.
    """
    status = asked.status or Status.ACTUAL
    sums = store.money((asked.by,), asked.filter(), status)[asked.by]
    items = [{"name": one.name, "figures": one.figures, "total": one.total} for one in sums.named]
    return json_answer({"by": asked.by, "status": status, "items": items, "unnamed": sums.unnamed})
