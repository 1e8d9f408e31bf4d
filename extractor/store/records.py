"""What the repository is asked with and answers with; no SQL and no database type shows through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from extractor.types import CheckKind, CheckResult, Figure, Match, Project, Status, Verdict

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Run:
    """One extraction as it happened: with which version of the program, begun when (an aware moment)."""

    version: str
    started: datetime


@dataclass(frozen=True, slots=True)
class FigureFilter:
    """Which figures are wanted; a field left ``None`` does not narrow, all given fields must hold.

    Attributes:
        indicator: words contained in the indicator as written, or an indicator code.
        place: words contained in a place as written or in its official name, or an NBS code (2, 4, 6 or 9 digits),
            which includes all that lies in it.
        period_start, period_end: the figure's period must overlap these days (bounds included; one may stay open).
        status: done, planned or standard.
        project_type: a code of the guidelines.
        unit: unit of the figure, equal; any spelling of the lexicon (km for 公里), or one that a report used.
        dimension: code of a dimension, equal.
        base_unit: base unit of the figure, equal; spelled as ``unit``.
        min_value, max_value: bounds, included, of the amount in the base unit (元, 米, 平方米 …); a range is found when
            it reaches into them. Amounts of different base units do not compare, so one of ``unit``, ``base_unit`` and
            ``dimension`` must be given; with ``dimension`` alone only figures in its base unit are compared, so no
            rates (元/公里) and no foreign currencies. Figures without an amount are not found.
        text: characters (one suffices) that the figure's sentence contains.
        document: id of a document.
        unique: leave out articles that repeat one stored before (``article.duplicate_of_document``).
        limit, offset: a page of the answer, which is ordered by document and place in the text.
    """

    indicator: str | None = None
    place: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    status: Status | None = None
    project_type: str | None = None
    unit: str | None = None
    dimension: str | None = None
    base_unit: str | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    text: str | None = None
    document: int | None = None
    unique: bool = False
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """Which projects are wanted; the fields are those of :class:`FigureFilter`, ``text`` is looked for in the name."""

    place: str | None = None
    status: Status | None = None
    project_type: str | None = None
    text: str | None = None
    document: int | None = None
    unique: bool = False
    limit: int | None = None
    offset: int = 0


class FigureOrder(StrEnum):
    """In which order figures are listed; ``-`` is the other way round, and what has no value comes last either way.

    What is equal stands in the order of documents and of the text, or the other way round.
    """

    DOCUMENT = "document"
    VALUE = "base_value"
    VALUE_DOWN = "-base_value"
    PERIOD = "period"
    PERIOD_DOWN = "-period"
    CONFIDENCE = "confidence"
    CONFIDENCE_DOWN = "-confidence"


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """Some records of an answer, and the cursor that asks for those behind them; ``None``: there are no more."""

    items: tuple[_T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class StoredFigure:
    """A figure with where it stands: document id, the document's source, the article's title, the sentence's text."""

    document: int
    source: str
    title: str
    sentence: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Evidence:
    """A figure with where it stands, as a comparison names it.

    ``source`` is the document's, ``article`` the title or else the number of its article, ``locator`` the paragraph or
    table cell of a .docx, else ``""``. ``snippet`` is what is shown of the sentence: ``snippet[start - snippet_start:]``
    begins with the figure. Offsets are those of the document's text.
    """

    document: int
    source: str
    start: int
    end: int
    text: str
    value: Decimal | None
    value_max: Decimal | None
    unit: str | None
    indicator: str
    status: Status
    period: str | None
    places: tuple[str, ...]
    article: str
    locator: str
    sentence_start: int
    sentence_end: int
    snippet_start: int
    snippet: str
    rule_or_model: str


@dataclass(frozen=True, slots=True)
class StoredProject:
    """A project with the document it stands in."""

    document: int
    source: str
    title: str
    project: Project


@dataclass(frozen=True, slots=True)
class CheckFilter:
    """Which findings are wanted; what is left empty does not narrow.

    Attributes:
        document: id of a document.
        verdicts: any of these.
        kinds: any of these.
        explained: whether a person has said something of it.
        limit, offset: a page of the answer, which is ordered by document and place in the text.
    """

    document: int | None = None
    verdicts: tuple[Verdict, ...] = ()
    kinds: tuple[CheckKind, ...] = ()
    explained: bool | None = None
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CheckNote:
    """What a person says of a finding; ``made`` is an aware moment."""

    text: str
    author: str
    made: datetime


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A finding with where it stands: document id, the document's source and title, the sentences of its figures."""

    document: int
    source: str
    title: str
    result: CheckResult
    sentences: tuple[str, ...]
    note: CheckNote | None = None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text, and what its latest extraction found (``extracted`` is UTC)."""

    id: int
    sha256: str
    source: str
    media_type: str
    encoding: str
    title: str
    characters: int
    articles: int
    figures: int
    projects: int
    version: str
    extracted: datetime
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredLedger:
    """A ledger without its figures: how many it records, how many comparisons with it are stored (``imported`` is UTC)."""

    id: int
    name: str
    source: str
    sha256: str
    figures: int
    comparisons: int
    imported: datetime
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredComparison:
    """A comparison without its items: of which ledger (its name), with how many documents, and how often each verdict."""

    id: int
    ledger: str
    documents: int
    tolerance: Decimal
    copies: bool
    version: str
    made: datetime
    verdicts: Mapping[Match, int]


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a database is and holds: rows per table."""

    url: str
    engine: str
    revision: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place of the gazetteer; ``within``: code and name of what it lies in, the nearest first."""

    code: str
    name: str
    level: str
    within: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KnownIndicator:
    """An indicator, the dimensions it is given in, and how many stored figures measure it."""

    code: str
    name: str
    project_type: str | None
    dimensions: tuple[str, ...]
    figures: int


@dataclass(frozen=True, slots=True)
class KnownProjectType:
    """A project type: its code and what people call it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit; all but the name is unknown of one that only a report used. ``factor`` may be a fraction."""

    name: str
    dimension: str | None
    base_unit: str | None
    factor: str | None
