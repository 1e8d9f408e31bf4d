"""Linear models over named features: the weights are a data file, the arithmetic is a sum.

A rule decides by the first cue that fires; a report often holds several that disagree. Where that matters, the cues become
features and their weights are learned from annotated reports (``scripts/train.py``): a conditional log-linear model that
ranks candidates (Berger et al., 1996). A weights file is a table ``feature\tweight`` that a person can read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from extractor.resources import read_table

Weights = Mapping[str, float]


@cache
def load_weights(name: str) -> Weights:
    """Return the weights of ``extractor/resources/{name}``."""
    return {row["feature"]: float(row["weight"]) for row in read_table(name, ("feature", "weight"))}


def score(weights: Weights, features: Iterable[str]) -> float:
    """Return the sum of the weights of ``features``; one that was never seen in training counts nothing."""
    get = weights.get
    return sum([get(feature, 0.0) for feature in features])
