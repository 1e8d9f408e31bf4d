"""What is inside a container (.zip, .tar, .gz, .bz2, .xz, .7z) or attached to a mail, opened with distrust.

Members come one after the other and are known by their number, never by their name: a name is only shown. Nothing is
unpacked to a path. What a container unpacks to is counted while it is read (:class:`Budget`), whatever it declares.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import IO, TYPE_CHECKING, cast

from extractor.archive.sevenzip import sevenzip_members
from extractor.container import ZIP_ERRORS
from extractor.errors import ReadError, os_reason
from extractor.readers import sniff
from extractor.readers.mail import attachments

if TYPE_CHECKING:
    from extractor.config import Settings

_ERRORS = (*ZIP_ERRORS, tarfile.TarError, gzip.BadGzipFile, NotImplementedError, OverflowError)
_OF_DAMAGE = (None, errno.EINVAL)  # an OSError of the libraries themselves; a seek to a place that damage made up
_ENCRYPTED_FLAG, _UTF8_FLAG = 0x1, 0x800
_CHINESE = ("utf-8", "gb18030", "big5")
_HEAD = 512
_FREE = 64 * 2**20
"""Bytes that any container may unpack to, however small it is."""

_Stream = IO[bytes]
_STREAMS: dict[str, tuple[Callable[[_Stream], object], str]] = {
    sniff.GZIP: (lambda file: gzip.GzipFile(fileobj=file), ".gz"),
    sniff.BZIP2: (bz2.BZ2File, ".bz2"),
    sniff.XZ: (lzma.LZMAFile, ".xz"),
}
CONTAINERS = frozenset((sniff.ZIP, sniff.TAR, sniff.SEVEN_ZIP, *_STREAMS))
"""The media types of files that are nothing but a container."""
OPENED = CONTAINERS | {sniff.MAIL}
"""The media types of files with members; a mail has a text of its own, too."""


class BombError(ReadError):
    """A container unpacks to more than it may; all that is in it is refused."""

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(message, detail, kind="too_large")


class Budget:
    """What a container may still unpack to, with all containers inside it.

    Args:
        settings: the bounds.
        size: bytes of the outermost container.
        beat: is called as unpacking goes on.
    """

    def __init__(self, settings: Settings, size: int, beat: Callable[[], None] = lambda: None) -> None:
        self.settings = settings
        self._beat = beat
        self._bytes = min(settings.max_archive_bytes, max(_FREE, settings.max_expansion * size))
        self._by_ratio = self._bytes < settings.max_archive_bytes
        self._members = settings.max_members

    def spend(self, count: int) -> None:
        """Note that ``count`` bytes were unpacked.

        Raises:
            BombError: that is too much.
        """
        self._beat()
        self._bytes -= count
        if self._bytes < 0:
            name = "GOUJI_MAX_EXPANSION" if self._by_ratio else "GOUJI_MAX_ARCHIVE_BYTES"
            raise BombError(
                f"压缩包解压后过大，可能是压缩炸弹，未处理；确认无误可用环境变量 {name} 调高上限",
                f"unpacks beyond {name}",
            )

    def count_member(self) -> None:
        """Note one more member.

        Raises:
            BombError: there are too many.
        """
        self._beat()
        self._members -= 1
        if self._members < 0:
            limit = self.settings.max_members
            raise BombError(
                f"压缩包内文件超过 {limit:,} 个，未处理；请拆分，或用环境变量 GOUJI_MAX_MEMBERS 调高上限",
                f"more than {limit} members",
            )


@dataclass(frozen=True, slots=True)
class Member:
    """A member: its number, its name as text, its declared size, and what reads it while it is the current one.

    ``link``: it is a link to another member and has no content of its own.
    """

    number: int
    name: str
    size: int | None
    read: Callable[[], bytes]
    link: bool = False


def has_members(kind: str, data: bytes) -> bool:
    """Whether there is something to open: all containers, and mail with attachments.

    Args:
        kind: media type.
        data: of the file, if it is a mail.
    """
    if kind != sniff.MAIL:
        return kind in CONTAINERS
    try:
        return next(attachments(data), None) is not None
    except ReadError:
        return False  # its reader tells


def members(kind: str, file: _Stream, name: str, budget: Budget) -> Iterator[Member]:
    """Yield the members of a container in their order.

    Args:
        kind: media type, one of :data:`OPENED`.
        file: the container, which can be sought in.
        name: of the container; a single compressed file is called after it.
        budget: what it may unpack to.

    Raises:
        ReadError: it is damaged or encrypted; what was yielded before is good.
    """
    with reported():
        for member in _members(kind, file, name, budget):
            budget.count_member()
            yield member


class reported:  # noqa: N801 - used as a statement
    """Turns what the libraries raise on damaged input, and the system on a bad disk, into a :class:`ReadError`."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Translate ``error``."""
        if isinstance(error, NotImplementedError):
            raise ReadError("压缩方式不支持，无法解压；请用其他软件解压后再加入", f"compression: {error}") from error
        if isinstance(error, MemoryError):  # also where damage makes up a size
            message = (
                "解压需要的内存过大，压缩包也可能已损坏；请重新取得，或用环境变量 GOUJI_WORKER_MEMORY_BYTES 调高上限"
            )
            raise ReadError(message, "not enough memory", kind="too_large") from error
        if isinstance(error, OSError) and error.errno not in _OF_DAMAGE:
            raise trouble(error) from error
        if isinstance(error, _ERRORS) and not isinstance(error, ReadError):
            raise ReadError("压缩包已损坏，无法解压；请重新取得", f"damaged container: {error!r}") from error


def trouble(error: OSError) -> ReadError:
    """Return what to say of trouble with the disk or the system while a file is read: it is no damage of the file."""
    message = f"读取时系统出错（{os_reason(error)}）；请排除后重试"
    return ReadError(message, f"the system failed: {error}")


