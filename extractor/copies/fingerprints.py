"""Fingerprints of a masked text by winnowing (Schleimer, Wilkerson and Aiken 2003).

Of the hashes of all runs of :data:`GRAM` letters the least of every :data:`WINDOW` neighbours is kept. So two texts that
share a run of ``GRAM + WINDOW - 1`` letters share a fingerprint, wherever the run stands, though only one hash in six is
kept; a run of :data:`TWO` letters has two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GRAM = 8
WINDOW = 12
TWO = GRAM + 2 * WINDOW - 1
"""Letters of a common run that certainly has two fingerprints."""

_BYTES = 4  # of a letter in UTF-32


def fingerprints(letters: str) -> Iterator[tuple[int, int]]:
    """Yield the 32-bit hash and the position of each run of letters that is kept, by position."""
    data = letters.encode("utf-32-le", "surrogatepass")
    width = GRAM * _BYTES
    hashes = [crc32(data[at : at + width]) for at in range(0, len(data) - width + 1, _BYTES)]
    for position in _winnow(hashes):
        yield hashes[position], position


def _winnow(hashes: Sequence[int]) -> Iterator[int]:
    """Yield the position of the least hash of each window, the last of equal ones, each position once."""
    if not hashes:
        return
    window = min(WINDOW, len(hashes))
    least = _least(hashes, 0, window)
    yield least
    for last in range(window, len(hashes)):
        if hashes[last] <= hashes[least]:
            least = last
        elif least == last - window:
            least = _least(hashes, least + 1, last + 1)
        else:
            continue
        yield least


def _least(hashes: Sequence[int], first: int, last: int) -> int:
    least = min(hashes[first:last])
    return next(at for at in range(last - 1, first - 1, -1) if hashes[at] == least)
