"""Making, upgrading and refusing databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from store_samples import RUN, sample

from extractor.errors import StoreError
from extractor.store import Store, open_store, prepare, schema, upgrade
from extractor.store.engine import make_engine, parse_url, reading, writing
from extractor.store.migrate import config
from extractor.types import Modifier, Place, Status

if TYPE_CHECKING:
    from collections.abc import Iterator


def execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_upgrade_makes_what_the_schema_describes(empty_url: str) -> None:
    assert upgrade(empty_url) == schema.REVISION
    engine = make_engine(parse_url(empty_url))
    with reading(engine) as connection:
        command.check(config(connection))  # raises when a migration is missing
        assert ScriptDirectory.from_config(config(connection)).get_heads() == [schema.REVISION]
        assert set(inspect(connection).get_view_names()) == {"v_discrepancy", "v_check", "v_figure", "v_project"}
    engine.dispose()


def test_upgrade_can_be_repeated_and_keeps_documents(database_url: str, store: Store) -> None:
    store.save(*sample(), RUN)
    before = store.info()
    assert upgrade(database_url) == schema.REVISION
    assert store.info() == before
    assert len(list(store.figures())) == 5


def test_upgrade_brings_lexicon_entries_and_corrects_them(database_url: str, store: Store) -> None:
    before = store.info().rows
    execute(database_url, "DELETE FROM modifier WHERE code = 'range'")
    execute(database_url, "UPDATE unit SET factor = '1' WHERE name = '公里'")
    execute(database_url, "INSERT INTO unit (name) VALUES ('牛轭')")
    upgrade(database_url)
    assert store.info().rows == {**before, "unit": before["unit"] + 1}
    with reading(make_engine(parse_url(database_url))) as connection:
        assert connection.execute(text("SELECT factor FROM unit WHERE name = '公里'")).scalar() == "1000"


def test_reference_tables_hold_the_resources(database_url: str) -> None:
    with reading(make_engine(parse_url(database_url))) as connection:

        def codes(table: str) -> set[str]:
            return set(connection.execute(text(f"SELECT code FROM {table}")).scalars())

        assert codes("status") == {status.value for status in Status}
        assert codes("modifier") == {modifier.value for modifier in Modifier}
        assert {"money", "people", "length"} <= codes("dimension")
        assert {"road", "safety"} <= codes("project_type")
        parent = "SELECT p.name, c.level FROM place c JOIN place p ON p.code = c.parent_code WHERE c.code = :code"
        assert connection.execute(text(parent), {"code": "530427"}).one() == ("玉溪市", "county")


def test_what_the_lexicon_does_not_know_is_stored_all_the_same(store: Store) -> None:
    document, extraction = sample()
    odd = replace(
        extraction.figures[0], unit="挑", base_unit="挑", dimension="load", project_type="spaceport",
        indicator_code="x.1", place=(Place("新设镇", "520199999", "township"),),
    )  # fmt: skip
    store.save(document, replace(extraction, figures=(odd, *extraction.figures[1:])), RUN)
    assert next(store.figures()).figure == odd


def test_an_older_database_gains_the_order_of_its_amounts(empty_url: str) -> None:
    engine = make_engine(parse_url(empty_url))
    with writing(engine) as connection:
        command.upgrade(config(connection), "0003")
        connection.execute(text("INSERT INTO status VALUES ('actual')"))
        connection.execute(text("INSERT INTO modifier VALUES ('exact')"))
        document = "(id, sha256, source, media_type, encoding, title, state, text, parts, warnings)"
        connection.execute(
            text(f"INSERT INTO document {document} VALUES (7, 'x', '', '', '', '', 'done', '', '[]', '[]')")
        )
        connection.execute(
            text(
                "INSERT INTO article (document_id, article_index, start_offset, end_offset, title)"
                " VALUES (7, 0, 0, 9, '')"
            )
        )
        sentence = "(document_id, start_offset, end_offset, article_index, text)"
        connection.execute(text(f"INSERT INTO sentence {sentence} VALUES (7, 0, 9, 0, '投入')"))
        for start, amount in enumerate(["2", "-3.50", "10", "0.004", "NULL", "2"]):
            value = amount if amount == "NULL" else f"'{amount}'"
            connection.execute(
                text(
                    "INSERT INTO figure (document_id, start_offset, end_offset, sentence_start, text, modifier, redacted,"
                    " indicator, status, confidence, rule_or_model, base_value)"
                    f" VALUES (7, {start}, 9, 0, '', 'exact', FALSE, '', 'actual', 1, 'rule', {value})"
                )
            )
    assert upgrade(empty_url) == schema.REVISION
    with reading(engine) as connection:
        ordered = "SELECT start_offset FROM figure WHERE base_order IS NOT NULL ORDER BY base_order, start_offset"
        assert connection.execute(text(ordered)).scalars().all() == [1, 3, 0, 5, 2]
    engine.dispose()
    with open_store(empty_url) as store:
        assert store.search_index().pending() == 1


@pytest.fixture
def refused(empty_url: str) -> Iterator[str]:
    yield empty_url
    if empty_url.startswith("sqlite"):
        assert not Path(empty_url.removeprefix("sqlite:///")).exists()


def test_a_missing_database_is_an_error_and_stays_missing(refused: str) -> None:
    with pytest.raises(StoreError, match="gouji db upgrade"):
        open_store(refused)


def test_a_database_of_another_version_is_refused(database_url: str) -> None:
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"版本为 9999.*gouji db upgrade"):
        open_store(database_url)
    with pytest.raises(StoreError, match="请先升级 gouji"):
        upgrade(database_url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.db").write_text("这不是数据库" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="出错"):
        open_store(f"sqlite:///{tmp_path}/report.db")
    with pytest.raises(StoreError, match="出错"):
        upgrade(f"sqlite:///{tmp_path}/report.db")


@pytest.mark.parametrize("url", ["gouji.db", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///文件"):
        upgrade(url)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"目录 .*no 不存在"):
        upgrade(f"sqlite:///{tmp_path}/no/gouji.db")


def test_an_unreachable_server_is_an_error_without_the_password() -> None:
    with pytest.raises(StoreError, match="出错") as caught:
        open_store("postgresql://someone:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


def test_views_show_what_people_ask_for(database_url: str, store: Store) -> None:
    store.save(*sample("甲村"), RUN)
    with reading(make_engine(parse_url(database_url))) as connection:
        figure = "SELECT * FROM v_figure WHERE value > 1000000 AND unit = '元' ORDER BY value DESC"
        first, second = connection.execute(text(figure)).mappings()
        assert (first["text"], second["text"]) == ("508.5万元", "200万元")
        assert (first["places"], first["project_type"], first["project"]) == ("贵州省、甲村", "道路桥梁", "甲村水泥路")
        assert (first["section"], first["sentence"][:2]) == ("一、道路建设", "投入")
        project = connection.execute(text("SELECT * FROM v_project")).mappings().one()
        assert (project["figures"], project["funders"], project["places"]) == (
            "508.5万元、11.3km",
            "县级",
            "贵州省、甲村",
        )


def test_third_normal_form_in_outline() -> None:
    """No column of a figure repeats what its sentence, unit, place or project already says."""
    figure = {column.name for column in schema.figure.columns}
    assert not figure & {"article", "article_index", "section", "section_index", "part_of", "pair", "place", "project"}
    for table in schema.metadata.sorted_tables:
        assert table.primary_key.columns, table.name


def test_prepare_upgrades_only_where_it_is_needed(empty_url: str) -> None:
    def factor() -> str:
        engine = make_engine(parse_url(empty_url))
        with reading(engine) as connection:
            found = connection.execute(text("SELECT factor FROM unit WHERE name = '公里'")).scalar_one()
        engine.dispose()
        return str(found)

    prepare(empty_url)
    open_store(empty_url).close()
    execute(empty_url, "UPDATE unit SET factor = '1' WHERE name = '公里'")
    prepare(empty_url)
    assert factor() == "1"  # of this version already: left alone
    execute(empty_url, "UPDATE meta SET value = 'an older lexicon'")
    prepare(empty_url)
    assert factor() == "1000"
    execute(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="请先升级 gouji"):
        prepare(empty_url)
