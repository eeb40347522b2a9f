"""Deliveries: one row a message, written before it is posted, marked before and after the attempt.

States: pending -> sending -> sent | uncertain | refused, or printed where no Slack token was set; uncertain -> sent |
pending | refused | abandoned; a reply whose parent was refused or given up is cancelled. `sending` is committed before
the request leaves, so a row found in it after a crash means "may have been posted": uncertain.

A reply goes into the thread of a first message: that of its own delivery, or of the earlier one that it is `thread_of`.
Where there is no such thread, it goes into the channel itself (storage/threads.py).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select, update

from storage import waits
from storage.schema import about, deliveries
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

STATES = ("pending", "sending", "sent", "uncertain", "refused", "abandoned", "cancelled", "printed")
ARRIVED = ("sent", "printed")
# The error code of an uncertain message whose channel cannot be read: a person decides about it, and others pass it.
UNREADABLE = "history_unreadable"
# That of one whose answer nobody was there to hear.
STOPPED = "stopped_while_sending"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of a digest, a note or a test, and what became of it."""

    id: int
    delivery_id: str
    part: int
    of: int
    channel_id: str
    kind: str
    body: Mapping[str, Any]
    state: str
    attempt: int
    ts: str | None
    error_code: str | None
    error: str | None
    created_at: datetime
    attempt_at: datetime | None
    in_thread: bool = False
    thread_of: str | None = None
    revision: int = 0
    fence: int = 0
    looks: int = 0
    look_at: datetime | None = None
    not_before: datetime | None = None
    swept_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def replies_to(self) -> str | None:
        """The delivery in the thread of whose first message it goes; None where it stands in the channel itself."""
        return (self.thread_of or self.delivery_id) if self.in_thread else None

    @property
    def begins_thread(self) -> bool:
        """Whether replies may go into its thread: of its own delivery, and of later ones."""
        return self.part == 0 and not self.in_thread


COLUMNS = [deliveries.c[name] for name in Delivery.__slots__]
# Urgent stories first, then what is new of those that were told; among equals the oldest.
_ORDER = (case({"alert": 0, "rollup": 1, "update": 2}, value=deliveries.c.kind, else_=3), deliveries.c.id)
_REPLY = deliveries.c.in_thread.is_(True)
STUCK = (deliveries.c.state == "uncertain") & (func.coalesce(deliveries.c.error_code, "") == UNREADABLE)
LOOKED_FOR = deliveries.c.state.in_(("sending", "uncertain")) & (
    func.coalesce(deliveries.c.error_code, "") != UNREADABLE)
# What `revision` says: its body is plain text since Slack refused it; it left the thread for the channel. Or both: 3.
PLAIN, MOVED = 1, 2
# Keys of `about`, followed by the channel: why nothing is posted to it, and since when that is settled.
HELD = "held:"
RESUMED = "resumed:"
# And until when the channel is left alone, because that was asked for or is wiser.
_WAIT = "wait:"


def add(
    connection: Connection, delivery_id: str, channel_id: str, kind: str, bodies: Sequence[Mapping[str, Any]],
    *, now: datetime, in_thread: Collection[int] = (), thread_of: str | None = None,
) -> int:
    """Queue the messages of one delivery, part by part; a delivery id that was used before adds nothing.

    Parts of `in_thread` are replies to part 0, or to part 0 of the delivery `thread_of`, and wait until it stands in
    the channel.
    """
    return insert_new(connection, deliveries, [
        {"delivery_id": delivery_id, "part": part, "of": len(bodies), "channel_id": channel_id, "kind": kind,
         "in_thread": part in in_thread, "thread_of": thread_of if part in in_thread else None,
         "state": "pending", "created_at": now} | frozen(body)
        for part, body in enumerate(bodies)
    ])


# Reading


def by_id(connection: Connection, row_id: int) -> Delivery | None:
    """One message."""
    return next(iter(read(connection, deliveries.c.id == row_id)), None)


def by_delivery(connection: Connection, delivery_id: str) -> list[Delivery]:
    """The messages of one delivery, part by part; empty where there is none."""
    return sorted(read(connection, deliveries.c.delivery_id == delivery_id), key=lambda row: row.part)


def in_state(connection: Connection, *states: str) -> list[Delivery]:
    """Messages in these states, newest first."""
    return read(connection, deliveries.c.state.in_(states))[::-1]


