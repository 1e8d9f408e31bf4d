"""Project type: which kind of undertaking a figure belongs to, or none.

A figure whose own words name a thing (渠道, 危房, 肉牛 …) belongs to the type of that thing; within a phrase the last cue
counts, since the head stands last in Chinese. Where its words name only an occasion (帮扶, 贫困户, 会议 …) or nothing, every
place around it that names a type is weighed by a linear model learned from annotated reports
(:mod:`extractor.context.linear`): its clause, its sentence, the headings above it, the figure before. Facts about a place
(population, area, revenue) belong to no project. The cues are data: ``resources/project_types.tsv``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from extractor.context.frames import Frame
from extractor.context.lexicon import Cue, find, project_cues
from extractor.context.linear import Weights, load_weights, score
from extractor.resources.cues import load
from extractor.types import Scope

WEIGHTS = "weights_project_type.tsv"
NONE = "none"

# Statistical communiqués and budgets state facts of a whole county: what they name is a column, not a project.
_STATISTICS_TITLE = re.compile("统计公报|公报$|国民经济和社会发展|预算执行|财政预算|决算")
_ACCOUNT = re.compile(
    "(?:收入|支出|税|结余|债务|余额|产值|产量|面积|率|人口|指数|价格|总量|存栏|出栏|拨款|基金|债券|转移支付)$"
)
# Types of occasions and programmes: a cue of theirs is outweighed by what the figure is about.
_OCCASIONS = frozenset(
    [
        "identification",
        "village_program",
        "assistance",
        "administration",
        "processing",
        "social_security",
        "safety",
        "ecology",
        "cooperative",
    ]
)
# Facts about a place belong to no project.
_GENERAL = load("context_patterns.tsv", "pattern").pattern("<general>")


def resolve(scope: Scope, frames: Sequence[Frame], indicators: Sequence[str]) -> list[str | None]:
    """Return the project type code of each quantity, ``None`` where it belongs to no project.

    Args:
        scope: the article.
        frames: one frame per quantity.
        indicators: one indicator per quantity.
    """
    weights = load_weights(WEIGHTS)
    found: list[str] = []
    for evidence in gather(scope, frames, indicators):
        before = found[-1] if found else NONE
        found.append(best(weights, evidence, before))
    return [None if code == NONE else code for code in found]


def best(weights: Weights, evidence: Evidence, before: str) -> str:
    """Return the type of the thing the figure's own words name, else the candidate with the highest score."""
    return evidence.thing() or max(
        evidence.candidates(before), key=lambda code: score(weights, evidence.features(code, before))
    )


class Evidence:
    """What speaks for which type around one quantity.

    ``places`` maps the name of a place (``own``, ``clause``, ``heading`` …) to the codes named there, the most telling
    first; ``traits`` are facts of the figure that speak for or against types as such.
    """

    __slots__ = ("bigrams", "joined", "places", "same_section", "same_sentence", "traits")

    def __init__(
        self, places: dict[str, list[str]], traits: list[str], bigrams: list[str], *, joined: bool, same_sentence: bool
    ) -> None:
        self.places = places
        self.traits = traits
        self.bigrams = bigrams
        self.joined = joined
        self.same_sentence = same_sentence
        self.same_section = False

    def thing(self) -> str | None:
        """The type that the figure's own words settle, ``None`` where they name no thing."""
        if "general" in self.traits or "statistics" in self.traits:
            return None
        return next((code for code in self.places.get("own", ()) if code not in _OCCASIONS), None)

    def candidates(self, before: str) -> list[str]:
        """The types named anywhere around the figure, the type before, and none."""
        codes = dict.fromkeys(code for named in self.places.values() for code in named)
        codes[before] = None
        codes[NONE] = None
        return list(codes)

    def features(self, code: str, before: str) -> list[str]:
        """Return the names of the features that hold when the figure is of type ``code``."""
        features = [f"bias={code}"]
        for place, named in self.places.items():
            if code in named:
                rank = "first" if named[0] == code else "other"
                features += [f"{place}:{rank}", f"{place}:{rank}={code}"]
            elif named and code == NONE:
                features.append(f"{place}:named=none")
        if code == before:
            features += self._before_features(code)
        features += [f"{trait}={code}" for trait in self.traits]
        if code != NONE:
            features += [f"{trait}=some" for trait in self.traits]
        features += [f"{bigram}={code}" for bigram in self.bigrams]
        return features

    def _before_features(self, code: str) -> list[str]:
        kind = "joined" if self.joined else "sentence" if self.same_sentence else "apart"
        if kind == "apart" and not self.same_section:
            return ["before:elsewhere"]
        own = "own" if self.places.get("own") else "silent"
        return [f"before:{kind}", f"before:{kind}:{own}", f"before:{kind}={'none' if code == NONE else 'some'}"]


