"""From a chain to a passage: align, cut to whole clauses, judge, pair the figures."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extractor.copies.align import Block, align
from extractor.copies.figures import mirrored_figures, pair_figures
from extractor.copies.fingerprints import GRAM
from extractor.copies.masks import MASK, Masked, mask
from extractor.types import CopySide, Difference, Excerpt, Passage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from extractor.copies.chains import Chain
    from extractor.copies.options import CopyOptions
    from extractor.copies.spool import Unit
    from extractor.types import Quantity

_MARGIN = 60  # letters before and behind a chain in which the copy may go on
_CLAUSE_END = re.compile(r"[，。！？；：,!?;:\n\r]+")
_CLOSING = re.compile(r"[%％‰℃]?[”’」』）)》]*[。！？；!?;]?[”’」』）)]*")
_OPENING = "“‘「『（(《"
_OWN = 0.5  # a clause belongs to the passage when this share of it is in the other copy
_UNCOMMON = 0.35  # of what two copies share this much must be uncommon; else they must be
_LONG = 3  # so many times as long as the shortest passage, and
_VERBATIM = 0.95  # the same to this share
_NO_FIGURES = 2  # without figures a passage must be so many times as long to be worth a look


@dataclass(frozen=True, slots=True)
class Text:
    """A unit ready to be compared."""

    unit: Unit
    masked: Masked
    quantities: tuple[Quantity, ...]


class Cut(NamedTuple):
    """A stretch of a masked text."""

    first: int
    last: int


def prepare(unit: Unit, read_figures: Callable[[str], Sequence[Quantity]]) -> Text:
    """Mask a unit and read its figures."""
    return Text(unit, mask(unit.text), tuple(read_figures(unit.text)))


def passage(left: Text, right: Text, chain: Chain, options: CopyOptions) -> Passage | None:
    """Return the passage around ``chain``, or ``None`` where there is none worth telling."""
    ours = Cut(max(chain.left_start - _MARGIN, 0), min(chain.left_end + _MARGIN, len(left.masked.letters)))
    theirs = Cut(max(chain.right_start - _MARGIN, 0), min(chain.right_end + _MARGIN, len(right.masked.letters)))
    if left.unit == right.unit:  # a text is no copy of itself: what lies between is shared out
        middle = max((chain.left_end + chain.right_start) // 2, chain.left_end)
        ours, theirs = Cut(ours.first, min(ours.last, middle)), Cut(max(theirs.first, middle), theirs.last)
    blocks = _blocks(left.masked, right.masked, ours, theirs)
    ours = _whole_clauses(left, ours, [Cut(block.first, block.first + block.size) for block in blocks])
    theirs = _whole_clauses(right, theirs, [Cut(block.second, block.second + block.size) for block in blocks])
    blocks = _within(blocks, ours, theirs)
    shared = sum(left.masked.count(block.first, block.first + block.size) for block in blocks)
    shorter = min(left.masked.count(*ours), right.masked.count(*theirs))
    if shared < max(options.min_characters, 1) or shared < options.min_containment * shorter:
        return None
    if not _telling(chain, shared, shorter, options):
        return None
    figures = pair_figures(left, right, ours, theirs, blocks)
    if not figures and shared < _NO_FIGURES * options.min_characters:
        return None
    return Passage(
        _side(left, ours),
        _side(right, theirs),
        shared,
        round(shared / shorter, 3),
        figures,
        tuple(_differences(left, right, ours, theirs, blocks)),
    )


def _telling(chain: Chain, shared: int, shorter: int, options: CopyOptions) -> bool:
    """Whether the letters that two texts share are more than set phrases: uncommon in part, or many and verbatim."""
    if chain.rare * GRAM >= _UNCOMMON * shared:
        return True
    return shared >= _LONG * options.min_characters and shared >= _VERBATIM * shorter


def mirrored(one: Passage) -> Passage:
    """Return the passage with left and right exchanged."""
    return Passage(
        one.right,
        one.left,
        one.characters,
        one.containment,
        mirrored_figures(one.figures),
        tuple(Difference(difference.right, difference.left) for difference in one.differences),
    )


def excerpt(text: Text, start: int, end: int) -> Excerpt:
    """Return the words of ``text`` from ``start`` to ``end``, offsets in its unit; those of the result are the document's."""
    return Excerpt(text.unit.offset + start, text.unit.offset + end, text.unit.text[start:end])


