"""Charts of a page without a script: bars inside a table, so that picture and numbers are one and read aloud alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

_WIDTH = 100
_HEIGHT = 10
_LEAST = Decimal("0.8")  # what is there is seen


class Bar(NamedTuple):
    """A bar: what it is of, how long it is, and how that is written; ``cells`` come after the label, which may be a link."""

    label: str
    value: int | Decimal
    shown: str
    cells: tuple[str, ...] = ()
    href: str = ""


class Length(NamedTuple):
    """One of several bars that stand together: how long it is, how that is written, and where it leads."""

    value: Decimal
    shown: str
    href: str = ""


class Series(NamedTuple):
    """What the first, the second … of bars that stand together are: a name, and a style of ``page.css``."""

    name: str
    style: str


def bars(title: str, heads: Sequence[str], rows: Iterable[Bar], *, note: str = "", style: str = "") -> str:
    """Return a table with a bar in each row as HTML; ``""`` without rows.

    Args:
        title: of the table.
        heads: what labels, further cells and values are, in this order.
        rows: bars; one whose value is negative has its number and no length.
        note: a line below the title.
        style: further class of the table.
    """
    listed = list(rows)
    if not listed:
        return ""
    most = max(Decimal(row.value) for row in listed)
    said = f'<span class="meta">{escape(note)}</span>' if note else ""
    label, *others = (escape(head) for head in heads)
    columns = "".join(f'<th scope="col" class="number">{head}</th>' for head in others)
    body = "".join(_row(row, most) for row in listed)
    return (
        f'<table class="chart {style}"><caption>{escape(title)}{said}</caption>'
        f'<thead><tr><th scope="col">{label}</th><td></td>{columns}</tr></thead><tbody>{body}</tbody></table>'
    )


def grouped(
    title: str, head: str, series: Sequence[Series], rows: Sequence[tuple[str, Sequence[Length]]], *, note: str = ""
) -> str:
    """Return a table with several bars in each row as HTML; ``""`` without rows.

    Args:
        title: of the table.
        head: what the labels are.
        series: what the bars of a row are.
        rows: labels, each with a bar for each of ``series``; a negative value has its number and no length.
        note: a line below the title.
    """
    if not rows:
        return ""
    most = max(length.value for _, lengths in rows for length in lengths)
    said = f'<span class="meta">{escape(note)}</span>' if note else ""
    columns = "".join(
        f'<th scope="col" class="number"><span class="key {one.style}"></span>{escape(one.name)}</th>' for one in series
    )
    body = "".join(_group(label, series, lengths, most) for label, lengths in rows)
    return (
        f'<table class="chart grouped"><caption>{escape(title)}{said}</caption>'
        f'<thead><tr><th scope="col">{escape(head)}</th><td></td>{columns}</tr></thead><tbody>{body}</tbody></table>'
    )


def _row(row: Bar, most: Decimal) -> str:
    cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in row.cells)
    number = f'<td class="number">{_number(Decimal(row.value), row.shown)}</td>'
    label = _linked(escape(row.label), row.href)
    return f'<tr><th scope="row">{label}</th><td aria-hidden="true">{_bar(Decimal(row.value), most)}</td>{cells}{number}</tr>'


def _group(label: str, series: Sequence[Series], lengths: Sequence[Length], most: Decimal) -> str:
    pictures = "".join(_bar(one.value, most, of.style) for of, one in zip(series, lengths, strict=True))
    numbers = "".join(
        f'<td class="number" data-label="{escape(of.name)}">{_linked(_number(one.value, one.shown), one.href)}</td>'
        for of, one in zip(series, lengths, strict=True)
    )
    return f'<tr><th scope="row">{escape(label)}</th><td aria-hidden="true">{pictures}</td>{numbers}</tr>'


def _bar(value: Decimal, most: Decimal, style: str = "") -> str:
    length = max(round(value / most * _WIDTH, 2), _LEAST) if value > 0 else Decimal(0)
    return (
        f'<svg class="bar {style}" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{length}" height="{_HEIGHT}"/></svg>'
    )


def _number(value: Decimal, shown: str) -> str:
    return f'<data value="{value:f}">{escape(shown)}</data>'


def _linked(content: str, href: str) -> str:
    return f'<a href="{escape(href)}">{content}</a>' if href else content
