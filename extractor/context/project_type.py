"""Project type: which kind of undertaking a figure belongs to, or none.

Three steps, the first that answers decides:

1. Rules of the annotation manual: losses by disaster belong to no project, building a school or clinic is a public facility,
   what a statistical bulletin counts belongs to no project.
2. A figure whose own words name one thing (渠道, 危房, 肉牛 …) belongs to the type of that thing.
3. Where its words name only an occasion (帮扶, 贫困户, 会议 …), several things, or nothing, every place around it that names a
   type is weighed by a linear model learned from annotated reports (:mod:`extractor.context.linear`): its own words, its clause,
   its sentence, the headings above it, the figure before.

The cues are data: ``resources/project_types.tsv``; the patterns of the rules are in ``resources/context_patterns.tsv``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extractor.context import linear
from extractor.context.frames import Frame
from extractor.context.lexicon import Cue, find
from extractor.resources.cues import load
from extractor.types import Scope, Section

WEIGHTS = "weights_project_type.tsv"
NONE = "none"

_BULLETIN_TITLE = re.compile("公报$|统计公报")
_BUDGET_TITLE = re.compile("预算|决算")
# Types of occasions and programmes: a cue of theirs is outweighed by what the figure is about.
_OCCASIONS = frozenset(["identification", "village_program", "assistance", "administration", "processing", "ecology"])
# 整村推进项目易地搬迁: what a programme does is the thing.
_PROGRAMMES = frozenset(["village_program"])
# Programmes apart, what a statistical bulletin reports of the whole county: output, traffic, institutions.
_OUTPUT = frozenset(
    [
        *("crop", "forestry_fruit", "livestock", "processing", "tourism", "finance", "road", "power", "telecom"),
        *("housing", "environment", "ecology", "education", "administration"),
    ]
)
_PATTERNS = load("context_patterns.tsv", "pattern")
_GENERAL = _PATTERNS.pattern("<general>")
_ACCOUNT = _PATTERNS.pattern("<account>")
_LOSS = _PATTERNS.pattern("<loss>")
_BUILT = _PATTERNS.pattern("<built>")
_INLINE = 5  # level of the headings inside a paragraph (一是…)
# How far from its clause a cue in the same sentence still counts.
_REACH = 300


def resolve(scope: Scope, frames: Sequence[Frame], indicators: Sequence[str]) -> list[str | None]:
    """Return the project type code of each quantity, ``None`` where it belongs to no project.

    Args:
        scope: the article.
        frames: one frame per quantity.
        indicators: one indicator per quantity.
    """
    model = linear.load(WEIGHTS)
    before = NONE
    found: list[str | None] = []
    for evidence in gather(scope, frames, indicators):
        before = decide(model, evidence, before)
        found.append(None if before == NONE else before)
    return found


def decide(model: linear.Model, evidence: Evidence, before: str) -> str:
    """Return the code that a rule gives, else the best candidate of the model; ``before`` is the code of the figure before."""
    return evidence.verdict or linear.best(model, evidence.candidates(before), evidence.circumstances)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for which type around one quantity.

    Attributes:
        places: for each place (``own``, ``left``, ``heading`` …) the codes named there, the most telling first.
        circumstances: facts of the figure that speak for or against single types.
        verdict: the code that a rule gives, ``None`` where the model is asked.
        tie: how it hangs on the figure before: ``joined`` (926户、3665人), in the same ``sentence``, ``apart`` in the same
            section, ``elsewhere``, or not at all (``cell`` of a table).
    """

    places: Mapping[str, Sequence[str]]
    circumstances: Sequence[str]
    verdict: str | None
    tie: str

    def candidates(self, before: str) -> dict[str, list[str]]:
        """Return the types named anywhere around the figure, the type before and none, each with its features."""
        own = self.places.get("own")
        state = "silent" if not own else "occasion" if own[0] in _OCCASIONS else "thing"
        found: dict[str, list[str]] = {}
        for place, codes in self.places.items():
            rank = "first"
            for code in codes:
                found.setdefault(code, []).extend(_standing(place, rank, state))
                rank = "other"
        for features in found.values():
            features.append(_agreement(len(features)))
        found[NONE] = [f"{place}:named" for place in self.places]
        if self.tie != "cell":
            found.setdefault(before, []).extend(_following(self.tie, state, before == NONE))
        return found


@cache
def _standing(place: str, rank: str, state: str) -> tuple[str, str]:
    return f"{place}:{rank}", f"{place}:{rank}:{state}"


@cache
def _agreement(features: int) -> str:
    """The number of places that name a type, each of which has given it two features."""
    return f"agree:{min(features // 2, 4)}"


