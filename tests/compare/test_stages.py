"""Stages of money: 总投资, 下达, 到位 and 支出 of one thing are different amounts, and rows may leave open which they mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from compare_samples import recorded, save_reports

from extractor.compare import compare, stages
from extractor.store import open_store, upgrade
from extractor.types import ComparisonItem, RecordedFigure, ReportedFigure, Status

PLANT = "城东污水处理厂项目总投资8600万元，完成投资5230万元。"
FUNDS = "安排就业补助资金2240万元，支出1987万元。"
TABLE = """<html><head><title>石坪县2021年水利建设情况</title></head><body><h1>石坪县2021年水利建设情况</h1><p>单位：万元</p>
<table><tr><td>项目名称</td><td>建设地点</td><td>总投资</td><td>完成投资</td><td>渠道长度（公里）</td></tr>
<tr><td>马河灌区</td><td>尖山乡</td><td>1280</td><td>1156</td><td>12.4</td></tr>
<tr><td>大沟水库</td><td>三岔镇</td><td>2350</td><td>2146</td><td>23.8</td></tr></table></body></html>"""


def money(indicator: str, number: str, place: str = "石坪县", status: str = "") -> RecordedFigure:
    return recorded(indicator, number, "万元", place, "2021", status)


def figures_of(text: str, folder: Path, name: str = "报告.txt") -> list[ReportedFigure]:
    url = f"sqlite:///{folder / 'gouji.db'}"
    (folder / name).write_text(text if name.endswith("html") else f"石坪县2021年工作总结\n\n{text}\n", encoding="utf-8")
    upgrade(url)
    save_reports(url, [folder / name])
    with open_store(url) as store:
        return list(store.reported())


def verdict(row: RecordedFigure, text: str, folder: Path) -> ComparisonItem:
    return compare([row], figures_of(text, folder))[0]


@pytest.mark.parametrize(
    ("indicator", "status", "named"),
    [
        ("灌区总投资", None, {"total"}),
        ("灌区规划投资", None, {"total"}),
        ("灌区总投资", Status.ACTUAL, {"total", "spent"}),
        ("未到位资金", None, set()),
        ("灌区投资", Status.ACTUAL, {"spent"}),
        ("灌区投资", Status.PLANNED, {"total"}),
        ("灌区投资", None, set()),
        ("下达扶贫资金", None, {"granted"}),
        ("到位资金支出额", None, {"spent"}),
        ("扶贫资金投入", None, {"arranged", "spent"}),
        ("财政收入", None, {"income"}),
        ("人均可支配收入", None, set()),
        ("扶贫资金", Status.ACTUAL, set()),
    ],
)
def test_a_row_names_its_stage(indicator: str, status: Status | None, named: set[str]) -> None:
    assert stages.of_recorded(indicator, status) == named


def test_the_clause_of_a_figure_goes_before_its_indicator() -> None:
    assert stages.of_reported("投入扶贫资金支出", ("支出", "")) == {"spent"}
    assert stages.of_reported("安排扶贫资金", ("其中", "已拨付到户")) == {"disbursed"}
    assert stages.of_reported("到位扶贫资金", ("", "")) == {"arrived"}


@pytest.mark.parametrize(
    ("row", "text", "expected"),
    [
        (money("城东污水处理厂投资", "5230"), PLANT, "exact"),
        (money("城东污水处理厂投资", "8600"), PLANT, "exact"),
        (money("城东污水处理厂投资", "7000"), PLANT, "ambiguous"),
        (money("城东污水处理厂投资", "5320"), PLANT, "mismatch"),
        (money("城东污水处理厂投资", "7000", status="已完成"), PLANT, "mismatch"),
        (money("城东污水处理厂总投资", "8600"), PLANT, "exact"),
        (money("城东污水处理厂总投资", "8800"), PLANT, "mismatch"),
        (money("城东污水处理厂完成投资", "5320"), PLANT, "mismatch"),
        (money("城东污水处理厂总投资", "5230", status="已完成"), PLANT, "exact"),
        (money("就业补助资金", "1987"), FUNDS, "exact"),
        (money("就业补助资金", "2000"), FUNDS, "ambiguous"),
        (money("就业补助资金支出", "1897"), FUNDS, "mismatch"),
        (money("就业补助资金支出", "1987"), FUNDS, "exact"),
    ],
)
def test_what_a_row_may_mean(row: RecordedFigure, text: str, expected: str, tmp_path: Path) -> None:
    item = verdict(row, text, tmp_path)
    assert item.verdict.value == expected, item.explanation


def test_a_stage_that_is_named_stays_wrong_and_the_other_is_told(tmp_path: Path) -> None:
    item = verdict(money("城东污水处理厂总投资", "5230"), PLANT, tmp_path)
    assert item.verdict.value == "mismatch"
    assert "报告同一句“完成投资”5230万元相符，疑为口径不同" in item.explanation


def test_another_stage_alone_confirms_but_never_contradicts(tmp_path: Path) -> None:
    text = "城东污水处理厂项目总投资8600万元。"
    assert verdict(money("城东污水处理厂完成投资", "8600"), text, tmp_path).verdict.value == "exact"
    for other in ("5230", "860"):  # a tenth of it is no slip either
        item = verdict(money("城东污水处理厂完成投资", other), text, tmp_path)
        assert item.verdict.value == "ambiguous"
        assert "资金环节不同" in item.explanation


def test_what_a_project_is_to_cost_is_a_plan_by_nature(tmp_path: Path) -> None:
    text = "城东污水处理厂项目规划总投资8600万元，已完成投资5230万元。"
    assert verdict(money("城东污水处理厂总投资", "6800"), text, tmp_path).verdict.value == "mismatch"


def test_a_part_is_no_stage(tmp_path: Path) -> None:
    text = "投入扶贫资金3200万元，其中下达中央资金2000万元。"
    assert verdict(money("扶贫资金", "2000"), text, tmp_path).verdict.value == "mismatch"


def test_swapped_digits_in_a_table_are_a_mismatch(tmp_path: Path) -> None:
    rows = [
        money("马河灌区完成投资", "1165", "尖山乡"),
        money("马河灌区总投资", "1820", "尖山乡"),
        money("大沟水库总投资", "2530", "三岔镇"),
        recorded("大沟水库渠道长度", "28.3", "公里", "三岔镇", "2021"),
    ]
    figures = figures_of(TABLE, tmp_path, "表.html")
    for row in rows:
        [item] = [item for item in compare([row], figures) if item.recorded == 0]
        assert item.verdict.value == "mismatch", item.explanation
        assert "疑为相邻两位数字颠倒" in item.explanation
