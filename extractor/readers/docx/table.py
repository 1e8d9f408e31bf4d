"""The rows and cells of a table of WordprocessingML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.readers.docx.inline import is_placeholder, preferred
from extractor.readers.docx.package import W
from extractor.readers.tables import Cell, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_VAL = W + "val"
_TRANSPARENT = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_MAX_SPAN = 63  # columns; Word's own limit of a table


@dataclass(frozen=True, slots=True)
class WordCell(Cell):
    """A cell with its ``content``, ``None`` where it only continues another."""

    content: etree._Element | None


@dataclass(frozen=True, slots=True)
class WordRow(Row):
    """A row of such cells."""

    cells: tuple[WordCell, ...]


def rows_of(table: etree._Element) -> list[WordRow]:
    """Return the rows of a ``w:tbl``; deleted rows and cells are left out."""
    rows = []
    for element in _children(table, W + "tr"):
        properties = element.find(W + "trPr")
        if properties is not None and properties.find(W + "del") is not None:
            continue
        skipped = _integer(properties, "gridBefore")
        marked = properties is not None and _is_on(properties.find(W + "tblHeader"))
        rows.append(WordRow(tuple(_cells(element, skipped)), marked))
    return rows


def _cells(row: etree._Element, column: int) -> Iterator[WordCell]:
    for element in _children(row, W + "tc"):
        properties = element.find(W + "tcPr")
        if properties is not None and properties.find(W + "cellDel") is not None:
            continue
        span = min(max(_integer(properties, "gridSpan"), 1), _MAX_SPAN)
        if _continues(properties):
            yield WordCell(column, span, None, None)
        else:
            yield WordCell(column, span, _text(element), element)
        column += span


def _continues(properties: etree._Element | None) -> bool:
    """Whether the cell is merged into the one above or before it (a merge mark without ``restart``)."""
    if properties is None:
        return False
    marks = (properties.find(W + "vMerge"), properties.find(W + "hMerge"))
    return any(mark is not None and mark.get(_VAL, "continue") == "continue" for mark in marks)


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the children named ``tag``, looking through wrappers that have no meaning for the text."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif preferred(child) is not child:
            yield from _children(preferred(child), tag)
        elif child.tag in _TRANSPARENT and not is_placeholder(child):
            yield from _children(child, tag)


def _text(content: etree._Element) -> str:
    return "".join(element.text or "" for element in content.iter(W + "t")).strip()


def _is_on(mark: etree._Element | None) -> bool:
    return mark is not None and mark.get(_VAL, "1") not in ("0", "false", "off")


def _integer(properties: etree._Element | None, name: str) -> int:
    found = None if properties is None else properties.find(W + name)
    text = "" if found is None else str(found.get(_VAL, ""))
    return min(int(text), _MAX_SPAN) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
