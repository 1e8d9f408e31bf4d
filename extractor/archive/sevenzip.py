"""What is inside a .7z, by the extra ``sevenzip``.

Its members are packed in one stream, so all are unpacked at once: behind each other into one temporary file that has no
name and is gone with the process, from which they are then read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from threading import Lock
from typing import IO, Any

from extractor.errors import ReadError

_Entry = tuple[str, int, Callable[[], bytes]]


def sevenzip_members(file: IO[bytes], max_file_bytes: int, spend: Callable[[int], None]) -> Iterator[_Entry]:
    """Yield name, size and reader of each member, in order of the container.

    Args:
        file: the container.
        max_file_bytes: of a larger member only so much and one byte is kept.
        spend: is told how many bytes were unpacked; raises where that is too much.

    Raises:
        ReadError: it is damaged, encrypted, or the library is not installed.
    """
    try:
        import py7zr
    except ImportError as error:
        message = "没有安装读取 .7z 的程序库；请运行 pip install 'gouji[sevenzip]'，再用 gouji archive retry 重试"
        raise ReadError(message, f"the extra 'sevenzip' is not installed: {error}", kind="unsupported") from error
    try:
        with tempfile.TemporaryFile() as spool, py7zr.SevenZipFile(file) as packed:
            if packed.needs_password():
                raise py7zr.PasswordRequired("needs a password")
            unpacked = _Spool(spool, max_file_bytes, spend)
            packed.extractall(factory=unpacked)
            for info in packed.list():
                if not info.is_directory:
                    yield info.filename, info.uncompressed, partial(unpacked.read, info.filename)
    except py7zr.PasswordRequired as error:
        raise ReadError("压缩包有密码，无法读取；请去掉密码后再试", "encrypted 7z", kind="encrypted") from error
    except (py7zr.exceptions.ArchiveError, py7zr.UnsupportedCompressionMethodError, TypeError, IndexError) as error:
        raise ReadError("压缩包已损坏或压缩方式不支持，无法解压；请重新取得", f"bad 7z: {error!r}") from error


class _Spool:
    """Makes a writer for each member; one that is complete goes to the end of the file."""

    def __init__(self, file: IO[bytes], limit: int, spend: Callable[[int], None]) -> None:
        self._file = file
        self._limit = limit
        self._spend = spend
        self._places: dict[str, tuple[int, int]] = {}
        self._lock = Lock()  # the library unpacks on several threads

    def create(self, filename: str, *_: Any) -> _Writer:
        """Return a writer, as the library asks for it."""
        return _Writer(filename, self)

    def count(self, size: int) -> None:
        """Note that bytes were unpacked."""
        with self._lock:
            self._spend(size)

    def keep(self, name: str, data: bytes) -> None:
        """Put a complete member away."""
        with self._lock:
            self._places[name] = (self._file.seek(0, 2), len(data))
            self._file.write(data)

    def read(self, name: str) -> bytes:
        """Return a member."""
        place, size = self._places.get(name, (0, 0))
        self._file.seek(place)
        return self._file.read(size)

    @property
    def limit(self) -> int:
        """Bytes of a member that are kept."""
        return self._limit + 1


class _Writer:
    """What the library writes one member to."""

    def __init__(self, name: str, spool: _Spool) -> None:
        self._name = name
        self._spool = spool
        self._content = BytesIO()

    def write(self, data: bytes) -> int:
        """Take bytes, of a member that is too large only the first."""
        self._spool.count(len(data))
        self._content.write(data[: max(0, self._spool.limit - self._content.tell())])
        return len(data)

    def read(self, size: int | None = None) -> bytes:
        """Return what was written, for the library's checksums."""
        return self._content.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move in what was written."""
        return self._content.seek(offset, whence)

    def flush(self) -> None:
        """Do nothing."""

    def size(self) -> int:
        """Return how much was written."""
        return self._content.getbuffer().nbytes

    def close(self) -> None:
        """Put the member away."""
        self._spool.keep(self._name, self._content.getvalue())
