"""Pages → the text of the document: reading order, paragraphs over the ends of lines, columns and pages, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extractor.readers.layout.columns import Column, in_reading_order
from extractor.readers.layout.furniture import without_furniture
from extractor.readers.layout.grids import Grid, GridCell
from extractor.readers.layout.lines import Line, join_across, rows_of
from extractor.readers.layout.lines import joined as joined_row
from extractor.readers.layout.page import Page
from extractor.readers.layout.paragraphs import PlacedLine, paragraphs, place, sides_of
from extractor.readers.tables import Cell, Headers, Row
from extractor.readers.writer import Writer

_CONTENTS_LINE = re.compile(
    r".*[^\s.．·…‥⋯。_]\s*(?:[.．·…‥⋯。_]\s*){5,}[-—(（]?\s*(?:\d{1,4}|[ivxIVX]{1,6})\s*[-—)）]?"
)
_TWO_NUMBERS = re.compile(r"[\d%％‰][-−\d]")
_FILLED = 0.6  # share of the width of its cell that a number takes if it goes on in the next line
_SAME_COLUMN = 4.0  # points within which the columns of a table that goes on stand


@dataclass(slots=True)
class _Table:
    """A table with the pages it stands on: its grids, one for each page."""

    grids: list[tuple[int, Grid]]


def write_pages(pages: Sequence[Page], writer: Writer, recognised: Iterable[int] = ()) -> None:
    """Write the text of ``pages``.

    Args:
        pages: in order.
        writer: takes the text; a page is called 第3页, a table 第3页 表1 (counted through the document).
        recognised: numbers of the pages whose text is recognised: their parts are of the kind ``ocr``, others ``page``.
    """
    scanned = frozenset(recognised)
    blocks: list[tuple[int, Column] | _Table] = []
    for page in without_furniture(pages):
        first = True
        for block in in_reading_order(page.lines, page.grids):
            if isinstance(block, Column):
                lines = tuple(line for line in block.lines if not _CONTENTS_LINE.fullmatch(line.text.strip()))
                if lines:
                    blocks.append((page.number, Column(lines)))
            elif first and blocks and isinstance(last := blocks[-1], _Table) and _goes_on(last, page.number, block):
                last.grids.append((page.number, block))
            else:
                blocks.append(_Table([(page.number, block)]))
            first = False
    columns = [block for block in blocks if not isinstance(block, _Table)]
    placed = list(place(columns))
    _write(blocks, placed, writer, scanned)


def _write(
    blocks: Sequence[tuple[int, Column] | _Table],
    placed: Sequence[PlacedLine],
    writer: Writer,
    scanned: frozenset[int],
) -> None:
    pending: list[PlacedLine] = []
    position = tables = 0
    for block in blocks:
        if isinstance(block, _Table):
            _write_paragraphs(pending, writer, scanned)
            pending = []
            tables += 1
            _write_table(block, tables, writer)
        else:
            pending += placed[position : position + len(block[1].lines)]
            position += len(block[1].lines)
    _write_paragraphs(pending, writer, scanned)


def _write_paragraphs(lines: Sequence[PlacedLine], writer: Writer, scanned: frozenset[int]) -> None:
    for paragraph in paragraphs(lines):
        pieces: list[tuple[str, str, float | None]] = []
        for page in dict.fromkeys(line.page for line in paragraph):
            own = [placed.line for placed in paragraph if placed.page == page]
            text = ""
            for line in own:
                text = join_across(text, line.text)
            pieces.append((text, f"第{page}页", _mean_confidence(own)))
        joined = [pieces[0][0]]
        for text, _, _ in pieces[1:]:
            # What the page break takes away or adds belongs to the piece before it.
            whole = join_across(joined[-1], text)
            joined[-1] = whole[: len(whole) - len(text.lstrip())]
            joined.append(text.lstrip())
        told = [(text, where, sure) for text, (_, where, sure) in zip(joined, pieces, strict=True)]
        writer.stretches(told, "ocr" if paragraph[0].page in scanned else "page")


def _mean_confidence(lines: Sequence[Line]) -> float | None:
    told = [(line.confidence, len(line.text)) for line in lines if line.confidence is not None]
    weight = sum(length for _, length in told)
    return round(sum(sure * length for sure, length in told) / weight, 4) if weight else None


def _goes_on(table: _Table, number: int, grid: Grid) -> bool:
    """Whether a table at the top of a page goes on from the foot of the page before."""
    page, last = table.grids[-1]
    return (
        page + 1 == number
        and len(last.edges) == len(grid.edges) > 0
        and all(abs(a - b) <= _SAME_COLUMN for a, b in zip(last.edges, grid.edges, strict=True))
    )


class _Shown(NamedTuple):
    """A row of a table, how sure the recognition of each of its cells is, and where it stands."""

    row: Row
    confidences: list[float | None]
    where: str


def _write_table(table: _Table, number: int, writer: Writer) -> None:
    rows: list[_Shown] = []
    for page, grid in table.grids:
        found = [_Shown(*row, f"第{page}页 表{number}") for row in _rows(grid)]
        repeated = 0  # rows of the header that stand on each page
        while repeated < min(len(rows), len(found)) and found[repeated].row.texts == rows[repeated].row.texts:
            repeated += 1
        rows += found[repeated:]
    headers = Headers([shown.row for shown in rows])
    for index, (row, confidences, where) in enumerate(rows, 1):
        locators = [f"{where} 第{index}行第{cell.column + 1}列" for cell in row.cells]
        writer.row(row, row.texts, headers, locators, confidences)


def _rows(grid: Grid) -> Iterator[tuple[Row, list[float | None]]]:
    held = {(cell.row, cell.column): cell for cell in grid.cells}
    for number in range(grid.rows):
        cells: list[Cell] = []
        confidences: list[float | None] = []
        column = 0
        while column < grid.columns:
            cell = held.get((number, column))
            above = _covering(grid, number, column) if cell is None else None
            if cell is not None:
                cells.append(Cell(column, cell.span, _text_of(cell, _width_of(cell, grid))))
            elif above is not None:
                cells.append(Cell(column, above.span, None))
            else:
                cells.append(Cell(column, 1, ""))
            confidences.append(_mean_confidence(cell.lines) if cell is not None else None)
            column += cells[-1].span
        if any(cell.text != "" for cell in cells):
            yield Row(cells), confidences


def _covering(grid: Grid, row: int, column: int) -> GridCell | None:
    """Return the cell above that reaches down to a field."""
    return next(
        (c for c in grid.cells if c.row < row < c.row + c.height and c.column <= column < c.column + c.span), None
    )


def _width_of(cell: GridCell, grid: Grid) -> float:
    if grid.edges:
        return grid.edges[cell.column + cell.span] - grid.edges[cell.column]
    return max(line.right for line in cell.lines) - min(line.left for line in cell.lines)


def _text_of(cell: GridCell, width: float) -> str:
    """Return the text of a cell on one line, or on several where it holds whole sentences that end before the border.

    A number goes on in the next line only if it fills its own: two short ones are two numbers.
    """
    lines = [joined_row(row) for row in rows_of(cell.lines)]
    right = sides_of(lines).right
    text = ""
    for number, line in enumerate(lines):
        before = lines[number - 1]
        if text and _TWO_NUMBERS.search(f"{text[-1]}{line.text[:1]}") and before.right - before.left < _FILLED * width:
            text += " "
        text = f"{text}{line.text.lstrip()}" if text.endswith((" ", "\n")) else join_across(text, line.text)
        if line is not lines[-1] and line.text.endswith(tuple("。！？；")) and line.right < right - 2 * line.size:
            text += "\n"
    return text
