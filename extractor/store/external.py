"""A table of another database, read and never written to: a ledger that an office keeps in a system of its own."""

from __future__ import annotations

from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sqlalchemy import Engine, MetaData, Table, create_engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from extractor.errors import StoreError, UsageError
from extractor.store.engine import make_engine, parse_url, shown, sqlite_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BATCH = 1000


@contextmanager
def external_table(url: str, name: str) -> Iterator[tuple[str, list[str], Iterator[Sequence[object]]]]:
    """Open a table or view of any SQLite or PostgreSQL database for reading.

    Args:
        url: SQLAlchemy URL of the database.
        name: of the table, with its schema before a point if it needs one.

    Yields:
        The URL without its password, the names of the columns, and the rows by primary key (by all columns where there is none).

    Raises:
        StoreError: the database is missing, cannot be reached, or refuses.
        UsageError: there is no such table.
    """
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if file is not None and not file.is_file():
        raise StoreError(f"数据库文件 {file} 不存在；请检查路径", f"{file} is missing")
    if file is not None:
        engine = create_engine(parsed.set(database=f"file:{file.as_posix()}", query={"mode": "ro", "uri": "true"}))
    else:
        engine = make_engine(parsed).execution_options(postgresql_readonly=True)
    try:
        table = _table(engine, name)
        order = list(table.primary_key.columns) or [c for c in table.columns if c.type.python_type is not dict]
        with engine.connect() as connection:
            query = select(table).order_by(*order).execution_options(yield_per=_BATCH)
            rows = (tuple(row) for row in connection.execute(query))
            yield shown(parsed), [column.name for column in table.columns], rows
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise StoreError(f"数据库 {shown(parsed)} 出错：{reason}；请检查地址、权限和数据库服务", str(error)) from error
    finally:
        engine.dispose()


def _table(engine: Engine, name: str) -> Table:
    schema, _, plain = name.rpartition(".")
    inspector = inspect(engine)
    known = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
    if plain not in known:
        near = get_close_matches(plain, known, cutoff=0.4) or sorted(known)[:20]
        hint = f"；现有：{'、'.join(near)}" if near else "；库里没有表"
        raise UsageError(f"数据库里没有表“{name}”{hint}", f"no table {name!r}")
    return Table(plain, MetaData(), schema=schema or None, autoload_with=engine)
