"""A bot reduced to its outbox, that can be killed at a named point: `python -m tests.crash_driver`.

Each line on standard input is one life (JSON, the fields of Life), lived by a child process of its own, which ends by
SIGKILL or by itself; a line on standard output says how. The libraries are loaded once, before the first child, so
that hundreds of lives fit into minutes. The product has no hook for this: sender and database are wrapped here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from monitor.digest.model import Message
from monitor.outbox.deliver import Outbox
from monitor.outbox.queue import queue
from monitor.settings import DeliverySettings, SlackSettings
from monitor.slack.sender import SlackSender
from storage import deliveries as outbox_rows
from storage import leases
from storage.database import Database, open_database
from storage.schema import deliveries
from tests.crash_plan import (
    ANY_TIME,
    DONE,
    FROZEN,
    LATE,
    SPEED,
    STALLED,
    STORY,
    THREADED,
    TIMEOUT,
    Frozen,
    Kill,
    delivery_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Row

    from monitor.outbox.model import Found

OPEN = ("pending", "sending", "uncertain")
ACCEPTED_AFTER = TIMEOUT / 2  # seconds in which a Slack on loopback has stored a post, well before the client gives up
TICK = 5.0 / SPEED  # seconds between two passes
STALL = 10.0  # seconds, longer than the lease, the looks and a second sender's post


@dataclass(frozen=True, slots=True)
class Life:
    """`database` is a file; the life ends with DONE once nothing is open but in `dead`, after `seconds` with LATE.

    `alone`: it knows that nobody else lives, as a bot does that holds the database's lock; else it waits for leases.
    """

    database: str
    url: str
    token: str
    seconds: float
    dead: str = ""
    alone: bool = False
    kill: Kill | None = None


def scaled() -> DeliverySettings:
    """Every time of delivery, run faster."""
    def fast(value: float | tuple[float, ...]) -> Any:  # noqa: ANN401 - as the field is
        return tuple(each / SPEED for each in value) if isinstance(value, tuple) else value / SPEED

    whole = DeliverySettings()
    return DeliverySettings(**{each.name: fast(getattr(whole, each.name)) for each in fields(whole)})


def say(what: Mapping[str, int]) -> None:
    """One line to whoever ordered the life."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def die() -> None:
    """As a power cut ends a program: nothing is flushed, closed or told."""
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()


class Doom:
    """Counts how often the life has come to the point of its kill, and ends it there."""

    def __init__(self, kill: Kill | None) -> None:
        self.kill = kill
        self.left = kill.nth if kill else 0

    def at(self, point: str, channel: str) -> bool:
        """Whether this is where it ends."""
        kill = self.kill
        if not kill or kill.point != point or kill.channel not in ("", channel):
            return False
        self.left -= 1
        return self.left == 0

    def comes(self, point: str, channel: str) -> None:
        """End it where it ends."""
        if self.at(point, channel):
            die()


class DoomedSender(SlackSender):
    """Slack's sender, killed around its requests."""

    def __init__(self, settings: SlackSettings, doom: Doom, looking: Callable[[str], bool]) -> None:
        super().__init__(settings)
        self._doom = doom
        self._recovering = looking

    async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
        """Post, or die before, meanwhile or after."""
        channel = body["channel"]
        self._doom.comes("sending, not connected", channel)
        if self._doom.at(STALLED, channel):
            say({"stalled": 1})
            time.sleep(STALL)  # the whole process stands still, event loop and all, as one that was swapped out
        if self._doom.at("accepted, answer unread", channel):
            threading.Timer(ACCEPTED_AFTER, die).start()
        ts = await super().post(body, thread)
        self._doom.comes("answered, not marked", channel)
        return ts

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """Look, or die before or after where something is being recovered."""
        recovering = self._recovering(channel_id)
        if recovering:
            self._doom.comes("before the look", channel_id)
        found = await super().find(channel_id, since, thread)
        if recovering:
            self._doom.comes("after the look", channel_id)
        return found

    async def remove(self, channel_id: str, ts: str) -> None:
        """Delete, or die before or after."""
        self._doom.comes("before the sweep's delete", channel_id)
        await super().remove(channel_id, ts)
        self._doom.comes("after the sweep's delete", channel_id)


