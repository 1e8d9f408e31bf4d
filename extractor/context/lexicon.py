"""The cues of project types matched in one pass: every cue of a text with the type it speaks for, longest first."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from extractor.encoding import HALF_PAIR
from extractor.resources.project_types import TRAP, cues

if TYPE_CHECKING:
    from collections.abc import Sequence


class Cue(NamedTuple):
    """A cue found in a text: offsets into that text and the code it speaks for."""

    start: int
    end: int
    code: str


@cache
def _automaton() -> tuple[AhoCorasick, Sequence[str]]:
    """The automaton of the cues in ``project_types.tsv``, and the code of each."""
    words, codes = zip(*cues(), strict=True)
    return AhoCorasick(words, matchkind=MatchKind.LeftmostLongest, store_patterns=False), codes


def find(text: str, start: int = 0, end: int | None = None) -> list[Cue]:
    """Return the cues of ``text[start:end]`` from left to right; where cues overlap the longest stands, traps are left out."""
    automaton, codes = _automaton()
    # Half a pair is no text that Rust accepts; one sign for one keeps the offsets.
    found = automaton.find_matches_as_indexes(HALF_PAIR.sub("\ufffd", text[start:end]))
    return [Cue(start + first, start + last, codes[number]) for number, first, last in found if codes[number] != TRAP]
