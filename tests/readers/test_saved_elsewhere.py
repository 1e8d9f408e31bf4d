"""One Word document with all that is hard in it, saved by LibreOffice in other formats: each is read as it shows."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from docx_files import p, package, r
from made_files import convert

from extractor.readers import read

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.types import Document

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="3"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)
FOOTNOTES = f'<w:footnote w:id="2">{p(r("不含以前年度的3万元"))}</w:footnote>'
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
BOX = (
    f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing">'
    f'<wp:extent cx="1800000" cy="720000"/><wp:docPr id="1" name="Box"/><a:graphic xmlns:a="{_DRAWING}/main">'
    f'<a:graphicData uri="{_SHAPE}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="1800000" cy="720000"/></a:xfrm><a:prstGeom prst="rect"/></wps:spPr><wps:txbx><w:txbxContent>'
    f"{p(r('框中另有5户'))}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>"
    "</w:drawing></mc:Choice></mc:AlternateContent></w:r>"
)


def numbered(level: int, text: str) -> str:
    return p(r(text), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def cell(text: str, span: int = 1, merge: str = "") -> str:
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    width = f'<w:tcW w:w="{2000 * span}" w:type="dxa"/>'
    return f'<w:tc><w:tcPr>{width}<w:gridSpan w:val="{span}"/>{merged}</w:tcPr>{p(r(text))}</w:tc>'


TABLE = (
    '<w:tbl><w:tblPr><w:tblW w:w="8000" w:type="dxa"/></w:tblPr><w:tblGrid>'
    + '<w:gridCol w:w="2000"/>' * 4
    + "</w:tblGrid>"
    + "".join(
        f"<w:tr>{cells}</w:tr>"
        for cells in (
            cell("乡镇", merge="restart") + cell("村", merge="restart") + cell("受益情况", span=2),
            cell("", merge="continue") + cell("", merge="continue") + cell("户数") + cell("人数"),
            cell("柳溪镇", merge="restart") + cell("青岭") + cell("35") + cell("120"),
            cell("", merge="continue") + cell("白果") + cell("40") + cell("150"),
        )
    )
    + "</w:tbl>"
)
BODY = (
    numbered(0, "基本情况")
    + numbered(1, "收入8万元")
    + numbered(1, "支出9万元")
    + p(r("投入资金38.6万元"), '<w:r><w:footnoteReference w:id="2"/></w:r>', r("，受益12户。"))
    + numbered(0, "做法")
    + p(
        '<w:del w:id="1" w:author="a"><w:r><w:delText>删9户</w:delText></w:r></w:del>',
        f'<w:ins w:id="2" w:author="a">{r("增10户")}</w:ins>',
        r("，硬化12m"),
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>',
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏7户</w:t></w:r>",
    )
    + TABLE
    + p(r("以上请审议。"), BOX)
)


def word_document() -> bytes:
    data = io.BytesIO(package(BODY, numbering=NUMBERING, footnotes=FOOTNOTES))
    override = '<Override PartName="/word/{}.xml" ContentType="{}.{}+xml"/>'
    overrides = override.format("document", _WORD, "document.main") + override.format("numbering", _WORD, "numbering")
    with zipfile.ZipFile(data, "a") as zipped:
        zipped.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
            f"{override.format('footnotes', _WORD, 'footnotes')}</Types>",
        )
    return data.getvalue()


@pytest.fixture(scope="module", params=["odt", "rtf", "html"])
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Document:
    folder: Path = tmp_path_factory.mktemp("saved")
    source = folder / "总结.docx"
    source.write_bytes(word_document())
    return read(convert([source], request.param, folder)["总结"], f"总结.{request.param}")


def test_paragraphs_with_their_numbers_and_without_what_is_deleted(document: Document) -> None:
    text = document.text
    for line in ("投入资金38.6万元", "增10户，硬化12m²", "以上请审议。", "不含以前年度的3万元", "框中另有5户"):
        assert text.count(line) == 1
    assert "万元1" not in text
    if document.reader != "html":  # LibreOffice writes pages with other numbers, and with deleted text
        assert "删9户" not in text
        assert "7户" not in text
        assert text.splitlines()[:3] == ["一、基本情况", "（3）收入8万元", "（4）支出9万元"]
        assert "二、做法" in text.splitlines()


def test_the_table_keeps_its_columns_and_headers(document: Document) -> None:
    rows = [line for line in document.text.splitlines() if "\t" in line]
    assert rows == ["乡镇\t村\t受益情况\t", "\t\t户数\t人数", "柳溪镇\t青岭\t35\t120", "\t白果\t40\t150"]
    last = [part for part in document.parts if part.kind == "cell"][-1]
    assert (last.locator, last.header, last.row_header) == ("表1 第4行第4列", "受益情况 / 人数", "柳溪镇")
