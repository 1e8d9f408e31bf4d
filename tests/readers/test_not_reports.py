"""Files of an archive that are no reports: they are told by their bytes, and nobody is told to open a video in Word."""

from __future__ import annotations

import io
import json
import random
import wave
import zipfile
from pathlib import Path

import pytest
from docx_files import p, package, r

from extractor.errors import ReadError
from extractor.readers import media_type, read
from extractor.readers.signatures import known
from extractor.resources import read_table

TEXT = "2015年，民生村投入资金38.6万元。"
LINK = bytes.fromhex("4c0000000114020000000000c000000000000046")


def sound() -> bytes:
    packed = io.BytesIO()
    with wave.open(packed, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(800))
    return packed.getvalue()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("甲.txt", TEXT * 100)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(500), "报告.docx", "程序（Linux）；不是报告，不必处理"),
        (b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0" + bytes(100), "setup.exe", "程序不必处理"),
        (b"MZ\x90\0" + bytes(60), "旧.com", "程序（DOS、Windows）"),
        (LINK + bytes(100), "总结.lnk", "快捷方式（.lnk）；请加入它所指的文件"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(300), "会议.mp4", "视频（.mp4、.mov）；不是报告，不必处理"),
        (
            b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(300),
            "照片.heic",
            "手机照片（.heic）；里面是报告的，请另存为 .png",
        ),
        (sound(), "录音.wav", "声音（.wav）"),
        (b"ID3\x04\0\0\0\0\0\x0a" + bytes(300), "录音.mp3", "声音（.mp3）"),
        (b"\0\x01\0\0Standard Jet DB\0\x01" + bytes(300), "台账.mdb", "Access 数据库；不是报告；里面的台账请导出"),
        (b"\0\x01\0\0\0\x0f\0\x80" + bytes(300), "宋体.ttf", "字体"),
        (b"SQLite format 3\0" + bytes(300), "数据.db", "SQLite 数据库；不是报告，不必处理"),
        (b"AC1032\0\0\0\0" + bytes(300), "图.dwg", "CAD 图纸（.dwg）；请用原来的软件导出为 PDF"),
    ],
)
def test_what_is_no_report_is_not_to_be_saved_as_text(data: bytes, name: str, told: str) -> None:
    with pytest.raises(ReadError, match="不支持") as caught:
        read(data, name)
    assert (caught.value.kind, told in str(caught.value)) == ("unsupported", True)
    assert "UTF-8" not in str(caught.value)


def test_bytes_that_are_no_text_say_so() -> None:
    for seed in range(50):
        data = b"\x9c" + random.Random(seed).randbytes(3000)
        with pytest.raises(ReadError, match="内容不是文字") as caught:
            read(data, "数据.bin")
        assert "UTF-8" not in str(caught.value)


def test_a_text_cut_within_a_character_is_no_program() -> None:
    for encoding in ("utf-16", "gb18030"):
        with pytest.raises(ReadError) as caught:
            read((TEXT * 50).encode(encoding)[:-1] + (b"" if encoding == "utf-16" else b"\xff"), "总结.txt")
        assert "不是文字" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [(zipped()[:700], "打不开；请重新取得"), (package(p(r(TEXT * 500)))[:900], "用 Word、Excel、WPS 打开后另存")],
)
def test_what_broke_off_has_advice_of_its_own(data: bytes, told: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data, "总结.docx")
    assert (caught.value.kind, told in str(caught.value)) == ("unreadable", True)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("begin", ["MZ", "ID3", "OggS", "CAJ", "AC10", "BM", "wOFF", "Rar", "G", "8BPS", "moov"])
def test_a_text_that_begins_like_one_is_a_text(begin: str, encoding: str) -> None:
    text = begin + TEXT * 300
    assert read(text.encode(encoding), "总结.txt").text == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("运行.log", f"2015-06-01 08:00:00 INFO {TEXT}\n" * 20),
        ("数据.json", json.dumps({"句子": TEXT}, ensure_ascii=False)),
        ("脚本.py", f"#!/usr/bin/env python3\nTEXT = '{TEXT}'\n"),
        ("程序.c", f"/* {TEXT} */\nint main(void) {{ return 0; }}\n"),
    ],
)
def test_what_is_text_is_read_whatever_it_is_for(name: str, text: str) -> None:
    assert read(text.encode(), name).text == text


def test_every_signature_is_found_and_has_words() -> None:
    rows = list(read_table("signatures.tsv", ("marks", "media_type", "name", "advice")))
    for row in rows:
        data = bytearray(b"\x02" * 40_000)
        for mark in row["marks"].split():
            offset, _, written = mark.partition(":")
            data[int(offset) : int(offset) + len(written) // 2] = bytes.fromhex(written)
        assert known()[media_type(bytes(data))].media_type == row["media_type"], row
        with pytest.raises(ReadError, match="不支持"):
            read(bytes(data), "甲")


def test_the_sources_of_this_project_are_texts() -> None:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        assert media_type(path.read_bytes(), path.name).startswith("text/")
