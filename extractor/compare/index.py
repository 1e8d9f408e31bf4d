"""The ledger, laid out so that a figure finds in a few look-ups the rows that could speak of it.

Rows of one indicator are a *subject*. A subject is found by its code or by a pair of characters that it shares with the
figure's indicator; a figure whose indicator says nothing by itself (完成投资) finds it by the words around. Its rows
lie by place. So a million figures pass a ledger of a hundred thousand rows without looking at each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from extractor.compare import places, wording
from extractor.compare.levels import Level, Levels
from extractor.compare.wording import Wording
from extractor.types import Figure, Place, RecordedFigure

_FANOUT = 2000
"""More subjects than this share only words that tell nothing; the rarest pairs of characters are asked first."""
IDENTICAL = 0.94
"""Indicators so like are one and the same; those of one code are, and their words add the rest."""
_PREFIXES = (2, 4, 6, 9)


class Subject(NamedTuple):
    """What some rows of a ledger are about: an indicator, with its project and whose money, in units that compare."""

    wording: Wording
    code: str | None
    kind: str
    planned: bool


class Whereabouts(NamedTuple):
    """Where a figure belongs: the code and names of its places and what rows are looked up by.

    ``keys`` are those of its place, or of the ledger's places that its title names where it names none; ``outer`` those
    of what it lies in. ``here`` tells whether its report is about its place; ``subjects`` have a row at one of the keys.
    """

    code: str | None
    names: tuple[places.Name, ...]
    keys: tuple[str, ...]
    outer: tuple[str, ...]
    here: bool
    subjects: frozenset[int]


class Located(NamedTuple):
    """A row whose place fits that of a figure, and how well; ``level`` of score 0: the figure's place lies in it."""

    row: int
    level: Level


INSIDE = Level(0.0, False, "报告所述只是其中一处")
"""A figure of a place that lies in the row's place."""


def kind_of(dimension: str, base_unit: str) -> str:
    """Return what must be equal for two amounts to be compared at all."""
    if "/" in base_unit:
        return base_unit
    if dimension in ("people", "person_times"):
        return "people"
    return dimension if dimension == "count" else base_unit


