"""The outbox: each message goes out exactly once, as long as its channel can be read; at least once where it cannot.

One pass, a channel at a time and channels beside each other. A channel is held under a lease; what may stand in it is
looked for before anything else is posted; `sending` is committed before each request and the outcome after it. A pass
waits for the pace of posting and for answers, for nothing else: what must wait longer has its time in the database, and
a later pass goes on.

An alert, too, waits while a message before it is looked for (when Slack loses answers and the message is not there,
about 2.5 minutes an attempt, and three attempts at most): whoever posts before having looked cannot know what a channel
holds.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.errors import SlackError
from monitor.outbox.ahead import agrees
from monitor.outbox.model import tell_nobody
from monitor.outbox.outcome import arrived, failed
from monitor.outbox.recover import longest_wait, recover
from monitor.outbox.sweep import sweep
from monitor.outbox.turn import Turn, log, read, write
from monitor.settings import DeliverySettings
from storage import about, deliveries, leases, reconcile, threads

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.outbox.ahead import Compared
    from monitor.outbox.model import Sender, Tell
    from storage.database import Database
    from storage.deliveries import Delivery

# How long a message under way is waited for when the bot is told to stop: systemd and Docker allow ten seconds.
GRACE_SECONDS = 3.0


@dataclass(slots=True)
class Memory:
    """What a process knows of its channels besides the rows: when it last posted to each, on the loop's clock; until
    when each is compared with the database; when each is swept next, None before that was read. Passes take turns: one
    that found a channel taken would leave it, and the leases are for other processes."""

    starts: dict[str, float] = field(default_factory=dict)
    compared: dict[str, Compared] = field(default_factory=dict)
    sweeps: dict[str, datetime] | None = None
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends what is pending through the Sender of each channel, which is picked by the channel's id.

    `name` tells this process from others.
    """

    database: Database
    senders: Callable[[str], Sender]
    clock: Callable[[], datetime]
    settings: DeliverySettings = field(default_factory=DeliverySettings)
    tell: Tell = tell_nobody
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    memory: Memory = field(default_factory=Memory)

    async def deliver(self, only: Collection[str] | None = None) -> Counter[str]:
        """One pass, or one for `only` some delivery ids; how many messages ended it in which state.

        Raises StorageError, after every channel has come to its end.
        """
        async with self.memory.turns:
            return await self._pass(only)

    async def _pass(self, only: Collection[str] | None) -> Counter[str]:
        channels = await read(self.database, self._due, only)
        outcomes = await asyncio.gather(*(self._channel(channel, only) for channel in channels), return_exceptions=True)
        ended: Counter[str] = Counter()
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
            ended.update(outcome.values())
        return ended

    def _due(self, connection: Connection, only: Collection[str] | None) -> list[str]:
        """Channels in which something can be done now."""
        now = self.clock()
        if self.memory.sweeps is None:
            after, horizon = timedelta(seconds=self.settings.sweep_after), timedelta(seconds=self.settings.horizon)
            self.memory.sweeps = reconcile.sweep_times(connection, now, after, horizon)
        sending = [row for row in deliveries.waiting(connection, now) if only is None or row.delivery_id in only]
        channels = {row.channel_id for row in (*sending, *reconcile.lost(connection, now, longest_wait(self.settings)))}
        channels |= {channel for channel, at in self.memory.sweeps.items() if at <= now and only is None}
        return sorted(channels - deliveries.held(connection).keys())

    async def _channel(self, channel_id: str, only: Collection[str] | None) -> dict[int, str]:
        """Take the channel, do what is due, let it go. Nothing where another sender has it."""
        lasts = self.settings.lease
        fence = await write(self.database, leases.acquire, channel_id, self.name, self.clock(), lasts)
        if fence is None:
            log.info("%s is held by another sender, or by one that died within the last %g s", channel_id, lasts)
            return {}
        try:
            instance = await write(self.database, about.instance)
            turn = Turn(self.database, self.senders(channel_id), channel_id, fence, instance, self.settings,
                        self.clock, self.tell)
            return await self._take(turn, only)
        finally:
            await write(self.database, leases.release, channel_id, fence, self.clock())

    async def _take(self, turn: Turn, only: Collection[str] | None) -> dict[int, str]:
        """Recover, send, sweep; rows by id, each with the state in which it was left."""
        ended: dict[int, str] = {}
        loop = asyncio.get_running_loop()
        began = loop.time()
        ended |= await recover(turn)
        while row := await read(self.database, _next, turn, only):
            if row.thread_of is not None and await write(self.database, threads.leave_unreadable, row):
                continue
            # A note may come twice: that channels are shut must reach the admins, whose own is just as far ahead.
            last = self.memory.compared.get(turn.channel_id)
            if row.kind != "note" and not (last and last.covers(row, self.clock())):
                compared = await agrees(turn, last)
                if compared is None:
                    return ended | {row.id: row.state}
                self.memory.compared[turn.channel_id] = compared
                continue
            await self._pace(turn)
            state = await self._send_whole(turn, row)
            if state is None:
                break
            ended[row.id] = state
            if state == "uncertain" and turn.sender.reads:
                await asyncio.sleep(self.settings.gap)
                ended |= await recover(turn)
            if only is None and loop.time() - began >= self.settings.budget:
                break  # other work waits for this pass to end
        await self._sweep(turn, posted=bool({"sent", "taken"} & set(ended.values())))
        return ended

    async def _pace(self, turn: Turn) -> None:
        """Wait until the gap since the last post to this channel began is over; a restart does not shorten it.

        Starts are noted as planned, not as they came: what the database takes does not add up over a digest.
        """
        gap, now, starts = self.settings.gap, asyncio.get_running_loop().time(), self.memory.starts
        if turn.channel_id not in starts:
            last = await read(self.database, deliveries.last_attempt, turn.channel_id)
            passed = (self.clock() - last).total_seconds() if last else gap
            starts[turn.channel_id] = now - passed if 0 <= passed < gap else now - gap
        starts[turn.channel_id] = max(starts[turn.channel_id] + gap, now)
        await asyncio.sleep(starts[turn.channel_id] - now)

    async def _send_whole(self, turn: Turn, row: Delivery) -> str | None:
        """Send, and when the bot is stopped meanwhile, wait for the answer: an unheard answer costs certainty."""
        sending = asyncio.create_task(self._send(turn, row))
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait([sending], timeout=GRACE_SECONDS)
            raise

    async def _send(self, turn: Turn, row: Delivery) -> str | None:
        """Claim, post and mark one message; its state afterwards, None where it or the channel is not ours."""
        claimed = await write(self.database, _claim, turn, row)
        if claimed is None:
            return None
        try:
            ts = await turn.sender.post(row.body, claimed or None)
        except SlackError as error:
            return await write(self.database, failed, turn, row, error, self.clock())
        return await write(self.database, arrived, turn, row, ts, self.clock())

    async def _sweep(self, turn: Turn, *, posted: bool) -> None:
        """Sweep when it is time; after a post, note when that will be."""
        if self.memory.sweeps is None:
            return
        if not turn.sender.reads:
            self.memory.sweeps.pop(turn.channel_id, None)
            return
        soon = self.clock() + timedelta(seconds=self.settings.sweep_after)
        due = self.memory.sweeps.get(turn.channel_id)
        if due and due <= self.clock():
            due = await sweep(turn)
        if posted:
            due = min(due or soon, soon)
        if due:
            self.memory.sweeps[turn.channel_id] = due


def _next(connection: Connection, turn: Turn, only: Collection[str] | None) -> Delivery | None:
    ready = deliveries.waiting(connection, turn.clock(), turn.channel_id)
    return next((row for row in ready if only is None or row.delivery_id in only), None)


def _claim(connection: Connection, turn: Turn, row: Delivery) -> str | None:
    """Prolong the lease and mark the row `sending`: the thread it goes to, "" for the channel; None: hands off."""
    now = turn.clock()
    if not leases.renew(connection, turn.channel_id, turn.fence, now, turn.settings.lease):
        log.warning("%s was taken over by another sender", turn.channel_id)
        return None
    if not deliveries.claim(connection, row.id, now, turn.fence):
        return None
    parent = deliveries.parent(connection, row)
    return (parent.ts or "") if parent else ""
