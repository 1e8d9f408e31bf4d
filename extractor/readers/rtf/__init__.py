"""Rich text (.rtf): text in any code page, lists with their numbers, tables on their grid, notes, text boxes.

``tokens`` cuts the bytes into control words and text, ``fonts`` knows in which code page the bytes of a font are,
``state`` is what a group changes, ``parser`` makes blocks of it all, ``grid`` finds the columns of tables. Hidden and
deleted text, page headers and footers, and tables of contents are left out.

A library would be welcome, but striprtf (0.0.35) keeps hidden and deleted text, joins the cells of a row without telling
merged ones, and fails on bytes that only GB18030 knows.

Source of the rules: Microsoft, Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.readers.blocks import BlockWriter
from extractor.readers.rtf.parser import Parser
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from extractor.config import Settings
    from extractor.types import Document

__all__ = ["read_rtf"]


def read_rtf(data: bytes, settings: Settings) -> Document:
    """Read the bytes of an .rtf.

    Args:
        data: the file.
        settings: ``max_unpacked_bytes`` bounds the text.

    Raises:
        ReadError: ``unreadable`` (it breaks off, or nests too deeply), ``too_large`` or ``empty``.
    """
    parser = Parser(data)
    blocks = parser.parse()
    writer = Writer(settings.max_unpacked_bytes)
    BlockWriter(writer).write(blocks)
    if parser.lost:
        writer.warn(f"有 {parser.lost} 处文字不合文件所说的编码，以“\ufffd”代替；请核对")
    return writer.document(parser.fonts.default, "文档里没有文字（可能全是图片）；扫描件请先做文字识别")
