"""Which of the possible pairs hold, and the verdict on every row and every figure of which the ledger speaks.

The best pairs are settled first. Where several rows and figures fit one another equally well, only their numbers can
tell them apart: a row takes the figure that agrees with it and no other row; what stays open is ``ambiguous``, with all
figures named. Order never decides. A pair that is in doubt may confirm a row but never call it wrong, unless the
numbers themselves give away that they are one (digits swapped, a factor of ten).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import groupby

from extractor import intervals
from extractor.compare import explain, stages, wording
from extractor.compare.index import IDENTICAL
from extractor.compare.levels import Levels
from extractor.compare.pairs import Pair, Pairs, Statement
from extractor.compare.verdicts import AGREE, Judgement, digits, judge
from extractor.types import ComparisonItem, FigureRef, Match, Modifier, RecordedFigure

_TIE = 40
"""Scores that are one when multiplied by this and rounded down are one."""
_REMEMBERED = 2**12
_SIGNIFICANT = 3
"""A number of so many digits does not agree by chance."""


@dataclass(slots=True)
class _Settled:
    """What a row ended with."""

    verdict: Match
    reason: str
    grounds: str = ""
    pair: Pair | None = None
    others: tuple[int, ...] = ()
    judgement: Judgement | None = None


def settle(
    recorded: Sequence[RecordedFigure], pairs: Pairs, tolerance: Fraction, levels: Levels
) -> tuple[ComparisonItem, ...]:
    """Return the verdict on every row, in their order, then on every other candidate, by document and place."""
    return _Settlement(recorded, pairs, tolerance, levels).items()


class _Settlement:
    def __init__(self, recorded: Sequence[RecordedFigure], pairs: Pairs, tolerance: Fraction, levels: Levels) -> None:
        self._recorded, self._pairs, self._tolerance, self._levels = recorded, pairs, tolerance, levels
        self._judged = lru_cache(_REMEMBERED)(self._judge_anew)
        self._of_row = _by_row(pair for pair in pairs.possible if pair.certain)
        self._staged = _by_row(pair for pair in pairs.possible if pairs.statements[pair.statement].stages)
        self._rows: dict[int, _Settled] = {}
        self._taken: dict[int, int] = {}  # by which row a statement was taken first, and in which round
        self._when: dict[int, int] = {}
        self._round = 0

    def items(self) -> tuple[ComparisonItem, ...]:
        certain = [pair for pair in self._pairs.possible if pair.certain]
        doubtful = [pair for pair in self._pairs.possible if not pair.certain]
        for _, tied in groupby(sorted(certain, key=_rank), key=lambda pair: _rank(pair)[0]):
            self._round += 1
            self._settle_tied(self._open(tied))
        self._share(certain)
        self._confirm(self._open(doubtful))
        self._suspect(self._open(doubtful))
        self._miss()
        return (*self._row_items(), *self._other_items())

    def _open(self, pairs: Iterable[Pair]) -> list[Pair]:
        return [pair for pair in pairs if pair.row not in self._rows and pair.statement not in self._taken]

    def _judge(self, pair: Pair) -> Judgement | None:
        """Return what the two numbers come to, ``None`` for a masked one."""
        return self._judged(pair.row, pair.statement)

    def _judge_anew(self, row: int, number: int) -> Judgement | None:
        recorded, statement = self._recorded[row], self._pairs.statements[number]
        plain = statement.modifier is Modifier.EXACT and statement.value_max is None
        if plain and statement.value == recorded.value and statement.unit == recorded.unit:
            return Judgement(
                Match.EXACT, relative=Decimal(0) if recorded.value else None
            )  # most are, and need no intervals
        stated = statement.number()
        if stated is None:
            return None
        return judge(self._number(row), stated, self._tolerance, statement.dimension)

    def _number(self, row: int) -> intervals.Number:
        return intervals.of_recorded(self._recorded[row])

    def _agrees(self, pair: Pair) -> bool:
        judgement = self._judge(pair)
        return judgement is not None and judgement.match in AGREE

    # Equally good pairs.

    def _settle_tied(self, tied: Sequence[Pair]) -> None:
        for group in _connected(tied):
            by_row = _by_row(group)
            if len(by_row) > 1:
                self._settle_rivals(group, by_row)
            else:
                self._settle_row(group)

    def _settle_rivals(self, group: Sequence[Pair], by_row: Mapping[int, Sequence[Pair]]) -> None:
        """Let rows that want the same figures have those whose number is theirs alone."""
        wanted: defaultdict[int, list[Pair]] = defaultdict(list)
        for pair in group:
            if self._agrees(pair):
                wanted[pair.statement].append(pair)
        own: defaultdict[int, list[Pair]] = defaultdict(list)
        for claims in wanted.values():
            if len(claims) == 1:
                own[claims[0].row].append(claims[0])
        for row in sorted(own):
            self._agree(own[row], explain.by_number())
        left = {
            row: [pair for pair in by_row[row] if pair.statement not in self._taken]
            for row in sorted(by_row.keys() - own.keys())
        }
        claimed = Counter(pair.statement for free in left.values() for pair in free if self._in_its_words(pair))
        for free in left.values():
            agreeing = [pair for pair in free if self._agrees(pair)]
            if agreeing:  # rows of one content and one number: each is stated by the same figure
                self._agree(agreeing, explain.also())
            elif free:
                self._differ(
                    free,
                    [pair for pair in free if claimed[pair.statement] == 1 and self._in_its_words(pair)],
                    explain.rivals(len(by_row)),
                )

    def _settle_row(self, group: Sequence[Pair]) -> None:
        """Decide on one row whose figures nobody else wants."""
        ordered = sorted(group, key=lambda pair: pair.statement)
        judged = [(pair, self._judge(pair)) for pair in ordered]
        readable = [(pair, judgement) for pair, judgement in judged if judgement is not None]
        if not readable:
            self._end(ordered, Match.UNCHECKED, explain.masked(), None)
            return
        agreeing = [pair for pair, judgement in readable if judgement.match in AGREE]
        if agreeing:
            if self._contradicted([pair for pair, _ in readable], agreeing):
                self._ambiguous([pair for pair, _ in readable], explain.contradicting())
            else:
                self._agree(agreeing)
            return
        if self._settle_by_stage([pair for pair, _ in readable]):
            return
        judgement = readable[0][1]
        rivals = [
            pair
            for pair in self._of_row[ordered[0].row]
            if self._round > self._when.get(pair.statement, self._round) and _near(pair, ordered[0])
        ]
        if rivals:
            self._share_row([*ordered, *rivals])
        elif judgement.match is Match.AMBIGUOUS:
            self._ambiguous([pair for pair, _ in readable], explain.beyond())
        else:
            near = [pair for pair, _ in readable]
            named = [pair for pair in near if self._in_its_words(pair)]
            choices = (near, self._telling(near), named)
            self._differ(near, next(filter(self._one_number, choices), []), explain.several())

    def _differ(self, pairs: Sequence[Pair], said: Sequence[Pair], why: str) -> None:
        """End a row with which no figure agrees: it is wrong if what certainly means it (``said``) is one number."""
        if self._one_number(said) and (judgement := self._judge(said[0])) is not None:
            elsewhere = next((pair for pair in self._other_stages(said[0]) if self._agrees(pair)), None)
            stage = explain.other_stage(self._pairs.statements[elsewhere.statement]) if elsewhere else ""
            self._end(said, Match.MISMATCH, stage, judgement)
        else:
            self._ambiguous(pairs, why)

    def _telling(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Return the pairs whose numbers give away that they are one; a stage that is a tenth of another does not."""
        different = self._levels.stage["different"]
        return [
            pair
            for pair in pairs
            if (judgement := self._judge(pair)) is not None and judgement.telling and different not in pair.levels
        ]

    def _in_its_words(self, pair: Pair) -> bool:
        """Whether a figure is told in the words of the row, for its place and its period."""
        row, levels = self._recorded[pair.row], self._levels
        _, place, period, *_ = pair.levels
        if place not in (levels.place["same"], levels.place["own"]) or period is not levels.period["same"]:
            return False
        ours, theirs = wording.of_row(row), wording.read(self._pairs.statements[pair.statement].indicator)
        return ours.full == theirs.full

    # Stages of money.

    def _settle_by_stage(self, pairs: Sequence[Pair]) -> bool:
        """Settle a row that may as well mean another stage of the same money: 投资 of 总投资8600万元，完成投资5230万元.

        Args:
            pairs: of the row, none of which agrees.
        """
        others = [pair for pair in self._other_stages(pairs[0]) if self._may_mean(pair, pairs[0])]
        others = [pair for pair in self._open(others) if pair.statement not in {own.statement for own in pairs}]
        if agreeing := [pair for pair in others if self._agrees(pair) and self._believable(pair)]:
            self._agree(agreeing, explain.by_stage())
        elif others:
            every = [*pairs, *others]
            self._differ(every, self._telling(every), explain.stages())
        return bool(others)

    def _other_stages(self, first: Pair) -> list[Pair]:
        """Return the pairs of a row with other stages of the money of which a figure tells, in the same sentence."""
        statement = self._pairs.statements[first.statement]
        if not statement.stages:
            return []
        sentences = _sentences(statement)
        return [
            pair
            for pair in self._staged.get(first.row, ())
            if not (other := self._pairs.statements[pair.statement]).part
            and not other.stages & statement.stages
            and sentences & _sentences(other)
        ]

    def _may_mean(self, pair: Pair, first: Pair) -> bool:
        """Whether the words of a row name the stage of one figure as well as that of another."""
        ours, order = self._pairs.stages[pair.row], list(self._levels.stage)
        if pair.likeness < self._levels.similar:
            return False
        one, other = (stages.fit(ours, self._pairs.statements[each.statement].stages) for each in (pair, first))
        return order.index(one) <= order.index(other)

    def _share(self, certain: Sequence[Pair]) -> None:
        """Decide on rows all of whose figures went to other rows."""
        for _, own in sorted(_by_row(certain).items()):
            if own[0].row not in self._rows:
                best = max(own, key=lambda pair: pair.score)
                self._share_row([pair for pair in own if _near(pair, best)])

    def _share_row(self, pairs: Sequence[Pair]) -> None:
        """Decide on a row some of whose figures are another row's: it may say the same, but they do not prove it wrong."""
        agreeing = [pair for pair in pairs if self._agrees(pair)]
        if agreeing:
            self._agree(agreeing, explain.also())
        else:
            self._ambiguous(sorted(pairs, key=lambda pair: pair.statement), explain.shared())

    def _contradicted(self, pairs: Sequence[Pair], agreeing: Sequence[Pair]) -> bool:
        """Whether another report says of certainly the same thing what contradicts the row."""
        sources = set().union(*(self._sources(pair) for pair in agreeing))
        return any(
            pair.likeness >= IDENTICAL and not self._sources(pair) <= sources
            for pair in pairs
            if not self._agrees(pair)
        )

    def _sources(self, pair: Pair) -> set[tuple[int, int]]:
        """Return the articles that state a figure, each with its document."""
        return {(place.document, place.article) for place in self._pairs.statements[pair.statement].places}

    def _one_number(self, pairs: Sequence[Pair]) -> bool:
        statements = [self._pairs.statements[pair.statement] for pair in pairs]
        return len({(one.base_value, one.value_max) for one in statements}) == 1

    # What is left in doubt.

    def _confirm(self, doubtful: Sequence[Pair]) -> None:
        """Let rows have the figures that probably are theirs and say the same."""
        agreeing = [pair for pair in doubtful if self._agrees(pair) and self._believable(pair)]
        for _, tied in groupby(sorted(agreeing, key=_rank), key=lambda pair: _rank(pair)[0]):
            for own in _by_row(self._open(tied)).values():
                self._agree(own, explain.confirmed())

    def _believable(self, pair: Pair) -> bool:
        """Whether two numbers that agree do so because they are one."""
        if pair.likeness >= self._levels.similar:
            return True
        return len(digits(self._number(pair.row).value)) >= _SIGNIFICANT

    def _suspect(self, doubtful: Sequence[Pair]) -> None:
        """Name what nearly fits: wrong where the numbers give it away, else open."""
        near = [pair for pair in doubtful if pair.likeness >= self._levels.similar]
        for own in _by_row(near).values():
            own.sort(key=lambda pair: (-pair.score, pair.statement))
            telling = self._telling(own)
            if all(self._judge(pair) is None for pair in own):
                self._end(own, Match.UNCHECKED, explain.masked(), None)
            elif len(telling) == 1:
                self._end(telling, Match.MISMATCH, "", self._judge(telling[0]))
            else:
                self._ambiguous(own, explain.doubtful())

    def _miss(self) -> None:
        """Say of the rows that are left what came near them."""
        weak = _by_row(pair for pair in self._pairs.possible if pair.row not in self._rows)
        for row in range(len(self._recorded)):
            if row in self._rows:
                continue
            pair = self._pairs.missed.get(row)
            if pair is None:
                near = self._nearest(row, weak.get(row, ()))
                self._rows[row] = _Settled(Match.LEDGER_ONLY, explain.nothing(self._recorded[row], near))
            else:
                self._rows[row] = _Settled(
                    Match.NOT_COMPARABLE,
                    explain.missed(self._recorded[row], self._pairs.statements[pair.statement], pair),
                    pair=pair,
                )
                if pair.statement not in self._taken:
                    self._taken[pair.statement] = row

    def _nearest(self, row: int, weak: Sequence[Pair]) -> tuple[Pair, Statement] | None:
        """Return what a row was not found to mean, the best of it."""
        if not weak:
            return self._pairs.rejected.get(row)
        best = max(weak, key=lambda pair: (pair.score, -pair.statement))
        return best, self._pairs.statements[best.statement]

    # Ends.

    def _agree(self, agreeing: Sequence[Pair], why: str = "") -> None:
        order = list(Match)
        judged = [(pair, self._judge(pair)) for pair in sorted(agreeing, key=lambda pair: pair.statement)]
        known = [(pair, judgement) for pair, judgement in judged if judgement is not None]
        pair, judgement = min(known, key=lambda one: (order.index(one[1].match), one[0].statement))
        rest = [other for other, _ in known if other is not pair]
        self._end([pair, *rest], judgement.match, why, judgement)

    def _ambiguous(self, pairs: Sequence[Pair], why: str) -> None:
        self._end(pairs, Match.AMBIGUOUS, why, None)

    def _end(self, pairs: Sequence[Pair], verdict: Match, why: str, judgement: Judgement | None) -> None:
        """Give a row its verdict and the figures that share it, the first of them as its own."""
        row, first = pairs[0].row, pairs[0]
        statements = [self._pairs.statements[pair.statement] for pair in pairs]
        recorded, others = self._recorded[row], tuple(pair.statement for pair in pairs[1:])
        grounds = explain.grounds(recorded, statements[0], first) + (why if judgement else "")
        reason = explain.reason(recorded, statements, verdict, judgement, why)
        self._rows[row] = _Settled(verdict, reason, grounds, first, others, judgement)
        for pair in pairs:
            if self._taken.setdefault(pair.statement, row) == row:
                self._when.setdefault(pair.statement, self._round)

    # Items.

    def _row_items(self) -> Iterable[ComparisonItem]:
        for row in range(len(self._recorded)):
            settled = self._rows[row]
            pair, judgement = settled.pair, settled.judgement
            named = (pair.statement, *settled.others) if pair else ()
            refs = self._refs(number for number in named if self._taken[number] == row)
            yield ComparisonItem(
                verdict=settled.verdict,
                reason=settled.reason,
                grounds=settled.grounds,
                recorded=row,
                reported=refs[0] if refs else None,
                others=refs[1:],
                see=self._refs([pair.statement])[0] if pair and not refs else None,
                difference=judgement.difference if judgement else None,
                relative=judgement.relative if judgement else None,
                score=round(pair.score, 3) if pair else 0.0,
            )

    def _other_items(self) -> Iterable[ComparisonItem]:
        left = self._pairs.covered - self._taken.keys()
        nearest: dict[int, Pair] = {}
        for pair in (*self._pairs.possible, *self._pairs.missed.values()):
            best = nearest.get(pair.statement)
            if pair.statement in left and (best is None or pair.score > best.score):
                nearest[pair.statement] = pair
        for refs, number in sorted((self._refs([number]), number) for number in left):
            statement = self._pairs.statements[number]
            yield ComparisonItem(
                verdict=Match.UNCHECKED if statement.redacted else Match.REPORT_ONLY,
                reason=explain.unclaimed(statement, nearest.get(number), self._recorded),
                reported=refs[0],
                others=refs[1:],
            )

    def _refs(self, numbers: Iterable[int]) -> tuple[FigureRef, ...]:
        return tuple(ref for number in numbers for ref in self._pairs.statements[number].refs)


def _sentences(statement: Statement) -> set[tuple[int, int]]:
    """Return where the sentences begin that hold a statement, each with its document."""
    return {(place.document, place.sentence) for place in statement.places}


def _rank(pair: Pair) -> tuple[int, int, int]:
    return -int(pair.score * _TIE), pair.row, pair.statement


def _near(pair: Pair, best: Pair) -> bool:
    """Whether a pair is as good as another."""
    return pair.score > best.score - 1 / _TIE


def _by_row(pairs: Iterable[Pair]) -> dict[int, list[Pair]]:
    rows: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        rows[pair.row].append(pair)
    return dict(rows)


def _connected(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Return the pairs in groups that share neither row nor figure."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for pair in pairs:
        left, right = sorted((root(("row", pair.row)), root(("figure", pair.statement))))
        parent[right] = left
    groups: defaultdict[tuple[str, int], list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[root(("row", pair.row))].append(pair)
    return list(groups.values())
