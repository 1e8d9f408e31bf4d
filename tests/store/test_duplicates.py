"""``article.duplicate_of_…`` names the first article of the same text, whatever is stored again afterwards."""

from __future__ import annotations

from sqlalchemy import select
from store_samples import RUN

from extractor import extract
from extractor.store import FigureFilter, ProjectFilter, Store, schema
from extractor.store.engine import make_engine, parse_url, reading
from extractor.types import Article, Document, Extraction

ONE, TWO = "柳湾镇总结\n投入60元。\n", "东坪乡总结\n投入33元。\n"


def save(store: Store, name: str, *texts: str) -> int:
    """Store a compilation of articles."""
    starts = [sum(map(len, texts[:i])) for i in range(len(texts) + 1)]
    articles = tuple(Article(i, starts[i], starts[i + 1]) for i in range(len(texts)))
    text = "".join(texts)
    return store.save(Document(text, sha256=name), Extraction(text, articles), RUN)


def duplicates(url: str) -> dict[tuple[int, int], tuple[int, int]]:
    article = schema.article.c
    engine = make_engine(parse_url(url))
    with reading(engine) as connection:
        rows = connection.execute(select(schema.article).where(article.duplicate_of_document.is_not(None))).all()
    engine.dispose()
    return {(row.document_id, row.article_index): (row.duplicate_of_document, row.duplicate_of_article) for row in rows}


def test_an_article_points_to_the_first_of_its_text(database_url: str, store: Store) -> None:
    first = save(store, "a", ONE)
    both = save(store, "b", TWO, ONE.replace("投入", "　 投入\n"), TWO)
    other = save(store, "c", "另一篇\n", TWO)
    assert duplicates(database_url) == {(both, 1): (first, 0), (both, 2): (both, 0), (other, 1): (both, 0)}


def test_duplicates_stay_true_when_documents_are_extracted_again(database_url: str, store: Store) -> None:
    first, second, third = (save(store, name, ONE) for name in "abc")
    expected = {(second, 0): (first, 0), (third, 0): (first, 0)}
    assert duplicates(database_url) == expected
    for name in "abc":
        save(store, name, ONE)
        assert duplicates(database_url) == expected
    save(store, "a", TWO)  # the first changes its text: the second becomes the first
    assert duplicates(database_url) == {(third, 0): (second, 0)}
    save(store, "a", ONE)
    assert duplicates(database_url) == expected


def test_blank_articles_repeat_nothing(database_url: str, store: Store) -> None:
    save(store, "a", "\n", " \n")
    save(store, "b", "\n")
    assert duplicates(database_url) == {}


def test_a_query_can_count_articles_of_the_same_text_once(store: Store) -> None:
    text = "柳湾镇总结\n2015年，柳湾村投入资金60万元，硬化村组道路4.2公里。\n"
    for name, source in (("a", text), ("b", text.replace("\n", " \n")), ("c", text.replace("60", "33"))):
        store.save(Document(source, sha256=name), extract(source), RUN)
    assert {found.document for found in store.figures()} == {1, 2, 3}
    assert {found.document for found in store.figures(FigureFilter(unique=True))} == {1, 3}
    assert {found.document for found in store.projects()} == {1, 2, 3}
    assert {found.document for found in store.projects(ProjectFilter(unique=True))} == {1, 3}
    assert list(store.figures(FigureFilter(unique=True, document=2))) == []


def test_texts_come_with_their_articles(store: Store) -> None:
    first, second = save(store, "a", ONE, TWO), save(store, "b", ONE)
    found = list(store.sources())
    assert [(one.number, one.text) for one in found] == [(first, ONE + TWO), (second, ONE)]
    assert [(article.index, article.start, article.end) for article in found[0].articles] == [
        (0, 0, len(ONE)), (1, len(ONE), len(ONE + TWO)),
    ]  # fmt: skip
