"""The heading tree: 第一部分, 一、, （一）, 1., (1), and the inline 一是…二是….

A heading is a line that begins with a marker, or such a marker with a short run-in title that ends in a full stop. Inline
items (一是…；二是…) count as sections too: what an item says of its programme governs its figures only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from extractor.segment.lines import CN, Line, LineKind
from extractor.types import Article, Section

_INLINE = re.compile(
    rf"(?:^|(?<=[。；;，,：:\s]))(?:[{CN}]{{1,2}}是|[{CN}]要|第[{CN}]{{1,2}}[，,、]|其[一二三四五六][，,是])"
)
_TITLE_STOP = re.compile(r"[。；;！!？?\n]|[:：](?!\d)")
_MAX_TITLE = 60
INLINE_LEVEL = 5


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    start: int
    end: int
    title: str
    limit: int  # end of its line


def build(text: str, articles: Iterable[tuple[Article, list[Line]]]) -> tuple[Section, ...]:
    """Return the sections of all articles in text order; ``Section.index`` is the position in the tuple."""
    sections: list[Section] = []
    for article, lines in articles:
        open_sections: list[int] = []
        for heading in _headings(text, lines):
            while open_sections and sections[open_sections[-1]].level >= heading.level:
                _close(sections, open_sections.pop(), heading.start)
            parent = open_sections[-1] if open_sections else None
            limit = article.end if parent is None else sections[parent].end
            end = min(limit, heading.limit) if heading.level == INLINE_LEVEL else limit
            index = len(sections)
            sections.append(
                Section(index, article.index, parent, heading.level, heading.start, heading.end, end, heading.title)
            )
            open_sections.append(index)
    return tuple(sections)


def _close(sections: list[Section], index: int, position: int) -> None:
    """End an open section where the next of its level begins."""
    section = sections[index]
    sections[index] = replace(section, end=min(section.end, position))


def _headings(text: str, lines: Iterable[Line]) -> Iterator[_Heading]:
    for line in lines:
        if line.kind is LineKind.PART:
            yield _Heading(0, line.start, line.end, line.text, line.end)
        elif line.kind is LineKind.HEADING:
            begin = line.start + len(line.marker)
            end = _title_end(text, begin, line.end)
            yield _Heading(line.level, line.start, end, text[begin:end].strip("。；; \u3000"), line.end)
        if line.kind in (LineKind.BODY, LineKind.HEADING):
            for match in _INLINE.finditer(line.text):
                begin = line.start + match.end()
                end = _title_end(text, begin, line.end)
                title = text[begin:end].strip("。；;，, ")
                yield _Heading(INLINE_LEVEL, line.start + match.start(), end, title, line.end)


def _title_end(text: str, start: int, line_end: int) -> int:
    stop = _TITLE_STOP.search(text, start, line_end)
    end = stop.end() if stop else line_end
    return end if end - start <= _MAX_TITLE else start
