"""Joins the steps of segmentation."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.segment import articles, sections, sentences
from extractor.segment.lines import Line, LineKind, lines
from extractor.types import Article, Outline

_WORTH_TELLING = 60


def segment(text: str) -> Outline:
    """Return articles, heading tree and sentences of a text.

    Args:
        text: a report or a compilation of reports, exactly as stored.

    Returns:
        an :class:`~extractor.types.Outline`; all offsets are into ``text``. Web residue is in no article.
    """
    found = list(lines(text))
    grouped = articles.split(found)
    tree = sections.build(text, grouped)
    return Outline(
        tuple(article for article, _ in grouped), tree, sentences.split(text, grouped, tree), _left_out(found, grouped)
    )


def _left_out(found: Sequence[Line], grouped: Sequence[tuple[Article, list[Line]]]) -> tuple[str, ...]:
    """Say how much prose belongs to no article, when it is more than a line."""
    kept = {line.start for _, body in grouped for line in body}
    prose = [line for line in found if line.kind is LineKind.BODY and line.start not in kept]
    count = sum(len(line.text) for line in prose)
    if count < _WORTH_TELLING:
        return ()
    return (f"开头 {count} 字是网页导语，未归入任何文章，其中的数字没有提取",)
