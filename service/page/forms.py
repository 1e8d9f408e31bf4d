"""What stands in the address bar: filters as people write them; the names are those of ``GET /v1/figures``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import ValidationError

from extractor.errors import UsageError
from extractor.report.rows import LABELS
from service.arguments import MOST
from service.arguments import Search as Search  # what pages are asked with, too
from service.problems import explained
from service.questions import FigureQuestion

Offset = Annotated[int, Query(ge=0, le=MOST)]

_PAGED = ("limit", "format")
"""Of the question, but no conditions: the page has its own."""
_CALLED = {
    "text": "句中文字",
    "min": "不小于",
    "max": "不大于",
    "document": "文件编号",
    "unique": "只计一次",
    "sort": "排列",
}
_TOLD = 50  # characters of what was written


def written(request: Request) -> dict[str, str]:
    """Return what was written for each condition of a question for figures, ``""`` where it does not narrow."""
    given = request.query_params
    return {name: given.get(name, "").strip() for name in FigureQuestion.model_fields if name not in _PAGED}


FigureForm = Annotated[Mapping[str, str], Depends(written)]


def question(form: Mapping[str, str]) -> FigureQuestion:
    """Return what is asked.

    Raises:
        UsageError: a condition is written wrongly.
    """
    given = {name: value for name, value in form.items() if value}
    given |= {name: given[name].replace(",", "") for name in ("min", "max") if name in given}  # 50,000
    try:
        return FigureQuestion.model_validate(given)
    except ValidationError as error:
        slips = [(str(one["loc"][0]), explained(one)) for one in error.errors()]
        said = "；".join(f"{_called(name)}“{given[name][:_TOLD]}”{what}{_such_as(name)}" for name, what in slips)
        raise UsageError(said, f"bad {', '.join(name for name, _ in slips)}") from error


def conditions(asked: FigureQuestion) -> dict[str, object]:
    """Return the conditions and the order of a question as addresses of the API have them."""
    return asked.model_dump(mode="json", exclude_defaults=True, exclude={*_PAGED, "cursor"})


def _called(name: str) -> str:
    return _CALLED.get(name) or LABELS.get(name, name)


def _such_as(name: str) -> str:
    examples = FigureQuestion.model_fields[name].examples
    return f"，应如 {examples[0]}" if examples else ""
