"""Headings and list numbers: what Word draws before a paragraph but does not store in it (一、 （二） 1. ①).

Chinese reports often number their headings automatically; without the number a heading cannot be told from prose.
A bullet is no number and is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.readers.docx.package import W
from extractor.readers.numbering import format_number, with_space

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_VAL = W + "val"
_MAX_BASED_ON = 32  # a chain of styles longer than this is a loop


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str


@dataclass(frozen=True, slots=True)
class _List:
    """One ``w:num``: the definition it counts with, and the levels at which it starts afresh."""

    abstract: str
    restarts: dict[int, int]


class Styles:
    """Styles and numbering of one document; keeps the counters while its paragraphs are read in order."""

    def __init__(self, styles: etree._Element | None, numbering: etree._Element | None) -> None:
        """Take the roots of the styles part and of the numbering part, ``None`` where the document has none."""
        found = [] if styles is None else styles.findall(W + "style")
        self._styles = {style.get(W + "styleId", ""): style for style in found}
        self._default = next(
            (i for i, s in self._styles.items() if s.get(W + "type") == "paragraph" and s.get(W + "default") == "1"), ""
        )
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        if numbering is not None:
            self._read_numbering(numbering)
        self._counters: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def is_heading(self, paragraph: etree._Element) -> bool:
        """Whether the paragraph or its style has an outline level (Heading 1 to 9)."""
        level = self._property(paragraph, "outlineLvl")
        return level is not None and level.get(_VAL, "9") in "012345678"

    def is_contents(self, paragraph: etree._Element) -> bool:
        """Whether the paragraph is a line of an automatic table of contents (styles ``TOC 1`` to ``TOC 9``)."""
        properties = paragraph.find(W + "pPr")
        style = None if properties is None else self._styles.get(_value(properties, "pStyle"))
        return style is not None and _value(style, "name").lower().startswith("toc ")

    def label(self, paragraph: etree._Element) -> str:
        """Return the list number drawn before the paragraph, ``""`` if none, and count it."""
        number = self._property(paragraph, "numPr")
        if number is None:
            return ""
        list_id = _value(number, "numId")
        level = _integer(_value(number, "ilvl"))
        counted = self._lists.get(list_id)
        if counted is None or level not in (levels := self._levels.get(counted.abstract, {})):
            return ""
        counters = self._count(list_id, counted, level, levels)
        definition = levels[level]
        if definition.format in ("bullet", "none"):
            return ""
        label = re.sub(
            r"%(\d)", lambda m: self._number(counters, levels, int(m.group(1)) - 1, definition), definition.text
        )
        return with_space(label)

    def _count(self, list_id: str, counted: _List, level: int, levels: dict[int, _Level]) -> dict[int, int]:
        counters = self._counters.setdefault(counted.abstract, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for restarted, start in counted.restarts.items():
                counters[restarted] = start - 1
        counters[level] = counters.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counters if other > level]:
            del counters[deeper]
        return counters

    @staticmethod
    def _number(counters: dict[int, int], levels: dict[int, _Level], level: int, shown_at: _Level) -> str:
        definition = levels.get(level, shown_at)
        return format_number(counters.get(level, definition.start), definition.format)

    def _property(self, paragraph: etree._Element, name: str) -> etree._Element | None:
        """Return the paragraph's own property ``name``, or that of its style or the style it is based on."""
        properties = paragraph.find(W + "pPr")
        style_id = self._default
        if properties is not None:
            if (own := properties.find(W + name)) is not None:
                return own
            style_id = _value(properties, "pStyle") or self._default
        for _ in range(_MAX_BASED_ON):
            style = self._styles.get(style_id)
            if style is None:
                return None
            if (own := style.find(f"{W}pPr/{W}{name}")) is not None:
                return own
            style_id = _value(style, "basedOn")
        return None

    def _read_numbering(self, root: etree._Element) -> None:
        for abstract in root.findall(W + "abstractNum"):
            self._levels[abstract.get(W + "abstractNumId", "")] = dict(_read_levels(abstract))
        for item in root.findall(W + "num"):
            overrides = item.findall(W + "lvlOverride")
            restarts = {
                _integer(override.get(W + "ilvl")): _integer(_value(override, "startOverride"))
                for override in overrides
                if override.find(W + "startOverride") is not None
            }
            abstract_id = _value(item, "abstractNumId")
            own = {level: definition for override in overrides for level, definition in _read_levels(override)}
            list_id = item.get(W + "numId", "")
            if own:  # a list with levels of its own counts by itself
                self._levels[f"num {list_id}"] = self._levels.get(abstract_id, {}) | own
                abstract_id = f"num {list_id}"
            self._lists[list_id] = _List(abstract_id, restarts)


def _read_levels(parent: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in parent.findall(W + "lvl"):
        start = level.find(W + "start")
        yield (
            _integer(level.get(W + "ilvl")),
            _Level(
                1 if start is None else _integer(start.get(_VAL)),
                _value(level, "numFmt") or "decimal",
                _value(level, "lvlText"),
            ),
        )


def _value(parent: etree._Element, name: str) -> str:
    child = parent.find(W + name)
    return "" if child is None else str(child.get(_VAL, ""))


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 10 else 0
