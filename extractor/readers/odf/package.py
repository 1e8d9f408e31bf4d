"""The parts of an OpenDocument file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.container import ZIP_ERRORS, Container
from extractor.errors import ReadError
from extractor.readers.odf.names import CONTENT, MANIFEST, OFFICE, STYLES

if TYPE_CHECKING:
    from lxml import etree

    from extractor.config import Settings

_DAMAGED = "文件已损坏，无法读取；请用 LibreOffice 或 WPS 打开后另存为 .docx 或 .xlsx 再试"
_ENCRYPTED = b"encryption-data"


def open_parts(data: bytes, settings: Settings, body: str) -> tuple[etree._Element, list[etree._Element]]:
    """Open the container.

    Args:
        data: its bytes.
        settings: ``max_unpacked_bytes`` bounds what the parts that are read may unpack to together.
        body: the kind of the document: ``text`` or ``spreadsheet``.

    Returns:
        What holds the content of the document, and the roots of the parts that hold its styles.

    Raises:
        ReadError: ``encrypted``, ``too_large`` or ``unreadable``.
    """
    container = Container(data, settings.max_unpacked_bytes, _DAMAGED)
    if MANIFEST in container.names:
        try:
            with container.open(MANIFEST) as part:
                encrypted = _ENCRYPTED in part.read()
        except ZIP_ERRORS as error:
            raise ReadError(_DAMAGED, f"part {MANIFEST}: {error}") from error
        if encrypted:
            raise ReadError("文件有打开密码，无法读取；请去掉密码后再试", "encrypted OpenDocument", kind="encrypted")
    if CONTENT not in container.names:
        raise ReadError(_DAMAGED, f"no {CONTENT}")
    root = container.parse(CONTENT)
    content = root.find(f"{OFFICE}body/{OFFICE}{body}")
    if content is None:
        raise ReadError(_DAMAGED, f"{CONTENT} holds no office:{body}")
    return content, [root, *([container.parse(STYLES)] if STYLES in container.names else [])]
