"""Containers of every kind, also such as old packers write them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import py7zr

if TYPE_CHECKING:
    from collections.abc import Mapping


def zipped(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return packed.getvalue()


def tarred(members: Mapping[str, bytes], encoding: str = "utf-8") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", encoding=encoding, format=tarfile.GNU_FORMAT) as file:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            file.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def seven_zipped(members: Mapping[str, bytes], password: str | None = None) -> bytes:
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w", password=password) as file:
        for name, data in members.items():
            file.writestr(data, name)
    return packed.getvalue()


def zipped_in(encoding: str, name: str, data: bytes) -> bytes:
    """A .zip whose names are in an encoding that it does not tell, as packers of Windows write it."""
    marker = "x" * len(name.encode(encoding))
    packed = zipped({marker: data})
    assert packed.count(marker.encode()) == 2
    return packed.replace(marker.encode(), name.encode(encoding))


def encrypted(packed: bytes) -> bytes:
    """The same .zip with the flag of encryption on each entry."""
    data = bytearray(packed)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = data.find(mark)
        while begin >= 0:
            data[begin + offset] |= 1
            begin = data.find(mark, begin + 4)
    return bytes(data)
