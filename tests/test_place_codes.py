"""Division codes only where the text leaves no doubt, and places that must not stick to the wrong figure."""

from __future__ import annotations

import pytest

from extractor import extract


def codes(text: str) -> dict[str, str | None]:
    """Return the code of each place of the text's figures, by its name."""
    return {place.name: place.code for figure in extract(text).figures for place in figure.place}


def names(text: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the places of each figure, by the figure as written."""
    return {figure.text: tuple(place.name for place in figure.place) for figure in extract(text).figures}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("白云县2020年工作总结\n青石镇投入35万元。", "青石镇"),  # the county is unknown, the township unique
        ("白云县青石镇投入35万元。", "青石镇"),
        ("贵州省白云县青石镇投入35万元。", "青石镇"),
        ("××县2020年工作总结\n龙场镇投入35万元。纳雍县援助2万元。", "龙场镇"),
        ("纳雍县龙井乡投入35万元。", "龙井乡"),  # not in that county
        ("贵州省龙井乡投入35万元。", "龙井乡"),
        ("龙井乡投入35万元。", "龙井乡"),  # no word of where it lies
        ("白云区投入35万元。", "白云区"),  # two of them
        ("贵州省白云县投入35万元。", "白云县"),  # need not be the district
        ("石坪县2020年工作总结\n尖山乡投入35万元。尖山投入5万元。", "尖山乡"),
        ("2020年工作总结\n纳雍县、织金县投入35万元。龙场镇投入7万元。", "龙场镇"),
    ],
)
def test_nothing_is_guessed(text: str, name: str) -> None:
    assert codes(text)[name] is None


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("贵州省贵阳市白云区都拉乡投入35万元", "都拉乡", "520113200"),
        ("贵州省贵阳市白云区都拉乡、沙文镇投入35万元", "沙文镇", "520113102"),
        ("贵阳市南明区、白云区麦架镇投入35万元", "麦架镇", "520113101"),
        ("河南省信阳市平桥区龙井乡投入35万元。", "龙井乡", "411503202"),
        ("纳雍县龙场镇投入35万元。", "龙场镇", "520525104"),
        ("纳雍县2020年工作总结\n我县龙场镇投入35万元。", "龙场镇", "520525104"),
        ("纳雍县2020年工作总结\n全县多措并举，龙场镇投入35万元。", "龙场镇", "520525104"),
        ("贵阳市2020年工作总结\n都拉乡投入5万元。", "都拉乡", "520113200"),
        ("贵州省贵阳市白云区投入35万元。", "白云区", "520113"),
        ("贵阳市投入20万元，白云区投入5万元。", "白云区", "520113"),
        ("瓮安县投入35万元。", "瓮安县", "522725"),
        # The everyday name of an autonomous county, also where it is a common word (新平) or a district's (江城).
        ("新平县老厂乡2016年工作总结\n新修水窖12口。", "老厂乡", "530427203"),
        ("新平县老厂乡人民政府2016年工作报告\n新修水窖12口。", "老厂乡", "530427203"),
        ("全年投入5万元，三都县周覃镇新修水窖12口。", "周覃镇", "522732115"),
        ("江城县曲水镇2016年工作总结\n新修水窖12口。", "曲水镇", "530826103"),
        ("本溪县田师傅镇2016年工作总结\n新修水窖12口。", "田师傅镇", "210521109"),
    ],
)
def test_a_code_in_the_division_that_the_text_names(text: str, name: str, code: str) -> None:
    assert codes(text)[name] == code


@pytest.mark.parametrize("road", ["沿河县道", "沿河县乡道路", "互助县乡公路"])
def test_a_word_before_a_county_road_is_no_county(road: str) -> None:
    assert not codes(f"2016年，整修{road}12公里。")


def test_a_short_name_of_a_township_is_no_county() -> None:
    text = "石坪县2020年工作总结\n尖山乡、大坪镇多措并举。\n完成尖山“示范点”建设，投资64万元。黑龙江省专家3人来访。"
    assert {code for code in codes(text).values() if code is not None} <= {"23"}


def test_the_full_chain_is_one_place() -> None:
    text = "龙井乡投入10万元。贵州省贵阳市白云区都拉乡投入35万元。"
    assert names(text) == {"10万元": ("龙井乡",), "35万元": ("都拉乡",)}


@pytest.mark.parametrize(
    "road", ["龙井至大坪公路", "龙井村至大坪村公路", "龙井镇到大坪镇道路", "龙井—大坪公路", "龙井镇至大坪镇硬化路"]
)
def test_a_road_is_no_scene_of_the_next_sentence(road: str) -> None:
    text = f"石坪县2020年工作总结\n{road}投资300万元。新建水池5口。\n修建{road}7公里。安装路灯20盏。"
    found = names(text)
    assert found["5口"] == ("石坪县",)
    assert found["20盏"] == ("石坪县",)


@pytest.mark.parametrize("stop", ["，", "；", "。", "\n"])
def test_a_later_place_is_not_the_place_of_an_earlier_figure(stop: str) -> None:
    found = names(f"投入20万元{stop}青山镇投入30万元。青山镇投入40万元。青山镇投入50万元。")
    assert found["20万元"] == ()
    assert found["30万元"] == ("青山镇",)


@pytest.mark.parametrize(("title", "home"), [("云岭县2020年统计表", ("云岭县",)), ("统计表", ())])
@pytest.mark.parametrize("total", ["合计", "总计", "合 计"])
def test_rows_of_a_table_keep_apart(title: str, home: tuple[str, ...], total: str) -> None:
    text = f"{title}\n乡镇\t资金（万元）\n未分配\t12\n青山镇\t15\n白石镇\t20\n{total}\t47\n"
    assert names(text) == {"12": home, "15": ("青山镇",), "20": ("白石镇",), "47": home}


def test_a_place_in_a_later_cell_of_the_row() -> None:
    text = "云岭县2020年统计表\n项目\t资金（万元）\t地点\n水池\t15\t青山镇\n桥梁\t18\t\n道路\t20\t白石镇\n合计\t53\t\n"
    assert names(text) == {"15": ("青山镇",), "18": ("云岭县",), "20": ("白石镇",), "53": ("云岭县",)}
