"""How alike two indicators are: the words of a ledger against the words of a figure and its surroundings.

An indicator is read once into a :class:`Wording`. Words that any indicator may carry (完成, 资金, 面积) are left aside;
words that make one indicator another (省级, 人均, 新建, 脱贫) become *marks*, answers to a question, which must not
differ; what remains is its *content*. Two contents are compared by the share of their characters that stand in pairs of
characters of the other side too, in any order: 生猪出栏 and 出栏生猪 are one. All words are those of
``comparison_words.tsv`` and ``contrasts.tsv``.

What a report says is seldom all in the indicator: in 通组公路硬化 … 完成投资10572万元 the heading says of what. So the
content of the ledger may be found in the clause, the sentence or the heading as well, the farther the less it counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from extractor.errors import ResourceError
from extractor.resources import cues, read_table
from extractor.types import RecordedFigure

_NOISE = re.compile(r"[\W_]+")
_WEIGHTS = (1.0, 0.95, 0.9, 0.85, 0.85, 0.85)
"""What a character of the ledger's indicator counts when the figure's indicator, clause, sentence, heading, the sentence
before a semicolon or the whole that it is a part of has it."""
_MISSING = {"apart": 0.5, "doubt": 0.8, "same": 1.0}
"""What remains of a likeness when only one of two indicators answers a question."""
_LEAN = 0.35
"""What remains of a likeness when nothing that the figure's indicator says is known to the ledger."""
_HEAD = 0.65
"""What counts as known at least where the figure's indicator ends in the ledger's (县下达户厕, 户厕)."""
_WORDLESS = 0.95
"""What remains when the figure's indicator says nothing by itself (完成投资)."""
_ABBREVIATED = 0.65
"""What counts as known at least where one is short for the other (购机补贴, 农机购置补贴)."""
_HEADED = 0.65
"""What counts as known at least where a heading is all that the ledger says (资金投入)."""
_HEADING = 2
"""The place of the heading in what stands around a figure."""
_REMEMBERED = 2**17


class Mark(NamedTuple):
    """An answer to a question that parts indicators."""

    axis: str
    value: str


@dataclass(frozen=True, slots=True)
class Wording:
    """An indicator as read.

    ``full`` is all of it, without spaces and punctuation; ``content`` the stretches that say what is measured, ``marks``
    what parts it from others. ``wordless`` is one that has only generic words: its content is all it has.
    """

    full: str
    content: tuple[str, ...]
    marks: frozenset[Mark]
    wordless: bool

    @property
    def grams(self) -> frozenset[str]:
        """All pairs of neighbouring characters of the content; a single character stands for itself."""
        return frozenset(gram for stretch in self.content for gram in grams(stretch))


class _Lexicon(NamedTuple):
    words: re.Pattern[str]
    marks: Mapping[str, Mark]
    missing: Mapping[str, float]
    edges: frozenset[str]
    edge: re.Pattern[str]


@lru_cache(_REMEMBERED)
def read(indicator: str) -> Wording:
    """Read an indicator.

    Raises:
        ResourceError: a table of words breaks its schema.
    """
    lexicon = _lexicon()
    full = plain(indicator)
    marks = frozenset(lexicon.marks[word] for word in lexicon.words.findall(full) if word in lexicon.marks)
    content = tuple(stretch for stretch in lexicon.words.split(full) if stretch and stretch not in lexicon.edges)
    if content:
        return Wording(full, content, marks, wordless=False)
    return Wording(full, tuple(filter(None, [lexicon.edge.sub("", full) or full])), marks, wordless=True)


def of_row(row: RecordedFigure) -> Wording:
    """Read what a row of a ledger measures: its indicator, with its project and whose money it is."""
    return read(f"{row.project}{row.funder or ''}{row.indicator}")


