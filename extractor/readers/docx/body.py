"""Blocks in order: paragraphs, table rows and their asides → pieces of text, and a Part for each."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from extractor.readers.docx.inline import Aside, Inline, is_placeholder, preferred
from extractor.readers.docx.package import W
from extractor.readers.docx.table import Cell, Row, header_rows, row_header, rows_of
from extractor.types import STOREYS, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lxml import etree

    from extractor.readers.docx.styles import Styles

_LEFT_OUT = frozenset(W + name for name in ("del", "moveFrom", "sdtPr", "sectPr"))
_SENTENCE_ENDS = "。！？；：!?;:"
_KIND_NAMES = {"footnote": "脚注", "endnote": "尾注", "textbox": "文本框", "table": "表", "paragraph": "段"}


class Body:
    """Writes the text of one document.

    Attributes:
        pieces: the text so far, to be joined.
        parts: where each stretch of it came from.
        warnings: what could not be read, for people.
    """

    def __init__(self, styles: Styles, notes: Mapping[str, etree._Element | None]) -> None:
        """Begin an empty text.

        Args:
            styles: headings and list numbers.
            notes: ``footnote`` and ``endnote`` → root of the part that holds them, ``None`` where there is none.
        """
        self.pieces: list[str] = []
        self.parts: list[Part] = []
        self.warnings: tuple[str, ...] = ()
        self._styles = styles
        self._notes = {
            (kind, note.get(W + "id", "")): note for kind, root in notes.items() if root is not None for note in root
        }
        self._inline = Inline()
        self._length = 0
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
                self._warn("文档里嵌有另一个文件，其内容未读取；请在 Word 里打开并另存后再试")
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
            where = locator or f"第{next(self._counters['paragraph'])}段"
            self.parts.append(Part(self._length, self._length + len(text), kind, where))
        self._write(text + "\n")

    def _table(self, element: etree._Element, locator: str) -> None:
        rows = rows_of(element)
        headers = header_rows(rows)
        name = f"{locator} 内表" if locator else f"表{next(self._counters['table'])}"
        names: dict[int, list[str]] = {}  # column → texts of the header above it
        above: dict[int, str] = {}  # column → text of the cell that downward-merged cells continue
        for number, row in enumerate(rows):
            texts = [self._cell_text(cell, f"{name} 第{number + 1}行第{cell.column + 1}列") for cell in row.cells]
            shown = [above.get(c.column, "") if c.content is None else t for c, t in zip(row.cells, texts, strict=True)]
            for cell, text in zip(row.cells, shown, strict=True):
                for column in range(cell.column, cell.column + cell.span):
                    above[column] = text
                    if number in headers and text.strip() and text not in names.setdefault(column, []):
                        names[column].append(text)
            where = f"{name} 第{number + 1}行"
            if number < headers.stop:
                self._row(row, texts, where, {}, ())
            else:
                self._row(row, texts, where, names, shown)
            self._write_asides(locator)

    def _row(
        self, row: Row, texts: list[str], where: str, names: Mapping[int, list[str]], shown: Sequence[str]
    ) -> None:
        """Write one line; ``names`` are the headers of the columns, ``shown`` the texts with those continued."""
        column = 0
        for index, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            self._write("\t" * (cell.column - column))
            column = cell.column
            if text.strip():
                self.parts.append(
                    Part(
                        self._length,
                        self._length + len(text),
                        "cell",
                        f"{where}第{column + 1}列",
                        header=STOREYS.join(names.get(column, ())),
                        row_header=row_header(row, shown[:index]),
                    )
                )
            self._write(text)
        self._write("\t" * (row.width - column - 1) + "\n")

    def _cell_text(self, cell: Cell, locator: str) -> str:
        """Return the text of a cell on one line, or on several where it holds whole sentences.

        A break inside a cell that ends no sentence is only layout (投资⏎（万元）) and becomes a space. What follows a
        nested table inside the cell stands, with that table, after the row.
        """
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
        text = ""
        for line in filter(str.strip, lines):
            text += ("\n" if text.endswith(tuple(_SENTENCE_ENDS)) else " " if text else "") + line
        return text

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

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)

    def _warn(self, message: str) -> None:
        if message not in self.warnings:
            self.warnings += (message,)


def _mark_is_deleted(paragraph: etree._Element) -> bool:
    """Whether the paragraph mark is deleted or moved away, so that the paragraph runs on into the next one."""
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)
