"""What the checks find, on reports whose claims were written down by hand, and what they flag."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from script_modules import script

from extractor import extract
from extractor.checks import check

#: Shares of the claims that hold and are found; a set below its floor has become worse.
FLOORS = {"seeds": 0.90, "dev": 0.80, "test": 0.70, "arithmetic": 0.70}
PLANTED = 0.85
FLAGGED_SEEDS = 3  # claims of the seeds that plainly do not hold


@pytest.fixture(scope="module")
def measuring() -> Any:
    return script("measure_checks")


@pytest.mark.parametrize("name", FLOORS)
def test_claims_that_hold_are_found_and_none_is_flagged(measuring: Any, name: str) -> None:
    texts, claims = measuring.SETS[name]
    if not texts.is_dir() and not os.environ.get("CI"):
        pytest.skip(f"{texts} is not here")
    found = measuring.measure_claims(name, extract, check)
    right, missed = len(found.all("found")), len(found.all("missed"))
    assert right + missed >= 60
    assert right / (right + missed) >= FLOORS[name]
    assert found.all("strays") == []
    if name == "seeds":
        assert len(found.all("flagged")) >= FLAGGED_SEEDS
    else:
        assert found.all("flagged") == found.all("unflagged") == []
    assert len(list(claims.glob("*.jsonl"))) == len(found.documents)


def test_planted_errors_are_found_and_nothing_else_is_flagged(measuring: Any, tmp_path: Path) -> None:
    measuring.plant(tmp_path, seed=7, count=60)
    planted = measuring.measure_planted(tmp_path, extract, check)
    assert len(planted.found) + len(planted.missed) == 60
    assert len(planted.found) / 60 >= PLANTED
    assert planted.strays == []
