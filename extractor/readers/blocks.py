"""The body of a document as blocks, and how they are written: for formats whose notes and tables nest."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from extractor.readers.tables import Cell, Headers, Row, on_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.readers.writer import Writer

_KIND_NAMES = {"footnote": "脚注", "endnote": "尾注", "textbox": "文本框"}


@dataclass(slots=True)
class Aside:
    """What stands beside a paragraph: a ``footnote``, an ``endnote`` or a ``textbox``."""

    kind: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Paragraph:
    """A paragraph with its list number, and what stands beside it."""

    text: str
    is_heading: bool = False
    asides: list[Aside] = field(default_factory=list)


@dataclass(slots=True)
class TableCell:
    """A cell at ``column`` (from 0), ``span`` columns wide; ``blocks`` is ``None`` where it continues the one above."""

    column: int
    span: int
    blocks: list[Block] | None


@dataclass(slots=True)
class TableRow:
    """A row; ``marked_header`` if the document says that it is a header."""

    cells: list[TableCell]
    marked_header: bool = False


@dataclass(slots=True)
class Table:
    """A table."""

    rows: list[TableRow] = field(default_factory=list)


Block = Paragraph | Table


class BlockWriter:
    """Writes blocks; notes, text boxes and nested tables stand right after the paragraph or row that holds them.

    Args:
        writer: takes the text.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._paragraphs = count(1)
        self._tables = count(1)
        self._asides = {kind: count(1) for kind in _KIND_NAMES}

    def write(self, blocks: Sequence[Block], kind: str = "paragraph", locator: str = "") -> None:
        """Write ``blocks``; ``locator`` names what they stand in, ``""``: the body itself, which counts."""
        for block in blocks:
            if isinstance(block, Table):
                self._table(block, locator)
                continue
            where = locator or (f"第{next(self._paragraphs)}段" if block.text.strip() else "")
            self._writer.line(block.text, "heading" if kind == "paragraph" and block.is_heading else kind, where)
            self._beside(block.asides, locator)

    def _beside(self, asides: Sequence[Aside], locator: str) -> None:
        for aside in asides:
            where = f"{locator} " if locator else ""
            self.write(aside.blocks, aside.kind, f"{where}{_KIND_NAMES[aside.kind]}{next(self._asides[aside.kind])}")

    def _table(self, table: Table, locator: str) -> None:
        name = f"{locator} 内表" if locator else f"表{next(self._tables)}"
        rows = [
            Row(tuple(Cell(cell.column, cell.span, _text(cell)) for cell in row.cells), row.marked_header)
            for row in table.rows
        ]
        headers = Headers(rows)
        for number, (row, source) in enumerate(zip(rows, table.rows, strict=True), 1):
            locators = [f"{name} 第{number}行第{cell.column + 1}列" for cell in row.cells]
            self._writer.row(row, row.texts, headers, locators)
            for cell, where in zip(source.cells, locators, strict=True):
                for paragraph in _paragraphs(cell):
                    self._beside(paragraph.asides, where)
                rest = (cell.blocks or [])[len(_paragraphs(cell)) :]
                self.write(rest, "cell", where)


def _paragraphs(cell: TableCell) -> list[Paragraph]:
    """Return the paragraphs of a cell up to the first table in it."""
    found: list[Paragraph] = []
    for block in cell.blocks or []:
        if isinstance(block, Table):
            break
        found.append(block)
    return found


def _text(cell: TableCell) -> str | None:
    if cell.blocks is None:
        return None
    return on_one_line(line.replace("\t", " ") for block in _paragraphs(cell) for line in block.text.split("\n"))
