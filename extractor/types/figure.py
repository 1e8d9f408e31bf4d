"""A figure and what hangs on it: number, meaning, links, the undertaking it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


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
