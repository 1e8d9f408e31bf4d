"""A report beside its figures: the text with every figure marked, and a table of them to filter and sort.

The two find one another by name: figure ``start`` of document ``number`` is the mark ``m{number}-{start}`` and the row
``r{number}-{start}``. ``page/page.js`` moves between them, ``page/page.css`` says how they look.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from extractor.report.rows import LABELS, figure_row, names
from extractor.report.tabular import to_text, to_words
from extractor.types import PERSON, Extraction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from extractor.types import Document, Figure

_COLUMNS = (
    "text", "value", "unit", "indicator", "status", "period", "place", "project_type", "funder", "modifier",
    "relation", "section", "locator",
)  # fmt: skip
_MINOR = {"project_type", "funder", "modifier", "relation", "section", "locator"}  # hidden on a phone, shown on hover
_MORE_LABELS = {"relation": "关系", "correction": "更正"}
_CORRECTED = "已更正"


class Kind(NamedTuple):
    """How a kind of figure looks: CSS class, label beside the number, name in the legend and filter."""

    style: str
    label: str
    name: str


_MONEY = Kind("money", "¥", "金额")
_PEOPLE = Kind("people", "人", "人户")
_MEASURE = Kind("measure", "量", "度量")
_SHARE = Kind("share", "%", "比率")
_COUNT = Kind("count", "数", "计数")
_KINDS = {"money": _MONEY, "percent": _SHARE, "ratio": _SHARE}
_KINDS |= dict.fromkeys(("people", "households", "person_times"), _PEOPLE)
_KINDS |= dict.fromkeys(
    ("length", "area", "volume", "mass", "power", "apparent_power", "energy", "time", "calendar", "age", "temperature"),
    _MEASURE,
)
KINDS = (_MONEY, _PEOPLE, _MEASURE, _SHARE, _COUNT)


def panes(
    number: int,
    document: Document,
    figures: Sequence[Figure],
    start: int = 0,
    end: int | None = None,
    corrected: Mapping[int, str] | None = None,
) -> str:
    """Return a stretch of a document and the table of the figures in it as HTML.

    Args:
        number: names the document on the page.
        document: its text, and where its parts came from.
        figures: all figures of the document, by their places in the text.
        start: offset at which the stretch begins; no figure lies across it.
        end: offset behind its last character, the end of the text by default.
        corrected: HTML that tells of the correction of a figure, by where it begins; then the table has a column for it.
    """
    end = len(document.text) if end is None else end
    shown = [figure for figure in figures if start <= figure.start < end]
    texts = {figure.start: figure.text for figure in figures}
    return (
        f'<div class="panes"><div class="pane"><div class="text" data-items="mark" role="group" aria-label="原文">'
        f"{_text(number, document.text, shown, start, end)}</div></div>"
        f'<div class="pane">{_tools(len(shown))}<div class="scroll">'
        f"{_table(number, document, shown, texts, corrected or {})}</div></div></div>"
    )


def legend() -> str:
    """Return what colours and underlines mean, as items of a list."""
    statuses = (f'<li><mark class="{status}">{name}</mark></li>' for status, name in names("status").items())
    kinds = (f'<li><mark class="{k.style}" data-label="{k.label}">{k.name}</mark></li>' for k in KINDS)
    return "".join((*statuses, *kinds))


def _text(number: int, text: str, figures: Iterable[Figure], start: int, end: int) -> str:
    """Return the text with a ``mark`` around every figure."""
    pieces: list[str] = []
    position = start
    for figure in figures:
        if figure.start < position:  # inside the one before: a mark cannot overlap, the table still has it
            continue
        pieces.append(escape(text[position : figure.start]))
        pieces.append(_mark(number, figure))
        position = figure.end
    pieces.append(escape(text[position:end]))
    return "".join(pieces)


def _mark(number: int, figure: Figure) -> str:
    """Return a figure in the text; one that a person has corrected says so beside the sign of its kind."""
    kind = _kind(figure)
    styles, label, said = f"{figure.status.value} {kind.style}", kind.label, ""
    if figure.rule_or_model == PERSON:
        styles, label = f"{styles} corrected", f"{label} {_CORRECTED}"
        said = f' aria-label="{escape(figure.text)}（{_CORRECTED}）"'
    return (
        f'<mark id="m{number}-{figure.start}" class="{styles}" data-label="{label}" role="button"{said} '
        f'tabindex="-1">{escape(figure.text)}</mark>'
    )


def _tools(count: int) -> str:
    kinds = [(kind.style, kind.name) for kind in KINDS]
    return (
        '<div class="tools"><input type="search" placeholder="筛选：指标、地点、数值 …" aria-label="筛选">'
        + _select("status", "全部状态", names("status").items())
        + _select("kind", "全部类型", kinds)
        + f'<span class="total">显示 <output aria-live="polite">{count}</output> / {count}</span></div>'
    )


def _select(field: str, everything: str, options: Iterable[tuple[str, str]]) -> str:
    listed = [("", everything), *options]
    items = "".join(f'<option value="{value}">{name}</option>' for value, name in listed)
    return f'<select data-field="{field}" aria-label="{everything}">{items}</select>'


def _table(
    number: int,
    document: Document,
    figures: Iterable[Figure],
    texts: Mapping[int, str],
    corrected: Mapping[int, str],
) -> str:
    columns = (*_COLUMNS[:3], "correction", *_COLUMNS[3:]) if corrected else _COLUMNS
    labels = LABELS | _MORE_LABELS
    heads = "".join(
        f'<th scope="col" class="{_classes(column)}" data-column="{column}">'
        f'<button type="button">{labels[column]}</button></th>'
        for column in columns
    )
    rows = []
    for figure in figures:
        shown = _shown(figure_row(figure, Extraction(""), document), figure, texts)
        told = f'<td class="correction">{corrected.get(figure.start, "")}</td>'
        cells = "".join(told if one == "correction" else _cell(one, shown[one], figure) for one in columns)
        rows.append(
            f'<tr id="r{number}-{figure.start}" data-status="{figure.status.value}" data-kind="{_kind(figure).style}" '
            f'data-end="{figure.end}" tabindex="-1">{cells}</tr>'
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


def _kind(figure: Figure) -> Kind:
    return _KINDS.get(figure.dimension, _COUNT)
