"""Every filter narrows as its description says, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain

import pytest
from store_samples import RUN, sample

from extractor.errors import UsageError
from extractor.store import FigureFilter, ProjectFilter, Store
from extractor.types import Place, Status

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
        (FigureFilter(unit="公里"), ["11.3km"]),
        (FigureFilter(dimension="money"), ["508.5万元", "200万元"]),
        (FigureFilter(dimension="money", min_value=Decimal(2000000), max_value=Decimal(2000000)), ["200万元"]),
        (FigureFilter(min_value=Decimal("2000000.01")), ["508.5万元"]),
        (FigureFilter(max_value=Decimal("926")), ["926户", "80%"]),
        (FigureFilter(text="改"), ["80%"]),
        (FigureFilter(text="其中"), ALL[:4]),
        (FigureFilter(text="%"), ["80%"]),
        (FigureFilter(text="_"), []),
        (FigureFilter(text="KM"), ALL[:4]),
        (FigureFilter(document=99), []),
        (FigureFilter(limit=2), ALL[:2]),
        (FigureFilter(limit=2, offset=3), ALL[3:]),
        (FigureFilter(offset=4), ["80%"]),
        (FigureFilter(indicator="投入", place="52", text="县", max_value=Decimal(3000000)), ["200万元"]),
    ],
)
def test_figures(filled: Store, wanted: FigureFilter, found: list[str]) -> None:
    assert [row.figure.text for row in filled.figures(wanted)] == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ProjectFilter(), 1),
        (ProjectFilter(place="52", project_type="road", status=Status.ACTUAL, text="泥"), 1),
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
    "wanted", [FigureFilter(project_type="raod"), FigureFilter(dimension="lenght"), FigureFilter(place="5")]
)
def test_a_code_that_does_not_exist_is_an_error(filled: Store, wanted: FigureFilter) -> None:
    with pytest.raises(UsageError):
        list(filled.figures(wanted))


def test_an_answer_of_many_pages_is_whole_and_in_order(store: Store) -> None:
    for number in range(150):
        store.save(*sample(f"第{number}村"), RUN)
    everything = [(row.document, row.figure.start) for row in store.figures()]
    assert len(everything) == 750
    assert everything == sorted(set(everything))
    pages = (store.figures(FigureFilter(limit=97, offset=at)) for at in range(0, 750, 97))
    assert [(row.document, row.figure.start) for row in chain.from_iterable(pages)] == everything
