"""A process of this machine that does what may hang or die: with bounded memory, and gone when the driver is.

It has a pipe of its own, so that one that dies takes no other along. The pools of the standard library are not used: one
whose worker is killed in the middle of a message waits for its rest for ever, for it holds the other end of the pipe itself,
and processes of one pool share the locks on their pipes. Here the end of the process is closed on this side, so that its
death ends the message.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from typing import Any, TypeVar, TypeVarTuple

_METHOD = "spawn" if sys.platform == "win32" else "forkserver"
_JOIN_SECONDS = 5.0
_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")
_beats: Any = None


class DeathError(Exception):
    """A process died over what it was asked."""


class IdleDeathError(DeathError):
    """A process had died before it was asked: nothing was begun."""


class Lone:
    """The process, a thread that hands it one thing after the other, and one that takes its answers.

    What is next lies in the pipe already when it has answered, so that it never waits for a driver that is busy.

    Args:
        memory: bytes that it may take, where the system lets it be bounded.
    """

    def __init__(self, memory: int) -> None:
        context = multiprocessing.get_context(_METHOD)
        if _METHOD == "forkserver":
            context.set_forkserver_preload(
                ["extractor.archive.warm", "extractor.archive.process", "extractor.archive.ledgers"]
            )
        self._beats = context.RawValue("Q", 0)
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(  # type: ignore[attr-defined]  # of each method its own
            target=_serve, args=(theirs, memory, self._beats), daemon=True
        )
        with _deaf():
            self._process.start()
        theirs.close()  # so that its death ends a message it is in the middle of
        self._sender, self._receiver = ThreadPoolExecutor(1), ThreadPoolExecutor(1)

    @property
    def beats(self) -> int:
        """How often :func:`beat` was called in it."""
        return int(self._beats.value)

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return bool(self._process.is_alive())

    def submit(self, function: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> Future[_Result]:
        """Let it call a function after all that it was given before.

        Returns:
            What the function returns. It raises :class:`DeathError` if the process died (:class:`IdleDeathError` if that
            was before), and ``RuntimeError`` for all that the function raised.
        """
        sent = self._sender.submit(self._pipe.send, (function, arguments))
        return self._receiver.submit(self._answer, sent)

    def kill(self) -> None:
        """Kill it; what it has not done tells so."""
        self._process.kill()

    def stop(self) -> None:
        """Kill it, forget what it has not begun, and leave nothing of it behind."""
        self.kill()
        self._receiver.shutdown(wait=True, cancel_futures=True)
        self._sender.shutdown(wait=True, cancel_futures=True)
        self._pipe.close()
        self._process.join()

    def _answer(self, sent: Future[None]) -> Any:
        try:
            sent.result()
        except OSError as problem:
            raise IdleDeathError(self._end()) from problem
        try:
            answer, error = self._pipe.recv()
        except (OSError, EOFError) as problem:
            raise DeathError(self._end()) from problem
        if error is not None:
            raise RuntimeError(error)
        return answer

    def _end(self) -> str:
        self._process.join(_JOIN_SECONDS)
        return f"exit {self._process.exitcode}"


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that start in the block not hear Ctrl-C from their first moment on: the driver alone answers to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it is deaf by itself, and starting it in the block would end that
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def beat() -> None:
    """Tell the driver, from inside the process, that it goes on; elsewhere do nothing."""
    if _beats is not None:
        _beats.value += 1


def _serve(pipe: Connection, memory: int, beats: Any) -> None:
    """Do what the driver asks until it is gone: the whole life of the process."""
    global _beats
    _beats = beats
    _begin(memory)
    with suppress(EOFError, OSError):
        while True:
            function, arguments = pipe.recv()
            answer, problem = None, None
            try:
                answer = function(*arguments)
            except Exception as error:
                problem = f"{type(error).__name__}: {error}"
            pipe.send((answer, problem))  # before anything is begun over which the process might die


def _begin(memory: int) -> None:
    """Prepare the process: memory is bounded, and it does not survive the driver."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bound(memory)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def bound(memory: int) -> None:
    """Let this process have no more than so many bytes, where the system can hold it to that, and die over more."""
    # Rust's trace of a failed allocation allocates itself, and one that fails then waits for itself for ever.
    os.environ["RUST_BACKTRACE"] = "0"
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
