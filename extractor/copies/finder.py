"""Finds copied passages: documents in, passages out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Self

from extractor.copies.chains import chains
from extractor.copies.index import Index, Seed
from extractor.copies.masks import mask
from extractor.copies.options import SHORTEST, CopyOptions
from extractor.copies.passages import Text, mirrored, passage, prepare
from extractor.copies.spool import Spool, Unit, unit
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from extractor.types import CopySource, Passage, Quantity

_AT_HAND = 256  # articles kept ready to be compared
_NEVER = 4  # what stands in so many times more places than a common phrase is not looked at


class CopyFinder:
    """Looks for passages that stand in two places; a context manager, as it keeps texts in a temporary file."""

    def __init__(self, options: CopyOptions, read_figures: Callable[[str], Sequence[Quantity]]) -> None:
        """Begin.

        Args:
            options: what counts as a copy.
            read_figures: finds the quantities of a text, in order and without overlap.

        Raises:
            UsageError: an option is out of bounds.
        """
        if options.min_characters < SHORTEST or not 0 < options.min_containment <= 1 or options.common < 2:
            raise UsageError(
                f"最少字数不能小于 {SHORTEST}，相似度应大于 0、不超过 1，套话处数不能小于 2",
                f"out of bounds: {options}",
            )
        self._options = options
        self._read_figures = read_figures
        self._index = Index()
        self._spool = Spool()
        self._sources = 0

    def __enter__(self) -> Self:
        """Return the finder itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the temporary file."""
        self._spool.close()

    @property
    def common(self) -> int:
        """How many runs of letters were passed over as set phrases; known when the first passage is."""
        return self._index.common

    def passages(self, sources: Iterable[CopySource]) -> Iterator[Passage]:
        """Yield what ``sources`` copy from each other, by the place in the document that comes first.

        All sources are read before the first passage; they are not kept in memory. To be called once.
        """
        for source in sources:
            for article in source.articles:
                self._index.add(mask(source.text[article.start : article.end]).letters)
                self._spool.add(unit(self._sources, source, article))
            self._sources += 1
        self._index.pair(self._options.common * _NEVER)
        text = lru_cache(_AT_HAND)(lambda number: prepare(self._spool[number], self._read_figures))
        for number in range(len(self._spool)):
            found = [
                one
                for other, seeds in sorted(self._index.seeds(number).items())
                for one in self._between(number, other, seeds, text)
            ]
            yield from sorted(found, key=lambda one: one.left.start)

    def _between(self, number: int, other: int, seeds: list[Seed], text: Callable[[int], Text]) -> Iterator[Passage]:
        """Yield the passages that two units share, without those that lie in a longer one."""
        if len(seeds) < 2:
            return  # most pairs of units: no chain, so their texts need not be looked at
        left, right = text(number), text(other)
        if not self._wanted(left.unit, right.unit):
            return
        turned = right.unit.text < left.unit.text  # so that the order of documents changes no finding
        if turned:
            left, right = right, left
            seeds = sorted(Seed(seed.right, seed.left, seed.places) for seed in seeds)
        found: list[Passage] = []
        for chain in chains(seeds, self._options.common):
            one = passage(left, right, chain, self._options)
            if one is not None:
                found.append(one)
        kept: list[Passage] = []
        for one in sorted(found, key=lambda one: (-one.characters, one.left.start, one.right.start)):
            if not any(_inside(one, longer) for longer in kept):
                kept.append(one)
        yield from map(mirrored, kept) if turned else kept

    def _wanted(self, left: Unit, right: Unit) -> bool:
        wanted = self._options.number
        if wanted is not None and wanted not in (left.number, right.number):
            return False
        return self._options.inside if left.source == right.source else self._options.between


def _inside(one: Passage, longer: Passage) -> bool:
    """Whether both sides of ``one`` lie in those of ``longer`` for the most part."""
    return all(
        min(a.end, b.end) - max(a.start, b.start) > (a.end - a.start) / 2
        for a, b in ((one.left, longer.left), (one.right, longer.right))
    )
