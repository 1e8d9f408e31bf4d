"""Learn the weights of the linear models from annotated reports.

usage: python scripts/train.py [--check] CORPUS_DIR:ANNOTATIONS_DIR ...

Every pair of folders holds NAME.txt and NAME.jsonl (the annotation format of ``docs/annotation.md``). The weights are written
to ``extractor/resources/weights_*.tsv``. With ``--check`` nothing is written and the accuracy under leave-one-document-out
cross-validation is printed: that, not the accuracy on the training documents, is what a new report will see.

A model ranks the candidates of one figure. It is fitted by maximising the conditional log-likelihood of the annotated
candidate with L2 regularisation (L-BFGS); the result does not depend on order or chance. Needs the extra ``train``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from extractor.context import frames, indicator, linear, place, project_type
from extractor.pipeline import scopes
from extractor.segment import segment
from extractor.types import Scope

RESOURCES = Path(__file__).resolve().parent.parent / "extractor" / "resources"
# Rare names are remembered, not learned; a feature must be right this often to get a weight.
MIN_COUNT = 2
# Weights nearer to zero than this change nothing and only make the file long.
SMALLEST = 0.02


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one figure, each as its feature names, and which of them the annotation gives."""

    candidates: Sequence[Sequence[str]]
    right: int


@dataclass(frozen=True, slots=True)
class Report:
    """An annotated report: its articles, and the annotation of each quantity by its start."""

    name: str
    scopes: tuple[Scope, ...]
    gold: dict[int, dict[str, Any]]


def load(folders: Sequence[str]) -> list[Report]:
    """Read all annotated reports of ``CORPUS_DIR:ANNOTATIONS_DIR`` pairs."""
    reports = []
    for pair in folders:
        corpus, annotations = map(Path, pair.split(":"))
        for path in sorted(annotations.glob("*.jsonl")):
            text = (corpus / f"{path.stem}.txt").read_bytes().decode("utf-8")
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            gold = {row["start"]: row for row in rows if "not" not in row}
            reports.append(Report(path.stem, tuple(scopes(text, segment(text))), gold))
    if not reports:
        sys.exit("no annotated report found")
    return reports


def project_type_examples(report: Report) -> Iterator[Example]:
    """Yield an example per annotated figure; the figure before is taken as annotated.

    Figures that a rule decides are examples too: the model is never asked about them, but they show how types follow each
    other and how places speak.
    """
    for scope in report.scopes:
        before = project_type.NONE
        for start, evidence in _evidence(scope):
            row = report.gold.get(start)
            if row is None:
                continue
            truth = row["project_type"] or project_type.NONE
            candidates = evidence.candidates(before)
            candidates.setdefault(truth, [])
            named = [linear.names(code, features, evidence.circumstances) for code, features in candidates.items()]
            yield Example(named, list(candidates).index(truth))
            before = truth


def project_type_accuracy(report: Report, weights: dict[str, float]) -> tuple[int, int]:
    """Return (right, all) of decoding ``report`` from left to right."""
    model = linear.build(weights)
    right = total = 0
    for scope in report.scopes:
        before = project_type.NONE
        for start, evidence in _evidence(scope):
            before = project_type.decide(model, evidence, before)
            row = report.gold.get(start)
            if row is not None:
                total += 1
                right += before == (row["project_type"] or project_type.NONE)
    return right, total


def _evidence(scope: Scope) -> Iterator[tuple[int, project_type.Evidence]]:
    views = frames.build(scope)
    found = project_type.gather(scope, views, indicator.resolve(scope, views, place.resolve(scope)))
    return zip((view.quantity.start for view in views), found, strict=True)


def penalty(feature: str) -> float:
    """The L2 strength of a feature: what holds for all types is learned more freely than what holds for one."""
    return 2.0 if "=" in feature else 1.0


def fit(examples: Sequence[Example], strength: Callable[[str], float] = penalty) -> dict[str, float]:
    """Return the weights that make the annotated candidates most likely."""
    seen = Counter(name for example in examples for name in example.candidates[example.right])
    every = {name for example in examples for candidate in example.candidates for name in candidate}
    names = sorted(name for name in every if seen[name] >= MIN_COUNT or "=" not in name)
    column = {name: index for index, name in enumerate(names)}
    rows: list[int] = []
    columns: list[int] = []
    groups: list[int] = []
    right: list[int] = []
    for number, example in enumerate(examples):
        right.append(len(groups) + example.right)
        for candidate in example.candidates:
            known = [column[name] for name in candidate if name in column]
            rows += [len(groups)] * len(known)
            columns += known
            groups.append(number)
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(groups), len(names)))
    group = np.array(groups)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    truth = np.asarray(matrix[right].sum(axis=0)).ravel()
    strengths = np.array([strength(name) for name in names])

    def loss(weights: Any) -> tuple[float, Any]:
        scores = matrix @ weights
        highest = np.maximum.reduceat(scores, starts)[group]
        exponentials = np.exp(scores - highest)
        sums = np.add.reduceat(exponentials, starts)
        likelihood = (scores[right] - highest[right] - np.log(sums)).sum()
        gradient = matrix.T @ (exponentials / sums[group]) - truth + strengths * weights
        return float(-likelihood + 0.5 * (strengths * weights * weights).sum()), gradient

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    return {name: round(float(w), 3) for name, w in zip(names, found.x, strict=True) if abs(w) >= SMALLEST}


def write(weights: dict[str, float], path: Path) -> None:
    """Write a weights file, the heaviest features first."""
    ordered = sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0]))
    lines = [f"{feature}\t{weight}" for feature, weight in ordered]
    header = "# Learned by scripts/train.py; do not edit by hand.\nfeature\tweight\n"
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")


def check(reports: Sequence[Report]) -> None:
    """Print the accuracy on each report of a model that never saw it."""
    examples = [list(project_type_examples(report)) for report in reports]
    sums = Counter[str]()
    for number, report in enumerate(reports):
        rest = [example for index, part in enumerate(examples) if index != number for example in part]
        right, total = project_type_accuracy(report, fit(rest))
        sums.update(right=right, total=total)
        print(f"project_type  {report.name:24s} {right / max(total, 1):.3f}  ({total})")
    print(f"project_type  {'all':24s} {sums['right'] / max(sums['total'], 1):.3f}  ({sums['total']})")


def main() -> None:
    """Parse the arguments and train or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="CORPUS_DIR:ANNOTATIONS_DIR")
    parser.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    arguments = parser.parse_args()
    reports = load(arguments.folders)
    if arguments.check:
        check(reports)
        return
    examples = [example for report in reports for example in project_type_examples(report)]
    write(fit(examples), RESOURCES / project_type.WEIGHTS)


if __name__ == "__main__":
    main()
