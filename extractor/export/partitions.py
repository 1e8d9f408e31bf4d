"""Where a figure goes: folders ``year=2023/place=530000``, as Hive, DuckDB, Spark and pyarrow read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.types import PLACE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.types import Figure

KEYS = ("year", "place")
"""By what figures can be partitioned."""

UNKNOWN = "unknown"
"""The partition of figures whose period tells no year, or whose place has no code."""

SEVERAL = "several"
"""The partition of figures about places of more than one province."""

_LENGTHS = {level: digits for digits, level in PLACE_LEVELS.items()}
LEVELS = ("province", "city", "county")
"""To what level the codes of places are cut."""

_DIGITS = _LENGTHS["county"]


def folder(figure: Figure, keys: Sequence[str], level: str) -> str:
    """Return the folder of a figure, ``""`` where there are no ``keys``; ``level`` is one of :data:`LEVELS`."""
    values = {"year": lambda: year(figure), "place": lambda: place(figure, level)}
    return "/".join(f"{key}={values[key]()}" for key in keys)


def year(figure: Figure) -> str:
    """Return the year of a figure (``2023``), the first and last of several (``2016-2020``).

    A period that is open on one side is ``since_2016`` or ``until_2020``.
    """
    first, last = (figure.period_start or "")[:4], (figure.period_end or "")[:4]
    if first and last:
        return first if first == last else f"{first}-{last}"
    if first or last:
        return f"since_{first}" if first else f"until_{last}"
    return UNKNOWN


def place(figure: Figure, level: str) -> str:
    """Return the division that a figure is about, as a code of six digits (``530000``), no more precise than ``level``.

    Of several places it is the smallest division that they all lie in.
    """
    codes = {one.code for one in figure.place if one.code}
    # A place is named with what it lies in (云南省新平县); the most precise one counts.
    precise = [code for code in codes if not any(other != code and other.startswith(code) for other in codes)]
    if not precise:
        return UNKNOWN
    longest = min(_LENGTHS[level], *map(len, precise))
    shared = [digits for digits in PLACE_LEVELS if digits <= longest and len({code[:digits] for code in precise}) == 1]
    return precise[0][: max(shared)].ljust(_DIGITS, "0") if shared else SEVERAL
