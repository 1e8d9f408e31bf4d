"""How a claim that fails reads: its numbers by their own words, and what was probably meant."""

from __future__ import annotations

import pytest

from extractor import extract
from extractor.checks import check
from extractor.types import CheckResult, Verdict

HEAD = "石坪县2021年工作总结\n\n"


def failing(text: str) -> CheckResult:
    [found] = [one for one in check(extract(HEAD + text)) if one.verdict is Verdict.FAILS]
    return found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("全年完成投资3.84亿元，其中水利1.92万元，交通1.92亿元。", "水利1.92万元 单位可能写错：1.92亿元"),
        ("全年完成投资3.84万元，其中水利1.92亿元，交通1.92亿元。", "完成投资3.84万元 单位可能写错：3.84亿元"),
        # Five digits in yuan are no slip for 1.6元: the unit of the sum is wrong, whose digits can stay.
        ("全县12000亩甘蔗总产值1.92万元，亩均产值16000元。", "甘蔗总产值1.92万元 单位可能写错：1.92亿元"),
        (
            "发展烤烟1.2万亩，产值1.92万元，亩均产值1.6万元。",
            "亩均产值1.6万元 单位可能写错：1.6元；也可能 发展烤烟产值1.92万元 应为 1.92亿元",
        ),
    ],
)
def test_a_wrong_unit_keeps_the_digits_and_both_readings_are_told(text: str, reason: str) -> None:
    assert failing(text).reason == reason


def test_a_total_is_not_called_by_the_words_of_the_mean_before_it() -> None:
    formula = failing("全镇花椒12000亩，亩均产值1.6万元，总计1920万元。").formula
    assert formula == "总计1920万元 ÷ 花椒12000亩 = 0.16万元，原文 亩均产值1.6万元"
    formula = failing("全县发放耕地补贴19200户，户均补助1万元，共1.92万元。").formula
    assert formula == "1.92万元 ÷ 发放耕地补贴19200户 = 0.0001万元，原文 户均补助1万元"


def test_households_and_their_people_keep_their_words() -> None:
    formula = failing("建档立卡贫困户120户2412人。").formula
    assert formula.count("建档立卡贫困户") == 2


def test_words_are_not_cut() -> None:
    text = "农村公路安全生命防护工程补助资金300万元，其中省级200万元、市级120万元。"
    [total] = [figure for figure in extract(HEAD + text).figures if figure.text == "300万元"]
    assert len(total.indicator) > 12
    assert f"{total.indicator}300万元" in failing(text).formula
