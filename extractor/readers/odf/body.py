"""Blocks in order: paragraphs, lists, tables and their asides → lines of text, and a Part for each."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from extractor.readers.odf.inline import Aside, Inline, boxes
from extractor.readers.odf.names import DRAW, TABLE, TEXT
from extractor.readers.odf.tables import Placed, rows_of
from extractor.readers.tables import Cell, Headers, Row, on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from extractor.readers.odf.styles import Styles
    from extractor.readers.writer import Writer

_PARAGRAPHS = frozenset((TEXT + "p", TEXT + "h"))
_LEFT_OUT = frozenset(
    TEXT + name
    for name in (
        "tracked-changes", "table-of-content", "illustration-index", "table-index", "object-index", "user-index",
        "alphabetical-index", "bibliography", "sequence-decls", "variable-decls", "user-field-decls",
    )
)  # fmt: skip
_KIND_NAMES = {"footnote": "脚注", "endnote": "尾注", "textbox": "文本框", "table": "表", "paragraph": "段"}


class Body:
    """Writes the text of one document."""

    def __init__(self, writer: Writer, styles: Styles) -> None:
        self._writer = writer
        self._styles = styles
        self._inline = Inline(styles)
        self._counters = {kind: count(1) for kind in _KIND_NAMES}

    def read(self, content: etree._Element) -> None:
        """Write everything below ``office:text``."""
        self._blocks(content, "paragraph", "")

    def _blocks(self, elements: Iterable[etree._Element], kind: str, locator: str) -> None:
        """Write paragraphs and tables. ``locator`` names what they stand in; ``""``: the body itself, which counts."""
        for element, label in self._flatten(elements):
            if element.tag == TABLE + "table":
                self._table(element, locator)
            elif element.tag in _PARAGRAPHS:
                self._paragraph(element, label, kind, locator)
            else:
                self._inline.asides += boxes(element)
                self._write_asides(locator)

    def _flatten(
        self, elements: Iterable[etree._Element], style: str = "", level: int = 0
    ) -> Iterator[tuple[etree._Element, str]]:
        """Yield paragraphs, tables and shapes with the list number before them, looking into lists and sections."""
        for element in elements:
            tag = str(element.tag)
            if tag in _PARAGRAPHS:
                if not self._styles.is_hidden(element, "paragraph"):
                    yield element, self._heading_label(element) if not level else ""
            elif tag == TABLE + "table" or tag.startswith(DRAW):
                yield element, ""
            elif tag == TEXT + "list":
                yield from self._list(element, element.get(TEXT + "style-name", style), level + 1)
            elif tag not in _LEFT_OUT and element.get(TEXT + "display", "true") != "none":
                yield from self._flatten(element, style, level)

    def _list(self, element: etree._Element, style: str, level: int) -> Iterator[tuple[etree._Element, str]]:
        goes_on = element.get(TEXT + "continue-numbering") == "true" or TEXT + "continue-list" in element.attrib
        self._styles.begin_list(style, level, goes_on)
        for item in element:
            # An item that begins with another list is only the way down to that.
            numbered = item.tag == TEXT + "list-item" and len(item) > 0 and item[0].tag in _PARAGRAPHS
            label = self._styles.label(style, level, item.get(TEXT + "start-value")) if numbered else ""
            for block, own in self._flatten(item, style, level):
                yield block, own or label
                label = ""

    def _heading_label(self, element: etree._Element) -> str:
        if element.tag != TEXT + "h" or element.get(TEXT + "is-list-header") == "true":
            return ""
        level = element.get(TEXT + "outline-level", "1")
        return self._styles.label("", int(level)) if level.isascii() and level.isdecimal() else ""

    def _paragraph(self, element: etree._Element, label: str, kind: str, locator: str) -> None:
        text = label + self._inline.text(element)
        if kind == "paragraph" and element.tag == TEXT + "h":
            kind = "heading"
        where = locator or (f"第{next(self._counters['paragraph'])}段" if text.strip() else "")
        self._writer.line(text, kind, where)
        self._write_asides(locator)

    def _table(self, element: etree._Element, locator: str) -> None:
        name = f"{locator} 内表" if locator else f"表{next(self._counters['table'])}"
        rows: list[Row] = []
        asides: list[list[Aside]] = []  # of each row
        for number, placed in enumerate(rows_of(element), 1):
            cells = [Cell(cell.column, cell.span, self._cell_text(cell, name, number)) for cell in placed.cells]
            rows.append(Row(tuple(cells), placed.marked))
            asides.append(self._inline.asides)
            self._inline.asides = []
        headers = Headers(rows)
        for number, (row, beside) in enumerate(zip(rows, asides, strict=True), 1):
            locators = [f"{name} 第{number}行第{cell.column + 1}列" for cell in row.cells]
            self._writer.row(row, row.texts, headers, locators)
            self._inline.asides = beside
            self._write_asides(f"{name} 第{number}行")

    def _cell_text(self, cell: Placed, name: str, number: int) -> str | None:
        """Return the text of a cell; what follows a table inside it stands, with that table, after the row."""
        if cell.element is None:
            return None
        lines: list[str] = []
        blocks = list(self._flatten(cell.element))
        for index, (block, label) in enumerate(blocks):
            if block.tag == TABLE + "table":
                rest = tuple(element for element, _ in blocks[index:])
                self._inline.asides.append(Aside("nested", rest, f"{name} 第{number}行第{cell.column + 1}列"))
                break
            if block.tag in _PARAGRAPHS:
                lines += (label + self._inline.text(block)).replace("\t", " ").split("\n")
            else:
                self._inline.asides += boxes(block)
        return on_one_line(lines)

    def _write_asides(self, locator: str) -> None:
        """Write what stands beside the paragraph or row just written."""
        asides, self._inline.asides = self._inline.asides, []
        for aside in asides:
            if aside.kind == "nested":
                self._blocks(aside.content, "cell", aside.locator)
                continue
            where = f"{locator} " if locator else ""
            self._blocks(
                aside.content, aside.kind, f"{where}{_KIND_NAMES[aside.kind]}{next(self._counters[aside.kind])}"
            )
