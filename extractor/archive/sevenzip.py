"""What is inside a .7z, by the extra ``sevenzip``.

Its members are packed in one stream, so all are unpacked at once: behind each other into one temporary file that has no
name and is gone with the process, from which they are then read. The library is made to know them by their number alone:
it changes names, refuses some, and takes two of one name for one.
"""

from __future__ import annotations

import tempfile
import zlib
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
        message = "没有安装读取 .7z 的程序库；请运行 pip install 'gouji[sevenzip]'，再重试"
        raise ReadError(message, f"the extra 'sevenzip' is not installed: {error}", kind="unsupported") from error
    try:
        with tempfile.TemporaryFile() as spool, py7zr.SevenZipFile(file) as packed:
            if packed.needs_password():
                raise py7zr.PasswordRequired("needs a password")
            unpacked = _Spool(spool, max_file_bytes, spend)
            entries = [(entry, entry.filename) for entry in packed.files]
            for number, (entry, _) in enumerate(entries):
                entry.file_properties()["filename"] = str(number)
            packed.extractall(factory=unpacked)
            for number, (entry, name) in enumerate(entries):
                if not entry.is_directory:
                    yield name, entry.uncompressed, partial(unpacked.read, number, entry.crc32)
    except py7zr.PasswordRequired as error:
        raise ReadError("压缩包有密码，无法读取；请去掉密码后再试", "encrypted 7z", kind="encrypted") from error
    except (py7zr.exceptions.ArchiveError, py7zr.UnsupportedCompressionMethodError, TypeError, IndexError) as error:
        raise _bad(repr(error)) from error


def _bad(detail: str) -> ReadError:
    return ReadError("压缩包已损坏或压缩方式不支持，无法解压；请重新取得", f"bad 7z: {detail}")


class _Spool:
    """Makes a writer for each member; one that is complete goes to the end of the file."""

    def __init__(self, file: IO[bytes], limit: int, spend: Callable[[int], None]) -> None:
        self._file = file
        self._limit = limit
        self._spend = spend
        self._places: dict[int, tuple[int, int]] = {}
        self._lock = Lock()  # the library unpacks on several threads

    def create(self, filename: str, *_: Any) -> _Writer:
        """Return a writer, as the library asks for it."""
        return _Writer(int(filename), self)

    def count(self, size: int) -> None:
        """Note that bytes were unpacked."""
        with self._lock:
            self._spend(size)

    def keep(self, number: int, data: bytes) -> None:
        """Put a complete member away."""
        with self._lock:
            self._places[number] = (self._file.seek(0, 2), len(data))
            self._file.write(data)

    def read(self, number: int, checksum: int | None) -> bytes:
        """Return a member.

        Raises:
            ReadError: the library did not unpack it, or took another for it.
        """
        if number not in self._places:
            raise _bad(f"member {number} was not unpacked")
        place, size = self._places[number]
        self._file.seek(place)
        data = self._file.read(size)
        if checksum is not None and size < self.limit and zlib.crc32(data) != checksum:
            raise _bad(f"member {number} has another checksum")
        return data

    @property
    def limit(self) -> int:
        """Bytes of a member that are kept."""
        return self._limit + 1


class _Writer:
    """What the library writes one member to."""

    def __init__(self, number: int, spool: _Spool) -> None:
        self._number = number
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
        self._spool.keep(self._number, self._content.getvalue())
