"""Build an archive such as an office keeps: every format and encoding, containers, copies, broken and locked files.

    python scripts/build_test_archive.py OUTDIR

``OUTDIR/archive`` holds the files, their texts recombined from ``corpus/dev``. ``OUTDIR/manifest.jsonl`` tells of each file
and each member of a container, by its path below ``archive``, the state and the reason that ``gouji archive add`` is to
give it. Needs LibreOffice and chromium, which save a few reports in their formats, and the extra ``test``.
"""

from __future__ import annotations

import argparse
import bz2
import csv
import gzip
import hashlib
import io
import json
import lzma
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

import olefile
import pypdfium2 as pdfium
from PIL import Image

from extractor.archive.names import shown

# The makers of files that the tests of readers and containers use.
sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / folder) for folder in ("readers", "archive")]

from made_containers import encrypted, seven_zipped, tarred, zipped, zipped_in  # noqa: E402
from made_files import ENCRYPTED_PDF, TEXTS, blocks, convert, saved_pages, web_page, word_document, workbook  # noqa: E402

_PARAGRAPH = 40
_PARAGRAPHS = 7
_OFFICES = ("财政局", "水利局", "农业农村局", "青石镇", "柳溪镇")
_ENCODINGS = ("utf-8", "gb18030", "utf-8-sig", "utf-16", "gb18030", "utf-8", "utf-16-le", "gb18030", "utf-16-be")
_TRADITIONAL = (
    "第{n}村工作總結\n今年全縣新修水渠{n}2公里，解決了{n}00餘戶群眾的用水困難，投入資金45.6萬元。\n"
    "各部門統一思想，提高認識，落實責任，加強監督檢查，種植蔬菜320畝，實現產值{n}8.2萬元。\n"
)
_OVER_FILE_LIMIT, _BELOW_FILE_LIMIT = 70 * 2**20, 60 * 2**20
_DEEP = 7


@dataclass(frozen=True)
class File:
    """A file or member, and what is to become of it; ``members`` are those that a container shows."""

    data: bytes
    state: str = "done"
    reason: str | None = None
    members: Mapping[str, File] = field(default_factory=dict)


Files = dict[str, File]


def failed(data: bytes, reason: str = "unreadable") -> File:
    """Return a file that cannot be read."""
    return File(data, "failed", reason)


def skipped(data: bytes, reason: str = "temporary") -> File:
    """Return a file that is no report."""
    return File(data, "skipped", reason)


def packed(pack: Callable[[Mapping[str, bytes]], bytes], members: Files) -> File:
    """Return a container of files."""
    return File(pack({name: file.data for name, file in members.items()}), "unpacked", members=members)


