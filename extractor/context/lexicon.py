"""Cue lexicons matched in one pass: every cue of a text with the code it stands for, longest first."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import ahocorasick

from extractor.resources.project_types import TRAP, cues


class Cue(NamedTuple):
    """A cue found in a text: offsets into that text and the code it speaks for."""

    start: int
    end: int
    code: str


@cache
def project_cues() -> ahocorasick.Automaton:
    """The automaton of the cues in ``project_types.tsv``."""
    automaton = ahocorasick.Automaton()
    for cue, code in cues():
        automaton.add_word(cue, (len(cue), code))
    automaton.make_automaton()
    return automaton


def find(automaton: ahocorasick.Automaton, text: str, start: int = 0, end: int | None = None) -> list[Cue]:
    """Return the cues of ``text[start:end]`` from left to right; where cues overlap the longest stands, traps are left out."""
    # The automaton copies what it is given: handed the text of an archive again and again, that would be quadratic.
    text = text[start:end]
    if not text:  # it refuses an empty one
        return []
    found = automaton.iter_long(text)
    return [Cue(start + last - size + 1, start + last + 1, code) for last, (size, code) in found if code != TRAP]
