"""Numbers and units that the end of a hard-wrapped line cuts in two: 35立⏎方米, 30⏎万元, 98⏎.7%."""

from __future__ import annotations

import re

from extractor.quantities.units import match_unit
from extractor.resources.units import Unit

_WRAPPED_LINE = 15
"""Characters on a line from which on its end may be a wrap inside a sentence, not the end of a table cell."""
_WORD = r"[^\s0-9，,。；;：:、（(）)]"
_SPLIT = re.compile(rf"(?P<head>{_WORD}{{0,4}})[ \t\u3000]*\r?\n[ \t\u3000]*(?P<tail>{_WORD}{{1,6}})")
_TOLD = re.compile(r"[一-龥][0-9,.]+\Z")
_SCALES = {"万": 10**4, "亿": 10**8, "万亿": 10**12, "千": 10**3, "百": 10**2, "百万": 10**6, "千万": 10**7}


def is_wrapped(text: str, end: int) -> bool:
    """Tell whether the line that ends at ``end`` is prose broken by its width rather than a table cell."""
    line_start = text.rfind("\n", max(0, end - 200), end) + 1
    return end - line_start > _WRAPPED_LINE


def unit_across(text: str, end: int) -> tuple[int, Unit, int] | None:
    """Return the unit that begins at ``end`` and goes on in the next line, with the multiplier before it.

    Returns:
        multiplier (1 where none is written), unit, and the offset in ``text`` where it stops; ``None`` when no line
        end cuts it.
    """
    cut = _SPLIT.match(text, end)
    if cut is None:
        return None
    head, joined = cut["head"], cut["head"] + cut["tail"]
    # Half a unit, or 万元 after some words and a number, goes on from the line before however short that is.
    sure = match_unit(head, 0) is None if head else joined[0] in "万亿" and _TOLD.search(text, max(0, end - 14), end)
    if not sure and not is_wrapped(text, cut.end("head")):
        return None
    for scale in ("", *(scale for scale in _SCALES if joined.startswith(scale))):
        found = match_unit(joined, len(scale))
        if found is not None and found[1] > len(head):
            return _SCALES.get(scale, 1), found[0], cut.start("tail") + found[1] - len(head)
    return None
