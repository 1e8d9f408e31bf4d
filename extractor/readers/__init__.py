"""Readers: bytes of a file → Document (its text, and where each part of the text came from). One file per format.

What a file is gets decided by its content (``sniff``), never by its name; a name that says otherwise only yields a
warning. ``formats`` lists the readers, ``tables`` and ``writer`` are what they have in common.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from extractor.config import Settings
from extractor.errors import ReadError, os_reason
from extractor.readers.formats import READERS, SUFFIXES, Format, Reader, find_reader
from extractor.readers.sniff import media_type

if TYPE_CHECKING:
    from extractor.types import Document

__all__ = ["READERS", "SUFFIXES", "Format", "Reader", "check_size", "media_type", "read", "read_path"]


def read(data: bytes, name: str = "", settings: Settings | None = None) -> Document:
    """Read the bytes of one file.

    Args:
        data: the whole file.
        name: what to call it in ``Document.source`` and in messages.
        settings: bounds on size; the defaults if ``None``.

    Returns:
        The document; ``text`` is what every offset refers to, ``sha256`` the hash of ``data`` in hexadecimal.

    Raises:
        ReadError: ``kind`` is ``empty``, ``too_large``, ``encrypted``, ``unsupported`` or ``unreadable``; the message
            begins with ``name``.
    """
    settings = settings or Settings()
    try:
        check_size(len(data), settings)
        kind = media_type(data, name)
        reader = find_reader(kind)
        document = reader(data, settings)
    except ReadError as error:
        raise _named(error, name) from error
    return replace(
        document,
        source=name,
        media_type=kind,
        sha256=hashlib.sha256(data).hexdigest(),
        reader=document.reader or reader.name,
        warnings=_misnamed(name, reader) + document.warnings,
    )


def read_path(path: Path | str, settings: Settings | None = None) -> Document:
    """Read one file from disk; ``Document.source`` is the path as given.

    Raises:
        ReadError: as :func:`read`, and ``unreadable`` when the file cannot be opened.
    """
    settings = settings or Settings()
    # A name in another encoding than the system's must not break what is written about the file.
    name = str(path).encode(errors="surrogateescape").decode(errors="replace")
    try:
        with Path(path).open("rb") as file:
            data = file.read(settings.max_file_bytes + 1)  # one byte over the bound shows that it is too much
    except OSError as error:
        raise ReadError(
            f"{name}：打不开文件（{os_reason(error)}）；请检查路径和读取权限", f"{name}: {error}"
        ) from error
    return read(data, name, settings)


def check_size(size: int, settings: Settings) -> None:
    """Refuse a file for its size in bytes.

    Raises:
        ReadError: ``empty`` or ``too_large``.
    """
    if size == 0:
        raise ReadError("文件是空的（0 字节）；请检查是否选错文件", "empty file", kind="empty")
    if size > settings.max_file_bytes:
        raise ReadError(
            f"文件超过上限 {settings.max_file_bytes:,} 字节；请拆分，或用环境变量 GOUJI_MAX_FILE_BYTES 调高上限",
            f"more than {settings.max_file_bytes} bytes",
            kind="too_large",
        )


def _named(error: ReadError, name: str) -> ReadError:
    if not name:
        return error
    return ReadError(f"{name}：{error}", f"{name}: {error.detail}", kind=error.kind)


def _misnamed(name: str, actual: Format) -> tuple[str, ...]:
    """Warn of a name that promises another format; a suffix that no format has promises nothing."""
    suffix = PurePath(name).suffix.lower()
    if suffix in actual.suffixes or suffix not in SUFFIXES:
        return ()
    return (f"文件名以 {suffix} 结尾，内容却是 {actual.suffixes[0]}，已按内容读取",)
