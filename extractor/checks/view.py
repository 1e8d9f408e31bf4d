"""One article as the checks see it: every figure with its words, its number and its links."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from extractor import intervals, mentions
from extractor.intervals import AROUND
from extractor.types import tables_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.intervals import Number
    from extractor.mentions import Mention
    from extractor.types import Article, Extraction, Figure, Section, Sentence, Table

_AND = re.compile(r"[、和及与]")


REACH = 80
"""Figures looked at to either side of one, so that the time of a rule grows with the text and not with its square."""


@dataclass(eq=False, slots=True)
class Item:
    """A figure of the article: its words, and its number in the base unit (``None`` when masked).

    There is one item for a figure, so they compare by identity. What every rule asks again and again is at hand:
    ``figure`` itself, the ``start`` of it in the text, ``index`` among the figures of the article, and the ``sentence``
    of the article that it stands in.
    """

    mention: Mention
    number: Number | None
    figure: Figure = field(init=False)
    start: int = field(init=False)
    index: int = field(init=False)
    sentence: int = field(init=False)

    def __post_init__(self) -> None:
        """Take out of the mention what is asked most."""
        mention = self.mention
        self.figure, self.start = mention.figure, mention.figure.start
        self.index, self.sentence = mention.index, mention.sentence

    @property
    def digits(self) -> int:
        """How many digits it is written with: of many, another number comes to the same hardly by chance."""
        return sum(char.isdigit() for char in self.figure.text)

    @property
    def telling(self) -> int:
        """How many of its digits are no noughts, which round numbers share."""
        return sum(char in "123456789" for char in self.figure.text)


@dataclass(slots=True)
class View:
    """An article. ``children`` are the parts of each total, in text order; all maps go by ``start`` offsets."""

    text: str
    article: Article
    sentences: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    items: list[Item]
    tables: tuple[Table, ...] = ()
    at: dict[int, Item] = field(default_factory=dict)
    children: dict[int, list[Item]] = field(default_factory=dict)
    by_key: dict[str, list[Item]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the figures and their parts."""
        self.at = {item.start: item for item in self.items}
        for item in self.items:
            self.by_key.setdefault(item.mention.key, []).append(item)
            if item.figure.part_of in self.at:
                self.children.setdefault(item.figure.part_of or 0, []).append(item)

    def before(self, item: Item, sentences: int = 0) -> Iterator[Item]:
        """The figures before ``item``, nearest first, in its sentence and so many before it; at most :data:`REACH`."""
        for index in range(item.index - 1, max(item.index - 1 - REACH, -1), -1):
            if item.sentence - self.items[index].sentence > sentences:
                return
            yield self.items[index]

    def after(self, item: Item, sentences: int = 0) -> Iterator[Item]:
        """The figures behind ``item``, nearest first, in its sentence and so many after it; at most :data:`REACH`."""
        for other in self.items[item.index + 1 : item.index + 1 + REACH]:
            if other.sentence - item.sentence > sentences:
                return
            yield other

    def earlier(self, item: Item, key: str) -> Iterator[Item]:
        """The figures in a unit (``Mention.key``) before ``item`` in the article, nearest first; at most :data:`REACH`."""
        alike = self.by_key.get(key, [])
        end = bisect_left(alike, item.index, key=attrgetter("index"))
        return reversed(alike[max(0, end - REACH) : end])

    def inside(self, start: int, end: int) -> list[Item]:
        """The figures that begin in a stretch of the text."""
        first, last = (bisect_left(self.items, offset, key=attrgetter("start")) for offset in (start, end))
        return self.items[first:last]

    def between(self, left: Item, right: Item) -> str:
        """The text between two figures."""
        return self.text[left.figure.end : right.start]

    def runs_on(self, left: Item, right: Item) -> bool:
        """Whether only semicolons end the clauses from one figure to another, so that they are one sentence."""
        return all(self.text[one.end - 1] in "；;" for one in self.sentences[left.sentence : right.sentence])

    def listed(self, item: Item) -> list[Item]:
        """The figures of one enumeration around ``item``, at most :data:`REACH` to a side: 2起和1人; 22.2%、20%.

        Percentages stand apart from amounts.
        """
        first = last = item.index
        while self._is_listed(first) and item.index - first < REACH:
            first -= 1
        while last + 1 < len(self.items) and self._is_listed(last + 1) and last - item.index < REACH:
            last += 1
        return self.items[first : last + 1]

    def _is_listed(self, index: int) -> bool:
        mention = self.items[index].mention
        if not index or mention.first or _AND.fullmatch(mention.lead) is None:
            return False
        return mention.percent is self.items[index - 1].mention.percent

    def sentence_text(self, item: Item) -> str:
        """The words of the sentence that a figure stands in."""
        sentence = self.sentences[item.sentence]
        return self.text[sentence.start : sentence.end]


def views(extraction: Extraction) -> Iterator[View]:
    """Yield each article that has figures."""
    text = extraction.text
    sentences = {number: tuple(some) for number, some in groupby(extraction.sentences, key=attrgetter("article"))}
    sections: dict[int, list[Section]] = {}
    for section in extraction.sections:
        sections.setdefault(section.article, []).append(section)
    for number, figures in groupby(extraction.figures, key=attrgetter("article")):
        article = extraction.articles[number]
        found = mentions.build(text, article, sentences[number], list(figures))
        items = [Item(mention, _number(text, mention.figure)) for mention in found]
        tables = tables_in(extraction.tables, article.start, article.end)
        yield View(text, article, sentences[number], tuple(sections.get(number, ())), items, tables)


def _number(text: str, figure: Figure) -> Number | None:
    before = text[max(0, figure.start - AROUND) : figure.start]
    return intervals.of_figure(figure, before, text[figure.end : figure.end + AROUND])
