"""Puts the codes of a filter into the database's words and refuses what does not exist.

A slip (``lenght``, 天天, the number of no document) would otherwise be taken for "nothing found".
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from sqlalchemy import Connection, exists, select

from extractor.errors import UsageError
from extractor.resources.headers import measure_named
from extractor.resources.units import DIMENSIONS, UNCONVERTED, amounts, load_units, spellings
from extractor.store import schema
from extractor.store.queries import is_place_code
from extractor.store.records import FigureFilter, ProjectFilter
from extractor.types import PLACE_LEVELS

#: Currencies do not convert; reports are in yuan unless they say otherwise.
_MONEY = {"money": "元"}


def settled(connection: Connection, wanted: FigureFilter, *, compared: bool = False) -> FigureFilter:
    """Return ``wanted`` with units by their canonical names and with the base unit that its bounds are in.

    Args:
        connection: of the database.
        wanted: as it was asked.
        compared: whether amounts are compared even without bounds: to sort by them.

    Raises:
        UsageError: a code, unit or document does not exist, or amounts are to be compared that do not compare.
    """
    project_type = _project_type(connection, wanted.project_type)
    _require_dimension(wanted.dimension)
    _require_place(connection, wanted.place)
    _require_order(wanted)
    require_document(connection, wanted.document)
    wanted = _unscaled(wanted)
    unit, base_unit = (name and _unit(connection, name) for name in (wanted.unit, wanted.base_unit))
    compared |= (wanted.min_value, wanted.max_value) != (None, None)
    if compared and not base_unit:
        base_unit = _base_of(connection, unit) if unit else _base_unit(wanted.dimension)
    return replace(wanted, project_type=project_type, unit=unit, base_unit=base_unit)


def settled_projects(connection: Connection, wanted: ProjectFilter) -> ProjectFilter:
    """Return ``wanted`` with its project type by code.

    Raises:
        UsageError: a code or document does not exist.
    """
    project_type = _project_type(connection, wanted.project_type)
    _require_place(connection, wanted.place)
    require_document(connection, wanted.document)
    return replace(wanted, project_type=project_type)


def require_document(connection: Connection, number: int | None, error: type[UsageError] = UsageError) -> None:
    """Refuse the number of no document.

    Raises:
        UsageError: there is no document of this number; of the kind ``error``.
    """
    run = schema.extraction_run.c.document_id  # what was removed has none, though a comparison may keep its text
    if number is not None and not connection.execute(select(exists().where(run == number))).scalar():
        raise error(f"数据库里没有编号为 {number} 的文件；编号见 gouji documents", f"no document {number}")


def _project_type(connection: Connection, name: str | None) -> str | None:
    """Return the code of a project type that is given by its code or its name (road, 道路桥梁)."""
    if name is None:
        return None
    table = schema.project_type.c
    names: dict[str, str] = {row.code: row.name for row in connection.execute(select(table.code, table.name))}
    codes = {label: code for code, label in names.items()} | {code: code for code in names}
    if name not in codes:
        known = " ".join(f"{code}（{label}）" for code, label in sorted(names.items()))
        raise UsageError(f"没有项目类型 {name!r}；可用：{known}", f"unknown project type {name!r}")
    return codes[name]


def _require_dimension(code: str | None) -> None:
    if code is not None and code not in DIMENSIONS:
        raise UsageError(f"没有量纲 {code!r}；可用：{' '.join(DIMENSIONS)}", f"unknown dimension {code!r}")


def _require_place(connection: Connection, place: str | None) -> None:
    """Refuse a code of no place; a name of which nobody has heard finds nothing, as other words do."""
    if not place or not is_place_code(place):
        return
    if len(place) not in PLACE_LEVELS:
        raise UsageError(f"地区代码 {place} 应为 {'、'.join(map(str, PLACE_LEVELS))} 位数字", f"bad NBS code {place!r}")
    code = schema.place.c.code
    within = exists().where(code >= place, code < f"{place}:")  # ":" comes behind all digits
    if not connection.execute(select(within)).scalar():
        raise UsageError(f"没有代码为 {place} 的地区；请核对代码，或写地名", f"no place has the code {place}")


def _require_order(wanted: FigureFilter) -> None:
    least, most = wanted.min_value, wanted.max_value
    if least is not None and most is not None and least > most:
        raise UsageError(f"下限 {least} 大于上限 {most}", f"the least amount {least} is above the highest {most}")


def _unscaled(wanted: FigureFilter) -> FigureFilter:
    """Return a filter for 万元 or 万亩, with bounds in these, as one for 元 or 亩, with bounds in the base unit."""
    measure = measure_named(wanted.unit) if wanted.unit and wanted.unit not in spellings() else None
    if measure is None or measure.scale == 1:
        return wanted
    least, most = (
        None if bound is None else amounts(bound * measure.scale, None, measure.unit, measure.rate).base_value
        for bound in (wanted.min_value, wanted.max_value)
    )
    return replace(wanted, unit=f"{measure.unit.name}{measure.rate}", min_value=least, max_value=most)


def _unit(connection: Connection, name: str) -> str:
    """Return the canonical name of a unit of the lexicon, or a unit that a stored report used (元/公里)."""
    if name in spellings():
        return spellings()[name].name
    known = connection.execute(select(schema.unit.c.name)).scalars().all()
    if name in known:
        return name
    near = get_close_matches(name, list(dict.fromkeys([*known, *spellings()])), cutoff=0.5)
    hint = f"；相近的有：{' '.join(near)}" if near else "；请写规范单位，如 元、公里、户"
    raise UsageError(f"没有单位 {name!r}{hint}", f"unknown unit {name!r}")


def _base_of(connection: Connection, unit: str) -> str | None:
    """Return the base unit of a unit, ``None`` for one that only a report knows."""
    table = schema.unit.c
    return connection.execute(select(table.base_unit).where(table.name == unit)).scalar()


def _base_unit(dimension: str | None) -> str:
    """Return the one unit in which amounts of a dimension compare."""
    if dimension is None:
        raise UsageError(
            "数值的上下限和按数值排列须指明单位：请同时给出单位（--unit）或量纲（--dimension）",
            "bounds and sorting by value need a unit or dimension",
        )
    if dimension in _MONEY:
        return _MONEY[dimension]
    shared = {unit.base_unit for unit in load_units() if unit.dimension == dimension and dimension not in UNCONVERTED}
    if len(shared) != 1:
        raise UsageError(
            f"量纲 {dimension} 的单位不能互相换算；给出数值的上下限或按数值排列时请用 --unit",
            f"{dimension} has no common base unit",
        )
    return shared.pop()
