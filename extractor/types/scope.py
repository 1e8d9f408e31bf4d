"""What the stages are given: one article with its structure, quantities and words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from extractor.types.figure import Quantity
from extractor.types.table import Table
from extractor.types.text import Article, Section, Sentence


class Token(NamedTuple):
    """A word of a sentence with its part of speech (ICTCLAS tags as jieba gives them: ``n v vn m q d …``)."""

    start: int
    end: int
    word: str
    tag: str


_article_of = attrgetter("article")


@dataclass(frozen=True, slots=True)
class Scope:
    """One article with its structure and quantities: what every context and link stage is given.

    ``sentence_of[i]`` is the position in ``sentences`` of the sentence that holds ``quantities[i]``.
    ``sections`` are all sections of the document, indexed by ``Section.index``. ``tokens[i]`` are the words of
    ``sentences[i]``; empty for a sentence without quantities. ``tables`` are those that begin in the article.
    """

    text: str
    article: Article
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    quantities: tuple[Quantity, ...]
    sentence_of: tuple[int, ...]
    tokens: tuple[tuple[Token, ...], ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def own_sections(self) -> tuple[Section, ...]:
        """The sections of this article, found without a walk over those of all others."""
        first, last = (side(self.sections, self.article.index, key=_article_of) for side in (bisect_left, bisect_right))
        return self.sections[first:last]

    def held(self) -> list[list[int]]:
        """Return for each sentence the positions in ``quantities`` of those that it holds."""
        held: list[list[int]] = [[] for _ in self.sentences]
        for index, position in enumerate(self.sentence_of):
            held[position].append(index)
        return held
