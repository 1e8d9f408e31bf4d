"""Which encoding a text is in: decided by evidence, never guessed in silence.

Order: byte-order mark → strict UTF-8 → the best of GB18030, Big5, UTF-16 without a mark. GB18030 accepts nearly
any bytes, so "it decodes" proves nothing; what proves it is that the decoded characters are those of ordinary Chinese
prose. Read in the wrong encoding, prose turns into rare characters, and the share of common ones falls from about 0.9
to below 0.2.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.resources import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

HALF_PAIR = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which is no text that can be encoded."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the mark of UTF-16 LE
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# In order of preference where the evidence is equal. cp950 is Big5 as Windows writes it.
_CANDIDATES = ("utf-8", "gb18030", "cp950", "utf-16-le", "utf-16-be")
_NAMES = {"cp950": "big5"}
_SAMPLE = 100_000  # characters looked at to tell encodings apart; the whole text is always decoded strictly
_SURE = 0.5  # share of common characters from which an encoding is taken without a warning …
_LEAD = 2.0  # … if it is also this many times the runner-up's
_POSSIBLE = 0.25  # below this no reading looks like Chinese at all
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》〈〉【】〔〕…—·％　０１２３４５６７８９㎡℃①②③④⑤⑥⑦⑧⑨")
# What writers of web pages and mail call encodings. GB2312 means what Windows writes under that name: GB18030.
_DECLARED = dict.fromkeys(
    ("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "ms936"), "gb18030"
) | dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5"), "cp950")
# What Python knows as encodings, but no file is written in.
_NOT_OF_FILES = frozenset(("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"))
_MOST_LOST = 0.01  # share of characters that may be lost where the writer's own encoding does not fit throughout
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


def decode(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Decode ``data`` and say how.

    Returns:
        The text without its byte-order mark (nothing else is changed), the Python name of the encoding, and warnings
        for the reader of the result where the evidence was thin.

    Raises:
        ReadError: ``kind="unreadable"`` when no encoding yields Chinese text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            if text is None:
                position = _bad_byte(data[len(mark) :], encoding)
                raise ReadError(
                    f"文件标明为 {encoding} 编码，但第 {position + len(mark)} 字节起不合该编码，可能损坏；请重新导出",
                    f"has a {encoding} mark but byte {position + len(mark)} is invalid",
                )
            return text, encoding, ()
    # Short UTF-16 may pass for UTF-8, but then it is full of control characters.
    if not _CONTROL.search(data) and (text := _strict(data, "utf-8")) is not None:
        return text, "utf-8", ()
    return _decode_by_evidence(data)


def decode_declared(data: bytes, declared: str) -> tuple[str, str, tuple[str, ...]]:
    """Decode ``data`` whose writer says how it is encoded, as web pages and mail do; the bytes are believed first.

    Returns:
        As :func:`decode`.

    Raises:
        ReadError: ``kind="unreadable"`` when neither the declared encoding fits nor any other.
    """
    encoding = _known(declared)
    if not encoding or any(map(data.startswith, (mark for mark, _ in _BOMS))):
        return decode(data)
    if encoding != "utf-8" and not data.isascii() and (text := _strict(data, "utf-8")) is not None:
        return text, "utf-8", ()
    lost = 0
    if (text := _strict(data, encoding)) is not None:
        text, lost = HALF_PAIR.subn("\ufffd", text)  # UTF-7 allows it
    else:
        try:
            return decode(data)
        except ReadError:
            text = HALF_PAIR.sub("\ufffd", data.decode(encoding, errors="replace"))
            lost = text.count("\ufffd")
            if lost > _MOST_LOST * len(text):
                raise
    warnings = (f"有 {lost} 处文字不合 {declared} 编码，以“\ufffd”代替",) if lost else ()
    return text, _NAMES.get(encoding, encoding), warnings


def _known(declared: str) -> str:
    """Return Python's name of a declared encoding, ``""`` if there is none."""
    name = declared.strip().strip("\"'").lower()
    if name in _DECLARED:
        return _DECLARED[name]
    try:
        known = codecs.lookup(name).name
        if known in _NOT_OF_FILES:
            return ""
        bytes(4).decode(known)  # base64, rot13 and their like refuse: they make no text of bytes
    except (LookupError, ValueError):
        return ""
    return known


def _decode_by_evidence(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    ranked = sorted(_readings(data), key=lambda reading: -reading[0])  # stable: equal evidence keeps the preference
    if not ranked or ranked[0][0] < _POSSIBLE:
        raise ReadError(
            "无法确定文字编码（试过 UTF-8、GB18030、Big5、UTF-16，都读不出通顺的中文）；请另存为 UTF-8 文本后再试",
            "no encoding yields common Chinese characters: " + ", ".join(f"{e} {s:.2f}" for s, e, _ in ranked),
        )
    score, encoding, text = ranked[0]
    name = _NAMES.get(encoding, encoding)
    runner_up = ranked[1] if len(ranked) > 1 else (0.0, "", "")
    if score >= _SURE and score >= _LEAD * runner_up[0]:
        return text, name, ()
    return text, name, (f"文字编码按 {name} 判读，但依据不足（文字太短或生僻字较多），请核对文字是否通顺",)


def _readings(data: bytes) -> Iterator[tuple[float, str, str]]:
    """Yield (share of common characters, encoding, text) for each encoding that decodes strictly."""
    for encoding in _CANDIDATES:
        if (text := _strict(data, encoding)) is not None and "\0" not in text[:_SAMPLE]:
            yield share_of_common(text[:_SAMPLE]), encoding, text


def share_of_common(text: str) -> float:
    """Share of common Chinese characters and punctuation among the characters beyond ASCII; 1 if there are none."""
    beyond = "".join(_NON_ASCII.findall(text))
    if not beyond:
        return 1.0
    common = _common()
    return sum(char in common for char in beyond) / len(beyond)


@cache
def _common() -> frozenset[str]:
    rows = read_table("common_hanzi.tsv", ("simplified", "traditional"))
    return _PUNCTUATION.union(*(row.values() for row in rows))


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeError:
        return None


def _bad_byte(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return 0
