"""Mail (.eml): its subject and its text. Attachments are files of their own; :func:`attachments` gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.encoding import decode_declared
from extractor.errors import ReadError
from extractor.readers import mime
from extractor.readers.html import declared_encoding, write_page
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.config import Settings
    from extractor.types import Document

_EMPTY = "邮件里没有正文；报告如在附件里，请用 gouji archive add，或把附件另存后再选"
_RICHER = 2  # an HTML text this many times as long as the plain one says more than it


def read_mail(data: bytes, settings: Settings) -> Document:
    """Read the text of a message; a warning names its attachments, which are not read.

    Args:
        data: the bytes of the message.
        settings: ``max_unpacked_bytes`` bounds the text.

    Raises:
        ReadError: ``unreadable`` (damaged, or it breaks off inside its text), ``too_large`` or ``empty``.
    """
    message = mime.parse(data)
    writer = Writer(settings.max_unpacked_bytes)
    cut = mime.unfinished(message)
    encodings: list[str] = []
    for part in _bodies(message):
        if part is cut:
            raise ReadError("邮件不完整，在正文中间断开；请重新取得文件", "breaks off inside the text")
        if not encodings and (subject := mime.header(message, "subject")):
            writer.line(subject, "heading", "主题")
        encodings.append(_write(part, writer, "" if not encodings else f"正文{len(encodings) + 1} "))
    if cut is not None:
        writer.warn("邮件不完整（可能没有下载完整），正文已读，其后的附件缺失")
    if names := [name for name, _ in attachments(data)]:
        writer.warn(f"邮件有 {len(names)} 个附件，不在正文里：{'、'.join(names)}；用 gouji archive add 连同附件读取")
    return writer.document(encodings[0] if encodings else "", _EMPTY)


def has_text(data: bytes, settings: Settings) -> bool:
    """Whether :func:`read_mail` finds anything to read, or fails for another reason."""
    try:
        read_mail(data, settings)
    except ReadError as error:
        return error.kind != "empty"
    return True


def attachments(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the attachments of a message: name without folders, content. Forwarded messages are among them.

    Raises:
        ReadError: as :func:`read_mail`.
    """
    message = mime.parse(data)
    bodies = list(_bodies(message))
    for number, part in enumerate(_attached(message, bodies), 1):
        if mime.is_message(part):
            forwarded = mime.children(part)[0]
            name = mime.file_name(part) or f"{mime.header(forwarded, 'subject') or f'附件{number}'}.eml"
            yield name.replace("/", "／"), forwarded.as_bytes()
        else:
            yield mime.file_name(part) or f"附件{number}", mime.content(part)


def _attached(part: mime.Part, bodies: list[mime.Part]) -> Iterator[mime.Part]:
    related = part.get_content_type() == "multipart/related"
    for child in mime.children(part):
        if child.get_content_maintype() == "multipart":
            yield from _attached(child, bodies)
        elif any(child is body for body in bodies) or part.get_content_type() == "multipart/alternative":
            continue
        elif not related or child.get_content_disposition() == "attachment":  # pictures of a page are no files
            yield child


def _bodies(part: mime.Part) -> Iterator[mime.Part]:
    """Yield what is the text of a message, one or several in a row."""
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        yield from _best([list(_bodies(child)) for child in mime.children(part)])
    elif kind == "multipart/related":
        yield from (body for child in mime.children(part)[:1] for body in _bodies(child))
    elif part.get_content_maintype() == "multipart":
        yield from (body for child in mime.children(part) for body in _bodies(child))
    elif (
        kind in ("text/plain", "text/html")
        and part.get_content_disposition() != "attachment"
        and not mime.file_name(part)
    ):
        yield part


def _best(alternatives: list[list[mime.Part]]) -> list[mime.Part]:
    """Return the plain text, or the page that says the same with a table, or says more."""
    texts = [bodies for bodies in alternatives if bodies]
    plain = next((bodies for bodies in texts if bodies[0].get_content_type() == "text/plain"), [])
    page = next((bodies for bodies in texts if bodies[0].get_content_type() == "text/html"), [])
    if not plain or not page:
        return plain or page
    if b"<table" in mime.content(page[0]).lower():
        return page
    return page if _RICHER * _length(plain[0]) < _length(page[0]) else plain


def _length(part: mime.Part) -> int:
    """Return how many characters beside white space a text has."""
    writer = Writer(len(mime.content(part)) * 2 + 1000)
    try:
        _write(part, writer, "")
        return len("".join(writer.document("", _EMPTY).text.split()))
    except ReadError:
        return 0


def _write(part: mime.Part, writer: Writer, place: str) -> str:
    data = mime.content(part)
    if part.get_content_type() == "text/html":
        return write_page(data, mime.charset(part) or declared_encoding(data), writer, place)
    text, encoding, warnings = decode_declared(data, mime.charset(part))
    for warning in warnings:
        writer.warn(warning)
    flowed = str(part.get_param("format", "")).lower() == "flowed"
    number = 0
    for line in _unfolded(text) if flowed else text.splitlines():
        number += bool(line.strip())
        writer.line(line, "paragraph", f"{place}第{number}段")
    return encoding


def _unfolded(text: str) -> Iterator[str]:
    """Yield the lines of a flowed text: one that ends with a space goes on (RFC 3676)."""
    begun = ""
    for line in text.splitlines():
        stuffed = line.removeprefix(" ")
        begun += stuffed
        if not stuffed.endswith(" ") or stuffed == "-- ":
            yield begun
            begun = ""
    if begun:
        yield begun
