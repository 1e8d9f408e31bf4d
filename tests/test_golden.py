"""The accuracy that is not to be lost: scores on annotated documents stay above the floors of ``golden_floors.json``.

``python scripts/golden_floors.py`` prints the present values. The seed documents stand beside the repository; where
they are missing their floors are skipped on a developer's machine and fail on CI.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from extractor.evaluate import compare, load_golden, score

ROOT = Path(__file__).parents[1]
SETS: dict[str, Any] = json.loads((Path(__file__).parent / "golden_floors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=SETS)
def golden_set(request: pytest.FixtureRequest) -> tuple[dict[str, float], dict[str, float]]:
    """Return the floors of one set and the scores of now."""
    golden = SETS[request.param]
    annotations = ROOT / golden["annotations"]
    if not annotations.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{annotations} is missing: CI must measure every golden set")
        pytest.skip(f"{annotations} is not on this machine")
    documents = load_golden(ROOT / golden["corpus"], annotations)
    pairs = [pair for document in documents for pair in compare(document)]
    return golden["floors"], {name: measure.value for name, measure in score(pairs).items()}


def test_scores_stay_above_their_floors(golden_set: tuple[dict[str, float], dict[str, float]]) -> None:
    floors, scores = golden_set
    assert floors.keys() == scores.keys(), "every measure has a floor: run scripts/golden_floors.py"
    below = {name: (scores[name], floor) for name, floor in floors.items() if scores[name] < floor}
    assert not below, "measure: (score, floor)"
