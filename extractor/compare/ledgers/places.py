"""The division code of a place in a ledger, where the ledger leaves no doubt which division is meant; otherwise none.

The name of a province, prefecture or county that exists once proves itself. Any other, and any township (villages and
the townships of earlier years are called the same, and no gazetteer lists them), needs what it lies in: the columns
left of it, the title of the sheet, or the place that the person who imports the ledger names.
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
_VILLAGE_KIND = re.compile("(?:村|社区|村委会|居委会|[组社队寨屯])$")
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


def nested(place: str) -> tuple[str, ...] | None:
    """Return the names in what a person calls a place (玉溪市新平县), outermost first; ``None`` if there is no such place.

    No gazetteer lists villages: they are taken as they are.
    """
    names, rest = _split(place)
    known = not rest or bool(gazetteer().codes(rest)) or _VILLAGE_KIND.search(rest)
    return (*names, *filter(None, [rest])) if known else None


def no_such(place: str) -> str:
    """Say that a place does not exist, and which have a name like it."""
    names, rest = _split(place)
    similar = "、".join(f"“{name}”" for name in gazetteer().similar(rest, code_of_place(tuple(names)) or ""))
    hint = f"名称相近的有{similar}" if similar else "请写省、市州、县区或乡镇的全名"
    return f"没有名为“{place}”的地方；{hint}；已撤并的乡镇请写它所在的县"


def _split(place: str) -> tuple[list[str], str]:
    """Return the divisions above the townships with which ``place`` begins, and the rest of it."""
    place = "".join(place.split())
    names: list[str] = []
    end = 0
    if not gazetteer().codes(place):
        for start, stop in gazetteer().scan(place, 0, len(place)):
            if start == end:
                names.append(place[start:stop])
                end = stop
    return names, place[end:]


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
