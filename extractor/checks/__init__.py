"""勾稽: the arithmetic that a report claims about its own figures, recomputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.checks import bounds, growth, percents, rates, repeats, rests, sums, tables
from extractor.checks.verdicts import judge
from extractor.checks.view import views
from extractor.types import CheckKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.checks.claim import Claim
    from extractor.checks.view import View
    from extractor.types import CheckResult, Extraction

__all__ = ["check"]

_PROSE = (sums.find, percents.find, growth.find, rates.find, bounds.find, repeats.find, rests.find)


def check(extraction: Extraction) -> tuple[CheckResult, ...]:
    """Recompute every claim that a text makes about its own figures.

    Args:
        extraction: of one text.

    Returns:
        The claims in the order in which the text states their results; ``figures`` are ``start`` offsets.
    """
    results: dict[str, CheckResult] = {}
    for view in views(extraction):
        for readings in (*_of_prose(view), *((claim,) for claim in tables.find(view))):
            result = next(filter(None, map(judge, readings)), None)
            if result is not None and _is_news(result, results.get(result.key)):
                results[result.key] = result
    kept = _without_fragments(results.values())
    return tuple(sorted(kept, key=lambda result: [figure.start for figure in result.figures]))


def _of_prose(view: View) -> Iterator[Iterable[Claim]]:
    """The readings of each claim of the prose, which what stands in several cells of a table is not."""
    cells = tables.cells(view)
    for rule in _PROSE:
        for told in rule(view):
            readings = told if isinstance(told, tuple) else (told,)
            yield [claim for claim in readings if not tables.is_read_across(cells, claim)]


def _without_fragments(results: Iterable[CheckResult]) -> Iterator[CheckResult]:
    """The results, less sums of some parts of a total where the sum of more of them is flagged: one error is told once."""
    flagged: dict[int, list[frozenset[int]]] = {}
    told = list(results)
    for result in told:
        if result.verdict is Verdict.FAILS and result.kind in _SUMS:
            flagged.setdefault(result.figures[0].start, []).append(_parts(result))
    for result in told:
        longer = flagged.get(result.figures[0].start, ()) if result.kind in _SUMS else ()
        fragment = result.verdict is Verdict.FAILS or result.kind is CheckKind.PARTS
        if not (fragment and any(_parts(result) < parts for parts in longer)):
            yield result


def _parts(result: CheckResult) -> frozenset[int]:
    return frozenset(figure.start for figure in result.figures[1:])


def _is_news(result: CheckResult, known: CheckResult | None) -> bool:
    """Whether a reading of some figures tells more than the one known: that they fail, or anything but unchecked."""
    if known is None:
        return True
    return _WEIGHT[result.verdict] > _WEIGHT[known.verdict]


_SUMS = frozenset((CheckKind.SUM, CheckKind.PARTS))
_WEIGHT = {
    Verdict.UNCHECKED: 0, Verdict.HOLDS: 1, Verdict.WITHIN_ROUNDING: 1, Verdict.TRUNCATED: 1, Verdict.FAILS: 2,
}  # fmt: skip
