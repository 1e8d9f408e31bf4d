"""Tables flattened to text: cells of one line kept apart by TABs, or one cell on each line.

Numbers in such cells take unit and label from their column's header: under 投资(万元) a cell 120 is 1,200,000 元. A
header is a row without numbers; a column of ordinals, years or telephone numbers holds no figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.quantities.lexer import ARABIC, Mention
from extractor.quantities.lexicon import last_implied
from extractor.quantities.units import Unit, match_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = re.compile(rf"{ARABIC}[%％]?\Z")
_NUMBER_LINE = re.compile(rf"^[ \t]*{ARABIC}[%％]?[ \t\r]*$", re.MULTILINE)
_EMPTY = frozenset(("", "-", "—", "－", "/", "无", "——"))
_HEADER_UNIT = re.compile(r"[（(\[【/／:：]\s*(?P<scale>[百千]?[万亿]?)(?P<unit>[^）)\]】]+?)\s*[）)\]】]?\Z")
_NO_FIGURES = re.compile(r"序号|编号|号码|电话|手机|年份|年度|日期|时间|月份|排名|名次|代码|邮编|页码|身份证|^号$")
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_LONGEST_CELL = 24
_MIN_LINES = 8
_MAX_COLUMNS = 12

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A numeric cell: ``label`` is its column's header without the unit, ``scale`` the multiplier the header names."""

    start: int
    end: int
    label: str
    unit: Unit | None
    scale: int


def find_cells(text: str) -> dict[int, Cell]:
    """Return the numeric cells of every flattened table in ``text`` by their start offset."""
    cells: dict[int, Cell] = {}
    for header, rows in (*_tabbed(text), *_stacked(text)):
        columns = [_column(text[start:end]) for start, end in header]
        for row in rows:
            for column, (start, end) in zip(columns, row, strict=True):
                if column is not None and _NUMBER.match(text[start:end]):
                    cells[start] = Cell(start, end, *column)
    return cells


def fill_from_cell(mention: Mention, cell: Cell) -> None:
    """Give ``mention`` the label of its cell and, where it has no unit of its own, the header's unit and multiplier."""
    mention.label = cell.label
    if mention.unit is not None or mention.end != cell.end or mention.value is None:
        return
    mention.unit = cell.unit
    mention.value *= cell.scale
    mention.in_cell = True


def _column(header: str) -> tuple[str, Unit | None, int] | None:
    """Return label, unit and multiplier of a column, or ``None`` when it holds no figures."""
    if not header or _NO_FIGURES.search(header):
        return None
    found = _HEADER_UNIT.search(header)
    if found is not None:
        unit = match_unit(found["unit"], 0)
        if unit is not None and unit[1] == len(found["unit"]):
            scale = 1
            for character in found["scale"]:
                scale *= _SCALES[character]
            return header[: found.start()].strip(), unit[0], scale
    return header, last_implied(header), 1


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_number(text: str, span: Span) -> bool:
    return _NUMBER.match(text[span[0] : span[1]]) is not None


def _tabbed(text: str) -> Iterator[tuple[list[Span], list[list[Span]]]]:
    """Yield header and rows of every run of lines with the same number of TABs."""
    if "\t" not in text:
        return
    table: list[list[Span]] = []
    for start, end in (*_lines(text), (len(text), len(text))):
        row = _split_row(text, start, end)
        if table and len(row) != len(table[0]):
            yield from _with_header(text, table)
            table = []
        if len(row) > 1:
            table.append(row)


def _split_row(text: str, start: int, end: int) -> list[Span]:
    row = []
    while True:
        tab = text.find("\t", start, end)
        row.append(_stripped(text, start, end if tab < 0 else tab))
        if tab < 0:
            return row
        start = tab + 1


def _with_header(text: str, table: list[list[Span]]) -> Iterator[tuple[list[Span], list[list[Span]]]]:
    if len(table) > 1 and not any(_is_number(text, cell) for cell in table[0]):
        yield table[0], table[1:]


def _stacked(text: str) -> Iterator[tuple[list[Span], list[list[Span]]]]:
    """Yield header and rows of every block of short lines that fold into columns."""
    if len(_NUMBER_LINE.findall(text)) < 2:
        return
    block: list[Span] = []
    for start, end in (*_lines(text), (len(text), len(text) + _LONGEST_CELL + 1)):
        line = _stripped(text, start, min(end, len(text)))
        if end - start <= _LONGEST_CELL and line[0] < line[1] and text[line[1] - 1] not in "。；;，,":
            block.append(line)
            continue
        if len(block) >= _MIN_LINES:
            yield from _fold(text, block)
        block = []


def _fold(text: str, block: list[Span]) -> Iterator[tuple[list[Span], list[list[Span]]]]:
    """Yield the block as a table if some width makes every column all numbers or all words."""
    numeric = [_is_number(text, line) for line in block]
    for skipped in range(3):
        cells, flags = block[skipped:], numeric[skipped:]
        for width in range(2, min(_MAX_COLUMNS, len(cells) // 2) + 1):
            if len(cells) % width or any(flags[:width]):
                continue
            if _columns_agree(text, cells, flags, width):
                rows = [cells[i : i + width] for i in range(0, len(cells), width)]
                yield rows[0], rows[1:]
                return


def _columns_agree(text: str, cells: list[Span], flags: list[bool], width: int) -> bool:
    some_numeric = False
    for column in range(width):
        values = [
            flags[i] for i in range(width + column, len(cells), width) if text[cells[i][0] : cells[i][1]] not in _EMPTY
        ]
        if any(values) != all(values):
            return False
        some_numeric = some_numeric or any(values)
    return some_numeric
