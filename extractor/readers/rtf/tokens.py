"""The bytes of an RTF file as tokens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

OPEN, CLOSE, WORD, SYMBOL, BYTES, TEXT = "open", "close", "word", "symbol", "bytes", "text"

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|(?P<bytes>(?:\\'[0-9a-fA-F]{2})+)|\\(?P<symbol>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|[\r\n\0]+|(?P<text>[^\\{}\r\n\0]+)",
    re.DOTALL,
)


class Token(NamedTuple):
    """``OPEN``, ``CLOSE``, a control ``WORD`` with its ``number``, a control ``SYMBOL``, escaped ``BYTES``, or ``TEXT``."""

    kind: str
    name: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens of a file; binary data of pictures is passed over."""
    position = 0
    while (match := _TOKEN.match(data, position)) is not None:
        position = match.end()
        kind = match.lastgroup
        if match["word"]:
            number = int(match["number"]) if match["number"] else None
            if match["word"] == b"bin":
                position += max(number or 0, 0)
            yield Token(WORD, match["word"].decode("ascii"), number)
        elif kind == "brace":
            yield Token(OPEN if match["brace"] == b"{" else CLOSE)
        elif kind == "bytes":
            yield Token(BYTES, data=bytes.fromhex(match["bytes"].replace(b"\\'", b"").decode("ascii")))
        elif kind == "symbol":
            yield Token(SYMBOL, match["symbol"].decode("latin-1"), data=match["symbol"])
        elif kind == "text":
            yield Token(TEXT, data=match["text"])
