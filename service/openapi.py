"""The description of the API: what all endpoints have in common is added to what each says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts

from extractor import __version__
from service import problems
from service.problems import Problem
from service.security import COOKIE, Needs

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant

    from extractor.types import UserRole

_DESCRIPTION = """从工作报告里抽取每一个数字，核算报告自称的关系，与台账比对。

错误一律是 RFC 9457 的 problem details：`detail` 是中文，`detail_en` 是英文。
绑定本机地址且没有密钥时不需要密钥；否则用 `Authorization: Bearer 密钥`，或以 `POST /v1/session` 换取会话。"""
_ALL = {
    401: "没有密钥，或密钥无效",
    403: "权限不够，或请求来自另一个网页",
    429: "请求过多；Retry-After 秒后再试",
    503: "暂时太忙，或数据库暂不可用；Retry-After 秒后再试",
}
_WITH_INPUT = {422: "参数有误，或文件不能读取"}
_WITH_BODY = {
    400: "内容不完整，或不是所称的格式",
    408: "内容来得太慢",
    413: "内容过大",
    **_WITH_INPUT,
}
_SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "gouji keys add 生成的密钥"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "POST /v1/session 得到的会话"},
}


def role_of(route: RouteContext) -> Needs | None:
    """Return what an endpoint says of who may use it, ``None`` if it says nothing."""
    dependant = getattr(route, "dependant", None)
    return next((found for found in _calls(dependant) if isinstance(found, Needs)), None) if dependant else None


def endpoints(app: FastAPI) -> Iterator[RouteContext]:
    """Yield all endpoints of an application."""
    yield from iter_route_contexts(app.routes)


def install(app: FastAPI) -> None:
    """Let the application describe itself completely."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # as FastAPI's documentation has it


def _complete(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=__version__, description=_DESCRIPTION, routes=app.routes, tags=app.openapi_tags
    )
    components = schema.setdefault("components", {})
    components["securitySchemes"] = _SECURITY
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for route in endpoints(app):
        needs = role_of(route)
        for method in route.methods or ():
            operation = schema["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                _add(operation, needs.role if needs else None)
    return schema


def _add(operation: dict[str, Any], role: UserRole | None) -> None:
    """Add to an endpoint what may go wrong with every one, and who may use it."""
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    known = {**_ALL, **_WITH_INPUT}  # parameters that an endpoint does not have are refused by all
    if "requestBody" in operation:
        known |= _WITH_BODY
    for status, told in known.items():
        responses.setdefault(str(status), {"description": told, "content": dict(problems.CONTENT)})
    for status, response in responses.items():
        if int(status) in (429, 503):
            response["headers"] = {
                "Retry-After": {"description": "多少秒后再试", "schema": {"type": "string", "pattern": "^[0-9]+$"}}
            }
    operation["responses"] = dict(sorted(responses.items()))
    operation["security"] = [{name: []} for name in _SECURITY] if role else [{}]
    if role:
        operation["description"] = f"{operation.get('description', '')}\n\n权限：`{role.value}`".strip()


def _calls(dependant: Dependant) -> Iterator[object]:
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)
