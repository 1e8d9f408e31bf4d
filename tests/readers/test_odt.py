"""OpenDocument texts: lists, tables, notes, changes, what is hidden, and damaged files."""

from __future__ import annotations

import io
import zipfile

import pytest

from extractor import extract_document
from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read
from extractor.types import Document

URN = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{URN}:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
    )
)
LIST_STYLE = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-suffix="、" '
    'style:num-format="一, 二, 三, ..."/><text:list-level-style-number text:level="2" style:num-prefix="（" '
    'style:num-suffix="）" style:num-format="1" text:start-value="3"/><text:list-level-style-bullet text:level="3" '
    'text:bullet-char="•"/></text:list-style>'
)
MIMETYPE = "application/vnd.oasis.opendocument.text"


def odt(body: str, styles: str = "", **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(zipfile.ZipInfo("mimetype"), MIMETYPE)
        content = (
            f"<office:document-content {NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
        )
        zipped.writestr("content.xml", content)
        for name, text in parts.items():
            zipped.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return out.getvalue()


def opened(body: str, styles: str = "") -> Document:
    return read(odt(body, styles), "总结.odt")


def lines(body: str, styles: str = "") -> list[str]:
    return opened(body, styles).text.splitlines()


def test_spaces_tabs_and_breaks() -> None:
    body = '<text:p>全镇<text:s text:c="2"/>35\n   户<text:tab/>8万元<text:line-break/>第二行<text:soft-page-break/>3口</text:p>'
    assert lines(body) == ["全镇  35 户\t8万元", "第二行3口"]


def test_list_numbers_are_written_out_and_bullets_are_not() -> None:
    body = (
        '<text:list text:style-name="L"><text:list-item><text:p>基本情况</text:p><text:list>'
        "<text:list-item><text:p>修路3公里</text:p></text:list-item>"
        "<text:list-item><text:p>建池5口</text:p><text:p>同一项的另一段</text:p><text:list><text:list-item>"
        "<text:p>细目</text:p></text:list-item></text:list></text:list-item></text:list></text:list-item></text:list>"
        '<text:p>中间</text:p><text:list text:style-name="L" text:continue-numbering="true"><text:list-item>'
        "<text:p>做法</text:p></text:list-item></text:list>"
        '<text:list text:style-name="L"><text:list-item><text:p>另起</text:p></text:list-item></text:list>'
    )
    assert lines(body, LIST_STYLE) == [
        "一、基本情况", "（3）修路3公里", "（4）建池5口", "同一项的另一段", "细目", "中间", "二、做法", "一、另起",
    ]  # fmt: skip


def test_numbered_headings() -> None:
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
    )
    document = opened(
        '<text:h text:outline-level="1">收入</text:h><text:h text:outline-level="2">税收8万元</text:h>', outline
    )
    assert document.text.splitlines() == ["1. 收入", "1.1 税收8万元"]
    assert [part.kind for part in document.parts] == ["heading", "heading"]


def test_deleted_hidden_and_generated_text_is_left_out() -> None:
    styles = (
        '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="T2" style:family="text" style:parent-style-name="T1"/>'
        '<style:style style:name="P1" style:family="paragraph"><style:text-properties text:display="none"/></style:style>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>删9户</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>目录12</text:p></text:index-body></text:table-of-content>"
        '<text:p>全镇<text:span text:style-name="T2">隐藏7户</text:span><text:change text:change-id="a"/>8户'
        "<office:annotation><text:p>批注11户</text:p></office:annotation></text:p>"
        '<text:p text:style-name="P1">隐藏13户</text:p><text:section text:display="none"><text:p>14户</text:p></text:section>'
        "<text:section><text:p>另15户</text:p></text:section>"
    )
    assert lines(body, styles) == ["全镇8户", "另15户"]


