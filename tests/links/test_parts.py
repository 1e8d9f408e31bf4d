"""part_of: who is an addend or a subset of whom."""

from __future__ import annotations

import pytest
from links_samples import read

from extractor.links import connect
from extractor.types import LinkKind, Status

CASES = [
    # announced by 其中; the list ends when it adds up
    ("投入90万元,其中:省级50万元,市级30万元,自筹10万元,修路8万元。", "50万元<90万元 30万元<90万元 10万元<90万元"),
    # 其中 that names only some, then a new subject
    ("培训农民300人次,其中妇女120人次,举办讲座8场,带动就业40人。", "120人次<300人次"),
    # 其中 opens the next sentence; a comparison is no total
    (
        "完成投资500万元，占年度计划800万元的62.5%。其中中央350万元，地方150万元。",
        "350万元<500万元 150万元<500万元",
    ),
    # a split inside a split
    (
        "总投资60万元,其中:一期投入40万元,其中:县级25万元,群众15万元。二期投入20万元,其中:县级18万元。",
        "40万元<60万元 25万元<40万元 15万元<40万元 20万元<60万元 18万元<20万元",
    ),
    # households and people split side by side
    (
        "搬迁70户260人,其中东山村30户110人,西山村40户150人。",
        "30户<70户 110人<260人 40户<70户 150人<260人",
    ),
    # a bracket
    ("整改问题86处中的83处。", "83处<86处"),
    ("铺设管网9公里（主管3公里，支管6公里），通水7处。", "3公里<9公里 6公里<9公里"),
    # a list over semicolons
    (
        "支出资金100万元。按用途分：修路55万元；治水30万元；其他15万元。",
        "55万元<100万元 30万元<100万元 15万元<100万元",
    ),
    # a bare enumeration counts only when it adds up
    ("龙头企业41家，国家级1家、省级10家、市级30家。", "1家<41家 10家<41家 30家<41家"),
    ("龙头企业41家，合作社1家、农场10家、工厂20家。", ""),
    # the total after its parts
    (
        "参加省培训210人次、市培训320人次、县培训470人次，合计1000人次。",
        "210人次<1000人次 320人次<1000人次 470人次<1000人次",
    ),
    # nothing is part of its own part
    ("全乡3-5座两处（合计两处。", "两处<两处"),
    # parts in clauses of their own, other figures between
    (
        "总投资2340万元，受益农户1250户。其中：大坪村修路4.5公里，投资225万元；岩脚村建水池12口，投资648万元；"
        "竹园村栽核桃1200亩，投资1467万元。",
        "225万元<2340万元 648万元<2340万元 1467万元<2340万元",
    ),
    (
        "总投资2340万元，受益农户1250户。其中：大坪村修路4.5公里，投资225万元；岩脚村建水池12口，铺管8公里，投资648万元。",
        "225万元<2340万元 648万元<2340万元",
    ),
    # more than the total, or another thing: no parts
    ("总投资240万元。其中：大坪村修路4.5公里，投资225万元；岩脚村建水池12口，投资648万元。", ""),
    # sources that come to the total, wherever they stand behind it
    (
        "总投资340.5万元，建房86套，资金来源为中央210万元、省级80万元、自筹50.5万元。",
        "210万元<340.5万元 80万元<340.5万元 50.5万元<340.5万元",
    ),
    # two sorts of one thing are no parts of each other
    ("集中安置180户，分散安置35户。", ""),
    ("集中供养62人，分散供养140人。", ""),
    ("搬迁215户，集中安置180户，分散安置35户。", "180户<215户 35户<215户"),
    ("分散安置35户，集中安置180户。", ""),
    # a share
    ("全村共有农户250户。建档立卡贫困户50户，占总户数的20%。", "50户<250户"),
    # what is left over
    ("排查隐患90处，整改85处，余下5处正在整改。", "5处<90处"),
    # averages, changes and other units are no parts
    ("发放补助80万元，户均2万元，比上年增加5万元，其中危房改造30万元。", "30万元<80万元"),
    # items of a list under a total
    (
        "总投资30万元。\n(1)修路：硬化道路2公里，投资18万元。\n(2)治水：新建水池3口，投资12万元。\n",
        "18万元<30万元 12万元<30万元",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_parts_point_at_their_total(text: str, expected: str) -> None:
    figures = connect(*read(text)).figures
    names = {figure.start: figure.text for figure in figures}
    assert " ".join(f"{f.text}<{names[f.part_of]}" for f in figures if f.part_of is not None) == expected


def test_what_is_done_of_a_plan_is_no_part() -> None:
    planned = {"4条": Status.PLANNED, "72公里": Status.PLANNED}
    scope, figures = read("计划实施4条72公里，已完工3条，在建一条。", status=planned)
    assert [figure.part_of for figure in connect(scope, figures).figures] == [None] * 4


def test_masked_figures_are_parts_too() -> None:
    figures = connect(*read("全镇共有3900户、15000人，其中贫困户xx户、xx余人。")).figures
    assert [figure.part_of for figure in figures] == [None, None, figures[0].start, figures[1].start]


def test_parts_point_at_the_first_statement_of_a_repeated_total() -> None:
    text = "一、概况\n全村总人口1200人。\n二、结构\n全村总人口1200人，其中男性650人，女性550人。"
    scope, figures = read(text, indicator={"1200人": "总人口"})
    connected = connect(scope, figures)
    first, again, men, women = connected.figures
    assert men.part_of == women.part_of == first.start
    restated = [(link.source, link.target) for link in connected.links if link.kind is LinkKind.RESTATES]
    assert restated == [(again.start, first.start)]
    assert again.part_of is None
