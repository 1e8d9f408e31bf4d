"""Units that are meant but not written: 投入70万 (元), 上访户为零 (户), and 280万无, where 元 is misprinted.

The evidence, strongest first: a noun for people or things after the number (20万群众), the next number of the same list
(达1.28万亿、8200亿元), the noun before it in its clause (总投资70万).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.quantities.lexicon import CUES
from extractor.resources.implied_units import first_implied, implied_units, last_implied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.quantities.lexer import Mention
    from extractor.resources.units import Unit

_CLAUSE = re.compile(r"[^，,。；;：:、\n]*\Z")
_SENTENCE = re.compile(r"[^。；;\n]*\Z")
_PHRASE = re.compile(r"[一-龥0-9]*")
_HAN = re.compile(r"[一-龥]")
_LOOK = 16
_LIST_MARK = ("、", "和", "及", "，", ",")
_INDEX = CUES.pattern(r"<index>[）)]?(?:分别)?(?:达到|达|为|是|至|由|从|提高到|上升到|下降到|[:：])*[ 　]?\Z")
_MISPRINTED = ("无", "园", "员")


def imply_units(text: str, mentions: Sequence[Mention]) -> None:
    """Give every mention without a unit the one its context implies, if any; a misprinted 元 joins the span."""
    following: Mention | None = None
    for mention in reversed(mentions):
        if mention.unit is None and not mention.masked and not mention.in_cell:
            mention.unit = _unit(text, mention, following)
            mention.implied = True
        following = mention


def _unit(text: str, mention: Mention, following: Mention | None) -> Unit | None:
    if _INDEX.search(text, max(0, mention.start - _LOOK), mention.start):
        return None
    before = _clause_unit(text, mention)
    if mention.scale < 10**4:
        return before or _noun_after(text, mention, 4)
    if text.startswith(_MISPRINTED, mention.end) and before is not None and before.dimension == "money":
        mention.end += 1
        return before
    after = _noun_after(text, mention, _LOOK)
    if after is not None:
        return after
    if following is not None and text[mention.end : following.start] in _LIST_MARK:
        return following.unit
    return before or _sentence_unit(text, mention)


def _clause_unit(text: str, mention: Mention) -> Unit | None:
    """Return the unit of the implying noun that ends last before the number in its clause."""
    clause = _CLAUSE.search(text[max(0, mention.start - _LOOK) : mention.start])
    return last_implied(clause[0]) if clause else None


def _sentence_unit(text: str, mention: Mention) -> Unit | None:
    """Return 元 when the sentence speaks of money further back and nothing follows that 70万 could count."""
    sentence = _SENTENCE.search(text[max(0, mention.start - 3 * _LOOK) : mention.start])
    if sentence is None or _HAN.match(text, mention.end):
        return None
    return next((u for noun, u in implied_units().items() if u.dimension == "money" and noun in sentence[0]), None)


def _noun_after(text: str, mention: Mention, reach: int) -> Unit | None:
    """Return the unit of an implying noun that follows the number without a break (70万扶贫资金, 零事故)."""
    phrase = _PHRASE.match(text, mention.end, mention.end + reach)
    return first_implied(phrase[0]) if phrase else None