def test_notes_and_boxes_stand_after_their_paragraph() -> None:
    document = opened(
        '<text:p>收入8万元<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>不含3万元</text:p></text:note-body></text:note>，支出9万元"
        "<draw:frame><draw:text-box><text:p>框中5户</text:p></draw:text-box></draw:frame></text:p>"
        "<draw:frame><draw:text-box><text:p>页上6户</text:p></draw:text-box></draw:frame>"
    )
    assert [(document.text[p.start : p.end], p.kind, p.locator) for p in document.parts] == [
        ("收入8万元，支出9万元", "paragraph", "第1段"),
        ("不含3万元", "footnote", "脚注1"),
        ("框中5户", "textbox", "文本框1"),
        ("页上6户", "textbox", "文本框2"),
    ]


def test_raised_digits_are_no_part_of_a_figure() -> None:
    raised = (
        '<style:style style:name="T" style:family="text"><style:text-properties style:text-position="super 58%"/>'
        "</style:style>"
    )
    assert lines('<text:p>硬化12m<text:span text:style-name="T">2</text:span></text:p>', raised) == ["硬化12m²"]


def cell(text: str, columns: int = 1, rows: int = 1) -> str:
    return (
        f'<table:table-cell table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def covered(repeated: int = 1) -> str:
    return f'<table:covered-table-cell table:number-columns-repeated="{repeated}"/>'


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def test_merged_cells_and_header_rows() -> None:
    head = row(cell("乡镇", rows=2), cell("村", rows=2), cell("受益情况", columns=2), covered())
    head += row(covered(2), cell("户数"), cell("人数"))
    body = row(cell("柳溪镇", rows=2), cell("青岭"), cell("35"), cell("120")) + row(
        covered(), cell("白果"), cell("40"), cell("150")
    )
    document = opened(f"<table:table><table:table-header-rows>{head}</table:table-header-rows>{body}</table:table>")
    assert document.text.splitlines() == [
        "乡镇\t村\t受益情况\t",
        "\t\t户数\t人数",
        "柳溪镇\t青岭\t35\t120",
        "\t白果\t40\t150",
    ]
    last = document.parts[-1]
    assert (last.locator, last.header, last.row_header) == ("表1 第4行第4列", "受益情况 / 人数", "柳溪镇")
    found = [(f.text, f.unit) for f in extract_document(document).figures]
    assert found == [("35", "户"), ("120", "人"), ("40", "户"), ("150", "人")]


def test_a_table_in_a_cell_stands_after_the_row() -> None:
    inner = f"<table:table>{row(cell('甲'), cell('1户'))}</table:table>"
    outer = f"<table:table>{row(f'<table:table-cell><text:p>外</text:p>{inner}</table:table-cell>', cell('2户'))}</table:table>"
    assert lines(outer) == ["外\t2户", "甲\t1户"]


def test_entities_are_refused() -> None:
    data = odt("<text:p>35户</text:p>")
    content = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><office:document-content {NAMESPACES}/>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        target.writestr("mimetype", source.read("mimetype"))
        target.writestr("content.xml", content)
    with pytest.raises(ReadError, match="DTD"):
        read(out.getvalue(), "总结.odt")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (odt("<text:p> </text:p>"), "empty"),
        (odt("<text:p>35户"), "unreadable"),
        (odt("<text:p>35户</text:p>")[:-200], "unreadable"),
        (odt("<text:p>35户</text:p>", **{"META-INF__manifest_xml": "<manifest:encryption-data/>"}), "encrypted"),
        (odt(f"<text:p>{'35户' * 5000}</text:p>"), "too_large"),
        (odt("<text:section>" * 5000 + "</text:section>" * 5000), "unreadable"),
    ],
)
def test_what_cannot_be_read(data: bytes, kind: str) -> None:
    with pytest.raises(ReadError, match="总结") as caught:
        read(data, "总结.odt", Settings(max_unpacked_bytes=150_000 if kind == "unreadable" else 20_000))
    assert caught.value.kind == kind
