"""A text as copies are compared: letters alone, each number one mask, with the way back to the original."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass

MASK = "0"
"""Stands for a whole number; no other digit is left in a masked text."""

_DIGITS = "0-9０-９"
# Chinese numerals, and what stands for a hidden digit or name.
_NUMERALS = "零〇○一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟萬億廿卅xXｘＸ"
_NUMBER = rf"(?:[{_DIGITS}]+(?:[.．][{_DIGITS}]+|[,，][{_DIGITS}]{{3}}(?![{_DIGITS}]))*|[{_NUMERALS}×*＊])+"
_TOKEN = re.compile(rf"({_NUMBER})|[^\W_{_DIGITS}{_NUMERALS}]+")
_FOLDED = str.maketrans({code: chr(code - 0xFEE0).lower() for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))})
_FOLDED |= str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked text: ``starts[i]`` is where the letter or number ``letters[i]`` begins in the original.

    ``ends`` tells where a number ends; a letter ends one further on.
    """

    letters: str
    starts: array[int]
    ends: dict[int, int]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the original's span of ``letters[first:last]``, which must not be empty."""
        return self.starts[first], self.end(last - 1)

    def end(self, index: int) -> int:
        """Return where the letter or number at ``index`` ends in the original."""
        return self.ends.get(index, self.starts[index] + 1)

    def at(self, offset: int) -> int:
        """Return the index of the first letter or number that begins at ``offset`` of the original or behind it."""
        return bisect_left(self.starts, offset)

    def count(self, first: int, last: int) -> int:
        """Return how many letters, numbers apart, ``letters[first:last]`` holds."""
        return last - first - self.letters.count(MASK, first, last)


def mask(text: str) -> Masked:
    """Return ``text`` without white space and punctuation, in one width and case, each number as :data:`MASK`."""
    pieces: list[str] = []
    starts = array("I")
    ends: dict[int, int] = {}
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if token.lastindex:
            ends[len(starts)] = end
            pieces.append(MASK)
            starts.append(start)
        else:
            pieces.append(token[0])
            starts.extend(range(start, end))
    return Masked("".join(pieces).translate(_FOLDED), starts, ends)
