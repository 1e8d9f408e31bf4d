"""Is it a name? The shape of village and township names, and where one begins inside a sentence.

The lexicon is ``resources/place_words.tsv``: descriptions that stand before 村 without naming one (贫困村), words that
no name holds (修建|柳溪村), and names of divisions that are common words too (和平, 中心).
"""

from __future__ import annotations

import re
from functools import cache

from extractor.resources import read_table
from extractor.resources.gazetteer import gazetteer, township_stem

HAN = "一-鿿"
SHORTEST_NAME, LONGEST_NAME = 2, 4
# Words that stand before names but also in them (向阳, 共和, 自力).
_IN_NAMES_TOO = "向共自由如即至让"


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for row in read_table("place_words.tsv", ("kind", "word")):
        words.setdefault(row["kind"], set()).add(row["word"])
    return {kind: frozenset(entries) for kind, entries in words.items()}


@cache
def _longest(kind: str) -> int:
    return max(map(len, _lexicon()[kind]))


def is_han(character: str) -> bool:
    """Whether ``character`` is a Chinese character."""
    return "一" <= character <= "鿿"


def is_common(word: str) -> bool:
    """Whether ``word`` is a common word as well as the stem of a division (和平, 中心)."""
    return word in _lexicon()["common"]


def is_word(body: str) -> bool:
    """Whether ``body`` is a word of the sentence rather than a name (建设, 重点)."""
    return body in _lexicon()["generic"] or body in _lexicon()["before"]


def is_generic(body: str) -> bool:
    """Whether ``body`` before 村 or 镇 describes instead of naming (省级贫困|村, 驻|村)."""
    words = _lexicon()
    if body in words["generic"] or body[-1] in words["ending"] or body[-2:] in words["before"]:
        return True
    for size in range(SHORTEST_NAME, min(_longest("generic"), len(body) - 1) + 1):
        if body[-size:] in words["generic"]:
            rest = body[:-size]
            return body[-size:] not in words["tail"] or len(rest) < SHORTEST_NAME or is_generic(rest)
    return False


def tail_length(run: str) -> int:
    """Return how many characters at the end of ``run`` are a description that a name may end in (红岩|移民新)."""
    return max((len(word) for word in _lexicon()["tail"] if run.endswith(word)), default=0)


def ends_word(text: str, start: int, position: int) -> bool:
    """Whether a word that a name cannot hold, or a year or day, ends at ``position``."""
    words = _lexicon()["before"]
    for size in range(1, min(_longest("before"), position - start) + 1):
        if text[position - size : position] in words:
            return True
    return text[position - 1] in "年月日" and text[position - 2 : position - 1].isdecimal()


def begins_word(text: str, position: int, start: int) -> bool:
    """Whether a name may begin at ``position``: behind punctuation, another place, or a word that no name holds."""
    if position == start or not is_han(text[position - 1]) or text[position - 1] in "和与及镇乡县市省州":
        return True
    return ends_word(text, start, position)


def trimmed(run: str, exact: bool, longest: int = LONGEST_NAME) -> str | None:
    """Return the name at the end of ``run``, or ``None`` where its beginning is not sure.

    Args:
        run: characters before 村 or 镇, or the first item of a list.
        exact: the character before ``run`` ends a word (punctuation, a line start).
        longest: a longer name is not sure; list items may hold two names (双河村下寨).
    """
    for begin in range(len(run) - 1, 0, -1):
        if ends_word(run, 0, begin):
            if len(run) - begin < SHORTEST_NAME:
                if run[begin - 1] in _IN_NAMES_TOO:
                    continue
                return None
            run, exact = run[begin:], True
            break
    divisions = [span for span in gazetteer().scan(run, 0, len(run)) if gazetteer().is_full_name(run[slice(*span)])]
    if divisions:  # 贵阳市|白云区|都拉
        run, exact = run[divisions[-1][1] :], True
    return run if exact and SHORTEST_NAME <= len(run) <= longest else None


def name_in(run: str, exact: bool) -> str | None:
    """Return the name at the end of ``run`` (see :func:`trimmed`) unless it is a description or a word."""
    name = trimmed(run, exact)
    return None if name is None or is_generic(name) or is_word(name) else name


def bare(name: str) -> str:
    """Return the name of a village or township without 村, 镇 or the like."""
    return township_stem(re.sub("(?:村委会|居委会|社区|村)$", "", name))
