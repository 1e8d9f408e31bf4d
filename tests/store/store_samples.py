"""Extractions to store: one written by hand, and a hypothesis strategy for any that hangs together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

from extractor.store import Run
from extractor.types import (
    Article,
    Document,
    Extraction,
    Figure,
    Link,
    LinkKind,
    Modifier,
    Pct,
    PctKind,
    Place,
    Project,
    Section,
    Sentence,
    Status,
)

RUN = Run("0.1.0", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

_T = TypeVar("_T")


def sample(name: str = "甲村", amount: str = "508.5") -> tuple[Document, Extraction]:
    """A report of two sections: a road in ``name`` for ``amount``万元, 其中 a part, and next year's plan."""
    lines = [
        f"{name}二〇一五年工作总结\n",
        "一、道路建设\n",
        f"投入{amount}万元修通水泥路11.3km，其中县级200万元，惠及926户。\n",
        "二、明年打算\n",
        "2016年完成80%的改厕任务。\n",
    ]
    text = "".join(lines)
    starts = [sum(map(len, lines[:i])) for i in range(len(lines) + 1)]
    sections = tuple(
        Section(i, 0, None, 1, starts[line], starts[line + 1] - 1, starts[line + 2], lines[line].strip())
        for i, line in enumerate((1, 3))
    )
    sentences = tuple(Sentence(i, starts[i], starts[i + 1] - 1, 0, (None, 0, 0, 1, 1)[i]) for i in range(5))

    def figure(
        written: str, line: int, value: str, unit: str, dimension: str, base: tuple[str, str], **more: object
    ) -> Figure:
        start = text.index(written, starts[line])
        plain = Figure(
            start=start,
            end=start + len(written),
            text=written,
            value=Decimal(value),
            value_max=None,
            modifier=Modifier.EXACT,
            unit=unit,
            dimension=dimension,
            base_value=Decimal(base[0]),
            base_unit=base[1],
            redacted=False,
            article=0,
            section=(sections[0 if line == 2 else 1].title,),
            sentence=(sentences[line].start, sentences[line].end),
        )
        return replace(plain, **more)  # type: ignore[arg-type]

    place = (Place("贵州省", "52", "province"), Place(name, None, "village"))
    year = {"period": "2015", "period_start": "2015-01-01", "period_end": "2015-12-31", "place": place}
    money = Decimal(amount) * 10000
    total = figure(
        f"{amount}万元",
        2,
        str(money),
        "元",
        "money",
        (str(money), "元"),
        indicator="投入",
        project_type="road",
        project=0,
        **year,
    )
    part = figure(
        "200万元",
        2,
        "2000000",
        "元",
        "money",
        ("2000000", "元"),
        indicator="投入",
        funder="县级",
        part_of=total.start,
        **year,
    )
    figures = (
        total,
        figure(
            "11.3km", 2, "11.3", "公里", "length", ("11300", "米"), indicator="水泥路", project_type="road", project=0,
            **year,
        ),
        part,
        figure(
            "926户", 2, "926", "户", "households", ("926", "户"), indicator="惠及", indicator_code="x_benefit", **year
        ),
        figure(
            "80%", 4, "80", "%", "percent", ("80", "%"), indicator="改厕任务", status=Status.PLANNED, period="2016",
            period_start="2016-01-01", period_end="2016-12-31", pct=Pct(PctKind.RATE),
        ),
    )  # fmt: skip
    road = Project(
        0, 0, f"{name}水泥路", "road", Status.ACTUAL, "2015", place, ("县级",), (figures[0].start, figures[1].start)
    )
    extraction = Extraction(
        text,
        (Article(0, 0, len(text), lines[0].strip()),),
        sections,
        sentences,
        figures,
        (Link(LinkKind.PART_OF, part.start, total.start),),
        (road,),
        ("一条提示",),
    )
    return Document(text, source=f"{name}.txt", encoding="utf-8", warnings=("读时提示",)), extraction


# What a database stores: no NUL, no half of a surrogate pair.
_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_filled = _text.filter(bool)
_amount = st.decimals(allow_nan=False, allow_infinity=False)
_day = st.dates().map(lambda day: day.isoformat())
_uncoded = st.builds(Place, _filled, st.none(), st.sampled_from(["", "village", "township"]))
_coded = st.sampled_from(
    [("52", "province"), ("5223", "city"), ("530427", "county"), ("999999001", "township"), ("11", "")]
)
_places = st.lists(_uncoded | st.builds(lambda n, c: Place(n, *c), _filled, _coded), max_size=3).map(tuple)


