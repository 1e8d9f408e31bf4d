"""Blocks while they are read: the body, or a note or text box inside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractor.readers.blocks import Aside, Block, Paragraph
from extractor.readers.numbering import with_space
from extractor.readers.rtf.grid import RawRow, RowShape, laid_out

_MOST_TABLES = 32  # inside each other; Word allows fewer


@dataclass(slots=True)
class _Level:
    """What stands open inside one table after another; level 0 is the body."""

    blocks: list[Block] = field(default_factory=list)  # of the cell that is read
    cells: list[list[Block]] = field(default_factory=list)  # of the row that is read
    rows: list[RawRow] = field(default_factory=list)


@dataclass(slots=True)
class Frame:
    """The blocks of one body, note or text box; ``kind`` is that of an :class:`Aside`, ``""`` for the body."""

    kind: str = ""
    pieces: list[str] = field(default_factory=list)
    label: str = ""
    asides: list[Aside] = field(default_factory=list)
    _levels: list[_Level] = field(default_factory=lambda: [_Level()])

    def end_paragraph(self, depth: int, is_heading: bool, is_contents: bool) -> None:
        """End a paragraph that stands in ``depth`` tables; a line of a table of contents goes."""
        text = _number(self.label) + "".join(self.pieces)
        level = self._at(depth)
        if not is_contents and (text or self.asides or not depth):
            level.blocks.append(Paragraph(text, is_heading, self.asides))
        self.pieces, self.label, self.asides = [], "", []

    def end_cell(self, depth: int) -> None:
        """End a cell; its last paragraph has ended."""
        level = self._at(depth)
        level.cells.append(level.blocks)
        level.blocks = []

    def end_row(self, depth: int, shape: RowShape) -> None:
        """End a row, whose shape is known by then."""
        level = self._at(depth)
        if level.blocks:
            self.end_cell(depth)
        if level.cells:
            level.rows.append(RawRow(level.cells, shape))
            level.cells = []

    def end(self) -> list[Block]:
        """Return all blocks."""
        if self.pieces or self.asides:
            self.end_paragraph(0, is_heading=False, is_contents=False)
        return self._at(0).blocks

    def _at(self, depth: int) -> _Level:
        """Return the level, whose inner tables are at their end."""
        depth = min(depth, _MOST_TABLES)
        while len(self._levels) > depth + 1:
            inner = self._levels.pop()
            if inner.blocks:
                inner.cells.append(inner.blocks)
            if inner.cells:
                inner.rows.append(RawRow(inner.cells, RowShape()))
            if inner.rows:
                self._levels[-1].blocks.append(laid_out(inner.rows))
        while len(self._levels) <= depth:
            self._levels.append(_Level())
        return self._levels[depth]


def _number(label: str) -> str:
    """Return the number of a list item as it stands before the text; a bullet is no number."""
    label = label.strip()
    return with_space(label) if any(map(str.isalnum, label)) else ""
