"""Project types: what the words name, what only looks like it, and what the place of a figure in the report adds."""

from __future__ import annotations

from collections import Counter

import pytest

from extractor.context import linear
from extractor.context.lexicon import find
from extractor.context.project_type import NONE, WEIGHTS, Evidence, decide
from extractor.pipeline import extract
from extractor.resources import read_table
from extractor.resources.project_types import TRAP

# The codes of the annotation manual.
CODES = {
    *("road", "drinking_water", "irrigation", "power", "telecom", "energy", "housing", "relocation", "farmland"),
    *("environment", "public_facility", "crop", "forestry_fruit", "livestock", "processing", "tourism", "cooperative"),
    *("finance", "training", "employment", "education", "health", "social_security", "ecology", "assistance"),
    *("village_program", "identification", "administration", "safety"),
}


def types(text: str) -> list[str | None]:
    return [figure.project_type for figure in extract(text).figures]


def rows() -> list[dict[str, str]]:
    return list(read_table("project_types.tsv", ("code", "name", "cues")))


class TestLexicon:
    def test_it_has_every_code_of_the_manual_and_one_row_of_traps(self) -> None:
        assert sorted(row["code"] for row in rows()) == sorted([*CODES, TRAP])

    def test_no_cue_stands_twice(self) -> None:
        counts = Counter(cue for row in rows() for cue in row["cues"].split("|"))
        assert [cue for cue, count in counts.items() if count > 1] == []

    def test_no_cue_is_empty_or_padded(self) -> None:
        assert all(cue and cue == cue.strip() for row in rows() for cue in row["cues"].split("|"))

    def test_no_cue_is_a_single_character_that_many_words_contain(self) -> None:
        assert {cue for row in rows() for cue in row["cues"].split("|") if len(cue) == 1} <= {"杏"}

    @pytest.mark.parametrize("row", rows(), ids=lambda row: row["code"])
    def test_every_cue_alone_speaks_for_its_code(self, row: dict[str, str]) -> None:
        expected = [] if row["code"] == TRAP else [row["code"]]
        for cue in row["cues"].split("|"):
            assert [found.code for found in find(cue)] == expected, cue

    def test_a_range_gives_offsets_into_the_whole_text(self) -> None:
        text = "先修公路，再修水渠。"
        assert [text[cue.start : cue.end] for cue in find(text, 5)] == ["水渠"]

    def test_half_a_surrogate_pair_moves_no_offset(self) -> None:
        text = "\ud83d再修\ud800水渠\udc00。"
        assert [text[cue.start : cue.end] for cue in find(text)] == ["水渠"]

    def test_the_empty_text_names_nothing(self) -> None:
        assert find("") == []


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("硬化通组公路4.2公里。", "road"),
        ("安装波形护栏960米。", "road"),
        ("铺设供水管网11公里。", "drinking_water"),
        ("清淤疏浚沟渠2300米。", "irrigation"),
        ("新装变压器3台。", "power"),
        ("新建5G基站6座。", "telecom"),
        ("维修户用沼气池75口。", "energy"),
        ("改造农村危房38户。", "housing"),
        ("易地搬迁入住62户。", "relocation"),
        ("建成高标准农田1500亩。", "farmland"),
        ("新改建农村户厕210座。", "environment"),
        ("修建文化广场2个。", "public_facility"),
        ("种植辣椒800亩。", "crop"),
        ("嫁接核桃1.2万株。", "forestry_fruit"),
        ("存栏山羊2600只。", "livestock"),
        ("发展农家乐14家。", "tourism"),
        ("发放扶贫小额信贷350万元。", "finance"),
        ("举办电工技能培训5期。", "training"),
        ("外出务工1860人。", "employment"),
        ("劝返辍学学生3名。", "education"),
        ("接种疫苗4100人次。", "health"),
        ("发放低保金86万元。", "social_security"),
        ("开展森林防火演练4场。", "safety"),
    ],
)
def test_the_words_of_a_figure_name_its_type(sentence: str, code: str) -> None:
    assert types(sentence) == [code]


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("整村推进项目易地搬迁56户。", "relocation"),
        ("整村推进道路硬化3公里。", "road"),
        ("易地搬迁项目总投资340万元。", "relocation"),
        ("整村推进项目总投资320万元。", "village_program"),
    ],
)
def test_what_a_programme_does_goes_before_its_name(sentence: str, code: str) -> None:
    assert types(sentence) == [code]


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("乡镇\t通组公路（公里）\t搬迁户（户）\t受益（人）\n云岭乡\t12.5\t45\t1200\n", ["road", "relocation", None]),
        ("项目\t数量（处）\n道路工程\t12\n供水工程\t8\n合计\t20\n", ["road", "drinking_water", None]),
        ("乡镇\t合计（万元）\t道路（万元）\t水利（万元）\n云岭乡\t120\t80\t40\n", [None, "road", "irrigation"]),
        ("易地搬迁情况表\n\n乡镇\t户数（户）\t投资（万元）\n云岭乡\t45\t120.5\n", ["relocation", "relocation"]),
    ],
)
def test_a_cell_takes_no_type_from_another_column(table: str, codes: list[str | None]) -> None:
    assert types(table) == codes


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("多渠道争取资金450万元。", "irrigation"),
        ("开辟销售渠道6条。", "irrigation"),
        ("生活水平提高12%。", "drinking_water"),
        ("其中银行贷款120万元。", "finance"),
        ("县残联出资3万元。", "social_security"),
    ],
)
def test_words_that_only_look_like_a_cue_are_none(sentence: str, wrong: str) -> None:
    assert wrong not in types(sentence)


