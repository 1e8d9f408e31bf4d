"""WordprocessingML (.docx): the text a reader of the printed document sees, tracked changes taken as accepted.

``package`` opens the zip safely, ``styles`` knows headings and list numbers, ``inline`` turns the content of a
paragraph into text, ``table`` lays a table out on its grid, ``body`` joins them. Page headers and footers, the table
of contents, comments, deleted text and field instructions are left out. Footnotes, text boxes and nested tables stand
right after the paragraph or table row that holds them, so that their figures keep its section.

Source of the rules: ECMA-376 Part 1, chapter 17 (WordprocessingML); Part 3 (markup compatibility).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers.docx.body import Body
from extractor.readers.docx.package import Package
from extractor.readers.docx.styles import Styles
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from extractor.config import Settings
    from extractor.types import Document

__all__ = ["read_docx"]


def read_docx(data: bytes, settings: Settings) -> Document:
    """Read the bytes of a .docx.

    Args:
        data: the zip container.
        settings: ``max_unpacked_bytes`` bounds what the parts that are read may unpack to together.

    Returns:
        The document: one line for each paragraph, one for each table row with TABs between the columns of its grid;
        ``parts`` tells the paragraph or cell of every stretch of the text.

    Raises:
        ReadError: not a Word document (``unsupported``), behind a password (``encrypted``), unpacks to too much
            (``too_large``), damaged (``unreadable``) or without any text (``empty``).
    """
    package = Package(data, settings.max_unpacked_bytes)
    writer = Writer(settings.max_unpacked_bytes)
    body = Body(
        writer,
        Styles(package.related("styles"), package.related("numbering")),
        {"footnote": package.related("footnotes"), "endnote": package.related("endnotes")},
    )
    try:
        body.read(package.document)
    except RecursionError as error:
        raise ReadError("文档结构嵌套过深，文件可能损坏；请用 Word 打开后另存", "nested too deeply") from error
    return writer.document("utf-8", "文档里没有文字（可能全是图片）；扫描件请先做文字识别")