def _members(kind: str, file: _Stream, name: str, budget: Budget) -> Iterator[Member]:
    if kind == sniff.ZIP:
        return _zip_members(file, budget)
    if kind == sniff.SEVEN_ZIP:
        unpacked = sevenzip_members(file, budget.settings.max_file_bytes, budget.spend)
        return (
            Member(number, name, size, partial(_read_unpacked, read))
            for number, (name, size, read) in enumerate(unpacked)
        )
    if kind == sniff.MAIL:
        return _mail_members(file, budget)
    if kind == sniff.TAR:
        return _tar_members(file, budget)
    return _compressed_members(kind, file, name, budget)


def _read_unpacked(read: Callable[[], bytes]) -> bytes:
    with reported():
        return read()


def _mail_members(file: _Stream, budget: Budget) -> Iterator[Member]:
    for number, (name, data) in enumerate(attachments(file.read())):
        yield Member(number, name, len(data), partial(_given, data, budget))


def _given(data: bytes, budget: Budget) -> bytes:
    budget.spend(len(data))
    return data


def _zip_members(file: _Stream, budget: Budget) -> Iterator[Member]:
    with zipfile.ZipFile(file) as zipped:
        for number, entry in enumerate(zipped.infolist()):
            if not entry.is_dir():
                yield Member(number, _zip_name(entry), entry.file_size, partial(_read_zip, zipped, entry, budget))


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; without the flag for UTF-8 its bytes are in whatever encoding the packer used."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.orig_filename
    raw = entry.orig_filename.encode("cp437", errors="replace")
    return decode_name(raw).replace("\\", "/")  # old packers of Windows write its separator


def decode_name(raw: bytes) -> str:
    """Return a name whose encoding nobody tells."""
    for encoding in _CHINESE:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="surrogateescape")


def _read_zip(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> bytes:
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise ReadError("压缩包有密码，无法读取；请去掉密码后再试", "encrypted zip entry", kind="encrypted")
    with reported(), zipped.open(entry) as content:
        return _read(content, budget)


def _read(content: IO[bytes], budget: Budget) -> bytes:
    """Read one member; one byte over the bound on files shows that it is too much."""
    with reported():
        data = content.read(budget.settings.max_file_bytes + 1)
    budget.spend(len(data))
    return data


def _tar_members(file: _Stream, budget: Budget) -> Iterator[Member]:
    # As a stream: going back in a compressed one would unpack it from the start again.
    with tarfile.open(fileobj=file, mode="r|", errors="surrogateescape") as packed:
        number = 0
        while (entry := packed.next()) is not None:
            packed.members = []  # type: ignore[attr-defined] # which would grow with each
            if not entry.isdir():
                name = decode_name(entry.name.encode(errors="surrogateescape"))
                yield Member(number, name, entry.size, partial(_read_tar, packed, entry, budget), not entry.isreg())
            number += 1


def _read_tar(packed: tarfile.TarFile, entry: tarfile.TarInfo, budget: Budget) -> bytes:
    with reported():
        content = packed.extractfile(entry)
        return _read(content, budget) if content else b""


class _Counted:
    """An unpacking stream whose bytes are counted, also those that are passed over."""

    def __init__(self, stream: _Stream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        """Read and count."""
        data = self._stream.read(size)
        self._budget.spend(len(data))
        return data


def _compressed_members(kind: str, file: _Stream, name: str, budget: Budget) -> Iterator[Member]:
    """Yield the members of a packed tar, else the one file that is in a packed file."""
    unpack, suffix = _STREAMS[kind]
    with cast(_Stream, unpack(file)) as stream:
        head = stream.read(_HEAD)
        stream.seek(0)
        if head[257:262] == b"ustar":
            yield from _tar_members(cast(_Stream, _Counted(stream, budget)), budget)
            return
        inner = name.rpartition("/")[2]
        inner = inner[: -len(suffix)] if inner.lower().endswith(suffix) else inner
        yield Member(0, inner, None, partial(_read, stream, budget))


class Contents:
    """Access to members by their position; positions must ascend, as members come in their order.

    Args:
        kind: media type of the container.
        file: the container.
        name: of the container.
        budget: what it may unpack to.
    """

    def __init__(self, kind: str, file: _Stream, name: str, budget: Budget) -> None:
        self._members = members(kind, file, name, budget)
        self._budget = budget
        self._current: Member | None = None
        self._data = b""
        self._inner: tuple[int, Contents] | None = None
        self._broken: ReadError | None = None

    def read(self, position: Sequence[int]) -> bytes:
        """Return the bytes of a member.

        Args:
            position: number of the member, after those of the containers it lies in.

        Raises:
            ReadError: it cannot be read, or is not there any more.
        """
        number, *further = position
        if self._inner is not None and self._inner[0] == number:
            return self._inner[1].read(further)
        while self._current is None or self._current.number < number:
            if self._broken is not None:
                raise self._broken  # also of all that comes behind
            try:
                self._current = next(self._members, None)
            except ReadError as error:
                self._broken = error
                raise
            if self._current is None:
                break
            if self._current.number == number:
                self._data = b""
                self._data = self._current.read()  # once: a mail is read before its attachments
        if self._current is None or self._current.number != number:
            raise ReadError("压缩包在处理期间被改动；请再试一次", f"no member {number}")
        if not further:
            return self._data
        kind = sniff.media_type(self._data, self._current.name)
        if kind not in OPENED:
            raise ReadError("压缩包在处理期间被改动；请再试一次", f"member {number} is no container")
        self._inner = (number, Contents(kind, BytesIO(self._data), self._current.name, self._budget))
        return self._inner[1].read(further)
