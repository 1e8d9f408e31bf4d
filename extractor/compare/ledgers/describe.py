"""A plan for people: its columns as rows of a table, and as a mapping file to edit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from extractor.compare.ledgers.mapping import ANY
from extractor.compare.ledgers.words import Role, word_of
from extractor.sheets.grid import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.compare.ledgers.columns import Column, Layout
    from extractor.compare.ledgers.reading import Plan, Source
    from extractor.resources.headers import Measure

UNKNOWN = "（未认出）"
PLAN_COLUMNS = ("sheet", "column", "header", "role", "indicator", "unit", "period", "status", "funder", "text")
_SCALES = {
    1: "",
    10: "十",
    100: "百",
    1000: "千",
    10**4: "万",
    10**5: "十万",
    10**6: "百万",
    10**7: "千万",
    10**8: "亿",
}


def measure_text(measure: Measure) -> str:
    """Return how a header writes a measure: 万元/人."""
    return _SCALES.get(int(measure.scale), f"{measure.scale}") + measure.name


def plan_rows(plan: Plan) -> Iterator[dict[str, object]]:
    """Yield each column with the keys :data:`PLAN_COLUMNS`; ``text`` is the first cell below its header."""
    for layout in plan.layouts:
        for column in layout.columns:
            yield {
                "sheet": layout.sheet.name,
                "column": column.letter,
                "header": column.header,
                "role": column.role.label if column.role else UNKNOWN,
                "indicator": column.words,
                "unit": measure_text(column.measure) if column.measure else "",
                "period": column.period.text if column.period else "",
                "status": column.status.value if column.status else "",
                "funder": column.funder or "",
                "text": _example(layout, column),
            }


def mapping_text(source: Source, plan: Plan) -> str:
    """Return the plan as a mapping file in TOML, which reads the same as the plan."""
    return "\n".join(_sheet(layout, ANY if source.single else layout.sheet.name) for layout in plan.layouts)


def _sheet(layout: Layout, name: str) -> str:
    key = f"sheets.{_quoted(name)}"
    lines = [f"[{key}]", f"header_rows = [{layout.header.first + 1}, {layout.header.last + 1}]"]
    if len(layout.measures) == 1:
        lines.append(f"unit = {_quoted(measure_text(layout.measures[0]))}")
    if layout.period:
        lines.append(f"period = {_quoted(layout.period.text)}")
    if layout.place:
        lines.append(f"place = {_quoted(layout.place)}")
    lines.append(f"[{key}.columns]")
    names = [column.header for column in layout.columns]
    for column in layout.columns:
        unique = column.header and names.count(column.header) == 1
        lines.append(f"{_quoted(column.header if unique else column.letter)} = {_column(column)}")
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    if column.role is not Role.VALUE:
        role = column.role or Role.IGNORE
        return _quoted(role.label) + ("" if column.role else "  # 未认出；请改成它的作用")
    told = {
        "role": column.role.label,
        "indicator": column.words,
        "unit": measure_text(column.measure) if column.measure else "",
        "status": word_of(column.status) if column.status else "",
        "period": column.period.text if column.period else "",
        "funder": column.funder or "",
    }
    return "{" + ", ".join(f"{key} = {_quoted(value)}" for key, value in told.items() if value) + "}"


def _example(layout: Layout, column: Column) -> str:
    cells = (layout.sheet.cell(row, column.index) for row in range(layout.header.end, len(layout.sheet.rows)))
    return next((cell.text for cell in cells if cell and cell.kind is not Kind.BAD), "")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a string of JSON is one of TOML
