"""Plain text: bytes in any Chinese encoding → Document. The text is kept as it stands; only a byte-order mark goes."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from extractor.encoding import decode
from extractor.errors import ReadError
from extractor.types import Document

if TYPE_CHECKING:
    from extractor.config import Settings

# Tab, line ends, vertical tab and form feed (Word's soft line and page breaks) belong to text; other controls do not.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # of text whose bytes are no characters
_SAMPLE = 100_000  # bytes
_BINARY_SHARE = 0.03  # of control characters among bytes; in random ones it is 0.1, in Chinese text of 8 bits 0
_MAX_CONTROL_SHARE = 0.005  # more than this is no text but something binary that happens to decode


def read_text(data: bytes, _settings: Settings) -> Document:
    """Read ``data`` as plain text.

    Raises:
        ReadError: ``unreadable`` (no encoding fits, or binary content), ``empty`` (nothing but white space).
    """
    try:
        text, encoding, warnings = decode(data)
    except ReadError as error:
        if not _is_binary(data[:_SAMPLE]):
            raise
        raise ReadError(
            "内容不是文字，也不是认识的格式，无法读取（可能是程序的数据，或文件已损坏）；是报告的请重新取得，"
            "或用原来的软件打开后另存为 .docx，不是报告的不必处理",
            f"binary data: {error.detail}",
        ) from error
    if not text.strip():
        raise ReadError("文件里没有文字（只有空白）；请检查是否选错文件", "only white space", kind="empty")
    return Document(text, encoding=encoding, warnings=warnings + _check_characters(text))


def _is_binary(data: bytes) -> bool:
    return not data.startswith(_MARKS) and len(_CONTROL_BYTE.findall(data)) > _BINARY_SHARE * len(data)


def _check_characters(text: str) -> tuple[str, ...]:
    """Return warnings on single odd characters; refuse what is not text."""
    warnings: list[str] = []
    controls = _CONTROL.findall(text)
    if controls:
        first = _CONTROL.search(text)
        line = text.count("\n", 0, first.start()) + 1 if first else 1
        if "\0" in controls or len(controls) > _MAX_CONTROL_SHARE * len(text):
            raise ReadError(
                f"内容不是文字：第 {line} 行起有 {len(controls)} 个控制字符；请确认文件未损坏，或另存为 .docx 再试",
                f"{len(controls)} control characters, first on line {line}",
            )
        warnings.append(f"文中有 {len(controls)} 个控制字符（首个在第 {line} 行），已按原样保留")
    if broken := text.count("\ufffd"):
        warnings.append(f"文中有 {broken} 个“\ufffd”，原文在转存时可能已丢字")
    return tuple(warnings)
