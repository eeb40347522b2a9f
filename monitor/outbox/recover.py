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
from monitor.outbox.outcome import drop_replies
from monitor.outbox.turn import log, read, write
from storage import deliveries, reconcile
from storage.waits import STEP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.outbox.model import Found
    from monitor.outbox.turn import Turn
    from monitor.settings import DeliverySettings
    from storage.deliveries import Delivery

# After so many attempts that ended with a code that nobody knows, a person decides: it may be a lasting refusal.
MOST_UNCERTAIN = 3

_STOPPED = "The bot stopped between sending it and the answer."
_UNHEARD = "Its answer was lost."
_GONE_STALE = "It was not found in the channel, and is too old to be posted again by itself. If it is still wanted: " \
    "dateline deliveries retry {}."
_ERASED = "It was not found in the channel, and its text was erased meanwhile: it cannot be posted again."
_BY_HAND = "Look into the channel. If the message is there: dateline deliveries found {0}, with its link. If it is " \
    "missing: dateline deliveries retry {0}. If it is not wanted any more: dateline deliveries abandon {0}{1}."
_NEVER_THERE = "It was posted {0} times without a clear answer, and was in the channel after none of them. The " \
    "last answer was {1}. Find out what keeps it back: the app's rights, the token, or a proxy between the bot and " \
    "Slack. Then: dateline deliveries retry {2}."
_NEVER_ANSWERED = "It was posted {0} times without a clear answer, so it may stand there up to {0} times. It is not " \
    "posted again by itself. {1}"
