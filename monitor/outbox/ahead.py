"""Does a channel know more than the database? Then that is an old backup, or a copy of one that somebody else runs.

Posting on from it would say old things again. So at the first post of a process to a channel its history since our last
message is read: a message of ours that the database does not know shuts the channel until a person has looked.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.errors import NotPosted, Refused, SlackError
from monitor.outbox.turn import log, read, write
from storage import deliveries, reconcile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.outbox.model import Found
    from monitor.outbox.turn import Turn

_HORIZONS = 7  # how far back it looks at most: a week, by default


async def agrees(turn: Turn) -> bool:
    """Whether messages may go to this channel now. Raises StorageError.

    Where nobody can read the channel nothing can be compared, and they may: the doctor has told of it.
    """
    if not turn.sender.reads:
        return True
    since = await read(turn.database, _since, turn)
    try:
        if not await write(turn.database, _compare, turn, await turn.find(since), turn.clock()):
            return False
        for thread in await read(turn.database, _threads, turn):
            await write(turn.database, _compare, turn, await turn.find(since, thread), turn.clock())
    except Refused as error:
        log.warning("%s cannot be compared with the database: %s", turn.channel_id, error)
    except SlackError as error:
        wait = error.retry_after if isinstance(error, NotPosted) and error.retry_after else turn.settings.retry
        until = turn.clock() + timedelta(seconds=wait)
        why = f"The channel could not be read before posting to it: {error}"
        await write(turn.database, deliveries.hold, turn.channel_id, until, error.code, why)
        return False
    return True


def _since(connection: Connection, turn: Turn) -> datetime:
    """When the last message was posted that the database knows, or when a person said that all is well."""
    now, newest = turn.clock(), reconcile.newest(connection, turn.channel_id)
    known = newest.attempt_at if newest else None
    resumed = reconcile.resumed_at(connection, turn.channel_id)
    earliest = now - timedelta(seconds=_HORIZONS * turn.settings.horizon)
    return max(moment for moment in (known, resumed, earliest) if moment)


def _threads(connection: Connection, turn: Turn) -> set[str]:
    """Threads to which replies are to be added: they may hold them already."""
    waiting = deliveries.waiting(connection, turn.clock(), turn.channel_id)
    parents = [deliveries.parent(connection, row) for row in waiting if row.in_thread]
    return {parent.ts for parent in parents if parent and parent.ts}


def _compare(connection: Connection, turn: Turn, found: Sequence[Found], now: datetime) -> bool:
    rows = reconcile.known(connection, {one.delivery_id for one in found})
    ids = {delivery_id for delivery_id, _ in rows}
    for one in found:
        row = rows.get((one.delivery_id, one.part))
        if row and row.state == "pending":  # it landed after it was looked for in vain, or after the backup was made
            deliveries.settle(connection, row, "sent", ts=one.ts, error=None, error_code=None, finished_at=now)
    unknown = [one for one in found if one.delivery_id not in ids]
    if not unknown:
        return True
    why = (f"{len(unknown)} message(s) of this bot stand in the channel that its database does not know. It seems to "
           "be an old backup, or another bot runs on a copy of it. Nothing is posted there, so that nothing old comes "
           f"again. When you have looked: dateline deliveries resume {turn.channel_id}")
    log.error("%s: %s", turn.channel_id, why)
    reconcile.hold_channel(connection, turn.channel_id, why, now)
    turn.tell(connection, "ahead", f"Nothing is posted to {turn.channel_id}", (why,), now)
    return False