def _blocks(left: Masked, right: Masked, ours: Cut, theirs: Cut) -> list[Block]:
    found = align(left.letters[slice(*ours)], right.letters[slice(*theirs)])
    return [Block(ours.first + block.first, theirs.first + block.second, block.size) for block in found]


def _whole_clauses(text: Text, cut: Cut, shared: list[Cut]) -> Cut:
    """Return ``cut`` from the first to the last clause that is for the most part in ``shared`` (in order)."""
    masked = text.masked
    if cut.first >= cut.last:
        return Cut(cut.first, cut.first)
    start, end = masked.span(*cut)
    inner = [masked.at(gap.end()) for gap in _CLAUSE_END.finditer(text.unit.text, start, end)]
    bounds = sorted({cut.first, *(at for at in inner if cut.first < at < cut.last), cut.last})
    own = [
        Cut(first, last)
        for first, last in pairwise(bounds)
        if _overlap(Cut(first, last), shared) >= _OWN * (last - first)
    ]
    return Cut(own[0].first, own[-1].last) if own else Cut(cut.first, cut.first)


def _overlap(cut: Cut, shared: list[Cut]) -> int:
    at = bisect_right(shared, cut.first, key=lambda one: one.last)
    total = 0
    while at < len(shared) and shared[at].first < cut.last:
        total += min(cut.last, shared[at].last) - max(cut.first, shared[at].first)
        at += 1
    return total


def _within(blocks: Sequence[Block], ours: Cut, theirs: Cut) -> list[Block]:
    """Return ``blocks`` as far as they lie in both stretches."""
    found = []
    for block in blocks:
        skipped = max(ours.first - block.first, theirs.first - block.second, 0)
        size = min(block.size, ours.last - block.first, theirs.last - block.second) - skipped
        if size > 0:
            found.append(Block(block.first + skipped, block.second + skipped, size))
    return found


def _side(text: Text, cut: Cut) -> CopySide:
    unit = text.unit
    start, end = _edges(text, cut)
    return CopySide(
        document=unit.document,
        number=unit.number,
        article=unit.article,
        title=unit.title,
        line=unit.line + unit.text.count("\n", 0, start),
        start=unit.offset + start,
        end=unit.offset + end,
        text=unit.text[start:end],
    )


def _edges(text: Text, cut: Cut) -> tuple[int, int]:
    """Return the offsets of ``cut`` in its unit, with the quotation marks and the full stop that belong to it."""
    start, end = text.masked.span(*cut)
    if start and text.unit.text[start - 1] in _OPENING:
        start -= 1
    closing = _CLOSING.match(text.unit.text, end)
    return start, closing.end() if closing else end


def _differences(left: Text, right: Text, ours: Cut, theirs: Cut, blocks: Sequence[Block]) -> list[Difference]:
    """Return where the wording differs: between blocks, and numbers within them that are no figures (dates, ordinals)."""
    found: list[Difference] = []
    first, second = ours.first, theirs.first
    for block in [*blocks, Block(ours.last, theirs.last, 0)]:
        if first < block.first or second < block.second:
            gap = Cut(first, block.first), Cut(second, block.second)
            found.append(Difference(_words(left, gap[0]), _words(right, gap[1])))
        found += _numbers(left, right, block)
        first, second = block.first + block.size, block.second + block.size
    return found


def _words(text: Text, cut: Cut) -> Excerpt | None:
    return excerpt(text, *text.masked.span(*cut)) if cut.first < cut.last else None


def _numbers(left: Text, right: Text, block: Block) -> Iterator[Difference]:
    """Yield the numbers of a block that differ and are in no figure."""
    for step in range(block.size):
        if left.masked.letters[block.first + step] == MASK:
            ours = excerpt(left, *left.masked.span(block.first + step, block.first + step + 1))
            theirs = excerpt(right, *right.masked.span(block.second + step, block.second + step + 1))
            if ours.text != theirs.text and not _in_figure(left, ours) and not _in_figure(right, theirs):
                yield Difference(ours, theirs)


def _in_figure(text: Text, number: Excerpt) -> bool:
    start = number.start - text.unit.offset
    index = bisect_left(text.quantities, start + 1, key=lambda quantity: quantity.end)
    return index < len(text.quantities) and text.quantities[index].start < number.end - text.unit.offset
