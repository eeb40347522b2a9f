"""INSERT ... ON CONFLICT DO NOTHING, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps in two places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table
    from sqlalchemy.dialects import postgresql


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the rows whose unique keys are not there yet; how many were."""
    if not rows:
        return 0
    # Counted by what comes back: psycopg gives no row count for many rows at once.
    statement = insert_or_leave(connection, table).returning(*table.primary_key.columns)
    return len(connection.execute(statement, list(rows)).all())


def insert_or_leave(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The statement, for whatever rows; those whose unique keys are there already are left out."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # 2 MB, for those who have it

    return postgresql.insert(table).on_conflict_do_nothing()
