"""A page as the rules of this folder take it, from the text layer of a PDF or from a recogniser of pictures."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.readers.layout.grids import Grid
from extractor.readers.layout.lines import Line


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, its measures, the lines on it in no certain order, and its ruled tables."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    grids: tuple[Grid, ...] = ()
