"""A database in numbers: what it holds, what does not hold, counted by the database itself.

Where figures are counted or added up, those of articles that repeat an earlier one (``article.duplicate_of_document``) are
left out; where documents are counted, every document counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Numeric,
    Select,
    and_,
    case,
    cast,
    distinct,
    exists,
    extract,
    func,
    select,
)

from extractor.store import comparisons, findings, money, queries, schema
from extractor.store.money import Grouping, Sums
from extractor.store.records import CheckFilter, StoredCheck, StoredComparison
from extractor.types import CheckKind, Match, Severity, Verdict

if TYPE_CHECKING:
    from decimal import Decimal

#: The longest list of places, indicators, funders, findings and discrepancies.
MOST = 20

_COUNTY = 6  # digits of a code
_figure, _article = schema.figure, schema.article

Counts = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A recorded figure with which a report does not agree; ``relative`` is a share of the recorded amount."""

    comparison: int
    ledger: str
    indicator: str
    place: str
    period: str | None
    recorded: str
    reported: str
    relative: Decimal | None
    document: int
    source: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A database in numbers; lists have the largest first and hold at most :data:`MOST`, but all years, formats and types.

    Attributes:
        documents, articles, figures, projects: how many there are.
        repeated: figures of articles that repeat an earlier one.
        years: documents by the year of most of their figures; ``""`` where no figure tells one.
        divisions: documents by the counties (or what is above them) that they name, by official name.
        undivided: documents that name no place with a certain code.
        places: documents by the places that they name, as written.
        formats: documents by media type.
        indicators: figures by indicator.
        project_types, funders: money that was spent, by the code of the project type and by the funder.
        verdicts: findings by verdict; one that a person has explained counts as no failure but in ``explained``.
        failures: findings that fail and were not explained, by kind.
        failing: of these the most severe.
        explained: findings that fail and were explained.
        comparisons: the latest comparison of each ledger.
        discrepancies: mismatches of these, the largest first.
    """

    documents: int
    articles: int
    figures: int
    projects: int
    repeated: int
    years: Counts
    divisions: Counts
    undivided: int
    places: Counts
    formats: Counts
    indicators: Counts
    project_types: Sums
    funders: Sums
    verdicts: Mapping[Verdict, int]
    failures: Mapping[CheckKind, int]
    failing: Sequence[StoredCheck]
    explained: int
    comparisons: Sequence[StoredComparison]
    discrepancies: Sequence[Discrepancy]


def overview(connection: Connection) -> Overview:
    """Return what a database holds in numbers."""

    def rows(table: Any) -> int:
        return _number(connection, select(func.count()).select_from(table))

    latest = _latest(connection)
    indicators = _indicators(connection)
    sums = money.spent(connection, (Grouping.PROJECT_TYPE, Grouping.FUNDER))
    funders = sums[Grouping.FUNDER]
    fails = CheckFilter(verdicts=(Verdict.FAILS,), explained=False)
    return Overview(
        documents=rows(schema.document),
        articles=rows(_article),
        figures=rows(_figure),
        projects=rows(schema.project),
        repeated=rows(_figure) - indicators.total(),
        years=_years(connection),
        divisions=_divisions(connection),
        undivided=_undivided(connection),
        places=_places(connection),
        formats=_counts(connection, schema.document.c.media_type, select(schema.document.c.media_type)),
        indicators=_most(indicators),
        project_types=sums[Grouping.PROJECT_TYPE],
        funders=replace(funders, named=funders.named[:MOST]),
        verdicts=findings.count(connection, CheckFilter()),
        failures=_failures(connection),
        failing=_failing(connection, fails),
        explained=sum(findings.count(connection, CheckFilter(verdicts=(Verdict.FAILS,), explained=True)).values()),
        comparisons=latest,
        discrepancies=tuple(_discrepancies(connection, [one.id for one in latest])),
    )


def _number(connection: Connection, statement: Select[Any]) -> int:
    return int(connection.execute(statement).scalar_one())


def _counts(
    connection: Connection,
    name: ColumnElement[Any],
    statement: Select[Any],
    counted: ColumnElement[int] | None = None,
    most: int | None = None,
) -> Counts:
    """Return how often each name comes, the most frequent first."""
    number = (func.count() if counted is None else counted).label("number")
    grouped = statement.with_only_columns(name.label("name"), number).group_by(name)
    rows = connection.execute(grouped.order_by(number.desc(), func.count().desc(), name).limit(most))
    return tuple((row.name, row.number) for row in rows)


def _years(connection: Connection) -> Counts:
    """Return documents by year: that of most figures which lie in one, of equals the later."""
    first, last = extract("year", _figure.c.period_start), extract("year", _figure.c.period_end)
    figures = (
        select(_figure.c.document_id, first.label("year"), func.count().label("number"))
        .where(first == last)
        .group_by(_figure.c.document_id, first)
        .subquery()
    )
    order = (figures.c.number.desc(), figures.c.year.desc())
    rank = func.row_number().over(partition_by=figures.c.document_id, order_by=order).label("rank")
    ranked = select(figures.c.document_id, figures.c.year, rank).subquery()
    document = schema.document
    statement = (
        select(ranked.c.year, func.count())
        .select_from(document)
        .join(ranked, and_(ranked.c.document_id == document.c.id, ranked.c.rank == 1), isouter=True)
        .group_by(ranked.c.year)
    )
    found = {"" if year is None else str(int(year)): int(count) for year, count in connection.execute(statement)}
    # Without a year last.
    return tuple(sorted(found.items(), key=lambda one: (not one[0], one[0])))


def _divisions(connection: Connection) -> Counts:
    mention, place, upper = schema.figure_place, schema.place, schema.place.alias("upper")
    cut = func.substr(mention.c.place_code, 1, _COUNTY)
    statement = select(place.c.code).select_from(mention).join(place, place.c.code == cut)
    statement = statement.join(upper, upper.c.code == place.c.parent_code, isouter=True)
    full = func.coalesce(upper.c.name, "") + place.c.name  # one 朝阳区 lies in 北京市, another in 长春市
    return _counts(connection, full, statement, func.count(distinct(mention.c.document_id)), MOST)


def _undivided(connection: Connection) -> int:
    mention, document = schema.figure_place.c, schema.document.c
    named = exists().where(mention.document_id == document.id, mention.place_code.is_not(None))
    return _number(connection, select(func.count()).select_from(schema.document).where(~named))


def _places(connection: Connection) -> Counts:
    mention = schema.figure_place.c
    documents = func.count(distinct(mention.document_id))
    return _counts(connection, mention.name, select(mention.name), documents, MOST)


def _indicators(connection: Connection) -> Counter[str]:
    """Return figures by the name of their indicator, ``""`` for those without; no figure of a repeated article."""
    indicator = schema.indicator
    # Grouped before the names are looked up: there are as many codes as figures.
    codes = (_figure.c.indicator_code, _figure.c.indicator)
    figures = queries.of_first_articles(select(*codes, func.count().label("number"))).group_by(*codes).subquery()
    name = func.coalesce(indicator.c.name, figures.c.indicator)
    named = select(name, figures.c.number).join(indicator, indicator.c.code == figures.c.indicator_code, isouter=True)
    found = Counter[str]()
    for called, number in connection.execute(named):
        found[called] += number
    return found


def _most(counted: Counter[str]) -> Counts:
    """Return the most frequent names."""
    named = ((name, number) for name, number in counted.items() if name)
    return tuple(sorted(named, key=lambda one: (-one[1], one[0]))[:MOST])


def _failures(connection: Connection) -> dict[CheckKind, int]:
    """Return the findings that fail and that nobody explained, by kind."""
    check, note = schema.check_result, schema.check_note
    said = exists().where(note.c.document_id == check.c.document_id, note.c.claim == check.c.claim)
    statement = select(check.c.kind).where(check.c.verdict == Verdict.FAILS.value, ~said)
    return {CheckKind(kind): number for kind, number in _counts(connection, check.c.kind, statement)}


def _failing(connection: Connection, wanted: CheckFilter) -> Sequence[StoredCheck]:
    check = schema.check_result.c
    severe = case((check.severity == Severity.MUST_FIX.value, 0), else_=1)
    statement = findings.statement(wanted).order_by(None)
    ordered = statement.order_by(severe, check.document_id, check.check_index).limit(MOST)
    return tuple(findings.stored_checks(connection, ordered))


def _latest(connection: Connection) -> Sequence[StoredComparison]:
    """Return the last comparison of each ledger, by the name of the ledger."""
    last = {one.ledger: one for one in comparisons.listed(connection)}
    return tuple(last[name] for name in sorted(last))


def _discrepancies(connection: Connection, numbers: Sequence[int]) -> Iterator[Discrepancy]:
    item, compared, ledger = schema.comparison_item, schema.comparison, schema.ledger
    recorded, reported, document = schema.recorded_figure, schema.comparison_figure, schema.document
    stands = and_(
        reported.c.comparison_id == item.c.comparison_id,
        reported.c.document_id == func.coalesce(item.c.document_id, item.c.see_document_id),
        reported.c.start_offset == func.coalesce(item.c.figure_start, item.c.see_start),
    )
    in_ledger = and_(recorded.c.ledger_id == compared.c.ledger_id, recorded.c.record_index == item.c.record_index)
    size = func.abs(cast(item.c.relative, Numeric))  # good enough to sort by
    columns = (
        item.c.comparison_id, ledger.c.name, recorded.c.indicator, recorded.c.place, recorded.c.period,
        recorded.c.value, recorded.c.unit, reported.c.text, item.c.relative, document.c.id, document.c.source,
        reported.c.snippet,
    )  # fmt: skip
    statement = (
        select(*columns)
        .select_from(item)
        .join(compared, compared.c.id == item.c.comparison_id)
        .join(ledger, ledger.c.id == compared.c.ledger_id)
        .join(recorded, in_ledger)
        .join(reported, stands)
        .join(document, document.c.id == reported.c.document_id)
        .where(item.c.verdict == Match.MISMATCH.value, item.c.comparison_id.in_(numbers))
        .order_by(size.desc().nulls_last(), item.c.comparison_id, item.c.item_index)
    )
    for row in connection.execute(statement.limit(MOST)):
        yield _discrepancy(row)


def _discrepancy(row: Any) -> Discrepancy:
    return Discrepancy(
        comparison=row.comparison_id,
        ledger=row.name,
        indicator=row.indicator,
        place=row.place,
        period=row.period,
        recorded=f"{row.value:f}{row.unit}",
        reported=row.text,
        relative=row.relative,
        document=row.id,
        source=row.source,
        snippet=row.snippet,
    )
