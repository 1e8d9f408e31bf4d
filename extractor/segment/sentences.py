"""Sentences: they end with 。！？； (or a point in their place) or with the line, unless the line was only wrapped."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from extractor.resources.units import spellings
from extractor.segment.lines import Line, LineKind
from extractor.types import Article, Section, Sentence

# A point ends a sentence behind a Chinese character or a percentage (公里.全县, 19.2%.8月), not in 一.概况 or 3.5.
_POINT = r"(?<=[一-龥%％])(?<![一二三四五六七八九十])\.(?=[一-龥“\"（(\d\s]|\Z)"
_SENTENCE = re.compile(
    rf"(?:[^。！？；!?;.]|(?!{_POINT})\.)+(?:(?:[。！？；!?;]+|{_POINT})[”’」』）)]*)?|[。！？；!?;]+|{_POINT}"
)
_TERMINAL = "。！？；：!?;:”）)"
# A text counts as hard-wrapped when this share of its long lines has nearly the same length.
_WRAPPED_SHARE = 0.5
_LONG_LINE = 20
# A line of some length that ends within a number or a unit goes on in the next, whatever the width of the others.
_CUT_LINE = 15
_CUT = re.compile(r"\d[\d,.]*[余多]?[十百千万亿]*([^\s\d，,。；;：:、（(）)]{0,3})$")
_REST = re.compile(r"([.．]?\d+(?:[,.]\d+)*[余多]?)?([十百千万亿]*)")
_OPEN_DIGITS = re.compile(r"[一-龥]\d+(?:[.．]|(?:,\d{3})*,\d{0,2})$")
_TOLD_DIGITS = re.compile(r"[一-龥]\d[\d,.]*$")
_LONGEST_UNIT = 6
_TIMES = ("calendar", "time", "age")


def split(
    text: str, articles: Sequence[tuple[Article, list[Line]]], sections: Sequence[Section]
) -> tuple[Sentence, ...]:
    """Return the sentences of all articles in text order, each with the innermost section it stands in."""
    width = _wrap_width([line for _, lines in articles for line in lines])
    found: list[Sentence] = []
    finder = _SectionFinder(sections)
    for article, lines in articles:
        for start, end in _paragraphs(lines, width):
            for match in _SENTENCE.finditer(text, start, end):
                found.append(
                    Sentence(
                        len(found), match.start(), match.end(), article.index, finder.at(match.start(), article.index)
                    )
                )
    return tuple(found)


def _wrap_width(lines: Sequence[Line]) -> int:
    """Return the width at which the text was wrapped by hand or by a converter, or 0."""
    lengths = Counter(len(line.text) for line in lines if len(line.text) >= _LONG_LINE)
    total = sum(lengths.values())
    if total < 8:
        return 0
    width = max(lengths, key=lambda n: sum(lengths[n + d] for d in (-1, 0, 1)))
    near = sum(lengths[width + d] for d in (-1, 0, 1))
    return width if near >= _WRAPPED_SHARE * total and max(lengths) <= width + 2 else 0


def _paragraphs(lines: Sequence[Line], width: int) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if start is None:
            start = line.start
        wrapped = (
            following is not None
            and following.kind is LineKind.BODY
            and line.text[-1] not in _TERMINAL
            and ((width > 0 and len(line.text) >= width - 1) or _cuts_figure(line.text, following.text))
        )
        if not wrapped:
            yield start, line.end
            start = None


def _cuts_figure(line: str, following: str) -> bool:
    """Whether a line ends within a figure that the next one completes (35立⏎方米, 98⏎.7%, 30⏎万元)."""
    cut = _CUT.search(line[-20:])
    if cut is None:
        return False
    head, rest = cut[1], following[:20]
    # Half a unit, a decimal point, or 万元 after some words goes on from the line before however short that is.
    sure = bool(head) and head not in spellings()
    goes_on = _REST.match(rest) if not head else None
    if goes_on is not None:
        if rest[0] in ".．" and goes_on[1]:
            return True
        sure = (_TOLD_DIGITS if rest[0] in "万亿" else _OPEN_DIGITS).search(line) is not None
        rest = rest[goes_on.end() :]
    joined = (head + rest)[: len(head) + _LONGEST_UNIT]
    units = (spellings().get(joined[:end]) for end in range(len(head) + 1, len(joined) + 1))
    return (sure or len(line) > _CUT_LINE) and any(u is not None and u.dimension not in _TIMES for u in units)


class _SectionFinder:
    """The innermost section at a position; sections are nested and sorted by start."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._starts = [section.start for section in sections]

    def at(self, position: int, article: int) -> int | None:
        last = bisect_right(self._starts, position) - 1
        index = last if last >= 0 and self._sections[last].article == article else None
        while index is not None and self._sections[index].end <= position:
            index = self._sections[index].parent
        return index
