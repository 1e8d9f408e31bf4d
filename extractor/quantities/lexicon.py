"""The word lists of this stage, each read once from its data file in ``extractor/resources``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from extractor.resources import read_table
from extractor.resources.cues import load

CUES = load("number_cues.tsv")
"""The words around a number that decide whether it is a figure."""

_NUMERALS = frozenset("零一二三四五六七八九十百千万亿两双半")


@dataclass(frozen=True, slots=True)
class AbstractNoun:
    """A noun that a numeral groups without counting anything (三个方面).

    ``unless`` holds the characters that, coming next, make it part of a concrete noun (工作 + 组); ``digits`` tells
    whether a number in digits does not count it either.
    """

    noun: str
    unless: str
    digits: bool


@cache
def abstract_nouns() -> tuple[AbstractNoun, ...]:
    """Return the abstract nouns, longest first."""
    rows = read_table("abstract_nouns.tsv", ("noun", "unless", "scope"))
    nouns = [AbstractNoun(row["noun"], row["unless"], row["scope"] == "all") for row in rows]
    return tuple(sorted(nouns, key=lambda entry: (-len(entry.noun), entry.noun)))


@cache
def fixed_expressions() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return the fixed expressions by each numeral character in them: ``{"百": (("千方百计", 2), …)}``."""
    index: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in read_table("number_exclusions.tsv", ("expression",)):
        for offset, character in enumerate(row["expression"]):
            if character in _NUMERALS:
                index[character].append((row["expression"], offset))
    return {character: tuple(entries) for character, entries in index.items()}
