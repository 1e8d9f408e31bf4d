"""Ledgers and their recorded figures, in and out; a comparison goes with the ledger that it is of."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from extractor.errors import ConflictError, MissingError, StoreError, UsageError
from extractor.store import schema
from extractor.store.columns import UNSTORABLE
from extractor.store.records import StoredLedger
from extractor.store.seed import add_places, merge
from extractor.types import Ledger, RecordedFigure, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_BATCH = 5000  # rows of one insert
_FIELDS = tuple(field.name for field in fields(RecordedFigure) if field.name != "index")
_DAYS = ("period_start", "period_end")


def save(connection: Connection, ledger: Ledger, *, replace: bool) -> int:
    """Store a ledger in the open transaction, in the place of one of its name if ``replace``.

    Returns:
        Its id, which a replaced ledger keeps.

    Raises:
        StoreError: a text holds NUL or half a surrogate pair.
        UsageError: there is one of this name, and it is not to be replaced.
    """
    for figure in ledger.figures:
        if UNSTORABLE.search("".join((figure.sheet, figure.text, figure.indicator, figure.place, figure.note))):
            where = f"工作表“{figure.sheet}”第 {figure.row} 行"
            raise StoreError(f"{where}含有无法存入数据库的字符；请先清除", f"unstorable character in row {figure.row}")
    table = schema.ledger
    row = {
        "name": ledger.name,
        "source": ledger.source,
        "sha256": ledger.sha256,
        "warnings": list(ledger.warnings),
        "imported": datetime.now(UTC),
    }
    saved = connection.execute(select(table.c.id).where(table.c.name == ledger.name)).scalar()
    if saved is None:
        saved = connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
    elif not replace:
        raise ConflictError(
            f"已有名为“{ledger.name}”的台账；要替换请加 --replace，要另存请用 --name 取别的名字",
            f"ledger {ledger.name!r} exists",
        )
    else:
        _clear(connection, saved)
        connection.execute(update(table).where(table.c.id == saved).values(row))
    _complete_references(connection, ledger)
    for start in range(0, len(ledger.figures), _BATCH):
        rows = [{"ledger_id": saved, **_row(figure)} for figure in ledger.figures[start : start + _BATCH]]
        connection.execute(insert(schema.recorded_figure), rows)
    return int(saved)


def ledgers(connection: Connection, wanted: Collection[int] | None = None) -> Iterator[StoredLedger]:
    """Yield ledgers by name, with how many figures each records and how many comparisons were made with it.

    Args:
        connection: open for reading.
        wanted: ids, as many as one query takes; all by default.
    """
    table = schema.ledger
    counts = [
        select(func.count()).where(of.c.ledger_id == table.c.id).scalar_subquery().label(name)
        for of, name in ((schema.recorded_figure, "figures"), (schema.comparison, "comparisons"))
    ]
    statement = select(table, *counts).order_by(table.c.name)
    if wanted is not None:
        statement = statement.where(table.c.id.in_(wanted))
    for row in connection.execute(statement):
        yield StoredLedger(
            row.id, row.name, row.source, row.sha256, row.figures, row.comparisons, row.imported, tuple(row.warnings)
        )


def ledger(connection: Connection, name: str | int) -> Ledger:
    """Return a ledger, given by its name or its id, as it was imported.

    Raises:
        UsageError: there is none.
    """
    wanted = number(connection, name)
    table, recorded = schema.ledger, schema.recorded_figure
    head = connection.execute(select(table).where(table.c.id == wanted)).one()
    query = select(recorded).where(recorded.c.ledger_id == wanted).order_by(recorded.c.record_index)
    figures = tuple(_figure(row) for row in connection.execute(query).mappings())
    return Ledger(head.name, head.source, head.sha256, figures, tuple(head.warnings))


def figures(connection: Connection, ledger: int, indexes: Sequence[int]) -> dict[int, RecordedFigure]:
    """Return some of the recorded figures of a ledger by their indexes; at most as many as one query takes."""
    recorded = schema.recorded_figure
    query = select(recorded).where(recorded.c.ledger_id == ledger, recorded.c.record_index.in_(indexes))
    return {figure.index: figure for figure in map(_figure, connection.execute(query).mappings())}


def stretch(connection: Connection, ledger: int, begin: int, limit: int) -> list[RecordedFigure]:
    """Return recorded figures of a ledger in their order, from the one of the index ``begin``."""
    recorded = schema.recorded_figure
    here = (recorded.c.ledger_id == ledger, recorded.c.record_index >= begin)
    query = select(recorded).where(*here).order_by(recorded.c.record_index).limit(limit)
    return [_figure(row) for row in connection.execute(query).mappings()]


def number(connection: Connection, name: str | int) -> int:
    """Return the id of a ledger that is given by its name or its id.

    Raises:
        UsageError: there is none.
    """
    table = schema.ledger.c
    named = table.id == name if isinstance(name, int) else table.name == name
    known = connection.execute(select(table.id).where(named)).scalar()
    if known is None and isinstance(name, str) and name.isascii() and name.isdecimal():
        known = connection.execute(select(table.id).where(table.id == int(name))).scalar()
    if known is None:
        others = "、".join(connection.execute(select(table.name).order_by(table.name).limit(20)).scalars())
        hint = f"；现有：{others}" if others else "；还没有导入台账，见 gouji ledger import"
        raise UsageError(f"没有名为“{name}”的台账{hint}", f"no ledger {name!r}")
    return int(known)


def remove(connection: Connection, name: str | int) -> None:
    """Remove a ledger, given by its name or its id, with its recorded figures and the comparisons made with it.

    Raises:
        MissingError: there is none.
    """
    try:
        gone = number(connection, name)
    except UsageError as error:
        raise MissingError(str(error), error.detail) from error
    _clear(connection, gone)
    connection.execute(delete(schema.ledger).where(schema.ledger.c.id == gone))


def _clear(connection: Connection, number: int) -> None:
    compared = select(schema.comparison.c.id).where(schema.comparison.c.ledger_id == number)
    for table in schema.OF_COMPARISON:
        connection.execute(delete(table).where(table.c.comparison_id.in_(compared)))
    for table in (schema.comparison, schema.recorded_figure):
        connection.execute(delete(table).where(table.c.ledger_id == number))


def _row(figure: RecordedFigure) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(figure, name) for name in _FIELDS}
    row["record_index"] = figure.index
    row["status"] = figure.status.value if figure.status else None
    row |= {name: date.fromisoformat(row[name]) if row[name] else None for name in _DAYS}
    return row


def _figure(row: Any) -> RecordedFigure:
    told = {name: row[name] for name in _FIELDS}
    told["status"] = Status(told["status"]) if told["status"] else None
    told |= {name: told[name].isoformat() if told[name] else None for name in _DAYS}
    return RecordedFigure(index=row["record_index"], **told)


def _complete_references(connection: Connection, ledger: Ledger) -> None:
    """Add the units and places that the reference tables do not know: 元/人, the code of a new township."""
    units = {unit for figure in ledger.figures for unit in (figure.unit, figure.base_unit)}
    merge(connection, schema.unit, [{"name": name} for name in units], update=False)
    add_places(connection, {figure.place_code: figure.place for figure in ledger.figures if figure.place_code})
