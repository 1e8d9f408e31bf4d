"""The unit an article reports on: the place of every figure for which the text names no other.

我镇, 全县, 该村 stand for the name that the article itself gives: in its title (XX乡2016年扶贫工作总结), its
signature, a first sentence (方家乡位于…) or simply most often. Where it gives none, the words are kept as written.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractor.context.place_mentions import LEVEL_OF_KIND, Mention, MentionKind, find, is_reference, is_road_end
from extractor.context.place_names import is_han, is_word, name_in
from extractor.resources.gazetteer import gazetteer
from extractor.types import PLACE_LEVELS

if TYPE_CHECKING:
    from extractor.types import Scope

# Levels from the top; what a unit's superiors do (省级, 市下达) is no place of its figures.
RANK = {"province": 1, "city": 2, "county": 3, "township": 4, "village": 5, "group": 6, "facility": 6, "": 6}

_KIND = re.compile("(?:自治区|街道|社区|村委会|[省市州盟县区旗乡镇村])$")
_KIND_OF_LEVEL = {"province": "省", "city": "市", "county": "县"}
# How strongly a word says what the report is about, against one for each mention of a name.
_WEIGHTS = {"我": 3, "本": 2, "全": 1, "该": 1}
_TITLE_WEIGHT = 40
_TITLE_LINES, _SIGNATURE_LINES, _LINE_LENGTH = 4, 3, 50
_DOMINANT_MENTIONS = 3
# A name met up to so often may be met in passing.
_IN_PASSING = 2
_OPENING_SHARE = 20
_OPENING_LENGTH = 1500
# A county need not be in the gazetteer (it may be renamed); what stands before 县 decides. 山区 and 全市 are no names.
_UNIT_NAME = re.compile(
    r"(?P<run>[一-鿿]{1,7}"
    r"(?<![全各该本我省市县区城郊矿山库林牧片园景社小老地灾辖新边特校厂港能发股超上门楼都穷困级自副]))"
    r"(?P<kind>[县市区州旗])(?![级域场委镇乡里内外长直政])"
)
_YEAR = re.compile(r"[^年]{0,4}[\d０-９〇○零一二三四五六七八九xX×*]年度?(?=[一-鿿])")
_INTRODUCED = re.compile(r"位于|地处|坐落|是|辖|共?有|人民政府|党委|政府")
# A township is named without 镇 where the report wishes it well (加快…脱贫致富).
_WISHED = re.compile(
    r"(?:加快|推进|推动|促进|建设|实现|谱写|助推)(?P<name>[一-鿿]{2,3}?)"
    r"(?=经济|脱贫|跨越|振兴|高质量|乡村|美好|新篇章)"
)
_Counts = Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Home:
    """The reporting unit.

    Attributes:
        names: what the article calls itself: its name, or 我镇 as written; ``()`` when it is about no place.
        rank: its place in the hierarchy (1 province … 5 village), 0 when unknown.
        level: the level of that rank, ``""`` when unknown.
        kind: the word for the unit itself: 镇 for 我镇 and 全镇.
        by_kind: for 镇, 县 …: the name that 我镇, 全县 stand for.
        since: where the article first names it, if it is only what most of the article speaks of; else 0.
    """

    names: tuple[str, ...] = ()
    rank: int = 0
    level: str = ""
    kind: str = ""
    by_kind: Mapping[str, str] = field(default_factory=dict)
    since: int = 0


def find_home(scope: Scope, mentions: Sequence[Mention]) -> Home:
    """Return the reporting unit of an article, given its mentions of places."""
    mentions = [mention for mention in mentions if not is_road_end(scope.text, mention)]
    counts = _counts(mentions)
    written = _written(mentions)
    named = _title_names(scope, counts)
    titled = bool(named)
    if not written and not named and not _dominates(counts):
        named = _opening_subject(scope, mentions)
        if not named:
            return Home()
    by_kind = dict(named)
    for other, names in counts.items():
        name, count = names.most_common(1)[0]
        if other not in by_kind and (count > _IN_PASSING or _introduced(scope, mentions, name)):
            by_kind[other] = name
    kind = next((kind for kind in _kinds(mentions, counts, named) if kind in by_kind or kind in written), "")
    if kind and kind not in by_kind and (found := _wished(scope) if kind in "镇乡" else _unlisted(scope, kind)):
        by_kind[kind] = found
    own = by_kind.get(kind) or written.get(kind)
    if own is None:
        return Home(by_kind=by_kind)
    level = level_of(own) or LEVEL_OF_KIND[kind]
    first = 0 if titled or written else next((m.start for m in mentions if own in m.names), 0)
    return Home((own,), RANK[level], level, kind, by_kind, first)


def kind_of(name: str) -> str:
    """Return 镇 of 竹溪镇 and 我镇, ``""`` for a short form (贵州, 杭州)."""
    match = _KIND.search(name)
    if match is None or gazetteer().is_stem(name):
        return ""
    return match[0].removeprefix("自治")


def level_of(name: str) -> str:
    """Return the level of a name, from the gazetteer where it is known there, else from its kind."""
    codes = gazetteer().codes(name)
    listed = PLACE_LEVELS[len(codes[0])] if codes else "township"
    return listed if listed != "township" else LEVEL_OF_KIND.get(kind_of(name), "")


def _counts(mentions: Sequence[Mention]) -> _Counts:
    """Count the names of each kind; a list counts for none of its items."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        if mention.kind is MentionKind.NAME and len(mention.names) == 1 and (kind := _any_kind(mention.names[0])):
            counts[kind][mention.names[0]] += 1
    return counts


