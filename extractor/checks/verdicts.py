"""From claims to results: the verdict, how far it is off, why, and whether a person should look at it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.checks.causes import likely
from extractor.checks.claim import Claim, Trust, evaluate, is_qualified
from extractor.checks.wording import formula, label
from extractor.intervals import as_decimal
from extractor.types import Cause, CheckFigure, CheckResult, Role, Severity, Verdict

if TYPE_CHECKING:
    from extractor.intervals import Number

# How far a failing claim may miss, as a share of the smaller number, and still be taken for meant.
_NEAR = {Trust.LIKELY: Fraction(1, 10), Trust.SAID: Fraction(1, 3)}
_DIGITS = 3
_TELLING = frozenset((Cause.LOST_POINT, Cause.POWER_OF_TEN, Cause.TRANSPOSED, Cause.LOST_DIGIT))


def judge(claim: Claim) -> CheckResult | None:
    """Return what came of a claim; ``None`` for one that is only suggested by its numbers and does not hold."""
    numbers = [item.number for item in claim.items]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None if claim.trust is Trust.QUIET else unchecked(claim, "数字被隐去，无法验算")
    try:
        verdict, point, allowed = evaluate(claim, known)
    except ValueError:
        return None
    stated = known[0].value
    cause: tuple[Cause, str] | None = None
    if verdict is Verdict.FAILS:
        cause = likely(claim, known)
        if not _is_flag(claim, known, point, cause):
            return None
    notes = [claim.note, cause[1] if cause else ""]
    return CheckResult(
        kind=claim.kind,
        verdict=verdict,
        figures=figures_of(claim),
        formula=formula(claim, point),
        unit=claim.stated.figure.base_unit,
        computed=as_decimal(point),
        low=None if allowed.low is None else as_decimal(allowed.low),
        high=None if allowed.high is None else as_decimal(allowed.high),
        stated=as_decimal(stated),
        difference=as_decimal(stated - point),
        severity=_severity(claim, known) if verdict is Verdict.FAILS else None,
        cause=cause[0] if cause else None,
        reason="；".join(note for note in notes if note),
    )


def _is_flag(claim: Claim, numbers: Sequence[Number], point: Fraction, cause: tuple[Cause, str] | None) -> bool:
    """Whether a claim that does not hold is worth a person's time: the text makes it, and it misses by a slip.

    What is wide of the mark and explained by no slip is rather a claim that the text does not make.
    """
    if claim.trust is Trust.QUIET:
        return False
    stated = numbers[0].value
    near = bool(point) and bool(stated) and max(stated / point, point / stated) - 1 <= _NEAR[claim.trust]
    if claim.range or near:
        return True
    return (
        cause is not None
        and cause[0] in _TELLING
        and (claim.trust is Trust.SAID or cause[0] is Cause.LOST_DIGIT or _is_long(stated))
    )


def _is_long(amount: Fraction) -> bool:
    """Whether an amount has so many digits that others come to the same hardly by chance."""
    return len(as_decimal(amount).normalize().as_tuple().digits) >= _DIGITS


def unchecked(claim: Claim, reason: str) -> CheckResult:
    """Return that a claim could not be recomputed, and why."""
    return CheckResult(
        claim.kind,
        Verdict.UNCHECKED,
        figures_of(claim),
        claim.words.format(*(label(item) for item, _ in claim.terms)) + f" 应为 {label(claim.stated)}",
        claim.stated.figure.base_unit,
        reason=reason,
    )


def figures_of(claim: Claim) -> tuple[CheckFigure, ...]:
    """Return the figures of a claim with their roles, the stated result first."""
    terms = (CheckFigure(item.start, role) for item, role in claim.terms)
    return (CheckFigure(claim.stated.start, Role.RESULT), *terms)


def _severity(claim: Claim, numbers: Sequence[Number]) -> Severity:
    return Severity.MUST_FIX if claim.trust is Trust.SAID and not is_qualified(numbers) else Severity.PLEASE_VERIFY
