"""PDF files as programs make them: LibreOffice, chromium, and the broken ones that reach a reader."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import docx
import pypdfium2 as pdfium
import pytest
from docx_files import cells, fill, saved
from made_files import ENCRYPTED_PDF, convert, require

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    ["项目", "2023年", "", "2024年", ""],
    ["", "里程（公里）", "投资（万元）", "里程（公里）", "投资（万元）"],
    ["县道", "36.5", "4,380", "38.2", "4,610"],
    *([f"乡道{n}线", f"{n}.5", f"{n}26", f"{n}.8", f"{n}31"] for n in range(1, 60)),
]
PAGE = """<meta charset=utf-8><style>table { border-collapse: collapse } td { border: 1px solid }</style>
<h1>松岭县交通工作总结</h1><p>完成投资3.26亿元，绿化1200m<sup>2</sup>，推广Smart Road系统，惠及43个村1.28万户。</p>
<table><tr><td>项目<td>里程（公里）<td>投资（万元）<tr><td>县道<td>36.5<td>4,380<tr><td>乡道<td>52.1<td>3126.5</table>"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = docx.Document()
    made.add_paragraph("松岭县2024年交通工作总结")
    made.add_paragraph("全年完成公路投资3.26亿元，同比增长12.5%，新改建农村公路128.6公里。" * 6)
    table = made.add_table(len(ROWS), 5, style="Table Grid")
    fill(table, ROWS)
    for top, left, bottom, right in ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4)):
        table.cell(top, left).merge(table.cell(bottom, right))
    made.add_paragraph("以上工作情况，请予审议。")
    file = tmp_path_factory.mktemp("report") / "report.docx"
    file.write_bytes(saved(made))
    return file


@pytest.fixture(scope="module")
def printed(report: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return convert([report], "pdf", tmp_path_factory.mktemp("pdf"))["report"]


def failure(data: bytes, settings: Settings | None = None) -> tuple[str, str]:
    with pytest.raises(ReadError) as caught:
        read(data, "总结.pdf", settings)
    return caught.value.kind, str(caught.value)


def turned(data: bytes, rotation: int) -> bytes:
    """Return the file with its first page turned."""
    out = io.BytesIO()
    with pdfium.PdfDocument(data) as document:
        document[0].set_rotation(rotation)
        document.save(out)
    return out.getvalue()


def test_a_table_goes_on_over_pages_under_its_header(printed: bytes) -> None:
    document = read(printed, "总结.pdf")
    assert document.reader == "pdf"
    assert document.warnings == ()
    found = cells(document)
    assert ("4,610", "第1页 表1 第3行第5列", "2024年 / 投资（万元）", "县道") in found
    last = next(cell for cell in found if cell[0] == "59.8")
    assert last[1].startswith("第3页 表1 第62行") or last[1].startswith("第2页 表1 第62行")
    assert last[2:] == ("2024年 / 里程（公里）", "乡道59线")
    assert document.text.rstrip().endswith("以上工作情况，请予审议。")


def test_parts_tell_the_page(printed: bytes) -> None:
    document = read(printed, "总结.pdf")
    first, last = document.parts[0], document.parts[-1]
    assert (document.text[first.start : first.end], first.kind, first.locator) == (
        "松岭县2024年交通工作总结",
        "page",
        "第1页",
    )
    assert last.locator != "第1页"


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_is_turned_reads_the_same(rotation: int, printed: bytes) -> None:
    assert read(turned(printed, rotation)).text == read(printed).text


def test_printed_by_a_browser(tmp_path: Path) -> None:
    chromium = require("chromium", "chromium")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [
        f"--user-data-dir={tmp_path}/profile",
        f"--print-to-pdf={tmp_path}/page.pdf",
        str(tmp_path / "page.html"),
    ]
    subprocess.run(command, check=True, timeout=120, stdin=subprocess.DEVNULL, capture_output=True)
    document = read((tmp_path / "page.pdf").read_bytes(), "page.pdf")
    assert document.text.splitlines()[1] == "完成投资3.26亿元，绿化1200m²，推广Smart Road系统，惠及43个村1.28万户。"
    assert ("3126.5", "第1页 表1 第3行第3列", "投资（万元）", "乡道") in cells(document)


def test_behind_a_password(report: Path, tmp_path: Path) -> None:
    kind, message = failure(convert([report], "pdf", tmp_path, ENCRYPTED_PDF)["report"])
    assert kind == "encrypted"
    assert message.startswith("总结.pdf：PDF 有打开密码")


def test_fonts_without_a_table_of_their_characters_need_recognition(
    printed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    assert failure(printed.replace(b"/ToUnicode", b"/XoUnicode"))[0] == "needs_ocr"


def test_damaged(printed: bytes) -> None:
    assert failure(b"%PDF-1.7\n" + b"\0" * 200)[0] == "unreadable"
    assert failure(printed[: len(printed) // 3])[0] in {"unreadable", "empty"}


def test_a_broken_table_of_objects_is_mended(printed: bytes) -> None:
    start = printed.rindex(b"startxref")
    assert read(printed[:start] + b"startxref\n7\n%%EOF\n").text == read(printed).text


def test_without_pages() -> None:
    out = io.BytesIO()
    with pdfium.PdfDocument.new() as document:
        document.save(out)
    assert failure(out.getvalue())[0] == "unreadable"


def test_too_many_pages(printed: bytes) -> None:
    kind, message = failure(printed, Settings(max_pages=1))
    assert kind == "too_large"
    assert "GOUJI_MAX_PAGES" in message
