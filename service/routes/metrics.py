"""What the service counts."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from service.context import ServiceDep
from service.security import READ

router = APIRouter(tags=["health"], dependencies=[READ])


@router.get(
    "/metrics",
    summary="监控指标",
    response_class=Response,
    responses={200: {"description": "Prometheus 文本格式", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(service: ServiceDep) -> Response:
    """按路径和状态统计的请求数、用时，抽取的排队和进程，本进程的内存；Prometheus 文本格式。"""
    return Response(service.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
