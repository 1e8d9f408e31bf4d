"""Where a text names places: divisions of the gazetteer, villages by pattern, masked names, lists, and 我镇, 全县.

Villages are not in the gazetteer (there are 620,000, and reports shorten their names), so ``…村`` is a name when what
stands before it is neither a description (贫困村) nor part of the sentence; ``place_names.py`` decides that. A name
seen once with a sure beginning is recognised everywhere in the article, and without its 村 too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from extractor.context.place_lists import MASK, find_lists
from extractor.context.place_names import (
    HAN,
    LONGEST_NAME,
    SHORTEST_NAME,
    bare,
    begins_word,
    ends_word,
    is_common,
    is_generic,
    is_han,
    is_word,
    tail_length,
    trimmed,
)
from extractor.resources.gazetteer import TOWNSHIP_KINDS, gazetteer, stem
from extractor.types import PLACE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


class MentionKind(Enum):
    """How a text names a place."""

    NAME = "by its name, in full or short"
    SELF = "as the reporting unit's own (我镇, 全县, 该村)"


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of a place, or of several that the text names together (柳溪、石桥等村).

    Attributes:
        start: where the mention begins.
        end: where it ends, 等村 included.
        names: the names as written.
        level: ``province`` … ``village``, ``group`` for a part of a village, ``facility``, ``""`` if unknown.
        kind: see :class:`MentionKind`.
        counted: the number of places the text says the list has (等6个村), else 0.
        chains: for a name with the divisions it lies in right before it: all of them, from above (贵州省, 贵阳市).
    """

    start: int
    end: int
    names: tuple[str, ...]
    level: str
    kind: MentionKind = MentionKind.NAME
    counted: int = 0
    chains: tuple[tuple[str, ...], ...] = ()


LEVEL_OF_KIND = {
    "省": "province", "自治区": "province", "市": "city", "州": "city", "盟": "city", "地区": "city", "县": "county",
    "区": "county", "旗": "county", "乡": "township", "镇": "township", "乡镇": "township", "街道": "township",
    "村": "village", "社区": "village", "村委会": "village", "居委会": "village",
}  # fmt: skip
# 村, 镇 and 乡 also begin other words (村民, 镇长, 乡村) that name no place.
_NO_WORD = "(?!民|级|委(?!会)|庄|干|支|两|务|规|史|情|医|官|企|头|里|口|容|长|党|政|域|间|场|管|直|内|集体)"
_SUFFIX = re.compile(
    rf"村委会|居委会|街道|社区(?!居委会)|村(?![镇县市区]){_NO_WORD}"
    rf"|乡(?![村镇亲土愁音贤风县市区]){_NO_WORD}|镇(?![村乡静压县市区]){_NO_WORD}"
)
_MASKED = re.compile(
    rf"(?:{MASK}{{1,5}}|某某?)"
    r"(?P<kind>自治区|村委会|社区|街道|[省市州县区旗乡镇](?!级|列)|村(?!民|级|委|庄|干|支|两|务))"
)
_LATIN = re.compile(r"[\da-zA-Z*_×＊○□]")
_SELF = re.compile(r"[我全本该](?P<kind>街道|社区|[省市州盟县区旗乡镇村])(?!域|间|场|民|级|面|委|政|长|庄|属)")
_PART = re.compile(
    r"第?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:村民小)?[组社队](?!长|织)"
    rf"|[{HAN}]{{2,4}}?(?:[上下]?寨|屯|街(?!道)|村民小组|湾(?=[，,、。；]))"
)
_FACILITY = re.compile(
    rf"(?:[大中小]型)?(?P<kind>水库|灌区|教学点|片区|小区|产业园|示范园|福利中心)|至[{HAN}]{{2,4}}?公路"
)
# 除险加固小型水库3座: works that are counted have no name.
_COUNTED = re.compile(r"\s*[（(]?(?:共|计|近|约)?\s*[\dxX×一二两三四五六七八九十]+余?\s*[座处个口所]")
_HAN_OR_MASK = re.compile(f"[{HAN}xX]")
_JOINT = re.compile("、|和|及|与|以及")
_LONGEST_RUN = 8
_LONGEST_FACILITY = 6
# A township of the gazetteer wins over a longer reading (发往中坪|镇) but not over a plausible name (石门坎乡).
_TOWNSHIP_NAME = 3
_UNITS = "乡镇县村寨屯"
_COUNTY_CODE = 6
# 沿河|县道, 互助|县乡两级: what 县 begins a word with.
_COUNTY_WORDS = ("道", "乡", "镇", "村", "域", "际")
# 钱塘江 is no 钱塘.
_RIVER = ("江", "河", "湖", "山", "路", "籍")
# What stands before a place that is no setting of what is told, and what follows one.
_REFERENCE_BEFORE = re.compile(
    r"(?:距离?|离|与|同|跟|从|由|自|赴|往|去|来自|引进|学习|邻近|毗邻|靠近|经过?|途经|参照|借鉴|高于|低于|超过|比"
    r"|居|列|占|到|至)了?$"
)
_REFERENCE_AFTER = re.compile(
    r"(?:等地?)?(?:[^，,。；;\d]{0,6}(?:毗邻|接壤|交界|相邻|务工|打工|就业|经商|考察|参观|学习|从事|籍)"
    r"|第[一二三四五六七八九十]|前列|平均|首位|先进|[^，,。；;\d、]{0,6}(?:公司|集团|大学|学院|研究院|银行|商会))"
)

