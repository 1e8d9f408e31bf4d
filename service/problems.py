"""What goes wrong, as RFC 9457 problem details: ``detail`` in Chinese for people, ``detail_en`` for developers.

An answer never holds a path of the server or a stack trace: what is unforeseen is logged, and told by a number.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from extractor.errors import ConflictError, GoujiError, MissingError, ReadError, StoreError, UsageError
from service.speech import of_page, to_api, to_page

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

    Show = Callable[[Request, "ProblemError"], Response]

MEDIA_TYPE = "application/problem+json"
CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
Responses = dict[int | str, dict[str, Any]]
_log = logging.getLogger("gouji.service")
_STATUSES = {MissingError: 404, ConflictError: 409}
_TITLES = {
    400: "请求有误",
    401: "需要密钥",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种方法",
    406: "没有这种格式",
    408: "请求超时",
    409: "与现有内容冲突",
    413: "内容过大",
    415: "不支持这种内容",
    422: "参数或文件有误",
    429: "请求过多",
    500: "服务内部出错",
    503: "服务暂不可用",
}
_SLIPS = {
    "missing": "没有写",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "至多 {max_length} 个字",
    "string_pattern_mismatch": "写法不对",
    "string_unicode": "含有不是文字的字符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "数字太长",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "enum": "应为其中之一：{expected}",
    "literal_error": "应为其中之一：{expected}",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "too_short": "至少 {min_length} 个",
    "too_long": "至多 {max_length} 个",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "json_invalid": "不是有效的 JSON",
}
"""The types of errors of pydantic that arguments can have, in Chinese."""
_SUCH_AS = {"period": "2015、2015-06、2011-2015", "min": "10000、-3.5", "max": "50000"}
"""How parameters are written that have a form of their own."""
_MOST_SLIPS = 5
"""Of one request that are told."""
_TOLD = 50
"""Characters of what a client wrote that are told."""


class Problem(BaseModel):
    """An answer to a request that failed (RFC 9457)."""

    type: str = Field(examples=["about:blank"], description="什么问题；about:blank 表示只看 status")
    title: str = Field(examples=["参数或文件有误"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["没有代码为 99 的地点；请用 /v1/places 查找"])
    detail_en: str = Field(examples=["no place has the code 99"])
    reason: str | None = Field(None, examples=["encrypted"], description="文件不能读取的原因，同 gouji archive errors")


class ProblemError(Exception):
    """A request that cannot be answered.

    Args:
        status: of HTTP.
        detail: what, where and what to do, in Chinese.
        detail_en: the same for developers.
        reason: a typed reason, for files.
        headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        detail_en: str,
        *,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail_en)
        self.status, self.detail, self.detail_en = status, detail, detail_en
        self.reason, self.headers = reason, headers


