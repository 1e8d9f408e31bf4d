"""Periods: what a sentence says, what it goes on with, what heading and title state, and what stays untold."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.context import dates, period
from extractor.context.dates import DateKind
from extractor.pipeline import scopes
from extractor.segment import segment


def periods(text: str) -> dict[str, str | None]:
    """Return the period text of each quantity, by the quantity as written; the first of equal ones counts."""
    found: dict[str, str | None] = {}
    for scope in scopes(text, segment(text)):
        for quantity, resolved in zip(scope.quantities, period.resolve(scope), strict=True):
            found.setdefault(quantity.text, resolved.text if resolved else None)
    return found


def full(text: str) -> list[period.Period | None]:
    return [resolved for scope in scopes(text, segment(text)) for resolved in period.resolve(scope)]


BODY = "各村认真落实部署，工作有序推进。"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("2019年硬化道路37公里。", "2019"),
        ("二〇一九年硬化道路37公里。", "2019"),
        ("截至2019年8月底硬化道路37公里。", "2019-08"),
        ("到2019年底硬化道路37公里。", "2019"),
        ("2017年至2019年硬化道路37公里。", "2017/2019"),
        ("《山区道路规划(2016-2020年)》安排道路37公里。", "2016-2020"),
        ("“十三五”期间硬化道路37公里。", "2016-2020"),
        ("20xx年硬化道路37公里。", "redacted"),
        ("20__年3月底硬化道路37公里。", "redacted"),
        ("××年硬化道路37公里。", "redacted"),
        ("今年硬化道路37公里。", None),
        ("近年来硬化道路37公里。", None),
        ("硬化道路37公里。", None),
    ],
)
def test_a_sentence_by_itself(sentence: str, expected: str | None) -> None:
    assert periods(f"柳溪乡道路情况\n{BODY}{sentence}")["37公里"] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("全年硬化道路37公里。", "2018"),
        ("今年以来硬化道路37公里。", "2018"),
        ("去年硬化道路37公里。", "2017"),
        ("上年硬化道路37公里。", "2017"),
        ("去年以来硬化道路37公里。", "2017/2018"),
        ("2015年以来硬化道路37公里。", "2015/2018"),
        ("自1978年以来，硬化道路首次达到37公里。", "2018"),
        ("硬化道路为1978年以来最多，达37公里。", "2018"),
        ("2015年以来，首次硬化道路37公里。", "2015/2018"),
        ("三年来硬化道路37公里。", "2016/2018"),
        ("截至11月底硬化道路37公里。", "2018-11"),
        ("上半年硬化道路37公里。", "2018"),
        ("硬化道路37公里。", "2018"),
        ("明年计划硬化道路37公里。", "2019"),
        ("近年来硬化道路37公里。", None),
    ],
)
def test_relative_times_in_a_report_that_tells_its_year(sentence: str, expected: str | None) -> None:
    assert periods(f"柳溪乡2018年工作总结\n{BODY}{sentence}")["37公里"] == expected


def test_the_last_time_before_the_figure_governs() -> None:
    text = "柳溪乡2018年工作总结\n人均收入由2014年的4120元增加到2018年的7310元。"
    assert periods(text) == {"4120元": "2014", "7310元": "2018"}


def test_comparison_governs_only_the_value_it_names() -> None:
    text = "柳溪乡2018年工作总结\n全年接待游客9100人次，比上年的8300人次增长9.6%。"
    assert periods(text) == {"9100人次": "2018", "8300人次": "2017", "9.6%": "2018"}


@pytest.mark.parametrize(
    "sentence",
    [
        "2020年，工业增加值是上年的1.5倍，出生率9.8‰。",
        "2020年工业增加值为2015年的1.5倍，出生率9.8‰。",
        "2020年，工业增加值是去年同期的1.5倍，出生率9.8‰。",
    ],
)
def test_a_multiple_of_a_former_value_is_of_its_own_time(sentence: str) -> None:
    assert periods(sentence) == {"1.5倍": "2020", "9.8‰": "2020"}
    assert periods("2020年销量是上年的80%，上年的销量3吨。") == {"80%": "2020", "3吨": "2019"}


@pytest.mark.parametrize(
    ("sentence", "text", "first", "last"),
    [
        ("1-9月，完成投资3亿元。", "2020", "2020-01-01", "2020-09-30"),
        ("一季度完成投资3亿元。", "2020", "2020-01-01", "2020-03-31"),
        ("前三季度完成投资3亿元。", "2020", "2020-01-01", "2020-09-30"),
        ("上半年完成投资3亿元。", "2020", "2020-01-01", "2020-06-30"),
        ("三季度末存款3亿元。", "2020", "2020-09-01", "2020-09-30"),
        ("6月末存款3亿元。", "2020-06", "2020-06-01", "2020-06-30"),
    ],
)
def test_a_part_of_the_year_shows_in_the_days(sentence: str, text: str, first: str, last: str) -> None:
    assert full(f"2020年柳溪乡工作总结\n{sentence}") == [period.Period(text, first, last)]


def test_the_value_risen_from_is_of_no_told_time() -> None:
    text = "柳溪乡2018年工作总结\n入学率由91.2%提高到95.7%。"
    assert periods(text) == {"91.2%": None, "95.7%": "2018"}


def test_headings_shift_the_year() -> None:
    text = "柳溪乡工作汇报\n各位领导:\n一、2018年工作完成情况\n新修水渠4公里。\n二、2019年工作计划\n新修水渠6公里。\n"
    assert periods(text) == {"4公里": "2018", "6公里": "2019"}


def test_a_closing_plan_tells_the_year_of_the_report() -> None:
    text = "一、主要工作\n全年新修水渠4公里。\n二、存在问题\n缺少资金12万元。\n三、2019年工作计划\n新修水渠6公里。\n"
    assert periods(text) == {"4公里": "2018", "12万元": "2018", "6公里": "2019"}


def test_next_steps_without_a_year_stay_open() -> None:
    text = "柳溪乡2018年工作总结\n一、主要成效\n新修水渠4公里。\n二、下一步打算\n力争新修水渠6公里。\n"
    assert periods(text) == {"4公里": "2018", "6公里": None}


def test_a_government_report_looks_back_one_year() -> None:
    text = "2024年政府工作报告\n一、过去一年工作回顾\n去年新建学校3所，投资8亿元。\n二、今年重点工作\n新建学校5所。\n"
    assert periods(text) == {"3所": "2023", "8亿元": "2023", "5所": "2024"}


def test_a_year_governs_what_goes_on_with_it() -> None:
    text = f"柳溪乡情况\n{BODY}2016年到位资金90万元。其中省级50万元。\n群众自筹20万元。"
    assert periods(text) == {"90万元": "2016", "50万元": "2016", "20万元": None}


def test_a_masked_title_masks_the_article() -> None:
    text = "柳溪乡20xx年工作总结\n新修水渠4公里。今年还新建水池2座。"
    assert periods(text) == {"4公里": "redacted", "2座": "redacted"}


def test_geography_is_of_no_year() -> None:
    text = "柳溪乡2018年工作总结\n柳溪乡位于县城东北，平均海拔1400米。全年新修水渠4公里。"
    assert periods(text) == {"1400米": None, "4公里": "2018"}


def test_a_remark_in_parentheses_is_over_with_them() -> None:
    text = "柳溪乡2018年工作总结\n一、2019年计划\n整治山塘80口（含今年结转的7口），衬砌渠道45公里。"
    assert periods(text) == {"80口": "2019", "7口": "2018", "45公里": "2019"}


def test_dates_are_exact_where_the_text_is() -> None:
    text = "柳溪乡2020年工作总结\n上半年新修水渠4公里。截至2月底新修水渠6公里。"
    assert full(text) == [
        period.Period("2020", "2020-01-01", "2020-06-30"),
        period.Period("2020-02", "2020-02-01", "2020-02-29"),
    ]


def test_the_header_of_a_column_dates_its_cells() -> None:
    text = "柳溪乡道路表\n项目\t2017年\t2018年\n硬化道路（公里）\t12\t15\n安装路灯（盏）\t120\t150\n"
    assert periods(text) == {"12": "2017", "15": "2018", "120": "2017", "150": "2018"}


def test_document_numbers_are_no_years() -> None:
    text = "按照柳政发〔2016〕87号文件和5年规划，3个月内完成"
    assert dates.find(text, 0, len(text)) == []


def test_five_year_plans() -> None:
    (mention,) = dates.find("“十四五”时期", 0, 7)
    assert (mention.kind, mention.years) == (DateKind.PLAN, (2021, 2025))


REPORT = "柳溪乡2018年工作总结\n"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "药费比重由上年的35.2%降至31.4%，下降3.8个百分点。",
            {"35.2%": "2017", "31.4%": "2018", "3.8个百分点": "2018"},
        ),
        ("贫困人口从2015年底的860户减少到45户。", {"860户": "2015", "45户": "2018"}),
        (
            "三次产业比由上年的25.1∶30.4∶44.5调整为22.3∶31.2∶46.5。",
            {"25.1∶30.4∶44.5": "2017", "22.3∶31.2∶46.5": "2018"},
        ),
        ("从7月1日起每户补助900元。", {"900元": "2018"}),
    ],
)
def test_a_former_time_governs_only_the_value_risen_from(sentence: str, expected: dict[str, str]) -> None:
    found = periods(REPORT + sentence)
    assert {text: found[text] for text in expected} == expected


@pytest.mark.parametrize(
    ("sentence", "old"),
    [
        ("与上年相比，粮食总产量由8650吨增加到9030吨。", "2017"),
        ("和2016年相比，粮食总产量由8650吨增加到9030吨。", "2016"),
        ("较上年，粮食总产量由8650吨增至9030吨。", "2017"),
        ("粮食总产量比去年由8650吨增加到9030吨。", "2017"),
        ("粮食总产量同比由8650吨提高到9030吨。", "2017"),
        ("与上年同期相比，单产增长2%，粮食总产量由8650吨增加到9030吨。", "2017"),
        ("粮食总产量由8650吨增加到9030吨。", None),
        ("单产比上年增长2%，粮食总产量由8650吨增加到9030吨。", None),
        ("单产同比增长2%，粮食总产量由8650吨增加到9030吨。", None),
    ],
)
def test_a_value_risen_from_is_of_the_time_compared_with(sentence: str, old: str | None) -> None:
    found = periods(f"柳溪乡2018年工作总结\n{BODY}{sentence[:-1]}，增长4.4%。")
    assert found["8650吨"] == old
    assert (found["9030吨"], found["4.4%"]) == ("2018", "2018")


def test_what_is_as_it_was_last_year_is_of_this_one() -> None:
    found = periods(f"柳溪乡2018年工作总结\n{BODY}养老金与上年基本持平，达85万元。")
    assert found["85万元"] == "2018"


def test_the_figures_of_a_half_yearly_report_are_of_the_half_year() -> None:
    text = f"2021年上半年柳溪乡工作总结\n{BODY}修路3公里。今年以来修渠2公里。全年计划修桥5座。二季度修路1.2公里。"
    days = [(told.text, told.start, told.end) for told in full(text) if told]
    half, year = ("2021", "2021-01-01", "2021-06-30"), ("2021", "2021-01-01", "2021-12-31")
    assert days == [half, half, year, ("2021", "2021-04-01", "2021-06-30")]


def test_the_year_returns_after_a_former_value() -> None:
    text = REPORT + "村集体收入由去年的4万元增加到9万元。光伏电站收益5万元。"
    assert periods(text) == {"4万元": "2017", "9万元": "2018", "5万元": "2018"}


def test_what_is_left_of_last_year_is_a_figure_of_this_one() -> None:
    text = REPORT + "加上上级补助3180万元、上年结余240万元，收入总计9500万元。"
    assert periods(text) == {"3180万元": "2018", "240万元": "2018", "9500万元": "2018"}


def test_the_same_time_of_last_year_is_the_same_month() -> None:
    text = REPORT + "截至11月底，完成投资320万元，较上年同期的280万元增长14.3%。"
    assert periods(text) == {"320万元": "2018-11", "280万元": "2017-11", "14.3%": "2018-11"}


def test_a_time_that_opens_a_sentence_holds_for_the_next_one() -> None:
    text = REPORT + "截至9月底，共有卫生室14个。编制床位60张。改造厕所310座。"
    assert periods(text) == {"14个": "2018-09", "60张": "2018-09", "310座": "2018"}


def test_a_time_inside_a_sentence_ends_with_it() -> None:
    text = REPORT + "新桥于8月26日通车，全长85米。新建水池2座。"
    assert periods(text) == {"85米": "2018-08", "2座": "2018"}


def test_a_deadline_ends_with_its_clause() -> None:
    text = REPORT + "6月底前开工率达到90%；争取资金150万元。硬化道路3公里。"
    assert periods(text) == {"90%": "2018-06", "150万元": "2018", "3公里": "2018"}


def test_a_semicolon_keeps_the_year_but_not_the_month() -> None:
    text = REPORT + "全乡截至11月底完成造林700亩；植树4万株。其中柏树1万株。"
    assert periods(text) == {"700亩": "2018-11", "4万株": "2018", "1万株": "2018-11"}


def test_full_width_digits_name_a_month() -> None:
    assert periods(REPORT + "到１２月２０日，完工５１亩。")["５１亩"] == "2018-12"


def test_months_of_two_years_are_a_span() -> None:
    text = REPORT + "2017年10月至2018年9月，全乡出生408人，其中女孩198人。"
    assert periods(text) == {"408人": "2017/2018", "198人": "2017/2018"}


def test_an_event_is_told_to_the_end_of_the_paragraph_and_of_its_aftermath() -> None:
    text = (
        REPORT + "7月2日夜，全乡遭遇暴雨。受灾240户。倒塌房屋7间。全年因灾损失800万元。\n"
        "面对险情，出动干部90名。转移群众560人。\n新修水渠4公里。"
    )
    assert periods(text) == {
        "240户": "2018-07",
        "7间": "2018-07",
        "800万元": "2018",
        "90名": "2018-07",
        "560人": "2018-07",
        "4公里": "2018",
    }


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("“6·21”洪水冲毁路基12公里。", "2018-06"),
        ("“8·3”地震灾区修复路基12公里。", "2018"),
        ("吸取外地“6·21”事故教训，加固路基12公里。", "2018"),
        ("未来产业园配套道路12公里。", "2018"),
        ("对照2035年远景目标，新修道路12公里。", "2018"),
        ("水质30年来首次达标，治理河道12公里。", "2018"),
    ],
)
def test_what_names_a_day_and_what_only_looks_like_a_time(sentence: str, expected: str) -> None:
    assert periods(REPORT + sentence)["12公里"] == expected


def test_an_overview_is_of_no_year_to_the_end_of_its_paragraph() -> None:
    text = (
        REPORT + "全乡国土面积83平方公里，辖9个村。耕地6100亩。林地2万亩。2017年人均收入8200元。\n"
        "新修水渠4公里。按国土面积83平方公里计，路网更密。硬化道路7公里。"
    )
    found = periods(text)
    assert [found[key] for key in ("83平方公里", "9个村", "6100亩", "2万亩")] == [None] * 4
    assert (found["8200元"], found["4公里"]) == ("2017", "2018")


def test_a_place_is_far_from_town_in_every_year() -> None:
    text = REPORT + "茶厂位于县城以东12公里。鸡场位于白岩村，投资50万元。"
    assert periods(text) == {"12公里": None, "50万元": "2018"}


def test_the_size_of_a_project_is_of_no_year_but_its_progress_is() -> None:
    text = REPORT + "敬老院概算总投资860万元，占地21亩，目前完成投资410万元。卫生院概算投资90万元，年内动工。"
    assert periods(text) == {"860万元": None, "21亩": None, "410万元": "2018", "90万元": "2018"}


def test_next_year_of_a_masked_year_is_untold() -> None:
    text = "柳溪乡20xx年工作总结\n新修水渠4公里。明年计划新修水渠6公里。"
    assert periods(text) == {"4公里": "redacted", "6公里": None}


def test_a_section_on_a_plan_is_of_all_its_years() -> None:
    text = (
        "2026年政府工作报告\n一、“十四五”时期和2025年主要成绩\n新建学校3所。\n"
        "“十四五”时期，建成水库7座。新增床位900张。硬化道路80公里。\n"
        "二、“十五五”时期主要目标\n森林覆盖率达到61%。\n三、2026年重点工作\n新建学校5所。\n"
    )
    assert periods(text) == {
        "3所": "2025",
        "7座": "2021-2025",
        "900张": "2021-2025",
        "80公里": "2021-2025",
        "61%": "2026-2030",
        "5所": "2026",
    }


def test_a_forecast_for_the_end_of_the_year_belongs_to_it() -> None:
    assert periods(REPORT + "预计年末结余53万元。预计每年增收7万元。") == {"53万元": "2018", "7万元": None}


@given(
    st.text(
        alphabet="0125年月日底末至到-上半今去明x*_（）,，。；\n万元公里其中一二五十“”·期间以来由的同期前", max_size=120
    )
)
def test_every_quantity_gets_a_period_of_a_known_form(text: str) -> None:
    for resolved in full(text):
        if resolved is None:
            continue
        assert re.fullmatch(r"\d{4}|\d{4}-\d\d|\d{4}[-/]\d{4}|redacted", resolved.text)
        if resolved.start and resolved.end:
            assert date.fromisoformat(resolved.start) <= date.fromisoformat(resolved.end)
