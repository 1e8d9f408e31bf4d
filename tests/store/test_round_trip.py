"""What goes into the database comes out of it, exactly."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from store_samples import RUN, extractions, sample

from extractor import extract
from extractor.errors import StoreError, UsageError
from extractor.store import FigureFilter, ProjectFilter, Store, open_store, schema
from extractor.store.engine import make_engine, parse_url, reading
from extractor.types import Document, Extraction, Link, LinkKind, Part

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

# One database serves all examples: a document of the same hash is replaced.
one_database = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@one_database
@given(extraction=extractions())
def test_every_extraction_comes_back(store: Store, extraction: Extraction) -> None:
    document = store.save(Document(extraction.text, sha256="one"), extraction, RUN)
    found = list(store.figures(FigureFilter(document=document)))
    assert tuple(row.figure for row in found) == extraction.figures
    assert [row.sentence for row in found] == [
        extraction.text[slice(*figure.sentence)] for figure in extraction.figures
    ]
    assert tuple(row.project for row in store.projects(ProjectFilter(document=document))) == extraction.projects


@one_database
@given(amounts=st.lists(st.decimals(allow_nan=False, allow_infinity=False), min_size=5, max_size=5), bound=st.decimals(
    allow_nan=False, allow_infinity=False))  # fmt: skip
def test_amounts_are_compared_as_numbers(store: Store, amounts: list[Decimal], bound: Decimal) -> None:
    document, extraction = sample()
    figures = tuple(
        replace(figure, base_value=amount, base_unit="元")
        for figure, amount in zip(extraction.figures, amounts, strict=True)
    )
    store.save(document, replace(extraction, figures=figures), RUN)
    at_least = [row.figure.base_value for row in store.figures(FigureFilter(base_unit="元", min_value=bound))]
    at_most = [row.figure.base_value for row in store.figures(FigureFilter(base_unit="元", max_value=bound))]
    assert at_least == [amount for amount in amounts if amount >= bound]
    assert at_most == [amount for amount in amounts if amount <= bound]


@pytest.mark.parametrize(
    "amount",
    ["0.1", "76.40", "-0.000000000000000000000000000001", "123456789012345678901234567890.123456789", "9" * 2000],
)
def test_amounts_keep_every_digit(store: Store, amount: str) -> None:
    document, extraction = sample()
    figure = replace(extraction.figures[0], value=Decimal(amount))
    store.save(document, replace(extraction, figures=(figure, *extraction.figures[1:])), RUN)
    assert format(next(store.figures()).figure.value or 0, "f") == amount


def test_a_document_keeps_where_it_came_from(store: Store) -> None:
    document, extraction = sample()
    part = Part(0, 4, "cell", "表1 第2行第3列", "户数", "甲村")
    document = replace(document, media_type="application/x", sha256="ab", parts=(part,))
    assert store.document(store.save(document, extraction, RUN)) == document
    (found,) = store.documents()
    assert (found.sha256, found.source, found.media_type, found.encoding) == (
        "ab",
        "甲村.txt",
        "application/x",
        "utf-8",
    )
    assert (found.title, found.characters, found.warnings) == (
        "甲村二〇一五年工作总结",
        len(document.text),
        ("读时提示",),
    )
    assert (found.articles, found.figures, found.projects, found.version) == (1, 5, 1, RUN.version)
    assert found.extracted > RUN.started
    with pytest.raises(UsageError, match="编号为 99"):
        store.document(99)


def test_a_second_extraction_replaces_the_first(store: Store) -> None:
    document, extraction = sample()
    first = store.save(document, extraction, RUN)
    before = store.info().rows
    assert store.save(document, extraction, RUN) == first
    assert store.info().rows == {**before, "extraction_run": 2}
    kept = replace(extraction, figures=extraction.figures[1:2], links=(), projects=())
    kept = replace(kept, figures=(replace(kept.figures[0], project=None),))
    store.save(document, kept, RUN)
    assert [row.figure for row in store.figures()] == list(kept.figures)
    assert list(store.projects()) == []


def test_documents_do_not_mix(store: Store) -> None:
    ids = [store.save(*sample(name), RUN) for name in ("甲村", "乙村")]
    assert len(set(ids)) == 2
    for number, name in zip(ids, ("甲村", "乙村"), strict=True):
        found = list(store.figures(FigureFilter(document=number)))
        assert len(found) == 5
        assert {row.source for row in found} == {f"{name}.txt"}


@pytest.mark.parametrize("bad", ["\0", "\ud800"])
def test_characters_that_no_database_stores_are_refused(store: Store, bad: str) -> None:
    text = f"投入5元{bad}。"
    with pytest.raises(StoreError, match="第 4 个字符"):
        store.save(Document(text), Extraction(text), RUN)
    assert list(store.documents()) == []


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal(10) ** 200000, Decimal("1E-20000")])
def test_an_amount_beyond_the_database_is_refused_whole(store: Store, amount: Decimal) -> None:
    document, extraction = sample()
    figures = (*extraction.figures[:-1], replace(extraction.figures[-1], value=amount))
    with pytest.raises(StoreError, match="超出数据库可保存的范围"):
        store.save(document, replace(extraction, figures=figures), RUN)
    assert list(store.documents()) == []


def test_an_extraction_that_contradicts_itself_is_refused(store: Store) -> None:
    document, extraction = sample()
    with pytest.raises(StoreError, match="文本不同"):
        store.save(replace(document, text=document.text + "。"), extraction, RUN)
    lost = replace(extraction.figures[0], sentence=(1, 2))
    with pytest.raises(StoreError, match="不在任何句子中"):
        store.save(document, replace(extraction, figures=(lost,), links=()), RUN)
    backwards = replace(extraction.figures[0], period_start="2016-01-01")
    with pytest.raises(StoreError):
        store.save(document, replace(extraction, figures=(backwards, *extraction.figures[1:])), RUN)
    dangling = replace(extraction.figures[0], part_of=1)
    with pytest.raises(StoreError):
        store.save(document, replace(extraction, figures=(dangling, *extraction.figures[1:])), RUN)
    assert list(store.documents()) == []


def test_the_links_of_an_extraction_are_those_of_the_database(database_url: str, store: Store) -> None:
    text = "安置70户260人，其中集中安置30户110人，占总户数的43%。抽检水样300份，合格285份，合格率95%。\n"
    extraction = extract(text)
    assert {LinkKind.NUMERATOR, LinkKind.RATE_OF} <= {link.kind for link in extraction.links}
    store.save(Document(text), extraction, RUN)
    with reading(make_engine(parse_url(database_url))) as connection:
        rows = connection.execute(select(schema.figure_link)).all()
    stored = {Link(LinkKind(row.kind), row.source_start, row.target_start) for row in rows}
    assert stored == set(extraction.links)


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no SQLite file grow beyond what it is when it is opened."""

    def bound(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(Engine, "connect", bound)
    yield
    event.remove(Engine, "connect", bound)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_says_what_to_do_and_leaves_nothing_half_written(migrated_sqlite: Path, tmp_path: Path) -> None:
    shutil.copy(migrated_sqlite, file := tmp_path / "满.db")
    with open_store(f"sqlite:///{file}") as store:
        document, extraction = sample()
        long = replace(document, text=document.text + "。" * 500_000)
        with pytest.raises(StoreError, match="磁盘空间不足；请腾出空间后再运行同一命令"):
            store.save(long, replace(extraction, text=long.text), RUN)
        assert list(store.documents()) == []
