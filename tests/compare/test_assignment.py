"""Which figure a row means, and what becomes of all others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from compare_samples import recorded, reported
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.compare import LEVELS, Level, compare
from extractor.types import ComparisonItem, FigureRef, Match, Modifier, RecordedFigure, ReportedFigure, Status

TITLE = "石坪县2015年工作总结"


def road(number: str, place: str = "尖山乡", period: str = "2015", **more: Any) -> RecordedFigure:
    return recorded("通组公路硬化里程", number, "公里", place, period, **more)


def paved(
    value: str | None, place: str = "尖山乡", period: str = "2015", start: int = 0, **more: Any
) -> ReportedFigure:
    text = f"{value or 'xx'}公里"
    return reported(text, value, "公里", "硬化通组公路", place, period, start, title=TITLE, **more)


def verdicts(rows: list[RecordedFigure], figures: list[ReportedFigure], **more: Any) -> list[str]:
    return [item.verdict.value for item in items(rows, figures, **more)]


def items(rows: list[RecordedFigure], figures: list[ReportedFigure], **more: Any) -> tuple[ComparisonItem, ...]:
    return compare([replace(row, index=index) for index, row in enumerate(rows)], figures, **more)


def test_agreeing_differing_and_missing() -> None:
    rows = [road("46.8"), road("53.8", "水磨坝镇"), road("9", "黄泥河镇")]
    figures = [paved("46.8"), paved("58.3", "水磨坝镇", start=100)]
    assert verdicts(rows, figures) == ["exact", "mismatch", "ledger_only"]


def test_a_verdict_links_to_its_figure_and_explains_itself() -> None:
    [item] = items([road("3.5")], [paved("35", start=40, document=7)])
    assert item.reported == FigureRef(7, 40)
    assert (str(item.difference), str(item.relative)) == ("31500", "9")
    for said in ("地点相同", "时期相同", "台账 3.5公里", "报告 35公里", "+900.00%", "10 的 1 次方倍"):
        assert said in item.explanation


def test_a_figure_stated_again_is_one_with_the_first() -> None:
    [item] = items([road("46.8")], [paved("46.8"), paved("46.8", start=200), paved("46.8", document=2)])
    assert item.verdict is Match.EXACT
    assert item.others == (FigureRef(1, 200), FigureRef(2, 0))
    assert "另有 2 处" in item.explanation


def test_reports_that_contradict_each_other() -> None:
    [item] = items([road("46.8")], [paved("46.8"), paved("40", document=2)])
    assert item.verdict is Match.AMBIGUOUS
    assert "46.8公里" in item.explanation
    assert "40公里" in item.explanation


def test_of_several_figures_in_one_report_the_agreeing_is_meant_and_the_others_are_not_lost() -> None:
    assert verdicts([road("46.8")], [paved("46.8"), paved("40", start=100)]) == ["exact", "report_only"]


def test_several_figures_that_all_differ() -> None:
    assert verdicts([road("50")], [paved("46.8"), paved("40", start=100)]) == ["ambiguous"]


def test_another_year_is_not_compared() -> None:
    [item] = items([road("50", period="2014")], [paved("46.8")])
    assert item.verdict is Match.NOT_COMPARABLE
    assert item.reported == FigureRef(1, 0)
    assert "时期不同" in item.explanation


@pytest.mark.parametrize(
    ("row", "figure", "differs"),
    [
        (road("50", status="计划"), paved("46.8"), "状态不同：台账 计划，报告 已完成"),
        (road("50", period="2014"), paved("46.8"), "时期不同：台账 2014，报告 2015"),
        (
            recorded("脱贫户", "3", "户", "尖山乡"),
            reported("9人", "9", "人", "脱贫户", "尖山乡", "2015"),
            "台账 户，报告 人",
        ),
        (recorded("硬化通组公路任务", "50", "公里", "尖山乡"), paved("46.8"), "台账 计划（指标名如此），报告 已完成"),
    ],
)
def test_what_differs_is_told_and_nothing_else(row: RecordedFigure, figure: ReportedFigure, differs: str) -> None:
    [item] = items([row], [figure])
    assert item.verdict is Match.NOT_COMPARABLE
    assert item.explanation.endswith(differs)


def test_unknown_period_is_told() -> None:
    [item] = items([road("50")], [paved("46.8", period="")])
    assert item.verdict is Match.MISMATCH
    assert "未写时期" in item.explanation


def test_a_month_lies_in_its_year_but_a_year_in_no_month() -> None:
    assert verdicts([road("50")], [paved("46.8", period="2015-12")]) == ["mismatch"]
    assert verdicts([road("50", period="2015-06")], [paved("46.8")]) == ["ambiguous"]


def test_plan_and_fact() -> None:
    plan = paved("60", start=100, status=Status.PLANNED)
    assert verdicts([road("46.8"), road("60", status="计划")], [paved("46.8"), plan]) == ["exact", "exact"]
    assert verdicts([road("50", status="已完成")], [plan]) == ["not_comparable"]
    assert verdicts([road("60")], [plan]) == ["exact"]
    assert verdicts([road("50")], [plan]) == ["ambiguous"]


def test_masked_figures_are_not_checked() -> None:
    assert verdicts([road("46.8")], [paved(None)]) == ["unchecked"]


def test_other_units_of_one_thing() -> None:
    households = [recorded("脱贫户", "329", "户", "尖山乡", "2015")]
    people = reported("1104人", "1104", "人", "脱贫户", "尖山乡", "2015", title=TITLE)
    [item] = items(households, [people])
    assert item.verdict is Match.NOT_COMPARABLE
    assert "单位不可换算" in item.explanation


def test_a_report_on_a_place_need_not_name_it() -> None:
    assert verdicts([road("50", "石坪县")], [paved("46.8", "")]) == ["mismatch"]
    assert verdicts([road("50", "石坪县")], [paved("46.8", "全县")]) == ["mismatch"]
    assert verdicts([road("50", "云梓县"), road("9", "石坪县")], [paved("46.8", "尖山乡")]) == ["ledger_only"] * 2


def test_rows_that_want_the_same_figure() -> None:
    same = [road("46.8"), road("46.8")]
    assert verdicts(same, [paved("46.8")]) == ["exact", "exact"]
    assert verdicts([road("46.8"), road("50")], [paved("46.8")]) == ["exact", "ambiguous"]
    assert verdicts([road("50"), road("51")], [paved("46.8")]) == ["ambiguous", "ambiguous"]


def test_a_row_without_a_figure_of_its_own_still_names_one() -> None:
    first, second = items([road("46.8"), road("50")], [paved("46.8", start=70)])
    assert (first.reported, first.see) == (FigureRef(1, 70), None)
    assert (second.reported, second.see) == (None, FigureRef(1, 70))


def test_what_the_ledger_does_not_speak_of_is_no_candidate() -> None:
    figures = [
        paved("46.8"),
        paved("30", "三岔镇", start=50),
        reported("7次", "7", "次", "召开会议", "尖山乡", "2015", 99),
    ]
    assert verdicts([road("46.8")], figures) == ["exact"]


def test_modifier_words_beside_the_figure() -> None:
    over = paved("46.8", sentence="硬化通组公路不少于46.8公里", modifier=Modifier.OVER)
    assert verdicts([road("46.9")], [over]) == ["within_modifier"]
    assert verdicts([road("45")], [over]) == ["mismatch"]


def test_another_policy_is_another_set_of_levels() -> None:
    unknown = Level(0.0, False, "时期不明")
    strict = replace(LEVELS, period={**LEVELS.period, "unknown": unknown})
    figures = [paved("46.8", period="")]
    assert verdicts([road("50")], figures) == ["mismatch"]
    assert items([road("50")], figures, levels=strict)[0].verdict is Match.NOT_COMPARABLE


PLACES = ("尖山乡", "三岔镇", "")
rows = st.builds(
    road, st.sampled_from(["46.8", "40", "468"]), st.sampled_from(PLACES), st.sampled_from(["2014", "2015", ""])
)
figures = st.builds(
    paved,
    st.sampled_from(["46.8", "40", None]),
    st.sampled_from(PLACES),
    st.sampled_from(["2014", "2015", ""]),
    status=st.sampled_from(Status),
    article=st.integers(0, 1),
)


@settings(max_examples=150)
@given(st.lists(rows, max_size=6), st.lists(figures, max_size=8), st.randoms(use_true_random=False))
def test_everything_ends_once_whatever_the_order(
    ledger: list[RecordedFigure], reports: list[ReportedFigure], chance: Any
) -> None:
    placed = [
        replace(one, figure=replace(one.figure, start=number * 50, end=number * 50 + len(one.figure.text)))
        for number, one in enumerate(reports)
    ]
    found = items(ledger, placed)
    assert [item.recorded for item in found[: len(ledger)]] == list(range(len(ledger)))
    named = [ref for item in found for ref in (item.reported, *item.others) if ref]
    assert len(named) == len(set(named))
    order = list(range(len(ledger)))
    chance.shuffle(order)
    mixed = items([ledger[number] for number in order], placed)
    assert [mixed[order.index(number)].verdict for number in range(len(ledger))] == [
        item.verdict for item in found[: len(ledger)]
    ]
    assert len(mixed) == len(found)


@pytest.mark.parametrize("share", ["0", "0.01"])
def test_nothing_to_compare(share: str) -> None:
    assert items([], [paved("1")]) == ()
    assert verdicts([road("46.8")], []) == ["ledger_only"]


def test_of_several_figures_that_differ_the_telling_one_is_meant_else_the_one_in_the_words_of_the_row() -> None:
    other = reported("40公里", "40", "公里", "通组公路硬化里程", "尖山乡", "2015", 100, title=TITLE)
    swapped, plain = (items([road(number)], [paved("46.8"), other])[0] for number in ("48.6", "43"))
    assert (swapped.verdict, swapped.reported) == (Match.MISMATCH, FigureRef(1, 0))
    assert (plain.verdict, plain.reported) == (Match.MISMATCH, FigureRef(1, 100))


def test_rows_of_one_content_prove_nothing_of_a_figure_in_their_words() -> None:
    figure = reported("40公里", "40", "公里", "通组公路硬化里程", "尖山乡", "2015", title=TITLE)
    assert verdicts([road("43"), road("45")], [figure]) == ["ambiguous"] * 2
