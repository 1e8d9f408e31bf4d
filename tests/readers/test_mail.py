"""Mail and saved pages: Chinese headers and file names in every old encoding, which text is read, damage."""

from __future__ import annotations

import base64
import quopri
from email.message import EmailMessage

import pytest

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read
from extractor.readers.mail import attachments
from extractor.types import Document

PLAIN = "全镇修路11.3公里，受益群众120户。\n投入资金38.6万元。\n"
PAGE = "<html><body><p>全镇修路11.3公里，受益群众120户。</p><p>投入资金38.6万元。</p></body></html>"
TABLE = "<table><tr><td>村</td><td>户数</td></tr><tr><td>青岭</td><td>35</td></tr></table>"


def message(text: str = PLAIN, page: str = "", files: dict[str, bytes] | None = None) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "a@example.com"
    made["To"] = "b@example.com"
    made["Subject"] = "柳溪镇2020年工作总结"
    made.set_content(text)
    if page:
        made.add_alternative(page, subtype="html")
    for name, content in (files or {}).items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def opened(made: EmailMessage | bytes) -> Document:
    return read(made if isinstance(made, bytes) else made.as_bytes(), "总结.eml")


def test_subject_and_text_with_their_places() -> None:
    document = opened(message())
    assert document.text == "柳溪镇2020年工作总结\n" + PLAIN
    assert [(part.kind, part.locator) for part in document.parts] == [
        ("heading", "主题"), ("paragraph", "第1段"), ("paragraph", "第2段"),
    ]  # fmt: skip
    assert (document.reader, document.media_type) == ("mail", "message/rfc822")


def test_the_plain_text_is_read_once_beside_a_page_that_says_the_same() -> None:
    assert opened(message(page=PAGE)).text.count("11.3公里") == 1
    assert opened(message(page=PAGE)).text == opened(message()).text


def test_a_page_with_a_table_or_with_more_is_read_instead() -> None:
    document = opened(message(page=PAGE + TABLE))
    assert document.text.count("11.3公里") == 1
    assert [part.header for part in document.parts if part.kind == "cell"][-1] == "户数"
    assert "38.6" in opened(message("请用网页方式查看", page=PAGE)).text


def test_attachments_are_named_and_given() -> None:
    files = {
        "总结.docx": b"PK\x03\x04...",
        "../../etc/台账.xls": b"\xd0\xcf",
        "很长的文件名" * 20 + ".txt": "35户".encode(),
    }
    made = message(files=files)
    assert [name for name, _ in attachments(made.as_bytes())] == ["总结.docx", "台账.xls", "很长的文件名" * 20 + ".txt"]
    assert [content for _, content in attachments(made.as_bytes())] == list(files.values())
    assert any("3 个附件，不在正文里：总结.docx、台账.xls" in warning for warning in opened(made).warnings)


def test_a_forwarded_message_is_an_attachment() -> None:
    made = message()
    made.add_attachment(message(text="转来的35户"))
    assert "转来" not in opened(made).text
    [(name, content)] = attachments(made.as_bytes())
    assert name == "柳溪镇2020年工作总结.eml"
    assert "转来的35户" in opened(content).text


def encoded_name(style: str, charset: str, name: str) -> bytes:
    raw = name.encode(charset)
    if style == "RFC 2231":
        return b"filename*=" + charset.encode() + b"''" + "".join(f"%{byte:02X}" for byte in raw).encode()
    if style == "RFC 2231, continued":
        half = "".join(f"%{byte:02X}" for byte in raw).encode()
        return b"filename*0*=gb2312''" + half[:9] + b";\r\n filename*1*=" + half[9:]
    if style == "RFC 2047":
        return b'filename="=?' + charset.encode() + b"?B?" + base64.b64encode(raw) + b'?="'
    return b'filename="' + raw + b'"'


@pytest.mark.parametrize("style", ["RFC 2231", "RFC 2231, continued", "RFC 2047", "raw"])
def test_file_names_in_gbk(style: str) -> None:
    declared = encoded_name(style, "gbk", "朱镕镇工作总结.doc")  # 镕 is not in GB2312
    data = (
        b'MIME-Version: 1.0\r\nFrom: a\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n" + PLAIN.encode("gbk") + b"\r\n"
        b"--b\r\nContent-Type: application/msword\r\nContent-Disposition: attachment; "
        + declared
        + b"\r\n\r\nx\r\n--b--\r\n"
    )
    assert [name for name, _ in attachments(data)] == ["朱镕镇工作总结.doc"]


def test_a_subject_declared_gb2312_or_not_at_all() -> None:
    subject = "朱镕镇2020年工作总结"
    word = b"=?gb2312?Q?" + quopri.encodestring(subject.encode("gbk"), header=True).replace(b"\n", b"") + b"?="
    for raw in (word, subject.encode("gbk")):
        head = b"From: a@b\r\nSubject: " + raw + b"\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n"
        document = opened(head + PLAIN.encode("gb18030"))
        assert document.text.splitlines()[0] == subject
        assert document.encoding == "gb18030"


def test_flowed_lines_are_joined() -> None:
    head = "From: a@b\r\nTo: c\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
    assert opened((head + "投入资金 \r\n38.6万元。\r\n受益12户。").encode()).text == "投入资金 38.6万元。\n受益12户。\n"


