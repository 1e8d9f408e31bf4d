"""Processes that survey and read uploads, kept for a while between jobs so that a small one does not pay for their start."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from extractor.archive.local import LocalEngine
from extractor.archive.surveyor import Surveyor
from extractor.archive.work import How

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extractor.config import Settings

_IDLE_SECONDS = 60.0


class Bench:
    """A surveyor and an engine, which one job at a time uses.

    Args:
        how: files are read.
    """

    def __init__(self, how: How) -> None:
        self.how = how
        self.tick: Callable[[], None] = lambda: None
        with ExitStack() as started:
            self.surveyor = started.enter_context(Surveyor(how.settings, lambda: self.tick()))
            self.engine = started.enter_context(LocalEngine(None, how))
            self._started = started.pop_all()

    def close(self) -> None:
        """Stop all its processes."""
        self._started.close()


class Benches:
    """Those that are idle, each with the moment since when.

    Args:
        settings: bounds on what is read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[tuple[float, Bench]] = []
        self._lock = threading.Lock()

    @contextmanager
    def one(self, *, checked: bool, tick: Callable[[], None]) -> Iterator[Bench]:
        """Lend a bench; one over which something was raised, and may still be at work, is stopped.

        Args:
            checked: whether claims are recomputed.
            tick: is called every second while something goes on.
        """
        bench = self._take(How(self._settings, checked))
        bench.tick = tick
        try:
            yield bench
        except BaseException:
            bench.close()
            raise
        with self._lock:
            self._idle.append((time.monotonic(), bench))

    def stop_idle(self, seconds: float = _IDLE_SECONDS) -> None:
        """Stop those that nobody has used for so long."""
        before = time.monotonic() - seconds
        with self._lock:
            stale = [bench for since, bench in self._idle if since <= before]
            self._idle = [(since, bench) for since, bench in self._idle if since > before]
        for bench in stale:
            bench.close()

    def _take(self, how: How) -> Bench:
        with self._lock:
            for number in reversed(range(len(self._idle))):
                if self._idle[number][1].how == how:
                    return self._idle.pop(number)[1]
        return Bench(how)
