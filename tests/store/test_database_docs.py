"""``docs/database.md`` describes the database that there is."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import inspect

from extractor.store import schema
from extractor.store.engine import make_engine, parse_url, reading

PAGE = Path(__file__).parents[2] / "docs" / "database.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)
VIEWS = {"v_check", "v_discrepancy", "v_figure", "v_project"}
COLUMN = re.compile(r"(?:^|, )(\*\*)?`(\w+)`(?:\*\*)?(\?)?")


def documented() -> dict[str, list[tuple[str, bool, bool]]]:
    """Return (name, whether key, whether nullable) of the columns of each table on the page."""
    text = PAGE.read_text(encoding="utf-8")
    return {
        table: [(name, bool(key), bool(null)) for key, name, null in COLUMN.findall(re.sub(r"\([^)]*\)", "", columns))]
        for table, columns in ROW.findall(text)
    }


def test_tables_and_columns() -> None:
    page = documented()
    for table in schema.metadata.sorted_tables:
        columns = [(column.name, column.primary_key, bool(column.nullable)) for column in table.columns]
        assert page.pop(table.name) == columns
    assert set(page) == VIEWS


def test_views(database_url: str) -> None:
    page = documented()
    with reading(make_engine(parse_url(database_url))) as connection:
        for view in sorted(VIEWS):
            columns = [column["name"] for column in inspect(connection).get_columns(view)]
            assert [name for name, _, _ in page[view]] == columns
