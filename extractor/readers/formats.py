"""The formats that are read, and what is said of the others. To register a format: one line in :data:`READERS`.

A reader is imported when its first file comes: what reads spreadsheets must not slow down who reads a text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import signatures, sniff
from extractor.types import Document

Reader = Callable[[bytes, Settings], Document]
"""Reads the bytes of a file within the bounds of the settings; raises :class:`~extractor.errors.ReadError`."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format, called as a :data:`Reader`.

    Attributes:
        name: what ``Document.reader`` says, where the reader does not say it itself.
        suffixes: names of files in this format end with one of these; the first is the usual one.
        function: where its reader is, as ``module:function`` below ``extractor.readers``.
    """

    name: str
    suffixes: tuple[str, ...]
    function: str

    def __call__(self, data: bytes, settings: Settings) -> Document:
        """Read ``data``."""
        return self.load()(data, settings)

    def load(self) -> Reader:
        """Import the reader."""
        module, _, function = self.function.partition(":")
        return cast(Reader, getattr(import_module(f"extractor.readers.{module}"), function))


_PICTURE = "ocr:read_picture"

READERS: dict[str, Format] = {
    sniff.TEXT: Format("text", (".txt",), "text:read_text"),
    sniff.DOCX: Format("docx", (".docx",), "docx:read_docx"),
    sniff.DOC: Format("doc", (".doc", ".wps"), "doc:read_doc"),
    sniff.PDF: Format("pdf", (".pdf",), "pdf:read_pdf"),
    sniff.PNG: Format("image-ocr", (".png",), _PICTURE),
    sniff.JPEG: Format("image-ocr", (".jpg", ".jpeg"), _PICTURE),
    sniff.TIFF: Format("image-ocr", (".tif", ".tiff"), _PICTURE),
    sniff.BMP: Format("image-ocr", (".bmp",), _PICTURE),
    sniff.WEBP: Format("image-ocr", (".webp",), _PICTURE),
    sniff.GIF: Format("image-ocr", (".gif",), _PICTURE),
    sniff.HTML: Format("html", (".html", ".htm", ".xhtml", ".shtml"), "html:read_html"),
    sniff.MHT: Format("mht", (".mht", ".mhtml"), "mht:read_mht"),
    sniff.MAIL: Format("mail", (".eml",), "mail:read_mail"),
    sniff.CSV: Format("csv", (".csv", ".tsv"), "spreadsheet:read_csv"),
    sniff.XLSX: Format("xlsx", (".xlsx",), "spreadsheet:read_xlsx_report"),
    sniff.XLS: Format("xls", (".xls", ".et"), "spreadsheet:read_xls_report"),
    sniff.ODS: Format("ods", (".ods",), "spreadsheet:read_ods"),
    sniff.RTF: Format("rtf", (".rtf",), "rtf:read_rtf"),
    sniff.ODT: Format("odt", (".odt",), "odf:read_odt"),
}
"""Media type → its reader."""

SUFFIXES: tuple[str, ...] = tuple(dict.fromkeys(suffix for known in READERS.values() for suffix in known.suffixes))
"""The names of the files that a folder is searched for."""

_SAVE_AS = "请用 Word 或 WPS 另存为 .docx 后再试"
_TO_TEXT = "请把正文另存为 .docx 或 .txt 后再试"
_UNPACK = "请先用解压软件解压，再处理解压出来的文件"
_OTHERS = {
    sniff.XML: ("网页以外的 XML 文件", _TO_TEXT),
    sniff.PPT: ("旧版演示文稿（.ppt）", _TO_TEXT),
    sniff.MSG: ("Outlook 邮件（.msg）", "请在 Outlook 里另存为 .txt，附件另存后再选"),
    sniff.OLE: ("旧版 Office 文件", _SAVE_AS),
    sniff.XLSB: ("二进制 Excel 表格（.xlsb）", "请用 Excel 另存为 .xlsx 后再试"),
    sniff.PPTX: ("演示文稿（.pptx）", _TO_TEXT),
    sniff.ODP: ("OpenDocument 演示文稿（.odp）", _TO_TEXT),
    sniff.OFD: ("OFD 版式文件（.ofd）", "请用 OFD 阅读器导出为 PDF 后再试"),
    sniff.ZIP: ("压缩包（.zip）", _UNPACK),
    sniff.GZIP: ("压缩包（.gz）", _UNPACK),
    sniff.BZIP2: ("压缩包（.bz2）", _UNPACK),
    sniff.XZ: ("压缩包（.xz）", _UNPACK),
    sniff.SEVEN_ZIP: ("压缩包（.7z）", _UNPACK),
    sniff.RAR: ("压缩包（.rar）", _UNPACK),
    sniff.TAR: ("压缩包（.tar）", _UNPACK),
    sniff.EXE: ("程序或自解压文件（.exe）", f"程序不必处理；是自解压文件的，{_UNPACK}"),
    sniff.SQLITE: ("SQLite 数据库", "不是报告，不必处理"),
}


def find_reader(media_type: str) -> Format:
    """Return the reader of a media type.

    Raises:
        ReadError: ``encrypted`` for an Office file behind a password, ``unreadable`` for a container that is broken,
            ``unsupported`` for a kind that is not read.
    """
    if media_type == sniff.ENCRYPTED_OFFICE:
        raise ReadError("文件有打开密码，无法读取；请去掉密码后再试", "encrypted OOXML package", kind="encrypted")
    if media_type == sniff.DAMAGED_ZIP:
        message = "文件已损坏或不完整（可能没有下载、复制完整），打不开；请重新取得"
        raise ReadError(message, "broken zip")
    if media_type in (sniff.DAMAGED_OFFICE, sniff.DAMAGED_OLE):
        message = "文件已损坏（可能没有下载完整），无法读取；请重新取得，或用 Word、Excel、WPS 打开后另存为新文件再试"
        raise ReadError(message, f"broken container: {media_type}")
    if media_type in READERS:
        return READERS[media_type]
    other = signatures.known().get(media_type)
    what, advice = (other.name, other.advice) if other else _OTHERS[media_type]
    raise ReadError(f"不支持：这是{what}；{advice}", f"unsupported content: {media_type}", kind="unsupported")
