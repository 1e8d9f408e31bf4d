"""The nouns of Gouji: frozen records that the stages hand to each other.

Offsets are Python ``str`` indices into the text of the document *exactly as stored*; for every record with ``text``,
``text == document[start:end]``. Numbers are :class:`decimal.Decimal`, never ``float``. The meaning of each field of a
figure is fixed by the annotation guidelines (``docs/annotation.md``).

This module imports nothing of ours: every stage may import it, no stage imports another.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple


class Modifier(StrEnum):
    """How close the stated number is to the real one (余, 近, 以上 …)."""

    EXACT = "exact"
    ABOUT = "about"
    NEARLY = "nearly"
    OVER = "over"
    UNDER = "under"
    RANGE = "range"


class Status(StrEnum):
    """What the report says of a figure: it is so, it is meant to be so, or it is a rule."""

    ACTUAL = "actual"
    PLANNED = "planned"
    STANDARD = "standard"


class PctKind(StrEnum):
    """What a percentage is of: a whole, a task, a coverage, or an earlier period."""

    SHARE = "share"
    PROGRESS = "progress"
    RATE = "rate"
    GROWTH = "growth"


class LinkKind(StrEnum):
    """How two figures hang together; a link points from the dependent figure to the one it depends on."""

    PART_OF = "part_of"
    PAIR = "pair"
    SHARE_OF = "share_of"
    PROGRESS_OF = "progress_of"
    GROWTH_FROM = "growth_from"
    RESTATES = "restates"
    RATE_OF = "rate_of"
    NUMERATOR = "numerator"


PCT_LINKS = {
    PctKind.SHARE: LinkKind.SHARE_OF,
    PctKind.PROGRESS: LinkKind.PROGRESS_OF,
    PctKind.RATE: LinkKind.RATE_OF,
    PctKind.GROWTH: LinkKind.GROWTH_FROM,
}
"""The link that leads from a percentage to what it is a percentage of (``Pct.of``)."""

PLACE_LEVELS = {2: "province", 4: "city", 6: "county", 9: "township"}
"""Level of a place by the number of digits of its NBS code; the codes of what it lies in are its prefixes."""

STOREYS = " / "
"""What stands between the storeys of a header in ``Part.header`` and ``Part.row_header``."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a stretch of a document's text came from, e.g. ``kind="cell", locator="表2 第3行第1列"``.

    ``header`` holds the column header of a table cell, ``row_header`` the text of the first cell of its row; storeys of
    a header, and behind the first cell other names of the row that are merged with cells above, follow after :data:`STOREYS`.
    """

    start: int
    end: int
    kind: str
    locator: str
    header: str = ""
    row_header: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One file or text as read: the text every offset refers to, and where each part of it came from."""

    text: str
    source: str = ""
    media_type: str = "text/plain"
    encoding: str = ""
    sha256: str = ""
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One report of a compilation (a single report is a compilation of one). ``title`` is ``""`` when it has none."""

    index: int
    start: int
    end: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that stands under it, down to the next heading of the same or a higher level.

    ``level`` counts from 1 (一、) to 4 (一是…); ``parent`` is the index of the enclosing section or ``None``;
    ``start`` is where the heading begins, ``heading_end`` where it ends (for a run-in heading: after its full stop).
    """

    index: int
    article: int
    parent: int | None
    level: int
    start: int
    heading_end: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (ends with 。！？； or a line end); ``section`` is the innermost section it stands in, or ``None``."""

    index: int
    start: int
    end: int
    article: int
    section: int | None


@dataclass(frozen=True, slots=True)
class Outline:
    """The structure of one text. Sentences outside every article (web residue) are left out.

    ``warnings`` say, in Chinese, what else was left out.
    """

    articles: tuple[Article, ...]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as written, before anything is known of what it measures.

    ``value`` has 万/亿/千/百 multiplied out and is ``None`` exactly when ``redacted``; ``value_max`` is the upper end of
    a range. ``unit`` is canonical (公里 for km); ``base_value``, ``base_value_max`` and ``base_unit`` are the same amounts
    in the base unit of ``dimension`` (元, 人, 户, 米, 平方米, …), rounded to 6 places where the conversion does not come out
    even; only amounts of one ``base_unit`` compare, as a rate (元/公里) has the dimension of its numerator. ``label`` is
    what the headers of row and column call a table cell's figure, ``period_label`` the year they give it (2019年), else
    ``""``.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    value_max: Decimal | None
    modifier: Modifier
    unit: str
    dimension: str
    base_value: Decimal | None
    base_unit: str
    redacted: bool = False
    label: str = ""
    base_value_max: Decimal | None = None
    period_label: str = ""


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
    ``sentences[i]``; empty for a sentence without quantities.
    """

    text: str
    article: Article
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    quantities: tuple[Quantity, ...]
    sentence_of: tuple[int, ...]
    tokens: tuple[tuple[Token, ...], ...] = ()

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


@dataclass(frozen=True, slots=True)
class Place:
    """A place as named in the text, with its code of the administrative gazetteer where it is certain.

    ``code`` is the NBS division code (2, 4, 6 or 9 digits) or ``None``; ``level`` is one of
    ``province city county township village`` or ``""``.
    """

    name: str
    code: str | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Pct:
    """What a percentage is a percentage of; ``of`` and ``numer`` are ``start`` offsets of figures, where known."""

    kind: PctKind
    of: int | None = None
    numer: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two figures of one text, each named by its ``start`` offset."""

    kind: LinkKind
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with everything the text tells of it: one row of the database, one line of JSONL.

    ``part_of`` and ``pair`` are ``start`` offsets of other figures; ``project`` is the id of a :class:`Project` of the
    same extraction; ``period_start``/``period_end`` are ISO dates. ``confidence`` orders figures by how
    much the text says of them (1 less a deduction for an indicator that is missing or taken over, and for a missing
    unit); it is no probability. ``rule_or_model`` names what found the figure.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    value_max: Decimal | None
    modifier: Modifier
    unit: str
    dimension: str
    base_value: Decimal | None
    base_unit: str
    redacted: bool
    article: int
    section: tuple[str, ...]
    sentence: tuple[int, int]
    indicator: str = ""
    indicator_code: str | None = None
    status: Status = Status.ACTUAL
    period: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    place: tuple[Place, ...] = ()
    project_type: str | None = None
    funder: str | None = None
    part_of: int | None = None
    pair: int | None = None
    pct: Pct | None = None
    project: int | None = None
    confidence: float = 1.0
    rule_or_model: str = "rule"
    base_value_max: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """One undertaking: the figures that say what it built, where, for whom and with whose money."""

    id: int
    article: int
    name: str
    project_type: str
    status: Status
    period: str | None
    place: tuple[Place, ...]
    funders: tuple[str, ...]
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that was read out of one text."""

    text: str
    articles: tuple[Article, ...] = ()
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    figures: tuple[Figure, ...] = ()
    links: tuple[Link, ...] = ()
    projects: tuple[Project, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        """The title of the first article that has one, else ``""``."""
        return next((article.title for article in self.articles if article.title), "")
