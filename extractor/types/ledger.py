"""What an official ledger records, and how a recorded figure compares with what reports say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from extractor.types.figure import Figure, Status


class Match(StrEnum):
    """How a recorded and a reported figure compare; every row and every candidate figure ends in exactly one."""

    EXACT = "exact"
    WITHIN_ROUNDING = "within_rounding"
    WITHIN_MODIFIER = "within_modifier"
    MISMATCH = "mismatch"
    REPORT_ONLY = "report_only"
    LEDGER_ONLY = "ledger_only"
    AMBIGUOUS = "ambiguous"
    NOT_COMPARABLE = "not_comparable"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class RecordedFigure:
    """One value of a ledger with everything that says what it is a value of, and the cell it stands in.

    ``index`` counts the recorded figures of a ledger from 0; ``sheet``, ``row`` (from 1) and ``column`` (a letter,
    ``C``) name the cell, ``text`` is what it shows. ``value`` is in ``unit``; ``base_value`` and ``base_unit`` as for
    a figure. ``status`` is ``None`` where the ledger does not tell, which means that any status may be compared.
    ``place`` is as written, ``within`` what the ledger says it lies in (新平县 平甸乡), ``place_code`` its NBS code where
    certain; ``period_start`` and ``period_end`` are ISO dates. ``decimals`` counts the decimal places as shown, in
    ``unit`` times ``scale`` (120.4 under 万元: 1 place, scale 10000).
    """

    index: int
    sheet: str
    row: int
    column: str
    text: str
    indicator: str
    value: Decimal
    unit: str
    dimension: str
    base_value: Decimal
    base_unit: str
    decimals: int = 0
    scale: Decimal = Decimal(1)
    indicator_code: str | None = None
    place: str = ""
    within: str = ""
    place_code: str | None = None
    period: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    status: Status | None = None
    project_type: str | None = None
    project: str = ""
    funder: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as imported: ``sha256`` is that of its file (or of the rows, when they came from a database)."""

    name: str
    source: str
    sha256: str
    figures: tuple[RecordedFigure, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """A figure of a stored report with what stands around it: its article's title, its sentence's text.

    ``whole`` is the indicator of the figure that it is a part of, ``""`` where it is of none. ``figure.section`` holds the
    nearest heading only, ``figure`` no links.
    """

    document: int
    title: str
    sentence: str
    figure: Figure
    whole: str = ""


class FigureRef(NamedTuple):
    """A reported figure, by the id of its document and its ``start`` offset there."""

    document: int
    start: int


@dataclass(frozen=True, slots=True)
class ComparisonItem:
    """The verdict on one recorded figure, on one reported figure, or on the two of them.

    ``recorded`` is the index of a :class:`RecordedFigure` or ``None`` (``report_only``); ``reported`` is ``None`` for
    ``ledger_only``, and where the figure has its verdict with another row: then ``see`` names it. ``others`` share the
    verdict: the same figure stated again, or for ``ambiguous`` and ``not_comparable`` the further figures that could be
    meant. ``difference`` is reported less recorded, in the base unit;
    ``relative`` the same as a fraction of the recorded amount, ``None`` where that is 0. ``score`` says how well the two
    match, from 0 to 1; ``grounds`` says in Chinese why they were matched (``""`` where nothing was), ``reason`` why the
    verdict.
    """

    verdict: Match
    reason: str
    grounds: str = ""
    recorded: int | None = None
    reported: FigureRef | None = None
    others: tuple[FigureRef, ...] = ()
    see: FigureRef | None = None
    difference: Decimal | None = None
    relative: Decimal | None = None
    score: float = 0.0

    @property
    def explanation(self) -> str:
        """Grounds and reason in one."""
        return "；".join(filter(None, (self.grounds, self.reason)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One run of a comparison: what was compared, by which rules, and what came out.

    ``documents`` are the ids of all documents that were compared, ``copies`` tells whether copied articles were;
    ``sha256`` is that of the ledger as it was compared.
    """

    ledger: int
    documents: tuple[int, ...]
    tolerance: Decimal
    copies: bool
    version: str
    made: datetime
    items: tuple[ComparisonItem, ...]
    sha256: str = ""
