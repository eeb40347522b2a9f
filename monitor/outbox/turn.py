"""One sender's turn at one channel, while its lease lasts: what it may use, and its ways into the database."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from monitor.errors import NotPosted, SlackError
from storage import reconcile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.outbox.model import Found, Sender, Tell
    from monitor.settings import DeliverySettings
    from storage.database import Database
    from storage.deliveries import Delivery

log = logging.getLogger("dateline.outbox")

P = ParamSpec("P")
T = TypeVar("T")


async def read(
    database: Database, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """What a query finds, asked in a thread. Raises StorageError."""

    def run() -> T:
        with database.read() as connection:
            return query(connection, *args, **kwargs)

    return await asyncio.to_thread(run)


async def write(
    database: Database, change: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """What a change comes to, made in a thread and committed. Raises StorageError."""

    def run() -> T:
        with database.write() as connection:
            return change(connection, *args, **kwargs)

    return await asyncio.to_thread(run)


@dataclass(frozen=True, slots=True)
class Turn:
    """`fence` is that of the lease, `instance` the database's own mark in every message."""

    database: Database
    sender: Sender
    channel_id: str
    fence: int
    instance: str
    settings: DeliverySettings
    clock: Callable[[], datetime]
    tell: Tell

    @property
    def settled(self) -> timedelta:
        """How long after an attempt its message can still be on its way."""
        return timedelta(seconds=self.sender.timeout + self.settings.settle)

    async def find(
        self, since: datetime, thread: str | None = None, *, from_on: datetime | None = None
    ) -> Sequence[Found]:
        """Messages of this database since then, less the margin by which clocks differ, but none before `from_on`.

        One that names no database is its own where the row it tells of was frozen so. Raises SlackError. Slack counts
        reading over all channels: where it says to wait, nobody reads before that, nor after a restart.
        """
        now = self.clock()
        await self._may_ask(now)
        margin = timedelta(seconds=self.settings.history_margin)
        if since > now:  # our clock was ahead when that was noted, nobody knows by how much
            since = now - timedelta(seconds=self.settings.horizon)
        oldest = since - margin
        if from_on and from_on <= now:
            oldest = max(oldest, from_on)
        try:
            found = await self.sender.find(self.channel_id, oldest, thread)
        except NotPosted as error:
            await self._wait(error)
            raise
        nameless = {message.delivery_id for message in found if not message.instance}
        rows = await read(self.database, reconcile.known, nameless) if nameless else {}
        own = {key for key, row in rows.items() if _is_nameless(row)}
        return [message for message in found if message.instance == self.instance
                or (not message.instance and (message.delivery_id, message.part) in own)]

    async def remove_extra(self, copies: Sequence[Found], keep: str) -> bool:
        """Delete the copies of one message but for the one to keep, and but for those that people touched.

        Whether that is all done; False where a copy could not be deleted, which is then for a later sweep.
        """
        extra = [copy for copy in copies if copy.ts != keep]
        untouched = [copy for copy in extra if not copy.touched]
        gone = 0
        for copy in untouched:
            try:
                await self._may_ask(self.clock())
                await self.sender.remove(self.channel_id, copy.ts)
                gone += 1
            except SlackError as error:
                log.error("a double in %s cannot be deleted now: %s", self.channel_id, error)
                await self._wait(error)
        done = gone == len(untouched)
        touched = len(extra) - len(untouched) if done else 0  # told once, by the sweep that is done with the message
        if gone or touched:
            await write(self.database, self._tell_doubles, copies[0], gone, touched)
        return done

    async def _may_ask(self, now: datetime) -> None:
        until = await read(self.database, reconcile.no_reading_before, now)
        if until:
            rest = (until - now).total_seconds()
            raise NotPosted("reading_held", f"Slack asked for no more reading for {rest:.0f} s.", retry_after=rest)

    async def _wait(self, error: SlackError) -> None:
        """Where Slack says to wait, note it for every channel and the next process."""
        if isinstance(error, NotPosted) and error.retry_after and error.code != "reading_held":
            now = self.clock()
            await write(self.database, reconcile.stop_reading, now + timedelta(seconds=error.retry_after), now)

    def _tell_doubles(self, connection: Connection, message: Found, gone: int, touched: int) -> None:
        what = f"Part {message.part + 1} of {message.delivery_id} stood more than once in {self.channel_id}."
        deleted = f" {gone} extra {'copies were' if gone > 1 else 'copy was'} deleted; one stays." if gone else ""
        left = " A copy with replies or reactions was left: delete it in Slack if it is not wanted." if touched else ""
        log.warning("%s%s%s", what, deleted, left)
        lines = (what, (deleted + left).strip())
        self.tell(connection, "doubles", "A message was posted twice", lines, self.clock())


def _is_nameless(row: Delivery) -> bool:
    """Whether its marker names no database: it was frozen by a version that wrote none. Or its text was erased."""
    return "instance" not in row.body.get("metadata", {}).get("event_payload", {})
