"""How alike two indicators are."""

from __future__ import annotations

import pytest

from extractor.compare.levels import LEVELS
from extractor.compare.wording import likeness, read


def alike(recorded: str, reported: str, *context: str) -> float:
    return likeness(read(recorded), read(reported), context)


@pytest.mark.parametrize(
    ("recorded", "reported"),
    [
        ("生猪出栏", "出栏生猪"),
        ("茶园面积", "茶园总面积"),
        ("通组公路硬化里程", "通组公路硬化实际完成"),
        ("水利建设完成投资", "完成水利建设投资"),
        ("河长人数", "河长"),
        ("总人口", "人口"),
        ("农村公路投资计划", "农村公路投资计划"),
    ],
)
def test_one_indicator_in_other_words(recorded: str, reported: str) -> None:
    assert alike(recorded, reported) >= LEVELS.strong


@pytest.mark.parametrize(
    ("recorded", "reported"),
    [
        ("省级补助资金", "市级补助资金"),
        ("集中供养人数", "分散供养人数"),
        ("男性人口", "女性人口"),
        ("新建山坪塘", "维修山坪塘"),
        ("农村低保人数", "城市低保人数"),
        ("开工套数", "竣工套数"),
    ],
)
def test_words_that_part_indicators(recorded: str, reported: str) -> None:
    assert alike(recorded, reported) == 0


@pytest.mark.parametrize(
    ("recorded", "reported"),
    [
        ("农民收入", "农民人均收入"),
        ("粮食产量", "粮食产量增长"),
        ("贫困户", "走访贫困户"),
        ("茶园面积", "新建茶园"),
        ("光伏电站", "村级光伏电站"),
        ("水稻播种面积", "玉米播种面积"),
        ("桥梁总数", "危桥改造"),
    ],
)
def test_what_may_be_something_else_is_in_doubt(recorded: str, reported: str) -> None:
    assert alike(recorded, reported) < LEVELS.strong


def test_what_surrounds_a_figure_says_what_it_leaves_out() -> None:
    assert alike("通组公路硬化完成投资", "完成投资") < LEVELS.weak
    assert alike("通组公路硬化完成投资", "完成投资", "", "按每公里补助计算", "通组公路硬化") >= LEVELS.similar
    assert alike("危桥改造省级资金", "资金", "其中省级资金", "危桥改造其中省级资金") >= LEVELS.similar


def test_nearer_words_count_more() -> None:
    near, far = alike("敬老院改造", "投资", "敬老院改造"), alike("敬老院改造", "投资", "", "", "敬老院改造")
    assert near > far > 0


def test_width_case_and_punctuation_are_nothing() -> None:
    assert read("Ｃ级 危房（改造）").full == read("c级危房改造").full
