"""Word documents: what a reader of the printed page sees, and where each part of it came from."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from itertools import chain
from typing import TYPE_CHECKING

import docx
import pytest
from docx_files import NAMESPACES, fill, p, package, r, saved, text_of
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read
from extractor.readers.numbering import format_number

if TYPE_CHECKING:
    from pathlib import Path


def test_paragraphs_and_headings_with_their_places() -> None:
    made = docx.Document()
    made.add_heading("一、基本情况", 1)
    made.add_paragraph("")
    made.add_paragraph("全镇共有三百户。")
    document = read(saved(made), "总结.docx")
    assert document.text == "一、基本情况\n\n全镇共有三百户。\n"
    assert [(part.kind, part.locator) for part in document.parts] == [("heading", "第1段"), ("paragraph", "第2段")]
    assert document.media_type.endswith("wordprocessingml.document")
    assert document.warnings == ()


def test_runs_tabs_breaks_and_hyphens() -> None:
    body = p(r("投入"), "<w:r><w:tab/><w:t>12</w:t><w:br/><w:t>万</w:t><w:noBreakHyphen/><w:cr/></w:r>", r(" 元 "))
    assert text_of(body) == "投入\t12\n万-\n 元 \n"


def test_symbols_come_as_unicode() -> None:
    body = p(
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
        '<w:r><w:sym w:font="宋体" w:char="4E00"/><w:sym w:font="x" w:char="D800"/></w:r>',
        '<w:r><w:sym w:font="x" w:char="zz"/></w:r>',
    )
    assert text_of(body) == "≥☑一\n"


def test_tracked_changes_read_as_accepted() -> None:
    body = p(
        r("修路"),
        f'<w:ins w:id="1">{r("12")}</w:ins>',
        '<w:del w:id="2"><w:r><w:delText>10</w:delText></w:r></w:del>',
        f'<w:moveFrom w:id="3">{r("旧")}</w:moveFrom><w:moveTo w:id="4">{r("新")}</w:moveTo>',
        r("公里"),
    )
    assert text_of(body) == "修路12新公里\n"


def test_a_deleted_paragraph_mark_joins_paragraphs() -> None:
    deleted = '<w:rPr><w:del w:id="1"/></w:rPr>'
    body = p(r("全镇有"), properties=deleted) + p(r("三百户"))
    document = read(package(body))
    assert document.text == "全镇有三百户\n"
    assert [part.locator for part in document.parts] == ["第1段"]
    assert text_of(p(r("末段"), properties=deleted)) == "末段\n"


def test_deleted_rows_and_cells_are_gone() -> None:
    row = "<w:tr>{}<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    table = (
        row.format("", "", p(r("甲")), p(r("1")))
        + row.format('<w:trPr><w:del w:id="1"/></w:trPr>', "", p(r("乙")), p(r("2")))
        + row.format("", '<w:cellDel w:id="2"/>', p(r("丙")), p(r("3")))
    )
    assert text_of(f"<w:tbl>{table}</w:tbl>") == "甲\t1\n3\n"


def test_field_instructions_are_left_out_and_results_kept() -> None:
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    body = p(
        r("合计"),
        field.format("begin"),
        "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>",
        field.format("begin") + r("内层") + field.format("end"),
        field.format("separate"),
        r("120"),
        field.format("end"),
        f'<w:fldSimple w:instr="DATE">{r("万元")}</w:fldSimple>',
    )
    assert text_of(body) == "合计120万元\n"
    assert text_of(p(r("甲"), field.format("begin"), r("指令")) + p(r("乙"))) == "甲\n乙\n"


def test_wrappers_do_not_hide_text() -> None:
    body = (
        p(f"<w:hyperlink>{r('链接')}</w:hyperlink><w:smartTag>{r('标签')}</w:smartTag>")
        + f"<w:sdt><w:sdtPr/><w:sdtContent>{p(r('控件'))}</w:sdtContent></w:sdt>"
        + f"<w:customXml>{p(r('自定义'))}</w:customXml>"
        + f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p(r('单击输入'))}</w:sdtContent></w:sdt>"
        + p(f"<w:r><w:ruby><w:rt>{r('cūn')}</w:rt><w:rubyBase>{r('村')}</w:rubyBase></w:ruby></w:r>")
        + p("<m:oMath><m:r><m:t>3+4</m:t></m:r></m:oMath>")
    )
    assert text_of(body) == "链接标签\n控件\n自定义\n村\n3+4\n"


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p(r('框内12户'))}{p(r('框内第二段'))}</w:txbxContent>"
    shape = (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp>{box}</wps:wsp></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    document = read(package(p(r("正文"), f"<w:r>{shape}</w:r>", r("接着")) + p(r("下一段"))))
    assert document.text == "正文接着\n框内12户\n框内第二段\n下一段\n"
    assert [(part.kind, part.locator) for part in document.parts] == [
        ("paragraph", "第1段"),
        ("textbox", "文本框1"),
        ("textbox", "文本框1"),
        ("paragraph", "第2段"),
    ]
    old = f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>"
    assert text_of(p(r("旧式"), old)) == "旧式\n框内12户\n框内第二段\n"


def test_notes_stand_after_their_paragraph() -> None:
    separator = p("<w:r><w:separator/></w:r>")
    notes = f'<w:footnote w:id="-1">{separator}</w:footnote><w:footnote w:id="2">{p(r("含县城12户"))}</w:footnote>'
    ends = f'<w:endnote w:id="5">{p(r("来源：年报"))}</w:endnote>'
    body = p(
        r("共40户"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        r("。"),
        '<w:r><w:endnoteReference w:id="5"/><w:footnoteReference w:id="99"/></w:r>',
    ) + p(r("下一段"))
    document = read(package(body, footnotes=notes, endnotes=ends))
    assert document.text == "共40户。\n含县城12户\n来源：年报\n下一段\n"
    assert [(part.kind, part.locator) for part in document.parts][1:3] == [("footnote", "脚注1"), ("endnote", "尾注1")]


NUMBERING = (
    '<w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="8"><w:abstractNumId w:val="1"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="base"><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="own"><w:basedOn w:val="base"/>'
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="loop"><w:basedOn w:val="loop"/></w:style>'
)


def numbered(text: str, level: int, list_id: int = 7) -> str:
    return p(r(text), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_list_numbers_are_written_out() -> None:
    body = (
        numbered("概况", 0)
        + numbered("人口", 1)
        + numbered("2亩地", 1)
        + numbered("点", 2)
        + numbered("成效", 0)
        + numbered("再起", 1)
        + numbered("另列", 0, 8)
        + numbered("无此列表", 0, 99)
        + p(r("样式编号"), properties='<w:pStyle w:val="own"/>')
        + p(r("循环样式"), properties='<w:pStyle w:val="loop"/>')
    )
    document = read(package(body, numbering=NUMBERING, styles=STYLES))
    assert document.text.splitlines() == [
        "一、概况",
        "1. 人口",
        "2. 2亩地",
        "点",
        "二、成效",
        "1. 再起",
        "五、另列",
        "无此列表",
        "六、样式编号",
        "循环样式",
    ]
    assert document.parts[-2].kind == "heading"


@pytest.mark.parametrize(
    ("number", "style", "written"),
    [
        (10, "chineseCounting", "十"),
        (12, "chineseCountingThousand", "十二"),
        (20, "japaneseCounting", "二十"),
        (105, "taiwaneseCounting", "一百零五"),
        (110, "ideographDigital", "一百一十"),
        (1001, "chineseCountingThousand", "一千零一"),
        (21, "chineseLegalSimplified", "贰拾壹"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (21, "decimalEnclosedCircle", "21"),
        (4, "upperRoman", "IV"),
        (1994, "lowerRoman", "mcmxciv"),
        (28, "lowerLetter", "bb"),
        (2, "ideographTraditional", "乙"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (0, "chineseCounting", "0"),
        (123456, "chineseCounting", "123456"),
        (5, "somethingNew", "5"),
    ],
)
def test_number_formats(number: int, style: str, written: str) -> None:
    assert format_number(number, style) == written


def test_the_table_of_contents_is_left_out() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="11"><w:name w:val="toc 1"/></w:style>'
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    line = p(field.format("begin"), field.format("separate"), r("一、概况"), "<w:r><w:tab/></w:r>", r("3"))
    body = line.replace("<w:pPr>", '<w:pPr><w:pStyle w:val="11"/>') + p(field.format("end"), r("一、概况"))
    assert text_of(body, styles=styles) == "一、概况\n"


def test_embedded_files_are_told_of() -> None:
    document = read(package(p(r("正文")) + '<w:altChunk r:id="x" xmlns:r="urn:r"/>'))
    assert "未读取" in document.warnings[0]


def test_strict_open_xml() -> None:
    data = package(p(r("严格格式")))
    strict = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(strict, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            target.writestr(name, content)
    assert read(strict.getvalue()).text == "严格格式\n"


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "what"),
    [
        (package(p()), "empty", "扫描"),
        (package(p(r("好")))[:-30], "unreadable", "损坏"),
        (b"PK\x03\x04" + b"junk" * 20, "unreadable", "损坏"),
        (zipped(), "unsupported", "压缩包"),
        (zipped(报告_dot_txt=b"x"), "unsupported", "压缩包"),
        (zipped(xl__workbook_dot_xml=b"<x/>"), "unreadable", "Excel"),
        (zipped(ppt__presentation_dot_xml=b"<x/>"), "unsupported", "演示文稿"),
        (zipped(content_dot_xml=b"<x/>"), "unreadable", "LibreOffice"),
        (zipped(word__document_dot_xml=b"<w:document"), "unreadable", "损坏"),
        (zipped(word__document_dot_xml=b"<html/>"), "unreadable", "损坏"),
    ],
)
def test_what_cannot_be_read(data: bytes, kind: str, what: str) -> None:
    with pytest.raises(ReadError, match=what) as caught:
        read(data, "某.docx")
    assert caught.value.kind == kind


def test_a_dtd_is_refused_and_no_entity_is_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密")
    for entity in (f'SYSTEM "{secret.as_uri()}"', '"展开"'):
        hostile = (
            f"<!DOCTYPE w:document [<!ENTITY e {entity}>]><w:document {NAMESPACES}><w:body>"
            "<w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>"
        )
        with pytest.raises(ReadError, match="DTD"):
            read(zipped(word__document_dot_xml=hostile.encode()))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = package(p(r("户" * 3_000_000)))
    assert len(data) < 50_000
    with pytest.raises(ReadError, match="解压后") as caught:
        read(data, "炸弹.docx", Settings(max_unpacked_bytes=1_000_000))
    assert caught.value.kind == "too_large"


def test_a_password_is_told_of() -> None:
    data = bytearray(package(p(r("好"))))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        data[at + offset] |= 1
    with pytest.raises(ReadError) as caught:
        read(bytes(data))
    assert caught.value.kind == "encrypted"


def test_deep_nesting_is_an_error_not_a_crash() -> None:
    deep = "<w:ins>" * 200 + r("深") + "</w:ins>" * 200
    assert text_of(p(deep)) == "深\n"
    with pytest.raises(ReadError):
        text_of(p("<w:ins>" * 5000 + r("深") + "</w:ins>" * 5000))


WHOLE = package(
    p(r("全镇三百户")) + f"<w:tbl><w:tr><w:tc>{p(r('甲'))}</w:tc></w:tr></w:tbl>", styles=STYLES, numbering=NUMBERING
)


@settings(max_examples=300)
@given(damage=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_damage_of_any_kind_is_a_clear_error_or_does_no_harm(damage: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for position, byte in damage:
        data[position] = byte
    try:
        document = read(bytes(data), "损.docx")
    except ReadError:
        return
    assert document.text.strip()


TEXT = st.text(alphabet="全县村户万元0123456789，。 （）AB", min_size=1, max_size=12)
GRID = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1, max_size=4)
)


@settings(max_examples=50)
@given(blocks=st.lists(st.one_of(TEXT, GRID), min_size=1, max_size=5))
def test_every_character_is_kept_and_every_part_is_where_it_says(blocks: list[str | list[list[str]]]) -> None:
    made = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            made.add_paragraph(block)
            continue
        table = made.add_table(len(block), len(block[0]))
        fill(table, block)
    written = [text for block in blocks for text in ([block] if isinstance(block, str) else chain(*block))]
    data = saved(made)
    if not "".join(written).strip():
        with pytest.raises(ReadError):
            read(data)
        return
    document = read(data)
    assert squeezed(document.text) == squeezed("".join(written))
    assert [document.text[part.start : part.end] for part in document.parts] == [t for t in written if t.strip()]
    assert all(a.end <= b.start for a, b in zip(document.parts, document.parts[1:], strict=False))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_real_reports_lose_no_character(provincial_reports: Path) -> None:
    with zipfile.ZipFile(provincial_reports) as archive:
        names = [name for name in archive.namelist() if name.endswith(".docx")]
        assert len(names) == 31
        for name in names:
            data = archive.read(name)
            document = read(data, name)
            root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
            stored = "".join(t.text or "" for t in root.iter("{*}t"))
            assert squeezed(document.text) == squeezed(stored)
            assert document.warnings == ()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_document_written_by_libreoffice(tmp_path: Path) -> None:
    source = tmp_path / "总结.txt"
    source.write_text("一、基本情况\n全镇共有300户、1200人。\n", encoding="utf-8")
    options = ["--headless", "--infilter=Text (encoded):UTF8", "--convert-to", "docx", "--outdir", str(tmp_path)]
    subprocess.run(["soffice", *options, str(source)], check=True, capture_output=True, timeout=120)
    assert squeezed(read((tmp_path / "总结.docx").read_bytes()).text) == squeezed(source.read_text(encoding="utf-8"))
