"""Rich text as Word, WPS and LibreOffice write it: code pages, escapes, tables, notes, damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import extract_document
from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read

if TYPE_CHECKING:
    from extractor.types import Document

FONTS = r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5;}{\f2\fcharset136 x;}{\f3\fcharset2 Wingdings;}}"


def gbk(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


def opened(body: str, head: str = r"\ansi\ansicpg936\deff0") -> Document:
    return read(f"{{\\rtf1{head}{FONTS}{body}}}".encode("latin-1"), "总结.rtf")


def lines(body: str, head: str = r"\ansi\ansicpg936\deff0") -> list[str]:
    return opened(body, head).text.splitlines()


def test_bytes_in_the_code_page_of_the_document_or_of_the_font() -> None:
    said = "全镇修路11.3公里，朱镕村㎡"
    assert lines(rf"\pard {gbk(said)}\par") == [said]
    assert lines(rf"\pard\f1 {gbk(said)}\par", r"\ansi\deff0") == [said]
    assert lines(rf"\pard\f0\loch\af0\hich\af0\dbch\af1 {gbk(said)}\par", r"\ansi\ansicpg1252\deff0") == [said]
    big5 = "".join(f"\\'{byte:02x}" for byte in "全鎮修路".encode("cp950"))
    assert lines(rf"\pard\f2 {big5}\par") == ["全鎮修路"]
    assert opened(rf"{gbk(said)}\par").encoding == "gb18030"


def test_trail_bytes_that_are_letters_or_braces() -> None:
    assert "乗亇"[0].encode("gbk") == b"\x81\x5c"
    assert lines(r"\f1 \'81\\\'81@\'81\}3\par") == [b"\x81\\\x81@\x81}3".decode("gb18030")]


def test_unicode_escapes_and_what_stands_in_for_them() -> None:
    assert lines(r"\u20840\'3f\u38215?12\u-25904 ?\par") == ["全镇12" + chr(-25904 + 65536)]
    assert lines(r"\uc2\u20840\'c8\'ab\uc0\u38215 3\uc1\u25143??\par") == ["全镇3户?"]
    assert lines(r"\u-10187?\u-8704?\par") == ["\U0001d600"]
    assert lines(r"{\upr{?A}{\*\ud{\u20840?B}}}\par") == ["全B"]


def test_special_characters() -> None:
    assert lines(r"12\~\{a\}\emdash\endash\ldblquote b\rdblquote\_3\-4\tab 5\line 6\par") == ["12 {a}—–“b”-34\t5", "6"]
    assert lines("12\r\n3\\\n45\\par") == ["123", "45"]


def test_hidden_deleted_and_raised_text() -> None:
    assert lines(r"a{\v b}\v c\v0 d{\deleted e}\deleted f\plain g m{\super 2}m\super 3\nosupersub 4\par") == [
        "adg m²m³4"
    ]


def test_what_holds_no_text_of_the_document() -> None:
    left_out = (
        r"{\info{\title t1}}{\header h2\par}{\footer\pard f3\par}{\*\generator g4;}{\pict\pngblip 89504e47}{\colortbl;\red5;}"
        r"{\*\bkmkstart b6}{\field{\*\fldinst PAGE 7}{\fldrslt 8}}{\nonshppict{\pict 99}}{\xe x10}"
    )
    assert lines(rf"{left_out}a\par") == ["8a"]
    data = rb"{\rtf1\ansi{\pict\bin5 {{{}}}a 35\par}"
    assert read(data, "a.rtf").text == "a 35\n"
    assert lines(r"\f3\'6c\f1 35\par") == ["35"]


def test_list_numbers_are_kept_and_bullets_are_not() -> None:
    body = rf"{{\listtext\pard\plain {gbk('一、')}\tab}}\ilvl0\ls1 {gbk('基本情况')}\par {{\listtext 2.\tab}}3{gbk('户')}\par"
    assert lines(body + r"{\listtext\f3\'6c\tab}x\par{\pntext\'b7\tab}y\par") == ["一、基本情况", "2. 3户", "x", "y"]


def test_headings_and_tables_of_contents() -> None:
    styles = r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s9 toc 1;}{\*\cs1 x;}}"
    document = opened(rf"{styles}\pard\s9 a\tab 1\par\pard\s1 b\par\pard c\par\pard\outlinelevel1 d\par")
    assert [(document.text[p.start : p.end], p.kind) for p in document.parts] == [
        ("b", "heading"), ("c", "paragraph"), ("d", "heading"),
    ]  # fmt: skip


def test_notes_and_text_boxes_stand_after_their_paragraph() -> None:
    document = opened(
        r"a{\super 1{\footnote\pard\plain{\super 1} n1\par}}b{\footnote\ftnalt e2}"
        r"{\shp{\*\shpinst\shpleft0{\sp{\sn x}{\sv 7}}{\shptxt\pard t3\par}}{\shprslt{\pict 00}}}\par c\par"
    )
    assert [(document.text[p.start : p.end].strip(), p.kind, p.locator) for p in document.parts] == [
        ("a¹b", "paragraph", "第1段"),
        ("¹ n1", "footnote", "脚注1"),
        ("e2", "endnote", "尾注1"),
        ("t3", "textbox", "文本框1"),
        ("c", "paragraph", "第2段"),
    ]


def row(shapes: str, *cells: str) -> str:
    return rf"\trowd\trgaph108 {shapes}\pard\intbl " + "".join(rf"{gbk(cell)}\cell " for cell in cells) + r"\row "


def test_merged_cells_keep_their_columns() -> None:
    document = opened(
        row(r"\clvmgf\cellx1000\clvmgf\cellx2000\clmgf\cellx3000\clmrg\cellx4000 ", "乡镇", "村", "受益情况", "")
        + row(r"\clvmrg\cellx1000\clvmrg\cellx2010\cellx3000\cellx4000 ", "", "", "户数", "人数")
        + row(r"\clvmgf\cellx1005\cellx2000\cellx3000\cellx4000 ", "柳溪镇", "青岭", "35", "120")
        + row(r"\clvmrg\cellx1000\cellx2000\cellx3000\cellx4000 ", "", "白果", "40", "150")
        + r"\pard after\par"
    )
    assert document.text.splitlines() == [
        "乡镇\t村\t受益情况\t", "\t\t户数\t人数", "柳溪镇\t青岭\t35\t120", "\t白果\t40\t150", "after",
    ]  # fmt: skip
    cells = [part for part in document.parts if part.kind == "cell"]
    assert (cells[-1].locator, cells[-1].header, cells[-1].row_header) == (
        "表1 第4行第4列", "受益情况 / 人数", "柳溪镇",
    )  # fmt: skip
    found = [(figure.text, figure.unit) for figure in extract_document(document).figures]
    assert found == [("35", "户"), ("120", "人"), ("40", "户"), ("150", "人")]


def test_a_wide_cell_spans_the_narrow_ones_below() -> None:
    body = row(r"\cellx1000\cellx5000 ", "村", "受益情况") + row(r"\cellx1000\cellx3000\cellx5000 ", "", "户数", "人数")
    document = opened(body + row(r"\cellx1000\cellx3000\cellx5000 ", "青岭", "35", "120"))
    assert document.text.splitlines() == ["村\t受益情况\t", "\t户数\t人数", "青岭\t35\t120"]
    assert document.parts[-1].header == "受益情况 / 人数"


def test_a_table_in_a_cell_stands_after_the_row() -> None:
    body = (
        r"\trowd\cellx3000\cellx6000\pard\intbl a\par\pard\intbl\itap2 n1\nestcell n2\nestcell{\*\nesttableprops\trowd"
        r"\cellx1000\cellx2000\nestrow}{\nonesttables\par}\pard\intbl b\cell c\cell\row\pard d\par"
    )
    assert lines(body) == ["a\tc", "n1\tn2", "b", "d"]


def test_rows_without_shape_or_end() -> None:
    assert lines(r"\pard\intbl a\cell b\cell\row c\cell d\cell\row\pard e\par") == ["a\tb", "c\td", "e"]
    assert lines(r"\trowd\cellx1000\pard\intbl a\cell b\cell\pard e\par") == ["a\tb", "e"]
    assert lines(r"\trowd\cellx1000\cellx2000\pard\intbl 3\par 4\cell b\cell\row") == ["3 4\tb"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (rb"{\rtf1\ansi 35\par", "unreadable"),
        (rb"{\rtf1\ansi\pard 35{\b x", "unreadable"),
        (rb"{\rtf1\ansi\pard  \par}", "empty"),
        (rb"{\rtf1\ansi" + b"{" * 100_000 + b"x" + b"}" * 100_000 + b"}", "unreadable"),
        (rb"{\rtf1\ansi " + b"35 x" * 1000 + rb"\par}", "too_large"),
    ],
)
def test_what_cannot_be_read(data: bytes, kind: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data, "总结.rtf", Settings(max_unpacked_bytes=2000))
    assert caught.value.kind == kind


def test_characters_that_the_encoding_does_not_know_are_told() -> None:
    document = opened(r"35\'ff\'ff a\par")
    assert document.text.startswith("35")
    assert any("编码" in warning for warning in document.warnings)


@given(
    st.lists(
        st.text(st.characters(codec="gb18030", categories=["L", "N", "P", "S"]), min_size=1), min_size=1, max_size=5
    )
)
def test_every_character_is_kept_in_either_writing(paragraphs: list[str]) -> None:
    units = [[int.from_bytes(p.encode("utf-16-le")[i : i + 2], "little") for i in range(0, len(p.encode("utf-16-le")), 2)] for p in paragraphs]  # fmt: skip
    escaped = "".join(
        "".join(rf"\u{unit if unit < 0x8000 else unit - 0x10000}?" for unit in p) + r"\par " for p in units
    )
    as_bytes = "".join(rf"{gbk(p)}\par " for p in paragraphs)
    expected = "\n".join(paragraphs) + "\n"
    assert opened(escaped).text == expected
    assert opened(rf"\f1 {as_bytes}").text == expected


@given(st.binary(max_size=300))
def test_damage_of_any_kind_is_a_clear_error_or_does_no_harm(damage: bytes) -> None:
    body = (rf"{{\rtf1\ansi\ansicpg936{FONTS}\trowd\cellx900\pard\intbl {gbk('户')}\cell\row\pard 35\par}}").encode()
    for data in (body[:120] + damage + body[120:], body[:-20] + damage, rb"{\rtf1" + damage + b"}"):
        try:
            document = read(data, "a.rtf")
        except ReadError:
            continue
        assert all(0 <= part.start < part.end <= len(document.text) for part in document.parts)
