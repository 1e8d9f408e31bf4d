"""What a file is, told by its bytes: names lie (a .txt that is a zip, an .xls that is a web page).

Only between plain text and a table of separated values (CSV) does the name decide, for their bytes do not differ.
"""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
from io import BytesIO
from pathlib import PurePath
from typing import IO

import olefile

from extractor.container import ZIP_ERRORS
from extractor.readers.signatures import signature

TEXT = "text/plain"
CSV = "text/csv"
HTML = "text/html"
XML = "application/xml"
RTF = "application/rtf"
MAIL = "message/rfc822"
MHT = "multipart/related"
PDF = "application/pdf"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
MSG = "application/vnd.ms-outlook"
OLE = "application/x-ole-storage"
ENCRYPTED_OFFICE = "application/x-encrypted-office"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
OFD = "application/ofd"
ZIP = "application/zip"
DAMAGED_OLE = "application/x-damaged-ole-storage"
DAMAGED_ZIP = "application/x-damaged-zip"
DAMAGED_OFFICE = "application/x-damaged-office"
GZIP = "application/gzip"
BZIP2 = "application/x-bzip2"
XZ = "application/x-xz"
SEVEN_ZIP = "application/x-7z-compressed"
RAR = "application/vnd.rar"
TAR = "application/x-tar"
SQLITE = "application/vnd.sqlite3"
EXE = "application/vnd.microsoft.portable-executable"
PNG = "image/png"
JPEG = "image/jpeg"
GIF = "image/gif"
TIFF = "image/tiff"
BMP = "image/bmp"
WEBP = "image/webp"

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_SIGNATURES = (
    (b"%PDF-", PDF),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", GZIP),
    (b"BZh", BZIP2),
    (b"\xfd7zXZ", XZ),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"Rar!\x1a\x07", RAR),
    (b"\x89PNG\r\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF8", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"SQLite format 3\0", SQLITE),
)
# In a zip, the first of these parts that is there tells the kind. WPS writes its .wps and .et in the same way.
_PARTS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("xl/workbook.bin", XLSB),
    ("ppt/presentation.xml", PPTX),
    ("OFD.xml", OFD),
    ("content.xml", ODT),
)
_FOLDERS = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))  # where a package names its main part otherwise
_PACKAGE = "[Content_Types].xml"
# What stands at the beginning of an Office file of which the rest is missing.
_OFFICE_MARKS = (_PACKAGE.encode(), b"mimetypeapplication/vnd.oasis", b"word/", b"xl/", b"docProps/")
_OPEN_DOCUMENT = {kind.encode(): kind for kind in (ODT, ODS, ODP)}
# Streams at the root of an OLE container, in the order in which they decide.
_STREAMS = (
    ("EncryptedPackage", ENCRYPTED_OFFICE),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
    ("__properties_version1.0", MSG),
)
_TABLES = frozenset((".csv", ".tsv", ".xls", ".xlsx", ".et"))  # programs export CSV under the names of workbooks too
_HEAD = 4096
"""Bytes in which the beginning of a web page or a message is looked for."""
_BMP = re.compile(rb"BM.{4}\0{4}.{4}[\x0c\x28\x40\x6c\x7c]\0\0\0", re.DOTALL)
_BEFORE_MARKUP = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_HTML = re.compile(
    r"<(?:!doctype\s+html|(?:html|head|body|meta|title|link|base|script|style|div|p|table|center|font|span|h[1-6]|ul|ol|br"
    r"|section|article|main|form|a|img)[\s/>])",
    re.IGNORECASE,
)
_HTML_ELEMENT = re.compile(r"<(?:!doctype\s+html|(?:\w+:)?html[\s>])", re.IGNORECASE)
_HEADER_LINE = re.compile(r"(?P<name>[!-9;-~]+):[ \t]*(?P<value>[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*)\r?\n?")
_MAIL_HEADERS = frozenset(("from", "to", "received", "return-path", "date", "subject", "message-id", "delivered-to"))
_FEWEST_MAIL_HEADERS = 2