def gather(scope: Scope, frames: Sequence[Frame], indicators: Sequence[str]) -> Iterator[Evidence]:
    """Yield the evidence of each quantity of the article."""
    headings = _Headings(scope)
    sentence_cues: dict[int, list[Cue]] = {}
    section: int | None = -1
    title = _ranked(find(project_cues(), scope.article.title))
    subject = _subject(scope)
    statistics = _STATISTICS_TITLE.search(scope.article.title) is not None
    for frame, indicator in zip(frames, indicators, strict=True):
        start, end = frame.sentence.start, frame.sentence.end
        if frame.sentence.index not in sentence_cues:
            found = find(project_cues(), scope.text[start:end])
            sentence_cues[frame.sentence.index] = [Cue(c.start + start, c.end + start, c.code) for c in found]
        evidence = _evidence(
            frame, indicator, sentence_cues[frame.sentence.index], headings.of(frame.sentence.section), title
        )
        evidence.same_section = frame.sentence.section == section
        section = frame.sentence.section
        if subject:
            evidence.places["subject"] = [subject]
        if statistics:
            evidence.traits.append("statistics")
        if _ACCOUNT.search(indicator):
            evidence.traits.append("account:statistics" if statistics else "account")
        yield evidence


def _subject(scope: Scope) -> str | None:
    """The type that a third or more of an article's strong cues name: a report of one office speaks of one trade."""
    counts = Counter(cue.code for cue in find(project_cues(), scope.text[scope.article.start : scope.article.end]))
    if not counts:
        return None
    code, count = counts.most_common(1)[0]
    return code if count * 3 >= counts.total() else None


def _evidence(
    frame: Frame, indicator: str, cues: Sequence[Cue], headings: dict[str, list[str]], title: list[str]
) -> Evidence:
    quantity = frame.quantity
    low, high = frame.clause
    cues = cues[bisect_left(cues, (low - _REACH,)) : bisect_left(cues, (high + _REACH,))]
    places = {
        "own": _ranked(find(project_cues(), indicator)),
        "left": _ranked([c for c in cues if low <= c.start < quantity.start]),
        "right": _ranked([c for c in cues if quantity.end <= c.start < high], first=True),
        "earlier": _ranked([c for c in cues if c.start < low]),
        "later": _ranked([c for c in cues if c.start >= high], first=True),
        "title": title,
        **headings,
    }
    traits = [f"dimension:{quantity.dimension}", f"unit:{quantity.unit}"]
    if _GENERAL.search(indicator):
        traits.append("general")
    if not places["own"]:
        traits.append("own:silent")
    return Evidence(
        {name: codes for name, codes in places.items() if codes},
        traits,
        [f"b:{indicator[i : i + 2]}" for i in range(len(indicator) - 1)],
        joined=frame.joined,
        same_sentence=frame.previous is not None,
    )


def _ranked(cues: Sequence[Cue], *, first: bool = False) -> list[str]:
    """The codes of ``cues`` by how telling they stand: the last first, or the first first for what follows a figure."""
    ordered = cues if first else reversed(cues)
    return list(dict.fromkeys(cue.code for cue in ordered))


class _Headings:
    """The types that the headings above a sentence name, by distance."""

    def __init__(self, scope: Scope) -> None:
        self._sections = scope.sections
        self._known: dict[int, dict[str, list[str]]] = {}

    def of(self, index: int | None) -> dict[str, list[str]]:
        """Return the places ``item`` (一是…), ``heading`` (innermost), ``above`` (next) and ``top``."""
        if index is None:
            return {}
        if index not in self._known:
            chain = []
            position: int | None = index
            while position is not None:
                chain.append(self._sections[position])
                position = self._sections[position].parent
            names = iter(["item"] if chain[0].level >= _INLINE else [])
            places: dict[str, list[str]] = {}
            rest = iter(("heading", "above", "top", "top"))
            for section in chain:
                name = next(names, None) or next(rest, "top")
                places[name] = _heading_codes(section.title)
            self._known[index] = places
        return self._known[index]


_INLINE = 5
# How far from its clause a cue in the same sentence still counts.
_REACH = 300


@cache
def _heading_codes(title: str) -> list[str]:
    return _ranked(find(project_cues(), title))
