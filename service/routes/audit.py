"""What was done, and by whom."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from service.arguments import Cursor, cursor_of
from service.context import StoreDep
from service.security import ADMIN

router = APIRouter(tags=["audit"], dependencies=[ADMIN])


class Event(BaseModel):
    """One thing that was done."""

    id: int = Field(examples=[7])
    at: datetime = Field(description="时间（UTC）", examples=["2026-03-02T08:15:00Z"])
    author: str = Field(description="密钥的名称", examples=["统计局"])
    action: str = Field(description="做了什么", examples=["login"])
    subject: str = Field(description="对什么做的", examples=["document 12"])
    detail: dict[str, Any] = Field(description="其他说明", examples=[{"files": 3}])


class Events(BaseModel):
    """Events, latest first."""

    items: list[Event]
    next: str | None = Field(description="下一页的 cursor；没有更多时为 null", examples=[None])


@router.get("/v1/audit", summary="查看操作记录")
def events(
    store: StoreDep,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="最多几条")] = 100,
) -> Events:
    """谁在什么时候上传、删除、比对、更正、登录过；新的在前。"""
    found = [Event(**asdict(event)) for event in store.users().events(cursor_of(cursor) or None, limit + 1)]
    more = len(found) > limit
    return Events(items=found[:limit], next=str(found[limit - 1].id) if more else None)
