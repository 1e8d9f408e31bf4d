"""The word lists of this stage, each read once from its data file in ``extractor/resources``."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from extractor.errors import ResourceError
from extractor.quantities.units import Unit, unit_named
from extractor.resources import read_table

_NUMERALS = frozenset("零一二三四五六七八九十百千万亿两双半")


@cache
def implied_units() -> dict[str, Unit]:
    """Return the unit each noun implies for a number written without one."""
    return {row["noun"]: unit_named(row["unit"]) for row in read_table("implied_units.tsv", ("noun", "unit"))}


def last_implied(words: str) -> Unit | None:
    """Return the unit implied by the noun that ends last in ``words`` (of two that end together, the longer one's)."""
    implied = implied_units().items()
    found = [(words.rfind(noun) + len(noun), len(noun), unit) for noun, unit in implied if noun in words]
    return max(found, key=lambda item: item[:2])[2] if found else None


def first_implied(words: str) -> Unit | None:
    """Return the unit implied by the noun that begins first in ``words`` (of two, the longer one's)."""
    found = [(words.find(noun), -len(noun), unit) for noun, unit in implied_units().items() if noun in words]
    return min(found, key=lambda item: item[:2])[2] if found else None


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


@cache
def _cue_words() -> dict[str, list[str]]:
    words: defaultdict[str, list[str]] = defaultdict(list)
    for row in read_table("number_cues.tsv", ("cue", "word")):
        words[row["cue"]].append(row["word"])
    return dict(words)


def cue(name: str) -> str:
    """Return a regular-expression alternation of the words that give the cue ``name``.

    Raises:
        ResourceError: ``number_cues.tsv`` has no such cue.
    """
    words = _cue_words().get(name)
    if not words:
        raise ResourceError(f"资源文件 number_cues.tsv 中没有“{name}”类提示词", f"number_cues.tsv: no cue {name!r}")
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"
