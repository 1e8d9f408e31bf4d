"""Blocks in order: paragraphs, table rows and their asides → pieces of text, and a Part for each."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from extractor.readers.docx.inline import Aside, Inline, is_placeholder, preferred
from extractor.readers.docx.package import W
from extractor.readers.docx.table import WordCell, rows_of
from extractor.readers.tables import Headers, on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml import etree

    from extractor.readers.docx.styles import Styles
    from extractor.readers.writer import Writer

_LEFT_OUT = frozenset(W + name for name in ("del", "moveFrom", "sdtPr", "sectPr"))
_KIND_NAMES = {"footnote": "脚注", "endnote": "尾注", "textbox": "文本框", "table": "表", "paragraph": "段"}


class Body:
    """Writes the text of one document."""

    def __init__(self, writer: Writer, styles: Styles, notes: Mapping[str, etree._Element | None]) -> None:
        """Begin.

        Args:
            writer: takes the text.
            styles: headings and list numbers.
            notes: ``footnote`` and ``endnote`` → root of the part that holds them, ``None`` where there is none.
        """
        self._writer = writer
        self._styles = styles
        self._notes = {
            (kind, note.get(W + "id", "")): note for kind, root in notes.items() if root is not None for note in root
        }
        self._inline = Inline()
        self._carried = ""  # text of paragraphs whose mark is deleted: it belongs to the next paragraph
        self._counters = {kind: count(1) for kind in _KIND_NAMES}

    def read(self, document: etree._Element) -> None:
        """Write everything below ``w:body`` of the main part."""
        body = document.find(W + "body")
        if body is not None:
            self._blocks(body, "paragraph", "")

    def _blocks(self, elements: Iterable[etree._Element], kind: str, locator: str) -> None:
        """Write paragraphs and tables. ``locator`` names what they stand in; ``""``: the body itself, which counts."""
        for element in self._flatten(elements):
            if element.tag == W + "p":
                self._paragraph(element, kind, locator)
            else:
                self._table(element, locator)
        if self._carried:
            self._line(self._take_carried(), kind, locator)

    def _flatten(self, elements: Iterable[etree._Element]) -> Iterator[etree._Element]:
        """Yield the paragraphs and tables among ``elements``, looking into content controls and other wrappers."""
        for element in elements:
            if element.tag in (W + "p", W + "tbl"):
                yield element
            elif element.tag == W + "altChunk":
                self._writer.warn("文档里嵌有另一个文件，其内容未读取；请在 Word 里打开并另存后再试")
            elif element.tag not in _LEFT_OUT and not is_placeholder(element):
                yield from self._flatten(preferred(element))

    def _paragraph(self, element: etree._Element, kind: str, locator: str) -> None:
        text = self._carried + self._styles.label(element) + self._inline.text(element)
        if _mark_is_deleted(element):
            self._carried = text
            return
        self._carried = ""
        if self._styles.is_contents(element):  # it repeats the headings, and its page numbers are no figures
            return
        if kind == "paragraph" and self._styles.is_heading(element):
            kind = "heading"
        self._line(text, kind, locator)
        self._write_asides(locator)

    def _line(self, text: str, kind: str, locator: str) -> None:
        if text.strip():
            locator = locator or f"第{next(self._counters['paragraph'])}段"
        self._writer.line(text, kind, locator)

    def _table(self, element: etree._Element, locator: str) -> None:
        rows = rows_of(element)
        headers = Headers(rows)
        name = f"{locator} 内表" if locator else f"表{next(self._counters['table'])}"
        for number, row in enumerate(rows, 1):
            locators = [f"{name} 第{number}行第{cell.column + 1}列" for cell in row.cells]
            texts = [self._cell_text(cell, where) for cell, where in zip(row.cells, locators, strict=True)]
            self._writer.row(row, texts, headers, locators)
            self._write_asides(locator)

    def _cell_text(self, cell: WordCell, locator: str) -> str:
        """Return the text of a cell; what follows a table inside it stands, with that table, after the row."""
        if cell.content is None:
            return ""
        lines: list[str] = []
        blocks = list(self._flatten(cell.content))
        for index, block in enumerate(blocks):
            if block.tag == W + "tbl":
                self._inline.asides.append(Aside("nested", tuple(blocks[index:]), locator=locator))
                break
            line = self._carried + self._styles.label(block) + self._inline.text(block)
            self._carried = line if _mark_is_deleted(block) else ""
            if not self._carried:
                lines += line.replace("\t", " ").split("\n")
        lines += self._take_carried().replace("\t", " ").split("\n")
        return on_one_line(lines)

    def _write_asides(self, locator: str) -> None:
        """Write what stands beside the paragraph or row just written."""
        asides, self._inline.asides = self._inline.asides, []
        for aside in asides:
            if aside.kind == "nested":
                self._blocks(aside.content, "cell", aside.locator)
                continue
            where = f"{locator} " if locator else ""
            where += f"{_KIND_NAMES[aside.kind]}{next(self._counters[aside.kind])}"
            note = self._notes.get((aside.kind, aside.note_id))
            content = aside.content if note is None else tuple(note)
            self._blocks(content, aside.kind, where)

    def _take_carried(self) -> str:
        carried, self._carried = self._carried, ""
        return carried


def _mark_is_deleted(paragraph: etree._Element) -> bool:
    """Whether the paragraph mark is deleted or moved away, so that the paragraph runs on into the next one."""
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)
