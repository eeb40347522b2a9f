"""Leases: who may post to a channel now. To look into it and then to post is two steps: two senders would both post.

The clock alone cannot promise that: a sender may sleep past its end and wake up in the middle of a post. Each taking
of a channel therefore has a number of its own, the fence, which only grows; a row of the outbox is marked only by the
fence that claimed it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, update

from storage.schema import leases
from storage.upsert import insert_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def acquire(connection: Connection, channel_id: str, sender: str, now: datetime, seconds: float) -> int | None:
    """Take the channel until `now` + `seconds`: the fence, a new one each time; None while another sender has it.

    `sender` is a name of up to 40 characters that no other process uses.
    """
    insert_new(connection, leases, [{"channel_id": channel_id, "sender": "", "fence": 0, "expires_at": now}])
    lasts = timedelta(seconds=seconds)
    # An end further ahead than any lease lasts was set by a clock that was wrong.
    free = or_(leases.c.expires_at <= now, leases.c.expires_at > now + 2 * lasts)
    taken = update(leases).where(leases.c.channel_id == channel_id, free).values(
        sender=sender, fence=leases.c.fence + 1, expires_at=now + lasts).returning(leases.c.fence)
    return connection.execute(taken).scalar()


def renew(connection: Connection, channel_id: str, fence: int, now: datetime, seconds: float) -> bool:
    """Keep the channel until `now` + `seconds`. False where the lease has ended or changed hands: post no more."""
    own = (leases.c.channel_id == channel_id) & (leases.c.fence == fence) & (leases.c.expires_at > now)
    renewed = update(leases).where(own).values(expires_at=now + timedelta(seconds=seconds))
    return connection.execute(renewed).rowcount == 1


def release(connection: Connection, channel_id: str, fence: int, now: datetime) -> None:
    """Let the channel go. The row stays, so that the fence goes on growing."""
    own = (leases.c.channel_id == channel_id) & (leases.c.fence == fence)
    connection.execute(update(leases).where(own).values(expires_at=now))


def release_all(connection: Connection, now: datetime) -> None:
    """Let every channel go: for a caller who knows that all its holders are dead."""
    connection.execute(update(leases).where(leases.c.expires_at > now).values(expires_at=now))
