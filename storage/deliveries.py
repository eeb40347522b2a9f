"""Deliveries: one row a message, written before it is posted, marked before and after the attempt.

States: pending -> sending -> sent | uncertain | refused, or printed where no Slack token was set. `sending` is
committed before the request leaves, so a row found in it after a crash means "may have been posted": `uncertain`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from storage.schema import deliveries
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

# Nothing is ever held longer: a time further ahead was set by a clock that was wrong.
LONGEST_WAIT = timedelta(hours=26)

STATES = ("pending", "sending", "sent", "uncertain", "refused", "printed")


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


_COLUMNS = [deliveries.c[name] for name in Delivery.__slots__]


def add(
    connection: Connection, delivery_id: str, channel_id: str, kind: str, bodies: Sequence[Mapping[str, Any]],
    *, now: datetime, in_thread: Collection[int] = (),
) -> int:
    """Queue the messages of one delivery, part by part; a delivery id that was used before adds nothing.

    Parts of `in_thread` are replies to part 0, and wait until it stands in the channel.
    """
    return insert_new(connection, deliveries, [
        {"delivery_id": delivery_id, "part": part, "of": len(bodies), "channel_id": channel_id, "kind": kind,
         "in_thread": part in in_thread, "body": body, "body_sha256": _sha256(body), "state": "pending",
         "created_at": now}
        for part, body in enumerate(bodies)
    ])


def waiting(connection: Connection, now: datetime) -> list[Delivery]:
    """Messages that may be sent now, oldest first; one that must wait holds back the rest of its channel."""
    pending = (select(*_COLUMNS, deliveries.c.not_before).where(deliveries.c.state == "pending")
               .order_by(deliveries.c.id))
    held: set[str] = set()
    ready = []
    for row in connection.execute(pending):
        *values, not_before = row
        if not_before and now < not_before <= now + LONGEST_WAIT:
            held.add(row.channel_id)
        if row.channel_id not in held:
            ready.append(Delivery(*values))
    return ready


def claim(connection: Connection, row_id: int, now: datetime) -> bool:
    """Mark the row `sending`, before the request. False where it is no longer pending."""
    pending = (deliveries.c.id == row_id) & (deliveries.c.state == "pending")
    changed = connection.execute(update(deliveries).where(pending).values(
        state="sending", attempt=deliveries.c.attempt + 1, attempt_at=now))
    return changed.rowcount == 1


def mark(connection: Connection, row_id: int, state: str, **columns: object) -> None:
    """What came of the attempt."""
    connection.execute(update(deliveries).where(deliveries.c.id == row_id).values(state=state, **columns))


def hold(connection: Connection, channel_id: str, until: datetime) -> None:
    """Send nothing more to a channel before then."""
    held = (deliveries.c.channel_id == channel_id) & (deliveries.c.state == "pending")
    connection.execute(update(deliveries).where(held).values(not_before=until))


def drop_channels(connection: Connection, keep: Collection[str], now: datetime) -> int:
    """Give up the messages of channels that are no longer configured; how many there were."""
    gone = deliveries.c.channel_id.not_in(list(keep)) & (deliveries.c.state == "pending")
    return connection.execute(update(deliveries).where(gone).values(
        state="refused", error_code="channel_removed", error="its channel was removed from config.toml",
        finished_at=now)).rowcount


def strand(connection: Connection) -> int:
    """At start: what a dead process left in `sending` may have been posted: `uncertain`. Returns rows."""
    return connection.execute(update(deliveries).where(deliveries.c.state == "sending").values(
        state="uncertain", error_code="stopped_while_sending",
        error="the bot stopped between sending and Slack's answer: look into the channel")).rowcount


def counts(connection: Connection) -> dict[str, int]:
    """Messages by state."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    return {state: number for state, number in connection.execute(query)}


def in_state(connection: Connection, *states: str) -> list[Delivery]:
    """Messages in these states, newest first."""
    query = select(*_COLUMNS).where(deliveries.c.state.in_(states)).order_by(deliveries.c.id.desc())
    return [Delivery(**row._mapping) for row in connection.execute(query)]


def _sha256(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
