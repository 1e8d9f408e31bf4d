"""Print ``tests/golden_floors.json`` with the scores of now, each rounded down to three decimals.

The floors are what ``tests/test_golden.py`` demands. They are raised by hand, after reading what changed:

    python scripts/golden_floors.py > floors.json && mv floors.json tests/golden_floors.json

A set whose texts are not on this machine keeps its floors as they are.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

from extractor.evaluate import compare, load_golden, score

ROOT = Path(__file__).parents[1]
FLOORS = ROOT / "tests" / "golden_floors.json"


def current(corpus: Path, annotations: Path) -> dict[str, float]:
    """Return the value of every measure over a golden set."""
    pairs = [pair for golden in load_golden(corpus, annotations) for pair in compare(golden)]
    return {name: measure.value for name, measure in score(pairs).items()}


def main() -> None:
    """Measure every set of the file and print the file anew."""
    sets = json.loads(FLOORS.read_text(encoding="utf-8"))
    for name, golden in sets.items():
        corpus, annotations = ROOT / golden["corpus"], ROOT / golden["annotations"]
        if not annotations.is_dir():
            print(f"{name}: {annotations} is not on this machine, floors kept", file=sys.stderr)
            continue
        golden["floors"] = {key: math.floor(value * 1000) / 1000 for key, value in current(corpus, annotations).items()}
    print(json.dumps(sets, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
