"""Single facts about this database: its instance id, when the last cycle ended."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage.schema import about
from storage.upsert import insert_new

if TYPE_CHECKING:
    from sqlalchemy import Connection


def instance(connection: Connection) -> str:
    """This database's own id, made once: it tells its messages from those of a copy that uses the same token."""
    insert_new(connection, about, [{"key": "instance", "value": secrets.token_hex(8)}])
    value: str = connection.execute(select(about.c.value).where(about.c.key == "instance")).scalar_one()
    return value


def beat(connection: Connection, now: datetime) -> None:
    """Note that a whole cycle ended now: the sign of life that `status --health` reads."""
    note_time(connection, "cycle_ended_at", now)


def last_beat(connection: Connection) -> datetime | None:
    """When a cycle last ended; None where none ever has."""
    return time_of(connection, "cycle_ended_at")


def note_time(connection: Connection, key: str, now: datetime) -> None:
    """Remember when something last happened."""
    note(connection, key, now.isoformat())


def time_of(connection: Connection, key: str) -> datetime | None:
    """When it last happened; None where it never has."""
    value = noted(connection, key)
    return datetime.fromisoformat(value) if value else None


def note(connection: Connection, key: str, value: str) -> None:
    """Remember one fact, in place of what was noted under this key before."""
    insert_new(connection, about, [{"key": key, "value": value}])
    connection.execute(update(about).where(about.c.key == key).values(value=value))


def noted(connection: Connection, key: str) -> str:
    """The fact under this key; empty where there is none."""
    return connection.scalar(select(about.c.value).where(about.c.key == key)) or ""
