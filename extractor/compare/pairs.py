"""Which figures could be meant by which rows: every pair with how well each of its attributes fits.

Figures pass once. What is kept of one is a :class:`Candidate`: its number and what an explanation says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractor import intervals
from extractor.compare import wording
from extractor.compare.index import INSIDE, Index, Located, kind_of
from extractor.compare.levels import Level, Levels, period_of, status_of
from extractor.intervals import Number
from extractor.types import FigureRef, RecordedFigure, ReportedFigure, Status

_CLAUSE = re.compile(r"[，,。；;：:！？!?]")
_BEHIND = re.compile(r"[，,。；;：:！？!?、]|\d(?!\d*岁)")
_AROUND = 12
"""Characters beside a figure by which 不少于 is told from 超过."""
_PLANS = re.compile(r"计划|规划|任务|目标|预计|预期|拟")
_DONE = re.compile(r"完成|实际|实现")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure that a row may mean; ``number`` is ``None`` when it is masked. ``says`` is the figure with its unit."""

    ref: FigureRef
    article: int
    number: Number | None
    says: str
    indicator: str
    place: str
    period: str
    dimension: str


class Pair(NamedTuple):
    """A row and a candidate, by their indexes, with the levels of their attributes.

    ``certain`` when every level is; only such a pair may call a ledger wrong.
    """

    row: int
    candidate: int
    score: float
    likeness: float
    certain: bool
    levels: tuple[Level, ...]

    @property
    def forbidden(self) -> Level | None:
        """The level that forbids to compare the two."""
        return next((level for level in self.levels if not level.score), None)


@dataclass(slots=True)
class Pairs:
    """All pairs of a ledger with the figures of reports.

    ``possible`` are the pairs that may be compared; ``missed[row]`` is the best that fits but for one attribute, such as
    the period; ``covered`` are the candidates of which the ledger speaks at all.
    """

    candidates: list[Candidate] = field(default_factory=list)
    possible: list[Pair] = field(default_factory=list)
    missed: dict[int, Pair] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)


def find(recorded: Sequence[RecordedFigure], reported: Iterable[ReportedFigure], levels: Levels) -> Pairs:
    """Pair the rows of a ledger with the figures that they may mean.

    Args:
        recorded: the rows.
        reported: the figures, each once; they are not kept.
        levels: what each degree of fit is worth.
    """
    planned = [_PLANS.search(row.indicator) is not None and not _DONE.search(row.indicator) for row in recorded]
    finder = _Finder(recorded, Index(recorded, levels, planned), planned, levels)
    for figure in reported:
        finder.add(figure)
    return finder.pairs