def troubles(connection: Connection) -> list[Delivery]:
    """Messages about which a person should know, newest first. One that is still being looked for is not among them."""
    held_back = (deliveries.c.state == "pending") & deliveries.c.error.is_not(None)
    return read(connection, deliveries.c.state.in_(("refused", "abandoned")) | STUCK | held_back)[::-1]


def counts(connection: Connection) -> dict[str, int]:
    """Messages by state."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    return {state: number for state, number in connection.execute(query)}


# Sending: every change names the state it starts from, so that two never make it both


def waiting(connection: Connection, now: datetime, channel_id: str | None = None) -> list[Delivery]:
    """Messages that may be sent now, in the order in which they go out: alerts, roll-ups, updates, then the oldest.

    Nothing goes to a channel where a message is still looked for, or whose waiting time is not over. A reply waits
    until its parent stands there; for that of another delivery only as long as it can be looked for.
    """
    own = deliveries.c.channel_id == channel_id if channel_id else deliveries.c.channel_id.is_not(None)
    shut = set(connection.scalars(select(deliveries.c.channel_id).where(LOOKED_FOR)))
    rows = read(connection, (deliveries.c.state == "pending") & own, ordered=True)
    shut |= {row.channel_id for row in rows
             if row.not_before and waits.is_on(now, row.not_before, row.attempt_at, longest=waits.LONGEST)}
    shut |= waits.ends(connection, _WAIT, now).keys()
    ready = [row for row in rows if row.channel_id not in shut]
    stands = with_parent(connection, {row.replies_to for row in ready if row.replies_to})
    stuck = _stuck(connection, {row.thread_of for row in ready if row.thread_of})
    return [row for row in ready if not row.in_thread or row.replies_to in stands or row.thread_of in stuck]


def claim(connection: Connection, row_id: int, now: datetime, fence: int = 0) -> bool:
    """Mark the row `sending`, before the request. False where it is no longer pending."""
    pending = (deliveries.c.id == row_id) & (deliveries.c.state == "pending")
    return change(connection, pending, state="sending", attempt=deliveries.c.attempt + 1, attempt_at=now, fence=fence,
                   look_at=None) == 1


def mark(connection: Connection, row_id: int, state: str, fence: int | None = None, **columns: object) -> bool:
    """What came of the attempt. With a fence: only where that one claimed it and nobody has taken it over since."""
    own = deliveries.c.id == row_id
    if fence is not None:
        own &= (deliveries.c.state == "sending") & (deliveries.c.fence == fence)
    return change(connection, own, state=state, **columns) == 1


def settle(connection: Connection, row: Delivery, state: str, **columns: object) -> bool:
    """Change a row that is as it was read. False where it has changed since: whoever did that knew more."""
    same = ((deliveries.c.id == row.id) & (deliveries.c.state == row.state) & (deliveries.c.attempt == row.attempt)
            & (deliveries.c.fence == row.fence) & (deliveries.c.looks == row.looks))
    return change(connection, same, state=state, **columns) == 1


def degrade(connection: Connection, row_id: int, fence: int, body: Mapping[str, Any]) -> bool:
    """After a definite refusal: the same part goes out once more with a simpler body. False where it did already."""
    own = ((deliveries.c.id == row_id) & (deliveries.c.state == "sending") & (deliveries.c.fence == fence)
           & deliveries.c.revision.in_((0, MOVED)))
    return change(connection, own, state="pending", revision=deliveries.c.revision + PLAIN, **frozen(body)) == 1


def cancel_replies(connection: Connection, row: Delivery, why: str, now: datetime) -> list[Delivery]:
    """Replies that have nothing to reply to are posted nowhere; those that waited.

    Of a first message all that wait for its thread. Of a reply whose thread is gone the rest of its own delivery:
    others in that thread are tried and told by themselves.
    """
    own = _REPLY & (deliveries.c.delivery_id == row.delivery_id)
    replies = (own if row.in_thread else to_thread(row.delivery_id)) & (deliveries.c.state == "pending")
    waited = read(connection, replies)
    change(connection, replies, state="cancelled", error_code="no_parent", error=why, finished_at=now)
    return waited


def hold(connection: Connection, channel_id: str, until: datetime, code: str | None = None,
         why: str | None = None, *, now: datetime | None = None) -> None:
    """Send nothing more to a channel before then, whatever becomes of the messages that wait; they say why.

    With `now`, a clock that is put back later does not make it longer.
    """
    waits.begin(connection, _WAIT + channel_id, until, now)
    if code:
        own = (deliveries.c.channel_id == channel_id) & (deliveries.c.state == "pending")
        change(connection, own, error_code=code, error=why)


def parent(connection: Connection, row: Delivery) -> Delivery | None:
    """The message to which this one replies, and of which it needs the `ts`; None where it is no reply."""
    if row.replies_to is None:
        return None
    first = (deliveries.c.delivery_id == row.replies_to) & (deliveries.c.part == 0)
    return next(iter(read(connection, first)), None)


def last_attempt(connection: Connection, channel_id: str) -> datetime | None:
    """When something was last posted to the channel, or tried."""
    last: datetime | None = connection.scalar(
        select(func.max(deliveries.c.attempt_at)).where(deliveries.c.channel_id == channel_id))
    return last


def drop_channels(connection: Connection, keep: Collection[str], now: datetime) -> int:
    """Give up the messages of channels that are no longer configured; how many there were."""
    gone = deliveries.c.channel_id.not_in(list(keep))
    why: dict[str, Any] = {"error_code": "channel_removed", "error": "its channel was removed from config.toml",
                           "finished_at": now}
    waited = change(connection, gone & (deliveries.c.state == "pending"), state="refused", **why)
    return waited + change(connection, gone & (deliveries.c.state == "uncertain"), state="abandoned", **why)


def strand(connection: Connection) -> int:
    """At start: what a dead process left in `sending` may have been posted: `uncertain`. Returns rows."""
    return change(connection, deliveries.c.state == "sending", state="uncertain", look_at=None, error_code=STOPPED,
                   error="The bot stopped between sending it and Slack's answer. It is looked for in the channel.")


# By hand: what `dateline deliveries` does


def held(connection: Connection) -> dict[str, str]:
    """Channels to which nothing is posted until `resume`, each with the reason in a sentence."""
    query = select(about.c.key, about.c.value).where(about.c.key.startswith(HELD))
    return {key.removeprefix(HELD): value for key, value in connection.execute(query)}


def oldest_open(connection: Connection) -> datetime | None:
    """When the oldest message was made of which nobody knows yet that it arrived; None where there is none."""
    waiting = deliveries.c.state.in_(("pending", "sending", "uncertain"))
    oldest: datetime | None = connection.scalar(select(func.min(deliveries.c.created_at)).where(waiting))
    return oldest


def read(connection: Connection, which: ColumnElement[bool], *, ordered: bool = False) -> list[Delivery]:
    """Messages that meet a condition, in the order they were made; `ordered`: in which they go out."""
    order = _ORDER if ordered else (deliveries.c.id,)
    return [Delivery(**row._mapping) for row in connection.execute(select(*COLUMNS).where(which).order_by(*order))]


def change(connection: Connection, which: ColumnElement[bool], **columns: Any) -> int:  # noqa: ANN401 - values of any column
    """Set columns of the messages that meet a condition; how many there are."""
    return connection.execute(update(deliveries).where(which).values(**columns)).rowcount


def to_thread(delivery_id: str) -> ColumnElement[bool]:
    """Which messages reply to the first message of a delivery that `begins_thread`."""
    return _REPLY & ((deliveries.c.delivery_id == delivery_id) | (deliveries.c.thread_of == delivery_id))


def with_parent(connection: Connection, delivery_ids: Collection[str], *states: str) -> set[str]:
    """Those of the deliveries whose first message is in one of the states: by default, arrived."""
    first = (deliveries.c.delivery_id.in_(list(delivery_ids))) & (deliveries.c.part == 0)
    inside = deliveries.c.state.in_((*ARRIVED, *states))
    return set(connection.scalars(select(deliveries.c.delivery_id).where(first, inside)))


def frozen(body: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a body."""
    return {"body": dict(body), "body_sha256": _sha256(body)}


def _stuck(connection: Connection, delivery_ids: Collection[str]) -> set[str]:
    first = (deliveries.c.delivery_id.in_(list(delivery_ids))) & (deliveries.c.part == 0)
    return set(connection.scalars(select(deliveries.c.delivery_id).where(first, STUCK)))


def _sha256(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
