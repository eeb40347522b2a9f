"""Many rows into one table, at the speed of the driver.

SQLAlchemy makes a dictionary of parameters for every row and converts each value by itself, which takes as long as
SQLite takes to store it; at a first poll there are a hundred rows a feed. So SQLite gets the rows as they are, apart
from times, of which most are the same. PostgreSQL goes the usual way: its driver wants the dictionaries.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql

from storage.tables.types import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Table

Row = tuple[object, ...]


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert the rows, which hold a value for each of the columns, these being all that must not be null. Those whose
    unique keys are there already are left out."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        statement = postgresql.insert(table).on_conflict_do_nothing()
        connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in rows])
        return
    stored = _times(connection, table)
    for number, name in enumerate(columns):
        if name in stored:
            written = lru_cache(1_000)(stored[name])
            rows = [(*row[:number], written(row[number]), *row[number + 1:]) for row in rows]
    connection.exec_driver_sql(_statement(table, columns), list(rows))


@cache
def _statement(table: Table, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - names from our own schema


def _times(connection: Connection, table: Table) -> dict[str, Callable[[Any], Any]]:
    """How the columns of the table that hold a time are written, by name."""
    return {column.name: written for column in table.columns if isinstance(column.type, UtcDateTime)
            and (written := column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect))}