def _maybe(strategy: st.SearchStrategy[_T]) -> st.SearchStrategy[_T | None]:
    return st.none() | strategy


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    """Any extraction that does not contradict itself: nested sections, figures in order, links among them."""
    texts = draw(st.lists(_filled, min_size=1, max_size=5))
    text = "".join(texts)
    depth = draw(st.integers(0, 3))
    titles = [draw(_text) for _ in range(depth)]
    sections = tuple(
        Section(i, 0, i - 1 if i else None, i + 1, 0, 0, len(text), title) for i, title in enumerate(titles)
    )
    sentences: list[Sentence] = []
    figures: list[Figure] = []
    starts = [0]
    for number, piece in enumerate(texts):
        start, end = starts[-1], starts[-1] + len(piece)
        innermost = depth - 1 if depth else None
        sentences.append(Sentence(number, start, end, 0, innermost))
        starts.append(end)
        for offset in sorted(draw(st.sets(st.integers(0, len(piece) - 1), max_size=3))):
            figures.append(draw(_figures(text, start + offset, (start, end), tuple(titles))))  # noqa: PERF401 - nested draws
    known = [figure.start for figure in figures]
    linked = tuple(draw(_links(figure, known)) for figure in figures) if figures else ()
    projects = tuple(draw(_projects(number, linked)) for number in range(2))
    return Extraction(text, (Article(0, 0, len(text), draw(_text)),), sections, tuple(sentences), linked, (), projects)


@st.composite
def _periods(draw: st.DrawFn) -> tuple[str | None, str | None]:
    """First and last day, in order; either may be open."""
    first, last = sorted(draw(st.tuples(_day, _day)))
    return draw(st.sampled_from([(first, last), (first, None), (None, last), (None, None)]))


@st.composite
def _figures(draw: st.DrawFn, text: str, start: int, sentence: tuple[int, int], path: tuple[str, ...]) -> Figure:
    end = draw(st.integers(start + 1, sentence[1]))
    period_start, period_end = draw(_periods())
    return Figure(
        start=start,
        end=end,
        text=text[start:end],
        value=draw(_maybe(_amount)),
        value_max=draw(_maybe(_amount)),
        modifier=draw(st.sampled_from(Modifier)),
        unit=draw(_text),
        dimension=draw(st.sampled_from(["", "money", "length", "unheard_of"])),
        base_value=draw(_maybe(_amount)),
        base_value_max=draw(_maybe(_amount)),
        base_unit=draw(_text),
        redacted=draw(st.booleans()),
        article=0,
        section=path,
        sentence=sentence,
        indicator=draw(_text),
        indicator_code=draw(_maybe(_filled)),
        status=draw(st.sampled_from(Status)),
        period=draw(_maybe(_text)),
        period_start=period_start,
        period_end=period_end,
        place=draw(_places),
        project_type=draw(_maybe(st.sampled_from(["road", "unheard_of"]))),
        funder=draw(_maybe(_text)),
        project=draw(_maybe(st.integers(0, 1))),
        confidence=draw(st.floats(0, 1)),
        rule_or_model=draw(_filled),
    )


@st.composite
def _links(draw: st.DrawFn, figure: Figure, known: list[int]) -> Figure:
    one = _maybe(st.sampled_from(known))
    pct = draw(_maybe(st.builds(Pct, st.sampled_from(PctKind), one, one)))
    return replace(figure, part_of=draw(one), pair=draw(one), pct=pct)


@st.composite
def _projects(draw: st.DrawFn, number: int, figures: tuple[Figure, ...]) -> Project:
    return Project(
        id=number,
        article=0,
        name=draw(_text),
        project_type=draw(st.sampled_from(["road", "housing"])),
        status=draw(st.sampled_from(Status)),
        period=draw(_maybe(_text)),
        place=draw(_places),
        funders=tuple(draw(st.lists(_filled, max_size=3))),
        figures=tuple(figure.start for figure in figures if figure.project == number),
    )
