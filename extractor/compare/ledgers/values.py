"""The values of a sheet as recorded figures: each cell's number in its unit, with all that row and header say of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from extractor.compare.ledgers.columns import joined
from extractor.compare.ledgers.problems import Problem
from extractor.compare.ledgers.rows import Row, RowReader
from extractor.compare.ledgers.words import Role, is_none
from extractor.resources.headers import Measure, implied_measure, measure_named
from extractor.resources.indicators import code_of
from extractor.resources.units import EXACT
from extractor.sheets.grid import Kind, Written, read_number
from extractor.types import RecordedFigure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.compare.ledgers.columns import Column, Layout
    from extractor.sheets.grid import Cell

_NO_UNIT = "没有单位；请写在表头（如 投资(万元)）、单位列或表格上方的“单位：万元”，或在映射文件里写明 unit"


class Value(NamedTuple):
    """One value of a sheet: what was recorded, the measure it was written in, and whether its row is a total."""

    figure: RecordedFigure
    measure: Measure
    total: str


@dataclass(slots=True)
class Units:
    """What a column of values is counted in.

    Attributes:
        column: the column.
        own: whether each of its numbers carries its own unit.
        example: one that does, ``""`` if none does.
        unit_column: the column of units that tells its unit.
        apart: whether its header tells a unit beside columns that take theirs from the row (增长(%) beside 2015年).
    """

    column: Column
    own: bool
    example: str
    unit_column: Column | None
    apart: bool


def read_values(layout: Layout, problems: list[Problem], warnings: list[str]) -> Iterator[Value]:
    """Yield the values of a sheet, totals too, row by row; figures are numbered from 0 on in each sheet.

    Args:
        layout: how to read the sheet.
        problems: takes what cannot be read.
        warnings: takes what was understood in a way that a person should know of.
    """
    reader = RowReader(layout)
    columns = [_units(reader, column) for column in layout.of(Role.VALUE)]
    merged = _merged_values(layout)
    problems.extend(merged.values())
    examples: list[int] = []
    index = 0
    for number in range(layout.header.end, len(layout.sheet.rows)):
        cells = [(units, cell) for units in columns if (cell := _present(layout, number, units.column))]
        cells = [(units, cell) for units, cell in cells if (number, units.column.index) not in merged]
        if not cells:
            continue
        if reader.is_example(number):
            examples.append(number + 1)
            continue
        row = reader.read(number)
        problems.extend(row.problems)
        for units, cell in cells:
            value = _value(reader, row, units, cell, problems, index)
            if value is not None:
                yield value
                index += 1
    problems[:] = _unit_once(problems)
    if examples:
        warnings.append(f"工作表“{layout.sheet.name}”：第 {'、'.join(map(str, examples))} 行是示例，没有导入")
    if reader.unknown_types:
        warnings.append(
            f"工作表“{layout.sheet.name}”：不认识的项目类型 {'、'.join(sorted(reader.unknown_types))}，这些行没有项目类型"
        )


def _unit_once(problems: Sequence[Problem]) -> list[Problem]:
    """Tell of a missing unit once for each column, with how many of its numbers lack one, not of every cell."""
    lacking: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if problem.message == _NO_UNIT:
            lacking.setdefault((problem.sheet, problem.column), []).append(problem)
    several = {
        id(found[0]): f"这一列自此起有 {len(found)} 个数{_NO_UNIT}" for found in lacking.values() if len(found) > 1
    }
    again = {id(problem) for found in lacking.values() for problem in found[1:]}
    return [
        replace(problem, message=several.get(id(problem), problem.message))
        for problem in problems
        if id(problem) not in again
    ]


def _present(layout: Layout, number: int, column: Column) -> Cell | None:
    cell = layout.sheet.cell(number, column.index)
    return None if cell is None or is_none(cell.text) else cell


def _merged_values(layout: Layout) -> dict[tuple[int, int], Problem]:
    """Return the merged ranges over values, by their first cell: one number for several rows or columns."""
    values = {column.index: column for column in layout.of(Role.VALUE)}
    found: dict[tuple[int, int], Problem] = {}
    for merge in layout.sheet.merges:
        column = values.get(merge.left)
        if column is not None and merge.bottom >= layout.header.end and _present(layout, merge.top, column):
            message = f"数值单元格 {merge.name} 是合并的，不知道属于哪一行或哪一列；请取消合并，逐格填写"
            found[merge.top, merge.left] = Problem(layout.sheet.name, merge.top + 1, column.letter, message)
    return found


def _units(reader: RowReader, column: Column) -> Units:
    layout = reader.layout
    own = bare = 0
    example = ""
    for number in range(layout.header.end, len(layout.sheet.rows)):
        cell = _present(layout, number, column)
        written = read_number(cell) if cell else None
        if cell is not None and written is not None:
            own += written.measure is not None
            bare += written.measure is None
            example = example or (cell.text if written.measure else "")
    candidates = reader.unit_columns()
    if len(candidates) > 1:  # 里程 单位 投资 单位
        candidates = [candidate for candidate in candidates if candidate.index == column.index + 1]
    apart = column.measure is not None and any(other.measure is None for other in layout.of(Role.VALUE))
    return Units(column, own > 0 and bare == 0, example, candidates[0] if candidates else None, apart)


def _value(reader: RowReader, row: Row, units: Units, cell: Cell, problems: list[Problem], index: int) -> Value | None:
    column = units.column

    def fail(message: str) -> None:
        problems.append(reader.problem(row.number, column, message))

    written = read_number(cell)
    if written is None:
        fail(_unreadable(cell))
        return None
    words = joined([word for word in (row.indicator, column.words) if word])
    measure = _measure(reader, row, units, written, words)
    if isinstance(measure, str):
        fail(measure)
        return None
    if not words and not row.total:
        return None  # told already of the column or the row
    return Value(_figure(reader, row, column, cell, written, measure, words, index), measure, row.total)


def _unreadable(cell: Cell) -> str:
    if cell.kind is Kind.BAD:
        return cell.text
    if cell.kind is Kind.DATE:
        return f"这里应是数值，却是日期 {cell.text}；请检查单元格格式"
    return f"“{cell.text[:40]}”不是确切的数；台账只收确切的数，没有数的请留空或写“—”"


def _measure(reader: RowReader, row: Row, units: Units, written: Written, words: str) -> Measure | str:
    """Return what a number is counted in, or what is wrong with its unit."""
    told, where = units.column.measure, f"表头写的是“{units.column.header}”"
    if units.unit_column is not None and not units.apart:
        text = reader.text(row.number, units.unit_column)
        named = measure_named(text) if text else None
        if text and named is None:
            return f"看不懂单位“{text}”；请写规范单位，如 万元、公里、户"
        if named and told and named != told:
            return f"{where}，单位列却写“{text}”；请统一单位"
        told, where = (named, f"单位列写的是“{text}”") if named else (told, where)
    if row.measure and not units.apart:
        if told and row.measure != told:
            return f"{where}，指标“{row.indicator}”却另有单位；请统一单位"
        told, where = row.measure, "指标带有单位"
    if written.measure:
        return (
            f"{where}，这一格却另写了单位；请统一单位"
            if told and told != written.measure and not units.own
            else written.measure
        )
    told = told or implied_measure([words], [row.indicator], reader.layout.measures)
    if told is None:
        return _NO_UNIT
    if units.example and units.column.measure is None:
        return f"同一列里有的写了单位（如“{units.example}”），这一格没有写；请统一写法"
    return told


def _figure(
    reader: RowReader, row: Row, column: Column, cell: Cell, written: Written, measure: Measure, words: str, index: int
) -> RecordedFigure:
    amount = measure.amount(written.number)
    period = column.period or row.period
    return RecordedFigure(
        index=index,
        sheet=reader.layout.sheet.name,
        row=row.number + 1,
        column=column.letter,
        text=cell.text,
        indicator=words,
        value=_plain(amount),
        unit=measure.name,
        dimension=measure.unit.dimension,
        base_value=_plain(measure.unit.to_base(amount)),
        base_unit=measure.base_unit,
        decimals=written.decimals,
        scale=Decimal(measure.scale),
        indicator_code=code_of(words, measure.name, measure.unit.dimension),
        place=row.place,
        within=row.within,
        place_code=row.place_code,
        period=period.text if period else None,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        status=column.status or row.status,
        project_type=row.project_type,
        project=row.project,
        funder=column.funder or row.funder,
        note=row.note,
    )


def _plain(amount: Decimal) -> Decimal:
    """Return ``amount`` without trailing zeros and exponent."""
    return Decimal(format(amount.normalize(EXACT), "f"))
