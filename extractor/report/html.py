"""One self-contained page: the text with its figures marked, and beside it a table to filter and sort.

The page needs nothing from the network and refuses everything but its own style and script (Content-Security-Policy
with their hashes); whatever a report contains is text. Colour tells the status of a figure, underline and label its
kind. Style and script live in ``page/``.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, BinaryIO

from extractor.report.checks_html import findings, overview
from extractor.report.panes import legend, panes
from extractor.report.rows import document_row
from extractor.report.tabular import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractor.types import Document, Extraction

    Result = tuple[Document, Extraction]

_TITLE = "勾稽：报告中的数字"


def write_page(results: Iterable[Result], out: BinaryIO) -> None:
    """Write the page on ``results`` as UTF-8; several documents get an index at the top, and a list of what does not hold."""
    listed = list(results)
    count = sum(len(extraction.figures) for _, extraction in listed)
    page = fill(
        "page.html",
        ("page.css",),
        _asset("page.js"),
        title=escape(_TITLE),
        summary=f"{len(listed)} 个文件，{count} 个数字",
        legend=legend(),
        index=_index(listed) + overview(listed) if len(listed) > 1 else "",
        documents="\n".join(_section(number, *result) for number, result in enumerate(listed)),
    )
    out.write(page)
    out.flush()


def fill(template: str, styles: Iterable[str], script: str = "", **fields: str) -> bytes:
    """Return a page of ``page/`` as UTF-8, with its style and script inside; the browser is told to run nothing else.

    Args:
        template: name of the page; its ``$head`` is ``head.html``.
        styles: names of the files of its style.
        script: its script itself, for ``$script``.
        fields: what stands for the other ``$names``, escaped already; ``title`` is in every head.
    """
    style = "".join(map(_asset, styles))
    scripts = f" script-src {_hash(script)};" if script else ""
    head = Template(_asset("head.html")).substitute(fields, style=style, styles=_hash(style), scripts=scripts)
    return Template(_asset(template)).substitute(fields, head=head, script=script).encode()


def _index(results: Sequence[Result]) -> str:
    items = (
        f'<li><a href="#d{number}">{escape(document.source)}</a> '
        f'<span class="total">{len(extraction.figures)}</span></li>'
        for number, (document, extraction) in enumerate(results)
    )
    return f'<nav aria-label="文件"><ol class="index">{"".join(items)}</ol></nav>'


def _section(number: int, document: Document, extraction: Extraction) -> str:
    summary = document_row(document, extraction)
    warnings = "".join(f'<p class="warning">{escape(w)}</p>' for w in (*document.warnings, *extraction.warnings))
    name = escape(document.source or "文本")
    return (
        f'<section id="d{number}" aria-label="{name}"><h2>{name}</h2>'
        f'<p class="meta">{escape(to_text(summary["title"]))}（{len(document.text):,} 字，'
        f"{len(extraction.figures)} 个数字，{len(extraction.projects)} 个项目）</p>{warnings}{findings(number, extraction)}"
        f"{panes(number, document, extraction.figures)}</section>"
    )


@cache
def _asset(name: str) -> str:
    """Return the text of a file of ``page/``."""
    return (files(__package__) / "page" / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """Return how a page's policy names its own style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
