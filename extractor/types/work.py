"""What became of each file of an archive: states, reasons, and what a survey of the files finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WorkState(StrEnum):
    """Where an item of an archive stands; ``unpacked`` is a container, whose members are items of their own."""

    PENDING = "pending"
    DONE = "done"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNPACKED = "unpacked"


class WorkReason(StrEnum):
    """Why an item failed (``ReadError.kind`` and what happens to a process), or why it was skipped."""

    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    EMPTY = "empty"
    NEEDS_OCR = "needs_ocr"
    TEMPORARY = "temporary"
    LINK = "link"
    SPECIAL = "special"


SKIP_REASONS = frozenset({WorkReason.TEMPORARY, WorkReason.LINK, WorkReason.SPECIAL})
"""The reasons for which an item is skipped; for all others it failed."""

FAILURES = tuple(reason for reason in WorkReason if reason not in SKIP_REASONS)

INSIDE = "!/"
"""What stands in a path between a container and its member: ``a.zip!/报告/b.docx``."""


def file_of(path: str) -> str:
    """Return the file in which an item lies: the outermost container, or the item itself."""
    return path.split(INSIDE, 1)[0]


@dataclass(frozen=True, slots=True)
class SurveyedItem:
    """One file or member of a container as it was found.

    ``position`` counts the members from 0 on the way to this one (``3/17``: member 17 of member 3), ``""`` for a file.
    ``sha256`` is ``None`` where nothing was read: then ``reason`` and ``message`` tell why, or it is a container whose
    members could be listed (``unpacked``).
    """

    path: str
    bytes: int | None = None
    sha256: str | None = None
    reason: WorkReason | None = None
    message: str = ""
    position: str = ""

    @property
    def state(self) -> WorkState:
        """Where the item stands when it is first seen, if its content is not that of another one."""
        if self.reason is not None:
            return WorkState.SKIPPED if self.reason in SKIP_REASONS else WorkState.FAILED
        return WorkState.UNPACKED if self.sha256 is None else WorkState.PENDING


@dataclass(frozen=True, slots=True)
class SurveyedFile:
    """A file with what it is, and the members of a container, each after the container it lies in."""

    item: SurveyedItem
    mtime_ns: int
    members: tuple[SurveyedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A file or member that is still to be read; see :class:`SurveyedItem`."""

    id: int
    path: str
    position: str
    sha256: str
