"""Mentions: every figure of an article with the words and brackets around it that can tie it to another figure.

Links and checks read the same view, so what counts as "the words of a figure" is settled here once: ``lead`` is what
stands between the figure before and this one, ``clause`` the end of it that is this figure's own, ``tail`` what
follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from extractor.intervals import places
from extractor.link_cues import pattern
from extractor.resources.money_stages import are_opposite
from extractor.resources.units import divisions
from extractor.types import Article, Figure, Sentence, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAD = 80  # words farther from a figure than this say nothing of it
_TAIL = 40
_BRACKET = re.compile(r"[（(）)\n]")
_ASIDE = re.compile(r"[（(][^（(）)]*[）)]")
_CLAUSE_BREAK = re.compile(r"[，,；;：:、。（(）)\s]")
# Units that count the same kind of thing: 7个村民委员会 and 3个村.
_COUNTED = divisions() | {"个", "座", "处"}
# Classifiers of bodies: 卫生机构247个，其中卫生院14所、医院5家 are of one kind.
_BODIES = frozenset(("家", "所"))
_SCALES = frozenset("万亿")
_DIVIDES = re.compile(r"(?:[男女]性?|城镇|城市|农村|乡村)(?:居民|人口)?$")  # what divides people or their money
_WHOLE_UNITS = frozenset(("people", "households", "money"))  # whose base unit is that in which they are written
_PERCENT = frozenset(("%", "百分点", "‰"))
_JOINTS = frozenset(("", " ", "、", "，", ",", "和"))
_AVERAGE = pattern("<average>")
_CHANGE = pattern(r"(?:<change>|[比较][^，,、]{0,16}(?:多|少|增|减)[^，,、]{0,3})了?(?:约|近|达)?$")
_ADDED = pattern(r"(?:新增|新增加|再增)$")
_NAMED_RATE = re.compile(r"([\u4e00-\u9fff]{2,4}?)(?:率|进度)(?:为|达到?|约|近|仅|超过?)?$")
_COMPARED = pattern(r"^(?:仅|只|刚好|约)?<compare>|[比较由从与][^，,、]{0,20}$")

FORMERLY = re.compile(
    r"(?:而)?(?:上一?年|去年|前年|[一二三四五六七八九十\d]+年前|原来|原先)(?:同期|同时|同月|同口径)?[^，,\d比占增减结存留剩]{0,5}$"
)
"""What opens a level of the past: 上年为, 去年同期."""


@dataclass
class Mention:
    """A figure and its surroundings.

    Attributes:
        figure: the figure.
        index: its position among the mentions of the article.
        sentence: position of its sentence in the article.
        lead: the words since the figure before in the sentence (or since the sentence began) without
            what stands in brackets, at most 80 characters.
        clause: the part of ``lead`` after its last comma, colon or bracket.
        tail: the words up to the next figure or the end of the sentence, at most 40 characters.
        first: ``True`` for the first figure of its sentence.
        key: what may be added up: figures with the same key are in one unit, which a figure may leave out (女性23.29万).
        amount: the amount in the base unit, ``None`` when redacted or a range.
        label: the header of a table cell's figure, else ``""``.
        opener: position of the figure right before the bracket that this one stands in, else ``None``.
        addable: ``False`` for averages, norms, changes and percentages.
        average: ``True`` for per-head amounts and norms, which only add up among themselves.
        basis: ``True`` for what another figure is compared with (占…3.1亿元的, 较…2.42亿元增长).
    """

    figure: Figure
    index: int
    sentence: int
    lead: str
    clause: str
    tail: str
    first: bool
    key: str
    amount: Decimal | None
    label: str
    opener: int | None
    addable: bool = True
    average: bool = False
    basis: bool = False

    @cached_property
    def slack(self) -> Decimal:
        """Half of the last written place, in the base unit: how far the true amount may be from ``amount``.

        Whole counts are exact.
        """
        figure = self.figure
        if not figure.value or figure.base_value is None:
            return Decimal(0)
        return places(figure)[0] * abs(figure.base_value / figure.value) / 2

    @property
    def joined(self) -> bool:
        """Whether nothing or a lone mark stands between the figure before and this one (3户、12人)."""
        return not self.first and self.lead in _JOINTS

    @property
    def summable(self) -> bool:
        """Whether the figure may be part or total: an amount of its own, not what another is compared with."""
        return self.addable and not self.basis

    @property
    def percent(self) -> bool:
        """Whether the figure is a percentage or in percentage points."""
        return self.figure.unit in _PERCENT


def build(
    text: str, article: Article, sentences: Sequence[Sentence], figures: Sequence[Figure], labels: Sequence[str] = ()
) -> list[Mention]:
    """Return one mention per figure, in text order.

    Args:
        text: the text of the document.
        article: the article that the figures stand in.
        sentences: the sentences of the article.
        figures: its figures.
        labels: what the headers of row and column call each of them; may be left out.
    """
    positions = {sentence.start: position for position, sentence in enumerate(sentences)}
    openers = _openers(text, article.start, figures)
    mentions: list[Mention] = []
    previous_end = article.start
    for index, figure in enumerate(figures):
        position = positions[figure.sentence[0]]
        sentence = sentences[position]
        first = previous_end <= sentence.start
        lead = text[max(previous_end, sentence.start, figure.start - _LEAD) : figure.start]
        if "）" in lead or ")" in lead:
            lead = _ASIDE.sub("", lead)
        following = figures[index + 1].start if index + 1 < len(figures) else sentence.end
        tail = text[figure.end : min(following, sentence.end, figure.end + _TAIL)]
        clause = _own_clause(lead)
        mention = Mention(
            figure, index, position, lead, clause, tail, first,
            mentions[-1].key if _leaves_out_unit(figure, first, lead, mentions) else _key(figure), _amount(figure),
            labels[index] if labels else "", openers[index],
        )  # fmt: skip
        mention.basis = _is_basis(mention, text)
        mention.average = _is_average(mention)
        ratio = figure.dimension == "ratio"
        mention.addable = not (mention.percent or mention.average or ratio or _is_change(mention))
        mentions.append(mention)
        previous_end = figure.end
    return mentions


def of_other_money(pct: Mention, part: Mention) -> bool:
    """Whether a percentage is named by what became of money, and a figure tells another thing of it: 支付进度, 到位4200万元."""
    named = _NAMED_RATE.search(pct.clause) if part.figure.dimension == "money" else None
    return named is not None and are_opposite(named[1], part.clause)


def _own_clause(lead: str) -> str:
    start = 0
    for match in _CLAUSE_BREAK.finditer(lead.rstrip()):
        start = match.end()
    return lead[start:].strip()


def _openers(text: str, start: int, figures: Sequence[Figure]) -> list[int | None]:
    """For each figure: the figure right before the innermost open bracket around it. Brackets do not cross lines."""
    result: list[int | None] = []
    stack: list[int | None] = []
    end = start
    for index, figure in enumerate(figures):
        for match in _BRACKET.finditer(text, end, figure.start):
            if match[0] == "\n":
                stack.clear()
            elif match[0] in "（(":
                adjacent = index > 0 and not text[end : match.start()].strip()
                stack.append(index - 1 if adjacent else None)
            elif stack:
                stack.pop()
        result.append(stack[-1] if stack else None)
        end = figure.end
    return result


def _key(figure: Figure) -> str:
    if figure.dimension in ("people", "person_times"):
        return "people"
    if figure.dimension == "count":
        return "个" if figure.unit in _COUNTED or figure.unit in _BODIES else figure.unit
    return f"{figure.dimension} {figure.base_unit}"


def _leaves_out_unit(figure: Figure, first: bool, lead: str, mentions: Sequence[Mention]) -> bool:
    """Whether a figure is in the unit of the one before it: 人口48.35万人，其中男性25.06万，女性23.29万."""
    if first or figure.unit or not mentions or figure.text[-1:] not in _SCALES:
        return False
    before = mentions[-1]
    counted = before.key.partition(" ")[0] in _WHOLE_UNITS and figure.text[-1:] in before.figure.text
    return counted and _DIVIDES.search(lead) is not None


def _amount(figure: Figure) -> Decimal | None:
    if figure.redacted or figure.value_max is not None:
        return None
    return figure.base_value


def _is_average(mention: Mention) -> bool:
    return (
        mention.figure.status is Status.STANDARD
        or "/" in mention.figure.text
        or _AVERAGE.search(mention.clause) is not None
    )


def _is_change(mention: Mention) -> bool:
    return _CHANGE.search(mention.clause) is not None and _ADDED.search(mention.clause) is None


def _is_basis(mention: Mention, text: str) -> bool:
    """Whether a figure is only compared with: 占任务3.1亿元的92.3%, 较上年的2.42亿元增长, 超额完成120万元任务."""
    if FORMERLY.match(mention.clause):
        return True
    if not _COMPARED.search(mention.clause):
        return _TASK.search(mention.clause) is not None and _TASK_TAIL.match(mention.tail) is not None
    tail = mention.tail or text[mention.figure.end : mention.figure.end + 6]
    return tail.strip() == "的" or _BASIS_TAIL.match(tail) is not None


_TASK = re.compile(r"完成|占|达到")
_TASK_TAIL = re.compile(r"的?(?:目标)?(?:任务|计划|目标|指标)")
_BASIS_TAIL = pattern(r"的?(?:<growth>|多|少|高|低|相比)")
