"""Where the cells of tables stand, and which headers each of them has.

Two sources, one result: the cells a reader tells (:func:`tables_of`), and in plain text lines with TABs or blocks of one
cell on each line (:func:`find_tables`). In plain text a cell merged with others is followed by blank ones; the rules
here read them as merged, as the reader for .docx writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.quantities.lexer import ARABIC
from extractor.resources.cells import is_caption, is_year
from extractor.types import STOREYS, Table, TableCell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.types import Part

_SIGNED = rf"[-－−–+＋]?{ARABIC}[%％]?"
_NUMBER = re.compile(_SIGNED)
_NUMBER_LINE = re.compile(rf"^[ \t]*{_SIGNED}[ \t\r]*$", re.MULTILINE)
_EMPTY = frozenset(("", "-", "—", "－", "/", "无", "——"))
_LONGEST_CELL = 24
_MIN_LINES = 8
_MAX_COLUMNS = 12
_WIDEST = 64
"""Cells of a line with TABs from which on it belongs to no table that a person has written."""
_MOST_STOREYS = 4

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Field:
    """A cell that is not blank.

    Attributes:
        start: where its text begins, white space left out.
        end: where its text ends.
        text: its text.
        header: the storeys of its column's header, the highest first; empty for a cell of the header itself.
        row_header: the first cell of its row, or the cell above that it continues; ``""`` for that cell itself.
        continued: texts of cells above that further cells left of it continue.
        column: the column it begins in, from 0.
    """

    start: int
    end: int
    text: str
    header: tuple[str, ...] = ()
    row_header: str = ""
    continued: tuple[str, ...] = ()
    column: int = 0


def is_number(text: str) -> bool:
    """Tell whether a cell holds a number and nothing else."""
    return _NUMBER.fullmatch(text) is not None


def closed_up(text: str) -> str:
    """Return a name without the spaces that only set its characters apart: 项 目."""
    words = text.split()
    return "".join(words) if len(words) > 1 and all(len(word) == 1 for word in words) else text


def tables(text: str, parts: Sequence[Part]) -> Iterator[list[list[Field]]]:
    """Yield the rows of every table: those of a reader that tells cells, else the ones that the text looks like."""
    yield from tables_of(text, parts) if any(part.kind == "cell" for part in parts) else find_tables(text)


def laid_out(text: str, parts: Sequence[Part] = ()) -> tuple[Table, ...]:
    """Return where the cells of every table stand, in the order of the text.

    Args:
        text: the whole document.
        parts: where the reader found its parts.
    """
    found = [Table(tuple(_cells(rows))) for rows in tables(text, parts)]
    return tuple(sorted(found, key=lambda table: table.cells[0].start))


def _cells(rows: Sequence[Sequence[Field]]) -> Iterator[TableCell]:
    for number, row in enumerate(rows):
        names = tuple(filter(None, (row[0].row_header, *row[-1].continued)))
        for field in row:
            yield TableCell(field.start, field.end, number, field.column, field.header, names)


def tables_of(text: str, parts: Sequence[Part]) -> Iterator[list[list[Field]]]:
    """Yield the rows of every table among ``parts``: cells with only TABs between them stand in one row."""
    table: list[list[Field]] = []
    end, name, column = 0, "", 0
    for part in parts:
        if part.kind != "cell":
            continue
        start, stop = _stripped(text, part.start, part.end)
        header = tuple(map(closed_up, part.header.split(STOREYS))) if part.header else ()
        row_header, *continued = part.row_header.split(STOREYS)
        between, above = text[end : part.start], name
        column = between.count("\t", between.rfind("\n") + 1) + (0 if "\n" in between else column)
        field = Field(
            start, stop, text[start:stop], header, row_header.strip(), tuple(map(str.strip, continued)), column
        )
        name = part.locator.rpartition(" ")[0]
        if table and (between.strip() or name != above):
            yield table
            table = []
        if table and "\n" not in between:
            table[-1].append(field)
        else:
            table.append([field])
        end = part.end
    if table:
        yield table


def find_tables(text: str) -> Iterator[list[list[Field]]]:
    """Yield the rows of every table flattened to lines of ``text``."""
    for grid in (*_tabbed(text), *_stacked(text)):
        rows = _fields(text, grid)
        if rows:
            yield rows


def _fields(text: str, grid: list[list[Span]]) -> list[list[Field]]:
    """Return the rows of a grid without its blank cells, each cell with its headers."""
    contents = [[text[start:end] for start, end in row] for row in grid]
    titles = 0
    while titles < len(grid) and (sum(map(bool, contents[titles])) < 2 or any(map(is_caption, contents[titles]))):
        titles += 1
    height = _header_height(contents[titles:])
    headers = _headers(contents[titles : titles + height])
    rows: list[list[Field]] = []
    first = ""
    for number, (row, texts) in enumerate(zip(grid, contents, strict=True)):
        in_body = number >= titles + height
        first = texts[0] or first if in_body else ""
        fields = [
            Field(
                start, end, content, headers[column] if in_body and headers else (), first if column else "", (), column
            )
            for column, ((start, end), content) in enumerate(zip(row, texts, strict=True))
            if content
        ]
        if fields:
            rows.append(fields)
    return rows


def _header_height(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows name the columns: the first, unless it holds numbers, with the storeys below it.

    A row is a lower storey when it holds no number and begins blank (its first cell is merged with the one above), or
    stands under a cell that is merged over several columns.
    """
    if len(rows) < 2 or any(is_number(content) and not is_year(content) for content in rows[0]):
        return 0
    height = 1
    named = list(map(bool, rows[0]))
    while height < min(len(rows) - 1, _MOST_STOREYS):
        row = rows[height]
        merged = any(content and not name for content, name in zip(row, named, strict=True))
        if any(map(is_number, row)) or (row[0] and not merged):
            break
        named = [bool(content) or name for content, name in zip(row, named, strict=True)]
        height += 1
    return height