def plain(text: str) -> str:
    """Return ``text`` in one width and case, without spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper() if text else ""


def grams(text: str) -> Iterable[str]:
    """Yield the pairs of neighbouring characters of ``text``; the whole of a single character."""
    return (text[i : i + 2] for i in range(max(len(text) - 1, 1))) if text else ()


def marks_factor(left: Wording, right: Wording) -> float:
    """Return 0 for indicators that answer a question differently, less than 1 where only one answers it."""
    if left.marks == right.marks:
        return 1.0
    ours, theirs = dict(left.marks), dict(right.marks)
    factor = 1.0
    for axis in ours.keys() | theirs.keys():
        if axis in ours and axis in theirs:
            if not {m for m in left.marks if m.axis == axis} & {m for m in right.marks if m.axis == axis}:
                return 0.0
        else:
            factor *= _lexicon().missing[axis]
    return factor


def likeness(recorded: Wording, reported: Wording, context: Sequence[str] = (), known: str = "") -> float:
    """Return from 0 to 1 how much two indicators are one.

    Args:
        recorded: the indicator of the ledger.
        reported: that of the figure.
        context: plain text around the figure: clause, sentence, heading, sentence before, whole, in this order.
        known: more words that the ledger accounts for, such as its place; and the figure's place.
    """
    factor = marks_factor(recorded, _with_context(reported, recorded, context))
    if not factor:
        return 0.0
    found = _coverage(recorded.content, (reported.full, *context))
    if reported.wordless:
        if recorded.wordless and recorded.marks:
            return factor * _WORDLESS
        if recorded.wordless:
            return (
                factor * _coverage(reported.content, (recorded.full,)) * _coverage(recorded.content, (reported.full,))
            )
        return factor * found * _WORDLESS
    said = _coverage(reported.content, (recorded.full + "/" + known,))
    if len(recorded.content) == 1 and reported.content[-1].endswith(recorded.content[0]):
        said = max(said, _HEAD)
    alike = found * (_LEAN + (1 - _LEAN) * said)
    if alike < _ABBREVIATED and _abbreviates(recorded, reported):
        alike = _ABBREVIATED
    if alike < _HEADED and recorded.wordless and len(context) > _HEADING and recorded.full == context[_HEADING]:
        alike = _HEADED
    return factor * alike


def _abbreviates(left: Wording, right: Wording) -> bool:
    """Whether one indicator is short for the other: beside pairs of both it has only characters of words of the other."""
    short, long = sorted((left, right), key=lambda wording: len("".join(wording.content)))
    ours, theirs = _unshared(short, long.full), _unshared(long, short.full)
    shared = len("".join(short.content)) > len(ours)
    return shared and 2 <= len(ours) < len(theirs) and set(ours) <= set(theirs)


def _unshared(wording: Wording, other: str) -> str:
    """Return the characters of the content that stand in no pair which ``other`` has too."""
    left = []
    for stretch in wording.content:
        known = [stretch[i : i + 2] in other for i in range(len(stretch) - 1)]
        left += [
            char
            for char, before, behind in zip(stretch, [False, *known], [*known, False], strict=True)
            if not (before or behind)
        ]
    return "".join(left)


def _with_context(reported: Wording, recorded: Wording, context: Sequence[str]) -> Wording:
    """Return ``reported`` with the marks that only its clause gives and the ledger asks for."""
    wanted = {mark for mark in recorded.marks - reported.marks if mark.axis not in dict(reported.marks)}
    if not wanted or not context:
        return reported
    near_text = "/".join(context[:2]) if reported.wordless else context[0]
    near = {
        lexicon_mark for word, lexicon_mark in _lexicon().marks.items() if lexicon_mark in wanted and word in near_text
    }
    return Wording(reported.full, reported.content, reported.marks | near, reported.wordless) if near else reported


def _coverage(stretches: Iterable[str], texts: Sequence[str]) -> float:
    """Return how much of ``stretches`` stands in ``texts``, each character by the weight of the first text that has it."""
    weight, total = 0.0, 0
    for stretch in stretches:
        size = len(stretch)
        total += size
        best = [0.0] * size
        for text, worth in zip(texts, _WEIGHTS, strict=False):
            if size == 1:
                best[0] = max(best[0], worth if stretch in text else 0.0)
            for i in range(size - 1):
                if (best[i] < worth or best[i + 1] < worth) and stretch[i : i + 2] in text:
                    best[i], best[i + 1] = max(best[i], worth), max(best[i + 1], worth)
        weight += sum(best)
    return weight / total if total else 0.0


@cache
def _lexicon() -> _Lexicon:
    roles = cues.load("comparison_words.tsv")
    marks: dict[str, Mark] = {}
    missing: dict[str, float] = {}
    for row in read_table("contrasts.tsv", ("axis", "value", "missing", "words")):
        if row["missing"] not in _MISSING:
            raise ResourceError(
                f"contrasts.tsv 中 missing 应为 {'、'.join(_MISSING)} 之一，实为 {row['missing']!r}",
                f"contrasts.tsv: missing is {row['missing']!r}",
            )
        worth = _MISSING[row["missing"]]
        missing[row["axis"]] = min(missing.get(row["axis"], worth), worth)
        for word in row["words"].split("|"):
            if marks.setdefault(word, Mark(row["axis"], row["value"])) != (row["axis"], row["value"]):
                raise ResourceError(f"contrasts.tsv 中“{word}”有两种含义，请删去一处", f"contrasts.tsv: {word!r} twice")
    words = sorted({*roles.words("generic"), *roles.words("own_place"), *marks}, key=lambda word: (-len(word), word))
    edge = "|".join(sorted(roles.words("edge")))
    return _Lexicon(
        re.compile("|".join(map(re.escape, words))),
        marks,
        missing,
        roles.words("edge"),
        re.compile(rf"^(?:{edge})+(?=..)|(?<=..)(?:{edge})+$"),
    )
