"""Projects: the figures of one undertaking."""

from __future__ import annotations

from links_samples import read

from extractor.links import connect
from extractor.links.projects import group
from extractor.types import Place, Project, Status

ROAD, WATER = (Place("石桥村"),), (Place("柳湾村"),)


def projects_of(text: str, **attributes: dict[str, object]) -> tuple[Project, ...]:
    scope, figures = read(text, **attributes)
    grouped, projects = group(scope, connect(scope, figures).figures, first_id=5)
    for project in projects:
        assert [figure.start for figure in grouped if figure.project == project.id] == list(project.figures)
    return projects


def test_each_funded_undertaking_is_a_project_with_what_it_built_and_whom_it_serves() -> None:
    text = "投入80万元建成了石桥村通畅工程5公里，解决6个组出行难；投入9万元实施了柳湾村饮水工程，惠及120人。"
    road, water = projects_of(
        text,
        project_type={"80万元": "road", "5公里": "road", "6个组": "road", "*": "drinking_water"},
        place={"80万元": ROAD, "5公里": ROAD, "6个组": ROAD, "*": WATER},
        funder={"80万元": "县财政"},
    )
    assert (road.id, road.project_type, road.place, road.funders) == (5, "road", ROAD, ("县财政",))
    assert (road.name, len(road.figures)) == ("石桥村通畅工程", 3)
    assert (water.id, water.name, len(water.figures)) == (6, "柳湾村饮水工程", 2)


def test_two_budgets_in_one_place_are_two_projects() -> None:
    text = "投入80万元新建道路5公里，投入9万元新建桥梁2座。"
    first, second = projects_of(text, project_type={"*": "road"}, place={"*": ROAD})
    assert len(first.figures) == len(second.figures) == 2


def test_the_money_of_all_funders_belongs_to_the_project() -> None:
    text = "改造危房总投资50万元，其中：省级30万元，群众自筹20万元，改造危房25户。"
    (project,) = projects_of(
        text, project_type={"*": "housing"}, funder={"30万元": "省级", "20万元": "群众自筹"}, period={"*": "2016"}
    )
    assert project.funders == ("省级", "群众自筹")
    assert project.period == "2016"
    assert len(project.figures) == 4


def test_a_lone_figure_and_bare_statistics_are_no_project() -> None:
    assert projects_of("新建水池5口。", project_type={"*": "irrigation"}) == ()
    assert projects_of("全乡总户数300户，总人口900人。", project_type={"*": "identification"}) == ()
    assert projects_of("山羊存栏900只，鸡存栏8000只。", project_type={"*": "livestock"}) == ()


def test_plans_are_planned_projects() -> None:
    (project,) = projects_of(
        "明年计划新建水渠3公里、蓄水池8口。", project_type={"*": "irrigation"}, status={"*": Status.PLANNED}
    )
    assert project.status is Status.PLANNED
