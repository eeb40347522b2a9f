"""Watched pages as they were last seen, to tell what changed at the next look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage.schema import snapshots
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


def last(connection: Connection, feed_id: int) -> tuple[str, ...] | None:
    """The paragraphs of the last look; None where there was none, or the page began to be watched otherwise."""
    found = connection.scalar(select(snapshots.c.paragraphs).where(snapshots.c.feed_id == feed_id))
    return None if found is None else tuple(found)


def keep(connection: Connection, feed_id: int, paragraphs: Sequence[str], now: datetime) -> None:
    """Remember this look in place of the one before; commit it with the entry that tells the change."""
    seen = {"paragraphs": list(paragraphs), "taken_at": now}
    if not insert_new(connection, snapshots, [{"feed_id": feed_id, **seen}]):
        connection.execute(update(snapshots).where(snapshots.c.feed_id == feed_id).values(**seen))
