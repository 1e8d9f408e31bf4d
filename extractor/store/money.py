"""Money of a database added up by what it was spent on, by who gave it, by year and by place; no amount twice.

Only amounts in 元 with a value are added, and none of an article that repeats an earlier one; neither averages (户均) nor
what an economy makes, sells or earns (产值, 收入), which nobody spends. The figures and their links
are read once, in the order of their keys, and added up document by document: a join that looks for what each figure is a
part of grows with the square of the figures of a document, in either engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Select, and_, select

from extractor.link_cues import pattern
from extractor.store import codes, queries, schema
from extractor.store.columns import add
from extractor.store.records import FigureFilter
from extractor.types import LinkKind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_PAGE = 5000
_YUAN = "元"
_KINDS = (LinkKind.PART_OF.value, LinkKind.RESTATES.value)
_EVERYTHING = FigureFilter()
_figure, _link = schema.figure.c, schema.figure_link.c
_APART = pattern("<average>|<volume>")
_mention = schema.figure_place.alias("named")  # a filter may ask for the places of a figure, too


class Grouping(StrEnum):
    """By what amounts are added up; a figure with several places counts for each of them, as they are written."""

    PROJECT_TYPE = "project_type"
    FUNDER = "funder"
    YEAR = "year"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts in 元 that were added up: under which code or name, how many, and to what."""

    name: str
    figures: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Sums:
    """Money by name, the largest first; ``unnamed``: how many amounts have none."""

    named: Sequence[Money]
    unnamed: int


class _Amount(NamedTuple):
    """A figure of money with one of its places; a tuple, for there may be millions."""

    document: int
    start: int
    value: Decimal
    project_type: str | None
    funder: str | None
    period_start: date | None
    period_end: date | None
    place: str | None = None

    def name(self, by: Grouping) -> str | None:
        """Return under what it is added up, if it tells."""
        if by is Grouping.YEAR:
            first, last = self.period_start, self.period_end
            return str(first.year) if first and last and first.year == last.year else None
        found: str | None = getattr(self, by.value)
        return found


@dataclass(slots=True)
class _Tally:
    """Money under the names of one grouping while it is added up."""

    by: Grouping
    figures: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    totals: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unnamed: int = 0

    def add(self, amounts: Sequence[_Amount], parts: Mapping[int, Sequence[int]]) -> None:
        """Add the amounts of a document but those that are inside another one that has a name, too.

        Args:
            amounts: of one document, by offset.
            parts: what is a part of each figure, or restates it, by offset.
        """
        named: dict[tuple[int, str], Decimal] = {}
        unnamed = set()
        for amount in amounts:
            name = amount.name(self.by)
            if name is None:
                unnamed.add(amount.start)
            else:
                named[amount.start, name] = amount.value  # a figure may name one place twice
        self.unnamed += len(unnamed)
        inside = _inside((start for start, _ in named), parts) if parts else frozenset[int]()
        for (start, name), value in named.items():
            if start not in inside:
                self.figures[name] += 1
                self.totals[name] = add(self.totals[name], value)

    def sums(self) -> Sums:
        """Return what was added up."""
        found = (Money(name, count, self.totals[name]) for name, count in self.figures.items())
        return Sums(tuple(sorted(found, key=lambda one: (-one.total, one.name))), self.unnamed)


def spent(
    connection: Connection,
    groupings: Sequence[Grouping],
    wanted: FigureFilter = _EVERYTHING,
    status: Status = Status.ACTUAL,
) -> Mapping[Grouping, Sums]:
    """Add up money in each of several groupings.

    A figure that is a part of another one, or restates it, over any number of steps, does not count where that one does.

    Args:
        connection: open for reading.
        groupings: by what; a figure that does not tell it is left out of that one.
        wanted: narrows the figures; its page does not count.
        status: of the figures: spent or received, as the report says, or planned.

    Raises:
        UsageError: a code, unit or document of the filter does not exist.
    """
    wanted = codes.settled(connection, wanted)
    tallies = {by: _Tally(by) for by in groupings}
    links = _links(connection, wanted)
    document, parts = next(links, (0, {}))
    amounts = _amounts(connection, Grouping.PLACE in tallies, wanted, status)
    for number, group in groupby(amounts, key=lambda amount: amount.document):
        while document < number and (following := next(links, None)) is not None:
            document, parts = following
        found = list(group)
        for tally in tallies.values():
            tally.add(found, parts if document == number else {})
    return {by: tally.sums() for by, tally in tallies.items()}


def _inside(starts: Iterable[int], parts: Mapping[int, Sequence[int]]) -> set[int]:
    """Return all that is inside one of the figures at ``starts``, over any number of steps; links may go in a circle."""
    inside: set[int] = set()
    open_ = [part for start in starts for part in parts.get(start, ())]
    while open_:
        part = open_.pop()
        if part not in inside:
            inside.add(part)
            open_ += parts.get(part, ())
    return inside


def _amounts(connection: Connection, with_places: bool, wanted: FigureFilter, status: Status) -> Iterator[_Amount]:
    """Yield figures of money in 元, by document; with places once for each of them."""
    columns: list[Any] = [
        _figure.indicator, _figure.document_id, _figure.start_offset, _figure.base_value, _figure.project_type,
        _figure.funder, _figure.period_start, _figure.period_end,
    ]  # fmt: skip
    statement = queries.of_first_articles(select(*columns))
    if with_places:
        here = and_(_mention.c.document_id == _figure.document_id, _mention.c.figure_start == _figure.start_offset)
        statement = statement.add_columns(_mention.c.name).join(_mention, here, isouter=True)
    statement = statement.where(
        _figure.dimension == "money",
        _figure.base_unit == _YUAN,
        _figure.base_value.is_not(None),
        _figure.status == status.value,
        *queries.figure_conditions(wanted),
    )
    for indicator, *row in _rows(connection, statement.order_by(_figure.document_id, _figure.start_offset)):
        if not _APART.search(indicator):
            yield _Amount(*row)


def _links(connection: Connection, wanted: FigureFilter) -> Iterator[tuple[int, Mapping[int, Sequence[int]]]]:
    """Yield what is a part of each figure, or restates it, by document."""
    statement = select(_link.document_id, _link.source_start, _link.target_start).where(_link.kind.in_(_KINDS))
    if wanted.document is not None:
        statement = statement.where(_link.document_id == wanted.document)
    rows = _rows(connection, statement.order_by(_link.document_id))
    for document, group in groupby(rows, key=lambda row: row[0]):
        parts = defaultdict(list)
        for _, source, target in group:
            parts[target].append(source)
        yield int(document), parts


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Any]:
    yield from connection.execute(statement.execution_options(yield_per=_PAGE))
