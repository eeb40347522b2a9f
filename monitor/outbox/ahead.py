"""Does a channel know more than the database? Then that is an old backup, or a copy of one that somebody else runs.

Posting on from it would say old things again. So at the first post of a process to a channel its history since our last
message is read, and a thread before the first reply to it: a message of ours that the database does not know shuts the
channel until a person has looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.errors import Refused, SlackError
from monitor.outbox.turn import log, read, write
from storage import deliveries, reconcile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from monitor.outbox.model import Found
    from monitor.outbox.turn import Turn
    from storage.deliveries import Delivery

_HORIZONS = 7  # how far back it looks at most: a week, by default
# Slack's code for a token that lacks one right: that of reading, here; it may well have that of posting.
_NO_READING = "missing_scope"
_FOR_GOOD = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Compared:
    """Messages may go to the channel `until` then; the next comparison reads it from `since` on.

    `threads` are those that were read too, by delivery id; None where nothing can be read.
    """

    until: datetime
    since: datetime
    threads: frozenset[str] | None = None

    def covers(self, row: Delivery, now: datetime) -> bool:
        """Whether the row may go out without another comparison."""
        return now < self.until and (row.thread_of is None or self.threads is None or row.thread_of in self.threads)


async def agrees(turn: Turn, last: Compared | None = None) -> Compared | None:
    """How long messages may go to this channel; None where none may now. Raises StorageError.

    Where nobody may read the channel nothing can be compared, and they may go: the doctor has told of it. But the
    right to read may come, so it is asked for again. A token that is refused altogether could not post either: who
    mends it may have restored a backup meanwhile, so nothing goes out before the comparison.
    """
    since, resumed = await read(turn.database, _since, turn)
    if last:  # what was posted uncompared hides nothing that stood there before it
        since = min(since, last.since)
    if not turn.sender.reads:
        return Compared(_FOR_GOOD, since)
    try:
        if last and last.threads is not None:  # of the channel itself it is known for good
            return await _compared(turn, since, resumed, last.threads)
        well = await _matches(turn, since, resumed)
        return await _compared(turn, since, resumed) if well else None
    except SlackError as error:
        if isinstance(error, Refused) and (error.scope != "token" or error.code == _NO_READING):
            log.warning("%s cannot be compared with the database: %s", turn.channel_id, error)
            return Compared(turn.clock() + timedelta(seconds=turn.settings.mending), since)
        wait = error.retry_after or (turn.settings.mending if isinstance(error, Refused) else turn.settings.retry)
        until = turn.clock() + timedelta(seconds=wait)
        why = f"The channel could not be read before posting to it: {error}"
        await write(turn.database, deliveries.hold, turn.channel_id, until, error.code, why, now=turn.clock())
        return None


async def _compared(
    turn: Turn, since: datetime, resumed: datetime | None, before: frozenset[str] = frozenset()
) -> Compared | None:
    """The threads, too, to which replies are to be added; but those read `before`. Raises SlackError."""
    threads = await read(turn.database, _threads, turn)
    for key, ts in threads.items():
        if ts and key not in before and not await _matches(turn, since, resumed, ts):
            return None
    return Compared(_FOR_GOOD, since, before | threads.keys())


async def _matches(turn: Turn, since: datetime, resumed: datetime | None, thread: str | None = None) -> bool:
    """Whether the database knows every message of its own in the channel, or in the thread. Raises SlackError.

    When a person has said that all is well, nothing before that is read, not even by the margin for clocks.
    """
    try:
        found = await turn.find(since, thread, from_on=resumed)
    except Refused as error:
        if error.scope != "thread":
            raise
        return True  # the parent was deleted, and the thread with it
    return await write(turn.database, _compare, turn, found, turn.clock())


def _since(connection: Connection, turn: Turn) -> tuple[datetime, datetime | None]:
    """When the last message was posted that the database knows; and when a person last said that all is well."""
    now, newest = turn.clock(), reconcile.newest(connection, turn.channel_id)
    known = newest.attempt_at if newest else None
    earliest = now - timedelta(seconds=_HORIZONS * turn.settings.horizon)
    return max(known or earliest, earliest), reconcile.resumed_at(connection, turn.channel_id)


def _threads(connection: Connection, turn: Turn) -> dict[str, str]:
    """The ts of each thread to which replies are to be added, by delivery id: they may hold them already."""
    waiting = deliveries.waiting(connection, turn.clock(), turn.channel_id)
    parents = [parent for row in waiting if (parent := deliveries.parent(connection, row))]
    return {parent.delivery_id: parent.ts or "" for parent in parents}


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
