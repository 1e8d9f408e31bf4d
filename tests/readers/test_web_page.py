"""Web pages as they are: layout in tables, wrong encodings, numbers cut up by tags, damaged and hostile markup."""

from __future__ import annotations

import time

import pytest

from extractor import extract_document
from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read
from extractor.types import Document


def page(body: str, head: str = '<meta charset="utf-8">') -> Document:
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "总结.html")


def lines(body: str) -> list[str]:
    return page(body).text.splitlines()


def cells(document: Document) -> list[tuple[str, str, str, str]]:
    return [
        (document.text[part.start : part.end], part.locator, part.header, part.row_header)
        for part in document.parts
        if part.kind == "cell"
    ]


def figures(document: Document) -> list[tuple[str, str]]:
    return [(str(figure.value), figure.unit) for figure in extract_document(document).figures]


def test_numbers_cut_up_by_tags() -> None:
    assert lines("<p>全村<b>12</b>3户，投资<span>3</span><font color=red>8.6</font>万元。</p>") == [
        "全村123户，投资38.6万元。"
    ]
    assert lines("<p>修路&nbsp;11.3&nbsp;km，硬化12<sup>2</sup>平方米，管护85&#xFF05;</p>") == [
        "修路 11.3 km，硬化12²平方米，管护85％"
    ]
    assert lines("<p>投资1<!-- 注 -->20万元</p>") == ["投资120万元"]


def test_source_line_ends_inside_chinese_leave_nothing() -> None:
    assert lines("<p>全年新建水池\n   35口，\n受益群众120户</p>") == ["全年新建水池35口，受益群众120户"]
    assert lines("<p>GDP\ngrew</p>") == ["GDP grew"]


def test_each_break_ends_a_line() -> None:
    assert lines("一、基本情况<br>全村35户<br/><br>二、做法<div>投入8万元</div>尾注") == [
        "一、基本情况", "全村35户", "二、做法", "投入8万元", "尾注",
    ]  # fmt: skip


def test_headings_and_paragraphs_are_parts() -> None:
    document = page("<h1>柳溪镇总结</h1><p>全镇35户。</p>")
    assert [(p.kind, p.locator, document.text[p.start : p.end]) for p in document.parts] == [
        ("heading", "第1段", "柳溪镇总结"),
        ("paragraph", "第2段", "全镇35户。"),
    ]
    assert document.reader == "html"
    assert document.media_type == "text/html"


def test_numbered_lists_keep_their_numbers() -> None:
    assert lines("<ol start=3><li>修路3公里<li>建池5口</ol><ul><li>植树8亩</ul>") == [
        "3. 修路3公里", "4. 建池5口", "植树8亩",
    ]  # fmt: skip


def test_numbered_lists_in_each_other_and_with_hidden_items() -> None:
    assert lines("<ol><li>修路3公里<ol start=7><li>建池5口</ol><li hidden>隐藏1户<li>植树8亩</ol>") == [
        "1. 修路3公里", "7. 建池5口", "3. 植树8亩",
    ]  # fmt: skip


def test_a_numbered_list_without_end() -> None:
    count = 30_000
    began = time.process_time()
    found = lines(f"<ol>{'<li>修路3公里' * count}</ol>")
    assert time.process_time() - began < 10  # counted from the first for each of them, it is a minute
    assert found == [f"{number}. 修路3公里" for number in range(1, count + 1)]


def test_what_is_not_seen_is_not_read() -> None:
    hidden = (
        '<p style="display: none">隐藏11户</p><p hidden>隐藏12户</p><script>var a = "脚本13户";</script>'
        "<style>p { margin: 14px }</style><select><option>选项15户</select><textarea>输入16户</textarea>"
        '<del>删去17户</del><noscript>请开启脚本18户</noscript><p style="color:red;visibility:hidden">19户</p>'
    )
    assert lines(f"{hidden}<p>正文20户</p>{hidden}") == ["正文20户"]


def test_menus_are_left_out_and_told() -> None:
    menu = "".join(f"<li><a href=/{n}>栏目{n}</a></li>" for n in range(5))
    document = page(f"<ul>{menu}</ul><p>详见<a href=1>附件1</a>，共35户。</p>")
    assert document.text == "详见附件1，共35户。\n"
    assert document.warnings == ("网页上有 1 处只有链接（导航、其他文章的目录），未读",)


def test_a_table_whose_figures_are_links_is_no_menu() -> None:
    rows = "".join(f"<tr><td><a href=/{n}>村{n}</a></td><td><a href=/{n}>{n * 10}</a></td></tr>" for n in range(1, 5))
    assert len(cells(page(f"<table><tr><th>村<th>户数</tr>{rows}</table>"))) == 10


def test_tables_that_lay_out_the_page_are_read_as_text() -> None:
    layout = (
        "<table><tr><td><table><tr><td>位置：首页</td><td>2020-01-02</td></tr></table></td></tr>"
        "<tr><td><h2>工作总结</h2><p>全镇修路11.3公里。</p>"
        "<table><tr><td>村</td><td>户数</td></tr><tr><td>青岭</td><td>35</td></tr></table>"
        "<p>以上请审议。</p></td></tr></table>"
    )
    document = page(layout)
    assert [line for line in document.text.splitlines() if "公里" in line or "审议" in line] == [
        "全镇修路11.3公里。", "以上请审议。",
    ]  # fmt: skip
    assert ("35", "表2 第2行第2列", "户数", "青岭") in cells(document)


