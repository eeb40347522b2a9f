"""The shell round `compose`: which slots are due, and the freezing of what they hold.

A digest, its members and its messages are written in one transaction; a slot with nothing to say is written as done
too, so that articles which come later wait for the next slot.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.digest import blocks
from monitor.digest.compose import compose
from monitor.digest.slots import due_slots, now_title, slot_title
from monitor.health import outages
from storage import deliveries, digests, feeds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from monitor.settings import ChannelSettings
    from storage.database import Database


def publish(
    database: Database, channels: Sequence[ChannelSettings], topics: Mapping[str, str], now: datetime
) -> int:
    """Freeze every digest that is due; returns how many hold articles. Raises StorageError."""
    made = 0
    for channel in channels:
        with database.write() as connection:
            for slot, title in _due(connection, channel, now):
                made += _freeze(connection, channel, slot, title, topics, now=now)
    return made


def _due(connection: Connection, channel: ChannelSettings, now: datetime) -> list[tuple[tuple[date, str], str]]:
    """The slots to make now, as ((local date, slot name), title)."""
    if not channel.slots:
        at = now.astimezone(channel.zone)
        return [((at.date(), f"now {now:%Y%m%dT%H%M%S.%f}"), now_title(now, channel.zone))]
    since = digests.channel_since(connection, channel.id)
    done = digests.done_slots(connection, channel.id, (now - timedelta(days=4)).date())
    taken = {(day, time.fromisoformat(slot)) for day, slot in done if not slot.startswith("now")}
    return [
        ((day, f"{at:%H:%M}"), slot_title(at, day))
        for day, at in due_slots(channel.slots, channel.zone, now, taken, since)
    ]


def _freeze(
    connection: Connection, channel: ChannelSettings, slot: tuple[date, str], title: str, topics: Mapping[str, str],
    *, now: datetime,
) -> bool:
    """Write one digest with members and messages. True where it holds an article."""
    delivery_id = f"digest:{channel.id}:{slot[0]}:{slot[1]}"
    digest = compose(digests.waiting(connection, channel.id), channel, topics, title=title, delivery_id=delivery_id,
                     now=now, footnotes=outages(feeds.active(connection), now))
    if digest is None and not channel.slots:
        return False
    members = [item.article_id for item in digest.items] if digest else []
    if not digests.freeze(connection, delivery_id, channel.id, slot, members, now=now) or digest is None:
        return False
    bodies = [blocks.body(message, channel.id, delivery_id, "digest") for message in blocks.render(digest)]
    deliveries.add(connection, delivery_id, channel.id, "digest", bodies, now=now)
    return True
