"""Messages that may stand in a channel are looked for there, before anything else is posted to it.

The first look comes at once: most lost answers are to posts that arrived, and then nobody waits. A miss counts only
once the message can no longer be on its way, and the history may lag behind: so the misses that lead to posting it
again are several, minutes apart. All waiting stands in the database, so that a restart changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.errors import NotPosted, Refused, SlackError
from monitor.outbox.outcome import backoff
from monitor.outbox.turn import log, read, write
from storage import deliveries, reconcile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.outbox.turn import Turn
    from monitor.settings import DeliverySettings
    from storage.deliveries import Delivery

_STOPPED = "The bot stopped between sending it and the answer."
_GONE_STALE = "It was not found in the channel, and is too old to be posted again by itself. If it is still wanted: " \
    "dateline deliveries retry."
_ERASED = "It was not found in the channel, and its text was erased meanwhile: it cannot be posted again."
_BY_HAND = "Look into the channel. If the message is missing: dateline deliveries retry. If it is there, or not " \
    "wanted any more: dateline deliveries abandon."


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a row after a look."""

    state: str
    columns: dict[str, object]


async def recover(turn: Turn) -> dict[int, str]:
    """Look for what is due in this channel; rows by id, with the state each is in now. Raises StorageError."""
    ended: dict[int, str] = {}
    for thread, rows in (await read(turn.database, _by_thread, turn)).items():
        nexts = [(row, await _look(turn, row, thread)) for row in rows]
        ended |= await write(turn.database, _apply, nexts, turn.clock())
    return ended


async def _look(turn: Turn, row: Delivery, thread: str | None) -> Next:
    if not turn.sender.reads:
        return unseen(row, turn.settings, turn.settled, turn.clock())
    try:
        found = await turn.find(since(row, turn.settings), thread)
    except SlackError as error:
        return unreadable(row, error, turn.settings, turn.clock())
    copies = [one for one in found if (one.delivery_id, one.part) == (row.delivery_id, row.part)]
    if not copies:
        return missed(row, turn.settings, turn.settled, turn.clock())
    log.info("%s part %d was found in %s", row.delivery_id, row.part + 1, row.channel_id)
    await turn.remove_extra(copies, keep=copies[0].ts)
    return Next("sent", {"ts": copies[0].ts, "error": None, "error_code": None, "finished_at": turn.clock()})


def missed(row: Delivery, settings: DeliverySettings, settled: timedelta, now: datetime) -> Next:
    """After a look that did not find it: look again, post it again, or give it up.

    The look before the message is settled is counted as the first of all, whatever the clock does afterwards.
    """
    tried_at = min(row.attempt_at or row.created_at, now)
    if now - tried_at > timedelta(seconds=settings.horizon) or not row.body:
        why = _GONE_STALE if row.body else _ERASED
        return Next("abandoned", {"error_code": "too_old", "error": why, "finished_at": now})
    waits = (tried_at + settled - now, *(timedelta(seconds=wait) for wait in settings.looks))
    looks = 1 if row.looks == 0 and waits[0] <= timedelta() else row.looks
    if looks >= len(waits):
        log.warning("%s part %d is not in %s: it is posted again", row.delivery_id, row.part + 1, row.channel_id)
        return Next("pending", {"looks": 0, "look_at": None, "not_before": None})
    return Next("uncertain", _why(row) | {"looks": looks + 1, "look_at": now + waits[looks]})


def unseen(row: Delivery, settings: DeliverySettings, settled: timedelta, now: datetime) -> Next:
    """Where nobody can look, it is posted again once the first post can no longer be on its way: at least once."""
    tried_at = min(row.attempt_at or row.created_at, now)
    if now - tried_at > timedelta(seconds=settings.horizon) or not row.body:
        why = _GONE_STALE if row.body else _ERASED
        return Next("abandoned", {"error_code": "too_old", "error": why, "finished_at": now})
    if now < tried_at + settled:
        return Next("uncertain", _why(row) | {"look_at": tried_at + settled})
    wait = timedelta(seconds=backoff(row.attempt - 2, settings)) if row.attempt > 1 else timedelta()
    return Next("pending", {"looks": 0, "look_at": None, "not_before": now + wait})


def unreadable(row: Delivery, error: SlackError, settings: DeliverySettings, now: datetime) -> Next:
    """After a look that could not be taken: later again. Nothing is posted again by timer alone; a person is told.

    A refusal may last, so it does not hold up the rest of the channel; what only did not work just now does.
    """
    tried_at = min(row.attempt_at or row.created_at, now)
    if isinstance(error, Refused) and error.scope == "thread":
        why = f"The message it belongs to is gone: {error}"
        return Next("refused", {"error_code": error.code, "error": why, "finished_at": now})
    if now - tried_at > timedelta(seconds=settings.horizon):
        why = f"It may stand in the channel, which could not be read: {error}"
        return Next("abandoned", {"error_code": "too_old", "error": why, "finished_at": now})
    if isinstance(error, Refused):
        why = f"It may stand in the channel, which cannot be read: {error} {_BY_HAND}"
        return Next("uncertain", {"error_code": deliveries.UNREADABLE, "error": why,
                                  "look_at": now + timedelta(seconds=settings.mending)})
    wait = error.retry_after if isinstance(error, NotPosted) and error.retry_after else settings.retry
    return Next("uncertain", {"error": row.error or _STOPPED, "look_at": now + timedelta(seconds=wait)})


def _why(row: Delivery) -> dict[str, object]:
    """Why it is looked for: its own error, unless that said that nobody could look."""
    if row.error and row.error_code != deliveries.UNREADABLE:
        return {"error": row.error, "error_code": row.error_code}
    return {"error": _STOPPED, "error_code": "stopped_while_sending"}


def longest_wait(settings: DeliverySettings) -> timedelta:
    """No look is further ahead than this; what Slack itself asks for is kept elsewhere."""
    return timedelta(seconds=max(settings.mending, *settings.looks))


def since(row: Delivery, settings: DeliverySettings) -> datetime:
    """From when on a copy may stand there: earlier attempts may have landed late."""
    tried_at = row.attempt_at or row.created_at
    if row.attempt <= 1:
        return tried_at
    return max(row.created_at, tried_at - timedelta(seconds=settings.horizon))


def _by_thread(connection: Connection, turn: Turn) -> dict[str | None, list[Delivery]]:
    """Rows to look for, by the thread in which they would stand."""
    places: defaultdict[str | None, list[Delivery]] = defaultdict(list)
    for row in reconcile.lost(connection, turn.clock(), longest_wait(turn.settings), turn.channel_id):
        parent = deliveries.parent(connection, row) if row.in_thread else None
        places[parent.ts or None if parent else None].append(row)
    return places


def _apply(connection: Connection, nexts: Sequence[tuple[Delivery, Next]], now: datetime) -> dict[int, str]:
    """Store what follows, where the row is still as it was read; replies go with a parent that is given up."""
    ended = {}
    for row, after in nexts:
        if not deliveries.settle(connection, row, after.state, **after.columns):
            continue
        ended[row.id] = after.state
        if after.state in ("abandoned", "refused"):
            log.error("%s part %d: %s", row.delivery_id, row.part + 1, after.columns["error"])
            if row.part == 0 or after.state == "refused":
                deliveries.cancel_replies(connection, row.delivery_id, "the message it belongs to was given up", now)
    return ended
