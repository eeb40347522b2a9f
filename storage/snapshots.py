"""Watched pages as they were last seen, to tell what changed at the next look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from storage.schema import snapshots
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The paragraphs of a look, and what it noted of changes that come again and again (monitor/collect/restless.py).
    """

    paragraphs: tuple[str, ...]
    noted: dict[str, Any] | None = None


def last(connection: Connection, feed_id: int) -> Snapshot | None:
    """The last look; None where there was none, or the page began to be watched otherwise."""
    query = select(snapshots.c.paragraphs, snapshots.c.noted).where(snapshots.c.feed_id == feed_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Snapshot(tuple(row.paragraphs), row.noted)


def keep(
    connection: Connection, feed_id: int, paragraphs: Sequence[str], noted: Mapping[str, Any], now: datetime
) -> None:
    """Remember this look in place of the one before; commit it with the entry that tells the change."""
    seen = {"paragraphs": list(paragraphs), "noted": dict(noted), "taken_at": now}
    if not insert_new(connection, snapshots, [{"feed_id": feed_id, **seen}]):
        connection.execute(update(snapshots).where(snapshots.c.feed_id == feed_id).values(**seen))
