"""Messages that stand in Slack and no longer show what is stored: they are drawn again until they do.

`wanted` grows with every change and `drawn` follows it, so that what changes while a message is being drawn is drawn
next, and a stop in between loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from storage.deliveries import COLUMNS, Delivery
from storage.schema import deliveries, digest_items, redraws
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Stale:
    """A message to be drawn, and up to which change."""

    message: Delivery
    wanted: int
    failures: int


def want(connection: Connection, message_ids: Collection[int]) -> None:
    """Something changed that these messages show."""
    insert_new(connection, redraws, [{"message_id": one, "wanted": 0, "drawn": 0, "failures": 0}
                                     for one in sorted(message_ids)])
    connection.execute(update(redraws).where(redraws.c.message_id.in_(list(message_ids))).values(
        wanted=redraws.c.wanted + 1))


def due(connection: Connection, now: datetime) -> list[Stale]:
    """Messages that can be drawn now, those that wait for it the longest first."""
    query = (select(*COLUMNS, redraws.c.wanted, redraws.c.failures)
             .join(redraws, redraws.c.message_id == deliveries.c.id)
             .where(redraws.c.wanted > redraws.c.drawn, deliveries.c.ts.is_not(None),
                    or_(redraws.c.not_before.is_(None), redraws.c.not_before <= now))
             .order_by(deliveries.c.id))
    rows = (dict(row._mapping) for row in connection.execute(query))
    return [Stale(wanted=row.pop("wanted"), failures=row.pop("failures"), message=Delivery(**row)) for row in rows]


def done(connection: Connection, message_id: int, upto: int) -> None:
    """Slack shows the message as it was at that change."""
    connection.execute(update(redraws).where(redraws.c.message_id == message_id).values(
        drawn=upto, not_before=None, failures=0))


def later(connection: Connection, message_id: int, not_before: datetime) -> None:
    """It could not be drawn, and is tried again from then on."""
    connection.execute(update(redraws).where(redraws.c.message_id == message_id).values(
        not_before=not_before, failures=redraws.c.failures + 1))


def message_at(connection: Connection, channel_id: str, ts: str) -> Delivery | None:
    """The message that Slack calls `ts`."""
    query = select(*COLUMNS).where(deliveries.c.channel_id == channel_id, deliveries.c.ts == ts)
    row = connection.execute(query).first()
    return Delivery(**row._mapping) if row else None


def messages_with(connection: Connection, channel_id: str, article_ids: Collection[int]) -> list[Delivery]:
    """The messages of the digests in which the articles stand in the channel, those that arrived."""
    shown = select(digest_items.c.digest_id).where(
        digest_items.c.channel_id == channel_id, digest_items.c.article_id.in_(list(article_ids)))
    query = select(*COLUMNS).where(deliveries.c.delivery_id.in_(shown), deliveries.c.ts.is_not(None))
    return [Delivery(**row._mapping) for row in connection.execute(query.order_by(deliveries.c.id))]


def behind(connection: Connection) -> int:
    """How many messages do not show yet what is stored."""
    query = select(func.count()).select_from(redraws).where(redraws.c.wanted > redraws.c.drawn)
    return connection.scalar(query) or 0
