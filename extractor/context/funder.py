"""Funder: whose money a sum is, in the words of the report (省级, 群众自筹, 县财政 …)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from extractor.context.frames import Frame
from extractor.resources.cues import load
from extractor.types import Scope

_CUES = load("context_patterns.tsv", "pattern")
_LEVELS = "<level>(?:[、和及与]?<level>)*(?:级|本级|两级|三级)?(?:财政|政府|专项债券)?"
_PUBLIC = _CUES.pattern(
    rf"(?:^|[，,、；;：:其中和由争取到位上向收入整合拨付投入了用于自筹积极及（(])({_LEVELS})"
    r"(?:财政)?<grant>*(?:资金|经费|补助|投入|配套|投资|筹措|拨款|支出|到位|债券|安排|补贴|预算)*"
    r"(?:各|共|计|为|达|约|近|超|资金|已|每亩|只有|[（(][^）)]*[）)]|\s)*$"
)
_OWN_MEANS = _CUES.pattern(
    r"(<payer>?<own_means>)(?:[（(][^）)]*[）)])?(?:财政)?(?:资金|部分|投入|折资|折款|和投劳)*"
    r"(?:各|共|计|为|达|约|近|共计|\s)*$"
)
_BODY_MONEY = _CUES.pattern(
    r"([\u4e00-\u9fff“”\"*×xX\d]{0,12}?<body>)(?:共|已|累计|个人|先后|也|还|将|又|计划)*<gives>"
    r"(?!基金|公司|集团|平台)[^，,。；;]{0,10}$"
)
_INTRODUCED = re.compile(
    "(?:引进|引入|利用|吸引|撬动|争取)到?(社会资本|外资|民间资本|社会资金|银行贷款|上级)(?:资金|补助)*[^，,。；;]{0,6}$"
)
# 争取帮扶单位县农业银行30万元: whoever was asked gave it.
_WON = _CUES.pattern(
    "(?:争取|协调)到?了?(?:(?:对口)?(?:帮扶|包扶|挂钩|联系|定点)(?:单位|部门))?([\u4e00-\u9fff]{1,12}?(?:<body>|厅|办|会))"
    r"(?:<gives>|帮扶|扶贫|专项|项目|扶持)*\s*$"
)
_SUBJECT_NOISE = _CUES.pattern("^<before_body>+")
# 争取并用好新增专项债券: what is done with the money says nothing of whose it is.
_GOVERNED = _CUES.pattern("^.*(<governs>)(?:了|到)?")
# 各单位直接投入帮扶资金: no name behind the verb, but one before it.
_GIVER = _CUES.pattern("^.*?<body>")
_NO_NAMES = frozenset(("", "帮扶"))


def resolve(scope: Scope, frames: Sequence[Frame]) -> list[str | None]:
    """Return the funder of each quantity; ``None`` for what is no money or where the text names none."""
    found: list[str | None] = []
    for frame in frames:
        if frame.quantity.dimension != "money":
            found.append(None)
            continue
        found.append(_funder(scope.text[frame.clause[0] : frame.quantity.start], frame))
    return found


def _funder(clause: str, frame: Frame) -> str | None:
    text = frame.lead if len(frame.lead.strip()) >= 1 else clause
    match = _OWN_MEANS.search(text) or _INTRODUCED.search(text) or _PUBLIC.search(text)
    if match:
        return match.group(1)
    match = _WON.search(text) or _BODY_MONEY.search(text)
    if match is None:
        return None
    name = _name(frame, frame.quantity.start - len(text) + match.start(1), match.group(1))
    return re.sub(r"(?:资金|整合)$", "", name) or None


def _name(frame: Frame, begin: int, words: str) -> str:
    """The name in ``words``, which stand at ``begin``: whole words, and none of what is done with the money."""
    skipped = _inside_word(frame, begin)
    begin, words = begin + skipped, words[skipped:]
    governed = _GOVERNED.match(words)
    if governed is not None:
        rest = words[governed.end() :]
        giver = _GIVER.match(words, 0, governed.start(1))
        return giver[0] if giver is not None and rest in _NO_NAMES else rest
    noise = _SUBJECT_NOISE.match(words)
    if noise is None or _inside_word(frame, begin + noise.end()):
        return words  # 共青团: no 共
    return words[noise.end() :]


def _inside_word(frame: Frame, begin: int) -> int:
    """How many characters from ``begin`` on still belong to a word that began before it."""
    position = bisect_right(frame.tokens, begin, key=attrgetter("start")) - 1
    token = frame.tokens[position] if position >= 0 else None
    return token.end - begin if token is not None and token.start < begin < token.end else 0
