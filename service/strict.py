"""Refuses parameters that an endpoint would leave out without a word.

A slip (``stat`` for ``state``) would be taken for "no condition", and of one that is given twice only the last would hold.
"""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING, get_args, get_origin

from fastapi import Request
from pydantic import BaseModel

from service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi.dependencies.models import Dependant

_TOLD = 50
"""Characters of what a client called it."""


def known_parameters(request: Request) -> None:
    """Let a request pass whose parameters the endpoint has; a dependency of all endpoints.

    Raises:
        ProblemError: 422 for one that it does not have, or has once and is given several times.
    """
    if not request.query_params or not request.scope["route"].path.startswith("/v1/"):
        return
    known = dict(_parameters(request.scope["route"].dependant))
    unknown = next((name for name in request.query_params if name not in known), None)
    if unknown is None:
        _check_once(request, known)
        return
    near = get_close_matches(unknown, known, n=1)
    hint = f"；是不是 {near[0]}？" if near else ""
    raise ProblemError(
        422,
        f"参数有误：query.{unknown[:_TOLD]}：没有这一项{hint}",
        f"unknown parameter {unknown[:_TOLD]}; known are: {', '.join(known) or 'none'}",
    )


def _check_once(request: Request, known: Mapping[str, object]) -> None:
    counts = Counter(name for name, _ in request.query_params.multi_items())
    twice = next((name for name, count in counts.items() if count > 1 and not _is_list(known[name])), None)
    if twice is not None:
        raise ProblemError(422, f"参数有误：query.{twice}：只能写一次", f"the parameter {twice} is given several times")


def _is_list(kind: object) -> bool:
    return any(get_origin(one) is list for one in (kind, *get_args(kind)))


def _parameters(dependant: Dependant) -> Iterator[tuple[str, object]]:
    """Yield the parameters of an endpoint with their types, those of its dependencies included."""
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from ((name, one.annotation) for name, one in kind.model_fields.items())
        else:
            yield field.alias, kind
    for one in dependant.dependencies:
        yield from _parameters(one)
