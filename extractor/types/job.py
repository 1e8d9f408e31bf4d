"""What the service keeps besides the reports: jobs, who may do what, and what a person corrected."""

from __future__ import annotations

from enum import StrEnum


class JobKind(StrEnum):
    """What a job does: read uploaded files into the database."""

    IMPORT = "import"


class JobState(StrEnum):
    """Where a job stands; ``failed`` is one that could not be carried out, not one with files that could not be read."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})
"""The states that a job does not leave by itself."""


class UserRole(StrEnum):
    """What the holder of a key may do; each role may also do what those before it may."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def includes(self, other: UserRole) -> bool:
        """Whether this role may do all that ``other`` may."""
        order = tuple(UserRole)
        return order.index(self) >= order.index(other)
