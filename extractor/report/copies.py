"""The report on copied passages: what ``gouji copies`` writes."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

from extractor.report.html import fill
from extractor.report.rows import LABELS
from extractor.report.tabular import ROW_FORMATS, Workbook, write_rows
from extractor.types import Agreement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.types import CopiedFigure, CopySide, Difference, Excerpt, Passage

COPY_FORMATS = (*ROW_FORMATS, "html")

_SIDE_COLUMNS = ("id", "document", "article", "line", "start", "end", "text")
COPY_COLUMNS = (
    *(f"left_{column}" for column in _SIDE_COLUMNS),
    *(f"right_{column}" for column in _SIDE_COLUMNS),
    "characters", "containment", *(agreement.value for agreement in Agreement), "changes", "differences",
)  # fmt: skip
_FIGURE_COLUMNS = ("passage", "agreement", "left_figure", "right_figure")
_SHOWN = ("left", "right", "containment", "same", "changed", "changes")

_TITLE = "勾稽：雷同段落"


def write_copies(passages: Iterable[Passage], format: str, out: BinaryIO) -> None:  # noqa: A002
    """Write ``passages`` in one of :data:`COPY_FORMATS`; all but the table and the page are written as they come.

    Raises:
        UsageError: an unknown format, or more rows than an XLSX sheet holds.
    """
    if format == "html":
        _write_page(list(passages), out)
    elif format == "xlsx":
        _write_workbook(passages, out)
    elif format == "table":
        write_rows(map(_person_row, passages), _SHOWN, format, out)
    elif format == "jsonl":
        rows = (copy_row(passage) | {"figures": list(_figures(passage))} for passage in passages)
        write_rows(rows, (*COPY_COLUMNS, "figures"), format, out)
    else:
        write_rows(map(copy_row, passages), COPY_COLUMNS, format, out)


def copy_row(passage: Passage) -> dict[str, object]:
    """Return a passage as a flat dict with the keys :data:`COPY_COLUMNS`.

    ``changes`` are the figures that differ, ``differences`` the wording that does, each as what stands on the left and
    on the right.
    """
    return {
        **_side_row("left", passage.left),
        **_side_row("right", passage.right),
        "characters": passage.characters,
        "containment": passage.containment,
        **{agreement.value: passage.count(agreement) for agreement in Agreement},
        "changes": list(_changes(passage)),
        "differences": [_arrow(one) for one in passage.differences],
    }


def _side_row(name: str, side: CopySide) -> dict[str, object]:
    return {
        f"{name}_id": side.number,
        f"{name}_document": side.document,
        f"{name}_article": side.title or str(side.article + 1),
        f"{name}_line": side.line,
        f"{name}_start": side.start,
        f"{name}_end": side.end,
        f"{name}_text": side.text,
    }


def _person_row(passage: Passage) -> dict[str, object]:
    return {
        "left": _place(passage.left),
        "right": _place(passage.right),
        "containment": f"{passage.containment:.0%}",
        "same": passage.count(Agreement.SAME),
        "changed": passage.count(Agreement.CHANGED),
        "changes": list(_changes(passage)),
    }


def _place(side: CopySide) -> str:
    number = f"[{side.number}] " if side.number is not None else ""
    title = f"《{side.title}》" if side.title else ""
    return f"{number}{side.document}{title}第{side.line}行"


def _changes(passage: Passage) -> Iterator[str]:
    return (_arrow(figure) for figure in passage.figures if figure.agreement is Agreement.CHANGED)


def _arrow(pair: CopiedFigure | Difference) -> str:
    return f"{_words(pair.left)} → {_words(pair.right)}"


def _words(excerpt: Excerpt | None) -> str:
    return excerpt.text if excerpt else "（无）"


def _figures(passage: Passage) -> Iterator[dict[str, object]]:
    for figure in passage.figures:
        yield {
            "agreement": figure.agreement.value,
            **{
                f"{name}_{key}": getattr(one, key) if one else None
                for name, one in (("left", figure.left), ("right", figure.right))
                for key in ("start", "end", "text")
            },
        }


def _write_workbook(passages: Iterable[Passage], out: BinaryIO) -> None:
    with Workbook(out) as workbook:
        copies = workbook.add_sheet("雷同段落", ("passage", *COPY_COLUMNS))
        figures = workbook.add_sheet("数字", _FIGURE_COLUMNS)
        for number, passage in enumerate(passages, 1):
            copies.write({"passage": number, **copy_row(passage)})
            for figure in passage.figures:
                left, right = (one.text if one else None for one in (figure.left, figure.right))
                row = {"passage": number, "agreement": LABELS[figure.agreement.value]}
                figures.write(row | {"left_figure": left, "right_figure": right})
    out.flush()


def _write_page(passages: list[Passage], out: BinaryIO) -> None:
    changed = sum(passage.count(Agreement.CHANGED) for passage in passages)
    legend = "".join(f'<li><mark class="{one.value}">{LABELS[one.value]}</mark></li>' for one in Agreement)
    out.write(
        fill(
            "copies.html",
            ("page.css", "copies.css"),
            title=escape(_TITLE),
            summary=f"{len(passages)} 处雷同，其中 {changed} 个数字不同",
            legend=f"{legend}<li><ins>文字不同</ins></li>",
            passages="\n".join(_section(number, passage) for number, passage in enumerate(passages, 1)),
        )
    )
    out.flush()


def _section(number: int, passage: Passage) -> str:
    counts = "，".join(f"{LABELS[one.value]} {passage.count(one)}" for one in Agreement if passage.count(one))
    changes = "".join(f"<li>{escape(change)}</li>" for change in _changes(passage))
    return (
        f'<section id="p{number}" aria-label="雷同 {number}"><h2>{number}. 相似 {passage.containment:.0%}，'
        f"{passage.characters} 字相同</h2>"
        f'<p class="meta">数字：{counts or "无"}</p>{f"<ul class=changes>{changes}</ul>" if changes else ""}'
        f'<div class="copies">{_pane(passage, "left")}{_pane(passage, "right")}</div></section>'
    )


def _pane(passage: Passage, name: str) -> str:
    side: CopySide = getattr(passage, name)
    return (
        f'<div class="copy"><h3>{escape(_place(side))}</h3>'
        f'<div class="words" role="group" aria-label="原文">{_marked(passage, name, side)}</div></div>'
    )


def _marked(passage: Passage, name: str, side: CopySide) -> str:
    """Return the words of one side: figures marked by their agreement, other differences as ``ins``."""
    figures = {
        (one.start, one.end): figure.agreement.value
        for figure in passage.figures
        if (one := getattr(figure, name)) is not None
    }
    wording = [(one.start, one.end) for pair in passage.differences if (one := getattr(pair, name)) is not None]
    pieces: list[str] = []
    bounds = sorted({side.start, side.end, *(at for span in (*figures, *wording) for at in span)})
    for start, end in pairwise(bounds):
        words = escape(side.text[start - side.start : end - side.start])
        agreement = next((value for (first, last), value in figures.items() if first <= start and end <= last), None)
        if agreement is not None:
            words = f'<mark class="{agreement}">{words}</mark>'
        elif any(first <= start and end <= last for first, last in wording):
            words = f"<ins>{words}</ins>"
        pieces.append(words)
    return "".join(pieces)
