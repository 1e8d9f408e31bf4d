"""Fills the reference tables from ``extractor/resources``, on every ``gouji db upgrade`` and where a row of ``meta`` tells
:func:`extractor.store.migrate.prepare` that they hold another lexicon.

New entries arrive, changed names are corrected, nothing is deleted (figures may point at it).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, select

from extractor.resources import project_types, read_bytes, read_table
from extractor.resources.units import COLUMNS as UNIT_COLUMNS
from extractor.store import schema
from extractor.store.engine import upsert
from extractor.types import PLACE_LEVELS, Modifier, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_TABLES = ("units.tsv", "indicators.tsv", "project_types.tsv", "divisions.tsv")
_ASKED = 1000  # codes of one query; an engine bounds its parameters
_LEXICON = "lexicon"  # key of the row of ``meta``


def is_seeded(connection: Connection) -> bool:
    """Whether the reference tables hold the resources of this version already."""
    found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == _LEXICON)).scalar()
    return found == _fingerprint()


def seed(connection: Connection) -> None:
    """Bring the reference tables up to the resources of this version, in the transaction of ``connection``."""
    units = list(_units())
    indicators = list(read_table("indicators.tsv", ("code", "name", "aliases", "dimension", "project_type")))
    measured_in = [
        {"indicator": row["code"], "dimension": dimension}
        for row in indicators
        for dimension in row["dimension"].split("|")
        if dimension
    ]
    dimensions = {row["dimension"] for row in (*units, *measured_in)}
    merge(connection, schema.dimension, [{"code": code} for code in dimensions])
    merge(connection, schema.status, [{"code": code.value} for code in Status])
    merge(connection, schema.modifier, [{"code": code.value} for code in Modifier])
    merge(
        connection, schema.project_type, [{"code": code, "name": name} for code, name in project_types.names().items()]
    )
    merge(connection, schema.unit, units)
    merge(
        connection,
        schema.indicator,
        [{"code": row["code"], "name": row["name"], "project_type": row["project_type"] or None} for row in indicators],
    )
    merge(connection, schema.indicator_dimension, measured_in)
    merge(connection, schema.place, list(_places()))
    merge(connection, schema.meta, [{"key": _LEXICON, "value": _fingerprint()}])


def merge(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]], *, update: bool = True) -> None:
    """Insert ``rows`` into a reference table; of rows whose key is there, those that differ are updated, or left alone.

    Rows go in by ascending key, so that two transactions never wait for each other crosswise, and places go in before
    what lies in them. What is already there is not written again.

    Args:
        connection: an open write transaction.
        table: a table with a key of text columns.
        rows: all with the same columns in the same order, the key first.
        update: whether a row that exists takes the new values.
    """
    given = list(rows)
    if not given:
        return
    names = list(given[0])
    keys = [column.name for column in table.primary_key.columns]
    wanted = {values[: len(keys)]: values for values in (tuple(row.values()) for row in given)}
    stored = select(*(table.c[name] for name in names))
    if len(keys) == 1 and len(wanted) <= _ASKED:
        stored = stored.where(table.c[keys[0]].in_([key for (key,) in wanted]))
    known = {row[: len(keys)]: tuple(row) for row in connection.execute(stored)}
    new = [wanted[key] for key in sorted(wanted) if key not in known or (update and wanted[key] != known[key])]
    if not new:
        return
    insert = upsert(connection, table)
    others = {name: insert.excluded[name] for name in names[len(keys) :]}
    if update and others:
        statement = insert.on_conflict_do_update(index_elements=keys, set_=others)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=keys)
    connection.execute(statement, [dict(zip(names, values, strict=True)) for values in new])


def _fingerprint() -> str:
    """Return a hash of all that :func:`seed` writes: the data files and the enums."""
    enums = " ".join([*Status, *Modifier])
    return sha256(b"\0".join([*map(read_bytes, _TABLES), enums.encode()])).hexdigest()


def enclosing_codes(code: str) -> Iterator[str]:
    """Yield the codes that ``code`` may lie in, nearest first: for 530427105 these are 530427, 5304, 53."""
    yield from (code[:length] for length in sorted(PLACE_LEVELS, reverse=True) if length < len(code))


def place_row(code: str, name: str, known: Collection[str]) -> dict[str, str | None]:
    """Return the row of a place; its parent is the nearest of ``known`` codes (districts of 北京 skip a level)."""
    parent = next((outer for outer in enclosing_codes(code) if outer in known), None)
    return {"code": code, "name": name, "level": PLACE_LEVELS.get(len(code), ""), "parent_code": parent}


def add_places(connection: Connection, named: Mapping[str, str]) -> None:
    """Add a row for each code that the gazetteer does not list, called as ``named`` calls it."""
    wanted = sorted({*named, *(outer for code in named for outer in enclosing_codes(code))})
    column = schema.place.c.code
    listed: set[str] = set()
    for start in range(0, len(wanted), _ASKED):
        listed.update(connection.execute(select(column).where(column.in_(wanted[start : start + _ASKED]))).scalars())
    new = [place_row(code, name, listed | set(named)) for code, name in named.items() if code not in listed]
    merge(connection, schema.place, new, update=False)


def _places() -> Iterator[dict[str, str | None]]:
    divisions = list(read_table("divisions.tsv", ("code", "name", "townships")))
    known = {division["code"] for division in divisions}
    for division in divisions:
        code = division["code"]
        yield place_row(code, division["name"], known)
        for township in division["townships"].split():
            yield place_row(code + township[:3], township[3:], known)


def _units() -> Iterator[dict[str, str]]:
    for row in read_table("units.tsv", UNIT_COLUMNS):
        yield {"name": row["canonical"], **{name: row[name] for name in ("dimension", "base_unit", "factor")}}
