"""Measure the search for copied passages on generated documents: time, peak memory, and whether planted copies are found.

    python scripts/benchmark_copies.py                       # 10,000 documents of 5,000 characters
    python scripts/benchmark_copies.py --documents 1000

Every document is words drawn from a fixed vocabulary; every tenth one holds a passage of an earlier document with other
numbers, and every one holds some of a few set phrases.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator

from extractor.copies import CopyFinder, CopyOptions
from extractor.quantities import find_quantities
from extractor.types import Agreement, Article, CopySource

_SEED = 20_150_630
_WORDS = 3_000
_HANZI = range(0x4E00, 0x4E00 + 3_000)
_SET_PHRASES = 40
_COPIED = 300  # characters of a planted copy
_EVERY = 10  # documents to one with a planted copy


class Generator:
    """Documents that are the same in each run."""

    def __init__(self, characters: int) -> None:
        self._random = random.Random(_SEED)
        self._characters = characters
        self._words = ["".join(chr(c) for c in self._random.choices(_HANZI, k=2)) for _ in range(_WORDS)]
        self._phrases = ["".join(self._random.choices(self._words, k=15)) + "。" for _ in range(_SET_PHRASES)]
        self.planted = 0

    def documents(self, count: int) -> Iterator[CopySource]:
        """Yield ``count`` documents."""
        original = self._text(_COPIED)
        for number in range(count):
            text = self._text(self._characters - _COPIED)
            if number % _EVERY == 0:
                original = self._text(_COPIED)
                text += original
            elif number % _EVERY == _EVERY - 1:
                text += "".join(str(self._random.randint(1, 9)) if char.isdigit() else char for char in original)
                self.planted += 1
            yield CopySource(str(number), text, (Article(0, 0, len(text)),))

    def _text(self, characters: int) -> str:
        pieces: list[str] = []
        length = 0
        while length < characters:
            clause = "".join(self._random.choices(self._words, k=self._random.randint(3, 8)))
            piece = f"{clause}{self._random.randint(1, 9999)}户，" if self._random.random() < 0.4 else f"{clause}。\n"
            if self._random.random() < 0.02:
                piece = self._random.choice(self._phrases)
            pieces.append(piece)
            length += len(piece)
        return "".join(pieces)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--characters", type=int, default=5_000, help="of a document")
    arguments = parser.parse_args()
    generator = Generator(arguments.characters)
    begin = time.perf_counter()
    for _ in generator.documents(arguments.documents):
        pass
    making = time.perf_counter() - begin

    generator = Generator(arguments.characters)
    begin = time.perf_counter()
    found = changed = 0
    with CopyFinder(CopyOptions(), find_quantities) as finder:
        for passage in finder.passages(generator.documents(arguments.documents)):
            found += 1
            changed += passage.count(Agreement.CHANGED)
    taken = time.perf_counter() - begin - making
    print(f"documents            {arguments.documents:>12,} of {arguments.characters:,} characters")
    print(f"time                 {taken:>12,.1f} s, without making them")
    print(f"documents per second {arguments.documents / taken:>12,.0f}")
    print(f"peak memory          {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>12,.0f} MB")
    print(f"passages             {found:>12,} found, {generator.planted:,} planted; {changed:,} figures changed")


if __name__ == "__main__":
    main()