def test_only_attachments_is_empty() -> None:
    with pytest.raises(ReadError, match="附件") as caught:
        opened(b"From: a\r\nTo: b\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF")
    assert caught.value.kind == "empty"


def saved_page(parts: list[tuple[str, bytes]], close: bool = True, start: str = "") -> bytes:
    data = b'From: <Saved by X>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"' + start.encode()
    data += b"\r\n\r\n"
    for head, content in parts:
        data += b"--b\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"
    return data + (b"--b--\r\n" if close else b"")


FRAMESET = b'<html><iframe src="http://x.gov.cn/menu.htm?a=1&amp;b=2"></iframe><frame src=main.htm></html>'


def test_pages_in_frames_are_read() -> None:
    data = saved_page(
        [
            ("Content-Type: text/html\r\nContent-Location: http://x.gov.cn/index.htm", FRAMESET),
            ("Content-Type: image/png\r\nContent-Location: http://x.gov.cn/a.png", b"\x89PNG"),
            ("Content-Type: text/html\r\nContent-Location: http://x.gov.cn/other.htm", "<p>无人引用7户</p>".encode()),
            (
                "Content-Type: text/html; charset=gb2312\r\nContent-Location: http://x.gov.cn/main.htm",
                "<p>全镇35户</p><iframe src=index.htm></iframe>".encode("gbk"),
            ),
        ]
    )
    document = read(data, "总结.mht")
    assert document.text == "全镇35户\n"
    assert document.parts[0].locator == "框架1 第1段"
    assert (document.reader, document.media_type) == ("mht", "multipart/related")


def test_raw_bytes_in_addresses_do_no_harm() -> None:
    data = saved_page([("Content-Type: text/html\r\nContent-ID: <x>", "<p>全镇35户</p>".encode())])
    for old, new in ((b"Content-ID: <x>", b"Content-ID: <\xd5\xf2>"), (b"Content-ID: <x>", b"Content-Location: \xff")):
        assert read(data.replace(old, new), "总结.mht").text == "全镇35户\n"


def test_the_start_parameter_tells_the_page() -> None:
    parts = [
        ("Content-Type: text/html\r\nContent-ID: <1@x>", "<p>页眉1户</p>".encode()),
        ("Content-Type: text/html\r\nContent-ID: <2@x>", "<p>正文2户</p>".encode()),
    ]
    assert read(saved_page(parts, start='; start="<2@x>"'), "a.mht").text == "正文2户\n"


def test_files_that_break_off() -> None:
    page = ("Content-Type: text/html; charset=utf-8", PAGE.encode())
    picture = ("Content-Type: image/png\r\nContent-Transfer-Encoding: base64", b"iVBORw0K")
    with pytest.raises(ReadError, match="不完整") as caught:
        read(saved_page([page], close=False), "总结.mht")
    assert caught.value.kind == "unreadable"
    document = read(saved_page([page, picture], close=False), "总结.mht")
    assert "38.6万元" in document.text
    assert any("不完整" in warning for warning in document.warnings)
    whole = message(files={"总结.docx": b"x" * 1000}).as_bytes()
    assert any("不完整" in warning for warning in opened(whole[:-400]).warnings)
    with pytest.raises(ReadError, match="不完整"):
        opened(message(page=PAGE + TABLE).as_bytes()[:-60])
    with pytest.raises(ReadError) as caught:
        opened(b'From: a\r\nTo: b\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n')
    assert caught.value.kind == "unreadable"


def test_bounds() -> None:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(5000))
    many = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\n1户\n" * 20_000 + "--b--\n"
    long = "From: a\nTo: b\n\n" + "35户\n" * 50_000
    for text in ("MIME-Version: 1.0\n" + nested, many, long):
        with pytest.raises(ReadError) as caught:
            read(text.encode(), "a.eml", Settings(max_unpacked_bytes=100_000))
        assert caught.value.kind == "too_large"


@pytest.mark.parametrize(
    "charset", ["undefined", "idna", "punycode", "unicode_escape", "base64", "hex", "rot13", "zlib", "x-none"]
)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_charset_that_is_none_counts_as_unknown(charset: str, encoding: str) -> None:
    head = f"From: a@b\r\nTo: c\r\nSubject: =?{charset}?Q?2020?=\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    page = f"<html><head><meta charset={charset}></head><body><p>{PLAIN}</p></body></html>"
    for data in (head.encode() + PLAIN.encode(encoding), page.encode(encoding)):
        document = read(data)
        assert "投入资金38.6万元" in document.text
        assert document.encoding == encoding


def test_a_boundary_in_a_charset_that_is_none() -> None:
    head = "From: a@b\r\nTo: c\r\nContent-Type: multipart/mixed; boundary*=undefined''b\r\n\r\n--b\r\n\r\n"
    with pytest.raises(ReadError, match="邮件头已损坏") as caught:
        opened(head.encode() + PLAIN.encode())
    assert caught.value.kind == "unreadable"


def test_half_a_surrogate_pair_costs_one_character() -> None:
    body = "全村12户".encode("utf-7") + b" +2AA-"
    document = read(b"Subject: x\r\nFrom: a@b.cn\r\nDate: Mon, 5 Jan 2015 08:00:00 +0800\r\nMIME-Version: 1.0\r\n"
                    b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + body + b"\r\n")  # fmt: skip
    assert "全村12户 \ufffd" in document.text
    assert any("utf-7" in warning for warning in document.warnings)
