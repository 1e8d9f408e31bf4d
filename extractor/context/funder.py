"""Funder: whose money a sum is, in the words of the report (省级, 群众自筹, 县财政 …)."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
    r"([\u4e00-\u9fff“”\"*×xX\d]{0,12}?<body>)(?:共|已|累计|个人|先后|也|还|将|又|计划)*<gives>[^，,。；;]{0,10}$"
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


def resolve(scope: Scope, frames: Sequence[Frame]) -> list[str | None]:
    """Return the funder of each quantity; ``None`` for what is no money or where the text names none."""
    found: list[str | None] = []
    for frame in frames:
        if frame.quantity.dimension != "money":
            found.append(None)
            continue
        found.append(_funder(scope.text[frame.clause[0] : frame.quantity.start], frame.lead))
    return found


def _funder(clause: str, lead: str) -> str | None:
    text = lead if len(lead.strip()) >= 1 else clause
    match = _OWN_MEANS.search(text) or _INTRODUCED.search(text) or _PUBLIC.search(text)
    if match:
        return match.group(1)
    match = _WON.search(text)
    if match:
        return match.group(1)
    match = _BODY_MONEY.search(text)
    if match:
        name = _SUBJECT_NOISE.sub("", match.group(1))
        return re.sub(r"(?:资金|整合)$", "", name) or None
    return None