_TO = "-至到—－~～"
_ROAD_KIND = re.compile("(?:[村乡镇]?(?:公路|道路|铁路|高速|水泥路|油路|硬化路|隧道|[路线段]))")
_ROAD = re.compile(rf"[{_TO}]{{1,2}}[{HAN}]{{1,8}}?{_ROAD_KIND.pattern}")


def find(text: str, start: int, end: int) -> list[Mention]:
    """Return the mentions of places in ``text[start:end]``, in order, without overlaps."""
    found = [
        *_lists(text, start, end),
        *_masked(text, start, end),
        *_own(text, start, end),
        *_units(text, start, end),
        *_facilities(text, start, end),
        *_divisions(text, start, end),
    ]
    found = _without_overlaps(found)
    found = _without_overlaps([*found, *_short_forms(text, start, end, found)])
    return _joined(text, found)


def is_reference(text: str, mention: Mention) -> bool:
    """Whether a place is only referred to (距县城, 与东佳镇毗邻, 到沐川考察), not the setting of what is told."""
    before = _REFERENCE_BEFORE.search(text, max(0, mention.start - 4), mention.start)
    return before is not None or _REFERENCE_AFTER.match(text, mention.end) is not None


def is_road_end(text: str, mention: Mention) -> bool:
    """Whether a mention is a road's name or one of its end points (龙井至大坪公路): no scene of what is told next."""
    if mention.level == "facility":
        return _ROAD.search(text, mention.start, mention.end) is not None
    return _ROAD.match(text, mention.end) is not None or (
        mention.start > 0 and text[mention.start - 1] in _TO and _ROAD_KIND.match(text, mention.end) is not None
    )


def _without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Keep the first in order of start, the longer of two that begin together."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _lists(text: str, start: int, end: int) -> Iterator[Mention]:
    for found in find_lists(text, start, end):
        level = LEVEL_OF_KIND.get(found.kind, "")
        yield Mention(found.start, found.end, found.names, level, counted=found.counted)


def _masked(text: str, start: int, end: int) -> Iterator[Mention]:
    for match in _MASKED.finditer(text, start, end):
        if match.start() == start or not _LATIN.match(text[match.start() - 1]):
            yield Mention(match.start(), match.end(), (match[0],), LEVEL_OF_KIND[match["kind"]])


def _own(text: str, start: int, end: int) -> Iterator[Mention]:
    for match in _SELF.finditer(text, start, end):
        yield Mention(match.start(), match.end(), (match[0],), LEVEL_OF_KIND[match["kind"]], MentionKind.SELF)


def _units(text: str, start: int, end: int) -> list[Mention]:
    """Return villages and townships that are named with their kind.

    A name whose beginning is sure helps to find where the same name begins elsewhere in the article.
    """
    sure: list[Mention] = []
    unsure: list[tuple[re.Match[str], str]] = []
    for suffix in _SUFFIX.finditer(text, start, end):
        run = _run_before(text, start, suffix.start()).lstrip("个")
        if len(run) < SHORTEST_NAME or is_generic(run) or run[-1] in _UNITS:
            continue
        body = _body(run, suffix[0])
        if body is None:
            unsure.append((suffix, run))
        elif not is_generic(body) and not is_word(body):
            sure.append(_unit(suffix, body))
    known = {name for mention in sure for name in mention.names}
    sure = [_shortened(mention, known) for mention in sure]
    for suffix, run in unsure:
        sizes = range(min(LONGEST_NAME, len(run)), SHORTEST_NAME - 1, -1)
        sure += [_unit(suffix, run[-size:]) for size in sizes if run[-size:] + suffix[0] in known][:1]
    return sure


