"""Refuses parameters that an endpoint does not have: a slip (``stat`` for ``state``) would be taken for "no condition"."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from fastapi import Request
from pydantic import BaseModel

from service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.dependencies.models import Dependant

_TOLD = 50
"""Characters of what a client called it."""


def known_parameters(request: Request) -> None:
    """Let a request pass whose parameters the endpoint has; a dependency of all endpoints.

    Raises:
        ProblemError: 422 for one that it does not have.
    """
    if not request.query_params or not request.scope["route"].path.startswith("/v1/"):
        return
    known = list(dict.fromkeys(_names(request.scope["route"].dependant)))
    unknown = next((name for name in request.query_params if name not in known), None)
    if unknown is None:
        return
    near = get_close_matches(unknown, known, n=1)
    hint = f"；是不是 {near[0]}？" if near else ""
    raise ProblemError(
        422,
        f"参数有误：query.{unknown[:_TOLD]}：没有这一项{hint}",
        f"unknown parameter {unknown[:_TOLD]}; known are: {', '.join(known) or 'none'}",
    )


def _names(dependant: Dependant) -> Iterator[str]:
    """Yield the parameters of an endpoint, those of its dependencies included."""
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        else:
            yield field.alias
    for one in dependant.dependencies:
        yield from _names(one)
