"""Annotated arithmetic claims: what they are, and when a check is about the same claim.

A claim (``annotations/arithmetic``, ``docs/annotation.md``) names figures by their ``start``.
:mod:`extractor.evaluate.recompute` tells whether it holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from extractor.errors import UsageError
from extractor.resources.units import divisions
from extractor.types import CheckKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from extractor.types import CheckResult, Extraction, Figure


class Form(StrEnum):
    """What the parts of a claim are, where its kind alone does not tell."""

    PLAIN = ""
    INCREASE = "increase"
    """Growth: the new value and by how much it is more than the old one, which is not written."""
    DECREASE = "decrease"
    """Growth: the new value and by how much it is less than the old one."""
    COMPOUND = "compound"
    """Growth: the yearly rate over ``times`` years."""
    BALANCE = "balance"
    """Difference: what was there and what came, and last what went (31 members, 6 new, 1 died: 36)."""
    PAIRS = "pairs"
    """Product: a sum of products of two (31 of 8000元 and 45 of 3.5万元)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One arithmetic claim of a text.

    Figures are ``start`` offsets. ``result`` is ``None`` where no figure is the result (``complement``). ``times`` is a
    factor that words or common sense give (12 months, per 1000 people), for :attr:`Form.COMPOUND` the years.
    """

    doc: str
    kind: CheckKind
    result: int | None
    parts: tuple[int, ...]
    holds: bool
    computed: Decimal | None
    stated: Decimal | None
    note: str = ""
    form: Form = Form.PLAIN
    times: Fraction = Fraction(1)

    @property
    def figures(self) -> frozenset[int]:
        """All figures of the claim."""
        return frozenset(self.parts if self.result is None else (self.result, *self.parts))

    @classmethod
    def parse(cls, record: Mapping[str, Any]) -> Claim:
        """Return the claim of one JSON object.

        Raises:
            KeyError: a field is missing.
            ValueError: a field is not what it should be.
        """
        return cls(
            doc=record["doc"],
            kind=CheckKind(record["kind"]),
            result=record["total_or_result"],
            parts=tuple(record["parts"]),
            holds=record["holds"],
            computed=_decimal(record["computed"]),
            stated=_decimal(record["stated"]),
            note=record["note"],
            form=Form(record.get("form", "")),
            times=Fraction(record.get("times", 1)),
        )

    def record(self) -> dict[str, Any]:
        """Return the JSON object of the claim, without ``form`` and ``times`` where they say nothing."""
        fields: dict[str, Any] = {
            "doc": self.doc,
            "kind": str(self.kind),
            "total_or_result": self.result,
            "parts": list(self.parts),
            "holds": self.holds,
            "computed": _plain(self.computed),
            "stated": _plain(self.stated),
            "note": self.note,
        }
        if self.form:
            fields["form"] = str(self.form)
        if self.times != 1:
            fields["times"] = str(self.times)
        return fields

    def moved(self, place: Callable[[int], int]) -> Claim:
        """Return the claim in a text whose figures start elsewhere."""
        result = None if self.result is None else place(self.result)
        return replace(self, result=result, parts=tuple(place(part) for part in self.parts))


def read_claims(path: Path) -> list[Claim]:
    """Return the claims of a JSONL file in its order.

    Raises:
        UsageError: the file cannot be read or a line is no claim; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}：读不出来；请检查路径和编码（应为 UTF-8）", f"{path}: {error}") from error
    claims = []
    for number, line in enumerate(lines, 1):
        try:
            claims.append(Claim.parse(json.loads(line, parse_float=Decimal)))
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            raise UsageError(f"{path} 第 {number} 行不是勾稽标注；请检查该行", f"{path}:{number}: {error!r}") from error
    return claims


_FAMILIES = {
    CheckKind.SHARE: "share",
    CheckKind.PROGRESS: "share",
    CheckKind.RATE: "share",
    CheckKind.SUM: "sum",
    CheckKind.CROSS_SUM: "sum",
    CheckKind.PARTS: "sum",
}
"""Kinds whose difference does not change the arithmetic."""

FOUND = frozenset((Verdict.HOLDS, Verdict.WITHIN_ROUNDING, Verdict.TRUNCATED))
"""Verdicts by which a claim that holds is found."""


def family(kind: CheckKind) -> str:
    """Return what stands for the kind and the kinds that are the same arithmetic."""
    return _FAMILIES.get(kind, str(kind))


def fitting(claim: CheckKind, result: CheckKind) -> bool:
    """Whether a check of one kind may be about a claim of the other; a - b = c may be checked as b + c = a."""
    return family(claim) == family(result) or (claim is CheckKind.DIFFERENCE and family(result) == "sum")


