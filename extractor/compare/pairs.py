"""Which figures could be meant by which rows: every pair with how well each of its attributes fits.

Figures pass once. What is kept of one is a :class:`Candidate`: its number and what an explanation says of it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from math import prod
from sys import intern
from typing import NamedTuple

from extractor import intervals
from extractor.compare import stages, wording
from extractor.compare.index import INSIDE, Index, Located, kind_of
from extractor.compare.levels import Level, Levels, period_of, status_of
from extractor.intervals import AROUND, Number
from extractor.resources.cues import load
from extractor.types import PERSON, Figure, FigureRef, Modifier, RecordedFigure, ReportedFigure, Status
from extractor.wording import said

_CLAUSE = re.compile(r"[，,。；;：:！？!?]")
_BEHIND = re.compile(r"[，,。；;：:！？!?、]|\d(?!\d*岁)")
_ALONE = re.compile(r"[，,。；;！？!?、\d]")
"""Where the words that are about a number alone begin, before it."""
"""Characters beside a figure by which 不少于 is told from 超过."""
_MONEY = "money"
_NAMED = 0.2
"""What is less alike than this is not worth naming as the nearest."""
_ITEM = re.compile(r"\s*(?:[第其]?[一二三四五六七八九十]+[是、]|[（(]?[一二三四五六七八九十\d]+[)）.．、])")
"""How an item of a list begins: it is not about what the item before is about."""


class Place(NamedTuple):
    """Where a statement stands: a figure's key, the article that holds it, and where its sentence begins."""

    document: int
    start: int
    article: int
    sentence: int


@dataclass(slots=True, eq=False)
class Statement:
    """What one or more figures say, in the same words and with the same number; ``before`` and ``after`` stand beside it.

    The fields are those of a figure; ``stages`` is where on its way money is told to be, ``part`` whether it is told as a
    part of more. Figures that say the same are kept as one, by their places: a report is often copied.
    """

    text: str
    value: Decimal | None
    value_max: Decimal | None
    modifier: Modifier
    unit: str
    dimension: str
    base_value: Decimal | None
    base_unit: str
    indicator: str
    status: Status
    period: str | None
    place: str
    redacted: bool
    rule_or_model: str
    before: str
    after: str
    stages: stages.Stages
    part: bool
    _places: array[int]

    def add(self, reported: ReportedFigure) -> None:
        """Note one more figure that says so."""
        figure = reported.figure
        self._places.extend((reported.document, figure.start, figure.article, figure.sentence[0]))

    @property
    def said(self) -> str:
        """What is said, in the words of the report unless a person has corrected it."""
        return said(self, self.unit)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it is said, in the order in which figures passed."""
        flat = iter(self._places)
        return tuple(Place(*one) for one in zip(flat, flat, flat, flat, strict=True))

    @property
    def refs(self) -> tuple[FigureRef, ...]:
        """The figures that say so."""
        return tuple(FigureRef(place.document, place.start) for place in self.places)

    def number(self) -> Number | None:
        """Return what it stands for, ``None`` when it is masked."""
        return None if self.redacted else intervals.of_figure(self, self.before, self.after)


class Pair(NamedTuple):
    """A row and a statement, by their indexes, with the levels of their attributes.

    ``certain`` when every level is; only such a pair may call a ledger wrong.
    """

    row: int
    statement: int
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
    the period; ``covered`` are the statements of which the ledger speaks at all. ``rejected[row]`` is the nearest of what
    does not fit, with its statement, which is not one of ``statements``. ``stages`` are those of each row.
    """

    statements: list[Statement] = field(default_factory=list)
    possible: list[Pair] = field(default_factory=list)
    missed: dict[int, Pair] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)
    rejected: dict[int, tuple[Pair, Statement]] = field(default_factory=dict)
    stages: list[stages.Stages] = field(default_factory=list)


def find(recorded: Sequence[RecordedFigure], reported: Iterable[ReportedFigure], levels: Levels) -> Pairs:
    """Pair the rows of a ledger with the figures that they may mean.

    Args:
        recorded: the rows.
        reported: the figures, each once; they are not kept.
        levels: what each degree of fit is worth.
    """
    words = load("comparison_words.tsv")
    plan, done, programme = (words.pattern(f"<{role}>") for role in ("plan", "done", "programme"))
    names = [programme.sub("", row.indicator) for row in recorded]
    planned = [plan.search(name) is not None and not done.search(name) for name in names]
    finder = _Finder(recorded, Index(recorded, levels, planned), planned, levels)
    for figure in reported:
        finder.add(figure)
    return finder.pairs


class _Together(NamedTuple):
    """What levels come to together: they are few, so each combination is weighed once."""

    levels: tuple[Level, ...]
    score: float
    certain: bool
    possible: bool

    @classmethod
    def of(cls, levels: tuple[Level, ...]) -> _Together:
        """Weigh levels; one of them may forbid the pair, then it is told where the indicator and the place are certain."""
        indicator, place = levels[:2]
        forbidding = [level for level in levels if not level.score]
        sure = indicator.certain and (place.certain or not place.score)
        score = prod(level.score or 1.0 for level in levels)
        certain = all(level.certain for level in levels)
        return cls(levels, score, certain, not forbidding or (len(forbidding) == 1 and sure))