def _written(mentions: Sequence[Mention]) -> dict[str, str]:
    """Return for each kind how the article first calls its own unit (我镇, 全县)."""
    written: dict[str, str] = {}
    for mention in mentions:
        if mention.kind is MentionKind.SELF:
            written.setdefault(kind_of(mention.names[0]), mention.names[0])
    return written


def _kinds(mentions: Sequence[Mention], counts: _Counts, named: Mapping[str, str]) -> list[str]:
    """Return the kinds of unit, the one that the article is most about first."""
    weights: Counter[str] = Counter(dict.fromkeys(named, _TITLE_WEIGHT))
    for kind, names in counts.items():
        most = names.most_common(1)[0][1]
        weights[kind] += most if most > _IN_PASSING else 0
    for mention in mentions:
        if mention.kind is MentionKind.SELF:
            weights[kind_of(mention.names[0])] += _WEIGHTS[mention.names[0][0]]
    return [kind for kind, _ in weights.most_common()]


def _any_kind(name: str) -> str:
    return kind_of(name) or _KIND_OF_LEVEL.get(level_of(name), "")


def _dominates(counts: _Counts) -> bool:
    """Whether one name is what the article is about: named three times at least, and as often as all others."""
    total = sum(counts.values(), Counter[str]())
    return bool(total) and max(total.values()) >= max(_DOMINANT_MENTIONS, total.total() / 2)


def _opening_subject(scope: Scope, mentions: Sequence[Mention]) -> dict[str, str]:
    """Return the place with which the article begins to speak (红岩移民新村于2012年动工…)."""
    for sentence in scope.sentences:
        if scope.text[sentence.start : sentence.end].rstrip().endswith("。"):
            subjects = [m for m in mentions if m.start == sentence.start and len(m.names) == 1]
            return {kind_of(m.names[0]): m.names[0] for m in subjects if kind_of(m.names[0])}
    return {}


def _title_names(scope: Scope, counts: _Counts) -> dict[str, str]:
    """Return the places that title and signature name, by kind: of several, the one the article names most."""
    # A row of a table is no title, nor is what only follows the first figure.
    first = scope.quantities[0].start if scope.quantities else scope.article.end
    lines = [scope.article.title]
    titles = [sentence for sentence in scope.sentences[:_TITLE_LINES] if sentence.start <= first]
    for sentence in (*titles, *scope.sentences[-_SIGNATURE_LINES:]):
        line = scope.text[sentence.start : sentence.end].strip()
        if not re.search(r"[\t|]", line) and len(line) <= _LINE_LENGTH and not line.endswith(("。", "；", "！", ";")):
            lines.append(line)
    head = "\n".join(lines)
    names: dict[str, list[str]] = defaultdict(list)
    for mention in find(head, 0, len(head)):
        inner = mention.level in ("group", "facility") or is_road_end(head, mention)
        if mention.kind is MentionKind.NAME and not inner:
            names[_any_kind(mention.names[-1])].append(mention.names[-1])
    for match in _UNIT_NAME.finditer(head):
        if name := _unit_name(head, match):
            names[match["kind"]].append(name)
    names.pop("", None)
    return {kind: max(found, key=lambda name: counts.get(kind, Counter())[name]) for kind, found in names.items()}


def _unit_name(text: str, match: re.Match[str]) -> str | None:
    run, opens = match["run"], match.start() == 0 or not is_han(text[match.start() - 1])
    year = _YEAR.match(text, max(0, match.start() - 1), match.end("run"))
    if year is not None:  # 2020年石坪县, 二〇二〇年度石坪县
        run, opens = text[year.end() : match.end("run")], True
    name = name_in(run, exact=opens) if run else None
    return None if name is None or re.search("[县市区委]", name) else name + match["kind"]


def _unlisted(scope: Scope, kind: str) -> str | None:
    """Return the county that the opening names, if the gazetteer does not know it."""
    end = min(scope.article.end, scope.article.start + _OPENING_LENGTH)
    for match in _UNIT_NAME.finditer(scope.text, scope.article.start, end):
        if match["kind"] == kind and (name := _unit_name(scope.text, match)):
            return name
    return None


def _introduced(scope: Scope, mentions: Sequence[Mention], name: str) -> bool:
    """Whether the article opens with ``name`` or presents it (方家乡位于…)."""
    opening = (scope.article.end - scope.article.start) // _OPENING_SHARE
    for mention in mentions:
        if mention.names == (name,) and not is_reference(scope.text, mention):
            early = mention.start - scope.article.start < opening
            return early or _INTRODUCED.match(scope.text, mention.end) is not None
    return False


def _wished(scope: Scope) -> str | None:
    for match in _WISHED.finditer(scope.text, scope.article.start, scope.article.end):
        if gazetteer().is_township(match["name"]) and not is_word(match["name"]):
            return match["name"]
    return None
