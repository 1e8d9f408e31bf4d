"""What a group of an RTF file may change, and its end restores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_MOST_FALLBACK = 16


def _is_on(number: int | None) -> bool:
    return number != 0


def _at_least_0(number: int | None) -> int:
    return max(number or 0, 0)


# Control word → the property that it sets, and what it sets it to.
_PROPERTIES: dict[str, tuple[str, Callable[[int | None], object]]] = {
    "f": ("font", lambda number: number),
    "loch": ("sets_east_asian", lambda _: False),
    "hich": ("sets_east_asian", lambda _: False),
    "dbch": ("sets_east_asian", lambda _: True),
    "v": ("hidden", _is_on),
    "deleted": ("deleted", _is_on),
    "super": ("raised", _is_on),
    "sub": ("raised", lambda _: False),
    "nosupersub": ("raised", lambda _: False),
    "uc": ("fallback", lambda number: min(_at_least_0(number), _MOST_FALLBACK)),
    "intbl": ("in_table", _is_on),
    "itap": ("depth", _at_least_0),
    "s": ("style", _at_least_0),
    "outlinelevel": ("outline", lambda number: number),
}


@dataclass(slots=True)
class State:
    """The properties of the text at one place.

    Attributes:
        skipped: the group holds no text of the document.
        revived_by: the word that begins a group inside a skipped one that does hold text.
        nested: the group shapes a row of a table inside another.
        table: the group defines these: ``fonttbl`` or ``stylesheet``.
        font: of the text.
        east_asian: font of its characters of two bytes.
        sets_east_asian: ``\\af`` sets that font (after ``\\dbch``).
        hidden: not shown.
        deleted: by a tracked change.
        raised: above the line.
        fallback: characters behind a ``\\u`` that stand in for it.
        in_table: the paragraph is in a table.
        depth: in how many tables, if the paragraph says so.
        style: of the paragraph.
        outline: level of the paragraph as a heading, ``None`` if it is none.
    """

    skipped: bool = False
    revived_by: str = ""
    nested: bool = False
    table: str = ""
    font: int | None = None
    east_asian: int | None = None
    sets_east_asian: bool = False
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    fallback: int = 1
    in_table: bool = False
    depth: int = 0
    style: int = 0
    outline: int | None = None

    @property
    def shown(self) -> bool:
        """Whether text is read here."""
        return not (self.skipped or self.hidden or self.deleted)

    def set(self, name: str, number: int | None) -> None:
        """Take a control word; one that sets no property here changes nothing."""
        if name in _PROPERTIES:
            attribute, value = _PROPERTIES[name]
            setattr(self, attribute, value(number))
        elif name == "af" and self.sets_east_asian:
            self.east_asian = number
        elif name == "pard":
            self.in_table, self.depth, self.style, self.outline = False, 0, 0, None

    def reset_characters(self, font: int | None) -> None:
        """``\\plain``."""
        self.font, self.east_asian, self.sets_east_asian = font, None, False
        self.hidden = self.deleted = self.raised = False