def report(number: int) -> str:
    """Return a report of paragraphs from everywhere in the corpus, every third one with a table; none is like another."""
    prose = [
        line for text in TEXTS.values() for line in text.splitlines() if len(line) > _PARAGRAPH and "\t" not in line
    ]
    tables = [block for text in TEXTS.values() for block in blocks(text) if not isinstance(block, str)]
    lines = [f"{_OFFICES[number % len(_OFFICES)]}第{number}号工作总结", ""]
    lines += [prose[(number * 11 + step * 53) % len(prose)] for step in range(_PARAGRAPHS)]
    if number % 3 == 0:
        lines += ["\t".join(row) for row in tables[number // 3 % len(tables)]]
    return "\n".join(lines) + "\n"


class Saved:
    """A few reports as programs save them: by suffix and name. Each program runs once for a format."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for number in range(900, 906):
                (folder / f"{number}.docx").write_bytes(word_document(report(number), "official"))
            words = sorted(folder.glob("*.docx"))
            for number in range(910, 913):
                (folder / f"{number}.xlsx").write_bytes(workbook(report(number)))
            books = sorted(folder.glob("*.xlsx"))
            self.doc = _values(convert(words[:3], "doc", folder))
            self.pdf = _values(convert(words, "pdf", folder))
            self.odt = _values(convert(words, "odt", folder))
            self.rtf = _values(convert(words, "rtf", folder))
            self.xls = _values(convert(books, "xls", folder))
            self.ods = _values(convert(books, "ods", folder))
            self.locked_pdf = convert(words[:1], "pdf", folder, ENCRYPTED_PDF)[words[0].stem]
            self.mht = _values(saved_pages({str(n): report(n) for n in range(920, 924)}, folder))


def _values(made: Mapping[str, bytes]) -> list[bytes]:
    return [data for _, data in sorted(made.items())]


def texts() -> Iterator[tuple[str, File]]:
    """Yield plain texts in every encoding, web pages and tables of values."""
    for number in range(160):
        encoding = _ENCODINGS[number % len(_ENCODINGS)]
        folder = f"{2012 + number % 9}年/{_OFFICES[number % len(_OFFICES)]}"
        yield f"{folder}/{number:03} 工作总结.txt", File(report(number).encode(encoding))
    for number in range(1, 9):
        yield f"繁体/{number}.txt", File(_TRADITIONAL.format(n=number).encode("big5"))
    for number in range(200, 250):
        charset = "gb2312" if number % 2 else "utf-8"
        page = web_page(report(number), charset)
        suffix = "htm" if number % 5 == 0 else "html"
        yield f"网页/{number}.{suffix}", File(page.encode("gb18030" if charset == "gb2312" else charset))
    for number in range(300, 340):
        yield f"表格/{number}.csv", File(table(number).encode("gb18030" if number % 2 else "utf-8-sig"))


def table(number: int) -> str:
    """Return a table of values, separated by commas."""
    out = io.StringIO()
    rows = [["乡镇", "投资（万元）", "硬化道路（公里）", "受益户数"]]
    rows += [
        [f"{place}镇{number}村", f"{number + n}.5", f"{n + 3}.2", str(number * 3 + n)]
        for n, place in enumerate("青白柳松")
    ]
    csv.writer(out).writerows(rows)
    return out.getvalue()


def office_files(saved: Saved) -> Iterator[tuple[str, File]]:
    """Yield files of office programs and browsers, printed and scanned ones."""
    for number in range(400, 460):
        yield f"公文/{number}.docx", File(word_document(report(number)))
    for number in range(500, 515):
        yield f"报表/{number}.xlsx", File(workbook(report(number)))
    yield "公文/旧版.doc", File(saved.doc[0])
    yield "公文/金山.wps", File(saved.doc[1])
    yield "公文/金山新版.wps", File(word_document(report(461)))
    for suffix in ("odt", "rtf", "xls", "ods", "pdf", "mht"):
        for number, data in enumerate(getattr(saved, suffix), 1):
            yield f"另存/{suffix}/{number}.{suffix}", File(data)
    scan = picture(saved.pdf[0])
    yield "扫描/扫描件.png", File(written(scan, "PNG"))
    yield "扫描/扫描件.pdf", File(written(picture(saved.pdf[1]), "PDF", resolution=150))
    yield "扫描/照片.jpg", failed(written(Image.linear_gradient("L"), "JPEG"), "empty")


def picture(pdf: bytes) -> Image.Image:
    """Return the upper third of the first page."""
    with pdfium.PdfDocument(pdf) as document:
        page: Image.Image = document[0].render(scale=150 / 72).to_pil().convert("L")
    return page.crop((0, 0, page.width, page.height // 3))


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def mail(number: int, attached: Files, *, text: bool = True) -> File:
    """Return a message with its attachments, the messages among them as forwarded ones."""
    made = EmailMessage()
    made["From"] = "office@example.com"
    made["To"] = "county@example.com"
    made["Subject"] = f"报送第{number}号工作总结"
    if text:
        made.set_content(report(number), charset="utf-8" if number % 2 else "gb18030", cte="base64")
    for name, file in attached.items():
        if name.endswith(".eml"):
            made.add_attachment(message_from_bytes(file.data, policy=policy.default), filename=name)
        else:
            made.add_attachment(file.data, maintype="application", subtype="octet-stream", filename=name)
    if attached:
        made.set_boundary(f"=={number}==")
    return File(made.as_bytes(), "done" if text else "unpacked", members=attached)


def mails() -> Iterator[tuple[str, File]]:
    """Yield messages, with and without attachments."""
    for number in range(600, 608):
        yield f"邮件/{number}.eml", mail(number, {})
    for number in range(610, 618):
        attached = {
            "附件.docx": File(word_document(report(number + 20))),
            "附表.csv": File(table(number).encode("gb18030")),
        }
        yield f"邮件/{number}.eml", mail(number, attached)
    book = {"报表.xlsx": File(workbook(report(640)))}
    yield "邮件/只有附件.eml", mail(641, book | {"附件.txt": File(report(642).encode("gb18030"))}, text=False)
    yield "邮件/附件是压缩包.eml", mail(643, {"报送.zip": packed(zipped, {"总结.txt": File(report(644).encode())})})
    yield "邮件/转发.eml", mail(645, {"来信.eml": mail(646, {"附件.txt": File(report(647).encode())})})
    in_tar = {"来信.eml": mail(648, {"附件.txt": File(report(649).encode())}), "之后.txt": File(report(650).encode())}
    yield "邮件/打包.tar.gz", packed(lambda files: gzip.compress(tarred(files)), in_tar)
    cut = {"附件.docx": File(word_document(report(651))), "后半.docx": failed(word_document(report(652)))}
    yield "邮件/截断.eml", File(mail(653, cut).data[:-9000], members=cut)


def containers() -> Iterator[tuple[str, File]]:
    """Yield containers of every kind, in each other too."""
    made = iter(range(700, 800))

    def some(count: int) -> Files:
        return {f"{n} 工作总结.txt": File(report(n).encode(_ENCODINGS[n % 2])) for n in islice(made, count)}

    inner = packed(zipped, {**some(3), "~$附表.xlsx": skipped(b"lock"), "__MACOSX/._总结.txt": skipped(b"\0\5\x16\7")})
    yield "压缩包/一季度.zip", packed(zipped, {**some(8), "甲县/甲县.zip": inner, "甲县/空.txt": failed(b"", "empty")})
    yield (
        "压缩包/二季度.tar.gz",
        packed(lambda files: gzip.compress(tarred(files)), {**some(8), "乙县/乙县.zip": packed(zipped, some(3))}),
    )
    yield "压缩包/三季度.7z", packed(seven_zipped, some(8))
    yield "压缩包/四季度.tar.bz2", packed(lambda files: bz2.compress(tarred(files, "gb18030")), some(4))
    yield "压缩包/全年.tar.xz", packed(lambda files: lzma.compress(tarred(files)), some(4))
    yield (
        "压缩包/单个.txt.gz",
        packed(lambda files: gzip.compress(next(iter(files.values()))), {"单个.txt": File(report(790).encode())}),
    )
    yield (
        "压缩包/国标.zip",
        packed(
            lambda files: zipped_in("gb18030", *next(iter(files.items()))),
            {"报送/总结一.txt": File(report(791).encode())},
        ),
    )
    yield "压缩包/外面.zip", packed(zipped, {"../../外面.txt": File(report(792).encode())})
    deep = File(report(793).encode())
    for depth in range(_DEEP):
        deep = packed(zipped, {f"第{depth}层.{'zip' if depth else 'txt'}": deep})
    yield "压缩包/套叠.zip", cut_off(deep, 5)


def cut_off(file: File, depth: int) -> File:
    """Return a container that is not opened deeper than so many."""
    if depth == 0:
        return failed(file.data, "too_large")
    return File(
        file.data, file.state, members={name: cut_off(inner, depth - 1) for name, inner in file.members.items()}
    )


def copies(files: Files) -> Iterator[tuple[str, File]]:
    """Yield files that are others under another name, also inside a container."""
    originals = [name for name, file in files.items() if name.startswith(("2015年", "公文", "网页", "另存"))][::7]
    for number, name in enumerate(originals):
        yield f"归档/复制{number:02}{Path(name).suffix}", files[name]
    yield "归档/备份.zip", packed(zipped, {Path(name).name: files[name] for name in originals[:5]})
    yield "归档/演示复制.ppt", files["其他/演示.ppt"]
    yield "归档/再备份.zip", files["压缩包/三季度.7z"]


def misnamed(saved: Saved) -> Iterator[tuple[str, File]]:
    """Yield files whose names lie."""
    yield "错名/网页.doc", File(web_page(report(801), "gb2312").encode("gb18030"))
    yield "错名/网页.xls", File(web_page(report(804)).encode())
    yield "错名/新版.doc", File(word_document(report(802)))
    yield "错名/新版.txt", File(word_document(report(803)))
    yield "错名/文字.doc", File(report(805).encode("gb18030"))
    yield "错名/格式文本.doc", File(saved.rtf[0] + b"\n")
    yield "错名/新表.xls", File(workbook(report(806)))
    yield "错名/逗号.xls", File(table(807).encode("gb18030"))
    yield "错名/印刷.docx", File(saved.pdf[2] + b"\n")
    yield "错名/没有后缀", File(report(808).encode())
    yield "错名/大写.TXT", File(report(809).encode())
    yield "错名/压缩.docx", packed(zipped, {"总结.txt": File(report(810).encode())})
    name = os.fsdecode("国标/报告一.txt".encode("gbk"))
    yield name, File(report(811).encode("gb18030"))
    yield os.fsdecode("国标/报告二.zip".encode("gbk")), packed(zipped, {"总结.txt": File(report(812).encode())})


def broken(saved: Saved) -> Iterator[tuple[str, File]]:
    """Yield files that are cut off, damaged or empty."""
    for suffix, data in (
        ("docx", word_document(report(820))), ("xlsx", workbook(report(821))), ("odt", saved.odt[3]), ("ods", saved.ods[0]),
        ("xls", saved.xls[0]), ("doc", saved.doc[0]), ("rtf", saved.rtf[2]), ("pdf", saved.pdf[3]), ("mht", saved.mht[0]),
        ("png", written(picture(saved.pdf[0]), "PNG")),
    ):  # fmt: skip
        yield f"损坏/截断.{suffix}", failed(data[: len(data) * 3 // 5 // 512 * 512])
    yield "损坏/截断.html", File(web_page(report(822)).encode()[:-300])
    yield "损坏/截断.zip", failed(zipped({"一.txt": report(823).encode(), "二.txt": report(824).encode()})[:-300])
    yield "损坏/截断.7z", failed(seven_zipped({"一.txt": report(825).encode()})[:-40])
    yield "损坏/截断.tar", broken_tar()
    yield (
        "损坏/坏成员.zip",
        packed(damaged_member, {"一.txt": File(report(828).encode()), "二.txt": failed(report(829).encode())}),
    )
    yield "损坏/断字.txt", File(report(830).encode("gb18030")[:-3])
    yield "损坏/乱码.txt", failed(b"\x81\x00\xff\xfe\x80" * 40)
    yield "损坏/零字节.txt", failed(b"", "empty")
    yield "损坏/零字节.docx", failed(b"", "empty")
    yield "损坏/空白.txt", failed(b"  \r\n\r\n", "empty")
    yield "损坏/空文档.docx", failed(word_document(""), "empty")
    yield "损坏/空表.xlsx", failed(workbook(""), "empty")
    yield "损坏/空包.zip", packed(zipped, {})


def broken_tar() -> File:
    """Return a .tar that breaks off inside its second member."""
    members = {"一.txt": File(report(826).encode()), "二.txt": failed(report(827).encode())}
    whole = packed(tarred, members)
    return File(whole.data[: whole.data.index(members["二.txt"].data) + 100], "failed", "unreadable", members)


def damaged_member(members: Mapping[str, bytes]) -> bytes:
    """Return a .zip whose last member does not fit its checksum."""
    data = bytearray(zipped(members))
    at = data.index(list(members)[-1].encode()) + 60
    data[at : at + 20] = bytes(20)
    return bytes(data)


def locked(saved: Saved) -> Iterator[tuple[str, File]]:
    """Yield files behind passwords."""
    package = failed(renamed_stream(saved.doc[0], "EncryptedPackage"), "encrypted")
    yield "加密/文档.docx", package
    yield "加密/表格.xlsx", failed(package.data + bytes(512), "encrypted")
    yield "加密/旧版.doc", failed(flagged(saved.doc[0]), "encrypted")
    yield "加密/印刷.pdf", failed(saved.locked_pdf, "encrypted")
    manifest = {"META-INF/manifest.xml": b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"}
    mimetype = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": bytes(range(256))}
    yield "加密/开放.odt", failed(zipped(mimetype | manifest), "encrypted")
    yield (
        "加密/压缩.zip",
        packed(lambda files: encrypted(zipped(files)), {"总结.txt": failed(report(840).encode(), "encrypted")}),
    )
    yield "加密/压缩.7z", failed(seven_zipped({"总结.txt": report(841).encode()}, "密码"), "encrypted")


def renamed_stream(ole: bytes, name: str) -> bytes:
    """Return an OLE container whose stream of Word has another name."""
    old, new = ("WordDocument".encode("utf-16-le"), name.encode("utf-16-le"))
    at = ole.index(old)
    entry = new.ljust(64, b"\0") + (len(new) + 2).to_bytes(2, "little")
    return ole[:at] + entry + ole[at + len(entry) :]


def flagged(doc: bytes) -> bytes:
    """Return a .doc that says it is encrypted."""
    file = io.BytesIO(doc)
    with olefile.OleFileIO(file, write_mode=True) as ole:
        stream = bytearray(ole.openstream("WordDocument").read())
        stream[0x0B] |= 1  # fEncrypted
        ole.write_stream("WordDocument", bytes(stream))
    return file.getvalue()


def others(saved: Saved) -> Iterator[tuple[str, File]]:
    """Yield what is skipped, what is of no format that is read, and what is too large."""
    for name in (
        "~$总结.docx",
        "Thumbs.db",
        ".DS_Store",
        "desktop.ini",
        "下载.tmp",
        "._总结.docx",
        ".~lock.总结.docx#",
    ):
        yield f"其他/{name}", skipped(b"x")
    yield "其他/链接.txt", skipped(b"", "link")
    yield "其他/管道", skipped(b"", "special")
    yield "其他/演示.ppt", failed(renamed_stream(saved.doc[0], "PowerPoint Document"), "unsupported")
    yield "其他/演示.pptx", failed(zipped({"ppt/presentation.xml": b"<p/>"}), "unsupported")
    yield "其他/版式.ofd", failed(zipped({"OFD.xml": b"<ofd/>"}), "unsupported")
    yield "其他/压缩.rar", failed(b"Rar!\x1a\x07\x01\0" + bytes(200), "unsupported")
    yield (
        "其他/程序.exe",
        failed(b"MZ\x90\0\3\0\0\0" + bytes(52) + b"\x40\0\0\0PE\0\0" + bytes(range(256)), "unsupported"),
    )
    yield "其他/配置.xml", failed(b'<?xml version="1.0"?><a>1</a>', "unsupported")
    yield "其他/数据.db3", failed(b"SQLite format 3\0" + bytes(500), "unsupported")
    bomb = {f"{n}.txt": bytes(_BELOW_FILE_LIMIT) for n in range(4)}
    yield "其他/炸弹.zip", failed(zipped(bomb), "too_large")
    huge = bytes(_OVER_FILE_LIMIT)
    yield "其他/炸弹.docx", failed(zipped({"[Content_Types].xml": b"", "word/document.xml": huge}), "too_large")
    yield "其他/炸弹.txt.gz", failed(gzip.compress(huge), "too_large")
    yield (
        "其他/过大.zip",
        packed(zipped, {"过大.txt": failed(huge, "too_large"), "总结.txt": File(report(850).encode())}),
    )


def archive() -> Files:
    """Return all files by their path."""
    saved = Saved()
    files: Files = {}
    for group in (
        texts(),
        office_files(saved),
        mails(),
        containers(),
        misnamed(saved),
        broken(saved),
        locked(saved),
        others(saved),
    ):
        files.update(group)
    files.update(copies(files))
    return files


def manifest(files: Files) -> Iterator[dict[str, str | None]]:
    """Yield what is to become of each file and member: of those with the same bytes the first is read."""
    taken: set[bytes] = set()

    def told(path: str, file: File) -> Iterator[dict[str, str | None]]:
        content = hashlib.sha256(file.data).digest()
        state, reason = file.state, file.reason
        if state in ("done", "failed") and file.data:
            state, reason = ("duplicate", None) if content in taken else (state, reason)
            taken.add(content)
        yield {"path": path, "state": state, "reason": reason}
        for name, member in file.members.items():
            yield from told(f"{path}!/{shown(name)}", member)

    for name in sorted(files, key=shown):
        yield from told(shown(name), files[name])


def write(files: Files, folder: Path) -> None:
    """Write files below a folder."""
    for name, file in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.reason == "link":
            path.symlink_to(folder)
        elif file.reason == "special":
            os.mkfifo(path)
        else:
            path.write_bytes(file.data)


def main() -> int:
    """Build the archive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outdir", type=Path, metavar="OUTDIR", help="an empty folder, or one that is not there yet")
    folder: Path = parser.parse_args().outdir
    if folder.exists() and any(folder.iterdir()):
        print(f"{folder} is not empty", file=sys.stderr)
        return 2
    files = archive()
    write(files, folder / "archive")
    rows = list(manifest(files))
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "manifest.jsonl").write_text("".join(lines), encoding="utf-8")
    print(f"{len(files)} files, {len(rows)} with the members of containers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
