"""A process of this machine that does what may hang or die: with bounded memory, and gone when the driver is.

It has an executor of the standard library to itself, so that one that dies takes no other along. (Processes of one pool
share their pipes, and the locks on them: one killed while it holds a lock stops all.)
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import connection
from typing import Any, ParamSpec, TypeVar

_METHOD = "spawn" if sys.platform == "win32" else "forkserver"
_P = ParamSpec("_P")
_T = TypeVar("_T")
_beats: Any = None


class Lone:
    """The process.

    Args:
        memory: bytes that it may take, where the system lets it be bounded.
    """

    def __init__(self, memory: int) -> None:
        context = multiprocessing.get_context(_METHOD)
        if _METHOD == "forkserver":
            context.set_forkserver_preload(["extractor.archive.warm", "extractor.archive.process"])
        self._beats = context.RawValue("Q", 0)
        self._executor = ProcessPoolExecutor(1, context, initializer=_begin, initargs=(memory, self._beats))
        self._process = self._executor.submit(os.getpid).result()

    @property
    def beats(self) -> int:
        """How often :func:`beat` was called in it."""
        return int(self._beats.value)

    def submit(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Let it call a function after all that it was given before.

        Raises:
            BrokenProcessPool: it has died.
        """
        return self._executor.submit(function, *args, **kwargs)

    def kill(self) -> None:
        """Kill it; what it has not done tells so."""
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)

    def stop(self) -> None:
        """Kill it, and leave nothing of it behind."""
        self.kill()
        self._executor.shutdown(wait=True, cancel_futures=True)


def beat() -> None:
    """Tell the driver, from inside the process, that it goes on; elsewhere do nothing."""
    if _beats is not None:
        _beats.value += 1


def _begin(memory: int, beats: Any) -> None:
    """Prepare the process: the driver alone answers to Ctrl-C, memory is bounded, and it does not survive the driver."""
    global _beats
    _beats = beats
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
