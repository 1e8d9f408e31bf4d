"""Numbers in flattened tables take unit and label from the header of their column."""

from __future__ import annotations

from decimal import Decimal

from extractor.quantities import find_quantities

TABBED = "项目名称\t投资(万元)\t受益户数（户）\t人口\n村道硬化\t120.5\t86\t320\n山坪塘整治\t15\t40\t\n"
STACKED = "资金安排表\n村名\n户数（户）\n投资（万元）\n东坪\n35\n12.5\n西坝\n40\n8\n合计\n75\n20.5\n以上安排请审议。"


def _rows(text: str) -> list[tuple[str, Decimal | None, str, str]]:
    return [(q.text, q.value, q.unit, q.label) for q in find_quantities(text)]


def test_tab_separated_rows() -> None:
    assert _rows(TABBED) == [
        ("120.5", Decimal(1205000), "元", "投资"),
        ("86", Decimal(86), "户", "受益户数"),
        ("320", Decimal(320), "人", "人口"),
        ("15", Decimal(150000), "元", "投资"),
        ("40", Decimal(40), "户", "受益户数"),
    ]


def test_one_cell_per_line() -> None:
    assert _rows(STACKED) == [
        ("35", Decimal(35), "户", "户数"),
        ("12.5", Decimal(125000), "元", "投资"),
        ("40", Decimal(40), "户", "户数"),
        ("8", Decimal(80000), "元", "投资"),
        ("75", Decimal(75), "户", "户数"),
        ("20.5", Decimal(205000), "元", "投资"),
    ]


def test_ordinal_and_year_columns_hold_no_figures() -> None:
    assert _rows("序号\t年份\t单位\t完成率\n1\t2019\t甲镇\t85%\n2\t2020\t乙镇\t90%\n") == [
        ("85%", Decimal(85), "%", "完成率"),
        ("90%", Decimal(90), "%", "完成率"),
    ]


def test_cells_with_their_own_unit_keep_it() -> None:
    assert _rows("项目\t投资（元）\n水塔\t3万元\n") == [("3万元", Decimal(30000), "元", "")]


def test_rows_without_a_header_are_no_table() -> None:
    assert _rows("1\t2\n3\t4\n") == []
