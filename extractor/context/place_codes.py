"""The division code of a place, where the text leaves no doubt which division is meant; otherwise none.

The gazetteer knows 41,000 townships, and half the country shares the same few hundred names: a name alone proves
nothing. A province, prefecture or county proves itself by a full name that exists once (瓮安县). Everything else (an
ambiguous 白云区, a short 罗城, any township) needs the division it lies in: named right before it (贵阳市白云区), as the
reporting unit, or elsewhere in the article. A county of which the gazetteer knows nothing leaves its townships
without codes, whatever else is called the same.
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING

from extractor.context.home import RANK, kind_of, level_of
from extractor.context.place_mentions import MentionKind, is_reference, is_road_end
from extractor.context.place_names import bare
from extractor.resources.gazetteer import gazetteer, township_stem
from extractor.types import PLACE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractor.context.home import Home
    from extractor.context.place_mentions import Mention

_PROVINCE, _CITY, _COUNTY, _TOWNSHIP = sorted(PLACE_LEVELS)
# The unit's own superiors, the lowest first, by the word for them.
_COUNTY_KINDS, _UPPER_KINDS = ("县", "旗", "区"), ("市", "州", "盟", "地区", "省", "自治区")
# What may stand before a township without being the county it lies in (全县|青山镇).
_ENDS_COUNTY = "县市区州旗盟省"
_INNER = ("village", "group", "facility")


class PlaceCodes:
    """The codes of one article's places."""

    def __init__(self, text: str, mentions: Sequence[Mention], home: Home) -> None:
        """Collect which divisions the article names beyond doubt, and within which it names the others."""
        self._named = [mention for mention in mentions if mention.kind is MentionKind.NAME]
        self._known = self._sure(text)
        self._home = home
        self._within: dict[str, set[str | None]] = {}
        self._full: dict[str, set[str]] = {}
        self._levels: dict[str, set[str]] = {}
        own = {mention.end for mention in mentions if mention.kind is MentionKind.SELF}
        for mention in self._named:
            for name in mention.names:
                self._levels.setdefault(name, set()).add(mention.level)
                self._full.setdefault(bare(name), set()).add(name)
        for mention in self._named:
            self._place_within(text, mention, mention.start in own)
        self._above = self._superiors()
        # What the article is about counts more than a province in passing.
        self._own = frozenset(filter(None, map(self._code_of, home.names)))
        self._settled: dict[str, str | None] = {}

    def settle(self, name: str) -> str | None:
        """Return the one code that ``name`` has in this article, or ``None``."""
        if name not in self._settled:
            self._settled[name] = self._settle(name)
        return self._settled[name]

    def level(self, name: str) -> str:
        """Return the level of a place: that of its code, else as the article names it, else by its kind."""
        code = self.settle(name)
        named = self._levels.get(name, set())
        if code:
            return PLACE_LEVELS[len(code)]
        return next(iter(named)) if not kind_of(name) and named in ({"township"}, {"village"}) else level_of(name)

    def _settle(self, name: str) -> str | None:
        full = self._full.get(name, {name})
        levels = self._levels.get(name, set())
        if not kind_of(name) and levels & {"township", *_INNER}:
            # 大坪 is the 大坪镇 of the article, no county of that name; next to 大坪村 it may be either.
            (name, *others) = sorted(full - {name}) or [name]
            if others or township_stem(name) == name:
                return None
        if name[0] in "我全本该":
            return None
        candidates = gazetteer().codes(name)
        if any(len(code) == _TOWNSHIP for code in candidates):
            return self._township(name, candidates)
        return self._upper(name, candidates)

    def _upper(self, name: str, candidates: Sequence[str]) -> str | None:
        """Return the code of a province, prefecture or county."""
        return _only(self._chained(name, candidates)) or (
            None if self._within.get(name) else _proved(name, candidates, self._known | self._own)
        )

    def _township(self, name: str, candidates: Sequence[str]) -> str | None:
        """Return the code of a township: in the county named before it, else in the unit's, else in the one named."""
        if self._within.get(name):
            return _only(self._chained(name, candidates))
        return _only([code for code in candidates if any(_inside(code, parent) for parent in self._above)])

    def _chained(self, name: str, candidates: Sequence[str]) -> list[str]:
        """Return the candidates that lie in every division that the article names right before ``name``."""
        within = self._within.get(name, set())
        if not within or None in within:
            return []
        parents = set(filter(None, within))
        inside = [code for code in candidates if all(_inside(code, parent) for parent in parents)]
        return [code for code in inside if gazetteer().is_certain(name) or _fits(name, code, parents)]

    def _place_within(self, text: str, mention: Mention, follows_own: bool) -> None:
        """Enter the divisions named right before a mention; ``None`` for one that the gazetteer cannot settle."""
        if not follows_own and mention.start and text[mention.start - 1] in _ENDS_COUNTY:
            first = mention.chains[0][0] if mention.chains else mention.names[0]
            self._within.setdefault(first, set()).add(None)
        for written in mention.chains:
            for outer, name in pairwise(written):
                self._within.setdefault(name, set()).add(self._code_of(outer))

    def _code_of(self, outer: str) -> str | None:
        """Return the code of a division that another is named in: the chain before it counts first."""
        candidates = gazetteer().codes(outer)
        if self._within.get(outer):
            return _only(self._chained(outer, candidates))
        return _proved(outer, candidates, self._known)

    def _sure(self, text: str) -> frozenset[str]:
        """Return the codes of what the article names beyond doubt as the scene, with those above them."""
        scenes = [m for m in self._named if not is_reference(text, m) and not is_road_end(text, m)]
        names = {name for mention in scenes for name in chain(mention.names, *mention.chains)}
        full = [name for name in names if gazetteer().is_certain(name) or not gazetteer().is_stem(name)]
        known: frozenset[str] = frozenset()
        for _ in range(2):  # what proves itself may prove another
            proved = [_proved(name, gazetteer().codes(name), known) for name in full]
            known = frozenset(
                code[:length] for code in proved if code for length in PLACE_LEVELS if length <= len(code)
            )
        return known

    def _superiors(self) -> frozenset[str]:
        """Return the divisions in which a township lies that is named by itself; none where they are not known."""
        home = self._home
        if home.rank == RANK["county"]:
            return frozenset(filter(None, [self._code_of(home.names[0])]))
        if not home.rank or home.rank > RANK["county"]:
            own = self._unit_codes(_COUNTY_KINDS)
            if own:
                return frozenset(filter(None, own)) if None not in own else frozenset()
        upper = self._unit_codes(_UPPER_KINDS)
        if None in upper:
            return frozenset()
        lowest = max(map(len, filter(None, upper)), default=0)
        upper = {code for code in upper if code and len(code) == lowest}
        parents = tuple(filter(None, upper)) or ("",)
        counties = {code for code in self._of_length(_COUNTY) if code.startswith(parents)}
        if upper:
            # A city or province that is not the unit itself is named in passing.
            return frozenset(counties or (parents if home.rank and home.rank < RANK["county"] else ()))
        # An article that does not say where it is: the only county it names, for what is named in passing proves little.
        return frozenset(counties if len(counties) == 1 else ())

    def _unit_codes(self, kinds: Iterable[str]) -> set[str | None]:
        """Return the codes of what 全县, 我市 stand for; ``None`` among them where the gazetteer does not know it."""
        return {self._code_of(name) for kind in kinds if (name := self._home.by_kind.get(kind))}

    def _of_length(self, length: int) -> set[str]:
        return {code for code in self._known if len(code) == length}


def _proved(name: str, candidates: Sequence[str], known: Iterable[str]) -> str | None:
    """Return the code of a division above the townships that its name alone, or ``known`` parents, make sure."""
    if gazetteer().is_certain(name):
        return candidates[0]
    return _only([code for code in candidates if len(code) < _TOWNSHIP and _fits(name, code, known)])


def _fits(name: str, code: str, parents: Iterable[str]) -> bool:
    """Whether ``parents`` are near enough to make ``code`` of ``name`` sure: all but full names need the prefecture.

    A 白云县 of 贵州省 need not be today's 白云区, nor 龙井 a county of the province, but both are in their own prefecture.
    """
    near = len(code) == _CITY or gazetteer().is_exact(name) or len(code) == _TOWNSHIP
    shortest = _PROVINCE if near else _CITY
    return code in parents or any(len(parent) >= shortest and _inside(code, parent) for parent in parents)


def _inside(code: str, parent: str) -> bool:
    return len(parent) < len(code) and code.startswith(parent)


def _only(codes: Sequence[str]) -> str | None:
    return codes[0] if len(codes) == 1 else None
