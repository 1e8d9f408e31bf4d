"""What a total and its parts have in common, however the text ties them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractor.checks.claim import Claim, Trust, add
from extractor.intervals import total as add_up
from extractor.link_cues import pattern
from extractor.types import CheckKind, Role

if TYPE_CHECKING:
    from extractor.checks.view import Item, View

# Words behind which only some of the parts are named.
SPLIT = pattern("<split>|[，,（(]含")
OTHER = re.compile(r"其他|其它|其余|剩余|余下")
_UNTOLD = re.compile(rf"{OTHER.pattern}|尚未|未启动|未立项|未开工")
CLAUSES = 8  # clauses over which a list goes on
EACH = re.compile(r"单[个座户]|[\u4e00-\u9fff]均$")
_BARE = frozenset(("个", "处", "项", "家"))  # what they count only the noun tells
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
NAME_END = re.compile(r"(?:面积|资金|投资|补助)?(?:[为达有是占]|达到|共)?$")
_OVERLAP = pattern("<overlap>|惠及|受益|享受|帮扶|培训|覆盖|服务|涉及|[（(]含")
_TWICE = re.compile("部分|同时|兼|重复|重叠")
_BEHIND = 16  # characters behind a list in which 部分同时 may stand
_AHEAD = 24  # characters behind a list
MOST = 30  # parts of one list
FEW = 2
NUMERALS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def may_overlap(view: View, total: Item, parts: Sequence[Item]) -> bool:
    """Whether people or things may be told in two parts: 女党员 and 35岁以下; 惠及…户，其中产业帮扶…、就业帮扶…."""
    if total.figure.dimension not in ("people", "households", "count", "person_times"):
        return False
    if any(part.mention.clause.endswith("户") for part in parts):
        return True  # 养猪户210户、养牛户95户
    begin = min(total.start - len(total.mention.clause), parts[0].start - len(parts[0].mention.clause))
    end = max(parts[-1].figure.end, total.figure.end)
    told_twice = _TWICE.search(view.text, begin, end + _BEHIND) or _OVERLAP.search(view.text, begin, end)
    return told_twice is not None


def claim_sum(total: Item, parts: Sequence[Item], trust: Trust, *, bound: bool = False) -> Claim:
    """Return the claim that ``parts`` make ``total``, or with ``bound`` no more than it."""
    if _of_other_years(total, parts):
        trust = Trust.QUIET
    kind = CheckKind.PARTS if bound else CheckKind.SUM
    words = " + ".join(["{}"] * len(parts))
    return Claim(kind, total, tuple((part, Role.PART) for part in parts), add, words, trust, bound)


def _of_other_years(total: Item, parts: Sequence[Item]) -> bool:
    """Whether the words name one year for a total and another for a part: 2023年产量…，其中2023年夏粮…，2024年夏粮…."""
    own = _YEARS.findall(total.mention.lead)
    return len(own) == 1 and any(year != own[0] for part in parts for year in _YEARS.findall(part.mention.lead))


def meets(total: Item, parts: Sequence[Item]) -> bool:
    """Whether the parts add up to the total within what their writing leaves open."""
    numbers = [part.number for part in parts]
    if total.number is None or not all(numbers):
        return False
    allowed = add_up(number.rounding for number in numbers if number is not None)
    return allowed.meets(total.number.rounding)


def alike(items: Sequence[Item]) -> bool:
    """Whether figures may be added: counts only when their things are called alike (贫困村, 重点村), amounts always."""
    if len({item.figure.status for item in items}) > 1:
        return False
    if items[0].figure.dimension != "count":
        return True
    nouns = {item.figure.indicator[-1:] for item in items}
    return len(nouns) == 1 or all(item.figure.unit not in _BARE for item in items)


def goes_on(view: View, parts: Sequence[Item]) -> bool:
    """Whether a rest without a number follows a list: 因病的21户；其余为缺技术、缺资金等."""
    end = parts[-1].figure.end
    behind = view.text[end : end + _AHEAD]
    return _UNTOLD.search(behind.partition("。")[0]) is not None


def closes(view: View, parts: Sequence[Item]) -> bool:
    """Whether the last part is called the rest, so that nothing is left out: 其他, 其余7个乡镇."""
    return OTHER.search(view.between(parts[-2], parts[-1])) is not None


def names_levels(total: Item, parts: Sequence[Item]) -> bool:
    """Whether the total itself names its parts: 县、乡、村三级河长346名，其中县级14名、乡级98名、村级234名."""
    heads = [NAME_END.sub("", part.mention.clause).removeprefix("其中")[:1] for part in parts]
    listed = re.search("[、]?".join(map(re.escape, heads)), total.mention.lead) if all(heads) else None
    return listed is not None and len(set(heads)) == len(parts) > 1


def comes_on_top(item: Item) -> bool:
    """Whether a part is added to what an earlier sentence tells."""
    return item.mention.clause.startswith("加上")
