"""The writers of an SQLite database in one process: they take turns, in the order in which they came.

SQLite has one writer at a time. Who waited for it inside SQLite would hold a connection, and who is next would be chance.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Patience:
    """How a writer waits: for so many ``seconds`` in all, and not at all behind ``most`` others that wait."""

    seconds: float
    most: int | None = None


class Turns:
    """Lets one writer in at a time, first come, first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, patience: Patience) -> Iterator[float]:
        """Wait for a turn, which ends with the block; yields the seconds that are left of the patience.

        Raises:
            StoreError: it did not come in time, or too many wait.
        """
        begin = time.monotonic()
        self._take(patience)
        try:
            yield max(0.0, patience.seconds - (time.monotonic() - begin))
        finally:
            self._pass_on()

    def _take(self, patience: Patience) -> None:
        with self._lock:
            if not self._busy:
                self._busy = True
                return
            if patience.most is not None and len(self._waiting) >= patience.most:
                raise _refused(f"{len(self._waiting)} writers wait already")
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(patience.seconds):
            return
        with self._lock:
            if mine in self._waiting:  # else it came just now
                self._waiting.remove(mine)
                raise _refused(f"no turn within {patience.seconds} seconds")

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False


def _refused(detail: str) -> StoreError:
    return StoreError("数据库正忙：等待写入的操作太多，或等得太久；请稍后再试", detail)
