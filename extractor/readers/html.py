"""Web pages (HTML, XHTML): all text that is seen, in the order of the page, tables with their headers.

Nothing is guessed about where the article of a page begins: a page that keeps a line of its frame loses no figure, and
lines such as 浏览次数 are known to ``segment``. What is left out is what nobody reads as text: scripts, forms, hidden
elements, and blocks that are only links (menus, lists of other articles), of which a warning tells.

Tables that only lay out the page are read cell by cell as text. The page is walked without recursion: browsers
take ten thousand nested elements, and so does this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from extractor.encoding import decode_declared
from extractor.errors import ReadError
from extractor.readers.html_tables import Measures, grid
from extractor.readers.numbering import RAISED
from extractor.readers.tables import Cell, Row, on_one_line
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.config import Settings
    from extractor.types import Document

_CHARSET = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
_HEAD = 8192  # bytes in which a page declares its encoding
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
# A line end in the source beside one of these is no space: Chinese is written without.
_WIDE = re.compile(r"[\u2014\u2018-\u201d\u2026\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SUBSET = re.compile(
    r"<!DOCTYPE[^<>\[]*\[.*?\]\s*>", re.IGNORECASE | re.DOTALL
)  # entities are never declared by a page
# libxml2 drops what stands behind the end of the page, browsers show it.
_END_OF_PAGE = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_FORMATTING = re.compile(r"</?(?:font|span|b|strong|i|em|u|s|big|small|tt|o:p)(?:\s[^<>]*)?>", re.IGNORECASE)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LEFT_OUT = frozenset(
    (
        "script", "style", "head", "template", "noscript", "iframe", "object", "svg", "canvas", "select", "option", "button",
        "textarea", "input", "nav", "del", "rt", "rp", "audio", "video", "map",
    )
)  # fmt: skip
_INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "img", "ins",
        "kbd", "label", "mark", "nobr", "q", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
        "time", "tt", "u", "var", "wbr",
    )
)  # fmt: skip
EMPTY = "网页里没有正文（可能由脚本载入，或是框架页）；请在浏览器里打开，把正文另存为 .txt 或 .docx 后再试"


class Line(NamedTuple):
    """A line of text; ``kind`` is ``heading`` or ``paragraph``."""

    text: str
    kind: str


def read_html(data: bytes, settings: Settings) -> Document:
    """Read a web page.

    Args:
        data: the bytes of the page.
        settings: ``max_unpacked_bytes`` bounds its text.

    Raises:
        ReadError: ``unreadable`` (no encoding fits), ``too_large`` or ``empty``.
    """
    writer = Writer(settings.max_unpacked_bytes)
    encoding = write_page(data, declared_encoding(data), writer)
    return writer.document(encoding, EMPTY)


def declared_encoding(data: bytes) -> str:
    """Return the encoding that a page declares in itself, ``""`` if none."""
    found = _CHARSET.search(data, 0, _HEAD) or _XML_ENCODING.search(data, 0, _HEAD)
    return found[1].decode("ascii") if found else ""


def write_page(data: bytes, declared: str, writer: Writer, place: str = "") -> str:
    """Write the text of a page, and return its encoding.

    Args:
        data: the bytes of the page.
        declared: the encoding that it, or the message it came in, declares; ``""`` if none.
        writer: takes the text.
        place: what locators begin with, where the page is one of several.

    Raises:
        ReadError: as :func:`read_html`.
    """
    text, encoding, warnings = decode_declared(data, declared)
    for warning in warnings:
        writer.warn(warning)
    root = _parse(text, writer)
    if root is not None:
        _Page(writer, Measures(root, _is_left_out), place).write(root)
    return encoding


def _parse(text: str, writer: Writer) -> etree._Element | None:
    text = _END_OF_PAGE.sub("", _SUBSET.sub("", _CONTROL.sub("", text)))
    root, too_deep = _tree(text)
    if too_deep:  # fonts that are never closed nest without end
        root, too_deep = _tree(_FORMATTING.sub("", text))
        writer.warn("网页的标签嵌套过深，已略去字体标签后读取；请核对文字是否完整")
    if too_deep:
        message = "网页的标签嵌套过深（可能已损坏），无法读取；请在浏览器里打开，把正文另存为 .txt 或 .docx 后再试"
        raise ReadError(message, "elements nested too deeply for libxml2")
    return root


def _tree(text: str) -> tuple[etree._Element | None, bool]:
    """Return the root of a page, ``None`` for one without content, and whether the parser gave up at its depth."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: etree._Element | None = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:  # of HTML this is said only of a page without any content
        root = None
    return root, any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log)


