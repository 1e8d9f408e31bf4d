"""Templates to answers: what every page has, how values are written, and errors as pages."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from extractor.report.rows import LABELS, names
from extractor.report.tabular import to_words
from extractor.types import UserRole
from service import problems
from service.page.moments import moment_html
from service.security import COOKIE, identity
from service.speech import to_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request, Response

    from service.problems import ProblemError

NAVIGATION = (
    ("/", "首页"),
    ("/documents", "文件"),
    ("/figures", "数字"),
    ("/charts", "图表"),
    ("/ledgers", "台账"),
    ("/comparisons", "比对"),
    ("/jobs", "任务"),
    ("/corrections", "更正"),
)
"""Address and name of each section."""

_API = "/v1/"
_WHAT_TO_DO = {
    401: "请登录后再试。",
    403: "您的密钥没有这项权限；请向管理员索取。",
    404: "请检查地址，或从上面的导航重新查找；文件可能已被删除。",
    429: "请稍等片刻再试。",
    500: "请稍后再试；仍不行，请把上面的编号告诉管理员。",
    503: "请稍后再试。",
}


class Assets(StaticFiles):
    """Styles and scripts: those of the page, and those that it shares with the reports that are files."""

    def __init__(self) -> None:
        super().__init__(packages=[("service.page", "static"), ("extractor.report", "page")])

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Let browsers keep a file, but ask each time whether it has changed."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    def lookup_path(self, path: str) -> tuple[str, Any]:
        """Find a style or a script, and nothing else of these folders."""
        return super().lookup_path(path) if path.endswith((".css", ".js", ".svg")) else ("", None)


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page.

    Args:
        request: which it answers.
        template: a file of ``templates/``.
        status: of HTTP.
        context: what the template names.
    """
    path = _path(request)
    section = next((to for to, _ in reversed(NAVIGATION) if path == to or path.startswith(f"{to}/")), "")
    session = _session(request)
    content = (
        _environment()
        .get_template(template)
        .render(
            context, here=path, section=section, root=root(request), session_of=session, may_write=_may_write(request)
        )
    )
    return HTMLResponse(content, status)


def problem(request: Request, error: ProblemError) -> Response:
    """Return an error as a page to whoever reads pages, and as problem details to everybody else."""
    if _path(request).startswith(_API) or "text/html" not in request.headers.get("accept", ""):
        return problems.answer(error, request)
    if error.status == HTTPStatus.UNAUTHORIZED and request.method == "GET":
        asked = request.scope.get("query_string", b"").decode("latin-1")
        to = request.scope["path"] + (f"?{asked}" if asked else "")
        return RedirectResponse(f"{root(request)}/login" + query({"to": to}), HTTPStatus.SEE_OTHER)
    shown = page(
        request,
        "error.html",
        status=error.status,
        code=error.status,
        title=problems.title(error.status),
        detail=to_page(error.detail),
        advice=_WHAT_TO_DO.get(error.status, ""),
    )
    shown.headers.update(error.headers or {})
    return shown


def root(request: Request) -> str:
    """Return under which path a proxy has put the service, ``""`` for ``/``."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def query(values: Mapping[str, object], **changes: object) -> str:
    """Return ``?…`` with what is given of ``values`` and ``changes``, the latter in place of the former."""
    given = {name: value for name, value in {**values, **changes}.items() if value not in (None, "", False)}
    return "?" + urlencode({name: 1 if value is True else value for name, value in given.items()})


def _path(request: Request) -> str:
    return str(request.scope["path"]).removeprefix(root(request)) or "/"


def _may_write(request: Request) -> bool:
    """Whether to offer what changes something; the endpoints decide for themselves who may."""
    known = identity(request)
    return known is not None and known.role.includes(UserRole.WRITE)


def _session(request: Request) -> str:
    """Return the name under which a browser has logged in, ``""`` where it has not."""
    known = identity(request)
    return str(known.name) if known and COOKIE in request.cookies else ""


def _grouped(value: Decimal | int | None) -> str:
    return "" if value is None else f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def _words(value: object, column: str) -> str:
    return to_words(column, value)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("service.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"navigation": NAVIGATION, "names": names, "labels": LABELS, "query": query}
    environment.filters |= {"moment": moment_html, "grouped": _grouped, "words": _words}
    return environment
