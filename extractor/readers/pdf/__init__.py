"""PDF: the text layer where there is one, recognition of the picture (``ocr``) where there is none.

``glyphs`` reads characters with their boxes, ``strokes`` the ruled lines, ``pages`` puts both together and tells whether
a page has a text layer that means something; what is done with lines and tables is the same for pictures
(:mod:`extractor.readers.layout`).

pdfium is not safe in several threads: one document is read at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers.layout.flow import write_pages
from extractor.readers.layout.page import Page
from extractor.readers.ocr.recogniser import LONGEST_SIDE, Recogniser, listed, tell
from extractor.readers.pdf.pages import PdfPage, read_page
from extractor.readers.writer import Writer
from extractor.types import Document

__all__ = ["read_pdf"]

_MOST_PIXELS_PER_POINT = 4.0  # of the picture of a small page
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
    writer = Writer(settings.max_unpacked_bytes)
    pages = [_page(document, index) for index in range(count)]
    _tell_what_is_left_out(pages, writer)
    scanned = [page.content.number for page in pages if page.needs_ocr]
    contents = {page.content.number: page.content for page in pages}
    if scanned:
        contents |= _recognised(document, scanned, settings, writer, any(page.content.lines for page in pages))
    write_pages(list(contents.values()), writer, recognised=scanned)
    read = writer.document("", "PDF 里没有文字")
    return replace(read, reader="pdf-ocr") if any(part.confidence is not None for part in read.parts) else read


def _page(document: pdfium.PdfDocument, index: int) -> PdfPage:
    page = document[index]
    try:
        return read_page(page, index + 1)
    finally:
        page.close()


def _recognised(
    document: pdfium.PdfDocument, numbers: Sequence[int], settings: Settings, writer: Writer, has_text: bool
) -> dict[int, Page]:
    """Return the pages ``numbers`` as recognised; without a recogniser none, if other pages have text."""
    try:
        recogniser = Recogniser(settings.max_seconds_per_file)
    except ReadError:
        if not has_text:
            raise
        writer.warn(f"第{listed(numbers)}页是扫描件，没有读取；运行 pip install 'gouji[ocr]' 后可以识别")
        return {}
    found = {}
    for number in numbers:
        page = document[number - 1]
        try:
            width, height = page.get_size()
            picture = page.render(scale=min(LONGEST_SIDE / max(width, height, 1.0), _MOST_PIXELS_PER_POINT)).to_pil()
        finally:
            page.close()
        found[number] = recogniser.read(picture.convert("RGB"), number, width)
    tell(list(found.values()), recogniser, writer)
    return found


def _tell_what_is_left_out(pages: Sequence[PdfPage], writer: Writer) -> None:
    pictures = [page.content.number for page in pages if page.has_pictures and not page.needs_ocr]
    if pictures:
        writer.warn(f"第{listed(pictures)}页有图片，图片里的文字没有读取")
    slanted = [page.content.number for page in pages if page.slanted and not page.needs_ocr]
    if slanted:
        writer.warn(f"第{listed(slanted)}页有斜排的文字（水印或印章），没有读取")
