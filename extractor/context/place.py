"""Which place a figure is about: the most specific one that governs it, by the name its article gives.

A report speaks of one unit (``home.py``): 我镇, 全县, or its name. A figure belongs to the unit unless the text names a
place inside it: before the figure in its clause (柳溪村…5万元), behind it in the same clause (投入4万元实施了云岭3组…),
earlier in the sentence, or as what the paragraph or section is about. Places that only say where somebody comes from,
goes to or borders on (距县城, 到沐川考察, 与东佳镇毗邻) govern nothing, nor do the unit's superiors (省级, 市下达).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.context.home import RANK, find_home, kind_of, level_of
from extractor.context.place_codes import PlaceCodes
from extractor.context.place_mentions import Mention, MentionKind, find, is_reference, is_road_end
from extractor.context.place_names import bare
from extractor.context.place_totals import Placed, is_of_all
from extractor.resources.gazetteer import stem
from extractor.types import Place, Quantity, Scope, Section, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLAUSE_END = "，,；;。：:！？!?\n"
_NEW_CLAUSE = "，,；;。！？\n"
# A sentence without punctuation can be a whole document: so far back a clause is followed.
_REACH = 240
_ENUMERATED = re.compile(r"[(（]?\d{1,2}[)）、.．]")
_EACH = re.compile(r"分别|依次")
_THE_SAME = re.compile(r"(?:上述|以上|这|该)$")
_THE_REST = re.compile(r"其余|其[它他]|剩余")
_TOTAL_ROW = re.compile(r"\s*\|?\s*(?:\d+\s+)?(?:合\s*计|总\s*计|共\s*计)\s*[\t|｜]")
# How far behind a figure the place may stand that governs it.
_BEHIND = 30
# A leading clause up to this length only dates or joins (2015年, 目前, 同时).
_LEADING_CLAUSE = 8
_TOPIC_LEVELS = ("township", "village", "group", "facility")
_TOPIC_NAMES = 2
_TOPIC_MENTIONS = 3


def resolve(scope: Scope) -> tuple[tuple[Place, ...], ...]:
    """Return the places of each quantity of an article, in order; ``()`` where the text names none.

    Rules: field ``place`` of the annotation guidelines.
    """
    return _Resolver(scope).run()


def settled(scope: Scope, names: Sequence[str]) -> tuple[Place, ...]:
    """Return places that somebody says a figure is about, with the codes that these names have in the article.

    Args:
        scope: the article.
        names: none of them empty.
    """
    return _Resolver(scope).settled(names)


@dataclass(frozen=True, slots=True)
class _Topic:
    """Places inside the unit that a paragraph or list is about, and where they stop to be."""

    names: tuple[str, ...]
    end: int


class _Resolver:
    """One walk through the sentences of an article."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        masked = {quantity.start for quantity in scope.quantities if quantity.redacted}
        found = find(scope.text, scope.article.start, scope.article.end)
        self._mentions = [mention for mention in found if mention.start not in masked]
        self._starts = [mention.start for mention in self._mentions]
        self._lists = [m.names for m in self._mentions if m.counted and m.counted == len(m.names)]
        self._home = find_home(scope, self._mentions)
        self._codes = PlaceCodes(scope.text, self._mentions, self._home)
        self._places: dict[str, Place] = {}
        self._section_topics: dict[int, tuple[str, ...] | None] = {}
        self._topic: _Topic | None = None
        self._section: int | None = None  # of the sentence being read
        self._last: tuple[str, ...] = ()
        self._told: list[Placed] = []  # the quantities of the sentence, and of those that semicolons join to it
        self._recent: dict[str, str] = {}

    def run(self) -> tuple[tuple[Place, ...], ...]:
        """Return the places of each quantity."""
        names: dict[int, tuple[str, ...]] = {}
        for sentence, indices in zip(self._scope.sentences, self._scope.held(), strict=True):
            self._section = sentence.section
            quantities = [self._scope.quantities[index] for index in indices]
            governing = [mention for mention in self._within(sentence.start, sentence.end) if self._governs(mention)]
            if not self._runs_on(sentence):
                self._told = []
            summed: int | None = None  # where a total of several places begins, to which what follows belongs too
            for quantity in quantities:
                summed = self._summed(quantity, sentence, summed)
                named = self._quantity(quantity, sentence, governing, quantities)
                names[quantity.start] = named if summed is None else self._unit(quantity)
                self._told.append((quantity, names[quantity.start]))
            self._follow(sentence, governing)
        return tuple(tuple(map(self._place, names[quantity.start])) for quantity in self._scope.quantities)

    def _summed(self, quantity: Quantity, sentence: Sentence, before: int | None) -> int | None:
        """Return where the total of several places begins that a quantity is, or that is told before it without another place."""
        if before is not None and not self._within(before, quantity.start):
            return before
        text = self._scope.text
        clause = _clause_start(text, max(sentence.start, quantity.start - _REACH), quantity.start)
        own = not self._within(clause, quantity.start)
        of_all = own and is_of_all(quantity, text[clause : quantity.start], self._told, self._home.names)
        return clause if of_all else None

    def _runs_on(self, sentence: Sentence) -> bool:
        """Whether a sentence goes on with the one before it, which only a semicolon ended."""
        before = self._scope.text[max(self._scope.article.start, sentence.start - 2) : sentence.start].rstrip()
        return before.endswith(("；", ";"))

    def settled(self, names: Sequence[str]) -> tuple[Place, ...]:
        """Return the places that these names stand for."""
        return tuple(map(self._place, names))

    def _within(self, start: int, end: int) -> Sequence[Mention]:
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _governs(self, mention: Mention) -> bool:
        """Whether a mention can govern a figure: it is no reference, and no superior of the unit."""
        own = mention.kind is MentionKind.SELF and kind_of(mention.names[0]) == self._home.kind
        if not own and self._home.rank and RANK[mention.level] < self._home.rank and not self._is_elsewhere(mention):
            return False
        road = mention.level != "facility" and is_road_end(self._scope.text, mention)
        return not road and not is_reference(self._scope.text, mention)

    def _is_elsewhere(self, mention: Mention) -> bool:
        """Whether a division above the unit's level is none of its superiors (another county in a collected report)."""
        home = self._codes.settle(self._home.names[0])
        code = self._codes.settle(mention.names[0]) if mention.kind is MentionKind.NAME else None
        return home is not None and code is not None and not home.startswith(code)

    def _quantity(
        self, quantity: Quantity, sentence: Sentence, governing: Sequence[Mention], siblings: Sequence[Quantity]
    ) -> tuple[str, ...]:
        """Return the names of the places that govern one quantity."""
        text = self._scope.text
        if (same := self._the_same(quantity)) is not None:
            return same
        clause = _clause_start(text, max(sentence.start, quantity.start - _REACH), quantity.start)
        if _THE_REST.search(text, clause, quantity.start) or _TOTAL_ROW.match(text, sentence.start):
            return self._unit(quantity)
        position = bisect_right(governing, quantity.start, key=lambda mention: mention.start)
        before = governing[position - 1] if position else None
        if before and before.end > clause:
            return self._share(before, quantity, siblings)
        position = bisect_left(governing, quantity.end, key=lambda mention: mention.start)
        behind = governing[position] if position < len(governing) else None
        if behind and self._is_specific(behind) and self._reaches(quantity, behind, settled=before is not None):
            return self._names(behind)
        if before:
            return self._names(before)
        return self._around(quantity, sentence, behind)

    def _around(self, quantity: Quantity, sentence: Sentence, behind: Mention | None) -> tuple[str, ...]:
        """Return the places of a quantity whose own sentence names none before it."""
        if self._topic and quantity.start < self._topic.end:
            return self._topic.names
        topic = self._section_topic(sentence.section)
        if topic is None and behind and behind.kind is MentionKind.SELF:
            return self._names(behind)
        return self._unit(quantity) if topic is None else topic

    def _unit(self, quantity: Quantity) -> tuple[str, ...]:
        """Return the unit, unless the article names it for the first time behind the quantity."""
        return self._home.names if quantity.start >= self._home.since else ()

    def _the_same(self, quantity: Quantity) -> tuple[str, ...] | None:
        """上述6个村: the list of six that came before."""
        if not _THE_SAME.search(self._scope.text, max(0, quantity.start - 4), quantity.start):
            return None
        return next((names for names in self._lists if len(names) == quantity.value), None)

    def _reaches(self, quantity: Quantity, mention: Mention, settled: bool) -> bool:
        """Whether a place behind a quantity governs it: in the same clause, or where money comes before its use."""
        between = self._scope.text[quantity.end : mention.start]
        stops = sum(between.count(mark) for mark in _CLAUSE_END)
        if between and between[-1] in _NEW_CLAUSE:  # a new subject: 投入20万元，青山镇投入30万元
            return False
        if quantity.dimension == "money" and not settled:
            return len(between) <= _BEHIND and stops <= 1
        return len(between) <= _BEHIND and stops == 0 and not re.search(r"\d", between)

    def _share(self, mention: Mention, quantity: Quantity, siblings: Sequence[Quantity]) -> tuple[str, ...]:
        """A村、B村分别…3人、5人: each figure its own place; otherwise all figures all places."""
        names = self._names(mention)
        first = bisect_left(siblings, mention.end, key=lambda sibling: sibling.start)
        following = siblings[first:] if 1 < len(names) == len(siblings) - first else ()
        if quantity not in following:
            return names
        apart = _EACH.search(self._scope.text, mention.end, following[0].start)
        return (names[following.index(quantity)],) if apart else names

    def _names(self, mention: Mention) -> tuple[str, ...]:
        """Return the names that a mention stands for."""
        if mention.kind is MentionKind.NAME:
            return self._listed(mention) or tuple(map(self._called, mention.names))
        kind = kind_of(mention.names[0])
        topic = self._section_topic(self._section)
        if topic and {kind} == set(map(kind_of, topic)):  # under 三、大河村, 该村 is that village
            return topic
        if kind != self._home.kind and (name := self._named_before(mention, kind) or self._recent.get(kind)):
            return (name,)
        return (self._home.by_kind.get(kind, mention.names[0]),)

    def _named_before(self, mention: Mention, kind: str) -> str | None:
        """Return the last place of a kind that the same sentence names before a mention (竹溪乡…，该乡…)."""
        low = max(self._scope.article.start, mention.start - _REACH)
        start = max(low, *(self._scope.text.rfind(mark, low, mention.start) for mark in "。！？\n"))
        for other in reversed(self._within(start, mention.start)):
            if other.kind is MentionKind.NAME and len(other.names) == 1 and kind_of(other.names[0]) == kind:
                return other.names[0]
        return None

    def _listed(self, mention: Mention) -> tuple[str, ...] | None:
        """青溪等6个村 stands for the six that another list names."""
        if mention.counted <= len(mention.names):
            return None
        whole = (names for names in self._lists if len(names) == mention.counted and set(mention.names) <= set(names))
        return next(whole, None)

    def _called(self, name: str) -> str:
        """Return the unit's own name for another form of it (方家 for 方家乡, 上海市 for 上海)."""
        own = self._home.names[0] if self._home.names else ""
        return own if name == bare(own) or (stem(name) == stem(own) and level_of(name) == self._home.level) else name

    def _is_specific(self, mention: Mention) -> bool:
        return mention.kind is MentionKind.NAME and self._names(mention) != self._home.names

    def _follow(self, sentence: Sentence, governing: Sequence[Mention]) -> None:
        """Remember what the paragraph is about, for the sentences that name no place."""
        text = self._scope.text
        specific = [m for m in governing if self._is_specific(m) and not is_road_end(text, m)]
        self._recent |= {kind_of(mention.names[0]): mention.names[0] for mention in specific if len(mention.names) == 1}
        if not governing and self._last and text[sentence.start : sentence.end].rstrip().endswith(("：", ":")):
            self._topic = _Topic(self._last, _items_end(text, sentence.end))
        elif specific and specific[0] is governing[0] and self._opens_topic(sentence, governing[0]):
            works = governing[0].level == "facility"
            end = text.find("。", sentence.end - 1) if works else _line_end(text, sentence.end)
            if sentence.section is not None:  # 二是大河乡…；三是…: the next item is about something else
                end = min(end, self._scope.sections[sentence.section].end)
            self._topic = _Topic(self._names(governing[0]), end)
        elif governing and not specific:
            self._topic = None
        self._last = self._names(specific[-1]) if specific else ()

    def _opens_topic(self, sentence: Sentence, first: Mention) -> bool:
        """Whether a sentence opens its paragraph with a place (观塘村通组公路上有一座危桥…)."""
        text = self._scope.text
        opens = sentence.start == self._scope.article.start or "\n" in text[sentence.start - 2 : sentence.start]
        if not opens and sentence.section is not None:
            opens = not text[self._scope.sections[sentence.section].heading_end : sentence.start].strip()
        place = self._is_specific(first) and first.level in _TOPIC_LEVELS and len(first.names) <= _TOPIC_NAMES
        return opens and place and first.start < _opening_end(text, sentence)

    def _section_topic(self, index: int | None) -> tuple[str, ...] | None:
        """Return the places that the innermost section with a topic is about."""
        while index is not None:
            section = self._scope.sections[index]
            if index not in self._section_topics:
                self._section_topics[index] = self._about(section)
            if self._section_topics[index] is not None:
                return self._section_topics[index]
            index = section.parent
        return None

    def _about(self, section: Section) -> tuple[str, ...] | None:
        """Return what a section is about: its heading names it, or it opens with it and keeps naming it."""
        governing = [mention for mention in self._within(section.start, section.end) if self._governs(mention)]
        if not governing or not self._is_specific(governing[0]):
            return None
        first = governing[0]
        if first.start < section.heading_end:
            return self._names(first)
        text = self._scope.text
        below = self._scope.sections[section.index + 1 : section.index + 2]  # in the order of the text
        child = below[0].start if below and below[0].parent == section.index else section.end
        opening = min(child, text.find("。", section.heading_end, section.end))
        if len(first.names) > 1 or first.level not in _TOPIC_LEVELS or first.start > opening:
            return None
        named = text.count(bare(first.names[0]), section.start, section.end)
        return self._names(first) if named >= _TOPIC_MENTIONS else None

    def _place(self, name: str) -> Place:
        if name not in self._places:
            self._places[name] = Place(name, self._codes.settle(name), self._codes.level(name))
        return self._places[name]


def _clause_start(text: str, start: int, position: int) -> int:
    return max(start, *(text.rfind(mark, start, position) + 1 for mark in _CLAUSE_END))


def _opening_end(text: str, sentence: Sentence) -> int:
    """Return where the first clause of a sentence ends that says more than 2015年 or 目前."""
    begin = sentence.start
    while True:
        ends = [found for mark in "，,：:" if (found := text.find(mark, begin, sentence.end)) >= 0]
        end = min(ends, default=sentence.end)
        if end - begin > _LEADING_CLAUSE or end == sentence.end:
            return end
        begin = end + 1


def _items_end(text: str, position: int) -> int:
    """Return the end of the numbered items that follow an announcement (具体完成情况如下:)."""
    end = _line_end(text, position)
    while end < len(text):
        following = _line_end(text, end + 1)
        if not _ENUMERATED.match(text[end + 1 : following].strip()):
            break
        end = following
    return end


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
