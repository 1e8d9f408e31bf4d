"""Indicator code: which entry of the indicator lexicon a figure measures, or none; the rule is the lexicon's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.resources.indicators import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.types import Quantity


def codes(indicators: Sequence[str], quantities: Sequence[Quantity]) -> list[str | None]:
    """Return the code of the indicator lexicon for each figure, ``None`` where no entry fits for certain.

    Args:
        indicators: the words that say what is measured, one per quantity.
        quantities: the quantities, whose unit must be of the entry's dimension.

    Raises:
        ResourceError: ``indicators.tsv`` or ``indicator_words.tsv`` breaks its schema.
    """
    pairs = zip(indicators, quantities, strict=True)
    return [code_of(words, quantity.unit, quantity.dimension) for words, quantity in pairs]
