"""The division code of a place in a ledger, where the ledger leaves no doubt which division is meant; otherwise none.

A name that exists once proves itself. Any other needs what it lies in: the columns left of it, the title of the sheet,
or the place that the person who imports the ledger names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.resources.gazetteer import gazetteer
from extractor.types import PLACE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable

_VILLAGE = 12  # digits of the code of a village; the gazetteer ends with the townships
_CITY = 4
_CODE = re.compile(r"\d+", re.ASCII)


@lru_cache(maxsize=65536)
def code_of_place(names: tuple[str, ...]) -> str | None:
    """Return the code of the last of ``names``, each of which lies in those before it; ``None`` where it is uncertain."""
    within = ""
    code: str | None = None
    for name in names:
        code = _code_within(name, within)
        within = code or within
    return code


def _code_within(name: str, within: str) -> str | None:
    candidates = [code for code in gazetteer().codes(name) if code.startswith(within)]
    if gazetteer().is_certain(name):
        return candidates[0] if candidates else None
    # A short or former name (白云县 for 白云区) takes more than the province to be sure of.
    if not within or (len(within) < _CITY and not gazetteer().is_exact(name)):
        return None
    inside = [code for code in candidates if len(code) > len(within)]
    return inside[0] if len(inside) == 1 else None


def named_divisions(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the certain names of divisions in titles, outermost first, if each lies in the one before."""
    found: dict[str, str] = {}
    for text in texts:
        for start, end in gazetteer().scan(text, 0, len(text)):
            name = text[start:end]
            if gazetteer().is_certain(name):
                found[gazetteer().codes(name)[0]] = name
    codes = sorted(found, key=len)
    nested = all(inner.startswith(outer) for outer, inner in pairwise(codes))
    return tuple(found[code] for code in codes) if nested else ()


def read_code(text: str) -> str | None:
    """Return a division code as figures carry it: without the zeros that fill it up to 6, 9 or 12 digits.

    ``""`` for the code of a village, which the gazetteer does not list; ``None`` for what is no code.
    """
    text = text.removesuffix(".0")
    if not _CODE.fullmatch(text) or len(text) not in (*PLACE_LEVELS, _VILLAGE):
        return None
    for length in sorted(PLACE_LEVELS):
        if length <= len(text) and not text[length:].strip("0"):
            return text[:length]
    return ""