class ExtractedFigures:
    """The figures of an extraction, by the annotated offsets that claims use."""

    def __init__(self, extraction: Extraction) -> None:
        """Take the figures of ``extraction``."""
        self._figures = {figure.start: figure for figure in extraction.figures}
        self._at = {place: figure.start for figure in extraction.figures for place in range(figure.start, figure.end)}

    def at(self, start: int) -> int:
        """Return where the figure that covers an annotated offset starts, the offset itself where none does."""
        return self._at.get(start, start)

    def of(self, claim: Claim) -> frozenset[int]:
        """Return the starts of a claim's figures as they were extracted."""
        return frozenset(self.at(start) for start in claim.figures)

    def restate(self, left: frozenset[int], right: frozenset[int]) -> bool:
        """Whether each of some figures says the same amount in the same unit as one of the others, one to one."""
        said = [sorted(_amount(self._figures.get(start)) for start in starts) for starts in (left, right)]
        return said[0] == said[1] and all(start in self._figures for start in left | right)


def _amount(figure: Figure | None) -> tuple[Decimal, str]:
    if figure is None or figure.base_value is None:
        return Decimal(-1), ""
    return figure.base_value, "个" if figure.base_unit in divisions() else figure.base_unit


def same_claim(claim: Claim, result: CheckResult, figures: ExtractedFigures) -> bool:
    """Whether a check is about an annotated claim.

    It is when the kinds fit and the sets of figures are equal, or differ only in figures that restate each other (the
    same amount and unit, written elsewhere in the text).
    """
    if not fitting(claim.kind, result.kind):
        return False
    claimed = figures.of(claim)
    checked = frozenset(figure.start for figure in result.figures)
    return claimed == checked or figures.restate(claimed - checked, checked - claimed)


def is_found(claim: Claim, results: Sequence[CheckResult], figures: ExtractedFigures) -> bool:
    """Whether some check confirms the claim."""
    return any(result.verdict in FOUND and same_claim(claim, result, figures) for result in results)


def touches(claim: Claim, result: CheckResult, figures: ExtractedFigures) -> bool:
    """Whether a check has the claim's result among its figures, or at least half of all its figures.

    This is what a flag must do to point a reader to the claim, whichever kind it calls it.
    """
    claimed = figures.of(claim)
    checked = frozenset(figure.start for figure in result.figures)
    stated = claim.result is not None and figures.at(claim.result) in checked
    return stated or 2 * len(claimed & checked) >= len(claimed)


def reveals(result: CheckResult, changed: int | None, broken: Sequence[Claim], figures: ExtractedFigures) -> bool:
    """Whether a flag shows a planted error: it has the changed figure, or touches a claim that the error breaks.

    Args:
        result: a check.
        changed: where the changed figure starts, ``None`` where one was dropped.
        broken: the claims that do not hold because of it.
        figures: the figures of the extraction.
    """
    if result.verdict is not Verdict.FAILS:
        return False
    place = None if changed is None else figures.at(changed)
    return any(figure.start == place for figure in result.figures) or any(
        touches(claim, result, figures) for claim in broken
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """What a checker makes of the annotated claims of one text.

    ``found`` and ``missed`` are the claims that hold, ``flagged`` and ``unflagged`` those that do not; ``strays`` are
    the flags that are about none of these.
    """

    found: tuple[Claim, ...]
    missed: tuple[Claim, ...]
    flagged: tuple[Claim, ...]
    unflagged: tuple[Claim, ...]
    strays: tuple[CheckResult, ...]


def findings(claims: Sequence[Claim], results: Sequence[CheckResult], extraction: Extraction) -> Findings:
    """Compare the checks of an extraction with the annotated claims of its text."""
    figures = ExtractedFigures(extraction)
    flags = [result for result in results if result.verdict is Verdict.FAILS]
    holding = [claim for claim in claims if claim.holds]
    failing = [claim for claim in claims if not claim.holds]
    found = [claim for claim in holding if is_found(claim, results, figures)]
    flagged = [claim for claim in failing if any(touches(claim, flag, figures) for flag in flags)]
    return Findings(
        found=tuple(found),
        missed=tuple(claim for claim in holding if claim not in found),
        flagged=tuple(flagged),
        unflagged=tuple(claim for claim in failing if claim not in flagged),
        strays=tuple(flag for flag in flags if not any(touches(claim, flag, figures) for claim in failing)),
    )


def _decimal(raw: object) -> Decimal | None:
    return None if raw is None else Decimal(str(raw))


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
