"""The comparison: rows → pairs → measures, classes, errors."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from extractor.evaluate.rows import predict
from extractor.resources.units import unit_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from extractor.evaluate.rows import Golden, Row

FUNDER_LIKENESS = 0.66
INDICATOR_LIKENESS = 0.5
"""Character F1 from which a funder or an indicator counts as the same."""

_TOLERANCE = Decimal("1e-6")
_UNLIKE = re.compile(r"[\s,，、的]")
_DEIXIS = re.compile(r"^[我全该本]")
_RANK = re.compile(r"(?<=.)[村乡镇县市区]$")
# The guidelines let "8个村" be 8 个 or 8 村, so the two must not count as different.
_ONE_UNIT = dict.fromkeys(("个", "村", "组", "乡镇", "乡", "镇", "县", "市", "省", "区", "省市"), "个") | {
    "名": "人", "位": "人", "千米": "公里", "km": "公里", "㎡": "平方米",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold row and the predicted row that stands for it; at most one of them is ``None``.

    The predicted row's ``part_of`` and ``pair`` are rewritten to the gold rows they reach (:func:`align`).
    """

    gold: Row | None
    predicted: Row | None

    @property
    def row(self) -> Row:
        """The gold row, or of a spurious pair the predicted one.

        Raises:
            ValueError: the pair holds neither.
        """
        row = self.gold or self.predicted
        if row is None:
            raise ValueError("a pair without a row")
        return row


