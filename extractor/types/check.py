"""What came of recomputing a claim that a report makes about its own figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CheckKind(StrEnum):
    """Which arithmetic a report claims."""

    SUM = "sum"
    PARTS = "parts"
    CROSS_SUM = "cross_sum"
    SHARE = "share"
    PROGRESS = "progress"
    RATE = "rate"
    GROWTH = "growth"
    DIFFERENCE = "difference"
    MEAN = "mean"
    PRODUCT = "product"
    COMPLEMENT = "complement"
    HOUSEHOLD_SIZE = "household_size"
    REPEAT = "repeat"
    PERCENT_BOUND = "percent_bound"


HOUSEHOLD_SIZES = (1, 10)
"""How many people live in a household, at least and at most: what :attr:`CheckKind.HOUSEHOLD_SIZE` holds a text to."""


class Verdict(StrEnum):
    """Whether the claim holds; ``unchecked`` always comes with a reason."""

    HOLDS = "holds"
    WITHIN_ROUNDING = "within_rounding"
    TRUNCATED = "truncated"
    FAILS = "fails"
    UNCHECKED = "unchecked"


class Severity(StrEnum):
    """What a person should do about a claim that fails."""

    MUST_FIX = "must_fix"
    PLEASE_VERIFY = "please_verify"


class Cause(StrEnum):
    """What probably went wrong, where the numbers give it away."""

    LOST_POINT = "lost_point"
    POWER_OF_TEN = "power_of_ten"
    UNIT = "unit"
    TRANSPOSED = "transposed"
    DIGIT = "digit"
    LOST_DIGIT = "lost_digit"
    MISSING_PART = "missing_part"
    OTHER_BASE = "other_base"


class Role(StrEnum):
    """The part that a figure plays in a claim."""

    RESULT = "result"
    PART = "part"
    WHOLE = "whole"
    OLD = "old"
    NEW = "new"
    DIVISOR = "divisor"
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class CheckFigure:
    """A figure in a claim, by its ``start`` offset."""

    start: int
    role: Role


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One claim recomputed.

    ``figures`` are the figures it relates, the stated result first where the text states one. ``formula`` shows the
    arithmetic in words and numbers (Chinese, for people); amounts are in ``unit``. ``computed`` is what the written
    numbers give, ``low`` and ``high`` bound what they allow when each stands for its rounding interval; ``stated`` is
    what the text says, ``difference`` stated less computed. ``severity`` and ``cause`` are given for ``fails`` only,
    ``reason`` (Chinese) for ``unchecked``, and for ``fails`` where there is more to say.
    """

    kind: CheckKind
    verdict: Verdict
    figures: tuple[CheckFigure, ...]
    formula: str
    unit: str
    computed: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    stated: Decimal | None = None
    difference: Decimal | None = None
    severity: Severity | None = None
    cause: Cause | None = None
    reason: str = ""

    @property
    def key(self) -> str:
        """Name the claim by the places of its figures, the same for each extraction: ``8930=8958+8966``.

        The kind is left out, and the order of the other figures, so that a note on a finding stays with it when a rule
        reads the same figures otherwise.
        """
        first, *others = (figure.start for figure in self.figures)
        return f"{first}=" + "+".join(map(str, sorted(others)))
