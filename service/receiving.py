"""Uploads while they are received: in one file on disk each, and only so many at a time.

Nothing of a file is kept in memory, and a form of a thousand files has one open file, not a thousand.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from io import RawIOBase
from typing import TYPE_CHECKING, cast

from starlette.formparsers import MultiPartParser

from service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from typing import IO, BinaryIO

    from starlette.datastructures import Headers

    from service.settings import ServiceSettings

_RETRY_SECONDS = 5


class Receiving:
    """How many uploads are being received, and how many bytes they may come to; in the event loop alone.

    Args:
        settings: the bounds on both.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._count = self._bytes = 0

    @contextmanager
    def place(self, size: int) -> Iterator[None]:
        """Hold a place for an upload of at most so many bytes.

        Raises:
            ProblemError: there is none.
        """
        full = self._count >= self._settings.max_uploads
        if full or (self._count and self._bytes + size > self._settings.max_receiving_bytes):
            raise ProblemError(
                503,
                f"正在接收 {self._count} 个上传，请 {_RETRY_SECONDS} 秒后再试",
                f"{self._count} uploads are being received",
                headers={"Retry-After": str(_RETRY_SECONDS), "Connection": "close"},
            )
        self._count += 1
        self._bytes += size
        try:
            yield
        finally:
            self._count -= 1
            self._bytes -= size


class Form(MultiPartParser):
    """Parses a form whose files are stretches of one file.

    Args:
        headers: of the body.
        stream: the body.
        whole: where all files go.
        files: as many at most.
        fields: as many others.

    Attributes:
        complete: whether the boundary that ends a form has come; without it, it was cut off.
    """

    def __init__(
        self, headers: Headers, stream: AsyncGenerator[bytes, None], whole: IO[bytes], files: int, fields: int
    ) -> None:
        super().__init__(headers, stream, max_files=files, max_fields=fields)
        self.complete = False
        self._whole, self._lock = whole, threading.Lock()

    def on_end(self) -> None:
        """Note that the form has ended as it should."""
        self.complete = True

    def on_headers_finished(self) -> None:
        """Give the file of a part its place behind those before it."""
        super().on_headers_finished()
        file = self._current_part.file
        if file is not None:
            self._files_to_close_on_error.pop().close()
            file.file = cast("BinaryIO", _Stretch(self._whole, self._lock))


class _Stretch(RawIOBase):
    """A file inside another one, from the end that this has when it is first written to; nothing else is written meanwhile."""

    def __init__(self, whole: IO[bytes], lock: threading.Lock) -> None:
        self._whole, self._lock = whole, lock
        self._begin: int | None = None
        self._size = self._at = 0

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Add to the end."""
        with self._lock:
            end = self._whole.seek(0, 2)
            self._begin = end if self._begin is None else self._begin
            self._whole.write(data)
        self._size += len(data)
        self._at = self._size
        return len(data)

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes."""
        left = self._size - self._at
        wanted = left if size is None or size < 0 else min(size, left)
        with self._lock:
            self._whole.seek((self._begin or 0) + self._at)
            data = self._whole.read(wanted)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to an offset."""
        self._at = max(0, min(self._size, offset + (0, self._at, self._size)[whence]))
        return self._at

    def tell(self) -> int:
        """Return where the next bytes are read."""
        return self._at
