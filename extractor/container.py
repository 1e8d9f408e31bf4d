"""The zip container of an Office file, opened with distrust: bounded unpacking, no DTD, no entities, no network."""

from __future__ import annotations

import lzma
import posixpath
import struct
import zipfile
import zlib
from io import BytesIO
from typing import IO

from lxml import etree

from extractor.errors import ReadError

#: What zipfile lets through on damaged input: besides its own error, whatever struct, seek and the codecs raise.
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, RuntimeError, OSError,
)  # fmt: skip
_ENCRYPTED_FLAG = 0x1
_PICTURES = "/media/"


class Container:
    """The parts of one Office file by name.

    Args:
        data: the bytes of the container.
        max_unpacked_bytes: bound on what the parts that are read may unpack to together.
        damaged: what to say of a container that cannot be read.
        setting: the variable with which a person raises the bound.

    Raises:
        ReadError: ``encrypted`` or ``unreadable``.
    """

    def __init__(
        self, data: bytes, max_unpacked_bytes: int, damaged: str, setting: str = "GOUJI_MAX_UNPACKED_BYTES"
    ) -> None:
        self.damaged = damaged
        self._setting = setting
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except ZIP_ERRORS as error:
            raise ReadError(damaged, f"bad zip: {error}") from error
        if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in self._zip.infolist()):
            raise ReadError("压缩包有密码，无法读取；请去掉密码后再试", "encrypted zip entry", kind="encrypted")
        self._limit = max_unpacked_bytes
        self._unpacked = 0
        self.names = frozenset(self._zip.namelist())

    def targets(self, part: str, kind: str) -> list[str]:
        """Return the names of the parts that ``part`` (``""``: the package) is related to by ``kind``."""
        return list(self.relations(part, kind).values())

    def relations(self, part: str, kind: str) -> dict[str, str]:
        """Return what ``part`` is related to by ``kind``: the id of each relation and the name of its part."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self.names:
            return {}
        return {
            str(relation.get("Id")): posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/")
            for relation in self.parse(relations)
            if str(relation.get("Type", "")).endswith(f"/{kind}")
        }

    def parse(self, name: str, replacements: tuple[tuple[bytes, bytes], ...] = ()) -> etree._Element:
        """Return the root of the part ``name``, in which each of ``replacements`` was made first.

        Raises:
            ReadError: ``too_large`` or ``unreadable``.
        """
        # A parser of our own for each part: lxml's are not to be shared between threads.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            with self.open(name) as part:
                content = part.read()
            for old, new in replacements:
                content = content.replace(old, new)
            root = etree.fromstring(content, parser)
        except (*ZIP_ERRORS, etree.XMLSyntaxError) as error:
            raise ReadError(self.damaged, f"part {name}: {error}") from error
        if root.getroottree().docinfo.internalDTD is not None:
            message = "文件含 DTD 声明，Office 从不这样写，拒绝读取；请用 Word、Excel 或 WPS 打开后另存"
            raise ReadError(message, f"part {name} has a DTD")
        return root

    def open(self, name: str) -> IO[bytes]:
        """Open one part; pictures and other parts that are never read do not count towards the limit.

        Raises:
            ReadError: ``too_large``: with this one, the parts read unpack to more than the limit.
        """
        # The declared size binds: zipfile never unpacks more of an entry than it declares.
        self._unpacked += self._zip.getinfo(name).file_size
        if self._unpacked > self._limit:
            raise self._too_large(self._unpacked)
        return self._zip.open(name)

    def require_fit(self) -> None:
        """Refuse a container whose parts without pictures unpack to more than the limit, before another library reads them.

        Raises:
            ReadError: ``too_large``.
        """
        size = sum(entry.file_size for entry in self._zip.infolist() if _PICTURES not in entry.filename)
        if size > self._limit:
            raise self._too_large(size)

    def _too_large(self, size: int) -> ReadError:
        return ReadError(
            f"正文解压后有 {size:,} 字节，超过上限 {self._limit:,}；请拆分文档，或用环境变量 {self._setting} 调高上限",
            f"unpacks to {size} > {self._limit} bytes",
            kind="too_large",
        )