@dataclass(frozen=True, slots=True)
class F1:
    """Precision and recall as their counts."""

    hits: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the predicted that is right; 0 when nothing is predicted."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that is found; 0 when there is no gold."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def value(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hits / (self.predicted + self.gold) if self.hits else 0.0


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a likeness in [0, 1] over matched pairs; 0 when nothing matched."""

    total: float
    count: int

    @property
    def value(self) -> float:
        """The mean."""
        return self.total / self.count if self.count else 0.0


Score: TypeAlias = dict[str, F1 | Mean]


def compare(golden: Golden) -> list[Pair]:
    """Extract an annotated document and pair what is found with its gold rows."""
    return align(golden.rows, predict(golden.document))


def align(gold: Sequence[Row], predicted: Sequence[Row]) -> list[Pair]:
    """Pair the rows of one document: overlapping spans, each row used once, best overlap first.

    Both sequences are ordered by ``(start, end)``. Rows without a partner become pairs of their own.
    """
    chosen = _best_overlaps(gold, predicted)
    to_gold = {predicted[j].start: gold[i].start for i, j in chosen.items()}

    def translated(row: Row) -> Row:
        # A link to an unmatched figure must equal no gold link: gold offsets are never negative.
        part_of, pair = (None if link is None else to_gold.get(link, -link - 1) for link in (row.part_of, row.pair))
        return replace(row, part_of=part_of, pair=pair)

    pairs = [Pair(row, translated(predicted[chosen[i]]) if i in chosen else None) for i, row in enumerate(gold)]
    used = set(chosen.values())
    return pairs + [Pair(None, translated(row)) for j, row in enumerate(predicted) if j not in used]


def _best_overlaps(gold: Sequence[Row], predicted: Sequence[Row]) -> dict[int, int]:
    """Return positions in ``gold`` → positions in ``predicted``."""
    starts = [row.start for row in predicted]
    longest = max((row.end - row.start for row in predicted), default=0)
    candidates = []
    for i, row in enumerate(gold):
        for j in range(bisect_left(starts, row.start - longest), bisect_left(starts, row.end)):
            shared = min(row.end, predicted[j].end) - max(row.start, predicted[j].start)
            if shared > 0:
                width = max(row.end - row.start, predicted[j].end - predicted[j].start)
                candidates.append((shared / width, i, j))
    chosen: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(candidates, reverse=True):
        if i not in chosen and j not in used:
            chosen[i] = j
            used.add(j)
    return chosen


def score(pairs: Iterable[Pair]) -> Score:
    """Measure pairs of one or several documents.

    Returns:
        ``figure`` (right value), ``span`` (right offsets), ``part_of``, ``pair`` and ``fact`` (all that makes a figure
        usable) as :class:`F1`; the attributes as :class:`Mean` over matched pairs.
    """
    pairs = list(pairs)
    gold = [pair.gold for pair in pairs if pair.gold]
    predicted = [pair.predicted for pair in pairs if pair.predicted]
    both = [(pair.gold, pair.predicted) for pair in pairs if pair.gold and pair.predicted]

    def matched(same: Callable[[Row, Row], bool]) -> F1:
        return F1(sum(same(g, p) for g, p in both), len(predicted), len(gold))

    def linked(link: Callable[[Row], int | None]) -> F1:
        hits = sum(link(g) is not None and link(g) == link(p) for g, p in both)
        return F1(hits, sum(link(p) is not None for p in predicted), sum(link(g) is not None for g in gold))

    result: Score = {
        "figure": matched(SAME["value"]),
        "span": matched(lambda g, p: (g.start, g.end) == (p.start, p.end)),
    }
    for name, same in SAME.items():
        result[name] = Mean(sum(same(g, p) for g, p in both), len(both))
    result["indicator"] = Mean(sum(likeness(g.indicator, p.indicator) for g, p in both), len(both))
    result["place"] = Mean(sum(_place_likeness(g, p) for g, p in both), len(both))
    result["part_of"] = linked(lambda row: row.part_of)
    result["pair"] = linked(lambda row: row.pair)
    result["fact"] = matched(_same_fact)
    return result


def likeness(left: str | None, right: str | None) -> float:
    """Return the F1 of the characters of two phrases, blanks, commas and 的 left aside."""
    a, b = (_UNLIKE.sub("", phrase or "") for phrase in (left, right))
    if not a or not b:
        return float(a == b)
    return 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))


def _same_number(left: Decimal | None, right: Decimal | None) -> bool:
    if left is None or right is None:
        return left is right
    return abs(left - right) <= _TOLERANCE * max(Decimal(1), abs(left), abs(right))


def _place_likeness(gold: Row, predicted: Row) -> float:
    """Return the F1 of two sets of names; 全乡 is 乡 and 团结村 is 团结."""
    a, b = ({_RANK.sub("", _DEIXIS.sub("", name)) for name in row.place} for row in (gold, predicted))
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def _same_fact(gold: Row, predicted: Row) -> bool:
    attributes = ("value", "unit", "modifier", "status", "project_type")
    return all(SAME[name](gold, predicted) for name in attributes) and _same_indicator(gold, predicted)


def _same_indicator(gold: Row, predicted: Row) -> bool:
    return likeness(gold.indicator, predicted.indicator) >= INDICATOR_LIKENESS


def _unit(row: Row) -> str | None:
    return _ONE_UNIT.get(row.unit or "", row.unit)


SAME: dict[str, Callable[[Row, Row], bool]] = {
    "value": lambda g, p: _same_number(g.value, p.value) and _same_number(g.value_max, p.value_max),
    "unit": lambda g, p: _unit(g) == _unit(p),
    "modifier": lambda g, p: g.modifier == p.modifier,
    "status": lambda g, p: g.status == p.status,
    "project_type": lambda g, p: g.project_type == p.project_type,
    "period": lambda g, p: g.period == p.period,
    "funder": lambda g, p: likeness(g.funder, p.funder) >= FUNDER_LIKENESS,
    "pct": lambda g, p: g.pct == p.pct,
}
"""When a matched pair agrees in an attribute."""


def _dimension(row: Row) -> str:
    try:
        return unit_named(row.unit or "").dimension
    except KeyError:
        return "(unknown unit)"


CLASSES: dict[str, Callable[[Row], str]] = {
    "dimension": _dimension,
    "project_type": lambda row: row.project_type or "(none)",
    "status": lambda row: row.status or "(none)",
    "unit": lambda row: row.unit or "(none)",
}
"""What figures can be told apart by."""


def by_class(pairs: Iterable[Pair], name: str) -> dict[str, Score]:
    """Measure each class of :data:`CLASSES`\\ ``[name]`` for itself, most frequent first.

    A pair belongs to the class of its gold row; a spurious one to that of its predicted row.
    """
    classify = CLASSES[name]
    classes: dict[str, list[Pair]] = {}
    for pair in pairs:
        classes.setdefault(classify(pair.row), []).append(pair)
    ordered = sorted(classes.items(), key=lambda item: (-len(item[1]), item[0]))
    return {label: score(members) for label, members in ordered}


def errors(pairs: Iterable[Pair]) -> dict[str, list[Pair]]:
    """Return the pairs that differ, by what is wrong with them, in the order of the text.

    Keys: ``missed``, ``spurious``, ``span``, the names of :data:`SAME`, ``indicator``, ``place``, ``part_of``,
    ``pair``. A pair stands under each key that applies; keys without errors are left out.
    """
    checks: dict[str, Callable[[Row, Row], bool]] = {
        "span": lambda g, p: (g.start, g.end) == (p.start, p.end),
        **SAME,
        "indicator": _same_indicator,
        "place": lambda g, p: _place_likeness(g, p) == 1.0,
        "part_of": lambda g, p: g.part_of == p.part_of,
        "pair": lambda g, p: g.pair == p.pair,
    }
    found: dict[str, list[Pair]] = {name: [] for name in ("missed", "spurious", *checks)}
    for pair in pairs:
        if pair.gold is None or pair.predicted is None:
            found["missed" if pair.gold else "spurious"].append(pair)
            continue
        for name, same in checks.items():
            if not same(pair.gold, pair.predicted):
                found[name].append(pair)
    return {name: members for name, members in found.items() if members}
