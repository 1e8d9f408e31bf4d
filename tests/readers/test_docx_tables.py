"""Tables of Word documents: every cell in its column, with the headers over and beside it."""

from __future__ import annotations

import docx
from docx.oxml import parse_xml
from docx_files import NAMESPACES, cells, fill, p, package, r, saved, text_of

from extractor.readers import read


def test_a_table_goes_row_by_row_and_every_cell_knows_its_headers() -> None:
    made = docx.Document()
    made.add_paragraph("下表为投资情况。")
    table = made.add_table(3, 3)
    fill(table, [("村名", "投资（万元）", "户数"), ("东村", "12.5", ""), ("西村", "8", "40")])
    document = read(saved(made))
    assert document.text == "下表为投资情况。\n村名\t投资（万元）\t户数\n东村\t12.5\t\n西村\t8\t40\n"
    assert cells(document)[3:] == [
        ("东村", "表1 第2行第1列", "村名", ""),
        ("12.5", "表1 第2行第2列", "投资（万元）", "东村"),
        ("西村", "表1 第3行第1列", "村名", ""),
        ("8", "表1 第3行第2列", "投资（万元）", "西村"),
        ("40", "表1 第3行第3列", "户数", "西村"),
    ]


def test_merged_cells_keep_their_columns() -> None:
    made = docx.Document()
    table = made.add_table(5, 4)
    fill(
        table,
        [
            ("某镇投资表", "", "", ""),
            ("村名", "资金", "", "户数"),
            ("", "省级", "县级", ""),
            ("东村", "3", "4", "50"),
            ("", "5", "6", "70"),
        ],
    )
    table.cell(0, 0).merge(table.cell(0, 3))
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(1, 1).merge(table.cell(1, 2))
    table.cell(1, 3).merge(table.cell(2, 3))
    table.cell(3, 0).merge(table.cell(4, 0))
    document = read(saved(made))
    assert document.text.splitlines() == [
        "某镇投资表\t\t\t",
        "村名\t资金\t\t户数",
        "\t省级\t县级\t",
        "东村\t3\t4\t50",
        "\t5\t6\t70",
    ]
    assert cells(document)[-3:] == [
        ("5", "表1 第5行第2列", "资金 / 省级", "东村"),
        ("6", "表1 第5行第3列", "资金 / 县级", "东村"),
        ("70", "表1 第5行第4列", "户数", "东村"),
    ]


def test_rows_that_word_repeats_are_the_header() -> None:
    row = "<w:tr><w:trPr>{}</w:trPr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    header = "<w:tblHeader/>"
    table = (
        row.format(header, p(r("项目")), p(r("数量")))
        + row.format(header, p(), p(r("（座）")))
        + row.format("", p(r("水塔")), p(r("3")))
    )
    document = read(package(f"<w:tbl>{table}</w:tbl>"))
    assert cells(document)[-1] == ("3", "表1 第3行第2列", "数量 / （座）", "水塔")


def test_headers_of_several_storeys_are_joined() -> None:
    made = docx.Document()
    table = made.add_table(4, 3)
    fill(table, [("单位：万元", "", ""), ("村名", "管道", "资金"), ("", "（公里）", ""), ("东村", "3.5", "12")])
    assert cells(read(saved(made)))[-2:] == [
        ("3.5", "表1 第4行第2列", "管道 / （公里）", "东村"),
        ("12", "表1 第4行第3列", "资金", "东村"),
    ]


def test_storeys_below_merged_cells_are_joined_though_each_begins_with_words() -> None:
    made = docx.Document()
    table = made.add_table(4, 4)
    fill(
        table,
        [("地区", "", "资金", ""), ("乡镇", "村", "省级", "县级"), ("甲镇", "东村", "3", "4"), ("", "西村", "5", "6")],
    )
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(2, 0).merge(table.cell(3, 0))
    assert cells(read(saved(made)))[-2:] == [
        ("5", "表1 第4行第3列", "资金 / 省级", "甲镇"),
        ("6", "表1 第4行第4列", "资金 / 县级", "甲镇"),
    ]


def test_years_name_columns_but_numbers_do_not() -> None:
    made = docx.Document()
    fill(made.add_table(2, 2), [("指标", "2019"), ("户数", "230")])
    fill(made.add_table(2, 2), [("户数", "230"), ("人口", "812")])
    document = read(saved(made))
    assert [(text, header, row) for text, _, header, row in cells(document) if text in ("230", "812")] == [
        ("230", "2019", "户数"),
        ("230", "", "户数"),
        ("812", "", "人口"),
    ]


def test_skipped_grid_columns_keep_the_rest_in_place() -> None:
    table = (
        f"<w:tr><w:tc>{p(r('甲'))}</w:tc><w:tc>{p(r('乙'))}</w:tc></w:tr>"
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc>{p(r("2"))}</w:tc></w:tr>'
    )
    assert text_of(f"<w:tbl>{table}</w:tbl>") == "甲\t乙\n\t2\n"


def test_breaks_inside_a_cell() -> None:
    made = docx.Document()
    table = made.add_table(1, 2)
    table.cell(0, 0).text = "投资\n（万元）"
    table.cell(0, 1).text = "修路3公里。\n建塔\t2座。"
    assert read(saved(made)).text == "投资 （万元）\t修路3公里。\n建塔 2座。\n"


def test_nested_tables_and_what_follows_them_stand_after_the_row() -> None:
    made = docx.Document()
    outer = made.add_table(2, 2)
    outer.cell(0, 0).text = "甲"
    outer.cell(0, 1).text = "乙"
    outer.cell(1, 0).text = "前"
    inner = outer.cell(0, 0).add_table(1, 2)
    inner.cell(0, 0).text = "内1"
    inner.cell(0, 1).text = "内2"
    outer.cell(0, 0).add_paragraph("表后")
    document = read(saved(made))
    assert [line for line in document.text.splitlines() if line] == ["甲\t乙", "内1\t内2", "表后", "前\t"]
    places = {text: locator for text, locator, _, _ in cells(document)}
    assert places["内2"] == "表1 第1行第1列 内表 第1行第2列"
    assert places["表后"] == "表1 第1行第1列"


def test_inserted_table_rows_are_kept() -> None:
    made = docx.Document()
    table = made.add_table(1, 1)
    table.cell(0, 0).text = "新行"
    table.rows[0]._tr.insert(0, parse_xml(f'<w:trPr {NAMESPACES}><w:ins w:id="1" w:author="x"/></w:trPr>'))
    assert read(saved(made)).text == "新行\n"
