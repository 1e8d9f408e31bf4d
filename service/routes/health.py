"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from extractor import __version__
from service.context import ServiceDep
from service.problems import ProblemError
from service.security import PUBLIC

router = APIRouter(tags=["health"], dependencies=[PUBLIC])


class Health(BaseModel):
    """The service is alive."""

    status: str = Field(examples=["ok"])
    version: str = Field(examples=[__version__])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="进程是否在运行")
async def healthz() -> Health:
    """进程能够应答；不问数据库，也不等其他请求。不需要密钥。"""
    return Health(status="ok", version=__version__)


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="是否可以接受请求")
def readyz(service: ServiceDep) -> Health:
    """数据库能够应答，抽取进程已经就绪；否则是 503。不需要密钥。"""
    service.store.ping()
    if not service.pool.ready:
        raise ProblemError(503, "抽取进程正在启动；请稍后再试", "no worker is ready yet", headers={"Retry-After": "1"})
    return Health(status="ok", version=__version__)
