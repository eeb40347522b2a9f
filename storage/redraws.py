"""Messages that stand in Slack and no longer show what is stored: they are drawn again until they do.

`wanted` grows with every change and `drawn` follows it, so that what changes while a message is being drawn is drawn
next, and a stop in between loses nothing. A message that can never change again is given up, for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from storage import waits
from storage.deliveries import COLUMNS, Delivery
from storage.schema import deliveries, digest_items, redraws
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

_WAIT = "redraws"  # key of a wait for all of them
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # `not_before` of what was given up
_COMING = ("pending", "sending", "uncertain", "sent")
_LONGEST = timedelta(hours=1)  # nothing waits longer: a time further ahead was set by a clock that was wrong


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


def due(connection: Connection, now: datetime) -> list[int]:
    """Messages that can be drawn now, the oldest first; none while all of them wait."""
    if all_wait(connection, now):
        return []
    ready = or_(redraws.c.not_before.is_(None), redraws.c.not_before <= now, redraws.c.not_before > now + _LONGEST)
    query = select(redraws.c.message_id).join(deliveries, deliveries.c.id == redraws.c.message_id)
    return list(connection.scalars(query.where(_behind(), ready).order_by(redraws.c.message_id)))


def stale(connection: Connection, message_id: int) -> Stale | None:
    """One message, where it still has to be drawn."""
    query = (select(*COLUMNS, redraws.c.wanted, redraws.c.failures)
             .join(redraws, redraws.c.message_id == deliveries.c.id).where(deliveries.c.id == message_id, _behind()))
    row = connection.execute(query).first()
    if row is None:
        return None
    columns = dict(row._mapping)
    return Stale(wanted=columns.pop("wanted"), failures=columns.pop("failures"), message=Delivery(**columns))


def done(connection: Connection, message_id: int, upto: int) -> None:
    """Slack shows the message as it was at that change."""
    connection.execute(update(redraws).where(redraws.c.message_id == message_id).values(
        drawn=upto, not_before=None, failures=0))


def later(connection: Connection, message_id: int, not_before: datetime) -> None:
    """It could not be drawn, and is tried again from then on."""
    connection.execute(update(redraws).where(redraws.c.message_id == message_id).values(
        not_before=not_before, failures=redraws.c.failures + 1))


def all_later(connection: Connection, until: datetime, now: datetime) -> None:
    """None is drawn before then: the service said so."""
    waits.begin(connection, _WAIT, until, now)


def all_wait(connection: Connection, now: datetime) -> bool:
    """Whether the service asked for that, and it is not over."""
    return bool(waits.ends(connection, _WAIT, now))


def give_up(connection: Connection, message_id: int) -> None:
    """It was deleted, or can no longer be changed."""
    connection.execute(update(redraws).where(redraws.c.message_id == message_id).values(not_before=_NEVER))


def given_up(connection: Connection, message_ids: Collection[int]) -> set[int]:
    """Those of the messages that never change again."""
    return set(connection.scalars(select(redraws.c.message_id).where(
        redraws.c.message_id.in_(list(message_ids)), redraws.c.not_before == _NEVER)))


def message_at(connection: Connection, channel_id: str, ts: str) -> Delivery | None:
    """The message that Slack calls `ts`."""
    query = select(*COLUMNS).where(deliveries.c.channel_id == channel_id, deliveries.c.ts == ts)
    row = connection.execute(query).first()
    return Delivery(**row._mapping) if row else None


def messages_with(connection: Connection, channel_id: str, article_ids: Collection[int]) -> list[Delivery]:
    """The messages of the digests in which the articles stand in the channel, wherever they are on their way."""
    shown = select(digest_items.c.digest_id).where(
        digest_items.c.channel_id == channel_id, digest_items.c.article_id.in_(list(article_ids)))
    query = select(*COLUMNS).where(deliveries.c.delivery_id.in_(shown), deliveries.c.state.in_(_COMING))
    return [Delivery(**row._mapping) for row in connection.execute(query.order_by(deliveries.c.id))]


def behind(connection: Connection) -> int:
    """How many messages do not show yet what is stored."""
    query = select(func.count()).select_from(redraws).join(deliveries, deliveries.c.id == redraws.c.message_id)
    return connection.scalar(query.where(_behind())) or 0


def _behind() -> ColumnElement[bool]:
    """Not drawn to the last change, and known to stand in Slack: what is looked for there is left alone."""
    return ((redraws.c.wanted > redraws.c.drawn) & (deliveries.c.state == "sent") & deliveries.c.ts.is_not(None)
            & or_(redraws.c.not_before.is_(None), redraws.c.not_before != _NEVER))
