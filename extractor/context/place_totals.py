"""Totals of what several places did: 白河镇投入80万元，石门乡投入65万元，合计投入145万元 is not of 石门乡.

Such a total belongs to the place that holds the others. Its words alone may be of the last place only (石门乡种茶20亩、种果
30亩，共50亩), so the amounts before it, in one unit and each with its places, decide.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from extractor.link_cues import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.types import Quantity

_SEVERAL = (
    r"\s*(?:以上|上述)?(?:[两二三四五六七八九十\d]{1,2}个?(?:乡镇|街道|社区|[市州县区乡镇村组])|各地|各[县乡镇村])?"
)
_CALLED = pattern(rf"^{_SEVERAL}(?:<sum>)")
_MAY_BE = re.compile(rf"^{_SEVERAL}(?:共(?!同|享|建)|累计)")
_FEWEST = 2
_MOST = 40  # amounts looked at before a total

Placed = tuple["Quantity", tuple[str, ...]]


def is_of_all(total: Quantity, words: str, before: Sequence[Placed], own: tuple[str, ...]) -> bool:
    """Whether a total sums up the amounts of different places before it.

    Args:
        total: the total.
        words: the words of its clause before it.
        before: the amounts before it in its sentence, with the names of their places, in order.
        own: the names of the unit that the article is about, which no part is of.
    """
    called = _CALLED.match(words) is not None
    if not called and not _MAY_BE.match(words):
        return False
    parts = [part for part in before[-_MOST:] if part[0].base_unit == total.base_unit]
    if any(not names or names == own for _, names in parts) or len({names for _, names in parts}) < _FEWEST:
        return False
    fitting = _fitting(total, parts)
    return len({names for _, names in fitting}) >= _FEWEST if fitting else called


def _fitting(total: Quantity, parts: Sequence[Placed]) -> Sequence[Placed]:
    """Return the last amounts that come to the total, none where no number of them does."""
    amount = Decimal(0)
    for first in range(len(parts) - 1, -1, -1):
        part = parts[first][0]
        if part.base_value is None or total.base_value is None:
            return ()
        amount += part.base_value
        if amount == total.base_value and len(parts) - first >= _FEWEST:
            return parts[first:]
    return ()
