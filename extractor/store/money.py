"""Money of a database added up by what it was spent on and by who gave it, no amount twice.

The figures and their links are read once, in the order of their keys, and added up document by document: a join that
looks for what each figure is a part of grows with the square of the figures of a document, in either engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Select, select

from extractor.store import queries, schema
from extractor.store.columns import add
from extractor.types import LinkKind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

_PAGE = 5000
_YUAN = "元"
_KINDS = (LinkKind.PART_OF.value, LinkKind.RESTATES.value)
_figure, _link = schema.figure.c, schema.figure_link.c


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
    """A figure of money; a tuple, for there may be millions."""

    document: int
    start: int
    project_type: str | None
    funder: str | None
    value: Decimal


@dataclass(slots=True)
class _Tally:
    """Money under the names of one column while it is added up."""

    column: str
    figures: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    totals: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unnamed: int = 0

    def add(self, amounts: Sequence[_Amount], parts: Mapping[int, Sequence[int]]) -> None:
        """Add the amounts of a document but those that are inside another one that has a name, too.

        Args:
            amounts: of one document.
            parts: what is a part of each figure, or restates it, by offset.
        """
        named = [amount for amount in amounts if getattr(amount, self.column) is not None]
        self.unnamed += len(amounts) - len(named)
        inside = _inside((amount.start for amount in named), parts) if parts else frozenset[int]()
        for amount in named:
            if amount.start not in inside:
                name = getattr(amount, self.column)
                self.figures[name] += 1
                self.totals[name] = add(self.totals[name], amount.value)

    def sums(self, most: int | None = None) -> Sums:
        """Return what was added up, at most so many names."""
        found = (Money(name, count, self.totals[name]) for name, count in self.figures.items())
        return Sums(tuple(sorted(found, key=lambda one: (-one.total, one.name))[:most]), self.unnamed)


def spent(connection: Connection, most: int) -> tuple[Sums, Sums]:
    """Return money by project type, and that of the ``most`` largest funders.

    A figure that is a part of another one, or restates it, over any number of steps, does not count where that one does.
    """
    types, funders = _Tally("project_type"), _Tally("funder")
    links = _links(connection)
    document, parts = next(links, (0, {}))
    for number, group in groupby(_amounts(connection), key=lambda amount: amount.document):
        while document < number and (following := next(links, None)) is not None:
            document, parts = following
        amounts = list(group)
        for tally in (types, funders):
            tally.add(amounts, parts if document == number else {})
    return types.sums(), funders.sums(most)


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


def _amounts(connection: Connection) -> Iterator[_Amount]:
    """Yield figures of money in 元 that was spent or received, as the report says, by document."""
    columns = (_figure.document_id, _figure.start_offset, _figure.project_type, _figure.funder, _figure.base_value)
    statement = queries.of_first_articles(select(*columns)).where(
        _figure.dimension == "money",
        _figure.base_unit == _YUAN,
        _figure.base_value.is_not(None),
        _figure.status == Status.ACTUAL.value,
    )
    yield from map(_Amount._make, _rows(connection, statement.order_by(_figure.document_id)))


def _links(connection: Connection) -> Iterator[tuple[int, Mapping[int, Sequence[int]]]]:
    """Yield what is a part of each figure, or restates it, by document."""
    statement = select(_link.document_id, _link.source_start, _link.target_start).where(_link.kind.in_(_KINDS))
    rows = _rows(connection, statement.order_by(_link.document_id))
    for document, group in groupby(rows, key=lambda row: row[0]):
        parts = defaultdict(list)
        for _, source, target in group:
            parts[target].append(source)
        yield int(document), parts


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Any]:
    yield from connection.execute(statement.execution_options(yield_per=_PAGE))