def _run_before(text: str, start: int, position: int) -> str:
    """Return the Chinese characters before ``position``, behind a year or day."""
    begin = position
    while begin > max(start, position - _LONGEST_RUN) and is_han(text[begin - 1]):
        begin -= 1
    while start < begin < position and text[begin] in "年月日度" and text[begin - 1].isdecimal():
        begin += 1
    return text[begin:position]


def _body(run: str, kind: str) -> str | None:
    """Return the name that ``run`` ends with, if it is sure where it begins."""
    named, listed = _named(run, kind), _township(run, kind)
    return listed if listed and (named is None or len(named) > _TOWNSHIP_NAME) else named


def _named(run: str, kind: str) -> str | None:
    cut = max(run.rfind(unit) for unit in _UNITS) + 1
    if cut:
        rest = run[cut:]
        rest = rest[1:] if rest[0] in "和与及" and len(rest) > SHORTEST_NAME else rest
        return trimmed(rest, exact=True) if len(rest) >= SHORTEST_NAME else None
    name = trimmed(run, exact=len(run) < _LONGEST_RUN, longest=LONGEST_NAME + tail_length(run))
    # 社区 and 街道 are common nouns too (完善城市社区): a name only at the beginning of a clause.
    return None if kind in ("社区", "街道") and name != run else name


def _township(run: str, kind: str) -> str | None:
    """Return the longest end of ``run`` that with ``kind`` is a township of the gazetteer."""
    if kind in TOWNSHIP_KINDS:
        for size in range(len(run), SHORTEST_NAME - 1, -1):
            if gazetteer().is_township(run[-size:]):
                return run[-size:]
    return None


def _unit(suffix: re.Match[str], body: str) -> Mention:
    return Mention(suffix.start() - len(body), suffix.end(), (body + suffix[0],), LEVEL_OF_KIND[suffix[0]])


def _shortened(mention: Mention, known: Collection[str]) -> Mention:
    """Drop a first character that belongs to the sentence (原|黄金村) when the article names the rest by itself."""
    rest = mention.names[0][1:]
    return replace(mention, start=mention.start + 1, names=(rest,)) if rest in known else mention


def _facilities(text: str, start: int, end: int) -> Iterator[Mention]:
    """Yield reservoirs, roads … with which a clause begins: the works that a report speaks of by name."""
    for match in _FACILITY.finditer(text, start, end):
        begin = match.start()
        while begin > max(start, match.start() - _LONGEST_FACILITY) and _HAN_OR_MASK.match(text[begin - 1]):
            begin -= 1
        body = text[begin : match.start()]
        opens = begin == start or not (_HAN_OR_MASK.match(text[begin - 1]) or text[begin - 1] == "、")
        if not opens or len(body) < SHORTEST_NAME or body[0] in "全各该本我个非" or is_generic(body):
            continue
        if _COUNTED.match(text, match.end()):
            continue
        if not any(ends_word(body, 0, position) for position in range(1, len(body) + 1)):
            yield Mention(begin, match.end(), (body + (match["kind"] or match[0]),), "facility")


def _divisions(text: str, start: int, end: int) -> Iterator[Mention]:
    """Yield provinces, prefectures and counties; short forms only with support in the article.

    The stem of a province or prefecture stands for it wherever it can begin a word; the stem of a county needs the
    county's full name, or one of its parents, somewhere in the article.
    """
    places = gazetteer()
    full: dict[tuple[int, int], str] = {}
    short: dict[tuple[int, int], str] = {}
    last = -1
    for span in places.scan(text, start, end):
        name = text[slice(*span)]
        if not places.is_full_name(name):
            if not is_common(name) and text[span[1] : span[1] + 1] not in _RIVER:
                short[span] = name
        elif text[span[1] : span[1] + 1] != "级" and (_may_be_full(text, span, start) or span[0] == last):
            full[span] = name
        last = span[1]
    stems = {stem(name) for name in full.values()}
    parents = {code for name in full.values() for code in places.codes(name)}
    for span, name in full.items():
        yield Mention(*span, (name,), PLACE_LEVELS[len(places.codes(name)[0])])
    for span, name in short.items():
        codes = places.codes(name)
        supported = any(code[:length] in parents for code in codes for length in (2, 4) if length < len(code))
        likely = (supported or len(codes[0]) < _COUNTY_CODE) and begins_word(text, span[0], start)
        if name in stems or likely:
            yield Mention(*span, (name,), PLACE_LEVELS[len(codes[0])])


