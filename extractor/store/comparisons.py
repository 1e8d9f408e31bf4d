"""Comparisons: the figures that go into one, and what came of it."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, Select, and_, case, func, select

from extractor.errors import UsageError
from extractor.store import codes, evidence, ledgers, schema
from extractor.store.records import StoredComparison
from extractor.types import (
    Comparison,
    ComparisonItem,
    Figure,
    FigureRef,
    LinkKind,
    Match,
    Modifier,
    Place,
    RecordedFigure,
    ReportedFigure,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

#: Rows per round trip; bounds the memory of a stream of any length.
_PAGE = 5000

_figure, _sentence, _article, _section = schema.figure, schema.sentence, schema.article, schema.section
_FIGURE_COLUMNS = (
    "document_id", "start_offset", "end_offset", "text", "value", "value_max", "modifier", "unit", "dimension",
    "base_value", "base_value_max", "base_unit", "redacted", "indicator", "indicator_code", "status", "period",
    "period_start", "period_end", "rule_or_model",
)  # fmt: skip
_modifiers = {modifier.value: modifier for modifier in Modifier}
_Told = TypeVar("_Told")
#: What does not agree comes first, then what nobody can tell, then what does; an order holds more items than a comparison.
_BY_CONCERN = (
    Match.MISMATCH, Match.AMBIGUOUS, Match.NOT_COMPARABLE, Match.UNCHECKED, Match.LEDGER_ONLY, Match.WITHIN_MODIFIER,
    Match.WITHIN_ROUNDING, Match.EXACT, Match.REPORT_ONLY,
)  # fmt: skip
_ORDERS = 10**8
_statuses = {status.value: status for status in Status}


def document_ids(connection: Connection, wanted: Sequence[int] | None) -> tuple[int, ...]:
    """Return the ids of the documents to compare, in order; ``None`` wants all.

    Raises:
        UsageError: there is no document of a number.
    """
    if wanted is None:
        return tuple(connection.execute(select(schema.document.c.id).order_by(schema.document.c.id)).scalars())
    for number in wanted:
        codes.require_document(connection, number)
    return tuple(sorted(set(wanted)))


def reported_figures(
    connection: Connection, documents: Sequence[int] | None, *, copies: bool
) -> Iterator[ReportedFigure]:
    """Yield the figures of reports by document and place, with few columns and in bounded memory.

    Args:
        connection: open for reading.
        documents: ids of documents, ``None`` for all.
        copies: whether articles that repeat an earlier one are given too.
    """
    places, wholes = _Beside(_places(connection, documents)), _Beside(_wholes(connection, documents))
    for row in _rows(connection, _figures(documents, copies=copies)):
        key = (row[0], row[1])  # by position: a name is looked up anew in each row, which shows at a million rows
        yield _reported(row, places.at(key, ()), wholes.at(key, ""))


class _Beside(Generic[_Told]):
    """What a second stream holds of some figures, read along with the first."""

    def __init__(self, stream: Iterator[tuple[tuple[int, int], _Told]]) -> None:
        self._stream = stream
        self._next = next(stream, None)

    def at(self, key: tuple[int, int], default: _Told) -> _Told:
        """Return what it holds of the figure ``key``; keys must rise from call to call."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._stream, None)
        return self._next[1] if self._next is not None and self._next[0] == key else default


def save(connection: Connection, comparison: Comparison) -> int:
    """Store a comparison and return its id.

    Raises:
        UsageError: another process has replaced or removed the ledger, or extracted a report anew, since they were read.
    """
    table = schema.comparison
    ledger = schema.ledger.c
    now = connection.execute(select(ledger.sha256).where(ledger.id == comparison.ledger)).scalar()
    if now is None or (comparison.sha256 and now != comparison.sha256):
        raise UsageError("台账在比对期间被替换或删除，结果没有存下；请重新比对", "the ledger has changed")
    row = {
        "ledger_id": comparison.ledger,
        "tolerance": comparison.tolerance,
        "copies": comparison.copies,
        "version": comparison.version,
        "made": comparison.made,
    }
    number = int(connection.execute(table.insert().values(row).returning(table.c.id)).scalar_one())
    beside = schema.comparison_document
    rows = [{"comparison_id": number, "document_id": document} for document in comparison.documents]
    connection.execute(beside.insert(), rows)
    _keep_figures(connection, number, comparison.items)
    for begin in range(0, len(comparison.items), _PAGE):
        page = comparison.items[begin : begin + _PAGE]
        connection.execute(
            schema.comparison_item.insert(),
            [_item_row(number, begin + index, item) for index, item in enumerate(page)],
        )
        others = [row for index, item in enumerate(page) for row in _other_rows(number, begin + index, item)]
        if others:
            connection.execute(schema.comparison_other.insert(), others)
    return number


def _keep_figures(connection: Connection, number: int, items: Sequence[ComparisonItem]) -> None:
    """Store the figures that items name as they are now."""
    refs = sorted({ref for item in items for ref in (item.reported, item.see, *item.others) if ref})
    if evidence.keep(connection, number, refs) < len(refs):
        raise UsageError("报告在比对期间被重新抽取，结果没有存下；请重新比对", "a report has been extracted anew")


