"""Where the articles of a compilation begin and end, and what is residue between them.

A compilation is recognised by its own marks (第一篇：…, …篇二, …范文3). Where the site lost a mark, an article shows itself
by a bare title after a finished one, by a new salutation, or by 一、 that starts again after the numbering had gone on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.segment.lines import Line, LineKind
from extractor.types import Article

# An article shorter than this has not yet said anything: a second title there is a subtitle, not a new article.
_MIN_BODY = 200
_MIN_HEADINGS = 2
_DATE = re.compile(r"[^。！，,；;：:]{0,25}(?:\d{4}|[二一][〇○零О九一二三四五六七八九]{3})\s*年.{1,4}月.{1,4}日[）)]?")
_SIGNER = re.compile(
    r"^[^，,。；;：:\d]{2,25}(?:政府|委员会|办公室|党委|支部|村委会|工作队|工作组|指挥部|[局院校厅会])$"
)


@dataclass(slots=True)
class _Draft:
    """An article under construction."""

    lines: list[Line]
    body: int = 0
    headings: int = 0
    level_one: int = 0
    has_part: bool = False
    spoken: bool = False  # it has a full sentence

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.spoken = self.spoken or line.text[-1] in "。！"
        if line.kind in (LineKind.BODY, LineKind.HEADING):
            self.body += len(line.text)
        if line.kind is LineKind.HEADING:
            self.headings += 1
            self.level_one += line.level == 1
        if line.kind is LineKind.PART or line.level == 0:
            self.has_part, self.level_one = True, 0


def split(lines: Sequence[Line]) -> list[tuple[Article, list[Line]]]:
    """Group the lines of a text into articles.

    Args:
        lines: all lines in text order.

    Returns:
        each article with its own lines; residue and, in a compilation with marks, the teaser before the first mark
        belong to none.
    """
    marks = sum(line.kind is LineKind.MARK for line in lines)
    drafts: list[_Draft] = []
    current = _Draft([])
    before_first_mark = marks >= 2
    for line in lines:
        if line.kind is LineKind.MARK and marks >= 2:
            if not before_first_mark or _is_report(current):
                drafts.append(current)
            before_first_mark = False
            current = _Draft([])
        elif _opens_article(line, current):
            carried = _trailing_titles(current)
            drafts.append(current)
            current = _Draft([])
            for title in carried:
                current.add(title)
        if line.kind is not LineKind.RESIDUE:
            current.add(line)
    drafts.append(current)
    kept = [draft.lines for draft in drafts if draft.lines]
    return [(Article(index, body[0].start, body[-1].end, _title(body)), body) for index, body in enumerate(kept)]


def _is_report(preamble: _Draft) -> bool:
    """Whether what stands before the first mark is a report (with appendices), not the teaser of a web page."""
    return preamble.body >= _MIN_BODY and preamble.headings >= _MIN_HEADINGS


def _opens_article(line: Line, current: _Draft) -> bool:
    if line.kind is LineKind.TITLE and _is_signed(current):
        return True
    if current.body < _MIN_BODY:
        return False
    if line.kind is LineKind.TITLE:
        # A heading-like title between sections of one article does not open another: that needs a finished numbering.
        return current.level_one != 1 and not _is_part_of(line, current)
    if line.kind is LineKind.SALUTATION:
        return True
    restarts = line.kind is LineKind.HEADING and line.level == 1 and line.marker.strip("、．. ") == "一"
    return restarts and current.level_one >= 1 and not current.has_part


def _is_signed(draft: _Draft) -> bool:
    """Whether an article has said something and then been signed: its last line is a date, or a body below a date."""
    count = len(draft.lines)
    if count > 2 and draft.lines[-1].kind is LineKind.BODY and _SIGNER.search(draft.lines[-1].text):
        count -= 1
    if count < 2 or not _DATE.fullmatch(draft.lines[count - 1].text):
        return False
    return draft.spoken


def _is_part_of(line: Line, current: _Draft) -> bool:
    """A short bare line inside an unnumbered article is a subheading of it (成效和社会影响情况)."""
    return current.level_one == 0 and len(line.text) < 12


def _trailing_titles(draft: _Draft) -> list[Line]:
    """Take back the bare titles at the end of ``draft``: they name the article that opens now."""
    carried: list[Line] = []
    while len(draft.lines) > 1 and draft.lines[-1].kind in (LineKind.TITLE, LineKind.PART):
        carried.insert(0, draft.lines.pop())
    return carried


def _title(lines: Sequence[Line]) -> str:
    titled = [line.text for line in lines[:4] if line.kind in (LineKind.TITLE, LineKind.MARK)]
    if titled:
        return titled[0]
    first = lines[0]
    return (
        first.text
        if first.kind is not LineKind.HEADING and len(first.text) <= 45 and first.text[-1] not in "。：；:"
        else ""
    )
