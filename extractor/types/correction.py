"""What a person says a figure is, where the extractor took it for something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from extractor.types.extraction import Extraction

PERSON = "person"
"""``Figure.rule_or_model`` of a figure that a person has corrected."""


class CorrectionState(StrEnum):
    """Where a correction stands.

    ``in_force``: the figure is what it says; ``unfit``: it would hold, but no longer fits what is extracted; ``replaced``: by
    a later one of the same place; ``withdrawn``: taken back.
    """

    IN_FORCE = "in_force"
    UNFIT = "unfit"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of the figure at ``text == document[start:end]``.

    ``changes`` are fields of the figure with what they should be, in the form that :func:`extractor.corrections.read` gives
    them; ``None`` says that it is no figure. ``sentence`` is the sentence around it, which began at ``sentence_start``:
    where it no longer stands there, nothing is corrected. ``made`` is an aware moment.
    """

    start: int
    end: int
    text: str
    sentence_start: int
    sentence: str
    changes: Mapping[str, Any] | None
    note: str = ""
    author: str = ""
    made: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Corrected:
    """An extraction with corrections applied; ``unfit`` tells by its id why one was not (Chinese)."""

    extraction: Extraction
    unfit: Mapping[int, str]
