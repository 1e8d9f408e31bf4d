"""Where on its way a sum of money is told: what a project is to cost, granted, arranged, arrived, passed on or spent.

上级下达资金2680万元，到位2150万元，支出1876万元 are three amounts of one thing. Words of one stage are synonyms, those of
different stages are different amounts, which may be equal. All words are those of ``money_stages.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from extractor.resources.cues import load
from extractor.types import Status

PROJECTED = "total"
"""The stage of what a project is to cost: a plan by nature, so no status need say so."""

_STAGES = (PROJECTED, "granted", "arranged", "arrived", "disbursed", "spent", "income")
_LEADS = {Status.ACTUAL: "完成", Status.PLANNED: "计划", Status.STANDARD: "", None: ""}
"""What a status adds to the name of an indicator: 总投资 that is 已完成 is 完成投资."""
_REMEMBERED = 2**14

Stages = frozenset[str]
UNSAID: Stages = frozenset()


def of_recorded(indicator: str, status: Status | None) -> Stages:
    """Return the stages that the name of a ledger's indicator may mean, with its status.

    总投资 that is 已完成 may be what the project cost, or what has been spent on it.
    """
    return _read(indicator) | _read(_LEADS[status] + indicator)


def of_reported(indicator: str, clause: Sequence[str]) -> Stages:
    """Return the stages that a figure may be of.

    Args:
        indicator: of the figure.
        clause: what stands beside the figure in its clause; the first that names a stage is believed.
    """
    return next((found for text in clause if (found := _read(text))), UNSAID) or _read(indicator)


def fit(recorded: Stages, reported: Stages) -> str:
    """Return the name of the level that two reach."""
    if not recorded or not reported:
        return "unsaid" if recorded or reported else "silent"
    if recorded == reported:
        return "same"
    return "shared" if recorded & reported else "different"


@lru_cache(_REMEMBERED)
def _read(text: str) -> Stages:
    """Return the stages that ``text`` names; one that ends it is what it is about (到位资金支出)."""
    if not _any().search(text):
        return UNSAID
    found = [(match.end(), stage) for stage, words in _patterns().items() for match in words.finditer(text)]
    last = _tail().search(text)
    ending = frozenset(stage for end, stage in found if last is not None and end >= last.start())
    named = ending or frozenset(stage for _, stage in found)
    # 完成总投资 is made, not to be made.
    return named - {PROJECTED} if "spent" in named else named


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {stage: load("money_stages.tsv", "pattern").pattern(f"<{stage}>") for stage in _STAGES}


@cache
def _any() -> re.Pattern[str]:
    return load("money_stages.tsv", "pattern").pattern("|".join(f"<{stage}>" for stage in _STAGES))


@cache
def _tail() -> re.Pattern[str]:
    return load("money_stages.tsv", "pattern").pattern("<tail>*$")
