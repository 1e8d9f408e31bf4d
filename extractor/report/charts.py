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
    """A bar: what it is of, how long it is, and how that is written; ``cells`` come after the label."""

    label: str
    value: int | Decimal
    shown: str
    cells: tuple[str, ...] = ()


def bars(title: str, heads: Sequence[str], rows: Iterable[Bar], *, note: str = "", style: str = "") -> str:
    """Return a table with a bar in each row as HTML; ``""`` without rows.

    Args:
        title: of the table.
        heads: what labels, further cells and values are, in this order.
        rows: bars, whose values are not negative.
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


def _row(row: Bar, most: Decimal) -> str:
    length = max(round(Decimal(row.value) / most * _WIDTH, 2), _LEAST) if row.value else Decimal(0)
    picture = (
        f'<svg class="bar" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{length}" height="{_HEIGHT}"/></svg>'
    )
    cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in row.cells)
    number = f'<td class="number"><data value="{row.value:f}">{escape(row.shown)}</data></td>'
    return f'<tr><th scope="row">{escape(row.label)}</th><td aria-hidden="true">{picture}</td>{cells}{number}</tr>'