def _may_be_full(text: str, span: tuple[int, int], start: int) -> bool:
    """Whether a full name is one indeed: older and short names may be two words by chance (建|成县, 结合|山区)."""
    name = text[slice(*span)]
    exact, common = gazetteer().is_exact(name), is_common(stem(name))
    if is_common(name) or (common and not exact and not _is_autonomous(text, span)):
        return False
    return (exact and len(name) > SHORTEST_NAME and not common) or begins_word(text, span[0], start)


def _is_autonomous(text: str, span: tuple[int, int]) -> bool:
    """Whether a common word and 县 are the everyday name of an autonomous county (新平县), not a word before 县道."""
    return gazetteer().is_certain(text[slice(*span)]) and text[span[1] : span[1] + 1] not in _COUNTY_WORDS


def _short_forms(text: str, start: int, end: int, found: Sequence[Mention]) -> Iterator[Mention]:
    """Yield villages and townships of the article where they stand without their kind (上坝“重点村”, 方家)."""
    levels: dict[str, str] = {}
    for mention in found:
        if mention.kind is MentionKind.NAME and mention.level in ("village", "township"):
            levels |= {bare(name): mention.level for name in mention.names if not name.endswith(("社区", "街道"))}
    bodies = [body for body in levels if len(body) >= SHORTEST_NAME and all(map(is_han, body))]
    bodies = [body for body in bodies if not is_common(body) and not is_word(body)]
    at = sorted((place, -len(body), body) for body in bodies for place in _occurrences(text, body, start, end))
    free = start
    for place, _, body in at:
        if place >= free:
            free = place + len(body)
            if begins_word(text, place, start):
                yield Mention(place, free, (body,), levels[body])


def _occurrences(text: str, word: str, start: int, end: int) -> Iterator[int]:
    place = text.find(word, start, end)
    while place >= 0:
        yield place
        place = text.find(word, place + 1, end)


def _joined(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Join what belongs together: 新平县建兴乡 (the inner one), 双河村下寨 (both), 清水镇、麻柳乡 (a list)."""
    joined: list[Mention] = []
    for mention in (_with_parts(text, mention) for mention in mentions):
        last = joined[-1] if joined else None
        if last is None or MentionKind.SELF in (last.kind, mention.kind):
            joined.append(mention)
        elif last.end == mention.start and last.level != mention.level:
            chains = (*last.chains, *((*_chain(last), name) for name in mention.names))
            joined[-1] = replace(mention, start=last.start, names=(*last.names[:-1], *mention.names), chains=chains)
        elif _JOINT.fullmatch(text, last.end, mention.start) and _alike(last, mention):
            names = (*last.names, *(name for name in mention.names if name not in last.names))
            # 白云区都拉乡、沙文镇: both lie in the district; counties of a list may lie anywhere.
            above = _chain(last)[:-1] if mention.level == "township" else ()
            chains = (*last.chains, *((*above, name) for name in mention.names if above))
            joined[-1] = replace(mention, start=last.start, names=names, chains=chains)
        else:
            joined.append(mention)
    return joined


def _chain(mention: Mention) -> tuple[str, ...]:
    """Return the last name of a mention with the divisions named before it."""
    last = mention.names[-1]
    return next((chain for chain in reversed(mention.chains) if chain[-1] == last), (last,))


def _alike(first: Mention, second: Mention) -> bool:
    inner = ("village", "group", "")
    return first.level == second.level or (first.level in inner and second.level in inner)


def _with_parts(text: str, mention: Mention) -> Mention:
    """Extend a village by the part of it that is meant (云岭3组, 双河村上寨、下寨)."""
    if mention.kind is not MentionKind.NAME or mention.level != "village":
        return mention
    part = _PART.match(text, mention.end)
    if part is None:
        return mention
    names, end = (*mention.names[:-1], mention.names[-1] + part[0]), part.end()
    while text[end : end + 1] == "、" and (part := _PART.match(text, end + 1)):
        names, end = (*names, part[0]), part.end()
    return replace(mention, end=end, names=names, level="group")
