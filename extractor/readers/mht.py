"""Web pages saved as one file (.mht, .mhtml) by browsers and Word: the page, and the pages in its frames."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from extractor.errors import ReadError
from extractor.readers import mime
from extractor.readers.html import EMPTY, declared_encoding, write_page
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from extractor.config import Settings
    from extractor.types import Document

_FRAME = re.compile(rb"<i?frame\s[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_PAGES = frozenset(("text/html", "application/xhtml+xml"))


def read_mht(data: bytes, settings: Settings) -> Document:
    """Read a web archive; what it holds besides pages (pictures, style sheets) is left out.

    Args:
        data: the bytes of the file.
        settings: ``max_unpacked_bytes`` bounds the text.

    Raises:
        ReadError: ``unreadable`` (no page in it, or it breaks off inside one), ``too_large`` or ``empty``.
    """
    message = mime.parse(data)
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    if not pages:
        raise ReadError("文件里没有网页；请重新保存网页，或把正文另存为 .txt 再试", "no text/html part")
    writer = Writer(settings.max_unpacked_bytes)
    cut = mime.unfinished(message)
    by_address = {address: part for part in pages for address in _addresses(part)}
    start = str(message.get_param("start") or "").strip("<>")
    waiting, seen, encoding = [by_address.get(f"cid:{start}", pages[0])], 0, ""
    while seen < len(waiting):
        part = waiting[seen]
        if part is cut:
            raise ReadError("文件不完整，在正文中间断开；请重新保存网页后再试", "breaks off inside a page")
        page = mime.content(part)
        found = write_page(page, mime.charset(part) or declared_encoding(page), writer, f"框架{seen} " if seen else "")
        encoding = encoding or found
        for match in _FRAME.finditer(page):
            address = html.unescape(match[1].decode("ascii", errors="replace"))
            framed = by_address.get(address) or by_address.get(urljoin(mime.header(part, "content-location"), address))
            if framed is not None and not any(framed is other for other in waiting):
                waiting.append(framed)
        seen += 1
    if cut is not None:
        writer.warn("文件不完整（可能没有下载完整），正文已读，其后的部分缺失")
    return writer.document(encoding, EMPTY)


def _addresses(part: mime.Part) -> list[str]:
    """Return the names by which another page may refer to a part."""
    location, identity = mime.header(part, "content-location"), mime.header(part, "content-id").strip("<> ")
    return [address for address in (location, f"cid:{identity}" if identity else "") if address]
