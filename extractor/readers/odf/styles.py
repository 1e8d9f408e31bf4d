"""Styles and lists of an OpenDocument text: what is hidden or raised, and the numbers drawn before list items."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractor.readers.numbering import format_number, with_space
from extractor.readers.odf.names import LOEXT, STYLE, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_BEGINNINGS = {
    "一": "chineseCounting", "壹": "chineseLegalSimplified", "甲": "ideographTraditional", "①": "decimalEnclosedCircle",
    "１": "decimalFullWidth",
}  # fmt: skip
_LEVELS = frozenset((TEXT + "list-level-style-number", TEXT + "outline-level-style"))
_MAX_PARENTS = 32  # a chain of styles longer than this is a loop


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    start: int
    shown: int  # levels that the number shows: 2 for 1.1
    prefix: str
    suffix: str
    pattern: str  # "%1%.%2%" with what stands around, where the program writes it


@dataclass(slots=True)
class _Counter:
    """How far one list style has counted, by level."""

    numbers: dict[int, int] = field(default_factory=dict)


class Styles:
    """The styles of one document; keeps the counters of its lists while its paragraphs are read in order."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        """Take the roots of the parts that define styles; the first that defines one counts."""
        self._styles: dict[tuple[str, str], etree._Element] = {}
        self._lists: dict[str, dict[int, _Level]] = {}
        for root in roots:
            for style in root.iter(STYLE + "style"):
                self._styles.setdefault((style.get(STYLE + "family", ""), style.get(STYLE + "name", "")), style)
            for lists in root.iter(TEXT + "list-style", TEXT + "outline-style"):
                outline = lists.tag == TEXT + "outline-style"
                self._lists.setdefault("" if outline else lists.get(STYLE + "name", ""), _levels(lists))
        self._counters: dict[str, _Counter] = {}

    def is_hidden(self, element: etree._Element, family: str) -> bool:
        """Whether the style of a ``text`` or ``paragraph`` hides it."""
        return self._property(element, family, TEXT + "display") == "none"

    def is_raised(self, element: etree._Element) -> bool:
        """Whether the style of a stretch of text raises it above the line."""
        position = self._property(element, "text", STYLE + "text-position").split(" ")[0]
        return position == "super" or (position.endswith("%") and position[:-1].isdecimal() and position != "0%")

    def begin_list(self, style: str, level: int, goes_on: bool) -> None:
        """Begin a list at ``level`` (from 1); one that does not go on with an earlier one counts afresh."""
        counter = self._counters.setdefault(style, _Counter())
        if not goes_on:
            counter.numbers = {at: number for at, number in counter.numbers.items() if at < level}

    def label(self, style: str, level: int, start: str | None = None) -> str:
        """Count an item and return the number drawn before it, ``""`` if none.

        Args:
            style: name of the list style, ``""`` for the headings of the outline.
            level: of the item, from 1.
            start: the number at which this item starts counting, if it says so.
        """
        levels = self._lists.get(style, {})
        definition = levels.get(level)
        if definition is None:
            return ""
        counter = self._counters.setdefault(style, _Counter())
        number = int(start) if start and _is_number(start) else counter.numbers.get(level, definition.start - 1) + 1
        counter.numbers = {at: count for at, count in counter.numbers.items() if at < level} | {level: number}

        def shown(at: int) -> str:
            known = levels.get(at, definition)
            return format_number(counter.numbers.get(at, known.start), known.format)

        if not definition.format:
            return ""
        if definition.pattern:
            return with_space(re.sub(r"%(\d{1,2})%", lambda match: shown(int(match[1])), definition.pattern))
        numbers = (shown(at) for at in range(max(1, level - definition.shown + 1), level + 1))
        return with_space(definition.prefix + ".".join(numbers) + definition.suffix)

    def _property(self, element: etree._Element, family: str, name: str) -> str:
        style_name = element.get(TEXT + "style-name", "")
        for _ in range(_MAX_PARENTS):
            style = self._styles.get((family, style_name))
            if style is None:
                return ""
            properties = style.find(STYLE + "text-properties")
            if properties is not None and (value := properties.get(name)) is not None:
                return str(value)
            style_name = style.get(STYLE + "parent-style-name", "")
        return ""


def _levels(lists: etree._Element) -> dict[int, _Level]:
    return {
        _integer(level.get(TEXT + "level")): _Level(
            _format(level.get(STYLE + "num-format", "")),
            _integer(level.get(TEXT + "start-value", "1")),
            _integer(level.get(TEXT + "display-levels", "1")),
            level.get(STYLE + "num-prefix", ""),
            level.get(STYLE + "num-suffix", ""),
            level.get(LOEXT + "num-list-format", ""),
        )
        for level in lists
        if level.tag in _LEVELS
    }


def _format(shape: str) -> str:
    return _FORMATS.get(shape) or _BEGINNINGS.get(shape[:1], "decimal" if shape else "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _integer(text: str | None) -> int:
    return int(text) if text and _is_number(text) else 0
