"""Old Word documents (.doc, and .wps of WPS Office, which are the same inside), read with programs of the system.

LibreOffice comes first: what it makes of a .doc keeps list numbers, notes, text boxes, merged cells and headings.
antiword gives the same figures of plain prose and tables in a hundredth of the time, but loses those; it is taken only
where LibreOffice is missing or fails, and a warning tells.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import olefile

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers.doc import antiword, libreoffice
from extractor.readers.doc.programs import find
from extractor.types import Document

__all__ = ["read_doc"]

_FLAGS = 0x0A  # where the flags stand in the file information block …
_ENCRYPTED = 0x0100  # … fEncrypted among them ([MS-DOC] 2.5.2)
_PROGRAMS: tuple[tuple[str, str, Callable[[str, bytes, Path, Settings], Document]], ...] = (
    ("doc", libreoffice.PROGRAM, libreoffice.read),
    ("doc-antiword", antiword.PROGRAM, antiword.read),
)
"""What ``Document.reader`` says, the program, and what reads with it; in the order in which they are tried."""
_FINAL = {"too_large", "timeout", "empty"}
"""Kinds of failure that another program would not mend."""


def read_doc(data: bytes, settings: Settings) -> Document:
    """Read the bytes of a .doc or of a .wps that is an OLE container.

    Args:
        data: the OLE container.
        settings: ``max_seconds_per_file`` bounds the time of each program.

    Returns:
        The document as the reader of .docx gives it; ``reader`` is ``doc``, or ``doc-antiword`` where antiword read it.

    Raises:
        ReadError: behind a password (``encrypted``), neither program is installed (``unsupported``), ``timeout``,
            ``too_large``, ``empty``, or damaged (``unreadable``).
    """
    if _is_encrypted(data):
        raise ReadError("文件有打开密码，无法读取；请去掉密码后再试", "encrypted .doc", kind="encrypted")
    failure: ReadError | None = None
    for name, called, reader in _PROGRAMS:
        program = find(called)
        if program is None:
            continue
        try:
            with tempfile.TemporaryDirectory(prefix="gouji-doc-", ignore_cleanup_errors=True) as folder:
                document = reader(program, data, Path(folder), settings)
        except ReadError as error:
            if error.kind in _FINAL:
                raise
            failure = failure or error
            continue
        return replace(document, reader=name)
    if failure is not None:
        raise failure
    raise ReadError(
        "旧版 Word/WPS 文档（.doc/.wps）要用 LibreOffice 或 antiword 读取，两者都没有安装；"
        "请安装（Debian：apt-get install libreoffice-writer-nogui antiword），或用 Word、WPS 另存为 .docx",
        "neither soffice nor antiword is installed",
        kind="unsupported",
    )


def _is_encrypted(data: bytes) -> bool:
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole, ole.openstream("WordDocument") as stream:
            head = stream.read(_FLAGS + 2)
    except (olefile.olefile.OleFileError, OSError, ValueError, IndexError, RecursionError):
        return False  # what reads the file says what is wrong with it
    return len(head) == _FLAGS + 2 and bool(struct.unpack_from("<H", head, _FLAGS)[0] & _ENCRYPTED)
