"""Tables of a Word document, from the file to the figures: values, units, indicators, periods and places, exactly."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
import pytest

from extractor import extract, extract_document
from extractor.readers import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.types import Document, Extraction

Merge = tuple[int, int, int, int]
Row = tuple[str, float, str, str, str | None, str]

TITLE = "石桥镇2019年脱贫攻坚工作总结"
STOREYS = (
    ["村名", "饮水工程", "", "资金（万元）"],
    ["", "管道（公里）", "水窖（口）", ""],
    ["东坪村", "3.5", "12", "40"],
    ["西坝村", "2.1", "", "35.5"],
    ["合计", "5.6", "12", "75.5"],
)
STOREY_MERGES = ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3))
YEARS = (
    ["单位：万元", "", ""],
    ["指标", "2018年", "2019年"],
    ["贫困人口（人）", "230", "120"],
    ["贫困发生率", "3.2%", "1.1%"],
    ["财政投入", "1200", "1500"],
)
KEYS = (["贫困户数（户）", "230"], ["总投资", "508万元"], ["联系电话", "13800000000"], ["负责人", "张三"])
MERGED_ROWS = (
    ["序号", "乡镇", "村", "户数", "投资（万元）", "比上年增长（%）", "备注"],
    ["1", "石桥镇", "东坪村", "35", "12", "-1.5", "硬化道路3公里。"],
    ["2", "", "西坝村", "40", "", "2", ""],
)
MERGED_ROWS_MERGES = ((1, 1, 2, 1), (1, 4, 2, 4))

CASES: dict[str, tuple[Sequence[Sequence[str]], Sequence[Merge], list[Row]]] = {
    "storeys": (
        STOREYS,
        STOREY_MERGES,
        [
            ("3.5", 3.5, "公里", "饮水工程管道", "2019", "东坪村"),
            ("12", 12, "口", "饮水工程水窖", "2019", "东坪村"),
            ("40", 400000, "元", "资金", "2019", "东坪村"),
            ("2.1", 2.1, "公里", "饮水工程管道", "2019", "西坝村"),
            ("35.5", 355000, "元", "资金", "2019", "西坝村"),
            ("5.6", 5.6, "公里", "饮水工程管道", "2019", "石桥镇"),
            ("12", 12, "口", "饮水工程水窖", "2019", "石桥镇"),
            ("75.5", 755000, "元", "资金", "2019", "石桥镇"),
        ],
    ),
    "years": (
        YEARS,
        ((0, 0, 0, 2),),
        [
            ("230", 230, "人", "贫困人口", "2018", "石桥镇"),
            ("120", 120, "人", "贫困人口", "2019", "石桥镇"),
            ("3.2%", 3.2, "%", "贫困发生率", "2018", "石桥镇"),
            ("1.1%", 1.1, "%", "贫困发生率", "2019", "石桥镇"),
            ("1200", 12000000, "元", "财政投入", "2018", "石桥镇"),
            ("1500", 15000000, "元", "财政投入", "2019", "石桥镇"),
        ],
    ),
    "keys and values": (
        KEYS,
        (),
        [
            ("230", 230, "户", "贫困户数", "2019", "石桥镇"),
            ("508万元", 5080000, "元", "总投资", "2019", "石桥镇"),
        ],
    ),
    "merged rows": (
        MERGED_ROWS,
        MERGED_ROWS_MERGES,
        [
            ("35", 35, "户", "户数", "2019", "东坪村"),
            ("12", 120000, "元", "投资", "2019", "东坪村"),
            ("-1.5", -1.5, "%", "投资比上年增长", "2019", "东坪村"),
            ("3公里", 3, "公里", "硬化道路", "2019", "东坪村"),
            ("40", 40, "户", "户数", "2019", "西坝村"),
            ("2", 2, "%", "户数比上年增长", "2019", "西坝村"),
        ],
    ),
}


def _word(rows: Sequence[Sequence[str]], merges: Sequence[Merge]) -> Document:
    made = docx.Document()
    made.add_paragraph(TITLE)
    table = made.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for top, left, bottom, right in merges:
        table.cell(top, left).merge(table.cell(bottom, right))
    out = io.BytesIO()
    made.save(out)
    return read(out.getvalue(), "总结.docx")


def _rows(extraction: Extraction) -> list[Row]:
    for figure in extraction.figures:
        assert figure.text == extraction.text[figure.start : figure.end]
    return [
        (f.text, float(f.value or 0), f.unit, f.indicator, f.period, "、".join(place.name for place in f.place))
        for f in extraction.figures
    ]


@pytest.mark.parametrize(("rows", "merges", "expected"), CASES.values(), ids=CASES)
def test_figures_of_a_word_table(rows: Sequence[Sequence[str]], merges: Sequence[Merge], expected: list[Row]) -> None:
    assert _rows(extract_document(_word(rows, merges))) == expected


@pytest.mark.parametrize(("rows", "merges", "expected"), CASES.values(), ids=CASES)
def test_the_same_table_pasted_as_text(
    rows: Sequence[Sequence[str]], merges: Sequence[Merge], expected: list[Row]
) -> None:
    assert _rows(extract(_word(rows, merges).text)) == expected
