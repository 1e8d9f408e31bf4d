"""Linear models over named features: the weights are a data file, the arithmetic is a sum.

A rule decides by the first cue that fires; a report often holds several that disagree. Where that matters, the cues become
features and their weights are learned from annotated reports (``scripts/train.py``): a conditional log-linear model that
ranks candidates (Berger et al., 1996). A weights file is a table ``feature\tweight`` that a person can read. ``heading:first``
counts the same for every label; ``dimension:area=crop`` counts for the label
``crop`` where ``dimension:area`` holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from extractor.resources import read_table


class Model(NamedTuple):
    """The weights of a model.

    Attributes:
        general: weight of each feature that counts alike for every label.
        specific: for each circumstance the weight it has for each label.
    """

    general: Mapping[str, float]
    specific: Mapping[str, Mapping[str, float]]


def build(weights: Mapping[str, float]) -> Model:
    """Build a model from weights named as in a weights file."""
    general: dict[str, float] = {}
    specific: dict[str, dict[str, float]] = {}
    for name, weight in weights.items():
        circumstance, equals, label = name.rpartition("=")
        if equals:
            specific.setdefault(circumstance, {})[label] = weight
        else:
            general[name] = weight
    return Model(general, specific)


@cache
def load(name: str) -> Model:
    """Return the model of ``extractor/resources/{name}``."""
    return build({row["feature"]: float(row["weight"]) for row in read_table(name, ("feature", "weight"))})


def names(label: str, features: Iterable[str], circumstances: Iterable[str]) -> list[str]:
    """Return the names that the features of ``label`` have in a weights file."""
    return [*features, *(f"{circumstance}={label}" for circumstance in circumstances)]


def best(model: Model, candidates: Mapping[str, Iterable[str]], circumstances: Iterable[str]) -> str:
    """Return the label with the highest score, the first one of equals.

    Args:
        model: the weights.
        candidates: for each label its own features.
        circumstances: what holds whatever the label is. Names never seen in training count nothing.
    """
    known = model.general.get
    scores = {label: sum([known(name, 0.0) for name in features]) for label, features in candidates.items()}
    for circumstance in circumstances:
        for label, weight in model.specific.get(circumstance, {}).items():
            if label in scores:
                scores[label] += weight
    return max(scores, key=scores.__getitem__)
