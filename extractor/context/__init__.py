"""What a report says of each quantity: indicator, status, period, place, project type, funder.

One file per attribute, each with a ``resolve`` that takes an article (:class:`~extractor.types.Scope`) and returns one
value per quantity. ``frames.py`` settles once which words belong to which figure; :func:`describe` asks every attribute.
"""

from __future__ import annotations

from dataclasses import dataclass

from extractor.context import frames, funder, indicator, indicator_code, period, place, project_type, status
from extractor.context.period import Period
from extractor.types import Place, Scope, Status

__all__ = ["Attributes", "Period", "describe"]


@dataclass(frozen=True, slots=True)
class Attributes:
    """Everything the context tells of one quantity."""

    indicator: str
    indicator_code: str | None
    status: Status
    period: Period | None
    place: tuple[Place, ...]
    project_type: str | None
    funder: str | None
    borrowed: bool


def describe(scope: Scope) -> list[Attributes]:
    """Return the attributes of each quantity of an article, in order.

    Args:
        scope: an article with its sentences, sections, quantities and words.
    """
    views = frames.build(scope)
    places = place.resolve(scope)
    periods = period.resolve(scope)
    indicators = indicator.resolve(scope, views, places)
    columns = zip(
        indicators,
        indicator_code.codes(indicators, scope.quantities),
        status.resolve(scope, views, periods),
        periods,
        places,
        project_type.resolve(scope, views, indicators),
        funder.resolve(scope, views),
        (view.borrows for view in views),
        strict=True,
    )
    return [Attributes(*row) for row in columns]
