"""Joins the steps of segmentation."""

from __future__ import annotations

from extractor.segment import articles, sections, sentences
from extractor.segment.lines import lines
from extractor.types import Outline


def segment(text: str) -> Outline:
    """Return articles, heading tree and sentences of a text.

    Args:
        text: a report or a compilation of reports, exactly as stored.

    Returns:
        an :class:`~extractor.types.Outline`; all offsets are into ``text``. Web residue is in no article.
    """
    grouped = articles.split(list(lines(text)))
    tree = sections.build(text, grouped)
    return Outline(tuple(article for article, _ in grouped), tree, sentences.split(text, grouped, tree))