def listed(connection: Connection, wanted: Collection[int] | None = None) -> Iterator[StoredComparison]:
    """Yield comparisons by id, without their items.

    Args:
        connection: open for reading.
        wanted: ids, as many as one query takes; all by default.
    """
    table, item, ledger = schema.comparison, schema.comparison_item, schema.ledger
    counts: dict[int, dict[Match, int]] = {}
    counted = select(item.c.comparison_id, item.c.verdict, func.count()).group_by(item.c.comparison_id, item.c.verdict)
    if wanted is not None:
        counted = counted.where(item.c.comparison_id.in_(wanted))
    for number, verdict, count in connection.execute(counted):
        counts.setdefault(number, {})[Match(verdict)] = count
    of = schema.comparison_document
    documents = select(func.count()).where(of.c.comparison_id == table.c.id).scalar_subquery()
    statement = select(table, ledger.c.name, documents.label("documents"))
    if wanted is not None:
        statement = statement.where(table.c.id.in_(wanted))
    for row in connection.execute(statement.join(ledger, ledger.c.id == table.c.ledger_id).order_by(table.c.id)):
        yield StoredComparison(
            row.id,
            row.name,
            row.documents,
            row.tolerance,
            row.copies,
            row.version,
            row.made,
            counts.get(row.id, {}),
        )


def read(connection: Connection, number: int) -> Comparison:
    """Return the comparison of this id with its items.

    Raises:
        UsageError: there is none.
    """
    row = connection.execute(select(schema.comparison).where(schema.comparison.c.id == number)).one_or_none()
    if row is None:
        raise _missing(number)
    of = schema.comparison_document.c
    documents = connection.execute(select(of.document_id).where(of.comparison_id == number).order_by(of.document_id))
    return Comparison(
        ledger=row.ledger_id,
        documents=tuple(documents.scalars()),
        tolerance=row.tolerance,
        copies=row.copies,
        version=row.version,
        made=row.made,
        items=tuple(_items(connection, number)),
    )


class NumberedItem(NamedTuple):
    """An item of a comparison with its place among those that concern a reader more (``order``), and what is recorded."""

    order: int
    item: ComparisonItem
    recorded: RecordedFigure | None


def page(
    connection: Connection, number: int, verdicts: Sequence[Match], after: int, limit: int | None
) -> list[NumberedItem]:
    """Return items of a comparison, what does not agree first; see :meth:`extractor.store.Store.comparison_page`."""
    ledger = connection.execute(select(schema.comparison.c.ledger_id).where(schema.comparison.c.id == number)).scalar()
    if ledger is None:
        raise _missing(number)
    item = schema.comparison_item.c
    ranks = {match.value: rank * _ORDERS for rank, match in enumerate(_BY_CONCERN)}
    order = (case(ranks, value=item.verdict) + item.item_index + 1).label("order")
    statement = select(schema.comparison_item, order).where(item.comparison_id == number, order > after)
    if verdicts:
        statement = statement.where(item.verdict.in_([verdict.value for verdict in verdicts]))
    rows = connection.execute(statement.order_by(order).limit(limit)).all()
    others = _others(connection, number, [row.item_index for row in rows])
    recorded = ledgers.figures(connection, ledger, [row.record_index for row in rows if row.record_index is not None])
    return [
        NumberedItem(row.order, _item(row, others.get(row.item_index, ())), recorded.get(row.record_index))
        for row in rows
    ]


def _items(connection: Connection, number: int) -> Iterator[ComparisonItem]:
    item = schema.comparison_item.c
    others = _others(connection, number)
    statement = select(schema.comparison_item).where(item.comparison_id == number).order_by(item.item_index)
    for row in _rows(connection, statement):
        yield _item(row, others.get(row.item_index, ()))


def _others(
    connection: Connection, number: int, items: Sequence[int] | None = None
) -> Mapping[int, Sequence[FigureRef]]:
    """Return the further figures of the items of a comparison, or of some of them."""
    other = schema.comparison_other.c
    statement = select(schema.comparison_other).where(other.comparison_id == number)
    if items is not None:
        statement = statement.where(other.item_index.in_(items))
    found: dict[int, list[FigureRef]] = {}
    for row in connection.execute(statement.order_by(other.item_index, other.position)):
        found.setdefault(row.item_index, []).append(FigureRef(row.document_id, row.figure_start))
    return found


def _item(row: Row[Any], others: Sequence[FigureRef]) -> ComparisonItem:
    return ComparisonItem(
        verdict=Match(row.verdict),
        reason=row.reason,
        grounds=row.grounds,
        recorded=row.record_index,
        reported=None if row.document_id is None else FigureRef(row.document_id, row.figure_start),
        see=None if row.see_document_id is None else FigureRef(row.see_document_id, row.see_start),
        others=tuple(others),
        difference=row.difference,
        relative=row.relative,
        score=row.score,
    )


