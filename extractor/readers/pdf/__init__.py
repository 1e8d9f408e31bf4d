"""PDF: the text layer where there is one, recognition of the picture (``ocr``) where there is none.

``glyphs`` reads characters with their boxes, ``strokes`` the ruled lines, ``pages`` puts both together and tells whether
a page has a text layer that means something; what is done with lines and tables is the same for pictures
(:mod:`extractor.readers.layout`).

pdfium is not safe in several threads: one document is read at a time.
"""

from __future__ import annotations

import threading

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers.layout.flow import write_pages
from extractor.readers.pdf.pages import PdfPage, read_page
from extractor.readers.writer import Writer
from extractor.types import Document

__all__ = ["read_pdf"]

_LOCK = threading.Lock()
_DAMAGED = "PDF 文件已损坏（可能没有下载完整），无法读取；请重新取得，或用 PDF 阅读器打开后另存再试"


def read_pdf(data: bytes, settings: Settings) -> Document:
    """Read the bytes of a PDF.

    Returns:
        The document: one line for each paragraph, one for each table row with TABs between its columns; ``parts`` tells
        the page (第3页) or the cell (第3页 表1 第2行第1列) of every stretch of the text.

    Raises:
        ReadError: behind a password (``encrypted``), too many pages (``too_large``), damaged (``unreadable``), without any
            text (``empty``), or scanned while no recogniser is installed (``needs_ocr``).
    """
    with _LOCK:
        try:
            with pdfium.PdfDocument(data) as document:
                return _read(document, settings)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                message = "PDF 有打开密码，无法读取；请去掉密码后再试"
                raise ReadError(message, "encrypted PDF", kind="encrypted") from error
            raise ReadError(_DAMAGED, f"pdfium: {error}") from error


def _read(document: pdfium.PdfDocument, settings: Settings) -> Document:
    count = len(document)
    if count > settings.max_pages:
        raise ReadError(
            f"PDF 有 {count:,} 页，超过上限 {settings.max_pages:,}；请拆分，或用环境变量 GOUJI_MAX_PAGES 调高上限",
            f"{count} pages > {settings.max_pages}",
            kind="too_large",
        )
    pages = [_page(document, index) for index in range(count)]
    writer = Writer(settings.max_unpacked_bytes)
    write_pages([page.content for page in pages], writer)
    return writer.document("utf-8", "no text")


def _page(document: pdfium.PdfDocument, index: int) -> PdfPage:
    page = document[index]
    try:
        return read_page(page, index + 1)
    finally:
        page.close()
