"""One self-contained page on a comparison: the summary, the discrepancies with their sentences, then all else.

Like the page on documents it needs nothing from the network and refuses everything but its own style; it has no script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, BinaryIO

from extractor.report.html import fill
from extractor.report.rows import LABELS, names
from extractor.report.tabular import to_text
from extractor.types import Match

if TYPE_CHECKING:
    from extractor.types import ComparisonItem

    Row = Mapping[str, object]
    Rows = Callable[[Callable[[ComparisonItem], bool]], Iterator[Row]]

_TITLE = "勾稽：台账与报告的比对"
ORDER = (
    Match.MISMATCH, Match.AMBIGUOUS, Match.NOT_COMPARABLE, Match.UNCHECKED, Match.LEDGER_ONLY, Match.REPORT_ONLY,
    Match.EXACT, Match.WITHIN_ROUNDING, Match.WITHIN_MODIFIER,
)  # fmt: skip
"""The order in which verdicts concern a reader."""
_COLUMNS = (
    "cell", "recorded_indicator", "recorded_place", "recorded_period", "recorded_amount", "reported_amount", "difference_text",
)  # fmt: skip
_NUMBERS = frozenset(("recorded_amount", "reported_amount", "difference_text"))


def write_comparison_page(summary: Iterable[str], rows: Rows, method: Iterable[Row], out: BinaryIO) -> None:
    """Write the page as UTF-8.

    Args:
        summary: the lines that come first.
        rows: gives the rows of the items that are wanted.
        method: how the comparison was made, each with ``item`` and ``content``.
        out: a binary stream; it is flushed and left open.
    """
    page = fill(
        "comparison.html",
        ("page.css", "comparison.css"),
        title=escape(_TITLE),
        summary="".join(f"<li>{escape(line)}</li>" for line in summary),
        sections="\n".join(filter(None, (_section(match, rows) for match in ORDER))),
        method="".join(
            f"<dt>{escape(str(rule['item']))}</dt><dd>{escape(str(rule['content']))}</dd>" for rule in method
        ),
    )
    out.write(page)
    out.flush()


def _section(match: Match, rows: Rows) -> str:
    found = list(rows(lambda item: item.verdict is match))
    if not found:
        return ""
    name = escape(names("match")[match])
    heads = "".join(f'<th scope="col"{_kind(column)}>{escape(LABELS[column])}</th>' for column in _COLUMNS)
    body = "".join(map(_lines, found))
    opened = " open" if match is Match.MISMATCH else ""
    return (
        f'<details class="{match.value}"{opened}><summary><h2>{name}（{len(found)}）</h2></summary>'
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead>{body}</table></div></details>'
    )


def _lines(row: Row) -> str:
    """Return a row of the table, and below it the sentence with the figure marked and what is said of the two."""
    cells = "".join(f"<td{_kind(column)}>{escape(to_text(row[column]))}</td>" for column in _COLUMNS)
    where = "，".join(filter(None, (to_text(row["document"]), to_text(row["article"]), to_text(row["locator"]))))
    at = f"{where}，第 {row['start']} 字" if where else ""
    sentence = f"<blockquote>{_marked(row)}<cite>{escape(at)}</cite></blockquote>" if row["sentence_text"] else ""
    said = f"<p>{escape(to_text(row['explanation']))}</p>"
    return f'<tbody><tr>{cells}</tr><tr class="why"><td colspan="{len(_COLUMNS)}">{sentence}{said}</td></tr></tbody>'


def _marked(row: Row) -> str:
    """Return the sentence with a mark around the figure."""
    sentence, figure = to_text(row["sentence_text"]), to_text(row["reported"])
    begin = row["offset_in_sentence"]
    if not isinstance(begin, int) or sentence[begin : begin + len(figure)] != figure:
        return escape(sentence)
    end = begin + len(figure)
    return f"{escape(sentence[:begin])}<mark>{escape(figure)}</mark>{escape(sentence[end:])}"


def _kind(column: str) -> str:
    return ' class="number"' if column in _NUMBERS else ""
