"""Mapping files: what the columns of a ledger are, told by a person instead of recognised. TOML or JSON.

::

    [sheets."投资"]            # the name of a sheet; "*" for any, as for CSV and database tables
    header_rows = [2, 3]       # first and last row of the header, from 1
    unit = "万元"              # of values without a unit of their own
    period = "2015"            # of values without a period of their own
    place = "新平县"           # in which all places lie; the place of rows without one
    [sheets."投资".columns]
    "乡镇" = "地点"            # header or letter of a column = role
    "D" = {role = "数值", indicator = "投资", unit = "万元", status = "计划", period = "2015", funder = "中央"}

A column that the mapping does not name is recognised as usual.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from extractor.compare.ledgers.periods import Period, parse_period
from extractor.compare.ledgers.words import Role, roles_by_label, status_of, statuses
from extractor.errors import UsageError
from extractor.resources.headers import Measure, measure_named
from extractor.types import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ANY = "*"
_SHEET_KEYS = ("header_rows", "unit", "period", "place", "columns")
_COLUMN_KEYS = ("role", "indicator", "unit", "status", "period", "funder")


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What a mapping says of one column; ``None`` where it says nothing."""

    role: Role
    indicator: str | None = None
    measure: Measure | None = None
    status: Status | None = None
    period: Period | None = None
    funder: str | None = None


@dataclass(frozen=True, slots=True)
class SheetRule:
    """What a mapping says of one sheet; ``header`` are the first and last row of the header, from 0."""

    header: tuple[int, int] | None = None
    measure: Measure | None = None
    period: Period | None = None
    place: str = ""
    columns: Mapping[str, ColumnRule] = field(default_factory=dict)


def parse_mapping(text: str, name: str) -> dict[str, SheetRule]:
    """Read a mapping file.

    Args:
        text: TOML, or JSON if it begins with ``{``.
        name: what to call the file in messages.

    Returns:
        A rule for each sheet that is to be read.

    Raises:
        UsageError: the file is neither, or a key or value is unknown; the message tells the nearest known one.
    """
    try:
        content = json.loads(text) if text.lstrip("\ufeff \r\n\t").startswith("{") else tomllib.loads(text)
    except RecursionError as error:
        raise UsageError(f"映射文件 {name} 嵌套太深；格式见 docs/ledgers.md", f"{name}: nested too deeply") from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"映射文件 {name} 不是有效的 TOML 或 JSON：{error}", f"{name}: {error}") from error
    reader = _Reader(name)
    reader.check_keys(content, ("sheets",), "顶层")
    sheets = content.get("sheets")
    if not isinstance(sheets, dict) or not sheets:
        raise UsageError(f'映射文件 {name} 里没有 [sheets."工作表名"]；格式见 docs/ledgers.md', f"{name}: no sheets")
    return {sheet: reader.sheet(sheet, rule) for sheet, rule in sheets.items()}


def unknown(what: str, given: str, known: Collection[str]) -> str:
    """Return the message for a name that does not exist: the nearest one if there is one, else all."""
    near = get_close_matches(given, known, n=1, cutoff=0.4)
    hint = f"是不是“{near[0]}”？" if near else f"可用：{'、'.join(known)}"
    return f"没有{what}“{given}”；{hint}"


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name

    def _fail(self, where: str, message: str) -> UsageError:
        return UsageError(f"映射文件 {self._name} 的 {where}：{message}", f"{self._name}: {where}")

    def check_keys(self, content: Any, known: Collection[str], where: str) -> None:
        if not isinstance(content, dict):
            raise self._fail(where, "应为键和值")
        for key in content:
            if key not in known:
                raise self._fail(where, unknown("键", key, known))

    def sheet(self, name: str, content: Any) -> SheetRule:
        where = f"[sheets.{json.dumps(name, ensure_ascii=False)}]"
        self.check_keys(content, _SHEET_KEYS, where)
        columns = content.get("columns", {})
        if not isinstance(columns, dict):
            raise self._fail(f"{where} columns", "应为“列 = 作用”")
        return SheetRule(
            self._rows(content.get("header_rows"), where),
            self._measure(content.get("unit"), where),
            self._period(content.get("period"), where),
            self._text(content.get("place"), where, "place") or "",
            {header: self._column(rule, f"{where} 列“{header}”") for header, rule in columns.items()},
        )

    def _column(self, content: Any, where: str) -> ColumnRule:
        if isinstance(content, str):
            content = {"role": content}
        self.check_keys(content, _COLUMN_KEYS, where)
        roles = roles_by_label()
        given = self._text(content.get("role"), where, "role")
        role = roles.get(given or Role.VALUE)
        if role is None:
            raise self._fail(where, unknown("作用", str(given), roles))
        if role is not Role.VALUE and len(content) > 1:
            raise self._fail(where, "只有数值列可以写 indicator、unit、status、period、funder")
        return ColumnRule(
            role,
            self._text(content.get("indicator"), where, "indicator"),
            self._measure(content.get("unit"), where),
            self._status(content.get("status"), where),
            self._period(content.get("period"), where),
            self._text(content.get("funder"), where, "funder"),
        )

    def _text(self, value: Any, where: str, key: str) -> str | None:
        if value is not None and not isinstance(value, str):
            raise self._fail(where, f"{key} 应为文字，实为 {value!r}")
        return value

    def _rows(self, value: Any, where: str) -> tuple[int, int] | None:
        if value is None:
            return None
        rows = value if isinstance(value, list) else [value]
        if not 1 <= len(rows) <= 2 or not all(type(row) is int and row > 0 for row in rows) or rows != sorted(rows):
            raise self._fail(where, f"header_rows 应为行号，如 [2, 3]，实为 {value!r}")
        return rows[0] - 1, rows[-1] - 1

    def _measure(self, value: Any, where: str) -> Measure | None:
        named = self._text(value, where, "unit")
        measure = measure_named(named) if named else None
        if named and measure is None:
            raise self._fail(where, f"没有单位“{named}”；请写规范单位，如 万元、公里、户")
        return measure

    def _status(self, value: Any, where: str) -> Status | None:
        named = self._text(value, where, "status")
        status = status_of(named) if named else None
        if named and status is None:
            raise self._fail(where, f"没有状态“{named}”；可用：{statuses()}")
        return status

    def _period(self, value: Any, where: str) -> Period | None:
        named = str(value) if type(value) is int else self._text(value, where, "period")
        period = parse_period(named) if named else None
        if named and period is None:
            raise self._fail(where, f"period 应写成 2015、2015-06 或 2011-2015，实为“{named}”")
        return period