class TestRules:
    @pytest.mark.parametrize(
        "sentence",
        ["洪水冲毁公路17公里。", "农作物受灾2400亩。", "倒塌民房9间。", "水利设施直接经济损失310万元。"],
    )
    def test_losses_by_disaster_have_no_type(self, sentence: str) -> None:
        assert types(sentence) == [None]

    @pytest.mark.parametrize("sentence", ["新建中心小学1所。", "改扩建敬老院2所。", "乡镇卫生院改造3所。"])
    def test_building_an_institution_is_a_public_facility(self, sentence: str) -> None:
        assert types(sentence) == ["public_facility"]

    def test_what_a_bulletin_counts_belongs_to_no_project(self) -> None:
        report = (
            "云岭县2019年国民经济和社会发展统计公报\n\n全年水稻产量3.6万吨，接待游客52万人次，公路通车里程810公里。"
        )
        assert types(report) == [None, None, None]

    def test_the_same_figures_in_a_work_report_do(self) -> None:
        report = "云岭县农业农村局2019年工作总结\n\n全年种植水稻3.6万亩，出栏肉牛2100头。"
        assert types(report) == ["crop", "livestock"]

    def test_accounts_of_a_budget_belong_to_no_project(self) -> None:
        report = "云岭县2019年财政预算执行情况的报告\n\n教育支出2.1亿元，卫生健康支出9600万元。"
        assert types(report) == [None, None]

    @pytest.mark.parametrize("sentence", ["全乡总人口1.3万人。", "国土面积96平方公里。", "人均可支配收入1.1万元。"])
    def test_facts_about_a_place_have_no_type(self, sentence: str) -> None:
        assert types(sentence) == [None]


class TestSurroundings:
    def test_money_takes_the_type_of_what_it_was_spent_on(self) -> None:
        assert types("投入46万元，新修水渠2.5公里。") == ["irrigation", "irrigation"]

    def test_a_figure_without_words_follows_the_one_before(self) -> None:
        assert types("改造危房24户、1380平方米，完成投资96万元。") == ["housing"] * 3

    def test_a_clause_of_its_own_ends_the_run(self) -> None:
        assert types("硬化村道3公里，种植烤烟420亩，养殖土鸡6000羽。") == ["road", "crop", "livestock"]

    def test_text_without_figures_gives_nothing(self) -> None:
        assert types("今后将继续加强公路养护。") == []


class TestDecision:
    def test_a_verdict_is_not_weighed(self) -> None:
        evidence = Evidence({"own": ["road"]}, ["any"], "housing", "elsewhere")
        assert decide(linear.build({"own:first": 9.0}), evidence, NONE) == "housing"

    def test_the_heaviest_candidate_wins(self) -> None:
        evidence = Evidence({"left": ["road"], "heading": ["housing"]}, ["any"], None, "elsewhere")
        assert decide(linear.build({"left:first": 2.0, "heading:first": 1.0}), evidence, NONE) == "road"
        assert decide(linear.build({"left:first": 1.0, "heading:first": 2.0}), evidence, NONE) == "housing"

    def test_a_circumstance_counts_for_its_type_only(self) -> None:
        evidence = Evidence({"left": ["road", "crop"]}, ["dimension:area"], None, "elsewhere")
        model = linear.build({"left:first": 1.0, "dimension:area=crop": 2.0, "dimension:area=livestock": 5.0})
        assert decide(model, evidence, NONE) == "crop"

    def test_the_type_before_is_a_candidate(self) -> None:
        evidence = Evidence({}, [], None, "joined")
        assert set(evidence.candidates("energy")) == {"energy", NONE}
        assert decide(linear.build({"before:joined": 1.0}), evidence, "energy") == "energy"

    def test_the_weights_of_the_package_are_about_known_types(self) -> None:
        labels = {label for weights in linear.load(WEIGHTS).specific.values() for label in weights}
        assert labels <= CODES | {NONE}
