"""part_of in tables: the cells under and beside what is called a total."""

from __future__ import annotations

import pytest

from extractor import extract

BLOCKS = "乡镇\t户数（户）\t资金（万元）\n云岭乡\t24\t83.5\n双河乡\t30\t154.2\n"

CASES = [
    # a row of totals: counts and money
    (
        BLOCKS + "合计\t54\t237.7\n",
        "24<54 83.5<237.7 30<54 154.2<237.7",
    ),
    # above what it adds up
    ("乡镇\t里程（公里）\n合计\t20.8\n云岭乡\t12.5\n双河乡\t8.3\n", "12.5<20.8 8.3<20.8"),
    # a misprinted number is still a part of the only total
    (BLOCKS + "合计\t55\t237.7\n", "24<55 83.5<237.7 30<55 154.2<237.7"),
    # subtotals, and a total of them and of what stands by itself
    (
        BLOCKS + "小计\t54\t237.7\n林场\t11\t42.1\n总计\t65\t279.8\n",
        "24<54 83.5<237.7 30<54 154.2<237.7 54<65 237.7<279.8 11<65 42.1<279.8",
    ),
    # a column of totals
    (
        "乡镇\t小计（人）\t男（人）\t女（人）\n云岭乡\t520\t275\t245\n双河乡\t610\t322\t288\n",
        "275<520 245<520 322<610 288<610",
    ),
    # rates are no addends
    (
        "乡镇\t面积（亩）\t完成率（%）\n云岭乡\t240\t95\n双河乡\t310\t90\n合计\t550\t92\n",
        "240<550 310<550",
    ),
    # a total in one column only: nothing is said of the others
    ("乡镇\t面积（亩）\t户数（户）\n云岭乡\t240\t35\n双河乡\t310\t42\n合计\t550\t\n", "240<550 310<550"),
    # no total at all
    (BLOCKS, ""),
    # a column called so that adds up nothing here
    ("乡镇\t道路（条）\t累计（条）\t桥梁（座）\n云岭乡\t3\t17\t2\n双河乡\t5\t21\t1\n", ""),
    # what the text has stated before the table is the first statement of its total
    ("全县安排资金237.7万元。\n" + BLOCKS + "合计\t54\t237.7\n", "24<54 83.5<237.7万元 30<54 154.2<237.7万元"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_cells_point_at_their_total(text: str, expected: str) -> None:
    figures = extract(text).figures
    names = {figure.start: figure.text for figure in figures}
    assert " ".join(f"{f.text}<{names[f.part_of]}" for f in figures if f.part_of is not None) == expected
