"""How good is the extraction: compare figures with hand-made annotations, field by field.

Newcomer's note. Everything is a sum over :class:`Pair`: a gold figure with the predicted figure that overlaps it best,
a gold figure alone (missed) or a predicted figure alone (spurious). A class (one dimension, one status …) is a subset
of the pairs, several documents are their pairs one after the other, and :func:`score` measures either. The measures
are those of the annotation guidelines (``docs/annotation.md``); the guidelines' own scorer prints the same numbers.

A golden set that is empty or does not fit its texts raises :class:`~extractor.errors.UsageError`: a number computed
from the wrong text is worse than none.

``rows`` reads what is compared, ``measures`` compares it. ``claims`` and ``recompute`` do the same for the arithmetic
that texts claim: what was annotated, whether it holds, and which checks are about it.
"""

from __future__ import annotations

from extractor.evaluate.measures import CLASSES, F1, Mean, Pair, Score, align, by_class, compare, errors, score
from extractor.evaluate.rows import Golden, Row, load_golden, predict, read_rows

__all__ = [
    "CLASSES",
    "F1",
    "Golden",
    "Mean",
    "Pair",
    "Row",
    "Score",
    "align",
    "by_class",
    "compare",
    "errors",
    "load_golden",
    "predict",
    "read_rows",
    "score",
]
