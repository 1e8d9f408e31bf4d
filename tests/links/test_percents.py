"""Percentages: their kind and the figures they relate."""

from __future__ import annotations

import pytest
from links_samples import read

from extractor.links import connect
from extractor.types import LinkKind, Status

PLANNED = {"1000口": Status.PLANNED, "600套": Status.PLANNED, "90%": Status.PLANNED, "3.5万元": Status.STANDARD}

CASES = [
    # text, kind, of, numer
    ("总产值200亿元，同比增长6.5%。", "growth", None, "200亿元"),
    ("完成投资3.3亿元，较上年的3亿元增长10%。", "growth", "3亿元", "3.3亿元"),
    ("补助标准由400元提高到440元，提高了10%。", "growth", "400元", "440元"),
    ("普及率88.2%，比上年的84.5%提高3.7个百分点。", "growth", "84.5%", "88.2%"),
    ("茶农和果农收入分别为2.1万元和1.8万元，分别增长6%和7%。", "growth", None, "1.8万元"),
    ("总收入9万元，其中茶叶5万元、果品3万元，同比分别增长6%、7%。", "growth", None, "3万元"),
    ("茶叶5万元、果品3万元、蜂蜜1万元，分别增长6%、7%。", "growth", None, None),
    ("营业收入、利润分别增长6%、7%。", "growth", None, None),
    ("投资是上年的2倍，比上年增长5%。", "growth", None, None),
    ("改造农村危房35户，每户补助3.5万元，完成率100%。", "progress", None, "35户"),
    ("完成投资88万元，占任务100万元的88%。", "progress", "100万元", "88万元"),
    ("农村沼气项目1000口，现建成825口，占任务的82.5%。", "progress", "1000口", "825口"),
    ("应签约600套，已签约540套，签约率90.0%。", "progress", "600套", "540套"),
    ("务工1020人，为市下任务1000人的102%。", "progress", "1000人", "1020人"),
    ("总人口3000人，贫困人口2400人，占总人口的80%。", "share", "3000人", "2400人"),
    ("农村低保960人，占农业人口20000人的4.8%。", "share", "20000人", "960人"),
    ("投入资金500万元，其中产业250万元，占50%。", "share", "500万元", "250万元"),
    ("吸纳社员60户，其中贫困户30户，刚好占了一半。", "share", "60户", "30户"),
    ("教职工700人，专任教师占90%，为630人。", "share", "700人", "630人"),
    ("抽检水样300份，合格285份，合格率95%。", "rate", "300份", "285份"),
    ("上线1500人，上线率37.5%(参考4000人)。", "rate", "4000人", "1500人"),
    ("新型合作医疗参合率达99%。", "rate", None, None),
    ("90%以上农户有卫生厕所。", "rate", None, None),
]


@pytest.mark.parametrize(("text", "kind", "of", "numer"), CASES)
def test_a_percentage_knows_its_kind_and_its_bases(text: str, kind: str, of: str | None, numer: str | None) -> None:
    figures = connect(*read(text, status=PLANNED)).figures
    names: dict[int | None, str | None] = {figure.start: figure.text for figure in figures} | {None: None}
    pct = [figure.pct for figure in figures if figure.pct is not None][-1]
    assert (pct.kind.value, names[pct.of], names[pct.numer]) == (kind, of, numer)


def test_a_percentage_that_does_not_hold_is_linked_all_the_same() -> None:
    figures = connect(*read("抽检水样300份，合格285份，合格率59%。")).figures
    assert figures[2].pct is not None
    assert (figures[2].pct.of, figures[2].pct.numer) == (figures[0].start, figures[1].start)


def test_the_header_of_a_table_cell_says_what_its_percentage_is() -> None:
    scope, figures = read("产品名称\t产量（万吨）\t比上年增长（%）\n粮食\t21.46\t1.3\n油料\t1.62\t2.6\n")
    kinds = [figure.pct.kind.value for figure in connect(scope, figures).figures if figure.pct is not None]
    assert kinds == ["growth", "growth"]


def test_every_link_of_a_figure_is_an_edge() -> None:
    scope, figures = read("安置70户260人,其中集中安置30户110人，占总户数的43%。")
    connected = connect(scope, figures)
    edges = {(link.kind, link.source, link.target) for link in connected.links}
    for figure in connected.figures:
        for kind, end in ((LinkKind.PART_OF, figure.part_of), (LinkKind.PAIR, figure.pair)):
            assert end is None or (kind, figure.start, end) in edges
    assert {kind for kind, _, _ in edges} == {LinkKind.PART_OF, LinkKind.PAIR, LinkKind.SHARE_OF, LinkKind.NUMERATOR}
