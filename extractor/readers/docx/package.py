"""The zip container of a .docx, opened with distrust: bounded unpacking, no DTD, no entities, no network."""

from __future__ import annotations

import lzma
import posixpath
import struct
import zipfile
import zlib
from io import BytesIO

from lxml import etree

from extractor.errors import ReadError
from extractor.readers.sniff import unsupported

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of WordprocessingML, as lxml writes it before a name."""

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # "Strict Open XML" as saved by newer Word
_TRANSITIONAL = W[1:-1].encode()
_DAMAGED = "文件已损坏，无法读取；请用 Word 或 WPS 打开后另存为 .docx 再试"
# What zipfile lets through on damaged input: besides its own error, whatever struct, seek and the codecs raise.
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, RuntimeError, OSError,
)  # fmt: skip
_ENCRYPTED_FLAG = 0x1
_OTHER_KINDS = (
    ("xl/", "Excel 表格（.xlsx）"),
    ("ppt/", "演示文稿（.pptx）"),
    ("content.xml", "OpenDocument 文档（.odt/.ods）"),
)


class Package:
    """The parts of one .docx; ``document`` is the root of the main part."""

    def __init__(self, data: bytes, max_unpacked_bytes: int) -> None:
        """Open the container and read its main part.

        Args:
            data: the bytes of the container.
            max_unpacked_bytes: bound on what the parts that are read may unpack to together.

        Raises:
            ReadError: ``unsupported``, ``encrypted``, ``too_large`` or ``unreadable``.
        """
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _ZIP_ERRORS as error:
            raise ReadError(_DAMAGED, f"bad zip: {error}") from error
        if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in self._zip.infolist()):
            raise ReadError("压缩包有密码，无法读取；请去掉密码后再试", "encrypted zip entry", kind="encrypted")
        self._limit = max_unpacked_bytes
        self._unpacked = 0
        self._names = set(self._zip.namelist())
        self._part = self._main_part()
        self.document = self._parse(self._part)
        if self.document.tag != W + "document":
            raise ReadError(_DAMAGED, f"root of {self._part} is {self.document.tag!r}")

    def related(self, kind: str) -> etree._Element | None:
        """Return the root of the part that the main part is related to by ``kind`` (``styles`` …), ``None`` if none."""
        for name in self._targets(self._part, kind):
            if name in self._names:
                return self._parse(name)
        return None

    def _main_part(self) -> str:
        found = [*self._targets("", "officeDocument"), "word/document.xml"]
        for name in found:
            if name in self._names and not name.startswith(("xl/", "ppt/")):
                return name
        for mark, what in _OTHER_KINDS:
            if any(name.startswith(mark) for name in self._names):
                raise unsupported(what, "请把正文另存为 .docx 或 .txt 后再试")
        raise unsupported("压缩包（.zip）", "请先解压，再选其中的报告")

    def _targets(self, part: str, kind: str) -> list[str]:
        """Return the names of the parts that ``part`` (``""``: the package) is related to by ``kind``."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self._names:
            return []
        return [
            posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/")
            for relation in self._parse(relations)
            if str(relation.get("Type", "")).endswith(f"/{kind}")
        ]

    def _parse(self, name: str) -> etree._Element:
        # A parser of our own for each part: lxml's are not to be shared between threads.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            content = self._unpack(name)
            root = etree.fromstring(content.replace(_STRICT, _TRANSITIONAL), parser)
        except (*_ZIP_ERRORS, etree.XMLSyntaxError) as error:
            raise ReadError(_DAMAGED, f"part {name}: {error}") from error
        if root.getroottree().docinfo.internalDTD is not None:
            message = "文件含 DTD 声明，Word 从不这样写，拒绝读取；请用 Word 打开后另存"
            raise ReadError(message, f"part {name} has a DTD")
        return root

    def _unpack(self, name: str) -> bytes:
        """Unpack one part; pictures and other parts that are never read do not count towards the limit."""
        # The declared size binds: zipfile never unpacks more of an entry than it declares.
        self._unpacked += self._zip.getinfo(name).file_size
        if self._unpacked > self._limit:
            raise ReadError(
                f"正文解压后有 {self._unpacked:,} 字节，超过上限 {self._limit:,}；请拆分文档，"
                "或用环境变量 GOUJI_MAX_UNPACKED_BYTES 调高上限",
                f"unpacks to {self._unpacked} > {self._limit} bytes",
                kind="too_large",
            )
        return self._zip.read(name)
