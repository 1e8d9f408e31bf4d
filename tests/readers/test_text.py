"""Plain text in any Chinese encoding: what is decided by evidence, and what is refused."""

from __future__ import annotations

import codecs
import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read, read_path

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.types import Document

PROSE = "今年全县新修水渠十二公里，解决了三百余户群众的用水困难，投入资金45.6万元。"
SHORT = "投入资金45万元"
TRADITIONAL = "今年全縣新修水渠十二公里，解決了三百餘戶群眾的用水困難，投入資金45.6萬元。"

BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
]


@pytest.mark.parametrize(("mark", "encoding"), BOMS)
def test_a_mark_decides_and_is_dropped(mark: bytes, encoding: str) -> None:
    document = read(mark + PROSE.encode(encoding), "报告.txt")
    assert (document.text, document.encoding, document.warnings) == (PROSE, encoding, ())


@pytest.mark.parametrize("text", [PROSE, SHORT, "\r\n".join([PROSE] * 3)])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_simplified_text_without_a_mark(text: str, encoding: str) -> None:
    document = read(text.encode(encoding))
    assert (document.text, document.encoding, document.warnings) == (text, encoding, ())


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16-le", "utf-16-be"])
def test_traditional_text_without_a_mark(encoding: str) -> None:
    document = read(TRADITIONAL.encode(encoding))
    assert (document.text, document.encoding, document.warnings) == (TRADITIONAL, encoding, ())


def test_rare_characters_are_read_with_a_warning_or_refused_never_in_silence() -> None:
    rare = "犇骉麤龘赑屃饕餮魑魅魍魉"
    with pytest.raises(ReadError, match="无法确定文字编码") as caught:
        read(rare.encode("gb18030"))
    assert caught.value.kind == "unreadable"
    mixed = read((rare[:6] + "的村有三户").encode("gb18030"))
    assert mixed.text.endswith("的村有三户")
    assert "依据不足" in mixed.warnings[0]


COMMON = st.text(alphabet="全县新修水渠公里解决了群众困难投入资金万元项目建设完成工作农村。，0123456789\n", min_size=12)


@given(text=COMMON.filter(lambda text: sum(not char.isascii() for char in text) >= 8))
def test_prose_survives_every_encoding(text: str) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        assert read(text.encode(encoding)).text == text


def test_text_is_kept_as_it_stands() -> None:
    text = "\u3000\u3000第一行\r\n\r\n第二行 有空格\t和制表\x0b\x0c\n\n"
    assert read(text.encode()).text == text


@given(data=st.binary(max_size=300))
def test_any_bytes_give_text_or_a_clear_error(data: bytes) -> None:
    outcome: Document | ReadError
    try:
        outcome = read(data, "某文件")
    except ReadError as error:
        outcome = error
    if isinstance(outcome, ReadError):
        assert outcome.kind in ("unreadable", "encrypted", "unsupported", "too_large", "empty")
        assert str(outcome).startswith("某文件：")
        assert "\n" not in str(outcome)
    else:
        assert outcome.text.strip()
        assert "\0" not in outcome.text


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\t ", "\u3000\n".encode()])
def test_nothing_to_read(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read(data, "空.txt")
    assert caught.value.kind == "empty"


def test_binary_content_is_refused_with_the_line() -> None:
    with pytest.raises(ReadError) as caught:
        read(b"\x00\x01\x02\x03" * 50, "某.txt")
    assert caught.value.kind == "unreadable"
    with pytest.raises(ReadError, match="第 2 行"):
        read("第一行\n第二\x01\x02行".encode())


def test_a_single_odd_character_is_kept_with_a_warning() -> None:
    text = PROSE * 20 + "\x1f" + "\ufffd"
    document = read(text.encode())
    assert document.text == text
    assert len(document.warnings) == 2


def test_a_mark_that_lies() -> None:
    with pytest.raises(ReadError, match="可能损坏"):
        read(codecs.BOM_UTF8 + "三户".encode("gb18030"))


UNSUPPORTED = [
    (b"\x1f\x8b\x08\x00rest", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c\x00\x04", "压缩包"),
    (b"Rar!\x1a\x07\x00", "压缩包"),
    (b'<?xml version="1.0"?><w:wordDocument/>', "XML"),
]


@pytest.mark.parametrize(("data", "what"), UNSUPPORTED)
@pytest.mark.parametrize("name", ["某.txt", "某.docx"])
def test_unsupported_kinds_are_named_whatever_the_file_is_called(data: bytes, what: str, name: str) -> None:
    with pytest.raises(ReadError, match=what) as caught:
        read(data, name)
    assert caught.value.kind == "unsupported"
    assert str(caught.value).startswith(name)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("stream", "kind", "what"),
    [
        ("EncryptedPackage", "encrypted", "密码"),
        ("Workbook", "unreadable", "xls"),
        ("别的", "unreadable", "损坏"),
    ],
)
def test_ole_containers(stream: str, kind: str, what: str) -> None:
    with pytest.raises(ReadError, match=what) as caught:
        read(OLE + f"{stream}\0".encode("utf-16-le"), "总结.doc")
    assert caught.value.kind == kind


def test_size_is_bounded() -> None:
    with pytest.raises(ReadError) as caught:
        read(PROSE.encode(), "大.txt", Settings(max_file_bytes=10))
    assert caught.value.kind == "too_large"


def test_paths(tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_bytes(PROSE.encode())
    document = read_path(path)
    assert (document.source, document.text) == (str(path), PROSE)
    assert len(document.sha256) == 64
    with pytest.raises(ReadError, match="打不开"):
        read_path(tmp_path / "没有.txt")
    with pytest.raises(ReadError, match="打不开"):
        read_path(tmp_path)
    with pytest.raises(ReadError) as caught:
        read_path(path, Settings(max_file_bytes=10))
    assert caught.value.kind == "too_large"


def test_a_name_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("报告.txt".encode("gb18030"))
    path.write_bytes(PROSE.encode())
    assert "\ufffd" in read_path(path).source


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(PROSE.encode(),))
    writer.start()
    assert read_path(pipe).text == PROSE
    writer.join()


def test_content_decides_and_the_name_is_only_remarked_on() -> None:
    document = read(PROSE.encode(), "总结.docx")
    assert document.text == PROSE
    assert "按内容读取" in document.warnings[0]