def _headers(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the storeys over each column; a blank with words below it continues the cell left of it."""
    filled: list[list[str]] = []
    for storey, row in enumerate(rows):
        texts: list[str] = []
        for column, content in enumerate(row):
            continues = column > 0 and any(lower[column] for lower in rows[storey + 1 :])
            texts.append(closed_up(content) or (texts[-1] if continues else ""))
        filled.append(texts)
    return [tuple(dict.fromkeys(filter(None, column))) for column in zip(*filled, strict=True)]


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


def _tabbed(text: str) -> Iterator[list[list[Span]]]:
    """Yield every run of lines with TABs; lines with fewer than the longest are filled up with blank cells."""
    if "\t" not in text:
        return
    table: list[list[Span]] = []
    for start, end in (*_lines(text), (len(text), len(text))):
        if text.find("\t", start, end) >= 0:
            row = _split_row(text, start, end)
            if len(row) <= _WIDEST:
                table.append(row)
                continue
        if len(table) > 1:
            width = max(map(len, table))
            yield [row + [(row[-1][1], row[-1][1])] * (width - len(row)) for row in table]
        table = []


def _split_row(text: str, start: int, end: int) -> list[Span]:
    row = []
    while True:
        tab = text.find("\t", start, end)
        row.append(_stripped(text, start, end if tab < 0 else tab))
        if tab < 0:
            return row
        start = tab + 1


def _stacked(text: str) -> Iterator[list[list[Span]]]:
    """Yield every block of short lines that fold into columns."""
    if len(_NUMBER_LINE.findall(text)) < 2:
        return
    block: list[Span] = []
    for start, end in (*_lines(text), (len(text), len(text) + _LONGEST_CELL + 1)):
        line = _stripped(text, start, min(end, len(text)))
        short = end - start <= _LONGEST_CELL and line[0] < line[1] and text[line[1] - 1] not in "。；;，,"
        if short and text.find("\t", *line) < 0:
            block.append(line)
            continue
        if len(block) >= _MIN_LINES:
            yield from _fold(text, block)
        block = []


def _fold(text: str, block: list[Span]) -> Iterator[list[list[Span]]]:
    """Yield the block as a table if some width makes every column all numbers or all words."""
    numeric = [is_number(text[start:end]) for start, end in block]
    for skipped in range(3):
        cells, flags = block[skipped:], numeric[skipped:]
        for width in range(2, min(_MAX_COLUMNS, len(cells) // 2) + 1):
            if len(cells) % width or any(flags[:width]):
                continue
            if _columns_agree(text, cells, flags, width):
                yield [cells[i : i + width] for i in range(0, len(cells), width)]
                return
        if not any(flags[::2]) and all(flags[1::2]) and len(cells) % 2 == 0:  # keys and values
            yield [cells[i : i + 2] for i in range(0, len(cells), 2)]
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