@cache
def _following(tie: str, state: str, none: bool) -> tuple[str, ...]:
    """What speaks for the type of the figure before; across sections it is no more than one candidate."""
    if tie == "elsewhere":
        return ("before:elsewhere",)
    return f"before:{tie}", f"before:{tie}:{state}", f"before:{tie}:{'none' if none else 'some'}"


def gather(scope: Scope, frames: Sequence[Frame], indicators: Sequence[str]) -> Iterator[Evidence]:
    """Yield the evidence of each quantity of the article."""
    article = scope.article
    cues = find(scope.text, article.start, article.end)
    bulletin = _BULLETIN_TITLE.search(article.title) is not None
    budget = _BUDGET_TITLE.search(article.title) is not None
    title = "" if "\t" in article.title else article.title  # the first row of a table is no title
    wide = {"title": _ranked(find(title)), "subject": _subject(cues, 3)}
    trade = _subject(cues, 1.5) if scope.tables else []  # the cues of a table's headers are few
    filled = {cell.start: cell.end for table in scope.tables for cell in table.cells}
    section: int | None = -1
    for frame, indicator in zip(frames, indicators, strict=True):
        tie = "joined" if frame.joined else "sentence" if frame.previous is not None else "apart"
        quantity = frame.quantity
        cell = bool(quantity.label) or filled.get(quantity.start) == quantity.end  # around it are other columns
        if cell:
            tie = "cell"
        elif tie == "apart" and frame.sentence.section != section:
            tie = "elsewhere"
        section = frame.sentence.section
        own = _ranked(find(indicator))
        around = {} if cell else _around(frame, cues)
        places = {"own": own, **around, **_headings(scope.sections, section), **wide}
        if cell:
            places["subject"] = trade
        circumstances = ["any", f"dimension:{frame.quantity.dimension}"]
        if _GENERAL.search(indicator):
            circumstances.append("general")
        if bulletin:
            circumstances.append("bulletin")
        yield Evidence(
            {place: codes for place, codes in places.items() if codes},
            circumstances,
            _verdict(indicator, own, circumstances, budget=budget),
            tie,
        )


def _verdict(indicator: str, own: Sequence[str], circumstances: Sequence[str], *, budget: bool) -> str | None:
    """What the manual lays down, else the type of the one thing that the figure's own words name."""
    if _LOSS.search(indicator) or (budget and _ACCOUNT.search(indicator)):
        return NONE
    if "bulletin" in circumstances:
        return NONE if own and own[0] in _OUTPUT else None
    if _BUILT.search(indicator):
        return "public_facility"
    things = [code for code in own if code not in _PROGRAMMES] or own
    return things[0] if len(things) == 1 and things[0] not in _OCCASIONS and "general" not in circumstances else None


def _subject(cues: Sequence[Cue], share: float) -> list[str]:
    """The type that one in ``share`` of an article's cues name: a report of one office speaks of one trade."""
    counts = Counter([cue.code for cue in cues])
    return [code for code, count in counts.most_common(1) if count * share >= len(cues)]


def _around(frame: Frame, cues: Sequence[Cue]) -> dict[str, list[str]]:
    """The types named in the clause of a figure and before and after it in its sentence."""
    low, high = frame.clause
    start, end = frame.quantity.start, frame.quantity.end
    first = bisect_left(cues, (max(low - _REACH, frame.sentence.start),))
    last = bisect_left(cues, (min(high + _REACH, frame.sentence.end),))
    near = cues[first:last]
    return {
        "left": _ranked([cue for cue in near if low <= cue.start < start]),
        "right": _ranked([cue for cue in near if end <= cue.start < high], first=True),
        "earlier": _ranked([cue for cue in near if cue.start < low]),
        "later": _ranked([cue for cue in near if cue.start >= high], first=True),
    }


def _ranked(cues: Sequence[Cue], *, first: bool = False) -> list[str]:
    """The codes of ``cues`` by how telling they stand: the last first, or the first first for what follows a figure."""
    ordered = cues if first else reversed(cues)
    return list(dict.fromkeys([cue.code for cue in ordered]))


def _headings(sections: Sequence[Section], index: int | None) -> dict[str, list[str]]:
    """The types named by the headings above a sentence: ``item`` (一是…), ``heading`` (innermost) and ``above`` (next)."""
    places: dict[str, list[str]] = {}
    while index is not None and "above" not in places:
        section = sections[index]
        inline = section.level >= _INLINE and not places
        place = "item" if inline else "above" if "heading" in places else "heading"
        places[place] = _heading_codes(section.title)
        index = section.parent
    return places


@cache
def _heading_codes(title: str) -> list[str]:
    return _ranked(find(title))