class Index:
    """A ledger by subject and place."""

    def __init__(self, recorded: Sequence[RecordedFigure], levels: Levels, planned: Sequence[bool]) -> None:
        """Lay out ``recorded``; ``planned`` says for each whether its indicator speaks of a plan."""
        self._levels = levels
        self.subjects: list[Subject] = []
        self._at: list[dict[str, list[int]]] = []
        self._codes: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._grams: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._same_words: defaultdict[str, list[int]] = defaultdict(list)
        self._headings: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._subjects_at: defaultdict[str, set[int]] = defaultdict(set)
        self._names = [places.names(figure.place) for figure in recorded]
        self._place_codes = [figure.place_code for figure in recorded]
        numbers: dict[Subject, int] = {}
        for row, figure in enumerate(recorded):
            kind = kind_of(figure.dimension, figure.base_unit)
            subject = Subject(wording.of_row(figure), figure.indicator_code, kind, planned[row])
            number = numbers.setdefault(subject, len(numbers))
            if number == len(self.subjects):
                self._add(number, subject)
            for key in {places.key(self._names[row]), figure.place_code or places.key(self._names[row])}:
                self._at[number].setdefault(key, []).append(row)
                self._subjects_at[key].add(number)
        self._keys = {places.key(names): names for names in self._names if names}
        self.kinds = frozenset(subject.kind for subject in self.subjects)
        # Bounded, so that an archive with a million wordings does not fill the memory.
        self._by_indicator = lru_cache(2**16)(self._find_by_indicator)
        self._own_keys = lru_cache(2**12)(self._find_own_keys)
        self._whereabouts = lru_cache(2**12)(self._find_whereabouts)

    def _add(self, number: int, subject: Subject) -> None:
        self.subjects.append(subject)
        self._at.append({})
        if subject.code:
            self._codes[subject.kind, subject.code].append(number)
        for gram in {
            gram for stretch in (*subject.wording.content, subject.wording.full) for gram in wording.grams(stretch)
        }:
            self._grams[subject.kind, gram].append(number)
        self._same_words[subject.wording.full].append(number)
        if subject.wording.wordless:
            self._headings[subject.kind, subject.wording.full].append(number)

    def find(
        self, figure: Figure, kind: str, place: Whereabouts, context: Callable[[], Sequence[str]]
    ) -> Iterator[tuple[int, float]]:
        """Yield the subjects at a place that a figure may be of, each with the likeness of the indicators."""
        found, wordless = self._by_indicator(figure.indicator, figure.indicator_code, kind)
        here = [one for one in found if one[0] in place.subjects]
        if not wordless and any(alike >= IDENTICAL for _, alike in here):
            here = [one for one in here if one[1] >= IDENTICAL]  # it says itself what it is
        yield from here
        if wordless or not here:  # what the figure leaves out may stand around it
            yield from self._find_around(figure, kind, place, context, {number for number, _ in here})
        elif figure.section and (headed := self._headings.get((kind, wording.plain(figure.section[-1])))):
            met = {number for number, _ in here}
            yield from ((number, 0.0) for number in headed if number in place.subjects and number not in met)

    def _find_around(
        self, figure: Figure, kind: str, place: Whereabouts, context: Callable[[], Sequence[str]], met: set[int]
    ) -> Iterator[tuple[int, float]]:
        """Yield the other subjects at a place of which the words around a figure speak."""
        words, around = wording.read(figure.indicator), context()
        for number in sorted(self._sharing(kind, {gram for text in around for gram in wording.grams(text)})):
            subject = self.subjects[number].wording
            if number not in place.subjects or number in met or (words.wordless and subject.wordless):
                continue
            if (alike := wording.likeness(subject, words, around)) >= self._levels.weak:
                yield number, alike

    def likeness(
        self, number: int, alone: float, figure: Figure, context: Callable[[], Sequence[str]], known: str
    ) -> float:
        """Return the likeness of a subject and a figure's indicator, given what stands around the figure.

        Args:
            number: of the subject.
            alone: the likeness of the two without their surroundings.
            figure: the figure.
            context: gives plain text around it, the nearer first.
            known: words of its place and the ledger's.
        """
        subject = self.subjects[number]
        words = wording.read(figure.indicator)
        if subject.code and subject.code == figure.indicator_code:
            return alone
        if alone >= self._levels.strong and (alone == 1.0 or subject.wording.full == words.full):
            return alone
        return max(alone, wording.likeness(subject.wording, words, context(), known))

    def in_other_units(self, figure: Figure, kind: str) -> Iterator[int]:
        """Yield the subjects of the same indicator whose units do not compare with the figure's."""
        for number in self._same_words.get(wording.read(figure.indicator).full, ()):
            if self.subjects[number].kind != kind:
                yield number

    def place_of(self, figure: Figure, title: str) -> Whereabouts:
        """Return what is known of where a figure belongs.

        Args:
            figure: with its places.
            title: of its article, which names the place that a figure without one is about.
        """
        return self._whereabouts(figure.place, title)

    def _find_whereabouts(self, mentioned: tuple[Place, ...], title: str) -> Whereabouts:
        names = places.names_of(mentioned)
        code = places.code_of(mentioned) if names else None
        outer: tuple[str, ...] = ()
        if names:
            key = places.key(names)
            keys: tuple[str, ...] = (key, code) if code else (key,)
            outer = tuple(code[:size] for size in _PREFIXES if size < len(code)) if code else ()
            outer += tuple(name.base for name in names) if len(names) > 1 else ()
            here = key in title
        else:
            keys, here = self._own_keys(title), True
            if not keys and len(self._keys) == 1:
                outer = tuple(self._keys)  # the only place there is
        subjects = frozenset().union(*(self._subjects_at.get(key, ()) for key in (*keys, *outer, "")))
        return Whereabouts(code, names, keys, outer, here, subjects)

    def at(self, number: int, place: Whereabouts) -> Iterator[Located]:
        """Yield the rows of a subject that speak of a place."""
        level, rows = self._levels.place, self._at[number]
        seen: set[int] = set()
        for key in place.keys:
            for row in rows.get(key, ()):
                if row not in seen and (not place.names or self._is_same(row, place)):
                    seen.add(row)
                    yield Located(row, level["same" if place.names else "own"])
        around = INSIDE if place.names else level["unknown"]
        for key in place.outer:
            yield from (Located(row, around) for row in rows.get(key, ()) if row not in seen)
        if "" in rows:
            yield from (Located(row, level["unsaid" if place.here else "unsaid_elsewhere"]) for row in rows[""])

    def _is_same(self, row: int, place: Whereabouts) -> bool:
        recorded = self._place_codes[row]
        if recorded and place.code:
            return recorded == place.code
        return places.fit(self._names[row], place.names)

    def _find_own_keys(self, title: str) -> tuple[str, ...]:
        """Return the places of the ledger that a title names; of two of which one is within the other's name, the longer."""
        found = [key for key in places.keys_in(title) if key in self._keys]
        return tuple(key for key in dict.fromkeys(found) if not any(key != other and key in other for other in found))

    def _find_by_indicator(
        self, indicator: str, code: str | None, kind: str
    ) -> tuple[tuple[tuple[int, float], ...], bool]:
        words = wording.read(indicator)
        numbers = self._sharing(kind, words.grams)
        same_code = self._codes.get((kind, code), ()) if code else ()
        found = []
        for number in sorted({*numbers, *same_code}):
            subject = self.subjects[number]
            alike = wording.likeness(subject.wording, words)
            if code and subject.code == code:
                alike = IDENTICAL + (1 - IDENTICAL) * alike
            elif code and subject.code:
                alike = min(alike, self._levels.similar)  # two entries of the lexicon are two things
            found.append((number, alike))
        return tuple(found), words.wordless

    def _sharing(self, kind: str, wanted: set[str] | frozenset[str]) -> set[int]:
        """Return the subjects that share a pair of characters, asked from the rarest on."""
        postings = [self._grams[kind, gram] for gram in sorted(wanted) if (kind, gram) in self._grams]
        numbers: set[int] = set()
        for posting in sorted(postings, key=len):
            if numbers and len(numbers) + len(posting) > _FANOUT:
                break
            numbers.update(posting)
        return numbers