def _missing(number: int) -> UsageError:
    return UsageError(f"数据库里没有编号为 {number} 的比对；编号见 gouji comparisons", f"no comparison {number}")


def _item_row(number: int, index: int, item: ComparisonItem) -> dict[str, Any]:
    return {
        "comparison_id": number,
        "item_index": index,
        "verdict": item.verdict.value,
        "record_index": item.recorded,
        "document_id": item.reported.document if item.reported else None,
        "figure_start": item.reported.start if item.reported else None,
        "see_document_id": item.see.document if item.see else None,
        "see_start": item.see.start if item.see else None,
        "difference": item.difference,
        "relative": item.relative,
        "score": item.score,
        "grounds": item.grounds,
        "reason": item.reason,
    }


def _other_rows(number: int, index: int, item: ComparisonItem) -> Iterator[dict[str, Any]]:
    for position, ref in enumerate(item.others):
        yield {
            "comparison_id": number,
            "item_index": index,
            "position": position,
            "document_id": ref.document,
            "figure_start": ref.start,
        }


def _figures(documents: Sequence[int] | None, *, copies: bool) -> Select[Any]:
    same = _figure.c.document_id == _sentence.c.document_id
    statement = (
        select(
            *(_figure.c[name] for name in _FIGURE_COLUMNS),
            _figure.c.sentence_start,
            _sentence.c.end_offset.label("sentence_end"),
            _sentence.c.text.label("sentence_text"),
            _sentence.c.article_index,
            _article.c.title.label("article_title"),
            _section.c.title.label("heading"),
        )
        .join(_sentence, and_(same, _figure.c.sentence_start == _sentence.c.start_offset))
        .join(
            _article,
            and_(
                _article.c.document_id == _sentence.c.document_id, _article.c.article_index == _sentence.c.article_index
            ),
        )
        .join(
            _section,
            and_(
                _section.c.document_id == _sentence.c.document_id, _section.c.section_index == _sentence.c.section_index
            ),
            isouter=True,
        )
        .order_by(_figure.c.document_id, _figure.c.start_offset)
    )
    if documents is not None:
        statement = statement.where(_figure.c.document_id.in_(documents))
    return statement if copies else statement.where(_article.c.duplicate_of_document.is_(None))


def _places(
    connection: Connection, documents: Sequence[int] | None
) -> Iterator[tuple[tuple[int, int], tuple[Place, ...]]]:
    """Yield the places of each figure that has some, in the order of the figures."""
    mention = schema.figure_place
    wanted = (mention.c[name] for name in ("document_id", "figure_start", "name", "place_code"))
    statement = select(*wanted).order_by(mention.c.document_id, mention.c.figure_start, mention.c.position)
    if documents is not None:
        statement = statement.where(mention.c.document_id.in_(documents))
    for key, group in groupby(_rows(connection, statement), key=itemgetter(0, 1)):
        yield key, tuple(Place(name, code) for _, _, name, code in group)


def _wholes(connection: Connection, documents: Sequence[int] | None) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the indicator of what each part is a part of, in the order of the parts."""
    link = schema.figure_link.c
    whole = and_(_figure.c.document_id == link.document_id, _figure.c.start_offset == link.target_start)
    statement = (
        select(link.document_id, link.source_start, _figure.c.indicator)
        .join(_figure, whole)
        .where(link.kind == LinkKind.PART_OF.value)
        .order_by(link.document_id, link.source_start, link.target_start)
    )
    if documents is not None:
        statement = statement.where(link.document_id.in_(documents))
    yield from (((part.document_id, part.source_start), part.indicator) for part in _rows(connection, statement))


def _reported(row: Row[*tuple[Any, ...]], places: tuple[Place, ...], whole: str) -> ReportedFigure:
    (
        document, start, end, text, value, value_max, modifier, unit, dimension, base_value, base_value_max, base_unit,
        redacted, indicator, indicator_code, status, period, period_start, period_end, rule_or_model,
        sentence_start, sentence_end, sentence, article, title, heading,
    ) = row  # fmt: skip
    figure = Figure(
        start=start,
        end=end,
        text=text,
        value=value,
        value_max=value_max,
        modifier=_modifiers[modifier],
        unit=unit or "",
        dimension=dimension or "",
        base_value=base_value,
        base_value_max=base_value_max,
        base_unit=base_unit or "",
        redacted=redacted,
        article=article,
        section=(heading,) if heading else (),
        sentence=(sentence_start, sentence_end),
        indicator=indicator,
        indicator_code=indicator_code,
        status=_statuses[status],
        period=period,
        period_start=period_start.isoformat() if period_start else None,
        period_end=period_end.isoformat() if period_end else None,
        place=places,
        rule_or_model=rule_or_model,
    )
    return ReportedFigure(document, title, sentence, figure, whole)


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Row[*tuple[Any, ...]]]:
    for page in connection.execute(statement.execution_options(yield_per=_PAGE)).partitions():
        yield from page
