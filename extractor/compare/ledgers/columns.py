"""What each column of a sheet is: by its header, by what it holds, or by a mapping.

A header that the lexicon knows gives the role, unless the cells say otherwise (单位 over names of townships, 村 over
numbers). Any other column with numbers holds values, and its header says of what: indicator, unit, year, status and
source of money, in any storey. A column that is neither is not recognised, and a person has to say what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.compare.ledgers.header import Header, find_header
from extractor.compare.ledgers.mapping import ColumnRule, SheetRule, unknown
from extractor.compare.ledgers.periods import Period, split_period
from extractor.compare.ledgers.problems import Problem
from extractor.compare.ledgers.words import Role, is_generic, is_none, is_total, role_of, status_of, status_within
from extractor.resources.headers import Measure, is_share, is_source, measure_named, split_unit, without_enumeration
from extractor.resources.implied_units import last_implied
from extractor.resources.indicators import code_of
from extractor.sheets.grid import Kind, Sheet, letter, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.types import Status

_LONGEST_NUMBER = 12
_SAMPLE = 2000  # rows looked at to tell what a column holds
_SINGLE = (Role.INDICATOR, Role.PLACE_CODE, Role.PERIOD, Role.STATUS, Role.PROJECT_TYPE, Role.PROJECT, Role.FUNDER)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``role`` is ``None`` where it was not recognised; the other fields are those of a column of values.

    ``depth`` orders columns of places, outermost first; ``words`` is what the header says of the indicator.
    """

    index: int
    header: str
    role: Role | None
    depth: int = 0
    words: str = ""
    measure: Measure | None = None
    period: Period | None = None
    status: Status | None = None
    funder: str | None = None

    @property
    def letter(self) -> str:
        """The name of the column in a spreadsheet."""
        return letter(self.index)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is to be read; ``period`` and ``place`` are those of rows that name none.

    ``years`` are the periods that the titles name: of one only it is certain that it is meant.
    """

    sheet: Sheet
    header: Header
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...] = ()
    period: Period | None = None
    place: str = ""
    years: frozenset[str] = frozenset()

    def of(self, role: Role | None) -> list[Column]:
        """Return the columns of a role, places outermost first."""
        return sorted((column for column in self.columns if column.role is role), key=lambda column: column.depth)


@dataclass(slots=True)
class _Content:
    """How many cells of a column are numbers, and texts; of the latter, units, words of status, and short ones with digits."""

    numbers: int = 0
    units: int = 0
    statuses: int = 0
    inexact: int = 0
    texts: int = 0

    @property
    def total(self) -> int:
        return self.numbers + self.texts


def recognise(sheet: Sheet, rule: SheetRule | None, problems: list[Problem]) -> Layout | None:
    """Return how to read a sheet; what stands in the way is added to ``problems``.

    Args:
        sheet: the sheet.
        rule: what a mapping says of it.
        problems: takes what was found wrong.
    """
    rule = rule or SheetRule()
    if rule.header and rule.header[1] >= len(sheet.rows):
        problems.append(Problem(sheet.name, rule.header[1] + 1, "", "映射文件指定的表头行超出了工作表"))
        return None
    header = find_header(sheet, rule.header)
    if header is None:
        message = "没有找到表头：数据上方应有一行写明各列是什么；也可在映射文件里用 header_rows 指定"
        problems.append(Problem(sheet.name, 1, "", message))
        return None
    rules = _rules_by_column(sheet, header, rule, problems)
    contents = [_content(sheet, header, column) for column in range(sheet.width)]
    roles = [_role(header, column, content) for column, content in enumerate(contents)]
    roles = _settle_items(header, roles, contents)
    columns = []
    for index, content in enumerate(contents):
        if index in rules:
            columns.append(_ruled(header, index, rules[index]))
        elif content.total and not header.name(index):
            problems.append(Problem(sheet.name, header.end, letter(index), "这一列有数据，但没有表头"))
        elif content.total or roles[index] not in (None, (Role.VALUE, 0)):
            columns.append(_column(header, index, roles[index]))
    named = _periods_of([*header.titles, sheet.name])
    layout = Layout(
        sheet,
        header,
        tuple(columns),
        (rule.measure,) if rule.measure else header.captions,
        rule.period or (next(iter(named)) if len(named) == 1 else None),
        rule.place,
        frozenset(period.text for period in named),
    )
    problems.extend(_contradictions(layout))
    return layout


def _rules_by_column(sheet: Sheet, header: Header, rule: SheetRule, problems: list[Problem]) -> dict[int, ColumnRule]:
    names: dict[str, list[int]] = {}
    for index in range(sheet.width):
        for name in dict.fromkeys((header.name(index), "".join(header.storeys[index]))):
            names.setdefault(name, []).append(index)
    letters = {letter(index): index for index in range(sheet.width)}
    found: dict[int, ColumnRule] = {}
    for name, column in rule.columns.items():
        indexes = names.get("".join(name.split()), names.get(" ".join(name.split()), []))
        if len(indexes) > 1:
            where = "、".join(map(letter, indexes))
            problems.append(Problem(sheet.name, header.first + 1, where, f"映射文件里的“{name}”有几列；请改用列号"))
        elif indexes or name.upper() in letters:
            found[indexes[0] if indexes else letters[name.upper()]] = column
        else:
            known = [name for name in names if name]
            problems.append(Problem(sheet.name, header.first + 1, "", "映射文件：" + unknown("列", name, known)))
    return found


def _content(sheet: Sheet, header: Header, column: int) -> _Content:
    content = _Content()
    for row in range(header.end, min(len(sheet.rows), header.end + _SAMPLE)):
        cell = sheet.cell(row, column)
        if cell is None or is_none(cell.text):
            continue
        if cell.kind in (Kind.NUMBER, Kind.BAD) or read_number(cell) is not None:
            content.numbers += 1
            continue
        content.texts += 1
        content.inexact += len(cell.text) <= _LONGEST_NUMBER and any(map(str.isdecimal, cell.text))
        content.units += measure_named(cell.text) is not None
        content.statuses += status_of(cell.text) is not None or is_total(cell.text)
    return content


def _role(header: Header, column: int, content: _Content) -> tuple[Role, int] | None:
    storeys = [split_unit(storey, measure_named)[0] for storey in header.storeys[column]]
    candidates = ["".join(storeys), *storeys[-1:], "".join(header.storeys[column])]
    found = next((role for name in candidates if name and (role := role_of(name))), None)
    numeric = content.numbers > content.texts or (found is None and _should_be_numbers(header, column, content))
    if found is None or found[0] is Role.VALUE:
        return (Role.VALUE, 0) if numeric or (found and not content.total) else None
    if found[0] is Role.UNIT and content.texts and content.units * 2 < content.texts:
        found = role_of("地点")
    if found and found[0] is Role.STATUS and content.statuses * 2 < content.texts:
        return None
    if found and found[0] in (Role.PLACE, Role.UNIT, Role.STATUS) and numeric:
        return Role.VALUE, 0  # 村, 单位 over numbers count them
    return found


def _should_be_numbers(header: Header, column: int, content: _Content) -> bool:
    """Whether the header tells a unit and most cells have digits, if not only digits (约120)."""
    value = _value(header, column)
    told = value.measure is not None or last_implied(value.words) is not None
    return told and content.numbers + content.inexact > content.texts - content.inexact


def _settle_items(
    header: Header, roles: list[tuple[Role, int] | None], contents: Sequence[_Content]
) -> list[tuple[Role, int] | None]:
    """Read 项目 as the indicator where nothing else is one and values or units stand beside it."""
    kinds = [role[0] for role in roles if role]
    if Role.INDICATOR in kinds or kinds.count(Role.PROJECT) != 1:
        return roles
    values = [index for index, role in enumerate(roles) if role == (Role.VALUE, 0) and contents[index].total]
    named = any(_value(header, index).words for index in values)
    if Role.UNIT not in kinds and named:
        return roles
    return [(Role.INDICATOR, 0) if role and role[0] is Role.PROJECT else role for role in roles]


def _column(header: Header, index: int, role: tuple[Role, int] | None) -> Column:
    if role is None:
        return Column(index, header.name(index), None)
    return _value(header, index) if role[0] is Role.VALUE else Column(index, header.name(index), *role)


def _ruled(header: Header, index: int, rule: ColumnRule) -> Column:
    if rule.role is not Role.VALUE:
        known = role_of(header.name(index))
        depth = known[1] if known and known[0] is rule.role else (4 if rule.role is Role.PLACE else 0)
        return Column(index, header.name(index), rule.role, depth)
    read = _value(header, index)
    return Column(
        index,
        read.header,
        Role.VALUE,
        0,
        read.words if rule.indicator is None else rule.indicator,
        rule.measure or read.measure,
        rule.period or read.period,
        rule.status or read.status,
        rule.funder or read.funder,
    )


def _value(header: Header, index: int) -> Column:
    """Return a column of values with all that the storeys of its header say."""
    words: list[str] = []
    measure: Measure | None = None
    period: Period | None = None
    status: Status | None = None
    funder: str | None = None
    for storey in header.storeys[index]:
        name, found = split_unit(storey, measure_named)
        measure = found or measure
        when, name = split_period(without_enumeration(name))
        period = when or period
        name = name.strip("（）()")
        if not name or is_generic(name):
            continue
        told = status_of(name)
        if told:
            status = told
        elif is_source(name) and (words or len(header.storeys[index]) > 1):
            funder = name
        else:
            words.append(name.removesuffix("情况") or name)
    indicator = joined(words)
    if not is_share(indicator) and not _is_entry(indicator, measure):
        within, indicator = status_within(indicator)
        status = status or within
    return Column(index, header.name(index), Role.VALUE, 0, indicator, measure, period, status, funder)


def joined(words: Sequence[str]) -> str:
    """Return words as one phrase; what the ones before say already is not said again."""
    phrase = ""
    for word in words:
        phrase = word if phrase in word else phrase if word in phrase else phrase + word
    return phrase


def _is_entry(indicator: str, measure: Measure | None) -> bool:
    """Whether the lexicon of indicators knows these words, 计划 or 完成 and all."""
    return measure is not None and code_of(indicator, measure.name, measure.unit.dimension) is not None


def _periods_of(titles: Sequence[str]) -> set[Period]:
    """Return the years that the titles name."""
    return {period for title in titles if (period := split_period(title)[0])}


def _contradictions(layout: Layout) -> Iterator[Problem]:
    sheet, row = layout.sheet.name, layout.header.first + 1
    for role in _SINGLE:
        columns = layout.of(role)
        if len(columns) > 1:
            where = "、".join(column.letter for column in columns)
            yield Problem(sheet, row, where, f"都像是“{role.label}”，只能有一列；请在映射文件里写明")
    values = layout.of(Role.VALUE)
    if not values:
        message = "没有找到数值列；请检查表头，或在映射文件里写明"
        yield Problem(sheet, row, "", message)
    if not layout.of(Role.INDICATOR):
        for column in values:
            if not column.words:
                message = f"表头“{column.header}”没有说是什么指标，也没有指标列；请改表头，或在映射文件里写明 indicator"
                yield Problem(sheet, row, column.letter, message)
