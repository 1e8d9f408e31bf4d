"""Every filter narrows as its description says, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, Select, select, text
from store_samples import RUN, sample

from extractor.errors import UsageError
from extractor.store import FigureFilter, ProjectFilter, Store, keys, queries, schema
from extractor.store.engine import make_engine, parse_url, reading
from extractor.types import Place, Status

if TYPE_CHECKING:
    from collections.abc import Callable

ALL = ["508.5万元", "11.3km", "200万元", "926户", "80%"]


@pytest.fixture
def filled(store: Store) -> Store:
    store.save(*sample("甲村"), RUN)
    return store


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (FigureFilter(), ALL),
        (FigureFilter(indicator="路"), ["11.3km"]),
        (FigureFilter(indicator="投入"), ["508.5万元", "200万元"]),
        (FigureFilter(indicator="x_benefit"), ["926户"]),
        (FigureFilter(place="甲村"), ALL[:4]),
        (FigureFilter(place="甲"), ALL[:4]),
        (FigureFilter(place="乙"), []),
        (FigureFilter(place="52"), ALL[:4]),
        (FigureFilter(place="5223"), []),
        (FigureFilter(place="51"), []),
        (FigureFilter(period_start=date(2015, 12, 31), period_end=date(2015, 12, 31)), ALL[:4]),
        (FigureFilter(period_start=date(2016, 1, 1)), ["80%"]),
        (FigureFilter(period_end=date(2014, 12, 31)), []),
        (FigureFilter(period_start=date(2015, 6, 1), period_end=date(2016, 6, 30)), ALL),
        (FigureFilter(status=Status.PLANNED), ["80%"]),
        (FigureFilter(project_type="road"), ["508.5万元", "11.3km"]),
        (FigureFilter(project_type="道路桥梁"), ["508.5万元", "11.3km"]),
        (FigureFilter(unit="公里"), ["11.3km"]),
        (FigureFilter(dimension="money"), ["508.5万元", "200万元"]),
        (FigureFilter(dimension="money", min_value=Decimal(2000000), max_value=Decimal(2000000)), ["200万元"]),
        (FigureFilter(dimension="money", min_value=Decimal("2000000.01")), ["508.5万元"]),
        (FigureFilter(base_unit="户", max_value=Decimal("926")), ["926户"]),
        (FigureFilter(unit="km", min_value=Decimal(11300)), ["11.3km"]),
        (FigureFilter(base_unit="m"), ["11.3km"]),
        (FigureFilter(text="改"), ["80%"]),
        (FigureFilter(text="其中"), ALL[:4]),
        (FigureFilter(text="%"), ["80%"]),
        (FigureFilter(text="_"), []),
        (FigureFilter(text="KM"), ALL[:4]),
        (FigureFilter(limit=2), ALL[:2]),
        (FigureFilter(limit=2, offset=3), ALL[3:]),
        (FigureFilter(offset=4), ["80%"]),
        (FigureFilter(indicator="投入", place="52", text="县", unit="元", max_value=Decimal(3000000)), ["200万元"]),
    ],
)
def test_figures(filled: Store, wanted: FigureFilter, found: list[str]) -> None:
    assert [row.figure.text for row in filled.figures(wanted)] == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ProjectFilter(), 1),
        (ProjectFilter(place="52", project_type="road", status=Status.ACTUAL, text="泥"), 1),
        (ProjectFilter(project_type="道路桥梁"), 1),
        (ProjectFilter(place="乙"), 0),
        (ProjectFilter(text="桥"), 0),
        (ProjectFilter(status=Status.PLANNED), 0),
        (ProjectFilter(offset=1), 0),
    ],
)
def test_projects(filled: Store, wanted: ProjectFilter, found: int) -> None:
    assert len(list(filled.projects(wanted))) == found


def test_a_place_code_includes_what_lies_in_it(store: Store) -> None:
    document, extraction = sample()
    codes = ["530427105", "530427", "5304", "53", "54"]
    figures = tuple(
        replace(figure, place=(Place("某地", code),)) for figure, code in zip(extraction.figures, codes, strict=True)
    )
    store.save(document, replace(extraction, figures=figures), RUN)
    below = {code: len(list(store.figures(FigureFilter(place=code)))) for code in codes}
    assert below == {"530427105": 1, "530427": 2, "5304": 3, "53": 4, "54": 1}
    assert len(list(store.figures(FigureFilter(place="云南")))) == 1  # by the official name of 53


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (FigureFilter(project_type="raod"), "road（道路桥梁）"),
        (FigureFilter(project_type="-"), "没有项目类型"),
        (FigureFilter(dimension="lenght"), "length"),
        (FigureFilter(place="5"), "位数字"),
        (FigureFilter(unit="天天"), "天"),
        (FigureFilter(base_unit="〇"), "规范单位"),
        (FigureFilter(document=99), "编号为 99"),
        (FigureFilter(min_value=Decimal(1)), "--dimension"),
        (FigureFilter(dimension="count", max_value=Decimal(1)), "不能互相换算"),
    ],
)
def test_what_does_not_exist_or_compare_is_an_error(filled: Store, wanted: FigureFilter, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        list(filled.figures(wanted))


@pytest.mark.parametrize("wanted", [ProjectFilter(project_type="raod"), ProjectFilter(document=99)])
def test_projects_too_refuse_what_does_not_exist(filled: Store, wanted: ProjectFilter) -> None:
    with pytest.raises(UsageError):
        list(filled.projects(wanted))


@pytest.mark.parametrize(
    ("bounds", "found"), [((None, 999), 0), ((None, 1000), 1), ((1200, 1300), 1), ((1500, None), 1), ((1501, None), 0)]
)
def test_a_range_is_found_where_it_reaches_into_the_bounds(
    store: Store, bounds: tuple[int | None, int | None], found: int
) -> None:
    document, extraction = sample()
    ranged = replace(extraction.figures[0], base_value=Decimal(1000), base_value_max=Decimal(1500), project=None)
    store.save(document, replace(extraction, figures=(ranged,), links=(), projects=()), RUN)
    least, most = (None if bound is None else Decimal(bound) for bound in bounds)
    assert len(list(store.figures(FigureFilter(unit="元", min_value=least, max_value=most)))) == found


def test_a_dimension_compares_only_amounts_in_its_base_unit(store: Store) -> None:
    document, extraction = sample()
    total, length, part, *rest = extraction.figures
    rate, foreign = replace(total, unit="元/公里", base_unit="元/公里"), replace(part, unit="美元", base_unit="美元")
    store.save(document, replace(extraction, figures=(rate, length, foreign, *rest)), RUN)
    assert list(store.figures(FigureFilter(dimension="money", min_value=Decimal(0)))) == []
    for unit, written in (("元/公里", total.text), ("美金", part.text)):
        found = store.figures(FigureFilter(unit=unit, min_value=Decimal(0)))
        assert [row.figure.text for row in found] == [written]


def plan_of(statement: Callable[[Connection], Select[Any]], file: Path) -> list[str]:
    if not file.is_file():
        pytest.skip("the plan of SQLite")
    engine = make_engine(parse_url(f"sqlite:///{file}"))
    with reading(engine) as connection:
        written = statement(connection).compile(engine, compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {written}"))]
    engine.dispose()
    return plan


def test_what_belongs_to_a_page_is_found_without_going_through_the_table(filled: Store, tmp_path: Path) -> None:
    mention = schema.figure_place
    plan = plan_of(lambda _: select(schema.figure_place), tmp_path / "gouji.db")
    assert plan == ["SCAN figure_place"]

    def of_page(connection: Connection) -> Select[Any]:
        listed = keys.listed(connection, [(1, 20), (2, 30)])
        same = (listed.c.document_id == mention.c.document_id) & (listed.c.number == mention.c.figure_start)
        return select(mention).join(listed, same)

    plan = plan_of(of_page, tmp_path / "gouji.db")
    assert any(step.startswith("SEARCH figure_place USING INDEX") for step in plan), plan


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (FigureFilter(project_type="road"), "ix_figure_project_type"),
        (FigureFilter(unit="公里"), "ix_figure_unit"),
        (FigureFilter(base_unit="米", dimension="length"), "ix_figure_base_order"),
        (FigureFilter(document=1), "sqlite_autoindex_figure_1"),
    ],
)
def test_filters_use_an_index(filled: Store, tmp_path: Path, wanted: FigureFilter, index: str) -> None:
    plan = plan_of(lambda _: queries.figures(wanted), tmp_path / "gouji.db")
    assert any(f"figure USING INDEX {index} (" in step for step in plan), plan


def test_an_answer_of_many_pages_is_whole_and_in_order(store: Store) -> None:
    for number in range(150):
        store.save(*sample(f"第{number}村"), RUN)
    everything = [(row.document, row.figure.start) for row in store.figures()]
    assert len(everything) == 750
    assert everything == sorted(set(everything))
    pages = (store.figures(FigureFilter(limit=97, offset=at)) for at in range(0, 750, 97))
    assert [(row.document, row.figure.start) for row in chain.from_iterable(pages)] == everything
