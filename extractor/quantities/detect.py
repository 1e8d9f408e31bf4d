"""From text to quantities: lex, join, drop what is no figure, read modifiers, build the records."""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING

from extractor.quantities.exclusions import is_figure
from extractor.quantities.implied import imply_units
from extractor.quantities.lexer import Mention, lex
from extractor.quantities.modifiers import modifier_of
from extractor.quantities.ranges import join
from extractor.quantities.tables import find_cells, read_cells
from extractor.resources.units import EXACT, amounts
from extractor.types import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.types import Part


def find_quantities(text: str, parts: Sequence[Part] = ()) -> tuple[Quantity, ...]:
    """Return every number of ``text`` that reports, plans or prescribes a quantity.

    Args:
        text: a whole document as stored; offsets of the result refer to it.
        parts: where the reader found its parts: cells of tables among them name their figures by their headers.

    Returns:
        Quantities in order of ``start``, non-overlapping, each with ``text == document[start:end]``. The caller's
        decimal context changes nothing in them.
    """
    with localcontext(EXACT):
        return tuple(_quantities(text, parts))


def _quantities(text: str, parts: Sequence[Part]) -> Iterator[Quantity]:
    mentions = list(join(text, lex(text)))
    cells = find_cells(text, parts)
    if cells:
        mentions = read_cells(text, mentions, cells)
    imply_units(text, mentions)
    for mention in mentions:
        if mention.in_cell or is_figure(text, mention):
            yield _quantity(text, mention)


def _quantity(text: str, mention: Mention) -> Quantity:
    amount = amounts(mention.value, mention.upper, mention.unit, mention.rate)
    return Quantity(
        start=mention.start,
        end=mention.end,
        text=text[mention.start : mention.end],
        value=amount.value,
        value_max=amount.value_max,
        modifier=modifier_of(text, mention),
        unit=amount.unit,
        dimension=amount.dimension,
        base_value=amount.base_value,
        base_unit=amount.base_unit,
        redacted=mention.masked,
        label=mention.label,
        period_label=mention.period_label,
        base_value_max=amount.base_value_max,
    )
