"""Doubles are swept up: a service may store a message twice, and a post may land after it was looked for in vain.

Some minutes after each delivery, and the whole day once more every day. A sweep reads the channel once and each thread
once, and Slack allows fifty such readings a minute over all channels: rows remember that they were swept.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from monitor.errors import Refused, SlackError
from monitor.outbox.recover import since
from monitor.outbox.turn import log, read, write
from storage import deliveries, reconcile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.outbox.model import Found
    from monitor.outbox.turn import Turn
    from storage.deliveries import Delivery

# Threads that one sweep reads: the next one goes on with the rest.
_MOST_THREADS = 10


async def sweep(turn: Turn) -> datetime:
    """Delete extra copies of what stands in this channel; when to sweep it next. Raises StorageError."""
    now, horizon = turn.clock(), timedelta(seconds=turn.settings.horizon)
    again = now + timedelta(seconds=turn.settings.sweep_after)
    places, due = await read(turn.database, _places, turn, now)
    done = True
    for at, (thread, group) in enumerate(places.items()):
        if at > _MOST_THREADS:
            return again
        try:
            found = await turn.find(min(since(row, turn.settings) for row in group), thread)
        except SlackError as error:
            if not (isinstance(error, Refused) and error.scope == "thread"):
                log.warning("%s cannot be looked through for doubles: %s", turn.channel_id, error)
                return now + timedelta(seconds=turn.settings.mending) if isinstance(error, Refused) else again
            found = ()  # the parent was deleted, and the thread with it
        left = await _sweep_place(turn, found)
        doubled = [row for row in group if (row.delivery_id, row.part) in left]
        await write(turn.database, _open_again, doubled)
        old = [row for row in group if row not in doubled and _old(row, turn, now)]
        done &= await write(turn.database, reconcile.swept, old, now) and len(old) == len(group)
    if due <= now:
        await write(turn.database, reconcile.swept, [], now, daily=turn.channel_id)
        due = now + horizon
    return due if done else min(due, again)


async def _sweep_place(turn: Turn, found: Sequence[Found]) -> set[tuple[str, int]]:
    """Of each message that stands here more than once, keep the copy we know; where that is gone, the oldest.

    Messages, by delivery id and part, of which a copy could not be deleted.
    """
    left = set()
    known = await read(turn.database, reconcile.known, {one.delivery_id for one in found})
    ordered = sorted(found, key=lambda one: (one.delivery_id, one.part))
    for key, group in groupby(ordered, key=lambda one: (one.delivery_id, one.part)):
        copies = list(group)
        row = known.get(key)
        if len(copies) > 1 and row and row.state == "sent":
            ours = [copy.ts for copy in copies if copy.ts == row.ts]
            if not await turn.remove_extra(copies, keep=(ours or [copies[0].ts])[0]):
                left.add(key)
    return left


def _open_again(connection: Connection, rows: Sequence[Delivery]) -> None:
    """A double of them still stands: the next sweep reads them, also where an earlier one had found nothing."""
    for row in rows:
        deliveries.settle(connection, row, "sent", swept_at=None)


def _places(connection: Connection, turn: Turn, now: datetime) -> tuple[dict[str | None, list[Delivery]], datetime]:
    """Messages to sweep, by the thread they stand in; and when the daily sweep is due, in which all are read again."""
    horizon = timedelta(seconds=turn.settings.horizon)
    rows = reconcile.posted(connection, turn.channel_id, now - 2 * horizon)
    last = reconcile.swept_daily(connection, turn.channel_id)
    due = (last or min((row.finished_at or now for row in rows), default=now)) + horizon
    places: defaultdict[str | None, list[Delivery]] = defaultdict(list)
    for row in rows:
        if row.swept_at is None or row.swept_at < due <= now:
            parent = deliveries.parent(connection, row)
            places[parent.ts or None if parent else None].append(row)
    return places, due


def _old(row: Delivery, turn: Turn, now: datetime) -> bool:
    """Whether nothing of it can be on its way any more."""
    return row.finished_at is None or row.finished_at <= now - timedelta(seconds=turn.settings.sweep_after)
