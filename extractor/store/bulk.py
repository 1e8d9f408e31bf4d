"""Many rows at once, by the quickest way that each engine has: ``executemany`` on SQLite, ``COPY`` on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


def insert(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows whose values both engines take as they are: texts, numbers, truth values and ``None``.

    Args:
        connection: an open write transaction.
        table: where to.
        rows: tuples in the order of the table's columns; trailing columns may be missing, the same in each row.
    """
    if not rows:
        return
    quoted = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quoted(column.name) for column in list(table.columns)[: len(rows[0])])
    target = f"{quoted(table.name)} ({columns})"
    if connection.dialect.name == "postgresql":
        copy(connection, target, rows)
        return
    marks = ", ".join("?" * len(rows[0]))
    connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({marks})", rows)  # noqa: S608 - our own names


def copy(connection: Connection, target: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows into a table of PostgreSQL, given with its columns: ``name (column, …)``."""
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {target} FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as pipe:
            for row in rows:
                pipe.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:  # as SQLAlchemy gives all others
        raise DBAPIError.instance(statement, None, error, Exception, dialect=connection.dialect) from error
