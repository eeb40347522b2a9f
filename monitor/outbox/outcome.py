"""What an attempt leaves behind: the state of its row, and what else changes with it in the same transaction.

What certainly was not posted stays pending, also where the token or the channel is refused: it goes out once that is
mended. What may have been posted is looked for. A message that is refused itself holds nobody up: it is tried once
more in its simplest form, and then given up and told. One whose thread is refused, that of an earlier delivery, is
posted into the channel itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.errors import NotPosted, Refused, Uncertain
from monitor.outbox.turn import log
from storage import deliveries, threads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from monitor.errors import SlackError
    from monitor.outbox.turn import Turn
    from monitor.settings import DeliverySettings
    from storage.deliveries import Delivery

_MOST_DOUBLINGS = 5


def arrived(connection: Connection, turn: Turn, row: Delivery, ts: str, now: datetime) -> str:
    """Mark what went through. Where the row was taken over while we slept, what we know of it still counts.

    It stands there: that ends a search for it. Where it was posted again meanwhile, the sweep finds two.
    """
    columns = {"ts": ts or None, "error": None, "error_code": None, "not_before": None, "finished_at": now}
    state = _mark(connection, turn, row, turn.sender.done, columns)
    if state == "taken" and (there := deliveries.by_id(connection, row.id)):
        if there.state in ("uncertain", "pending"):
            deliveries.settle(connection, there, turn.sender.done, **columns)
        else:
            _sweep_again(connection, there, now)
    return state


def _sweep_again(connection: Connection, there: Delivery, now: datetime) -> None:
    """Another sender posted it too: the copy that came late is found by a sweep from now on."""
    if there.state == "sent":
        deliveries.settle(connection, there, "sent", swept_at=None, finished_at=now)


def failed(connection: Connection, turn: Turn, row: Delivery, error: SlackError, now: datetime) -> str:
    """Mark what did not, or not for certain; the state it is in afterwards."""
    log.error("%s %s part %d of %d: %s", row.kind, row.channel_id, row.part + 1, row.of, error)
    plain = turn.sender.plain(row.body) if _is_about_message(error) and not row.revision & deliveries.PLAIN else None
    if plain is not None and deliveries.degrade(connection, row.id, turn.fence, plain):
        turn.tell(connection, "plain", "A message goes out as plain text",
                  (f"The {row.kind} for {row.channel_id} (part {row.part + 1} of {row.of}) was refused: {error}",
                   "It is posted again: its layout is dropped, its words and links are kept."), now)
        return "pending"
    if _is_about_thread(error) and threads.leave_refused(connection, row, turn.fence):
        log.warning("%s part %d goes into the channel itself", row.delivery_id, row.part + 1)
        return "pending"
    state, columns = after(error, row, turn, now)
    until = columns.get("not_before")
    state = _mark(connection, turn, row, state, columns)
    if isinstance(until, datetime):  # what waits is the channel, also when this message is given up meanwhile
        deliveries.hold(connection, row.channel_id, until, now=now)
    if state == "taken" and isinstance(error, Uncertain) and (there := deliveries.by_id(connection, row.id)):
        _sweep_again(connection, there, now)
    if state == "refused" and (row.begins_thread or not _is_about_message(error)):
        drop_replies(connection, row, state, str(error), now)
    return state


def drop_replies(connection: Connection, row: Delivery, state: str, error: str, now: datetime) -> None:
    """Cancel what waits to stand in the thread; the message that took it along says how much, so that one note does."""
    why = f"There is no thread for it: {error}"
    dropped = deliveries.cancel_replies(connection, row, why, now)
    if dropped:
        deliveries.mark(connection, row.id, state, error=f"{error} {_dropped(row, dropped)}")


def _dropped(row: Delivery, dropped: Sequence[Delivery]) -> str:
    """What goes with a message: parts of its own delivery, and later ones, whose articles come in no other message."""
    own = sum(other.delivery_id == row.delivery_id for other in dropped)
    later = dict.fromkeys(other.delivery_id for other in dropped if other.delivery_id != row.delivery_id)
    parts = f"{own} more part{'s' if own > 1 else ''} of the {row.kind}" if own else ""
    news = f"what is new of its stor{'ies' if len(later) > 1 else 'y'} ({', '.join(later)})" if later else ""
    both = " and ".join(filter(None, (parts, news)))
    again = f" No other message has those articles: dateline deliveries retry {row.id} brings them." if later else ""
    return f"So {both} cannot be posted and wait{'' if own else 's'} no more.{again}"


def after(error: SlackError, row: Delivery, turn: Turn, now: datetime) -> tuple[str, Mapping[str, object]]:
    """The state after an error, and what to note with it."""
    noted: dict[str, object] = {"error_code": error.code, "error": str(error)}
    if isinstance(error, Uncertain):
        # The commonest lost answer is to a post that arrived: one look at once, before it can be known to be missing.
        soon = timedelta(seconds=turn.settings.gap) if turn.sender.reads else turn.settled
        return "uncertain", noted | {"look_at": now + soon}
    if isinstance(error, Refused) and error.scope in ("message", "thread"):
        return "refused", noted | {"finished_at": now}
    wait = turn.settings.mending
    if isinstance(error, NotPosted):
        wait = error.retry_after or backoff(row.attempt, turn.settings)
    return "pending", noted | {"not_before": now + timedelta(seconds=wait)}


def backoff(attempts: int, settings: DeliverySettings) -> float:
    """Seconds until a post that failed is tried again, after so many attempts before it."""
    return min(settings.retry * 2.0 ** min(attempts, _MOST_DOUBLINGS), settings.mending)


def _is_about_message(error: SlackError) -> bool:
    return isinstance(error, Refused) and error.scope == "message"


def _is_about_thread(error: SlackError) -> bool:
    return isinstance(error, Refused) and error.scope == "thread"


def _mark(connection: Connection, turn: Turn, row: Delivery, state: str, columns: Mapping[str, object]) -> str:
    """Mark with the fence that claimed; where another sender has taken the row over meanwhile, it has the say."""
    if deliveries.mark(connection, row.id, state, turn.fence, **columns):
        return state
    log.warning("%s part %d would be %s, but was taken over meanwhile", row.delivery_id, row.part + 1, state)
    return "taken"