class _Finder:
    def __init__(self, recorded: Sequence[RecordedFigure], index: Index, planned: Sequence[bool], levels: Levels) -> None:
        self._recorded, self._index, self._levels = recorded, index, levels
        self._status: list[Status | None] = [status_of(row, plan) for row, plan in zip(recorded, planned, strict=True)]
        self._periods = [period_of(row.period_start, row.period_end) for row in recorded]
        self.pairs = Pairs()

    def add(self, reported: ReportedFigure) -> None:
        """Pair one figure with the rows that it may be."""
        figure = reported.figure
        kind = kind_of(figure.dimension, figure.base_unit)
        context = _context(reported) if kind in self._index.kinds else ()
        number: int | None = None
        for pair in self._pairs_of(reported, kind, context):
            if number is None:
                number = len(self.pairs.candidates)
            self._keep(pair._replace(candidate=number))
        if number is not None:
            self.pairs.candidates.append(_candidate(reported))

    def _pairs_of(self, reported: ReportedFigure, kind: str, context: Sequence[str]) -> Iterable[Pair]:
        figure, index = reported.figure, self._index
        if kind in index.kinds:
            known = "".join(place.name for place in figure.place)
            for subject, alone in index.find(figure, kind, context):
                for located, likeness in self._placed(subject, alone, reported, context, known):
                    pair = self._pair(located, likeness, reported)
                    if pair is not None:
                        yield pair
        for subject in index.in_other_units(figure, kind):
            for located in index.at(subject, figure, reported.title):
                pair = self._pair(located, 1.0, reported)
                if pair is not None:
                    yield pair

    def _placed(
        self, subject: int, alone: float, reported: ReportedFigure, context: Sequence[str], known: str
    ) -> Iterable[tuple[Located, float]]:
        """Yield the rows of a subject at the figure's place with the likeness of their indicators."""
        likeness: float | None = None
        for located in self._index.at(subject, reported.figure, reported.title):
            if likeness is None:
                likeness = self._index.likeness(subject, alone, reported.figure, context, known)
            if likeness < self._levels.weak:
                return
            yield located, likeness

    def _pair(self, located: Located, likeness: float, reported: ReportedFigure) -> Pair | None:
        """Return the pair, ``None`` where more than one attribute forbids it, or one does and another is in doubt."""
        row, figure, levels = self._recorded[located.row], reported.figure, self._levels
        alike = levels.of_likeness(likeness)
        if alike is None:
            return None
        if alike is levels.indicator["strong"] and likeness == 1.0:
            alike = levels.indicator["same"]
        if row.indicator_code and row.indicator_code == figure.indicator_code:
            alike = levels.indicator["code"]
        fits = (
            alike,
            located.level,
            levels.of_periods(self._periods[located.row], period_of(figure.period_start, figure.period_end)),
            levels.of_status(self._status[located.row], figure.status),
            levels.of_units((row.dimension, row.base_unit), (figure.dimension, figure.base_unit)),
        )
        forbidding = sum(1 for level in fits if not level.score)
        certain = all(level.certain or not level.score for level in fits)
        if forbidding > 1 or (forbidding and not certain):
            return None
        score = likeness
        for level in fits:
            score *= level.score or 1.0
        return Pair(located.row, -1, score, likeness, certain and not forbidding, fits)

    def _keep(self, pair: Pair) -> None:
        pairs = self.pairs
        forbidden = pair.forbidden
        if forbidden is None:
            pairs.possible.append(pair)
            if pair.certain:
                pairs.covered.add(pair.candidate)
            return
        if forbidden is self._levels.period["different"]:
            pairs.covered.add(pair.candidate)
        best = pairs.missed.get(pair.row)
        if best is None or _missed_order(pair, self._levels) < _missed_order(best, self._levels):
            pairs.missed[pair.row] = pair


def _missed_order(pair: Pair, levels: Levels) -> tuple[int, float]:
    """Order what nearly fits: another period says more than another unit, that more than a part of the place."""
    ranks = (levels.period["different"], levels.status["different"], levels.unit["different"], INSIDE)
    return next(rank for rank, level in enumerate(ranks) if level is pair.forbidden), -pair.score


def _context(reported: ReportedFigure) -> tuple[str, ...]:
    """Return plain text around a figure: its clause but for other figures, its sentence up to it, the heading."""
    figure = reported.figure
    begin, end = (max(offset - figure.sentence[0], 0) for offset in (figure.start, figure.end))
    before = reported.sentence[:begin]
    clause = f"{_CLAUSE.split(before)[-1]}/{_BEHIND.split(reported.sentence[end:], maxsplit=1)[0]}"
    heading = figure.section[-1] if figure.section else ""
    return tuple(map(wording.plain, (clause, before, heading)))


def _candidate(reported: ReportedFigure) -> Candidate:
    figure = reported.figure
    begin, end = figure.start - figure.sentence[0], figure.end - figure.sentence[0]
    before, after = reported.sentence[max(begin - _AROUND, 0) : begin], reported.sentence[end : end + _AROUND]
    return Candidate(
        FigureRef(reported.document, figure.start),
        figure.article,
        None if figure.redacted else intervals.of_figure(figure, before, after),
        figure.text,
        figure.indicator,
        "、".join(place.name for place in figure.place),
        figure.period or "",
        figure.dimension,
    )
