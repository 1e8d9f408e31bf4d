"""Logging in with a browser: a key is given once, and a cookie that no script reads stands for it."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from extractor.types import UserRole
from service.audit import audit
from service.context import ServiceDep
from service.security import COOKIE, PUBLIC, READ, Identity, client, require, session_token

router = APIRouter(prefix="/v1/session", tags=["session"])


class Login(BaseModel):
    """A key."""

    key: str = Field(
        min_length=1, max_length=200, description="gouji keys add 生成的密钥", examples=["gj_（密钥）"], repr=False
    )


class Holder(BaseModel):
    """Who somebody is."""

    name: str = Field(description="密钥的名称", examples=["统计局"])
    role: UserRole = Field(description="权限", examples=["read"])


@router.post("", summary="登录", dependencies=[PUBLIC])
def open_session(request: Request, response: Response, login: Login, service: ServiceDep) -> Holder:
    """用密钥换取会话：应答里的 cookie 之后代替密钥，脚本读不到，其他网站发来的请求不带它。"""
    users = service.store.users()
    lifetime = timedelta(hours=service.settings.session_hours)
    holder = users.holder(login.key)
    token = users.open_session(login.key, lifetime) if holder else None
    if holder is None or token is None:
        raise service.logins.failed(client(request.scope))
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lifetime.total_seconds()),
        path=request.scope.get("root_path") or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    request.state.author = holder.name
    audit(request, "login")
    return Holder(name=holder.name, role=holder.role)


@router.get("", summary="我是谁", dependencies=[READ])
def who_am_i(request: Request) -> Holder:
    """当前密钥或会话的名称和权限；不需要密钥时是“本机用户”。"""
    found: Identity = require(request, UserRole.READ)
    return Holder(name=found.name, role=found.role)


@router.delete("", summary="退出登录", status_code=204, dependencies=[PUBLIC])
def close_session(request: Request, response: Response, service: ServiceDep) -> None:
    """结束会话，并删去 cookie；没有会话也不算错。"""
    token = session_token(request.headers)
    if token:
        service.store.users().close_session(token)
    response.delete_cookie(COOKIE, path=request.scope.get("root_path") or "/", httponly=True, samesite="strict")
