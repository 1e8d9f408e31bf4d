"""Pages of figures, projects and findings: whole, in order, and the same whichever way they are found."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import RUN, sample

from extractor.errors import UsageError
from extractor.store import (
    CheckFilter,
    FigureFilter,
    FigureOrder,
    Listing,
    Page,
    ProjectFilter,
    Store,
    StoredCheck,
    StoredFigure,
    StoredProject,
    cursors,
    finding,
    search,
)
from extractor.types import CheckFigure, CheckKind, CheckResult, Figure, Place, Role, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")
_PLACES = [
    Place("贵州省", "52", "province"),
    Place("云南省", "53", "province"),
    Place("玉溪", "5304", "city"),
    Place("新平县", "530427", "county"),
    Place("某镇", "530427105", "township"),
    Place("甲村", None, "village"),
]
_AMOUNTS = [
    "0",
    "-3.5",
    "-3.55",
    "2",
    "10",
    "10.0",
    "9.99",
    "508.5",
    "5085000",
    "1E+3",
    "0.004",
    "123456789012345678.9",
]


def varied(number: int) -> tuple[object, ...]:
    """A report whose figures differ from those of other numbers in all that is asked for."""
    rng = random.Random(number)
    document, extraction = sample(rng.choice(["甲村", "乙寨", "丙Km屯"]) + str(number), str(100 + number))

    def vary(figure: Figure) -> Figure:
        base = rng.choice([None, *map(Decimal, _AMOUNTS)])
        year = rng.choice([None, "1850", "2014", "2015", "2016"])
        return replace(
            figure,
            base_value=base,
            base_value_max=base + 5 if base is not None and rng.random() < 0.2 else None,
            period_start=year and f"{year}-0{rng.randint(1, 9)}-01",
            period_end=year and rng.choice([f"{year}-12-31", "2040-12-31"]),
            status=rng.choice([*Status]),
            confidence=rng.choice([1.0, 1.0, 0.7, 0.85]),
            project_type=rng.choice([None, "road", "crop"]),
            indicator=rng.choice(["水泥路", "投入资金", "投入", "É值", "改 厕", figure.indicator]),
            place=tuple(rng.sample(_PLACES, rng.randint(0, 2))),
        )

    figures = tuple(map(vary, extraction.figures))
    stated = CheckFigure(figures[0].start, Role.RESULT)
    check = CheckResult(CheckKind.SUM, rng.choice([*Verdict]), (stated,), "式", "元")
    return document, replace(extraction, figures=figures, checks=(check,) * (number % 3 > 0)), RUN


@pytest.fixture
def filled(store: Store) -> Store:
    for number in range(24):
        store.save(*varied(number))  # type: ignore[arg-type]
    return store


def catch_up(store: Store) -> None:
    index = store.search_index()
    while index.catch_up():
        pass
    index.tidy()
    assert index.pending() == 0


def test_the_index_takes_in_few_figures_at_a_time(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who else wants to write waits for a few thousand figures, however many there are in a document."""
    monkeypatch.setattr(search, "_BATCH_FIGURES", 11)
    figures = len(list(filled.figures(FigureFilter(document=1))))
    index = filled.search_index()
    assert [index.catch_up() for _ in range(3)] == [11 // figures] * 3
    monkeypatch.setattr(search, "_BATCH_FIGURES", 1)
    assert index.catch_up() == 1
    catch_up(filled)


FORGED: list[tuple[FigureOrder, list[Any]]] = [
    (FigureOrder.DOCUMENT, ["x", 1, 1]),
    (FigureOrder.DOCUMENT, [0, 10**30, 1]),
    (FigureOrder.DOCUMENT, [0, 1, -1]),
    (FigureOrder.DOCUMENT, [0, True, 1]),
    (FigureOrder.DOCUMENT, [1, 1, 1]),
    (FigureOrder.DOCUMENT, [0, 1, 1, 1]),
    (FigureOrder.DOCUMENT, [1, 1]),
    (FigureOrder.PERIOD, [0, "x", 1, 1]),
    (FigureOrder.PERIOD, [0, 2015, 1, 1]),
    (FigureOrder.PERIOD, [1, "2015-01-01", 1, 1]),
    (FigureOrder.CONFIDENCE, [0, "x", 1, 1]),
    (FigureOrder.CONFIDENCE, [0, float("nan"), 1, 1]),
    (FigureOrder.CONFIDENCE, [-1, 1, 1]),
]


@pytest.mark.parametrize(("order", "place"), FORGED, ids=map(str, FORGED))
def test_a_cursor_that_somebody_has_written_is_refused(filled: Store, order: FigureOrder, place: list[Any]) -> None:
    cursor = cursors.encode((FigureFilter(), order), place)
    with pytest.raises(UsageError, match="cursor"):
        filled.listing().figures(FigureFilter(), order, limit=5, cursor=cursor)


@pytest.mark.parametrize("place", [[2**31, 1], ["1", "2"], [1, None], {"a": 1}, [1, 2, 3], 5])
def test_so_is_one_of_projects_and_findings(filled: Store, place: Any) -> None:
    with pytest.raises(UsageError, match="cursor"):
        filled.listing().projects(ProjectFilter(), limit=5, cursor=cursors.encode(ProjectFilter(), place))
    with pytest.raises(UsageError, match="cursor"):
        filled.listing().checks(CheckFilter(), limit=5, cursor=cursors.encode(CheckFilter(), place))


def everything(store: Store, wanted: FigureFilter, order: FigureOrder, limit: int = 23) -> Iterator[StoredFigure]:
    cursor = None
    while True:
        page = store.listing().figures(wanted, order, limit=limit, cursor=cursor)
        assert len(page.items) == limit or page.next is None
        yield from page.items
        if page.next is None:
            return
        cursor = page.next


def in_order(found: list[StoredFigure], order: FigureOrder) -> list[StoredFigure]:
    """Sort as the order says, by Python: ``found`` is in the order of documents."""
    values: dict[str, Callable[[StoredFigure], object]] = {
        "document": lambda one: 0,
        "base_value": lambda one: one.figure.base_value,
        "period": lambda one: one.figure.period_start,
        "confidence": lambda one: one.figure.confidence,
    }
    value = values[order.removeprefix("-")]
    down = order.startswith("-")
    having = sorted(
        (one for one in found if value(one) is not None),
        key=lambda one: (value(one), one.document, one.figure.start),
        reverse=down,
    )
    lacking = [one for one in found if value(one) is None]
    return having + (lacking[::-1] if down else lacking)


_OTHER = [order for order in FigureOrder if order is not FigureOrder.DOCUMENT]
QUESTIONS = [
    FigureFilter(),
    FigureFilter(status=Status.PLANNED),
    FigureFilter(project_type="road", dimension="money"),
    FigureFilter(indicator="路"),
    FigureFilter(indicator="投入"),
    FigureFilter(indicator="资金"),
    FigureFilter(indicator="é"),
    FigureFilter(indicator="改 厕"),
    FigureFilter(indicator="x_benefit"),
    FigureFilter(place="52"),
    FigureFilter(place="5304"),
    FigureFilter(place="530427105"),
    FigureFilter(place="云南"),
    FigureFilter(place="县"),
    FigureFilter(place="村"),
    FigureFilter(place="没有"),
    FigureFilter(text="其中"),
    FigureFilter(text="k"),
    FigureFilter(text="11.3KM"),
    FigureFilter(text="。"),
    FigureFilter(text="%的"),
    FigureFilter(text="从未出现"),
    FigureFilter(text="元修通水泥路11.3km，其中县级200万元，惠及926户，元修通水泥路"),
    FigureFilter(period_start=date(2015, 1, 1), period_end=date(2015, 12, 31)),
    FigureFilter(period_start=date(2030, 1, 1)),
    FigureFilter(period_end=date(1800, 1, 1)),
    FigureFilter(period_end=date(1900, 1, 1)),
    FigureFilter(dimension="money", min_value=Decimal(3)),
    FigureFilter(dimension="money", min_value=Decimal(14), max_value=Decimal(600)),
    FigureFilter(unit="km", max_value=Decimal("-3.5")),
    FigureFilter(unit="元", unique=True, text="元"),
    FigureFilter(document=3),
    FigureFilter(document=3, text="元"),
    FigureFilter(place="53", text="投入", status=Status.ACTUAL, indicator="投入", period_end=date(2016, 1, 1)),
]


@pytest.mark.parametrize("few", [pytest.param(finding._FEW, marks=pytest.mark.long), 5])
def test_pages_are_what_the_filter_selects_in_any_order(
    filled: Store, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_FEW", few)
    for known in ("nothing", "all but what was stored again", "all"):
        if known != "nothing":
            catch_up(filled)
        if known == "all but what was stored again":
            filled.save(*varied(3))  # type: ignore[arg-type]
            assert filled.search_index().pending() == 1
        for number, wanted in enumerate(QUESTIONS):
            for order in (FigureOrder.DOCUMENT, _OTHER[number % len(_OTHER)]):
                compared = order.endswith("base_value") and wanted.unit is None
                asked = replace(wanted, dimension="money") if compared else wanted
                selected = in_order(list(filled.figures(asked)), order)
                if compared:
                    selected = [one for one in selected if one.figure.base_unit == "元"]
                assert list(everything(filled, asked, order)) == selected, (known, asked, order)


def test_what_is_inserted_moves_nothing(filled: Store) -> None:
    catch_up(filled)
    for order in (FigureOrder.DOCUMENT, FigureOrder.VALUE_DOWN, FigureOrder.PERIOD, FigureOrder.CONFIDENCE):
        wanted = FigureFilter(dimension="money")
        before = [(one.document, one.figure.start) for one in everything(filled, wanted, order)]
        first = filled.listing().figures(wanted, order, limit=10)
        filled.save(*varied(100 + len(before)))  # type: ignore[arg-type]
        seen = [*first.items]
        cursor = first.next
        while cursor:
            page = filled.listing().figures(wanted, order, limit=10, cursor=cursor)
            seen += page.items
            cursor = page.next
        keys = [(one.document, one.figure.start) for one in seen]
        assert len(set(keys)) == len(keys)
        assert [key for key in keys if key in set(before)] == before


def test_a_document_that_is_gone_is_not_found(filled: Store, database_url: str) -> None:
    catch_up(filled)
    from extractor.store.engine import make_engine, parse_url, writing
    from extractor.store.write import forget

    engine = make_engine(parse_url(database_url))
    with writing(engine) as connection:
        forget(connection, [5])
    engine.dispose()
    wanted = FigureFilter(text="元")
    assert 5 not in {one.document for one in everything(filled, wanted, FigureOrder.DOCUMENT)}
    catch_up(filled)
    assert 5 not in {one.document for one in everything(filled, wanted, FigureOrder.DOCUMENT)}


def test_a_damaged_cursor_is_refused(filled: Store) -> None:
    listing = filled.listing()
    cursor = listing.figures(FigureFilter(), limit=3).next
    assert cursor
    for damaged in (cursor[:-1], cursor + "A", "é" + cursor, cursor.swapcase(), cursor + "\n", "AAAA", "=", "AAA" * 99):
        with pytest.raises(UsageError, match="cursor"):
            listing.figures(FigureFilter(), limit=3, cursor=damaged)


def test_a_cursor_of_another_question_is_refused(filled: Store) -> None:
    listing = filled.listing()
    cursor = listing.figures(FigureFilter(), limit=3).next
    for wanted, order in (
        (FigureFilter(status=Status.ACTUAL), FigureOrder.DOCUMENT),
        (FigureFilter(), FigureOrder.PERIOD),
    ):
        with pytest.raises(UsageError, match="cursor"):
            listing.figures(wanted, order, limit=3, cursor=cursor)
    with pytest.raises(UsageError, match="cursor"):
        listing.projects(ProjectFilter(), limit=3, cursor=cursor)


def test_another_size_of_page_may_be_asked_with_the_same_cursor(filled: Store) -> None:
    listing = filled.listing()
    first = listing.figures(FigureFilter(), limit=3)
    rest = listing.figures(FigureFilter(), limit=1000, cursor=first.next)
    assert [*first.items, *rest.items] == list(filled.figures())


def test_amounts_that_do_not_compare_are_not_sorted(filled: Store) -> None:
    for wanted, told in ((FigureFilter(), "dimension"), (FigureFilter(dimension="count"), "换算")):
        with pytest.raises(UsageError, match=told):
            filled.listing().figures(wanted, FigureOrder.VALUE, limit=3)


def whole(page_of: Callable[[str | None], Page[_T]]) -> list[_T]:
    found: list[_T] = []
    cursor: str | None = None
    while True:
        page = page_of(cursor)
        found += page.items
        if (cursor := page.next) is None:
            return found


def _projects(listing: Listing, wanted: ProjectFilter, cursor: str | None) -> Page[StoredProject]:
    return listing.projects(wanted, limit=5, cursor=cursor)


def _checks(listing: Listing, wanted: CheckFilter, cursor: str | None) -> Page[StoredCheck]:
    return listing.checks(wanted, limit=2, cursor=cursor)


def test_projects_come_in_pages(filled: Store) -> None:
    listing = filled.listing()
    for wanted in (ProjectFilter(), ProjectFilter(place="52", text="1"), ProjectFilter(document=4)):
        found = whole(partial(_projects, listing, wanted))
        assert found == list(filled.projects(wanted))
        assert found


def test_findings_come_in_pages(filled: Store) -> None:
    listing = filled.listing()
    either = CheckFilter(verdicts=(Verdict.FAILS, Verdict.HOLDS))
    for wanted in (CheckFilter(), either, CheckFilter(explained=False)):
        found = whole(partial(_checks, listing, wanted))
        assert found == list(filled.checks(wanted))
        assert found


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False), min_size=2, max_size=2))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_the_text_of_an_amount_sorts_as_the_amount(amounts: list[Decimal]) -> None:
    from extractor.store.columns import order_key

    one, other = amounts
    assert (order_key(one) < order_key(other)) == (one < other)
    assert (order_key(one) == order_key(other)) == (one == other)
