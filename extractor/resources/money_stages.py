"""Where on its way a sum of money is told: what a project is to cost, granted, arranged, arrived, passed on or spent.

上级下达资金2680万元，到位2150万元，支出1876万元 are three amounts of one thing. Words of one stage are synonyms, those of
different stages are different amounts, which may be equal. All words are those of ``money_stages.tsv``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from extractor.resources.cues import load

PROJECTED = "total"
"""The stage of what a project is to cost: a plan by nature, so no status need say so."""

_COMING = frozenset(("granted", "arranged", "arrived", "income"))
_GOING = frozenset(("disbursed", "spent"))
_STAGES = (PROJECTED, *_COMING, *_GOING)
_REMEMBERED = 2**14

Stages = frozenset[str]
UNSAID: Stages = frozenset()


@lru_cache(_REMEMBERED)
def stages_of(text: str) -> Stages:
    """Return the stages that ``text`` names; one that ends it is what it is about (到位资金支出)."""
    if not _any().search(text):
        return UNSAID
    found = [(match.end(), stage) for stage, words in _patterns().items() for match in words.finditer(text)]
    last = _tail().search(text)
    ending = frozenset(stage for end, stage in found if last is not None and end >= last.start())
    named = ending or frozenset(stage for _, stage in found)
    # 完成总投资 is made, not to be made.
    return named - {PROJECTED} if "spent" in named else named


def is_coming(text: str) -> bool:
    """Whether ``text`` speaks of money that was granted or came in, and of none that went."""
    return bool(stages_of(text)) and stages_of(text) <= _COMING


def are_opposite(left: str, right: str) -> bool:
    """Whether one text speaks of money that came and the other of money that went: 到位4200万元, 支付进度."""
    return (is_coming(left) and _is_going(right)) or (_is_going(left) and is_coming(right))


def _is_going(text: str) -> bool:
    return bool(stages_of(text)) and stages_of(text) <= _GOING


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {stage: load("money_stages.tsv", "pattern").pattern(f"<{stage}>") for stage in _STAGES}


@cache
def _any() -> re.Pattern[str]:
    return load("money_stages.tsv", "pattern").pattern("|".join(f"<{stage}>" for stage in _STAGES))


@cache
def _tail() -> re.Pattern[str]:
    return load("money_stages.tsv", "pattern").pattern("<tail>*$")
