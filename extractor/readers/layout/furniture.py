"""What stands on a page beside its text: page numbers, running headers and footers. They go where they prove to be that.

A page number counts up with the pages, or is written as one (第3页 共20页, — 3 —) at the very edge of the text. A running
header stands on several pages at the same height with the same words, digits set aside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extractor.readers.layout.lines import Line, Row, joined, rows_of
from extractor.readers.layout.page import Page

Edges = tuple[list[Row], list[Row]]
"""The outermost rows at the top of a page and, from the bottom upwards, at its foot, as far as they stand in the margin."""
Key = tuple[str, int, bool]
"""Words of a line without its digits, its height on the page, and whether it stands at the foot."""

_DEPTH = 3
"""Lines from the top and from the bottom of a page that may be furniture."""
_MARGIN = 0.16
"""Share of the height of a page, above and below, in which furniture stands."""
_FEWEST_PAGES = 3  # from which on a line that repeats but for its digits is furniture
_NUMBER = re.compile(r"(?:[-—–－―·•~\s]*)(\d{1,5})(?:[-—–－―·•~\s]*)")
_TOLD_NUMBER = re.compile(
    r"[-—–－―·•~]+\s*\d{1,5}\s*[-—–－―·•~]+"
    r"|第\s*\d{1,5}\s*页(?:\s*[,，/（(]?\s*共\s*\d{1,5}\s*页\s*[)）]?)?"
    r"|共\s*\d{1,5}\s*页\s*[,，/]?\s*第\s*\d{1,5}\s*页|\d{1,5}\s*/\s*\d{1,5}"
    r"|[Pp]age\s*\d{1,5}(?:\s*of\s*\d{1,5})?",
)
_DIGITS = re.compile(r"\d+")
_BAND = 0.01  # share of the height of a page within which lines stand at the same height


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without page numbers, running headers and footers."""
    edges = [_edges(page) for page in pages]
    repeated = _repeated(pages, edges)
    counted = _counted(pages, edges)
    kept = []
    for page, (head, foot) in zip(pages, edges, strict=True):
        gone: set[int] = set()
        for at_foot, row_group in ((False, head), (True, foot)):
            for row in row_group:
                line = joined(row)
                key = _key(page, line, at_foot)
                told = _TOLD_NUMBER.fullmatch(line.text.strip()) is not None
                if not (
                    told or key in repeated or ((page.number, at_foot) in counted and _NUMBER.fullmatch(line.text))
                ):
                    break
                gone.update(map(id, row))
        kept.append(replace(page, lines=tuple(line for line in page.lines if id(line) not in gone)))
    return kept


def _edges(page: Page) -> Edges:
    rows = rows_of(page.lines)
    head = [row for row in rows[:_DEPTH] if row[0].bottom <= _MARGIN * page.height]
    foot = [row for row in rows[::-1][:_DEPTH] if row[0].top >= (1 - _MARGIN) * page.height]
    return head, foot


def _key(page: Page, line: Line, at_foot: bool) -> Key:
    height = line.middle / page.height if page.height else 0.0
    return _DIGITS.sub("0", "".join(line.text.split())), round(height / _BAND), at_foot


def _repeated(pages: Sequence[Page], edges: Sequence[Edges]) -> set[Key]:
    """Return the keys of lines that stand on several pages: with the same digits on two, with any on three."""
    seen: dict[Key, set[int]] = {}
    exact: dict[tuple[Key, str], set[int]] = {}
    for page, (head, foot) in zip(pages, edges, strict=True):
        for at_foot, rows in ((False, head), (True, foot)):
            for row in rows:
                line = joined(row)
                text, height, _ = _key(page, line, at_foot)
                if not any(character.isalpha() for character in text):
                    continue
                for near in (height - 1, height, height + 1):
                    seen.setdefault((text, near, at_foot), set()).add(page.number)
                    exact.setdefault(((text, near, at_foot), line.text), set()).add(page.number)
    found = {key for key, numbers in seen.items() if len(numbers) >= _FEWEST_PAGES}
    return found | {key for (key, _), numbers in exact.items() if len(numbers) > 1}


def _counted(pages: Sequence[Page], edges: Sequence[Edges]) -> set[tuple[int, bool]]:
    """Return page and edge where a bare number counts up with the pages: it is as far from the page's own on another."""
    offsets: dict[tuple[int, bool], set[int]] = {}
    for page, (head, foot) in zip(pages, edges, strict=True):
        for at_foot, rows in ((False, head), (True, foot)):
            for row in rows:
                match = _NUMBER.fullmatch(joined(row).text)
                if match is not None:
                    offsets.setdefault((int(match[1]) - page.number, at_foot), set()).add(page.number)
    return {(number, at_foot) for (_, at_foot), numbers in offsets.items() if len(numbers) > 1 for number in numbers}
