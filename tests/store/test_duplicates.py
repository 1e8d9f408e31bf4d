"""``article.duplicate_of_…`` names the first article of the same text, whatever is stored again afterwards."""

from __future__ import annotations

from sqlalchemy import select
from store_samples import RUN

from extractor.store import Store, schema
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
