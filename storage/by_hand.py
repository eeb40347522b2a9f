"""What people decide about messages: post it again, it is there, give it up, and go on posting to a channel.

Each is done only where it can be right; a running bot acts on it with its next round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from storage import about as facts
from storage.deliveries import HELD, RESUMED, by_id, cancel_replies, change, read, settle, to_thread, with_parent
from storage.schema import about, deliveries

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.deliveries import Delivery


def post_again(connection: Connection, row_id: int, now: datetime) -> bool:
    """Queue a message once more that was refused, given up, cancelled, or may have arrived; its replies with it.

    It goes out when the channel's waiting time is over.

    False where nothing was changed: it is waiting or under way, arrived, its text was erased, or it is a reply whose
    parent neither stands in the channel nor waits. An uncertain one may then stand there twice: ask first.
    """
    row = by_id(connection, row_id)
    if row is None or row.state not in ("refused", "abandoned", "cancelled", "uncertain") or not row.body:
        return False
    if row.replies_to and not with_parent(connection, [row.replies_to], "pending", "sending"):
        return False
    if row.begins_thread:
        _revive_replies(connection, row.delivery_id, now)
    return settle(connection, row, **_again(now))


def found_by_hand(connection: Connection, row_id: int, ts: str | None, now: datetime) -> bool:
    """Note that a message stands in its channel, under this ts: `sent`. Replies to it go out, also cancelled ones.

    False where nothing was changed: it is neither uncertain nor given up; it has replies, which need its ts; or the ts
    is that of another message of ours.
    """
    row = by_id(connection, row_id)
    if row is None or row.state not in ("uncertain", "abandoned") or (not ts and replies(connection, row)):
        return False
    other = (deliveries.c.channel_id == row.channel_id) & (deliveries.c.id != row.id) & (deliveries.c.ts == ts)
    if ts and read(connection, other):
        return False
    if row.begins_thread:
        _revive_replies(connection, row.delivery_id, now)
    return settle(connection, row, "sent", ts=ts, looks=0, look_at=None, error_code=None, error=None, finished_at=now)


def replies(connection: Connection, row: Delivery) -> int:
    """How many messages wait to stand in the thread of this one, or were cancelled with it."""
    if not row.begins_thread:
        return 0
    return len(read(connection, to_thread(row.delivery_id) & deliveries.c.state.in_(("pending", "cancelled"))))


def give_up(connection: Connection, row_id: int, now: datetime) -> bool:
    """Post a message no more that is waiting or may have arrived: `abandoned`; replies to it are cancelled.

    False where nothing was changed: it is under way, or already arrived, refused or given up.
    """
    row = by_id(connection, row_id)
    if row is None or row.state not in ("pending", "uncertain"):
        return False
    if row.begins_thread:
        cancel_replies(connection, row, "the message it belongs to was given up by hand", now)
    return settle(connection, row, "abandoned", error_code="given_up", error="It was given up by hand.",
                  finished_at=now)


def resume(connection: Connection, channel_id: str, now: datetime) -> bool:
    """Post to a held channel again; what stood there before now holds it no more. False where it was not held."""
    if connection.execute(delete(about).where(about.c.key == HELD + channel_id)).rowcount == 0:
        return False
    facts.note_time(connection, RESUMED + channel_id, now)
    own = (deliveries.c.channel_id == channel_id) & (deliveries.c.state == "pending")
    change(connection, own, not_before=None, error_code=None, error=None)
    return True


def _again(now: datetime) -> dict[str, Any]:
    return {"state": "pending", "not_before": now, "looks": 0, "look_at": None, "error_code": None, "error": None,
            "finished_at": None}


def _revive_replies(connection: Connection, delivery_id: str, now: datetime) -> None:
    change(connection, to_thread(delivery_id) & (deliveries.c.state == "cancelled"), **_again(now))
