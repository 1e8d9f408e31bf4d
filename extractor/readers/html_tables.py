"""What the elements of a web page hold: which are menus, which tables hold data, and the grid of those.

Offices still lay pages out in tables inside tables. A table holds data if no other table is in it, it has more than one
column, and no cell holds an article of its own: headings, lists, or several paragraphs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from extractor.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BLOCKS = frozenset(
    ("div", "ul", "ol", "dl", "p", "section", "aside", "header", "footer", "table", "td", "form", "center")
)
_ARTICLE = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "hr", "form", "table"))
_PARAGRAPHS = frozenset(("p", "div", "br"))
_NUMBER = re.compile(r"\s*[-－−–+＋]?\d[\d,，]*(?:[.．]\d+)?[%％]?\s*")
_LONGEST_NUMBER = 20  # characters
_FEWEST_LINKS = 3
_FEWEST_NUMBERS = 2
_LONGEST_LABEL = 16  # characters of a text between links: a date, a bar, the name of a block
_MENU = 0.5  # share of the characters of a menu that are links
_MOST_PARAGRAPHS = 3
_LONG = 300  # characters of a cell that may be an article
_MAX_SPAN = 256
_MAX_ROWS_SPANNED = 10_000
_MOST_CONTINUED = 1_000_000  # places of one table that cells above reach down to

PlacedCell = tuple[int, int, "etree._Element | None"]
"""Column, columns it spans, its element; ``None`` where it only continues the cell above."""


@dataclass(slots=True)
class _Tally:
    """What is below an element."""

    characters: int = 0
    linked: int = 0
    links: int = 0
    longest: int = 0  # characters of the longest text that is no link
    numbers: int = 0  # cells that hold a number and nothing else
    paragraphs: int = 0
    has_blocks: bool = False  # headings, lists, tables
    has_article: bool = False  # a cell that holds an article

    def add_text(self, text: str | None, in_link: bool) -> None:
        length = len("".join(text.split())) if text else 0
        self.characters += length
        if in_link:
            self.linked += length
        else:
            self.longest = max(self.longest, length)

    def add(self, below: _Tally) -> None:
        self.characters += below.characters
        self.linked += below.linked
        self.links += below.links
        self.longest = max(self.longest, below.longest)
        self.numbers += below.numbers
        self.paragraphs += below.paragraphs
        self.has_blocks |= below.has_blocks
        self.has_article |= below.has_article


class Measures:
    """What is below each element of a page that may be a menu or a table."""

    def __init__(self, root: etree._Element, is_left_out: Callable[[etree._Element], bool]) -> None:
        """Measure every block below ``root``, what is left out aside."""
        self._found: dict[etree._Element, _Tally] = {}
        open_ = [_Tally()]
        links = 0  # how many are open
        walker = etree.iterwalk(root, events=("start", "end"))
        left_out = False
        for event, element in walker:
            name = element.tag
            if event == "start":
                left_out = is_left_out(element)
                if left_out:
                    walker.skip_subtree()
                    continue
                links += name == "a"
                tally = _Tally(links=int(name == "a"), paragraphs=int(name in _PARAGRAPHS), has_blocks=name in _ARTICLE)
                tally.add_text(element.text, links > 0)
                open_.append(tally)
                continue
            if not left_out:
                links -= name == "a"
                self._close(element, open_.pop(), open_[-1])
            left_out = False
            open_[-1].add_text(element.tail, links > 0)

    def _close(self, element: etree._Element, tally: _Tally, above: _Tally) -> None:
        if element.tag in ("td", "th"):
            if not tally.numbers and tally.characters <= _LONGEST_NUMBER:
                tally.numbers = int(_NUMBER.fullmatch("".join(element.itertext())) is not None)
            is_long = tally.paragraphs > _MOST_PARAGRAPHS and tally.characters > _LONG
            tally.has_article |= tally.has_blocks or is_long
        if element.tag in _BLOCKS:
            self._found[element] = tally
        above.add(tally)

    def is_menu(self, element: etree._Element) -> bool:
        """Whether a block has hardly any text but links, and no column of numbers."""
        found = self._found.get(element)
        if found is None or found.links < _FEWEST_LINKS or found.numbers >= _FEWEST_NUMBERS:
            return False
        return found.longest <= _LONGEST_LABEL and found.linked >= _MENU * found.characters

    def is_data(self, table: etree._Element) -> bool:
        """Whether a table holds data and does not only lay out the page."""
        found = self._found.get(table)
        if found is None or found.has_article:
            return False
        return any(sum(1 for _ in row.iterchildren("td", "th")) > 1 for row in table.iter("tr"))


def grid(table: etree._Element) -> Iterator[tuple[bool, list[PlacedCell]]]:
    """Yield each row of a table: whether it is marked as a header, and its cells where they stand.

    Raises:
        ReadError: ``too_large``: merged cells reach over too many places.
    """
    hanging: dict[int, tuple[int, int]] = {}  # column → rows that a cell above still reaches down, its span
    continued = 0
    for row, in_head in _rows(table):
        continued += len(hanging)
        if continued > _MOST_CONTINUED:
            message = "网页的表格里合并的单元格过多（可能已损坏），无法读取；请把正文另存为 .txt 或 .docx 后再试"
            raise ReadError(message, "too many places under merged cells", kind="too_large")
        elements = [cell for cell in row if cell.tag in ("td", "th")]
        cells: list[PlacedCell] = []
        reaching: dict[int, tuple[int, int]] = {}
        column = 0
        for element in elements:
            while column in hanging:
                cells.append((column, hanging[column][1], None))
                column += hanging[column][1]
            span = _span(element, "colspan", _MAX_SPAN)
            down = _span(element, "rowspan", _MAX_ROWS_SPANNED)
            cells.append((column, span, element))
            reaching[column] = (down - 1, span)
            column += span
        cells += ((at, span, None) for at, (_, span) in sorted(hanging.items()) if at >= column)
        reaching = {at: (left - 1, span) for at, (left, span) in hanging.items()} | reaching
        hanging = {at: (left, span) for at, (left, span) in reaching.items() if left > 0}
        if elements:
            yield in_head or (len(elements) > 1 and all(cell.tag == "th" for cell in elements)), cells


def _rows(table: etree._Element) -> list[tuple[etree._Element, bool]]:
    """Return the rows in the order in which they show, with whether they stand in the head of the table."""
    sections = [row.getparent() for row in table.iter("tr")]
    names = ["" if section is None else str(section.tag) for section in sections]
    rows = [(row, name == "thead", name == "tfoot") for row, name in zip(table.iter("tr"), names, strict=True)]
    rows.sort(key=lambda row: (not row[1], row[2]))  # stable: head, body, foot
    return [(row, in_head) for row, in_head, _ in rows]


def _span(cell: etree._Element, name: str, most: int) -> int:
    text = cell.get(name, "1").strip()
    return min(max(int(text), 1), most) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
