"""Places: the unit of the article, the place that governs a figure, lists, and what is only referred to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import extract
from extractor.context import place
from extractor.context.place_mentions import find
from extractor.pipeline import scopes
from extractor.resources import read_table
from extractor.segment import segment
from extractor.types import Place


def places(text: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the places of each quantity, by the quantity as written."""
    return {quantity: tuple(found.name for found in resolved) for quantity, resolved in full(text)}


def full(text: str) -> list[tuple[str, tuple[Place, ...]]]:
    return [
        (quantity.text, resolved)
        for scope in scopes(text, segment(text))
        for quantity, resolved in zip(scope.quantities, place.resolve(scope), strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("柳溪乡2018年工作总结\n我乡新修水渠4公里。", "柳溪乡"),
        ("乡村振兴工作汇报\n柳溪乡位于县境东北。全乡新修水渠4公里。", "柳溪乡"),
        ("工作汇报\n我乡扎实推进各项工作，新修水渠4公里。", "我乡"),
        ("××县民政局2018年工作总结\n全县新修水渠4公里。", "××县"),
        ("XX乡工作汇报\n该乡新修水渠4公里。", "XX乡"),
        ("沅坪县水利局2018年工作总结\n新修水渠4公里。", "沅坪县"),
    ],
)
def test_the_unit_by_the_name_the_article_gives(text: str, expected: str) -> None:
    assert places(text)["4公里"] == (expected,)


HEAD = "柳溪乡2018年工作总结\n我乡多措并举。"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("石坪村新修水渠4公里。", ("石坪村",)),
        ("在石坪村新修水渠4公里。", ("石坪村",)),
        ("修建了石坪、桐岭等村4公里水渠。", ("石坪", "桐岭")),
        ("在石坪、桐岭、大湾三个村新修水渠4公里。", ("石坪", "桐岭", "大湾")),
        ("石坪村和桐岭村新修水渠4公里。", ("石坪村", "桐岭村")),
        ("为石坪村3组新修水渠4公里。", ("石坪村3组",)),
        ("贫困村新修水渠4公里。", ("柳溪乡",)),
        ("各村、驻村干部和农村群众新修水渠4公里。", ("柳溪乡",)),
        ("请来省市专家指导，新修水渠4公里。", ("柳溪乡",)),
        ("干部到浙江考察学习后新修水渠4公里。", ("柳溪乡",)),
        ("双桥水库新修水渠4公里。", ("双桥水库",)),
        ("双桥小型水库新修水渠4公里。", ("双桥水库",)),
        ("除险加固小型水库3座，新修水渠4公里。", ("柳溪乡",)),
        ("清淤疏浚水库2座，新修水渠4公里。", ("柳溪乡",)),
        ("抗旱备用水库五座，新修水渠4公里。", ("柳溪乡",)),
        ("石坪村修路1公里，该村还新修水渠4公里。", ("石坪村",)),
    ],
)
def test_the_place_before_the_figure(sentence: str, expected: tuple[str, ...]) -> None:
    assert places(HEAD + sentence)["4公里"] == expected


def test_money_goes_to_the_place_behind_it() -> None:
    text = HEAD + "投入31万元建成石坪村便民桥2座，投入9万元对桐岭村水池进行维修。"
    assert places(text) == {"31万元": ("石坪村",), "2座": ("石坪村",), "9万元": ("桐岭村",)}


def test_each_figure_its_own_place() -> None:
    text = HEAD + "石坪村、桐岭村分别脱贫41户、26户。其中石坪村搬迁12户，桐岭村搬迁7户，其余村搬迁5户。"
    assert places(text) == {
        "41户": ("石坪村",),
        "26户": ("桐岭村",),
        "12户": ("石坪村",),
        "7户": ("桐岭村",),
        "5户": ("柳溪乡",),
    }


@pytest.mark.parametrize(
    ("sentence", "total", "expected"),
    [
        ("石坪村投入31万元，桐岭村投入9万元，合计投入40万元。", "40万元", ("柳溪乡",)),
        ("石坪村投入31万元，桐岭村投入9万元，合计约42万元。", "42万元", ("柳溪乡",)),
        ("石坪村改厕31户；桐岭村改厕9户；共改厕40户。", "40户", ("柳溪乡",)),
        ("石坪村改厕31户，桐岭村改厕9户，两村累计改厕40户。", "40户", ("柳溪乡",)),
        ("石坪村修路3公里，桐岭村修路5公里，云岭村修路4公里，总计12公里，受益70户。", "70户", ("柳溪乡",)),
        ("石坪村投入31万元，桐岭村投入9万元，合计投入40万元，其中石坪村自筹6万元。", "6万元", ("石坪村",)),
        # Of the last place alone.
        ("石坪村种茶12亩，桐岭村种茶20亩、种果30亩，合计50亩。", "50亩", ("桐岭村",)),
        ("石坪村改厕31户，桐岭村种茶20亩、种果30亩，共50亩。", "50亩", ("桐岭村",)),
        ("石坪村投入31万元，桐岭村投入9万元，共培训45人。", "45人", ("桐岭村",)),
        ("石坪村投入31万元，桐岭村合计投入40万元。", "40万元", ("桐岭村",)),
        ("石坪村修路3公里，投入31万元，绿化投入9万元，合计40万元。", "40万元", ("石坪村",)),
    ],
)
def test_a_total_of_several_places_is_of_none_of_them(sentence: str, total: str, expected: tuple[str, ...]) -> None:
    assert places(HEAD + sentence)[total] == expected


