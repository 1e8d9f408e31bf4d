"""OpenDocument: texts (.odt) and spreadsheets (.ods).

``package`` opens the zip safely, ``styles`` knows what is hidden and the numbers of lists, ``inline`` turns the content
of a paragraph into text, ``tables`` lays tables out on their grid, ``body`` and ``sheets`` join them. Tracked changes
are read as accepted (deleted text stands apart from the body); tables of contents, comments and hidden text are left
out. Notes, text boxes and nested tables stand right after the paragraph or row that holds them.

Source of the rules: OASIS Open Document Format for Office Applications 1.3, part 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.readers.blocks import BlockWriter
from extractor.readers.odf.body import Body
from extractor.readers.odf.package import open_parts
from extractor.readers.odf.styles import Styles
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from extractor.config import Settings
    from extractor.types import Document

__all__ = ["read_odt"]


def read_odt(data: bytes, settings: Settings) -> Document:
    """Read the bytes of an .odt.

    Args:
        data: the zip container.
        settings: ``max_unpacked_bytes`` bounds what the parts that are read may unpack to together.

    Raises:
        ReadError: ``encrypted``, ``too_large``, ``unreadable`` or ``empty``.
    """
    content, roots = open_parts(data, settings, "text")
    writer = Writer(settings.max_unpacked_bytes)
    BlockWriter(writer).write(Body(Styles(roots)).blocks(content))
    return writer.document("utf-8", "文档里没有文字（可能全是图片）；扫描件请先做文字识别")
