"""The codes and names of reference tables that an extraction uses, and what becomes of those that are not listed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.store import schema
from extractor.store.seed import add_places, merge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from extractor.types import Extraction


@dataclass(frozen=True, slots=True)
class References:
    """The codes and names of reference tables that an extraction uses; ``places`` are names by code."""

    dimensions: frozenset[str]
    project_types: frozenset[str]
    indicators: frozenset[str]
    units: frozenset[str]
    places: Mapping[str, str]


def references(extraction: Extraction) -> References:
    """Return what an extraction uses."""
    figures, projects = extraction.figures, extraction.projects
    types = {*(figure.project_type for figure in figures), *(project.project_type for project in projects)}
    mentions = [owner.place for owner in figures] + [owner.place for owner in projects]
    return References(
        dimensions=frozenset(figure.dimension for figure in figures if figure.dimension),
        project_types=frozenset(code for code in types if code),
        indicators=frozenset(figure.indicator_code for figure in figures if figure.indicator_code),
        units=frozenset(unit for figure in figures for unit in (figure.unit, figure.base_unit) if unit),
        places={place.code: place.name for places in mentions for place in places if place.code},
    )


def complete(connection: Connection, used: Sequence[References]) -> None:
    """Add the codes and units that the reference tables do not know, so that no figure is refused or bent to fit."""
    dimensions = set[str]().union(*(one.dimensions for one in used))
    merge(connection, schema.dimension, [{"code": code} for code in dimensions], update=False)
    for table, codes in (
        (schema.project_type, [one.project_types for one in used]),
        (schema.indicator, [one.indicators for one in used]),
    ):
        named = [{"code": code, "name": code} for code in set[str]().union(*codes)]
        merge(connection, table, named, update=False)
    units = set[str]().union(*(one.units for one in used))
    merge(connection, schema.unit, [{"name": name} for name in units], update=False)
    add_places(connection, {code: name for one in reversed(used) for code, name in one.places.items()})
