"""Drafts for the link stage, made by the real segmenter and the real quantity stage; only the attributes are given."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from extractor.quantities import find_quantities
from extractor.segment import segment
from extractor.types import Figure, Scope


def read(text: str, **attributes: dict[str, Any]) -> tuple[Scope, list[Figure]]:
    """Return the first article of ``text`` as a scope, and its figures without links.

    Args:
        text: a report of one article.
        attributes: per attribute of a figure a mapping from the figure's text to its value, ``"*"`` for all others.
    """
    outline = segment(text)
    article = outline.articles[0]
    sentences = tuple(sentence for sentence in outline.sentences if sentence.article == article.index)
    starts = [sentence.start for sentence in sentences]
    quantities = find_quantities(text)
    positions = tuple(bisect_right(starts, quantity.start) - 1 for quantity in quantities)
    scope = Scope(text, article, outline.sections, sentences, quantities, positions)
    figures = []
    for quantity, position in zip(quantities, positions, strict=True):
        sentence = sentences[position]
        told: dict[str, Any] = {
            name: values.get(quantity.text, values.get("*"))
            for name, values in attributes.items()
            if quantity.text in values or "*" in values
        }
        figures.append(
            Figure(
                quantity.start,
                quantity.end,
                quantity.text,
                quantity.value,
                quantity.value_max,
                quantity.modifier,
                quantity.unit,
                quantity.dimension,
                quantity.base_value,
                quantity.base_unit,
                quantity.redacted,
                article.index,
                (),
                (sentence.start, sentence.end),
                **told,
            )
        )
    return scope, figures
