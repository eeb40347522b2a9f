"""Messages are drawn again from what was frozen and what is stored, whatever Slack shows: no press loses another one.

One message after the other, each as it is stored when its turn comes, so that many presses are one drawing and two
drawings of one message never overtake each other. To draw is not to post: nothing of the outbox's rows is touched, the
marker in the message stays as it is, and what the outbox still looks for is left alone. What ends uncertain is simply
done again.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.errors import NotPosted, Refused, SlackError, StorageError
from monitor.outbox.turn import read, write
from monitor.slack.render.marks import drawn
from monitor.slack.update import update
from monitor.talk.shown import NOTHING, shown, subjects
from storage import redraws

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from monitor.settings import Settings
    from monitor.talk.desk import Desk
    from storage.redraws import Stale

log = logging.getLogger("dateline.talk")

PACE = 1.3  # seconds; Slack takes about fifty changes a minute, of all messages together
_AT_ONCE = 5  # changes that follow each other without that
_LOOK = 15.0  # seconds: a change may come from another program, as `dateline mutes undo`
_RETRY, _MENDING = 5.0, 300.0  # seconds; the first is doubled each time, up to the second


class Redraw:
    """Serves one event loop. `wake` says that something changed; `pace` is in seconds a message."""

    def __init__(self, desk: Callable[[], Desk], pace: float = PACE) -> None:
        self._desk = desk
        self._pace = pace
        self._woken = asyncio.Event()
        self._free_at = 0.0  # on the loop's clock: until when changes made so far would last at that pace

    def wake(self) -> None:
        """Draw what is behind."""
        self._woken.set()

    async def run(self) -> None:
        """Draw until cancelled. Raises StorageError."""
        while True:
            self._woken.clear()
            await self.draw()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):  # wait_for of Python 3.11 swallows a stop that comes with a wake
                    await self._woken.wait()

    async def draw(self) -> int:
        """Draw every message that is behind and does not wait, once; how many were drawn. Raises StorageError."""
        desk = self._desk()
        number = 0
        for message_id in await read(desk.database, redraws.due, desk.clock()):
            (outcome,) = await asyncio.gather(self._one(desk, message_id), return_exceptions=True)
            if isinstance(outcome, StorageError | asyncio.CancelledError):
                raise outcome
            if isinstance(outcome, BaseException):  # nobody foresaw it: the other messages are drawn all the same
                log.error("message %d cannot be drawn (%s); it is tried again", message_id, type(outcome).__name__)
                await write(desk.database, redraws.later, message_id, desk.clock() + timedelta(seconds=_MENDING))
            else:
                number += outcome
        return number

    async def _one(self, desk: Desk, message_id: int) -> bool:
        """Draw one message; whether Slack shows it now as it is stored."""
        await self._turn()
        found = await read(desk.database, _as_stored, desk, message_id)
        if found is None:
            return False
        stale, body = found
        try:
            if body is not None:
                await self._put(desk.settings, stale, body)
        except SlackError as error:
            await write(desk.database, _failed, stale, error, desk.clock())
            return False
        await write(desk.database, redraws.done, message_id, stale.wanted)
        return body is not None

    async def _put(self, settings: Settings, stale: Stale, body: Mapping[str, Any]) -> None:
        """Change the message; what Slack does not take with its marks it takes without them. Raises SlackError."""
        message = stale.message
        try:
            await update(settings.slack, message.channel_id, message.ts or "", body)
        except Refused as error:
            if error.scope != "message":
                raise
            log.error("%s part %d is shown without what was said of it: %s", message.delivery_id, message.part + 1,
                      error)
            await update(settings.slack, message.channel_id, message.ts or "", message.body)

    async def _turn(self) -> None:
        """Wait until Slack takes another change."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(self._free_at, now) + self._pace
        await asyncio.sleep(max(self._free_at - now - _AT_ONCE * self._pace, 0.0))


def _as_stored(connection: Connection, desk: Desk, message_id: int) -> tuple[Stale, Mapping[str, Any] | None] | None:
    """The message as it is to be shown. No body: it was erased, or has no place for what was said. None: not now."""
    stale = redraws.stale(connection, message_id)
    if stale is None or redraws.all_wait(connection, desk.clock()):
        return None
    message = stale.message
    if subjects(message.body) == NOTHING:
        return stale, None
    channel = desk.channel(message.channel_id)
    zone, language = (channel.zone, channel.language) if channel else (desk.settings.zone, "en")
    marks = shown(connection, message.channel_id, message.body, desk.clock())
    return stale, drawn(message.body, marks, language, zone)


def _failed(connection: Connection, stale: Stale, error: SlackError, now: datetime) -> None:
    """Note when it is tried again, if ever."""
    message = stale.message
    if isinstance(error, Refused) and error.scope in ("message", "thread"):
        log.warning("%s part %d shows no more of what is said: %s", message.delivery_id, message.part + 1, error)
        redraws.give_up(connection, message.id)
        return
    log.warning("%s part %d is not drawn now: %s", message.delivery_id, message.part + 1, error)
    wait = _MENDING if isinstance(error, Refused) else min(_RETRY * 2.0 ** min(stale.failures, 10), _MENDING)
    if isinstance(error, NotPosted) and error.retry_after:
        redraws.all_later(connection, now + timedelta(seconds=error.retry_after), now)
        wait = error.retry_after
    redraws.later(connection, message.id, now + timedelta(seconds=wait))
