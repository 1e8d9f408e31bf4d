"""What is left: a task less what is done of it, income less outlay, the highest less the lowest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Operation, Trust, holds, subtract
from extractor.intervals import total
from extractor.link_cues import pattern
from extractor.resources.money_stages import is_coming
from extractor.types import CheckKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View
    from extractor.intervals import Interval

_REST = pattern(
    "<rest>|仅剩|还剩|尚有|尚余|尚未|还有|结余|节余|结转|缺口|差额|高差|相差|落差|尚差|还差|尚缺|还缺|净增|调入|盈余|自然增长"
)
_BACK = 6  # sentences before it in which the two others stand
_MOST = 12  # figures looked at


def find(view: View) -> Iterator[Claim]:
    """Yield what is said to be left of something."""
    for item in view.items:
        balance = _balance(view, item)
        if balance is not None:
            yield balance
            continue
        words = _words(view, item)
        if _OF_WHICH.match(view.text, item.figure.end):
            continue
        if item.number is None or not _REST.search(words + view.text[item.figure.end : item.figure.end + _AHEAD]):
            continue
        same = [other for other in view.before(item, sentences=_BACK) if other.mention.key == item.mention.key][:_MOST]
        together = [other for other in same if other.sentence == item.sentence]
        claims = [
            _rest(item, whole, done, same, together, words)
            for place, done in enumerate(same)
            for whole in (*same[place + 1 :], *same[:place])
            if (_larger(whole, done) or [done, whole] == together) and _may_leave(done, words)
        ]
        claims += _several(item, same)
        found = next((claim for claim in claims if holds(claim)), None)
        meant = found or next((claim for claim in claims if claim.trust is not Trust.QUIET), None)
        if meant is not None:
            yield meant


_BALANCE = re.compile(r"[结节盈]余|结[转存]")
_AHEAD = 8  # characters behind a figure in which 的缺口 may stand


def _may_leave(done: Item, words: str) -> bool:
    """Whether it may be left by what was done: 计划500万元，到位420万元，结余18万元 is of what arrived, less what was spent."""
    return not (_BALANCE.search(words) and is_coming(done.mention.clause))


def _words(view: View, item: Item) -> str:
    """The words of a figure, or of the one that it is joined to: 剩余83户252人."""
    return view.items[item.index - 1].mention.clause if item.mention.joined else item.mention.clause


def _larger(whole: Item, done: Item) -> bool:
    return whole.number is not None and done.number is not None and whole.number.value > done.number.value


def _rest(item: Item, whole: Item, done: Item, same: list[Item], together: list[Item], words: str) -> Claim:
    """排查73处，销号71处，余下2处: two figures of one kind right before it in its sentence, the whole first."""
    sure = together == [done, whole] and item.figure.part_of in (whole.start, None)
    summable = whole.mention.summable and done.mention.summable and item.mention.summable
    trust = Trust.LIKELY if sure and summable and _LEFT.search(words) else Trust.QUIET
    if trust is Trust.QUIET and same[:2] == [done, whole] and done.sentence == item.sentence and _LEFT.search(words):
        stock = summable and _STOCK.search(whole.mention.clause) is not None
        trust = Trust.LIKELY if stock else Trust.QUIET
    if trust is Trust.LIKELY and not _larger(whole, done):
        trust = Trust.SAID  # more done than there was
    if item.figure.unit == "‰" and words.endswith("自然增长率") and same[:2] == [done, whole]:
        trust = Trust.SAID  # 出生率…；死亡率…；自然增长率…
    terms = ((whole, Role.WHOLE), (done, Role.PART))
    return Claim(CheckKind.DIFFERENCE, item, terms, subtract, "{} - {}", trust)


def _balance(view: View, item: Item) -> Claim | None:
    """年初19265户，新登记3042户，注吊销827户，年末实有21480户: what there was, what came and what went."""
    if not _AT_END.search(item.mention.clause) or not _is_stock(item):
        return None
    same = [one for one in view.before(item, sentences=_BACK) if one.mention.key == item.mention.key and _is_stock(one)]
    start = next((place for place, one in enumerate(same[:_MOST]) if _AT_START.search(one.mention.clause)), None)
    if not start:
        return None
    flows = [(one, _went(one)) for one in same[:start] if not _OF_OTHERS.search(one.mention.clause)]
    if not flows or any(went is None for _, went in flows):
        return None
    came, gone = ([one for one, went in reversed(flows) if went is way] for way in (False, True))
    words = "{}" + " + {}" * len(came) + " - {}" * len(gone)
    terms = ((same[start], Role.WHOLE), *((one, Role.PART) for one in (*came, *gone)))
    return Claim(CheckKind.DIFFERENCE, item, terms, _balanced(len(came) + 1), words, Trust.LIKELY)


def _is_stock(item: Item) -> bool:
    return item.number is not None and not item.mention.percent and not item.mention.average


def _went(item: Item) -> bool | None:
    """Whether an amount goes off a stock or comes to it, ``None`` where its words do not tell."""
    if _OUT.search(item.mention.clause):
        return True
    return False if _IN.search(item.mention.clause) else None


def _balanced(added: int) -> Operation:
    def operation(numbers: Sequence[Interval]) -> Interval:
        result = total(numbers[:added])
        return result - total(numbers[added:]) if len(numbers) > added else result

    return operation


_AT_START = re.compile(r"[年期月]初|(?:上年|去年)[末底]|[年期]初的|原有")
_AT_END = re.compile(r"(?:[年期月]末|[年月]底|期末|目前|现)[^，,]{0,8}$|实有$")
_IN = re.compile(r"新|增|收入|收到|调入|补充|招|自繁|入库|转入|加入|吸收")
_OUT = re.compile(r"减|退出|退休|清退|吊销|注销|核销|销号|支出|出栏|死亡|还了|归还|偿还|还款|调出|转出|除名|支付|化解")
_OF_OTHERS = re.compile(r"其中|结余")


def _several(item: Item, same: list[Item]) -> list[Claim]:
    """计划2650万元，已落实上级1980万元、自筹390万元，缺口280万元: what all the figures between leave of the first."""
    *done, whole = [other for other in same if other.sentence == item.sentence] or [item]
    if len(done) < 2 or not all(other.mention.summable for other in (item, whole, *done)):
        return []
    planned = _NEEDED.search(whole.mention.clause) is not None and _MISSING.match(item.mention.clause) is not None
    terms = ((whole, Role.WHOLE), *((part, Role.PART) for part in reversed(done)))
    words = "{}" + " - {}" * len(done)
    trust = Trust.SAID if planned else Trust.QUIET
    return [Claim(CheckKind.DIFFERENCE, item, terms, subtract, words, trust)]


_OF_WHICH = re.compile(r"[（(]含")  # 结余350万元（含上年结余50万元）: not only of this year
_NEEDED = pattern("<plan>|总投资|总额|需")
_MISSING = pattern("^(?:尚有|还有|资金)?(?:<rest>|缺口|尚缺|还缺|尚差|还差|差额)")
_STOCK = pattern("<rest>|剩|尚有|还有|列入|计划|任务|排查")  # what there was to do
_LEFT = pattern("^(?:年末|现|仅|还|目前|其中)?(?:<rest>|剩|结余)|^(?:年|期|月)末(?:尚有|还有|仍有|余)")
