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

    async def find(self, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """Own messages since then, less the margin by which clocks differ. Raises SlackError.

        Slack counts reading over all channels: where it says to wait, nobody reads before that, nor after a restart.
        """
        now = self.clock()
        until = await read(self.database, reconcile.no_reading_before, now)
        if until:
            rest = (until - now).total_seconds()
            raise NotPosted("reading_held", f"Slack asked for no more reading for {rest:.0f} s.", retry_after=rest)
        margin = timedelta(seconds=self.settings.history_margin)
        if since > now:  # our clock was ahead when that was noted, nobody knows by how much
            since = now - timedelta(seconds=self.settings.horizon)
        try:
            found = await self.sender.find(self.channel_id, since - margin, thread)
        except NotPosted as error:
            if error.retry_after:
                until = self.clock() + timedelta(seconds=error.retry_after)
                await write(self.database, reconcile.stop_reading, until)
            raise
        return [message for message in found if message.instance == self.instance]

    async def remove_extra(self, copies: Sequence[Found], keep: str) -> int:
        """Delete the copies of one message but for the one to keep, and but for those that people touched; how many.

        What could not be deleted is found by the next sweep.
        """
        gone, touched = 0, 0
        for copy in copies:
            if copy.ts == keep:
                continue
            if copy.touched:
                touched += 1
                continue
            try:
                await self.sender.remove(self.channel_id, copy.ts)
                gone += 1
            except SlackError as error:
                log.error("a double in %s cannot be deleted now: %s", self.channel_id, error)
        if gone or touched:
            await write(self.database, self._tell_doubles, copies[0], gone, touched)
        return gone

    def _tell_doubles(self, connection: Connection, message: Found, gone: int, touched: int) -> None:
        what = f"Part {message.part + 1} of {message.delivery_id} stood more than once in {self.channel_id}."
        deleted = f" {gone} extra {'copies were' if gone > 1 else 'copy was'} deleted; one stays." if gone else ""
        left = " A copy with replies or reactions was left: delete it in Slack if it is not wanted." if touched else ""
        log.warning("%s%s%s", what, deleted, left)
        lines = (what, (deleted + left).strip())
        self.tell(connection, "doubles", "A message was posted twice", lines, self.clock())