def test_merged_cells_keep_their_columns_and_name_the_rows_below() -> None:
    document = page(
        "<table><thead><tr><th rowspan=2>乡镇<th rowspan=2>村<th colspan=2>受益情况</tr><tr><th>户数<th>人数</tr></thead>"
        "<tbody><tr><td rowspan=2>柳溪镇<td>青岭<td>35<td>120</tr><tr><td>白果<td>40<td>150</tr></tbody></table>"
    )
    assert document.text.splitlines() == [
        "乡镇\t村\t受益情况\t",
        "\t\t户数\t人数",
        "柳溪镇\t青岭\t35\t120",
        "\t白果\t40\t150",
    ]
    assert cells(document)[-1] == ("150", "表1 第4行第4列", "受益情况 / 人数", "柳溪镇")
    assert figures(document) == [("35", "户"), ("120", "人"), ("40", "户"), ("150", "人")]


def test_a_cell_reaching_down_over_every_row_and_absurd_spans() -> None:
    document = page(
        "<table><tr><td rowspan=0>甲<td colspan=99999999>乙</tr><tr><td rowspan=abc>丙<td colspan=-2>35户</tr></table>"
    )
    assert "35户" in document.text


def test_cells_that_reach_down_over_everything_are_bounded() -> None:
    with pytest.raises(ReadError, match="合并") as caught:
        page("<table>" + ("<tr>" + "<td rowspan=9999>1" * 10) * 1000)
    assert caught.value.kind == "too_large"


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("gb2312", "gb18030"), ("GBK", "gb18030"), ("utf-8", "utf-8-sig"), ("gb2312", "utf-8"), ("big5", "cp950")],
)
def test_declared_encodings(declared: str, actual: str) -> None:
    said = "全鎮㎡修路11.3公里，受益群眾120戶。" if actual == "cp950" else "朱镕村修路11.3公里，受益群众120户，㎡。"
    markup = f'<html><head><meta http-equiv=Content-Type content="text/html; charset={declared}"></head><p>{said}</p>'
    document = read(markup.encode(actual), "总结.html")
    assert document.text.strip() == said
    assert document.warnings == ()


def test_no_encoding_declared() -> None:
    markup = "<html><body><p>全镇修路11.3公里，受益群众一百二十户，群众得到实惠。</p></body></html>"
    for encoding in ("gb18030", "utf-8", "utf-16"):
        assert read(markup.encode(encoding), "总结.htm").text.strip().startswith("全镇修路11.3公里")


def test_a_few_broken_characters_lose_no_page() -> None:
    said = "全镇修路11.3公里，受益群众得到实惠。" * 20
    markup = f'<html><head><meta charset="gb2312"></head><body><p>{said}</p><p>{said}'.encode("gb18030")
    document = read(markup + b"\x81</p></body></html>", "总结.html")
    assert document.text.startswith("全镇修路11.3公里")
    assert any("gb2312" in warning for warning in document.warnings) or document.text.count("11.3公里") == 40


def test_an_xhtml_page_with_a_declaration() -> None:
    markup = (
        '<?xml version="1.0" encoding="gb2312"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://x/y.dtd">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>全镇修路11.3公里，受益120户。</p></body></html>'
    )
    assert read(markup.encode("gb18030"), "总结.xhtml").text == "全镇修路11.3公里，受益120户。\n"


def test_entities_of_a_page_are_never_expanded() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    markup = (
        f'<!DOCTYPE html [<!ENTITY e0 "ha">{bomb}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<html><body><p>全镇35户&e11;&x;</p></body></html>"
    )
    text = read(markup.encode(), "总结.html").text
    assert text.startswith("全镇35户")
    assert "root:" not in text
    assert len(text) < 100


def test_ten_thousand_nested_elements() -> None:
    with pytest.raises(ReadError, match="嵌套过深") as caught:
        page("<div>" * 10_000 + "全镇35户" + "</div>" * 10_000)
    assert caught.value.kind == "unreadable"
    assert page("<div>" * 1000 + "全镇35户" + "</div>" * 1000).text == "全镇35户\n"


def test_fonts_that_are_never_closed() -> None:
    document = page("".join(f"<p><font size={n % 7}><span>第{n}户35元</p>" for n in range(3000)))
    assert document.text.count("35元") == 3000


def test_a_truncated_page_is_read_as_far_as_it_goes() -> None:
    assert lines("<table><tr><td>村</td><td>户数</td></tr><tr><td>青岭</td><td>35") == ["村\t户数", "青岭\t35"]


def test_what_stands_behind_the_end_of_the_page_is_read() -> None:
    markup = "<html><body><p>全镇35户</p></body></html><p>另有12户</p><html><body><table><tr><td>村<td>3</table></body></html>"
    assert read(markup.encode(), "总结.html").text.splitlines() == ["全镇35户", "另有12户", "村\t3"]


def test_a_page_without_text_is_empty() -> None:
    with pytest.raises(ReadError, match="网页里没有正文") as caught:
        page("<script>document.write('35户')</script><iframe src=a.html></iframe>")
    assert caught.value.kind == "empty"


def test_too_much_text_is_refused() -> None:
    with pytest.raises(ReadError) as caught:
        read(b"<html><body>" + b"<p>12345</p>" * 1000, "a.html", Settings(max_unpacked_bytes=1000))
    assert caught.value.kind == "too_large"


def test_a_page_named_as_a_workbook() -> None:
    document = read("<html><table><tr><td>村<td>户数</tr><tr><td>青岭<td>35</table></html>".encode(), "台账.xls")
    assert figures(document) == [("35", "户")]
