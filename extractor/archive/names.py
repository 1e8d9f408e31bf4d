"""Names of files as the work ledger writes them: any bytes a file system holds, as text that leads back to the file.

A name that is no UTF-8 (files copied from a system in GBK) has ``\\xb1`` for each byte beyond ASCII, a backslash of its own
is ``\\x5c``. ``!/`` stands between a container and its member, so a name in which it occurs writes ``\\x21/``.

What no index of a database holds is cut: the name of a member, which is found by its number, not by its name, and the path
of a file, which then cannot be opened. ``\\~`` and a hash of the whole stand where it was cut, and in no other name.
"""

from __future__ import annotations

import os
import re
from hashlib import sha256

from extractor.encoding import HALF_PAIR
from extractor.types import INSIDE, file_of

LONGEST = 2500
"""Bytes of a path; an index of PostgreSQL takes a little more."""
_LONGEST_MEMBER = 400
_LONGEST_SUFFIX = 20
TOO_LONG = "路径太长，无法记录；请缩短文件夹、文件和压缩包内文件的名称，或移到上一级"
_CUT = "\\~"
_ODD = re.compile(r"[\udc80-\udcff\\\0-\x1f\x7f]")
_FOREIGN = re.compile(r"[^/]*[\udc80-\udcff][^/]*")
_BEYOND_ASCII = re.compile(r"[^\0-\x7f]+")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")


def shown(name: str) -> str:
    """Return a path as the system gives it (with surrogate escapes) as the ledger writes it."""
    foreign = _FOREIGN.sub(lambda step: _BEYOND_ASCII.sub(_bytes_apart, step[0]), name)
    plain = _ODD.sub(lambda odd: f"\\x{ord(odd[0]) & 0xFF:02x}", foreign)
    return HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", plain).replace(INSIDE, "\\x21/")


def actual(path: str) -> str:
    """Return the path that the system knows under what :func:`shown` made of it."""
    raw = _ESCAPED.sub(lambda byte: chr(_code(int(byte[1], 16))), path)
    return os.fsdecode(os.fsencode(raw)).replace("/", os.sep)


def cut_member(name: str) -> str:
    """Return the name of a member, as :func:`shown` made it, of at most 400 bytes in UTF-8."""
    return _cut(name, _LONGEST_MEMBER)


def given(name: str) -> str:
    """Return what somebody says that a file is called, as the ledger writes it; it is never used as a path."""
    return cut_member(shown(name.replace("\\", "/").strip()))


def cut_path(path: str) -> str:
    """Return the path of a file, as :func:`shown` made it, of at most :data:`LONGEST` bytes in UTF-8."""
    return _cut(path, LONGEST)


def is_cut(path: str) -> bool:
    """Whether the path of a file was cut, so that it does not lead back to it."""
    return _CUT in path


def _cut(name: str, longest: int) -> str:
    raw = name.encode()
    if len(raw) <= longest:
        return name
    suffix = os.path.splitext(name)[1].encode()
    suffix = suffix if len(suffix) <= _LONGEST_SUFFIX else b""
    mark = f"{_CUT}{sha256(raw).hexdigest()[:16]}".encode()
    return (raw[: longest - len(mark) - len(suffix)] + mark + suffix).decode(errors="ignore")


def located(path: str) -> str:
    """Return the file, as the system knows it, in which an item lies."""
    return actual(file_of(path))


def _bytes_apart(text: re.Match[str]) -> str:
    """Return a text with a surrogate for each of its bytes: part of it may look like UTF-8 by chance."""
    return "".join(map(chr, map(_code, text[0].encode(errors="surrogateescape"))))


def _code(byte: int) -> int:
    return byte if byte < 0x80 else 0xDC00 + byte
