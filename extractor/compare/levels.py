"""How well one attribute of a recorded figure fits that of a reported one: ordered, labelled levels.

A pair has a level for its indicator, place, period, status, stage of money and unit; its score is the product of theirs.
A level that is not ``certain`` leaves room for doubt: such a pair may confirm a ledger, but is never enough to call it
wrong. A level of score 0 forbids the pair; ``LEVELS`` is the default, and ``replace(LEVELS, period={**LEVELS.period, …})``
another policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from extractor.types import RecordedFigure, Status


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One degree of fit: what it is worth, whether it leaves no doubt, and how it is said (Chinese)."""

    score: float
    certain: bool
    says: str


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of every attribute by name, from best to worst, and the likeness at which an indicator reaches one."""

    indicator: Mapping[str, Level] = field(
        default_factory=lambda: {
            "code": Level(1.0, True, "指标代码相同"),
            "same": Level(1.0, True, "指标相同"),
            "strong": Level(1.0, True, "指标相近"),
            "similar": Level(1.0, False, "指标略近"),
            "weak": Level(1.0, False, "指标仅部分相近"),
            "different": Level(0.0, False, "指标不同"),
        }
    )
    place: Mapping[str, Level] = field(
        default_factory=lambda: {
            "same": Level(1.0, True, "地点相同"),
            "own": Level(0.98, True, "报告所述即该地"),
            "unsaid": Level(0.96, True, "台账未写地点"),
            "unsaid_elsewhere": Level(0.9, False, "台账未写地点，报告另指一地"),
            "unknown": Level(0.9, False, "报告未写地点，台账只有一地"),
        }
    )
    period: Mapping[str, Level] = field(
        default_factory=lambda: {
            "same": Level(1.0, True, "时期相同"),
            "within": Level(0.97, True, "报告时期在台账时期之内"),
            "unknown": Level(0.9, True, "有一方未写时期"),
            "around": Level(0.8, False, "报告时期长于台账时期"),
            "different": Level(0.0, False, "时期不同"),
        }
    )
    status: Mapping[str, Level] = field(
        default_factory=lambda: {
            "same": Level(1.0, True, "状态相同"),
            "unsaid": Level(0.99, True, "台账未写状态"),
            "unsaid_planned": Level(0.85, False, "台账未写状态，报告为计划"),
            "unsaid_standard": Level(0.7, False, "台账未写状态，报告为标准"),
            "different": Level(0.0, False, "状态不同"),
        }
    )
    stage: Mapping[str, Level] = field(
        default_factory=lambda: {
            "silent": Level(1.0, True, ""),
            "same": Level(1.0, True, "资金环节相同"),
            "shared": Level(0.97, True, "资金环节相近"),
            "unsaid": Level(0.97, True, "有一方未写资金环节"),
            "different": Level(0.8, False, "资金环节不同"),
        }
    )
    unit: Mapping[str, Level] = field(
        default_factory=lambda: {
            "same": Level(1.0, True, "单位可换算"),
            "classifier": Level(0.97, True, "计数单位不同"),
            "heads": Level(0.85, False, "一方计人、一方计人次"),
            "different": Level(0.0, False, "单位不可换算"),
        }
    )
    strong: float = 0.82
    similar: float = 0.62
    weak: float = 0.3

    def of_likeness(self, likeness: float) -> Level:
        """Return the level of two indicators that are alike to this degree."""
        if likeness >= self.strong:
            return self.indicator["strong"]
        if likeness >= self.similar:
            return self.indicator["similar"]
        return self.indicator["weak" if likeness >= self.weak else "different"]

    def of_periods(self, recorded: tuple[str, str] | None, reported: tuple[str, str] | None) -> Level:
        """Return the level of two periods, each its first and last day (ISO), or ``None`` where it is not known."""
        if recorded is None or reported is None:
            return self.period["unknown"]
        if recorded == reported:
            return self.period["same"]
        if recorded[0] <= reported[0] and reported[1] <= recorded[1]:
            return self.period["within"]
        if reported[0] <= recorded[0] and recorded[1] <= reported[1]:
            return self.period["around"]
        return self.period["different"]

    def of_status(self, recorded: Status | None, reported: Status, *, projected: bool = False) -> Level:
        """Return the level of what a ledger says of its figure and what the report says.

        Args:
            recorded: the status in the ledger.
            reported: that in the report.
            projected: whether both name what a project is to cost, which is a plan by nature.
        """
        if recorded is None:
            said = reported is Status.ACTUAL or (projected and reported is Status.PLANNED)
            return self.status["unsaid" if said else f"unsaid_{reported.value}"]
        return self.status["same" if recorded is reported else "different"]

    def of_units(self, dimension: str, base_unit: str, reported_dimension: str, reported_base_unit: str) -> Level:
        """Return the level of two units, the ledger's and the report's, each by its dimension and base unit."""
        if base_unit == reported_base_unit and dimension == reported_dimension:
            return self.unit["same"]
        if dimension == reported_dimension == "count" and "/" not in base_unit + reported_base_unit:
            return self.unit["classifier"]
        if {dimension, reported_dimension} == {"people", "person_times"}:
            return self.unit["heads"]
        return self.unit["different"]


LEVELS = Levels()
"""The levels by which the program compares."""


def period_of(start: str | None, end: str | None) -> tuple[str, str] | None:
    """Return a period that has a beginning and an end."""
    return (start, end) if start and end else None


def status_of(recorded: RecordedFigure, planned: bool) -> Status | None:
    """Return what the ledger says of a figure: its status, or that its indicator speaks of a plan."""
    if recorded.status is None and planned:
        return Status.PLANNED
    return recorded.status
