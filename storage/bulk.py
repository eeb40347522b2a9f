"""Many rows into one table, at the speed of the driver.

SQLAlchemy makes a dictionary of parameters for every row and converts each value by itself, which takes as long as
SQLite takes to store it; at a first poll there are a hundred rows a feed. So SQLite gets the rows as they are, apart
from times, of which most are the same. PostgreSQL goes the usual way: its driver wants the dictionaries.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from storage.tables.types import UtcDateTime
from storage.upsert import insert_or_leave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

Row = tuple[object, ...]


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert the rows, which hold a value for each of the columns, these being all that must not be null. Those whose
    unique keys are there already are left out."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(insert_or_leave(connection, table), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    connection.exec_driver_sql(_statement(table, columns), _written(rows, _times(connection, table, columns)))


def _written(rows: Sequence[Row], times: Mapping[int, Callable[[Any], Any]]) -> list[Row]:
    """The rows with the values at these places as the driver wants them."""
    if not times:
        return list(rows)
    columns: list[Iterable[object]] = list(zip(*rows, strict=True))
    for place, write in times.items():
        columns[place] = map(write, columns[place])
    return list(zip(*columns, strict=True))


@cache
def _statement(table: Table, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - names from our own schema


def _times(connection: Connection, table: Table, columns: Sequence[str]) -> dict[int, Callable[[Any], Any]]:
    """How those of the columns are written that hold a time, by their places."""
    dialect = connection.dialect
    return {place: lru_cache(1_000)(write) for place, name in enumerate(columns)
            if isinstance(kind := table.c[name].type, UtcDateTime)
            and (write := kind.dialect_impl(dialect).bind_processor(dialect))}
