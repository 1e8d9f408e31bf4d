"""Every error Gouji raises on purpose. A message says what is wrong, where, and what to do.

``str(error)`` is Chinese (users of the command line and the page read it); ``error.detail`` is English for developers.
"""

from __future__ import annotations


class GoujiError(Exception):
    """Base of all errors of this library.

    Args:
        message: what, where and what to do, in Chinese, one line.
        detail: the same for developers, in English.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail or message


class ReadError(GoujiError):
    """A file could not be turned into text. ``kind`` is the typed reason used by the archive's work ledger."""

    def __init__(self, message: str, detail: str = "", kind: str = "unreadable") -> None:
        super().__init__(message, detail)
        self.kind = kind


class StoreError(GoujiError):
    """The database is missing, of another version, or refuses what was asked."""


class ResourceError(GoujiError):
    """A data file of ``extractor/resources`` breaks its schema."""


class UsageError(GoujiError):
    """An option or argument has a value that makes no sense."""