def title(status: int) -> str:
    """Return what a status of HTTP means, in Chinese."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


def documented(*statuses: int, because: str = "") -> Responses:
    """Return ``responses=`` of an endpoint for errors that not all endpoints have (404, 409 …); ``because`` of what."""
    return {status: {"description": because or title(status), "content": dict(CONTENT)} for status in statuses}


def answer(error: ProblemError, request: Request | None = None) -> JSONResponse:
    """Return the answer that tells of an error, to a script of the page in the words of that."""
    problem = Problem(
        type="about:blank",
        title=title(error.status),
        status=error.status,
        detail=to_page(error.detail) if request and of_page(request) else error.detail,
        detail_en=error.detail_en,
        reason=error.reason,
    )
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, error.status, headers=dict(error.headers or {}), media_type=MEDIA_TYPE)


def of(error: GoujiError) -> ProblemError:
    """Return what an error of the library is over HTTP."""
    if isinstance(error, ReadError):
        return ProblemError(422, str(error), error.detail, reason=error.kind)
    if isinstance(error, UsageError):
        status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 422)
        return ProblemError(status, to_api(str(error)), error.detail)
    if isinstance(error, StoreError):
        _log.error("%s", error.detail)
        return ProblemError(
            503, "数据库暂不可用，请稍后再试", "the database refuses; see the log", headers={"Retry-After": "5"}
        )
    return unforeseen(error)


def unforeseen(error: Exception) -> ProblemError:
    """Log an error nobody thought of, and return an answer that names the entry."""
    number = uuid.uuid4().hex[:12]
    _log.error("unforeseen error %s", number, exc_info=error)
    return ProblemError(500, f"服务内部出错；请把编号 {number} 告诉管理员", f"see {number} in the log")


def explained(error: Mapping[str, Any]) -> str:
    """Return what pydantic finds wrong, in Chinese.

    Args:
        error: one of ``ValidationError.errors()``.
    """
    context = dict(error.get("ctx") or {})
    if error["type"] == "value_error":  # of a validator of ours, which tells it in Chinese
        return str(context["error"])
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
    return _SLIPS.get(error["type"], "不正确").format_map(context)


def install(app: FastAPI, show: Show) -> None:
    """Let the application answer every error as a problem.

    Args:
        app: the application.
        show: returns the answer, to a browser another one than to a program.
    """

    async def problem(request: Request, error: Exception) -> Response:
        answered = show(request, problem_of(error))
        if answered.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answered.headers["Allow"] = ", ".join(_methods(request))
        return answered

    for kind in (ProblemError, GoujiError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, problem)


def problem_of(error: Exception) -> ProblemError:
    """Return what to answer to a request over which anything was raised; what is unforeseen is logged."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, GoujiError):
        return of(error)
    if isinstance(error, RequestValidationError):
        return _invalid(error.errors())
    if isinstance(error, ClientDisconnect):  # nobody reads this answer
        return ProblemError(400, "连接已断开", "the client has gone")
    if isinstance(error, HTTPException):
        if isinstance(error.__cause__, ProblemError):  # FastAPI's own over a body that we stopped reading
            return error.__cause__
        if error.status_code == HTTPStatus.BAD_REQUEST:
            return _unreadable(error.__cause__)
        phrase = HTTPStatus(error.status_code).phrase
        return ProblemError(error.status_code, title(error.status_code), phrase, headers=error.headers)
    return unforeseen(error)


def _methods(request: Request) -> list[str]:
    """Return the methods of all endpoints at the path of a request; the framework tells those of the first alone."""
    routes = (route.original_route for route in iter_route_contexts(request.app.routes))
    found = [route for route in routes if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE]
    # The others of the path as it was declared: what a parameter takes may be another path's name (preview, {number}).
    return sorted({method for route in found if route.path == found[0].path for method in route.methods or ()})


def _unreadable(cause: BaseException | None) -> ProblemError:
    """Return why a body could not be parsed."""
    if isinstance(cause, RecursionError):
        return ProblemError(400, "JSON 嵌套太深", "JSON is nested too deeply")
    if isinstance(cause, UnicodeDecodeError):
        return ProblemError(400, "JSON 不是 UTF-8 编码", "JSON is not in UTF-8")
    return ProblemError(400, "请求的内容不完整或格式有误；请检查后重试", "the body cannot be parsed")


def _invalid(errors: Sequence[Mapping[str, Any]]) -> ProblemError:
    told = [(_place(one), one) for one in errors[:_MOST_SLIPS]]
    more = len(errors) - len(told)
    said = [f"{place}：{explained(one)}{_such_as(one)}" for place, one in told] + [f"…… 另有 {more} 处"] * bool(more)
    said_en = [f"{place}: {one['msg']}" for place, one in told] + [f"and {more} more"] * bool(more)
    return ProblemError(422, f"参数有误：{'；'.join(said)}", f"invalid arguments: {'; '.join(said_en)}")


def _such_as(one: Mapping[str, Any]) -> str:
    examples = _SUCH_AS.get(str(one["loc"][-1])) if one["type"] == "string_pattern_mismatch" else None
    return f"，应如 {examples}" if examples else ""


def _place(one: Mapping[str, Any]) -> str:
    """Return where a slip is; what the client called it itself is cut."""
    return ".".join(str(part)[:_TOLD] for part in one["loc"])
