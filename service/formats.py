"""In which format an answer is given: ``Accept`` decides, as HTTP has it, or ``?format=``, for browsers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from service.problems import ProblemError, Responses, documented

if TYPE_CHECKING:
    from fastapi import Request

_Format = TypeVar("_Format", bound=StrEnum)

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
}
VARY = {"Vary": "Accept"}
"""Belongs to each answer whose format was chosen."""
_TEXTS = ("jsonl", "csv", "html")
_ALSO = {"application/x-ndjson": "application/jsonl", "application/x-parquet": "application/vnd.apache.parquet"}
"""What some clients call a media type."""


def described(model: type, formats: type[StrEnum], description: str) -> Responses:
    """Return the ``responses`` of an endpoint that answers JSON as ``model``, or in another one of ``formats``."""
    content: dict[str, Any] = {MEDIA_TYPES["json"]: {}}  # the first is what tools ask for
    for one in formats:
        if one != "json":
            binary = {} if one in _TEXTS else {"format": "binary"}
            content[MEDIA_TYPES[one]] = {"schema": {"type": "string", **binary}}
    return {200: {"model": model, "description": description, "content": content}, **documented(406)}


def chosen(request: Request, asked: _Format | None, formats: type[_Format]) -> _Format:
    """Return the format that a request asks for.

    Args:
        request: whose ``Accept`` counts if nothing is ``asked``.
        asked: in the query.
        formats: those of the endpoint, the default first.

    Raises:
        ProblemError: there is none of those that it accepts, or the library that writes it is missing.
    """
    format_ = asked or _accepted(request.headers.get("accept") or "*/*", formats)
    if format_ is None:
        known = "、".join(MEDIA_TYPES[one] for one in formats)
        raise ProblemError(406, f"没有所要的格式；Accept 可用：{known}", f"Accept must allow one of {known}")
    if format_ == "parquet" and find_spec("pyarrow") is None:
        raise ProblemError(
            406,
            "服务器没有安装写 Parquet 的 pyarrow；请改用 CSV，或请管理员运行 pip install 'gouji[export]'",
            "pyarrow (extra 'export') is not installed",
        )
    return format_


def _accepted(header: str, formats: type[_Format]) -> _Format | None:
    """Return the format that ``Accept`` prefers (RFC 9110, 12.5.1); of equal ones the first."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        media, *parameters = (word.strip().lower() for word in part.split(";"))
        given = dict(word.partition("=")[::2] for word in parameters)
        try:
            weights[_ALSO.get(media, media)] = float(given.get("q", "1"))
        except ValueError:
            weights[_ALSO.get(media, media)] = 0.0

    def weight(one: _Format) -> float:
        media = MEDIA_TYPES[one]
        ranges = (media, f"{media.partition('/')[0]}/*", "*/*")  # the narrowest that is named decides
        return next((weights[name] for name in ranges if name in weights), 0.0)

    best = max(formats, key=weight)
    return best if weight(best) > 0 else None
