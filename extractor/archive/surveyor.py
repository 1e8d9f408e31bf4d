"""Where files are surveyed: in a process of its own, for the libraries that open containers may hang or die over one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from extractor.archive.lone import DeathError, Lone, beat
from extractor.archive.survey import survey
from extractor.archive.work import MOST_DEATHS, TICK, death, slip, timeout
from extractor.types import SurveyedFile, SurveyedItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extractor.archive.walk import Found
    from extractor.config import Settings
    from extractor.types import WorkReason

_GROUPED = 64
_GROUPED_BYTES = 2**20


class Surveyor:
    """Surveys files; used in a ``with`` block, at whose end its process is gone.

    Args:
        settings: ``max_seconds_per_file`` bounds the time in which nothing is unpacked, ``worker_memory_bytes`` the memory.
        tick: is called every second in which a survey goes on.
    """

    def __init__(self, settings: Settings, tick: Callable[[], None]) -> None:
        self._settings = settings
        self._tick = tick
        self._process: Lone | None = None
        self._asked: tuple[str, float] | None = None

    def __enter__(self) -> Self:
        """Begin; the process starts with the first file that is to be opened."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the process."""
        self._stop()

    def survey(self, files: Iterable[Found]) -> Iterator[SurveyedFile]:
        """Yield what each file is, in order; one that cannot be surveyed has failed and takes no other along."""
        for group in _groups(files):
            yield from self._survey(group)

    def at_work(self) -> Iterator[tuple[str, float]]:
        """Yield the file that is being surveyed (of small ones the largest), with the seconds since it was begun."""
        if self._asked is not None:
            path, since = self._asked
            yield path, time.monotonic() - since

    def _survey(self, group: list[Found]) -> list[SurveyedFile]:
        if len(group) > 1:
            try:
                surveyed = self._ask(group)
            except DeathError:
                self._stop()
                surveyed = None
            return surveyed or [file for found in group for file in self._survey([found])]
        for _ in range(MOST_DEATHS):  # once more: the system may have killed it for the memory that others took
            try:
                surveyed = self._ask(group)
            except DeathError as error:
                self._stop()
                why = death(error)
            else:
                return surveyed or [_failed(group[0], *timeout(self._settings))]
        return [_failed(group[0], *why)]

    def _ask(self, group: list[Found]) -> list[SurveyedFile] | None:
        """Return what the process says of some files, ``None`` if it was killed because it did not go on."""
        self._process = self._process or Lone(self._settings.worker_memory_bytes)
        answer = self._process.submit(_survey, group, self._settings)
        beats, since = self._process.beats, time.monotonic()
        self._asked = (max(group, key=lambda found: found.bytes).path, since)
        while True:
            try:
                surveyed = answer.result(TICK)
            except TimeoutError:
                self._tick()
            else:
                self._asked = None
                return surveyed
            if self._process.beats != beats:
                beats, since = self._process.beats, time.monotonic()
            elif time.monotonic() - since > self._settings.max_seconds_per_file:
                self._stop()
                return None

    def _stop(self) -> None:
        self._asked = None
        if self._process is not None:
            self._process.stop()
            self._process = None


def _groups(files: Iterable[Found]) -> Iterator[list[Found]]:
    """Put small files together, for asking costs more than to survey one; what is large stands alone."""
    group: list[Found] = []
    size = 0
    for found in files:
        if group and size + found.bytes > _GROUPED_BYTES:
            yield group
            group, size = [], 0
        group.append(found)
        size += found.bytes
        if len(group) == _GROUPED or size > _GROUPED_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _survey(group: list[Found], settings: Settings) -> list[SurveyedFile]:
    return [_survey_one(found, settings) for found in group]


def _survey_one(found: Found, settings: Settings) -> SurveyedFile:
    beat()
    try:
        return survey(found, settings, beat)
    except Exception as error:  # a slip of ours or of a library must not stop an archive
        return _failed(found, *slip(error))


def _failed(found: Found, reason: WorkReason, message: str) -> SurveyedFile:
    return SurveyedFile(SurveyedItem(found.path, found.bytes, reason=reason, message=message), found.mtime_ns)
