"""Recomputed claims on the page: above the text of each document, and of several documents in one list."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from extractor.report.checks import WORST_FIRST, summary
from extractor.report.rows import names
from extractor.types import Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.types import CheckResult, Document, Extraction

_SEVERITIES = (Severity.MUST_FIX, Severity.PLEASE_VERIFY, None)
_AGREE = frozenset((Verdict.HOLDS, Verdict.WITHIN_ROUNDING))


class _Marks(NamedTuple):
    """Where the figures of a document are marked on the page: its number there, and the text of each figure."""

    document: int
    texts: Mapping[int, str]

    @classmethod
    def of(cls, document: int, extraction: Extraction) -> _Marks:
        return cls(document, {figure.start: figure.text for figure in extraction.figures})

    def link(self, start: int) -> str:
        return f'<a href="#m{self.document}-{start}">{escape(self.texts[start])}</a>'


class _Found(NamedTuple):
    """A finding, where it stands, and the name of its document where the list is of several."""

    result: CheckResult
    marks: _Marks
    source: str = ""


def findings(number: int, extraction: Extraction) -> str:
    """Return the findings of a document as HTML, those that fail first; a figure links to its mark in the text.

    Args:
        number: of the document on the page.
        extraction: of it.
    """
    marks = _Marks.of(number, extraction)
    found = [_Found(result, marks) for result in extraction.checks or ()]
    return _section("<h3>勾稽</h3>", "勾稽", found, found)


def overview(results: Sequence[tuple[Document, Extraction]]) -> str:
    """Return what does not hold in any of several documents as HTML, the most severe first.

    Each finding links to its document, numbered as in ``results``, and to its figures.
    """
    found = []
    for number, (document, extraction) in enumerate(results):
        marks = _Marks.of(number, extraction)
        found += [_Found(result, marks, document.source) for result in extraction.checks or ()]
    listed = sorted((one for one in found if one.result.verdict not in _AGREE), key=_rank)
    return _section("<h2>各文件的勾稽</h2>", "各文件的勾稽", found, listed)


def _rank(one: _Found) -> tuple[int, int]:
    return WORST_FIRST.index(one.result.verdict), _SEVERITIES.index(one.result.severity)


def _section(heading: str, name: str, counted: Sequence[_Found], listed: Sequence[_Found]) -> str:
    """Return a box with what fails, and folded away what does not."""
    if not counted:
        return ""
    wrong = [_item(one) for one in listed if one.result.verdict is Verdict.FAILS]
    rest = [_item(one) for one in listed if one.result.verdict is not Verdict.FAILS]
    more = f"<details><summary>其余 {len(rest)} 处</summary><ul>{''.join(rest)}</ul></details>" if rest else ""
    told = escape(summary(Counter(one.result.verdict.value for one in counted)))
    return (
        f'<section class="checks" aria-label="{name}">{heading}<p class="meta">{told}</p>'
        f"<ul>{''.join(wrong)}</ul>{more}</section>"
    )


def _item(one: _Found) -> str:
    result = one.result
    severity = names("severity")[result.severity.value] if result.severity else names("verdict")[result.verdict.value]
    links = "、".join(one.marks.link(figure.start) for figure in result.figures)
    where = f'<a href="#d{one.marks.document}">{escape(one.source)}</a>：' if one.source else ""
    reason = f'<br><span class="meta">{escape(result.reason)}</span>' if result.reason else ""
    style = result.severity.value if result.severity else result.verdict.value
    return (
        f'<li class="{style}"><strong>{severity}</strong>（{names("kind")[result.kind.value]}）{where}'
        f'{escape(result.formula)}{reason}<br><span class="meta">原文：{links}</span></li>'
    )