def test_a_total_of_several_places_has_none_where_the_text_names_no_unit() -> None:
    assert places("2021年，白河镇投入31万元，石门乡投入9万元，合计投入40万元。")["40万元"] == ()


def test_a_paragraph_keeps_the_village_it_opens_with() -> None:
    text = HEAD + "\n石坪村通组路上有危桥1座。多方筹资18万元进行改造。\n全乡出动干部60人。\n栽植核桃300亩。"
    found = places(text)
    assert found["18万元"] == ("石坪村",)
    assert found["60人"] == ("柳溪乡",)
    assert found["300亩"] == ("柳溪乡",)


def test_a_section_keeps_the_place_of_its_heading() -> None:
    text = HEAD + "\n一、石坪村示范建设\n新修水渠4公里。\n二、全乡产业\n栽植核桃300亩。\n"
    assert places(text) == {"4公里": ("石坪村",), "300亩": ("柳溪乡",)}


def test_an_item_of_a_list_ends_with_its_place() -> None:
    text = HEAD + "一是石坪村修路12公里，投资180万元；二是桐岭村建水池22口；三是培训农民640人次。四是发放贷款75万元。"
    assert places(text) == {
        "12公里": ("石坪村",),
        "180万元": ("石坪村",),
        "22口": ("桐岭村",),
        "640人次": ("柳溪乡",),
        "75万元": ("柳溪乡",),
    }


def test_this_village_is_the_one_of_the_heading() -> None:
    text = "2018年工作总结\n一、石坪村\n全村有农户320户。\n二、桐岭村\n该村有农户120户，我村有茶园80亩。\n三、下步打算\n修路5公里。\n"
    found = places(text)
    assert (found["320户"], found["120户"], found["80亩"]) == (("石坪村",), ("桐岭村",), ("桐岭村",))


def test_the_issuer_says_what_our_village_is() -> None:
    text = "关于申请修建文化广场资金的请示\n县文旅局：\n我村有农户320户，全村有党员45人。\n石坪村村民委员会\n2018年3月2日\n"
    assert places(text) == {"320户": ("石坪村",), "45人": ("石坪村",)}


def test_a_shorter_list_stands_for_the_whole() -> None:
    text = HEAD + "石坪、桐岭、大湾等3个贫困村共有村民640户。石坪等3个村修路6公里。上述3个村通电。"
    found = places(text)
    assert found["640户"] == ("石坪", "桐岭", "大湾")
    assert found["6公里"] == ("石坪", "桐岭", "大湾")


def test_a_village_without_its_kind() -> None:
    text = HEAD + "石坪村地处高山。\n完成石坪“示范村”项目建设，投资64万元。"
    assert places(text)["64万元"] == ("石坪",)


def test_codes_and_levels() -> None:
    text = "贵州省瓮安县中坪镇2018年工作总结\n全镇新修水渠4公里，瓮安县补助30万元，高桥村自筹2万元。"
    ((_, town), (_, county), (_, village)) = full(text)
    assert town == (Place("中坪镇", "522725103", "township"),)
    assert county[0].name == "中坪镇"  # a superior only gives the money
    assert village == (Place("高桥村", None, "village"),)


def test_words_that_look_like_places_are_none() -> None:
    text = "在中心城区结合山区实际，大城市带动，合作互助，和平新建，城乡村镇共建成县级示范"
    assert [mention.names for mention in find(text, 0, len(text))] == []


def test_an_article_about_no_place() -> None:
    assert places("研究生实践工作总结\n共有实践基地22个，参与学生310人。") == {"22个": (), "310人": ()}


def test_lexicon_has_no_entry_twice() -> None:
    rows = [(row["kind"], row["word"]) for row in read_table("place_words.tsv", ("kind", "word"))]
    assert len(rows) == len(set(rows))
    assert {kind for kind, _ in rows} == {"generic", "tail", "ending", "before", "common"}


@given(st.text(alphabet="村乡镇县市省全我该等、和个3石坪桐岭贵州柳溪的在到x×*，。\n投入万元分别各", max_size=100))
def test_mentions_are_ordered_apart_and_verbatim(text: str) -> None:
    end = 0
    for mention in find(text, 0, len(text)):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.names
        if mention.level not in ("group", "facility"):
            assert all(name in text for name in mention.names)
        end = mention.end


@given(st.text(alphabet="村乡镇县全我该等、个3石坪桐岭贵州柳溪的在x，。；：\n投入万元公里一二(1)", max_size=120))
def test_every_quantity_gets_an_answer(text: str) -> None:
    for _, resolved in full(text):
        assert all(found.name for found in resolved)


@pytest.mark.parametrize("year", ["2020年", "2020年度", "二〇二〇年", "20xx年", "关于2020年"])
def test_a_year_before_an_unlisted_county_is_no_part_of_its_name(year: str) -> None:
    (figure,) = extract(f"{year}石坪县水利局工作总结\n我县今年新修水渠3公里。\n").figures
    assert [place.name for place in figure.place] == ["石坪县"]
