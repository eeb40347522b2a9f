"""The outbox: pending messages go out once each, in order, a channel at a time.

`sending` is committed before the request and the outcome after it. What certainly was not posted stays pending, also
where the token or the channel is refused: it goes out once that is mended. What may have been posted is never repeated.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from storage import deliveries

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from storage.database import Database
    from storage.deliveries import Delivery

log = logging.getLogger("dateline.outbox")

# Slack takes one message a second and channel; a little more keeps clear of its edge.
CHANNEL_GAP_SECONDS = 1.2
# A channel or token that was refused is mended by a person: ask again now and then, not every tick.
MENDING_SECONDS = 300.0
RETRY_SECONDS = 30.0
# How long a message under way is waited for when the bot is told to stop.
GRACE_SECONDS = 3.0

@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends what is pending through `post`, which returns Slack's ts or raises SlackError.

    `done` is the state of a message that went through: "sent", or "printed" where `post` prints it.
    """

    database: Database
    post: Callable[[Mapping[str, Any]], Awaitable[str]]
    clock: Callable[[], datetime]
    done: str = "sent"
    gap: float = CHANNEL_GAP_SECONDS

    async def deliver(self, only: Collection[str] | None = None) -> Counter[str]:
        """Send what may be sent now, or of that `only` some delivery ids; how many ended in which state.

        Raises StorageError.
        """
        rows = await asyncio.to_thread(self._waiting)
        wanted = [row for row in rows if only is None or row.delivery_id in only]
        by_channel = groupby(sorted(wanted, key=lambda row: row.channel_id), key=lambda row: row.channel_id)
        outcomes = await asyncio.gather(*(self._channel(list(group)) for _, group in by_channel))
        return sum(outcomes, Counter())

    async def _channel(self, rows: Sequence[Delivery]) -> Counter[str]:
        """One channel's messages, in order; the first that did not arrive for certain holds back the rest for a while.

        While Slack answers with errors each further message would become uncertain too, and none is repeated.
        """
        ended: Counter[str] = Counter()
        for number, row in enumerate(rows):
            if number:
                await asyncio.sleep(self.gap)
            outcome = await self._send_whole(row)
            ended[outcome] += 1
            if outcome == "uncertain":
                await asyncio.to_thread(self._hold, row.channel_id)
            if outcome in ("pending", "uncertain"):
                break
        return ended

    async def _send_whole(self, row: Delivery) -> str:
        """Send, and when the bot is stopped meanwhile, wait for the answer: an unheard answer costs certainty."""
        sending = asyncio.create_task(self._send(row))
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait([sending], timeout=GRACE_SECONDS)
            raise

    async def _send(self, row: Delivery) -> str:
        """Claim, post and mark one message; the state it is in afterwards."""
        if not await asyncio.to_thread(self._claim, row):
            return "claimed"
        try:
            ts = await self.post(row.body)
        except SlackError as error:
            state, columns = self._after(error, row)
            log.error("%s %s part %d of %d: %s", row.kind, row.channel_id, row.part + 1, row.of, error)
        else:
            state, columns = self.done, {"ts": ts, "error": None, "error_code": None, "finished_at": self.clock()}
        await asyncio.to_thread(self._mark, row, state, columns)
        return state

    def _after(self, error: SlackError, row: Delivery) -> tuple[str, dict[str, object]]:
        """The state after an error, and what to note with it."""
        noted: dict[str, object] = {"error_code": error.code, "error": str(error)}
        if isinstance(error, Uncertain):
            return "uncertain", noted
        if isinstance(error, Refused) and error.scope == "message":
            return "refused", noted | {"finished_at": self.clock()}
        wait = MENDING_SECONDS
        if isinstance(error, NotPosted):
            wait = error.retry_after or min(RETRY_SECONDS * 2 ** min(row.attempt, 5), MENDING_SECONDS)
        return "pending", noted | {"not_before": self.clock() + timedelta(seconds=wait)}

    def _waiting(self) -> list[Delivery]:
        with self.database.read() as connection:
            return deliveries.waiting(connection, self.clock())

    def _hold(self, channel_id: str) -> None:
        with self.database.write() as connection:
            deliveries.hold(connection, channel_id, self.clock() + timedelta(seconds=MENDING_SECONDS))

    def _claim(self, row: Delivery) -> bool:
        with self.database.write() as connection:
            return deliveries.claim(connection, row.id, self.clock())

    def _mark(self, row: Delivery, state: str, columns: Mapping[str, object]) -> None:
        with self.database.write() as connection:
            deliveries.mark(connection, row.id, state, **columns)
