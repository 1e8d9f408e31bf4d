"""From text to quantities: lex, join, drop what is no figure, read modifiers, build the records."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from extractor.quantities.exclusions import is_figure
from extractor.quantities.implied import imply_units
from extractor.quantities.lexer import Mention, lex
from extractor.quantities.modifiers import modifier_of
from extractor.quantities.ranges import join
from extractor.quantities.tables import find_cells, read_cells
from extractor.resources.units import EXACT
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
    unit = mention.unit
    base, base_max = (
        value if unit is None or value is None else unit.to_base(value) for value in (mention.value, mention.upper)
    )
    return Quantity(
        start=mention.start,
        end=mention.end,
        text=text[mention.start : mention.end],
        value=_plain(mention.value),
        value_max=_plain(mention.upper),
        modifier=modifier_of(text, mention),
        unit=unit.name + mention.rate if unit else "",
        dimension=unit.dimension if unit else "count",
        base_value=_plain(base),
        base_unit=unit.base_unit + mention.rate if unit else "",
        redacted=mention.masked,
        label=mention.label,
        period_label=mention.period_label,
        base_value_max=_plain(base_max),
    )


def _plain(value: Decimal | None) -> Decimal | None:
    """Return ``value`` without the idle zeros multiplying leaves (16.55亿 is 1655000000, not 1655000000.00)."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
