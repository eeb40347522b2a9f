"""Events that a channel was alerted of: later articles about them are no alerts of a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from storage.schema import events

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a channel: a topic at a place (empty: none is named). `told_at` is its last message."""

    id: int
    topic: str
    place_id: str
    first_at: datetime
    told_at: datetime


def since(connection: Connection, channel_id: str, start: datetime) -> list[Event]:
    """The channel's events whose first alert was made since then, oldest first."""
    columns = [events.c[name] for name in Event.__slots__]
    query = select(*columns).where(events.c.channel_id == channel_id, events.c.first_at >= start)
    return [Event(**row._mapping) for row in connection.execute(query.order_by(events.c.first_at, events.c.id))]


def begin(connection: Connection, channel_id: str, topic: str, place_id: str, *, digest_id: str,
          now: datetime) -> None:
    """Note the first alert of an event."""
    connection.execute(insert(events).values(channel_id=channel_id, topic=topic, place_id=place_id, first_at=now,
                                             told_at=now, digest_id=digest_id))


def tell(connection: Connection, event_ids: Collection[int], now: datetime) -> None:
    """Note that the channel gets another message about these events."""
    connection.execute(update(events).where(events.c.id.in_(event_ids)).values(told_at=now))
