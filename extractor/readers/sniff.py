"""What a file is, told by its first bytes: names lie (a .txt that is a zip, a .doc that is a web page)."""

from __future__ import annotations

import re

from extractor.errors import ReadError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请用 Word 或 WPS 另存为 .docx 后再试"
_TO_TEXT = "请把正文另存为 .docx 或 .txt 后再试"

# What is inside an OLE container, by the name of a stream (stored as UTF-16), and what to say of it.
_OLE_STREAMS = (
    ("WordDocument", "旧版 Word/WPS 文档（.doc/.wps）", _SAVE_AS),
    ("Workbook", "旧版 Excel 表格（.xls）", _TO_TEXT),
    ("Book", "旧版 Excel 表格（.xls）", _TO_TEXT),
    ("PowerPoint Document", "旧版演示文稿（.ppt）", _TO_TEXT),
)
_SIGNATURES = (
    (b"%PDF-", "PDF 文件", _TO_TEXT),
    (b"{\\rtf", "RTF 文档", _SAVE_AS),
    (b"\x1f\x8b", "压缩包（.gz）", "请先解压"),
    (b"BZh", "压缩包（.bz2）", "请先解压"),
    (b"\xfd7zXZ", "压缩包（.xz）", "请先解压"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包（.7z）", "请先解压"),
    (b"Rar!\x1a\x07", "压缩包（.rar）", "请先解压"),
    (b"\x89PNG\r\n", "图片", "扫描件请先做文字识别"),
    (b"\xff\xd8\xff", "图片", "扫描件请先做文字识别"),
    (b"GIF8", "图片", "扫描件请先做文字识别"),
    (b"II*\0", "图片", "扫描件请先做文字识别"),
    (b"MM\0*", "图片", "扫描件请先做文字识别"),
    (b"SQLite format 3\0", "SQLite 数据库", "请选择报告文件"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|\?xml\s|(?:html|head|body|meta|div|p|table|h[1-6])[\s>])", re.IGNORECASE)
_MIME = re.compile(rb"MIME-Version:", re.IGNORECASE)
_HEAD = 512  # bytes in which the beginning of a web page is looked for


def is_zip(data: bytes) -> bool:
    """Whether ``data`` is a zip container (a .docx is one)."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def refuse_unsupported(data: bytes) -> None:
    """Raise for every kind of file that is known and not read here; return for what may be plain text.

    Raises:
        ReadError: ``unsupported``, or ``encrypted`` for an Office file behind a password.
    """
    if data.startswith(_OLE):
        _refuse_ole(data)
    for signature, what, advice in _SIGNATURES:
        if data.startswith(signature):
            raise unsupported(what, advice)
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(head) or _MIME.match(head):
        raise unsupported("网页或 XML 文件", _TO_TEXT)


def unsupported(what: str, advice: str) -> ReadError:
    """Return the error for a file of a kind that is not read: what it is and what to do."""
    return ReadError(f"不支持：这是{what}；{advice}", f"unsupported content: {what}", kind="unsupported")


def _refuse_ole(data: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadError("文件有打开密码，无法读取；请去掉密码后再试", "encrypted OOXML package", kind="encrypted")
    for stream, what, advice in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            raise unsupported(what, advice)
    raise unsupported("旧版 Office 文件", _SAVE_AS)