class _Finder:
    def __init__(
        self, recorded: Sequence[RecordedFigure], index: Index, planned: Sequence[bool], levels: Levels
    ) -> None:
        self._recorded, self._index, self._levels = recorded, index, levels
        self._status: list[Status | None] = [status_of(row, plan) for row, plan in zip(recorded, planned, strict=True)]
        self._numbers: dict[bytes, int] = {}
        self._together: dict[tuple[Level, ...], _Together] = {}
        self._periods = [period_of(row.period_start, row.period_end) for row in recorded]
        self._sentences = _Sentences()
        self.pairs = Pairs(stages=[_stages_of(row) for row in recorded])

    def add(self, reported: ReportedFigure) -> None:
        """Pair one figure with the rows that it may be."""
        figure = reported.figure
        earlier = self._sentences.before(reported)
        stage = _reported_stages(reported)
        found = tuple(self._pairs_of(reported, kind_of(figure.dimension, figure.base_unit), earlier, stage))
        if not found:
            return
        before, after = _beside(reported)
        number = self._numbers.setdefault(_digest(figure, before, after, stage, found), len(self.pairs.statements))
        if number == len(self.pairs.statements):
            self.pairs.statements.append(_statement(reported, before, after, stage))
            for pair in found:
                self._keep(pair._replace(statement=number))
        self.pairs.statements[number].add(reported)

    def _pairs_of(self, reported: ReportedFigure, kind: str, earlier: str, stage: stages.Stages) -> Iterable[Pair]:
        figure, index = reported.figure, self._index
        place = index.place_of(figure, reported.title)
        if not place.subjects:
            return
        known = "".join(one.name for one in figure.place)
        context, period = _Context(reported, earlier), period_of(figure.period_start, figure.period_end)
        subjects = index.find(figure, kind, place, context) if kind in index.kinds else ()
        for subject, alone in subjects:
            likeness: float | None = None
            for located in index.at(subject, place):
                if likeness is None:
                    likeness = index.likeness(subject, alone, figure, context, known)
                if likeness < _NAMED:
                    break
                if (pair := self._pair(located, likeness, reported, period, stage)) is not None:
                    yield pair
        for subject in index.in_other_units(figure, kind):
            for located in index.at(subject, place):
                if (pair := self._pair(located, 1.0, reported, period, stage)) is not None:
                    yield pair

    def _pair(
        self,
        located: Located,
        likeness: float,
        reported: ReportedFigure,
        period: tuple[str, str] | None,
        stage: stages.Stages,
    ) -> Pair | None:
        """Return the pair, ``None`` where more than one attribute forbids it, or one does and another is in doubt."""
        row, levels, figure = self._recorded[located.row], self._levels, reported.figure
        alike = levels.of_likeness(likeness)
        if alike is levels.indicator["strong"] and likeness == 1.0:
            alike = levels.indicator["same"]
        if row.indicator_code and row.indicator_code == figure.indicator_code:
            alike = levels.indicator["code"]
        ours = self.pairs.stages[located.row]
        projected = bool(ours and stage) and stages.PROJECTED in ours & stage
        fits = (
            alike,
            located.level,
            levels.of_periods(self._periods[located.row], period),
            levels.of_status(self._status[located.row], figure.status, projected=projected),
            levels.stage[stages.fit(ours, stage)],
            levels.of_units(row.dimension, row.base_unit, figure.dimension, figure.base_unit),
        )
        together = self._together.get(fits)
        if together is None:
            together = self._together[fits] = _Together.of(fits)
        pair = Pair(located.row, -1, likeness * together.score, likeness, together.certain, together.levels)
        if together.possible:
            return pair
        self._reject(pair, reported, stage)
        return None

    def _reject(self, pair: Pair, reported: ReportedFigure, stage: stages.Stages) -> None:
        """Note what does not fit, if nothing came nearer so far."""
        best = self.pairs.rejected.get(pair.row)
        if best is None or pair.score > best[0].score:
            statement = _statement(reported, *_beside(reported), stage)
            statement.add(reported)
            self.pairs.rejected[pair.row] = (pair, statement)

    def _keep(self, pair: Pair) -> None:
        pairs = self.pairs
        forbidden = pair.forbidden
        if forbidden is None:
            pairs.possible.append(pair)
            if pair.certain:
                pairs.covered.add(pair.statement)
            return
        if forbidden is self._levels.period["different"] and all(
            level.certain or level is forbidden for level in pair.levels
        ):
            pairs.covered.add(pair.statement)
        best = pairs.missed.get(pair.row)
        if best is None or _missed_order(pair, self._levels) < _missed_order(best, self._levels):
            pairs.missed[pair.row] = pair


