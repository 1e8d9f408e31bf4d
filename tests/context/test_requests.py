"""Requests and audits: what is asked for, and what has to be put right, is not done."""

from __future__ import annotations

import pytest

from extractor import extract
from extractor.types import Figure, Status


def named(text: str, number: str) -> Figure:
    """The first figure of ``text`` whose span is ``number``."""
    return next(figure for figure in extract(text).figures if figure.text == number)


REQUEST = (
    "关于请求解决枫木乡人畜饮水工程资金的请示\n枫木乡辖6个村，总人口1.2万人。该工程概算总投资96万元，已自筹12万元，"
    "尚缺口84万元。需新建蓄水池8个共400立方米，铺设主管道6.8公里、支管道11.5公里，受益群众230户。"
    "恳请县水务局给予解决资金84.5万元为盼。"
)


@pytest.mark.parametrize("number", ["96万元", "84万元", "8个", "400立方米", "6.8公里", "11.5公里", "230户", "84.5万元"])
def test_what_a_request_asks_for_is_planned(number: str) -> None:
    assert named(REQUEST, number).status is Status.PLANNED


@pytest.mark.parametrize("number", ["6个村", "1.2万人", "12万元"])
def test_what_a_request_says_of_today_is_a_fact(number: str) -> None:
    assert named(REQUEST, number).status is Status.ACTUAL


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("枫木村急需硬化公路5.2公里。", "5.2公里"),
        ("完成该工程需资金260万元。", "260万元"),
        ("尚需修建便民桥2座。", "2座"),
        ("现申请补助资金240万元。", "240万元"),
        ("特申请解决办公经费8万元。", "8万元"),
        ("建议安排专项资金30万元用于护栏安装。", "30万元"),
        ("敬请县财政局予以解决资金15万元。", "15万元"),
        ("请求县交通局给予补助45万元。", "45万元"),
        ("两村还需要新建水窖120口。", "120口"),
        ("目前已筹措62万元，尚缺资金38万元。", "38万元"),
    ],
)
def test_asking_is_planning(sentence: str, number: str) -> None:
    assert named(sentence, number).status is Status.PLANNED


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("全年市场需求旺盛，接待游客12万人次。", "12万人次"),
        ("各村按需发放种子3吨。", "3吨"),
        ("为满足群众需要，新建蓄水池6口。", "6口"),
        ("无需缴费的参保人员120人。", "120人"),
        ("申请贷款的农户有85户。", "85户"),
        ("受理低保申请132件。", "132件"),
        ("收到群众请求36件。", "36件"),
        ("收集群众意见建议54条。", "54条"),
        ("需修缮的危房32户。", "32户"),
        ("村里需新建水窖120口，目前已建成85口。", "85口"),
        ("责令停产整顿企业3家。", "3家"),
        ("已责成镇财政所收回资金7万元。", "7万元"),
        ("代表提出建议26件，办理必需药品35种。", "35种"),
    ],
)
def test_words_that_ask_for_nothing(sentence: str, number: str) -> None:
    assert named(sentence, number).status is Status.ACTUAL


@pytest.mark.parametrize(
    ("sentence", "number", "period"),
    [
        ("责成枫木镇收回资金12.7万元，于2019年6月30日前整改到位。", "12.7万元", "2019-06"),
        ("枫木镇应将资金12.7万元归还原渠道，并在2019年5月底前整改完毕。", "12.7万元", "2019-05"),
        ("收回资金12.7万元，须于2019年9月底之前上缴国库。", "12.7万元", "2019-09"),
        ("计划新建公路5公里，于2019年11月底前完工。", "5公里", "2019-11"),
    ],
)
def test_a_deadline_behind_the_figure_dates_it(sentence: str, number: str, period: str) -> None:
    figure = named(f"2018年度扶贫资金审计报告\n{sentence}", number)
    assert (figure.status, figure.period) == (Status.PLANNED, period)


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("收回资金10万元，已于2018年11月底前整改到位。", "10万元"),
        ("全镇有贫困户86户，2020年底前全部脱贫。", "86户"),
        ("违规发放补助3.4万元，涉及农户17户。", "3.4万元"),
    ],
)
def test_what_was_found_or_done_is_a_fact_of_its_year(sentence: str, number: str) -> None:
    figure = named(f"2018年度扶贫资金审计报告\n{sentence}", number)
    assert figure.status is Status.ACTUAL
    assert figure.period is not None
    assert figure.period.startswith("2018")


def test_an_audit_hands_down_its_recommendation() -> None:
    text = (
        "2018年度扶贫资金审计报告\n审计建议：枫木镇收回多付工程款12.7万元，补发补助4.3万元。截至目前，已收回资金5万元。"
    )
    assert [figure.status.value for figure in extract(text).figures] == ["planned", "planned", "actual"]


@pytest.mark.parametrize(
    ("sentence", "number", "indicator"),
    [
        ("需新建蓄水池8个。", "8个", "新建蓄水池"),
        ("恳请县水务局给予解决资金84万元。", "84万元", "解决资金"),
        ("责成枫木镇收回资金12.7万元。", "12.7万元", "收回资金"),
        ("现申请补助资金240万元。", "240万元", "申请补助资金"),
        ("市场需求量为35吨。", "35吨", "市场需求量"),
    ],
)
def test_who_is_asked_is_no_indicator(sentence: str, number: str, indicator: str) -> None:
    assert named(sentence, number).indicator == indicator
