"""Everything that was read out of one text."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.types.check import CheckResult
from extractor.types.figure import Figure, Link, Project
from extractor.types.table import Table
from extractor.types.text import Article, Section, Sentence


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that was read out of one text, and what came of recomputing its claims; ``None`` where they were not.

    ``tables`` tells where the cells of its tables stand; the store keeps the figures in them and not the tables.
    """

    text: str
    articles: tuple[Article, ...] = ()
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    figures: tuple[Figure, ...] = ()
    links: tuple[Link, ...] = ()
    projects: tuple[Project, ...] = ()
    warnings: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] | None = None
    tables: tuple[Table, ...] = ()

    @property
    def title(self) -> str:
        """The title of the first article that has one, else ``""``."""
        return next((article.title for article in self.articles if article.title), "")
