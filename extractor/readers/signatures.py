"""Files that nobody takes for reports but archives are full of: programs, videos, sound, fonts, told by their first bytes.

``extractor/resources/signatures.tsv`` lists them. The libraries for this know more kinds, but not what to say of one, and
take texts for some of them, too.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from extractor.resources import read_table

_ADVICE = {
    "nothing": "不是报告，不必处理",
    "target": "请加入它所指的文件",
    "picture": "里面是报告的，请另存为 .png 或 .jpg 后再试",
    "document": "请用原来的软件导出为 PDF 或 .docx 后再试",
    "database": "不是报告；里面的台账请导出为 .xlsx 或 .csv",
    "archive": "请先用解压软件解压，再处理解压出来的文件",
}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # not ESC, which some encodings of text use
_LOOKED_AT = 4096


class Signature(NamedTuple):
    """A kind of file: by which bytes, where, it is known; what it is called; what a person is to do."""

    marks: tuple[tuple[int, bytes], ...]
    media_type: str
    name: str
    advice: str


def signature(data: bytes) -> Signature | None:
    """Return the kind of a file that is no report, ``None`` for all others.

    Args:
        data: the file, or its beginning.
    """
    if not _BINARY.search(data[:_LOOKED_AT]):
        return None
    return next((one for one in _signatures() if all(data.startswith(mark, at) for at, mark in one.marks)), None)


@cache
def known() -> dict[str, Signature]:
    """Return the kinds by media type."""
    return {one.media_type: one for one in reversed(_signatures())}


@cache
def _signatures() -> tuple[Signature, ...]:
    rows = read_table("signatures.tsv", ("marks", "media_type", "name", "advice"))
    return tuple(
        Signature(tuple(map(_mark, row["marks"].split())), row["media_type"], row["name"], _ADVICE[row["advice"]])
        for row in rows
    )


def _mark(written: str) -> tuple[int, bytes]:
    offset, _, mark = written.partition(":")
    return int(offset), bytes.fromhex(mark)