_AND_REPLIES = ", which drops the messages that wait for its thread, too"


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a row after a look."""

    state: str
    columns: dict[str, object]
    thread_gone: bool = False


async def recover(turn: Turn) -> dict[int, str]:
    """Look for what is due in this channel; rows by id, with the state each is in now. Raises StorageError."""
    ended: dict[int, str] = {}
    for thread, rows in (await read(turn.database, _by_thread, turn)).items():
        nexts = [(row, await _look(turn, row, thread)) for row in rows]
        ended |= await write(turn.database, _apply, nexts, turn.clock())
    return ended


async def _look(turn: Turn, row: Delivery, thread: str | None) -> Next:
    if not turn.sender.reads:
        return unseen(row, turn, turn.clock())
    try:
        copies = await _copies(turn, row, thread)
    except SlackError as error:
        return unreadable(row, error, turn.settings, turn.clock())
    if not copies:
        return missed(row, turn, turn.clock())
    log.info("%s part %d was found in %s", row.delivery_id, row.part + 1, row.channel_id)
    await turn.remove_extra(copies, keep=copies[0].ts)
    return Next("sent", {"ts": copies[0].ts, "error": None, "error_code": None, "finished_at": turn.clock()})


async def _copies(turn: Turn, row: Delivery, thread: str | None) -> list[Found]:
    """Where it stands; oldest first. Raises SlackError.

    A reply to an earlier delivery may show in the channel as well: there it outlives its thread, and may be seen first.
    """
    gone: Refused | None = None
    for place in (thread, None) if thread and row.thread_of else (thread,):
        try:
            found = await turn.find(since(row, turn.settings), place)
        except Refused as error:
            if error.scope != "thread":
                raise
            gone = error
            continue
        if copies := [one for one in found if (one.delivery_id, one.part) == (row.delivery_id, row.part)]:
            return copies
    if gone:
        raise gone
    return []


def missed(row: Delivery, turn: Turn, now: datetime) -> Next:
    """After a look that did not find it: look again, or, after the last one, what `_not_there` says.

    The look before the message is settled is counted as the first of all, whatever the clock does afterwards. `looks`
    goes on from attempt to attempt: so many to each.
    """
    tried_at = min(row.attempt_at or row.created_at, now)
    if now - tried_at > timedelta(seconds=turn.settings.horizon) or not row.body:
        return _abandoned(row, now)
    waits = (tried_at + turn.settled - now, *(timedelta(seconds=wait) for wait in turn.settings.looks))
    attempts, done = divmod(row.looks, len(waits) + 1)
    looks = 1 if done == 0 and waits[0] <= timedelta() else done
    if looks >= len(waits):
        return _not_there(row, attempts, len(waits) + 1, turn, now)
    looked = attempts * (len(waits) + 1) + looks + 1
    return Next("uncertain", _why(row) | {"looks": looked, "look_at": now + waits[looks]})


def _not_there(row: Delivery, before: int, each: int, turn: Turn, now: datetime) -> Next:
    """Post it again; but not for ever, nor when an earlier attempt is so old that somebody may have deleted it.

    That the bot stopped or the service was in trouble says nothing against the message; any other answer that comes
    each time does.
    """
    if before and now - row.created_at > timedelta(seconds=turn.settings.horizon):
        return _abandoned(row, now)
    code = _why(row)["error_code"]
    if before + 1 >= MOST_UNCERTAIN and not _passes(row, turn):
        why = _NEVER_THERE.format(before + 1, code, row.id)
        return Next("refused", {"error_code": code, "error": why, "finished_at": now})
    log.warning("%s part %d is not in %s: it is posted again", row.delivery_id, row.part + 1, row.channel_id)
    return Next("pending", {"looks": (before + 1) * each, "look_at": None, "not_before": None})


def _passes(row: Delivery, turn: Turn) -> bool:
    """Whether what came of it says nothing against the message itself."""
    code = str(_why(row)["error_code"])
    return code == deliveries.STOPPED or turn.sender.passes(code)


def _abandoned(row: Delivery, now: datetime) -> Next:
    why = _GONE_STALE.format(row.id) if row.body else _ERASED
    return Next("abandoned", {"error_code": "too_old", "error": why, "finished_at": now})


def unseen(row: Delivery, turn: Turn, now: datetime) -> Next:
    """Where nobody can look, it is posted again once the first post can no longer be on its way: at least once.

    Each attempt may have arrived, so there are few, ever further apart: about nine a day. `looks` counts them.
    """
    tried_at = min(row.attempt_at or row.created_at, now)
    first_at = row.created_at if row.looks else tried_at
    if now - first_at > timedelta(seconds=turn.settings.horizon) or not row.body:
        return _abandoned(row, now)
    if now < tried_at + turn.settled:
        return Next("uncertain", _why(row) | {"look_at": tried_at + turn.settled})
    attempts = row.looks + 1
    wait = timedelta(seconds=turn.settings.mending) * 2 ** (row.looks - 1) if row.looks else timedelta()
    lasts = now + wait - first_at > timedelta(seconds=turn.settings.horizon)
    if lasts or (attempts >= MOST_UNCERTAIN and not _passes(row, turn)):
        why = _NEVER_ANSWERED.format(attempts, _by_hand(row, given_up=True))
        return Next("abandoned", {"error_code": _why(row)["error_code"], "error": why, "finished_at": now})
    return Next("pending", {"looks": attempts, "look_at": None, "not_before": now + wait})


def unreadable(row: Delivery, error: SlackError, settings: DeliverySettings, now: datetime) -> Next:
    """After a look that could not be taken: later again. Nothing is posted again by timer alone; a person is told.

    What only did not work just now holds up the channel for some minutes. A refusal may last, and so may what has
    lasted that long: others pass then, and it is looked for until the channel can be read, however late.
    """
    if isinstance(error, Refused) and error.scope == "thread":
        why = f"The message it belongs to is gone: {error}"
        return Next("refused", {"error_code": error.code, "error": why, "finished_at": now}, thread_gone=True)
    if isinstance(error, Refused) or row.error_code == deliveries.UNREADABLE or _lasts(row, settings, now):
        why = (f"It may stand in the channel, which cannot be read: {error} Once that is mended, it settles by itself. "
               f"Otherwise: {_by_hand(row)}")
        return Next("uncertain", {"error_code": deliveries.UNREADABLE, "error": why,
                                  "look_at": now + timedelta(seconds=settings.mending)})
    wait = error.retry_after if isinstance(error, NotPosted) and error.retry_after else settings.retry
    look_at = now + timedelta(seconds=min(wait, settings.mending))
    return Next("uncertain", _why(row) | {"look_at": look_at})


def _lasts(row: Delivery, settings: DeliverySettings, now: datetime) -> bool:
    """Whether it was posted too long ago for a look to fail by chance. A post from the future: nobody knows."""
    tried_at = row.attempt_at or row.created_at
    return tried_at > now + STEP or now - tried_at >= 2 * timedelta(seconds=settings.mending)


def _by_hand(row: Delivery, *, given_up: bool = False) -> str:
    """What a person can do about a message that may stand there."""
    if given_up:
        return _BY_HAND.rpartition(" If it is not wanted")[0].format(row.id)
    return _BY_HAND.format(row.id, _AND_REPLIES if row.begins_thread and row.of > 1 else "")


def _why(row: Delivery) -> dict[str, object]:
    """Why it is looked for: its own error, unless that said that nobody could look."""
    if row.error and row.error_code != deliveries.UNREADABLE:
        return {"error": row.error, "error_code": row.error_code}
    if row.error_code == deliveries.UNREADABLE:
        return {"error": _UNHEARD, "error_code": "answer_lost"}
    return {"error": _STOPPED, "error_code": deliveries.STOPPED}


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
        parent = deliveries.parent(connection, row)
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
            error = str(after.columns["error"])
            log.error("%s part %d: %s", row.delivery_id, row.part + 1, error)
            if row.begins_thread or after.thread_gone:
                drop_replies(connection, row, after.state, error, now)
    return ended
