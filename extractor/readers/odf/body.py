"""The content of an OpenDocument text → blocks: paragraphs, lists, tables, and what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.readers.blocks import Aside, Block, Paragraph, Table, TableCell, TableRow
from extractor.readers.odf.inline import Inline, boxes
from extractor.readers.odf.names import DRAW, TABLE, TEXT
from extractor.readers.odf.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from extractor.readers.odf.styles import Styles

_PARAGRAPHS = frozenset((TEXT + "p", TEXT + "h"))
_LEFT_OUT = frozenset(
    TEXT + name
    for name in (
        "tracked-changes", "table-of-content", "illustration-index", "table-index", "object-index", "user-index",
        "alphabetical-index", "bibliography", "sequence-decls", "variable-decls", "user-field-decls",
    )
)  # fmt: skip


class Body:
    """Makes blocks; list numbers count on from one call to the next.

    Args:
        styles: of the document.
    """

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._inline = Inline(styles)

    def blocks(self, elements: Iterable[etree._Element]) -> list[Block]:
        """Return what ``elements`` hold: the children of ``office:text``, of a cell, a note or a text box."""
        found: list[Block] = []
        for element, label in self._flatten(elements):
            if element.tag == TABLE + "table":
                found.append(self._table(element))
            elif element.tag in _PARAGRAPHS:
                text = label + self._inline.text(element)
                asides, self._inline.asides = self._inline.asides, []
                beside = [Aside(kind, self.blocks(content)) for kind, content in asides]
                found.append(Paragraph(text, element.tag == TEXT + "h", beside))
            else:
                found.append(
                    Paragraph("", asides=[Aside(kind, self.blocks(content)) for kind, content in boxes(element)])
                )
        return found

    def _table(self, element: etree._Element) -> Table:
        rows = []
        for row in rows_of(element):
            cells = (
                TableCell(cell.column, cell.span, None if cell.element is None else self.blocks(cell.element))
                for cell in row.cells
            )
            rows.append(TableRow(list(cells), row.marked))
        return Table(rows)

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
