"""The gazetteer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from service.arguments import Sought
from service.context import StoreDep
from service.security import READ

router = APIRouter(prefix="/v1", tags=["vocabulary"], dependencies=[READ])


class OuterPlace(BaseModel):
    """A place that another lies in."""

    code: str = Field(examples=["5304"])
    name: str = Field(examples=["玉溪市"])


class FoundPlace(BaseModel):
    """A place of the gazetteer."""

    code: str = Field(examples=["530427"], description="统计用区划代码")
    name: str = Field(examples=["新平彝族傣族自治县"])
    level: str = Field(examples=["county"], description="province、city、county、township；不明的为空")
    within: list[OuterPlace] = Field(description="所属的各级，由近及远")


class FoundPlaces(BaseModel):
    """Places that were found."""

    items: list[FoundPlace]


@router.get("/places", summary="按名称或代码查找地点")
def places(
    store: StoreDep,
    q: Annotated[Sought, Query(description="名称中的字，或代码的开头", examples=["新平"])],
    limit: Annotated[int, Query(ge=1, le=100, description="至多多少个")] = 20,
) -> FoundPlaces:
    """Find places by characters of their names or by the beginning of their codes.

    What is called so comes first, then what begins so; a province before its cities, these before their counties.
    """
    found = store.vocabulary().places(q, limit)
    return FoundPlaces(
        items=[
            FoundPlace(
                code=one.code,
                name=one.name,
                level=one.level,
                within=[OuterPlace(code=code, name=name) for code, name in one.within],
            )
            for one in found
        ]
    )