def _is_left_out(element: etree._Element) -> bool:
    """Whether an element holds nothing that is seen as text."""
    if not isinstance(element.tag, str) or element.tag in _LEFT_OUT:
        return True
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")) is not None


@dataclass(slots=True)
class _Page:
    writer: Writer
    measures: Measures
    place: str
    paragraphs: int = 0
    tables: int = 0
    menus: int = 0

    def write(self, root: etree._Element) -> None:
        for item in self._items(root):
            if isinstance(item, Line):
                self.paragraphs += 1
                self.writer.line(item.text, item.kind, f"{self.place}第{self.paragraphs}段")
            else:
                self.tables += 1
                self.writer.table(self._rows(item), f"{self.place}表{self.tables}")
        if self.menus:
            self.writer.warn(f"网页上有 {self.menus} 处只有链接（导航、其他文章的目录），未读")

    def _rows(self, table: etree._Element) -> list[Row]:
        rows = []
        for marked, cells in grid(table):
            texts = (None if cell is None else self._cell_text(cell) for _, _, cell in cells)
            made = [Cell(column, span, text) for (column, span, _), text in zip(cells, texts, strict=True)]
            rows.append(Row(tuple(made), marked))
        return rows

    def _cell_text(self, cell: etree._Element) -> str:
        return on_one_line(item.text for item in self._items(cell, in_cell=True) if isinstance(item, Line))

    def _items(self, root: etree._Element, in_cell: bool = False) -> Iterator[Line | etree._Element]:
        """Yield the lines below ``root``, and the tables that hold data."""
        lines = _Lines()
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            name = element.tag if isinstance(element.tag, str) else ""
            if event == "end":
                yield from lines.close(name)
                if element is not root:
                    yield from lines.add(element.tail)
                continue
            if element is not root or not in_cell:
                menu = not in_cell and self.measures.is_menu(element)
                self.menus += menu
                data = name == "table" and not menu and self.measures.is_data(element)
                if menu or data or _is_left_out(element):
                    if data or menu:
                        yield from lines.flush()
                    if data:
                        yield element
                    walker.skip_subtree()
                    continue
            yield from lines.open(element, name)
            yield from lines.add(element.text)
        yield from lines.flush()


@dataclass(slots=True)
class _Lines:
    """The text between two breaks."""

    pieces: list[str] = field(default_factory=list)
    label: str = ""  # number of the list item that begins here
    labels: dict[etree._Element, str] = field(default_factory=dict)  # of the items of the numbered lists begun
    raised: int = 0  # how many <sup> are open
    preformatted: int = 0
    heading: int = 0

    def open(self, element: etree._Element, name: str) -> Iterator[Line]:
        if name not in _INLINE:
            yield from self.flush()
        if name == "ol":
            self.labels.update(_labels(element))
        if name == "li":
            self.label = self.labels.pop(element, "")
        self._count(name, 1)

    def close(self, name: str) -> Iterator[Line]:
        if name not in _INLINE and name not in _LEFT_OUT:
            yield from self.flush()
        self._count(name, -1)

    def _count(self, name: str, step: int) -> None:
        self.raised += step * (name == "sup")
        self.preformatted += step * (name == "pre")
        self.heading += step * (name in _HEADINGS)

    def add(self, text: str | None) -> Iterator[Line]:
        """Add text; where it is preformatted each line end counts."""
        if not text:
            return
        first, *others = text.split("\n") if self.preformatted else [text]
        self._add(first)
        for other in others:
            yield from self.flush()
            self._add(other)

    def _add(self, text: str) -> None:
        self.pieces.append(text.translate(RAISED) if self.raised else text)

    def flush(self) -> Iterator[Line]:
        """Yield the line, unless it is blank, and begin another."""
        text = "".join(self.pieces)
        text = _without_marks(text) if self.preformatted else closed_up(text)
        self.pieces.clear()
        if text:
            yield Line(self.label + text, "heading" if self.heading else "paragraph")
            self.label = ""


def closed_up(text: str) -> str:
    """Return text with its white space as a browser shows it; line ends inside Chinese leave nothing."""

    def replacement(match: re.Match[str]) -> str:
        beside_wide = _WIDE.match(text, match.end()) or _WIDE.match(text, match.start() - 1)
        return "" if "\n" in match[0] and beside_wide else " "

    return _without_marks(_SPACE.sub(replacement, text))


def _without_marks(text: str) -> str:
    return _ZERO_WIDTH.sub("", text).replace("\xa0", " ").strip()


def _labels(numbered: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield the items of a numbered list, each with the number before it."""
    start = numbered.get("start", "1")
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 1
    for number, item in enumerate(numbered.iterchildren("li"), first):
        yield item, f"{number}. "
