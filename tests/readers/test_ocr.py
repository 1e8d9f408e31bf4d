"""Scanned pages: printed by LibreOffice, drawn with the noise and slant of a scanner, and recognised again."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytest
from docx_files import cells
from made_files import TEXTS, agreement, convert, values, word_document
from PIL import Image, ImageDraw, ImageFont

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read

if TYPE_CHECKING:
    from extractor.types import Document

LEAST_SHARE = 0.95
REPORT = "statistics_bulletin"
PAGES = 2


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The first pages of a report, the second with a table, as a PDF with text."""
    folder = tmp_path_factory.mktemp("printed")
    (folder / f"{REPORT}.docx").write_bytes(word_document(TEXTS[REPORT], "report"))
    whole = convert([folder / f"{REPORT}.docx"], "pdf", folder)[REPORT]
    return joined((whole, list(range(PAGES))))


def joined(*parts: tuple[bytes, list[int]]) -> bytes:
    out = io.BytesIO()
    with pdfium.PdfDocument.new() as made:
        for data, pages in parts:
            with pdfium.PdfDocument(data) as source:
                made.import_pages(source, pages)
        made.save(out)
    return out.getvalue()


def scanned(data: bytes, page: int, slant: float = 0.7, dots_per_inch: int = 150) -> Image.Image:
    with pdfium.PdfDocument(data) as document:
        picture = document[page].render(scale=dots_per_inch / 72).to_pil().convert("L")
    picture = picture.rotate(slant, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    noise = Image.effect_noise(picture.size, 40).point(lambda value: max(0, value - 128))
    return Image.composite(Image.new("L", picture.size, 128), picture, noise)


def wheat(document: Document) -> tuple[str, ...]:
    """Return a cell of the table; which kind of brackets a recogniser sees tells nothing."""
    (found,) = (cell for cell in cells(document) if cell[0] == "8.31")
    return tuple(text.replace("(", "（").replace(")", "）") for text in found)


def in_black_and_white(picture: Image.Image) -> Image.Image:
    return picture.point(lambda value: 255 * (value > 110)).convert("1")


def saved(pictures: list[Image.Image], kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if len(pictures) > 1 else {}
    pictures[0].save(out, kind, **more, **options)
    return out.getvalue()


def failure(data: bytes, settings: Settings | None = None) -> tuple[str, str]:
    with pytest.raises(ReadError) as caught:
        read(data, "扫描", settings)
    return caught.value.kind, str(caught.value)


@pytest.fixture
def without_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)


@pytest.fixture(scope="module")
def fax(printed: bytes) -> Document:
    """Two pages as a scanner writes them: TIFF in black and white."""
    pages = [in_black_and_white(scanned(printed, page, dots_per_inch=200)) for page in range(PAGES)]
    return read(saved(pages, "TIFF", compression="group4"), "扫描.tif")


def test_figures_of_a_scan(fax: Document, printed: bytes) -> None:
    expected = values(read(printed))
    found, all_ = agreement(values(fax), expected)
    assert found >= LEAST_SHARE * expected.total()
    assert found >= LEAST_SHARE * all_


def test_what_is_recognised_is_marked(fax: Document) -> None:
    assert fax.reader == "image-ocr"
    assert {part.kind for part in fax.parts} == {"ocr", "cell"}
    assert all(part.confidence is not None and 0.5 <= part.confidence <= 1 for part in fax.parts)
    assert any("第1—2页的文字由图像识别而来，平均置信度" in warning for warning in fax.warnings)


def test_a_ruled_table_keeps_its_cells(fax: Document) -> None:
    assert wheat(fax) == ("8.31", "第2页 表1 第3行第2列", "产量（万吨）", "其中：小麦")


def test_running_headers_of_scans_go(fax: Document) -> None:
    assert "工作材料汇编" not in fax.text


def test_only_the_pages_without_text_are_recognised(printed: bytes) -> None:
    picture = saved([scanned(printed, 1, slant=-0.5)], "PDF", resolution=150)
    document = read(joined((printed, [0]), (picture, [0])), "合订.pdf")
    assert document.reader == "pdf-ocr"
    assert {(part.kind, part.confidence is None) for part in document.parts if "第1页" in part.locator} == {
        ("page", True)
    }
    assert {part.confidence is None for part in document.parts if "第2页" in part.locator} == {False}
    assert any(warning.startswith("第2页的文字由图像识别而来") for warning in document.warnings)


@pytest.mark.long
def test_a_page_on_its_side(printed: bytes) -> None:
    side = scanned(printed, 1).transpose(Image.Transpose.ROTATE_270)
    assert wheat(read(saved([side], "PNG"), "侧放.png"))[:2] == ("8.31", "第1页 表1 第3行第2列")


def test_too_slow(printed: bytes) -> None:
    pages = [scanned(printed, page) for page in range(PAGES)]
    kind, message = failure(saved(pages, "TIFF"), Settings(max_seconds_per_file=1))
    assert kind == "timeout"
    assert "到第 2 页前中止" in message


def test_without_the_extra(printed: bytes, without_recogniser: None) -> None:
    picture = scanned(printed, 0)
    for data in (saved([picture], "JPEG"), saved([picture], "PDF", resolution=150)):
        kind, message = failure(data)
        assert kind == "needs_ocr"
        assert "pip install 'gouji[ocr]'" in message


def test_text_pages_are_read_without_the_extra(printed: bytes, without_recogniser: None) -> None:
    document = read(joined((printed, [0]), (saved([scanned(printed, 1)], "PDF"), [0])), "合订.pdf")
    assert document.reader == "pdf"
    assert document.warnings == ("第2页是扫描件，没有读取；运行 pip install 'gouji[ocr]' 后可以识别",)


def test_nothing_on_it() -> None:
    assert failure(saved([Image.new("RGB", (800, 600), "white")], "PNG"))[0] == "empty"


def test_too_many_pixels() -> None:
    kind, message = failure(saved([Image.new("1", (20_000, 12_000))], "PNG"))
    assert kind == "too_large"
    assert "像素" in message


def test_too_many_pages() -> None:
    pages = [Image.new("1", (50, 50)) for _ in range(3)]
    kind, message = failure(saved(pages, "TIFF"), Settings(max_pages=2))
    assert kind == "too_large"
    assert "GOUJI_MAX_PAGES" in message


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
def test_damaged(kind: str) -> None:
    whole = saved([Image.effect_noise((400, 300), 90)], kind)
    assert failure(whole[: len(whole) // 2])[0] == "unreadable"


@pytest.mark.parametrize("size", [(1, 1), (2000, 1)])
def test_tiny_pictures_hold_no_text(size: tuple[int, int]) -> None:
    assert failure(saved([Image.new("L", size, 255)], "PNG"))[0] == "empty"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the memory of a process on Linux alone")
def test_slim_pictures_take_no_more_memory_than_pages(tmp_path: Path) -> None:
    (tmp_path / "细长.png").write_bytes(saved([Image.new("L", (3, 2000), 255)], "PNG"))
    script = """
import re, sys
from pathlib import Path
from extractor.errors import ReadError
from extractor.readers import read
try:
    read(Path(sys.argv[1]).read_bytes(), sys.argv[1])
except ReadError as error:
    print(error.kind, int(re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""
    command = [sys.executable, "-c", script, str(tmp_path / "细长.png")]
    kind, megabytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert kind == "empty"
    assert int(megabytes) < 1000


def test_strips_are_read() -> None:
    strip = Image.new("RGB", (90, 1400), "white")
    draw = ImageDraw.Draw(strip)
    draw.text((8, 60), "No 212", fill="black", font=ImageFont.load_default(24))
    draw.text((8, 1200), "No 806", fill="black", font=ImageFont.load_default(24))
    assert re.findall(r"\d+", read(saved([strip], "PNG"), "竖条.png").text) == ["212", "806"]
