"""A channel in memory and a clock that is set by hand: what the outbox does is seen in what stands in the channel."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.errors import SlackError
from monitor.outbox.deliver import Outbox
from monitor.outbox.model import Found, tell_nobody
from monitor.settings import DeliverySettings
from storage import about, deliveries

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from storage.database import Database
    from storage.deliveries import Delivery

# Times as they are in real life; only the pace is none, since it would be waited for.
UNHURRIED = DeliverySettings(gap=0)


@dataclass(slots=True)
class Clock:
    """The time, until the test says otherwise."""

    now: datetime

    def __call__(self) -> datetime:
        """Now."""
        return self.now

    def on(self, seconds: float) -> None:
        """Later."""
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Standing:
    """A message in a channel."""

    channel: str
    found: Found
    thread: str | None
    body: Mapping[str, Any]

    @property
    def broadcast(self) -> bool:
        """Whether it stands in the channel as well as in its thread."""
        return bool(self.body.get("reply_broadcast"))


@dataclass(slots=True)
class Channels:
    """A Sender: `failures` by number of the call to post; those of `stored` take the message before they fail."""

    failures: dict[int, Exception] = field(default_factory=dict)
    stored: Collection[int] = ()
    doubled: Collection[int] = ()
    blind: SlackError | None = None  # what reading fails with
    reads: bool = True
    done: str = "sent"
    timeout: float = 15.0
    standing: list[Standing] = field(default_factory=list)
    calls: int = 0
    finds: list[tuple[str, str | None]] = field(default_factory=list)
    earliest: list[datetime] = field(default_factory=list)  # from when on each find was to read
    hidden: bool = False  # the history lags behind

    async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
        """Take the message, and fail, as told."""
        self.calls += 1
        failure = self.failures.pop(self.calls, None)
        if failure is None or self.calls in self.stored:
            self.land(body, thread)
        if self.calls in self.doubled:
            self.land(body, thread)
        if failure:
            raise failure
        return self.standing[-1].found.ts

    def land(self, body: Mapping[str, Any], thread: str | None = None) -> None:
        """The message stands in its channel."""
        marker = body["metadata"]["event_payload"]
        ts, instance = f"17{len(self.standing):08d}.000100", marker.get("instance", "")
        found = Found(ts, marker["delivery_id"], marker["part"], instance)
        self.standing.append(Standing(body["channel"], found, thread, body))

    def touch(self, at: int) -> None:
        """Somebody reacts to a message."""
        self.standing[at] = replace(self.standing[at], found=replace(self.standing[at].found, touched=True))

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """What stands there."""
        self.finds.append((channel_id, thread))
        self.earliest.append(since)
        if self.blind:
            raise self.blind
        return [] if self.hidden else [one.found for one in self.standing if one.channel == channel_id
                                       and (one.thread == thread or (thread is None and one.broadcast))]

    async def remove(self, channel_id: str, ts: str) -> None:
        """Delete it."""
        self.standing = [one for one in self.standing if one.found.ts != ts]

    def passes(self, code: str) -> bool:
        """Everything but one code."""
        return code != "team_not_found"

    def plain(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The message without its blocks."""
        return {key: value for key, value in body.items() if key != "blocks"} if "blocks" in body else None

    @property
    def texts(self) -> list[str]:
        """What a reader sees, in the order it came."""
        return [one.body["text"] for one in self.standing]


@dataclass(slots=True)
class Told:
    """What admins were told, by topic."""

    topics: list[str] = field(default_factory=list)

    def __call__(
        self, connection: Connection, topic: str, title: str, lines: Sequence[str], now: datetime
    ) -> None:
        """Keep the topic."""
        self.topics.append(topic)


def queue(
    database: Database, now: datetime, *texts: str, channel: str = "C1", kind: str = "digest",
    replies: Collection[int] = (), whole: str = "", thread_of: str | None = None, broadcast: bool = False,
) -> None:
    """Pending messages: one delivery each, or all of them the parts of the delivery `whole`.

    With `thread_of` all of them are replies to that one; where `broadcast`, the channel sees the first part, too.
    """
    with database.write() as connection:
        instance = about.instance(connection)
        groups = {f"d:{whole}": texts} if whole else {f"d:{text}": (text,) for text in texts}
        for key, parts in groups.items():
            bodies = [body(text, key, part, instance, channel) | ({"reply_broadcast": True} if broadcast and not part
                                                                  else {}) for part, text in enumerate(parts)]
            inside = range(len(parts)) if thread_of else replies
            deliveries.add(connection, key, channel, kind, bodies, now=now, in_thread=inside,
                           thread_of=f"d:{thread_of}" if thread_of else None)


def body(text: str, delivery_id: str, part: int, instance: str, channel: str = "C1") -> dict[str, Any]:
    """A message with its marker; one as former versions made it, where `instance` is empty."""
    marker = {"delivery_id": delivery_id, "part": part} | ({"instance": instance} if instance else {})
    return {"channel": channel, "text": text, "blocks": [], "metadata": {"event_payload": marker}}


def rows(database: Database) -> list[Delivery]:
    """All messages, oldest first."""
    with database.read() as connection:
        return deliveries.in_state(connection, *deliveries.STATES)[::-1]


def states(database: Database) -> list[str]:
    """States, oldest first."""
    return [row.state for row in rows(database)]


def outbox(
    database: Database, sender: Channels, clock: Clock, settings: DeliverySettings = UNHURRIED, told: Told | None = None
) -> Outbox:
    """An outbox of one process."""
    return Outbox(database, lambda _: sender, clock, settings, told or tell_nobody)


def run(box: Outbox, only: Iterable[str] | None = None) -> Counter[str]:
    """One pass."""
    return asyncio.run(box.deliver(only=None if only is None else set(only)))


def moment() -> Clock:
    """A clock that stands still."""
    return Clock(datetime(2026, 3, 9, 15, 30, tzinfo=UTC))
