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
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from extractor.report.checks_html import findings, overview
from extractor.report.rows import LABELS, document_row, figure_row, names
from extractor.report.tabular import to_text, to_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from extractor.types import Document, Extraction, Figure

    Result = tuple[Document, Extraction]

_TITLE = "勾稽：报告中的数字"
_COLUMNS = (
    "text", "value", "unit", "indicator", "status", "period", "place", "project_type", "funder", "modifier",
    "relation", "section", "locator",
)  # fmt: skip
_MINOR = {"project_type", "funder", "modifier", "relation", "section", "locator"}  # hidden on a phone, shown on hover
_RELATION = {"relation": "关系"}


class _Kind(NamedTuple):
    """How a kind of figure looks: CSS class, label beside the number, name in the legend and filter."""

    style: str
    label: str
    name: str


_MONEY = _Kind("money", "¥", "金额")
_PEOPLE = _Kind("people", "人", "人户")
_MEASURE = _Kind("measure", "量", "度量")
_SHARE = _Kind("share", "%", "比率")
_COUNT = _Kind("count", "数", "计数")
_KINDS = {"money": _MONEY, "percent": _SHARE, "ratio": _SHARE}
_KINDS |= dict.fromkeys(("people", "households", "person_times"), _PEOPLE)
_KINDS |= dict.fromkeys(
    ("length", "area", "volume", "mass", "power", "apparent_power", "energy", "time", "calendar", "age", "temperature"),
    _MEASURE,
)
_LEGEND = (_MONEY, _PEOPLE, _MEASURE, _SHARE, _COUNT)


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
        kinds="".join(f'<li><mark class="{k.style}" data-label="{k.label}">{k.name}</mark></li>' for k in _LEGEND),
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
        f'<div class="panes"><div class="pane"><div class="text" data-items="mark" role="group" aria-label="原文">'
        f"{_text(number, extraction)}</div></div>"
        f'<div class="pane">{_tools(extraction)}<div class="scroll">{_table(number, document, extraction)}</div></div>'
        "</div></section>"
    )


def _text(number: int, extraction: Extraction) -> str:
    """Return the text with a ``mark`` around every figure."""
    pieces: list[str] = []
    position = 0
    for index, figure in enumerate(extraction.figures):
        if figure.start < position:  # inside the one before: a mark cannot overlap, the table still has it
            continue
        kind = _kind(figure)
        pieces.append(escape(extraction.text[position : figure.start]))
        pieces.append(
            f'<mark id="m{number}-{index}" class="{figure.status.value} {kind.style}" data-label="{kind.label}" '
            f'role="button" tabindex="-1">{escape(figure.text)}</mark>'
        )
        position = figure.end
    pieces.append(escape(extraction.text[position:]))
    return "".join(pieces)


def _tools(extraction: Extraction) -> str:
    kinds = [(kind.style, kind.name) for kind in _LEGEND]
    return (
        '<div class="tools"><input type="search" placeholder="筛选：指标、地点、数值 …" aria-label="筛选">'
        + _select("status", "全部状态", names("status").items())
        + _select("kind", "全部类型", kinds)
        + f'<span class="total">显示 <output aria-live="polite">{len(extraction.figures)}</output>'
        f" / {len(extraction.figures)}</span></div>"
    )


def _select(field: str, everything: str, options: Iterable[tuple[str, str]]) -> str:
    listed = [("", everything), *options]
    items = "".join(f'<option value="{value}">{name}</option>' for value, name in listed)
    return f'<select data-field="{field}" aria-label="{everything}">{items}</select>'


def _table(number: int, document: Document, extraction: Extraction) -> str:
    labels = LABELS | _RELATION
    heads = "".join(
        f'<th scope="col" class="{_classes(column)}"><button type="button">{labels[column]}</button></th>'
        for column in _COLUMNS
    )
    texts = {figure.start: figure.text for figure in extraction.figures}
    rows = []
    for index, figure in enumerate(extraction.figures):
        shown = _shown(figure_row(figure, extraction, document), figure, texts)
        cells = "".join(_cell(column, shown[column], figure) for column in _COLUMNS)
        rows.append(
            f'<tr id="r{number}-{index}" data-status="{figure.status.value}" data-kind="{_kind(figure).style}" '
            f'tabindex="-1">{cells}</tr>'
        )
    return f'<table><thead><tr>{heads}</tr></thead><tbody data-items="tr">{"".join(rows)}</tbody></table>'


def _shown(row: Mapping[str, object], figure: Figure, texts: Mapping[int, str]) -> dict[str, str]:
    """Return the cells of a figure's row in words."""
    cells = {column: to_words(column, row.get(column)) for column in _COLUMNS}
    if figure.value is not None:
        cells["value"] = _grouped(figure.value)
        if figure.value_max is not None:
            cells["value"] += f"–{_grouped(figure.value_max)}"
    elif figure.redacted:
        cells["value"] = "（隐去）"
    cells["section"] = " › ".join(figure.section)
    cells["relation"] = "；".join(_relations(figure, texts))
    return cells


def _relations(figure: Figure, texts: Mapping[int, str]) -> Iterable[str]:
    """Yield how the figure hangs together with others, each named by its text."""
    if figure.part_of is not None:
        yield f"属于 {texts.get(figure.part_of, '')}"
    if figure.pair is not None:
        yield f"对应 {texts.get(figure.pair, '')}"
    if figure.pct is not None:
        of = texts.get(figure.pct.of, "") if figure.pct.of is not None else ""
        yield names("pct")[figure.pct.kind.value] + (f"（{of}）" if of else "")


def _cell(column: str, text: str, figure: Figure) -> str:
    sort_by = ""
    if column == "value":
        sort_by = f' data-value="{to_text(figure.base_value if figure.base_value is not None else figure.value)}"'
    elif column == "text":
        sort_by = f' data-value="{figure.start:09}"'  # the order of the text
    return f'<td class="{_classes(column)}"{sort_by}>{escape(text)}</td>'


def _classes(column: str) -> str:
    marks = {"number": column == "value", "minor": column in _MINOR}
    return " ".join(name for name, fits in marks.items() if fits)


def _grouped(number: Decimal) -> str:
    return f"{number:,f}"


def _kind(figure: Figure) -> _Kind:
    return _KINDS.get(figure.dimension, _COUNT)


@cache
def _asset(name: str) -> str:
    """Return the text of a file of ``page/``."""
    return (files(__package__) / "page" / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """Return how a page's policy names its own style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
