"""The parts of a .docx: its main part and what that is related to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.container import Container
from extractor.errors import ReadError

if TYPE_CHECKING:
    from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of WordprocessingML, as lxml writes it before a name."""

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # "Strict Open XML" as saved by newer Word
_TRANSITIONAL = W[1:-1].encode()
_DAMAGED = "文件已损坏，无法读取；请用 Word 或 WPS 打开后另存为 .docx 再试"


class Package:
    """The parts of one .docx; ``document`` is the root of the main part."""

    def __init__(self, data: bytes, max_unpacked_bytes: int) -> None:
        """Open the container and read its main part.

        Args:
            data: the bytes of the container.
            max_unpacked_bytes: bound on what the parts that are read may unpack to together.

        Raises:
            ReadError: ``encrypted``, ``too_large`` or ``unreadable``.
        """
        self._container = Container(data, max_unpacked_bytes, _DAMAGED)
        self._part = self._main_part()
        self.document = self._parse(self._part)
        if self.document.tag != W + "document":
            raise ReadError(_DAMAGED, f"root of {self._part} is {self.document.tag!r}")

    def related(self, kind: str) -> etree._Element | None:
        """Return the root of the part that the main part is related to by ``kind`` (``styles`` …), ``None`` if none."""
        for name in self._container.targets(self._part, kind):
            if name in self._container.names:
                return self._parse(name)
        return None

    def _main_part(self) -> str:
        names = self._container.names
        found = [*self._container.targets("", "officeDocument"), "word/document.xml"]
        for name in found:
            if name in names and not name.startswith(("xl/", "ppt/")):
                return name
        raise ReadError(_DAMAGED, "the package has no main part")

    def _parse(self, name: str) -> etree._Element:
        return self._container.parse(name, ((_STRICT, _TRANSITIONAL),))