class DoomedDatabase(Database):
    """A database that kills after a commit which brought a digest to a point."""

    doom = Doom(None)

    @contextmanager
    def write(self) -> Iterator[Any]:
        """A transaction, and perhaps the end."""
        with super().write() as connection:
            yield connection
        for points in (THREADED, STORY):
            if self.doom.kill and self.doom.kill.point in points:
                self._look(points, points.index(self.doom.kill.point) + 1)

    def _look(self, points: Sequence[str], sent: int) -> None:
        """Whether the first messages that share a thread are sent, and the next one was not tried."""
        for channel in FROZEN:
            chain = [row for row in rows(self) if row.channel_id == channel
                     and (row.of == 4 if points == THREADED else row.kind in ("alert", "update"))]
            if len(chain) == 4 and all(row.state == "sent" for row in chain[:sent]) and not chain[sent].attempt:
                self.doom.comes(points[sent - 1], channel)


_ROWS = select(*(deliveries.c[name] for name in (
    "channel_id", "kind", "part", "of", "state", "attempt", "swept_at"))).order_by(deliveries.c.id)


def rows(database: Database) -> Sequence[Row[Any]]:
    """Every delivery, without its body."""
    with database.read() as connection:
        return connection.execute(_ROWS).all()


def freeze(database: Database, doom: Doom, now: datetime) -> None:
    """All digests at once; frozen again after a kill in the middle, they are the same."""
    with database.write() as connection:
        for channel, waiting in FROZEN.items():
            for number, one in enumerate(waiting):
                key = delivery_id(channel, number)
                thread_of = None if one.thread_of is None else delivery_id(channel, one.thread_of)
                queue(connection, channel, key, one.kind, _messages(key, one), now=now, thread_of=thread_of)
            doom.comes("in the freeze", channel)
    for channel in FROZEN:
        doom.comes("frozen", channel)


def _messages(key: str, one: Frozen) -> list[Message]:
    of = len(one.replies)
    texts = [f"{key}, part {part + 1} of {of}" for part in range(of)]
    return [
        Message(text, ({"type": "section", "text": {"type": "plain_text", "text": text}},), part, of, in_thread=reply,
                broadcast=one.broadcast and part == 0)
        for part, (text, reply) in enumerate(zip(texts, one.replies, strict=True))
    ]


def _open(database: Database, dead: str) -> bool:
    """Whether there is anything to do but in the dead channel."""
    return any(row.state in OPEN or (row.state == "sent" and not row.swept_at)
               for row in rows(database) if row.channel_id != dead)


async def live(life: Life) -> int:
    """One life; DONE or LATE, where it comes to that."""
    doom = Doom(life.kill)
    if life.kill and life.kill.point == ANY_TIME:
        threading.Timer(life.kill.seconds, die).start()
    database = DoomedDatabase(open_database(f"sqlite:///{life.database}").engine)
    freeze(database, doom, datetime.now(UTC))
    database.doom = doom
    if life.alone:
        with database.write() as connection:
            leases.release_all(connection, datetime.now(UTC))
            outbox_rows.strand(connection)
    settings = SlackSettings(token=life.token, base_url=life.url, timeout=TIMEOUT)

    def recovering(channel: str) -> bool:
        return any(row.channel_id == channel and row.state in ("uncertain", "sending") for row in rows(database))

    sender = DoomedSender(settings, doom, recovering)
    outbox = Outbox(database, lambda _: sender, lambda: datetime.now(UTC), scaled())
    end = time.monotonic() + life.seconds
    while _open(database, life.dead):
        if time.monotonic() > end:
            return LATE
        await outbox.deliver()
        await asyncio.sleep(TICK)
    return DONE


def bear(line: str) -> dict[str, int]:
    """Live one life in a child process; how it ended."""
    spec = json.loads(line)
    kill = spec.pop("kill")
    life = Life(**spec, kill=Kill(**kill) if kill else None)
    child = os.fork()
    if not child:
        os._exit(_child(life))
    _, status = os.waitpid(child, 0)
    return {"signal": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {"status": os.WEXITSTATUS(status)}


def _child(life: Life) -> int:
    try:
        return asyncio.run(live(life))
    except BaseException:  # the child must not go on as its parent; what happened is in the log
        logging.exception("this life ended in an error")
        return 1


def main() -> None:
    """Live what is asked for, one life a line."""
    with tempfile.TemporaryDirectory() as folder:  # loads what a first database needs, so that no child has to
        open_database(f"sqlite:///{folder}/first.db").close()
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(process)d %(name)s %(message)s")
    for line in sys.stdin:
        say(bear(line))


if __name__ == "__main__":
    main()
