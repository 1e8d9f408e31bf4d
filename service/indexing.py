"""Takes stored documents into the index by which figures are found, while the service runs.

Documents are written without it, for it would slow that down by half; until one is taken in, it is found all the same,
slower. Every server does so; the database sees to it that none is taken twice at a time.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Self

from extractor.errors import StoreError

if TYPE_CHECKING:
    from extractor.store import SearchIndex

_LOOK_SECONDS = 2.0
_TIDY = 1000  # documents; when all is taken in, the engine is told of so many
_log = logging.getLogger("gouji.service")


class Indexer:
    """A thread that keeps an index up to date; ``with`` starts and ends it."""

    def __init__(self, index: SearchIndex) -> None:
        """Keep ``index``."""
        self._index = index
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index", daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End after the documents at hand."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        taken = 0
        wait = 0.0
        while not self._ended.wait(wait):
            wait = _LOOK_SECONDS
            begin = time.monotonic()
            try:
                some = self._index.catch_up() if self._index.pending() else 0
                taken += some
                if taken >= _TIDY and not some:
                    self._index.tidy()
                    taken = 0
            except StoreError as error:  # another process writes, or the server is away: later
                _log.warning("the index waits: %s", error.detail)
                continue
            except Exception as error:  # the next time may do better, and there must be one
                _log.error("unforeseen error over the index", exc_info=error)
                continue
            if some:
                wait = time.monotonic() - begin  # who else wants to write has a turn
