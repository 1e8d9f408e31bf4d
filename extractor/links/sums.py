"""Arithmetic on written figures: a figure stands for an interval of half its last written place to either side.

And the one rule of links that is none of words: nothing is part of its own part.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.mentions import Mention

_NEARLY = Decimal("0.01")


def fits(parts: Sequence[Mention], total: Mention) -> bool:
    """Whether the parts together are not larger than the total; what is masked or a range does not count."""
    if total.amount is None:
        return total.figure.redacted
    known = [part for part in parts if part.amount is not None]
    if len(known) == 1 and known[0].amount is not None:
        return known[0].amount <= total.amount + total.slack
    amount = sum((part.amount for part in known if part.amount is not None), Decimal(0))
    return amount - total.amount <= total.slack + sum((part.slack for part in known), Decimal(0))


def adds_up(parts: Sequence[Mention], total: Mention) -> bool:
    """Whether the parts add up to the total within what their writing leaves open."""
    return len(parts) > 1 and exact_prefix(parts, total) == len(parts)


def balances(parts: Sequence[Mention], total: Mention) -> bool:
    """Whether all the parts together come to the total, parts of nothing included."""
    if not total.amount or any(part.amount is None for part in parts):
        return False
    rest = total.amount - sum((part.amount for part in parts if part.amount is not None), Decimal(0))
    return abs(rest) <= min(total.slack + sum((part.slack for part in parts), Decimal(0)), total.amount * _NEARLY)


def exact_prefix(parts: Sequence[Mention], total: Mention) -> int:
    """Return how many of ``parts``, from the first on, add up to ``total``; 0 when none do.

    They must agree within rounding and within a hundredth; where several numbers of parts agree the closest wins.
    """
    if not total.amount:
        return 0
    amount = slack = Decimal(0)
    best, least = 0, total.amount * _NEARLY
    for count, part in enumerate(parts, 1):
        if part.amount is None:
            break
        amount += part.amount
        slack += part.slack
        difference = amount - total.amount
        if abs(difference) <= min(slack + total.slack, least):
            best, least = count, abs(difference)
        if difference > slack + total.slack:
            break
    return best


def is_under(index: int, other: int, parents: Sequence[int | None]) -> bool:
    """Whether a mention is, or is part of, another."""
    here: int | None = index
    while here is not None and here != other:
        here = parents[here]
    return here == other
