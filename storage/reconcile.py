"""What the outbox looks back at: messages that may stand in a channel, doubles, and channels that know more than we do.

Times are compared with the caller's `now`; a time further ahead than anything waits was set by a clock that was wrong.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from storage import about, waits
from storage.deliveries import COLUMNS, HELD, RESUMED, Delivery, hold, read
from storage.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

_NO_READING = "no_reading_before"
_SWEPT = "swept:"
_SENT = deliveries.c.state == "sent"


def lost(connection: Connection, now: datetime, longest: timedelta, channel_id: str | None = None) -> list[Delivery]:
    """Messages to look for now, oldest first: uncertain ones whose time has come, and all that are `sending`.

    A time further ahead than the `longest` wait was set by a clock that was put back since. To be acted on by the
    holder of the channel's lease alone, between two posts of its own: what is `sending` then is a dead one's.
    """
    due = or_(deliveries.c.look_at.is_(None), deliveries.c.look_at <= now, deliveries.c.look_at > now + longest)
    which = ((deliveries.c.state == "uncertain") & due) | (deliveries.c.state == "sending")
    return read(connection, which & (deliveries.c.channel_id == channel_id) if channel_id else which)


def known(connection: Connection, delivery_ids: Collection[str]) -> dict[tuple[str, int], Delivery]:
    """Messages of these deliveries, by delivery id and part."""
    rows = read(connection, deliveries.c.delivery_id.in_(list(delivery_ids)))
    return {(row.delivery_id, row.part): row for row in rows}


def newest(connection: Connection, channel_id: str) -> Delivery | None:
    """The last message of which we know that it stands in the channel."""
    stands = (deliveries.c.channel_id == channel_id) & _SENT & deliveries.c.ts.is_not(None)
    query = select(*COLUMNS).where(stands).order_by(deliveries.c.attempt_at.desc(), deliveries.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return Delivery(**row._mapping) if row else None


def sweep_times(connection: Connection, now: datetime, after: timedelta, horizon: timedelta) -> dict[str, datetime]:
    """When each channel that had messages within two horizons is looked through for doubles next.

    `after` its first message that no sweep has seen, and a horizon after its last daily sweep.
    """
    recent = select(deliveries.c.channel_id, func.min(deliveries.c.finished_at)).where(
        _SENT, deliveries.c.finished_at >= now - 2 * horizon).group_by(deliveries.c.channel_id)
    times = {}
    for channel_id, first_at in connection.execute(recent):
        daily = about.time_of(connection, _SWEPT + channel_id)
        times[channel_id] = (daily or first_at) + horizon
    for channel_id, first_at in connection.execute(recent.where(deliveries.c.swept_at.is_(None))):
        times[channel_id] = min(times[channel_id], first_at + after)
    return times


def posted(connection: Connection, channel_id: str, since: datetime) -> list[Delivery]:
    """Messages that stand in the channel, posted since then."""
    return read(connection, (deliveries.c.channel_id == channel_id) & _SENT & (deliveries.c.finished_at >= since))


def swept_daily(connection: Connection, channel_id: str) -> datetime | None:
    """When the whole day of the channel was last looked through."""
    return about.time_of(connection, _SWEPT + channel_id)


def swept(connection: Connection, rows: Iterable[Delivery], now: datetime, daily: str | None = None) -> bool:
    """These, as they were read, were looked through for doubles; `daily` names the channel whose whole day was.

    False where a row changed since it was read: a late copy may have landed meanwhile, so it is to be swept again.
    """
    unchanged = True
    for row in rows:
        as_read = (deliveries.c.id == row.id) & (deliveries.c.finished_at == row.finished_at)
        unchanged &= connection.execute(update(deliveries).where(as_read).values(swept_at=now)).rowcount == 1
    if daily:
        about.note_time(connection, _SWEPT + daily, now)
    return unchanged


def hold_channel(connection: Connection, channel_id: str, why: str, until: datetime) -> None:
    """Post nothing to the channel until a person resumes it; what waits for it says why."""
    about.note(connection, HELD + channel_id, why)
    hold(connection, channel_id, until, "channel_held", why)


def resumed_at(connection: Connection, channel_id: str) -> datetime | None:
    """Since when a person has said that the channel is right as it is."""
    return about.time_of(connection, RESUMED + channel_id)


def stop_reading(connection: Connection, until: datetime, now: datetime | None = None) -> None:
    """Look into no channel before then: the service said so. With `now`, no step of the clock makes it longer."""
    waits.begin(connection, _NO_READING, until, now)


def no_reading_before(connection: Connection, now: datetime) -> datetime | None:
    """Until when no channel is looked into; None where it is allowed now."""
    return waits.ends(connection, _NO_READING, now).get("")
