"""Keeps an engine busy with what was loaded, and stores what comes of it in large transactions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from extractor.store import WorkResult

if TYPE_CHECKING:
    from extractor.archive.work import Chunk, Engine, Task

_STORED_CHARACTERS = 1_000_000
_STORED_SECONDS = 2.0
"""Results wait for others until they have so many characters or so much time has passed: then they are stored together."""
_STORED_RESULTS = 500
"""Items that could not be loaded, after which they are stored even if the workers have nothing to do."""
_CHUNK_BYTES = 2**20
_CHUNK_FILES = 16


def drive(
    engine: Engine,
    loaded: Iterator[Task | WorkResult],
    most: int,
    store: Callable[[list[WorkResult]], object],
    tick: Callable[[], None],
) -> None:
    """Let the workers of an engine read what is loaded, and store it.

    Args:
        engine: where workers are.
        loaded: what goes to a worker, or why there is nothing to read.
        most: files that a worker gets at once, within bounds of our own.
        store: is given one result at least.
        tick: is called every second or more often, and may raise to end it: what was not stored is lost.
    """
    refused: list[WorkResult] = []

    def refuse(result: WorkResult) -> None:
        refused.append(result)
        if len(refused) == _STORED_RESULTS:  # without anything for the workers no results come with which to store them
            store(refused)
            refused.clear()
        tick()

    waiting: list[WorkResult] = []
    since = time.monotonic()
    for results in engine.run(_chunks(loaded, min(most, _CHUNK_FILES), refuse)):
        waiting += results + refused
        refused.clear()
        characters = sum(len(result.prepared.document["text"]) for result in waiting if result.prepared)
        if waiting and (characters > _STORED_CHARACTERS or time.monotonic() - since > _STORED_SECONDS):
            store(waiting)
            waiting, since = [], time.monotonic()
        tick()
    if waiting or refused:
        store(waiting + refused)


def _chunks(loaded: Iterator[Task | WorkResult], most: int, refuse: Callable[[WorkResult], None]) -> Iterator[Chunk]:
    """Put at most so many files together for workers; what could not be loaded goes to ``refuse``."""
    chunk: Chunk = []
    size = 0
    for task in loaded:
        if isinstance(task, WorkResult):
            refuse(task)
            continue
        chunk.append(task)
        size += len(task.data)
        if size >= _CHUNK_BYTES or len(chunk) == most:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
