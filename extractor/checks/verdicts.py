"""From claims to results: the verdict, how far it is off, why, and whether a person should look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from extractor.checks.causes import Explanation, likely
from extractor.checks.claim import Claim, Trust, evaluate, holds, is_qualified
from extractor.checks.wording import formula, labels, terms
from extractor.intervals import as_decimal
from extractor.types import Cause, CheckFigure, CheckKind, CheckResult, Role, Severity, Verdict

if TYPE_CHECKING:
    from extractor.intervals import Number

# How far a failing claim may miss, as a share of the smaller number, and still be taken for meant.
_NEAR = {
    Trust.QUIET: Fraction(0), Trust.FAINT: Fraction(0), Trust.LIKELY: Fraction(1, 4), Trust.SAID: Fraction(3, 5),
}  # fmt: skip
_WHOLE = Fraction(100)
_LEFT = Fraction(1, 4)  # of a total, which the parts of a list that lacks one still make


def judge(claim: Claim) -> CheckResult | None:
    """Return what came of a claim; ``None`` for one that the text hardly makes and that does not hold."""
    numbers = [item.number for item in claim.items]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None if claim.trust < Trust.LIKELY else unchecked(claim, "数字被隐去，无法验算")
    if claim.trust is Trust.QUIET and not holds(claim):
        return None
    try:
        verdict, point, allowed = evaluate(claim, known)
    except ValueError:
        return None if claim.trust < Trust.LIKELY else unchecked(claim, "基数为零或为负，无法验算")
    if claim.bound and verdict is Verdict.HOLDS and len(claim.terms) > 1:
        whole = judge(replace(claim, kind=CheckKind.SUM, bound=False, trust=Trust.FAINT))
        if whole is not None:
            return whole
    slip = likely(claim, known, point) if verdict is Verdict.FAILS else None
    if verdict is Verdict.FAILS and not _is_flag(claim, known, point, slip):
        return None
    notes = [claim.note, slip.reason if slip else ""]
    return CheckResult(
        kind=claim.kind,
        verdict=verdict,
        figures=figures_of(claim),
        formula=formula(claim, point),
        unit=claim.stated.figure.base_unit,
        computed=as_decimal(point),
        low=None if allowed.low is None else as_decimal(allowed.low),
        high=None if allowed.high is None else as_decimal(allowed.high),
        stated=as_decimal(known[0].value),
        difference=as_decimal(known[0].value - point),
        severity=_severity(claim, known) if verdict is Verdict.FAILS else None,
        cause=slip.cause if slip else None,
        reason="；".join(note for note in notes if note),
    )


def _is_flag(claim: Claim, numbers: Sequence[Number], point: Fraction, slip: Explanation | None) -> bool:
    """Whether a claim that does not hold is worth a person's time: the text makes it, and it misses by a slip.

    What is wide of the mark and explained by no slip is rather a claim that the text does not make.
    """
    if claim.trust is Trust.QUIET:
        return False
    if claim.trust is Trust.PLAIN or claim.range or is_near(claim, numbers, point):
        return True
    if slip is None:
        return _exceeds(claim, numbers, point)
    if slip.cause is Cause.MISSING_PART and claim.trust is Trust.SAID:
        return point >= numbers[0].value * _LEFT
    if slip.cause is Cause.DIGIT:
        return slip.digits >= _digits_for(claim)
    return slip.is_telling(sure=claim.trust > Trust.FAINT) or (claim.trust is Trust.SAID and slip.cause in _SLIPS)


def _exceeds(claim: Claim, numbers: Sequence[Number], point: Fraction) -> bool:
    """调解14起，成功40起，成功率97.5%: the part is more than its whole, though the percentage says that it is not."""
    told = claim.kind is CheckKind.RATE and claim.trust is Trust.SAID and claim.stated.figure.unit == "%"
    return told and point > _WHOLE >= numbers[0].value


def _digits_for(claim: Claim) -> int:
    """Of how many digits one must be wrong to explain a failure: few where the words make the claim, or where its result

    is a percentage, which other figures give hardly by chance.
    """
    if claim.trust is Trust.SAID or (claim.kind is CheckKind.GROWTH and claim.trust is Trust.LIKELY):
        return 2
    return 3 if claim.kind in _PERCENTAGES else 4


_PERCENTAGES = frozenset((CheckKind.SHARE, CheckKind.PROGRESS, CheckKind.RATE, CheckKind.GROWTH))
_SLIPS = frozenset((Cause.LOST_POINT, Cause.POWER_OF_TEN, Cause.UNIT, Cause.TRANSPOSED, Cause.LOST_DIGIT))


def is_near(claim: Claim, numbers: Sequence[Number], point: Fraction) -> bool:
    """Whether a claim misses by no more than a slip does: a difference as a share of what is compared, growth of 100."""
    stated = numbers[0].value
    if claim.kind is CheckKind.DIFFERENCE:
        scale = max(abs(number.value) for number in numbers[1:])
    elif claim.kind is CheckKind.GROWTH:
        scale = _WHOLE
    else:
        scale = min(abs(stated), abs(point))
    return abs(stated - point) <= _NEAR.get(claim.trust, Fraction(1)) * scale


def unchecked(claim: Claim, reason: str) -> CheckResult:
    """Return that a claim could not be recomputed, and why."""
    return CheckResult(
        claim.kind,
        Verdict.UNCHECKED,
        figures_of(claim),
        f"{terms(claim)} 应为 {labels(claim)[claim.stated]}",
        claim.stated.figure.base_unit,
        reason=reason,
    )


def figures_of(claim: Claim) -> tuple[CheckFigure, ...]:
    """Return the figures of a claim with their roles, the stated result first."""
    terms = (CheckFigure(item.start, role) for item, role in claim.terms)
    return (CheckFigure(claim.stated.start, Role.RESULT), *terms)


def _severity(claim: Claim, numbers: Sequence[Number]) -> Severity:
    return Severity.MUST_FIX if claim.trust >= Trust.SAID and not is_qualified(numbers) else Severity.PLEASE_VERIFY
