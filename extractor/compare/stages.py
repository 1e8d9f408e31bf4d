"""At what stage of its way a ledger tells a sum of money, and a report: :mod:`extractor.resources.money_stages`."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.resources.money_stages import PROJECTED, UNSAID, Stages, stages_of
from extractor.types import Status

__all__ = ["PROJECTED", "UNSAID", "Stages", "fit", "of_recorded", "of_reported"]

_LEADS = {Status.ACTUAL: "完成", Status.PLANNED: "计划", Status.STANDARD: "", None: ""}
"""What a status adds to the name of an indicator: 总投资 that is 已完成 is 完成投资."""


def of_recorded(indicator: str, status: Status | None) -> Stages:
    """Return the stages that the name of a ledger's indicator may mean, with its status.

    总投资 that is 已完成 may be what the project cost, or what has been spent on it.
    """
    return stages_of(indicator) | stages_of(_LEADS[status] + indicator)


def of_reported(indicator: str, clause: Sequence[str]) -> Stages:
    """Return the stages that a figure may be of.

    Args:
        indicator: of the figure.
        clause: what stands beside the figure in its clause; the first that names a stage is believed.
    """
    return next((found for text in clause if (found := stages_of(text))), UNSAID) or stages_of(indicator)


def fit(recorded: Stages, reported: Stages) -> str:
    """Return the name of the level that two reach."""
    if not recorded or not reported:
        return "unsaid" if recorded or reported else "silent"
    if recorded == reported:
        return "same"
    return "shared" if recorded & reported else "different"
