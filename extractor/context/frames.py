"""Frames: for every quantity, the words around it that can say what it measures.

A report packs several figures into one clause (新建水渠3.5公里、蓄水池22口). Between two figures the text belongs to one of
them: to the figure before when a classifier still waits for its noun (7个 村民委员会 43个 …), else to the figure after. A
:class:`Frame` settles that once, so that every attribute reads the same neighbourhood.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.resources.cues import load
from extractor.types import Quantity, Scope, Sentence, Token

_CLOSERS = {"）": "（", ")": "("}
_CLAUSE_BREAK = frozenset("，,；;。！？!?：:\n\t")
_CUES = load("context_words.tsv")
# Classifiers that say nothing by themselves: the noun they count must stand beside them.
CLASSIFIERS = _CUES.words("classifier")
_PREDICATES = _CUES.words("predicate")
_CLOSING_VERBS = _CUES.words("closing_verb")
_SKIP_RIGHT = _CUES.words("skip_right")
_BOUNDARIES = _CUES.words("boundary")
_COUNTED = tuple(_CUES.words("counted"))
_NP_TAGS = frozenset("nvbajlixetsghkzqmr")
_BREAKS = frozenset("、，,；;。:：）)")
_BRACKETS = frozenset("（(")
_CONNECTIVES = frozenset(("", "、", ",", "，", "和", "及", "共", "计"))
# Predicates that open a noun phrase when they stand first in it (15个 重点帮扶村).
_FIRST_ADJUNCTS = frozenset(("重点", "集中"))
_MAX_RIGHT = 16
# How far a clause is followed on either side: longer ones exist only in texts without punctuation.
_REACH = 120


@dataclass(slots=True)
class Frame:
    """The neighbourhood of one quantity.

    Attributes:
        quantity: the quantity.
        sentence: the sentence it stands in.
        tokens: the words of that sentence.
        clause: start and end offset of its clause (between commas or brackets).
        clause_index: position in ``tokens`` of the first word of the clause.
        left: words of the clause before the quantity that are nobody else's.
        right: the noun phrase right after the quantity, when there is one.
        tail: words after ``right`` up to the next figure or the end of the clause.
        rest: all words after the quantity up to the end of the clause, other figures included.
        lead: the text of ``left``, punctuation included.
        previous: the frame of the figure before in the same sentence.
        following: the frame of the figure after in the same sentence.
        joined: ``True`` when nothing but a connective stands between the figure before and this one (842户、3120人).
    """

    quantity: Quantity
    sentence: Sentence
    tokens: tuple[Token, ...]
    clause: tuple[int, int]
    clause_index: int
    left: tuple[Token, ...]
    right: tuple[Token, ...]
    tail: tuple[Token, ...]
    rest: tuple[Token, ...]
    lead: str
    previous: Frame | None = None
    following: Frame | None = None
    joined: bool = False

    @property
    def borrows(self) -> bool:
        """Whether the figure has no words of its own and takes over from the one before."""
        return not self.left and not self.right and not self.quantity.label


def build(scope: Scope) -> list[Frame]:
    """Return one frame per quantity of the article, in text order."""
    frames: list[Frame] = []
    first = 0
    count = len(scope.quantities)
    while first < count:
        position = scope.sentence_of[first]
        last = first
        while last < count and scope.sentence_of[last] == position:
            last += 1
        frames += _sentence_frames(
            scope.text, scope.sentences[position], scope.tokens[position], scope.quantities[first:last]
        )
        first = last
    return frames


def _sentence_frames(
    text: str, sentence: Sentence, tokens: tuple[Token, ...], quantities: Sequence[Quantity]
) -> list[Frame]:
    starts = [token.start for token in tokens]
    frames: list[Frame] = []
    taken = sentence.start  # end of what belongs to figures before
    for position, quantity in enumerate(quantities):
        begin = _clause_start(text, sentence.start, quantities, position)
        end = _clause_end(text, sentence.end, quantities, position)
        following = quantities[position + 1].start if position + 1 < len(quantities) else sentence.end
        stop = min(end, following)
        left = _words(tokens, starts, max(begin, taken), quantity.start)
        right, tail = _right_phrase(_words(tokens, starts, quantity.end, stop), quantity)
        if right and stop == following:
            right = _counted_head(right)
        rest = _words(tokens, starts, quantity.end, end)
        index = bisect_left(starts, begin)
        lead = text[max(begin, taken) : quantity.start]
        frame = Frame(quantity, sentence, tokens, (begin, end), index, left, right, tail, rest, lead)
        if frames:
            frame.previous = frames[-1]
            frames[-1].following = frame
            between = text[frames[-1].quantity.end : quantity.start]
            frame.joined = len(between) <= 2 and between.strip() in _CONNECTIVES
        consumed = right and stop == following and (quantity.unit in CLASSIFIERS or not left)
        taken = right[-1].end if consumed else quantity.end
        frames.append(frame)
    return frames


def _counted_head(right: tuple[Token, ...]) -> tuple[Token, ...]:
    """Where a noun phrase runs on to the next number, its first body was counted (29个 县 | 人均收入 6082元)."""
    for index, token in enumerate(right[:-1]):
        if token.tag[0] == "n" and token.word.endswith(_COUNTED):
            return right[: index + 1]
    return right


def _words(tokens: Sequence[Token], starts: Sequence[int], low: int, high: int) -> tuple[Token, ...]:
    """The words in ``[low, high)``; one that a figure cuts through (个村 in 12个|村) gives the part inside."""
    if low >= high:
        return ()
    first, last = bisect_left(starts, low), bisect_left(starts, high)
    inside = tuple(tokens[first:last])
    if first and tokens[first - 1].end > low:
        cut = tokens[first - 1]
        inside = (Token(low, cut.end, cut.word[low - cut.start :], "n"), *inside)
    if inside and inside[-1].end > high:
        cut = inside[-1]
        inside = (*inside[:-1], Token(cut.start, high, cut.word[: high - cut.start], cut.tag))
    return inside


def _clause_start(text: str, low: int, quantities: Sequence[Quantity], position: int) -> int:
    """Scan left to the comma, colon or unclosed bracket that opens the clause; brackets closed on the way are passed."""
    index = quantities[position].start - 1
    low = max(low, index - _REACH)
    before = position - 1
    while index >= low:
        while before >= 0 and quantities[before].start > index:
            before -= 1
        if before >= 0 and index < quantities[before].end:
            index = quantities[before].start - 1
            continue
        char = text[index]
        opener = text.rfind(_CLOSERS[char], low, index) if char in _CLOSERS else -1
        if opener >= 0:
            index = opener - 1
        elif char in _CLAUSE_BREAK or char in _BRACKETS:
            return index + 1
        else:
            index -= 1
    return low


def _clause_end(text: str, high: int, quantities: Sequence[Quantity], position: int) -> int:
    """Scan right to the comma, colon or unopened bracket that closes the clause."""
    index = quantities[position].end
    high = min(high, index + _REACH)
    after = position + 1
    while index < high:
        if after < len(quantities) and quantities[after].start <= index:
            index = max(index, quantities[after].end)
            after += 1
            continue
        char = text[index]
        if char in _CLAUSE_BREAK or char in _CLOSERS:
            return index
        close = text.find("）" if char == "（" else ")", index, high) if char in _BRACKETS else -1
        index = max(index, close) + 1
    return max(min(index, high), quantities[position].end)


def _right_phrase(after: Sequence[Token], quantity: Quantity) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """Split the words after a figure into its noun phrase and the rest."""
    first = 0
    while first < len(after) and after[first].word in _SKIP_RIGHT:
        first += 1
    if 0 < first < len(after) and after[first].word == "标准":
        first += 1  # 按400元/亩的标准补助种苗: what is paid for, not the norm
    last = first
    if first < len(after) and not _opens_phrase(after[first], quantity):
        return (), tuple(after[first:])
    while last < len(after) and after[last].start - after[first].start <= _MAX_RIGHT:
        token = after[last]
        if last > first and token.word in _CLOSING_VERBS:
            last += 1
            break
        if last > first and _closes_phrase(token, after[last - 1]):
            break
        last += 1
    while last > first and after[last - 1].word in ("的", "了", "等", "，", "、"):
        last -= 1
    if (
        last > first
        and after[last - 1].word in _BOUNDARIES
        and all(token.tag[0] == "a" for token in after[first : last - 1])
    ):
        return (), tuple(after[last:])  # 突破1.6万元大关
    return tuple(after[first:last]), tuple(after[last:])


def _opens_phrase(token: Token, quantity: Quantity) -> bool:
    """Whether a word right after a number can begin what is counted: no predicate, no bracket, a verb only after 个."""
    if token.word in _FIRST_ADJUNCTS:
        return True
    if token.word in _PREDICATES or token.word in _BRACKETS or not _nominal(token):
        return False
    return token.tag[0] != "v" or quantity.unit in CLASSIFIERS or "/" in quantity.unit


def _closes_phrase(token: Token, before: Token) -> bool:
    """Whether a noun phrase ends before ``token``: at a predicate, or at a verb that follows a noun."""
    if before.word in _FIRST_ADJUNCTS:
        return False
    return token.word in _PREDICATES or not _nominal(token) or (token.tag == "v" and before.tag[0] == "n")


def _nominal(token: Token) -> bool:
    if token.word in _BREAKS or token.tag in ("p", "c", "d", "f", "y", "ul"):
        return False
    return token.tag[0] in _NP_TAGS or token.tag in ("uj", "eng")