def media_type(data: bytes, name: str = "") -> str:
    """Return the media type of a file: one of this module's constants, one of ``signatures``, else :data:`TEXT`.

    Args:
        data: the whole file.
        name: decides only whether text is a CSV (its suffix is that of a table).
    """
    if data.startswith(ZIP_MARKS):
        return _in_zip(data)
    if data.startswith(olefile.MAGIC):
        return _in_ole(data)
    if kind := _marked(data):
        return kind
    if (other := signature(data)) is not None:
        return other.media_type
    return _in_text(_head(data)) or (CSV if PurePath(name).suffix.lower() in _TABLES else TEXT)


def _in_zip(data: bytes) -> str:
    try:
        return kind_of_zip(BytesIO(data))
    except ZIP_ERRORS:
        return DAMAGED_OFFICE if any(mark in data[:_HEAD] for mark in _OFFICE_MARKS) else DAMAGED_ZIP


def _marked(data: bytes) -> str:
    """Return the kind that the first bytes of a file tell, ``""`` for others."""
    for mark, kind in _SIGNATURES:
        if data.startswith(mark):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if _BMP.match(data):
        return BMP
    if data[257:262] == b"ustar":
        return TAR
    if data.startswith(b"MZ") and data[(place := int.from_bytes(data[60:64], "little")) : place + 4] == b"PE\0\0":
        return EXE
    return ""


def kind_of_zip(file: IO[bytes]) -> str:
    """Return the media type of a file that begins with one of :data:`ZIP_MARKS`; only some of it is read.

    Args:
        file: can be sought in.

    Raises:
        Exception: one of ``ZIP_ERRORS`` where the file is damaged.
    """
    with zipfile.ZipFile(file) as zipped:
        names = set(zipped.namelist())
        declared = zipped.read("mimetype") if _is_small(zipped, names, "mimetype") else b""
    if kind := _OPEN_DOCUMENT.get(declared.strip()):
        return kind
    for part, kind in _PARTS:
        if part in names:
            return kind
    if _PACKAGE in names:
        for folder, kind in _FOLDERS:
            if any(name.startswith(folder) for name in names):
                return kind
    return ZIP


def _is_small(zipped: zipfile.ZipFile, names: set[str], name: str) -> bool:
    return name in names and zipped.getinfo(name).file_size < _HEAD and not zipped.getinfo(name).flag_bits & 1


def _in_ole(data: bytes) -> str:
    try:
        with olefile.OleFileIO(data) as ole:
            streams = {path[0] for path in ole.listdir()}
    except (olefile.olefile.OleFileError, OSError, ValueError, IndexError, struct.error, RecursionError):
        streams = {stream for stream, _ in _STREAMS if f"{stream}\0".encode("utf-16-le") in data}
        if not streams:
            return DAMAGED_OLE
    return next((kind for stream, kind in _STREAMS if stream in streams), OLE)


def _head(data: bytes) -> str:
    """Return the beginning of what may be text, in any encoding; only its ASCII characters are sure to be right."""
    head = data[:_HEAD]
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head.startswith(mark):
            return head.decode("utf-16", errors="replace")
    if head[1:2] == b"\0" or head[3:4] == b"\0":
        return head.decode("utf-16-le", errors="replace")
    if head[:1] == b"\0":
        return head.decode("utf-16-be", errors="replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _in_text(head: str) -> str:
    """Return what the beginning of a text shows it to be, ``""`` for neither markup nor a message."""
    before = _BEFORE_MARKUP.match(head)
    begin = before.end() if before else 0
    if "<?xml" in head[:begin]:
        return HTML if _HTML_ELEMENT.search(head, begin) else XML
    if _HTML.match(head, begin):
        return HTML
    return _in_headers(head)


def _in_headers(head: str) -> str:
    headers: dict[str, str] = {}
    position = len(head) - len(head.lstrip())
    while (line := _HEADER_LINE.match(head, position)) is not None:
        headers.setdefault(line["name"].lower(), line["value"].lower())
        position = line.end()
    if len(_MAIL_HEADERS & headers.keys()) < _FEWEST_MAIL_HEADERS and "mime-version" not in headers:
        return ""
    saved = "multipart/related" in headers.get("content-type", "") and not {"to", "received"} & headers.keys()
    return MHT if saved or "snapshot-content-location" in headers else MAIL
