"""What counts as a copy: the one home of the defaults."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.copies.fingerprints import TWO

SHORTEST = TWO
"""Least ``min_characters``: shorter passages would be found by luck."""


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """What counts as a copy.

    Attributes:
        min_characters: letters that both copies share at least (no digits, punctuation or white space), not less than
            :data:`SHORTEST`; a passage without figures needs twice as many.
        min_containment: least share (0 to 1) of the shorter copy that is in the longer one.
        common: a run of letters that stands in more places than this is a set phrase and makes no copy.
        between: look for copies between documents.
        inside: look for copies inside a document.
        number: only copies that involve the document of this number.
    """

    min_characters: int = 40
    min_containment: float = 0.75
    common: int = 5
    between: bool = True
    inside: bool = True
    number: int | None = None