def _missed_order(pair: Pair, levels: Levels) -> tuple[int, float]:
    """Order what nearly fits: another period says more than another unit, that more than a part of the place."""
    ranks = (levels.period["different"], levels.status["different"], levels.unit["different"], INSIDE)
    return next(rank for rank, level in enumerate(ranks) if level is pair.forbidden), -pair.score


class _Sentences:
    """The sentence before that of a figure where only a semicolon parts the two (新建农房511户；加固6户), as figures pass."""

    def __init__(self) -> None:
        self._document, self._span, self._text, self._earlier = 0, (0, 0), "", ""

    def before(self, reported: ReportedFigure) -> str:
        """Return that sentence of the next figure, ``""`` where there is none or the figure's opens an item of a list."""
        span, text = reported.figure.sentence, reported.sentence
        if (reported.document, span) != (self._document, self._span):
            goes_on = reported.document == self._document and span[0] == self._span[1]
            joined = goes_on and self._text.endswith(("；", ";")) and not _ITEM.match(text)
            self._earlier = self._text if joined else ""
            self._document, self._span, self._text = reported.document, span, text
        return self._earlier


class _Context:
    """Plain text around a figure; read if asked.

    That is its clause but for other figures, its sentence up to it, the heading, the sentence before, and what it is a
    part of.
    """

    __slots__ = ("_earlier", "_reported", "_texts")

    def __init__(self, reported: ReportedFigure, earlier: str) -> None:
        self._reported, self._earlier = reported, earlier
        self._texts: tuple[str, ...] | None = None

    def __call__(self) -> tuple[str, ...]:
        if self._texts is None:
            figure, sentence = self._reported.figure, self._reported.sentence
            begin, end = (max(offset - figure.sentence[0], 0) for offset in (figure.start, figure.end))
            before = sentence[:begin]
            clause = f"{_CLAUSE.split(before)[-1]}/{_BEHIND.split(sentence[end:], maxsplit=1)[0]}"
            heading = figure.section[-1] if figure.section else ""
            self._texts = tuple(map(wording.plain, (clause, before, heading, self._earlier, self._reported.whole)))
        return self._texts


def _stages_of(row: RecordedFigure) -> stages.Stages:
    """Return where a ledger tells its money to be; nowhere of what is no money."""
    return stages.of_recorded(row.indicator, row.status) if row.dimension == _MONEY else stages.UNSAID


def _reported_stages(reported: ReportedFigure) -> stages.Stages:
    """Return where a report tells the money of a figure to be."""
    figure = reported.figure
    if figure.dimension != _MONEY:
        return stages.UNSAID
    begin, end = (max(offset - figure.sentence[0], 0) for offset in (figure.start, figure.end))
    before = _ALONE.split(reported.sentence[:begin])[-1]
    return stages.of_reported(figure.indicator, (before, _BEHIND.split(reported.sentence[end:], maxsplit=1)[0]))


def _beside(reported: ReportedFigure) -> tuple[str, str]:
    """Return the characters beside a figure where its modifier may need them."""
    figure = reported.figure
    if figure.modifier is Modifier.EXACT:
        return "", ""
    begin, end = figure.start - figure.sentence[0], figure.end - figure.sentence[0]
    return reported.sentence[max(begin - AROUND, 0) : begin], reported.sentence[end : end + AROUND]


def _digest(figure: Figure, before: str, after: str, stage: stages.Stages, found: Sequence[Pair]) -> bytes:
    """Return what is equal for figures that say the same of the same rows; short, as there may be a million."""
    rows = [f"{pair.row} {int(pair.score * 1000)}" for pair in found]
    place = [one.name for one in figure.place]
    told = "\0".join(
        (
            figure.text,
            figure.unit,
            figure.indicator,
            figure.status.value,
            figure.period or "",
            *place,
            "",
            before,
            after,
            *sorted(stage),
            *rows,
        )
    )
    if figure.rule_or_model == PERSON:  # who may have said that the same words are another number
        told += f"\0{figure.value} {figure.value_max} {figure.modifier}"
    return blake2b(told.encode(), digest_size=16).digest()


def _statement(reported: ReportedFigure, before: str, after: str, stage: stages.Stages) -> Statement:
    figure = reported.figure
    # A million strings that are few: each is kept once.
    return Statement(
        text=figure.text,
        value=figure.value,
        value_max=figure.value_max,
        modifier=figure.modifier,
        unit=intern(figure.unit),
        dimension=intern(figure.dimension),
        base_value=figure.value if figure.base_value == figure.value else figure.base_value,
        base_unit=intern(figure.base_unit),
        indicator=intern(figure.indicator),
        status=figure.status,
        period=intern(figure.period) if figure.period else None,
        place=intern("、".join(place.name for place in figure.place)),
        redacted=figure.redacted,
        rule_or_model=intern(figure.rule_or_model),
        before=before,
        after=after,
        stages=stage,
        part=bool(reported.whole),
        _places=array("q"),
    )
