"""Messages of several parts (MIME), as mail programs write them and browsers save pages in them."""

from __future__ import annotations

import binascii
import re
from email import message_from_bytes
from email.errors import (
    CloseBoundaryNotFoundDefect,
    HeaderParseError,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
from email.header import decode_header
from email.message import Message
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from extractor.encoding import decode, decode_declared
from extractor.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

Part = Message

_MOST_PARTS = 10_000
_MOST_BOUNDARIES = 200  # different ones: each line of a message is compared with all that are open
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_BROKEN = (NoBoundaryInMultipartDefect, StartBoundaryNotFoundDefect)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_ADVICE = "请重新取得文件，或在邮件程序、浏览器里打开，把正文另存为 .txt 再试"


def parse(data: bytes) -> Part:
    """Return the message.

    Raises:
        ReadError: ``too_large`` (too many parts), ``unreadable`` (cut off before its first part, damaged headers).
    """
    message = f"文件由过多的部分组成（超过 {_MOST_PARTS:,} 个，或套叠超过 {_MOST_BOUNDARIES} 层），无法读取；{_ADVICE}"
    if len(_BOUNDARY.findall(data)) > _MOST_BOUNDARIES:
        raise ReadError(message, "too many boundaries", kind="too_large")
    try:
        parsed: Part = message_from_bytes(data.lstrip())
    except UnicodeError as error:  # of a boundary in a charset that the library cannot decode
        raise ReadError(f"邮件头已损坏，读不出正文；{_ADVICE}", f"bad boundary: {error}") from error
    if sum(1 for _ in parsed.walk()) > _MOST_PARTS:
        raise ReadError(message, "too many MIME parts", kind="too_large")
    if any(isinstance(defect, _BROKEN) for defect in parsed.defects):
        raise ReadError(f"文件不完整，读不出正文；{_ADVICE}", "multipart without its first boundary")
    return parsed


def unfinished(message: Part) -> Part | None:
    """Return the part in which the file breaks off, ``None`` if it is whole."""
    if not any(isinstance(defect, CloseBoundaryNotFoundDefect) for part in message.walk() for defect in part.defects):
        return None
    last = message
    while (inner := children(last)) and not is_message(last):
        last = inner[-1]
    return last


def children(part: Part) -> list[Part]:
    """Return the parts of a multipart, or the one message that a part holds; ``[]`` for any other."""
    if not part.is_multipart():
        return []  # its text would be decoded on the way, by whatever charset it declares
    return [inner for inner in part.get_payload() if isinstance(inner, Message)]


def is_message(part: Part) -> bool:
    """Whether the part is a message that was forwarded whole."""
    return part.get_content_maintype() == "message" and part.is_multipart()


def content(part: Part) -> bytes:
    """Return the bytes of a part, its transfer encoding undone."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def charset(part: Part) -> str:
    """Return the encoding that a part declares, ``""`` if none."""
    value = part.get_param("charset", "")
    return str(value[2] if isinstance(value, tuple) else value)


def header(part: Part, name: str) -> str:
    """Return what a header says (RFC 2047), on one line; ``""`` if it is not there."""
    return _words(_raw(part, name))


def file_name(part: Part) -> str:
    """Return the file name of an attachment without folders (RFC 2231, RFC 2047, or plain GBK), ``""`` if it has none."""
    for name, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        parsed: Part = Message()
        parsed[name] = _raw(part, name)
        value = parsed.get_param(parameter, "", name)
        if isinstance(value, tuple):
            text = _decoded(value[2].encode("latin-1", errors="replace"), value[0] or "")
        else:
            text = _words(str(value))
        if text:
            return PurePosixPath(text.replace("\\", "/")).name
    return ""


def _raw(part: Part, name: str) -> str:
    values: Iterator[tuple[str, str]] = part.raw_items()
    value = next((str(value) for known, value in values if known.lower() == name), "")
    try:
        data = value.encode("ascii", errors="surrogateescape")
    except UnicodeEncodeError:
        return value
    return value if data.isascii() else _decoded(data, "")


def _words(text: str) -> str:
    try:
        words = decode_header(text)
    except (HeaderParseError, binascii.Error, ValueError):
        words = [(text, None)]
    pieces = (word if isinstance(word, str) else _decoded(word, encoding or "") for word, encoding in words)
    return _UNSAFE.sub("", " ".join("".join(pieces).split()))


def _decoded(data: bytes, declared: str) -> str:
    """Decode a short text; what fits no encoding loses characters, but is no reason to refuse a file."""
    try:
        return (decode_declared(data, declared) if declared else decode(data))[0]
    except ReadError:
        return data.decode("gb18030", errors="replace")
