"""Socket Mode: what people press and type comes through connections that we open, so the bot needs no public address.

Built on aiohttp's websocket alone. slack_sdk's own clients were read and not taken: the one on aiohttp closes the old
connection before it opens the next, so that for a moment nobody can press anything; the others open first, and then cut
the old one off with what was not read yet. All acknowledge after a queue and a task of their own, through whichever
connection is newest, which Slack does not promise to take; and all write what people typed into their log at debug.
Here the task that reads an envelope acknowledges it there and then, and does nothing else.

Slack ends connections every few hours and says so before. The next is then opened beside the old one, which is read
until Slack closes it or has been silent for a while. What was acknowledged Slack does not send again: a stop works it
off, a crash may lose it, and whoever pressed sees that the message does not change.
"""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWSTimeout, WSMsgType

from monitor.errors import NotPosted, Refused, SlackError
from monitor.slack.classify import listening_remedy
from monitor.slack.heard import heard
from monitor.slack.sender import SlackSender
from monitor.talk.model import Press

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from datetime import datetime

    from aiohttp import ClientWebSocketResponse

    from monitor.settings import SlackSettings
    from monitor.talk.model import Asked

log = logging.getLogger("dateline.slack")
_OVER = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
# Each kind has its own, so that questions, which may take a minute, hold up nobody's press.
_FOR_PRESSES, _FOR_QUESTIONS = 2, 3
_HEARTBEAT = 10.0  # seconds; a connection that is silent for half as long again is dead
_SILENCE = 10.0  # seconds; one that was replaced is closed after so long without a word
_AT_ONCE, _PACE = 10, 1.5  # connections that are asked for without a pause, then seconds each; Slack gives 50 a minute
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0  # seconds after an attempt that failed, doubled each time
_MENDING = 300.0  # seconds; what a person must mend takes longer than that
_FINISH = 5.0  # seconds, at the end, for what was acknowledged


@dataclass(eq=False, slots=True)
class _Link:
    """One connection. `leaving` is set once it needs a successor, `replaced` once it has one."""

    socket: ClientWebSocketResponse
    greeted: bool = False
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str = ""  # why Slack wants it to go
    replaced: bool = False


class Listener:
    """Hears presses and commands and hands each to `hear`; several may be worked off at once, in any order.

    `trouble` is a sentence for the admins while Slack cannot be listened to, else empty.
    """

    def __init__(
        self, settings: SlackSettings, hear: Callable[[Press | Asked], Awaitable[None]], clock: Callable[[], datetime]
    ) -> None:
        self.trouble = ""
        self._settings = settings
        self._asking = SlackSender(replace(settings, token=settings.app_token))
        self._hear = hear
        self._clock = clock
        self._presses: asyncio.Queue[Press | Asked] = asyncio.Queue()
        self._questions: asyncio.Queue[Press | Asked] = asyncio.Queue()
        self._left = 0  # heard, and not worked off
        self._readers: set[asyncio.Task[None]] = set()
        self._asked_for = 0.0  # until when, on the loop's clock, connections asked for would last at that pace
        self._running: asyncio.Task[Any] | None = None
        self._told: tuple[str, datetime] | None = None  # the code of the trouble, and since when

    async def run(self) -> None:
        """Listen until cancelled, whatever happens to the connections."""
        self._running = asyncio.current_task()
        queues = (*[self._presses] * _FOR_PRESSES, *[self._questions] * _FOR_QUESTIONS)
        workers = [asyncio.create_task(self._work(queue)) for queue in queues]
        try:
            async with ClientSession(timeout=ClientTimeout(total=None)) as session:
                try:
                    await self._stay(session)
                finally:
                    await _end(self._readers)
        finally:
            await self._finish(workers)

    async def aclose(self) -> None:
        """End `run`: nothing more is heard, and what was acknowledged is worked off, for at most five seconds."""
        if self._running and not self._running.done():
            self._running.cancel()
            await asyncio.wait([self._running])

    # Connections -----------------------------------------------------------------------------------------------------

    async def _stay(self, session: ClientSession) -> None:
        """Have one connection at all times; its predecessor ends when nothing more comes through it."""
        previous: _Link | None = None
        while True:
            link = await self._opened(session)
            if previous:
                previous.replaced = True
            reader = asyncio.create_task(self._read(link))
            self._readers.add(reader)
            reader.add_done_callback(self._ended)
            await link.leaving.wait()
            previous = link

    async def _opened(self, session: ClientSession) -> _Link:
        """The next connection, however long it takes."""
        failures = 0
        while True:
            await self._may_ask()
            try:
                link = await self._open(session)
            except SlackError as error:
                self._failed(error)
                await asyncio.sleep(pause(error, failures))
                failures += 1
            else:
                self._works()
                return link

    async def _may_ask(self) -> None:
        """Wait where Slack has been asked for many connections: it may end each at once, for whatever reason."""
        now = asyncio.get_running_loop().time()
        self._asked_for = max(self._asked_for, now) + _PACE
        await asyncio.sleep(max(self._asked_for - now - _AT_ONCE * _PACE, 0.0))

    async def _open(self, session: ClientSession) -> _Link:
        """A connection through which Slack has greeted. Raises SlackError."""
        address = (await self._asking.ask("apps.connections.open")).content.get("url")
        if not isinstance(address, str) or not usable(self._settings.base_url, address):
            raise NotPosted("no_address", "Slack did not say where to listen.")
        try:
            async with asyncio.timeout(self._settings.timeout):
                socket = await session.ws_connect(address, heartbeat=_HEARTBEAT, timeout=ClientWSTimeout(ws_close=1.0))
                return await self._greeted(_Link(socket))
        except (ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise NotPosted("no_connection", "Slack's connection for buttons could not be opened.") from error

    async def _greeted(self, link: _Link) -> _Link:
        """The same, once Slack has said hello. Raises SlackError where it does not."""
        try:
            while not link.greeted and not link.leaving.is_set() and await self._receive(link):
                pass
            if link.greeted:
                return link
        finally:
            if not link.greeted:
                await link.socket.close()
        raise NotPosted(link.reason or "no_greeting", "Slack did not begin the connection for buttons.")

    async def _read(self, link: _Link) -> None:
        try:
            while await self._receive(link):
                pass
        finally:
            link.leaving.set()
            await link.socket.close()

    async def _receive(self, link: _Link) -> bool:
        """Take one message; False where the connection is over, or has a successor and nothing more to say."""
        try:
            message = await link.socket.receive(_SILENCE if link.leaving.is_set() else None)
        except TimeoutError:
            return not link.replaced
        if message.type is WSMsgType.TEXT:
            await self._take(link, _table(message.data))
        return message.type not in _OVER

    async def _take(self, link: _Link, said: Mapping[str, Any]) -> None:
        """Acknowledge an envelope and put it down for the workers; do what Slack says of the connection."""
        envelope_id = said.get("envelope_id")
        if isinstance(envelope_id, str):
            with suppress(ClientError, OSError):  # lost on the way: what was pressed counts all the same
                await link.socket.send_str(json.dumps({"envelope_id": envelope_id}))
            self._put_down(said)
        elif said.get("type") == "hello":
            link.greeted = True
        elif said.get("type") == "disconnect":
            link.reason = str(said.get("reason", ""))[:40]
            link.leaving.set()

    def _ended(self, reader: asyncio.Task[None]) -> None:
        self._readers.discard(reader)
        _log_failure(reader, "a connection to Slack ended")

    # What is heard ---------------------------------------------------------------------------------------------------

    def _put_down(self, envelope: Mapping[str, Any]) -> None:
        if said := heard(envelope):
            self._left += 1
            asks = not isinstance(said, Press) or said.action == "why"
            (self._questions if asks else self._presses).put_nowait(said)

    async def _work(self, queue: asyncio.Queue[Press | Asked]) -> None:
        while True:
            said = await queue.get()
            job = asyncio.ensure_future(self._hear(said))
            try:
                await asyncio.wait([job])
            finally:
                job.cancel()  # nothing, where it has ended
            _log_failure(job, "a press or command was not worked off")
            self._left -= 1
            queue.task_done()

    async def _finish(self, workers: list[asyncio.Task[None]]) -> None:
        """Work off what was acknowledged, if that is soon done."""
        try:
            async with asyncio.timeout(_FINISH):
                await asyncio.gather(self._presses.join(), self._questions.join())
        except TimeoutError:
            log.warning("stopped before %d presses or commands were worked off", self._left)
        finally:
            await _end(workers)

    # What the log says -----------------------------------------------------------------------------------------------

    def _failed(self, error: SlackError) -> None:
        """Say it, unless it was the last thing said."""
        if self._told is None or self._told[0] != error.code:
            remedy = listening_remedy(error.code)
            self.trouble = f"Buttons and commands in Slack are not answered ({error.code}). {remedy}"
            self._told = (error.code, self._told[1] if self._told else self._clock())
            log.log(logging.ERROR if _lasts(error) else logging.WARNING, "%s", self.trouble)

    def _works(self) -> None:
        if self._told:
            log.info("buttons and commands in Slack are answered again; they were not since %s UTC",
                     f"{self._told[1]:%d %b %H:%M:%S}")
        self._told, self.trouble = None, ""


def usable(base_url: str, address: object) -> bool:
    """Whether it is the address of a websocket, encrypted unless Slack's own is not."""
    safe = ("wss://",) if base_url.startswith("https:") else ("wss://", "ws://")
    return isinstance(address, str) and address.startswith(safe)


def pause(error: SlackError, failures: int) -> float:
    """Seconds until the next attempt, after so many failures before this one."""
    if _lasts(error):
        return _MENDING
    return error.retry_after or min(_FIRST_WAIT * 2.0 ** min(failures, 10), _LONGEST_WAIT)


def _lasts(error: SlackError) -> bool:
    """Whether a person has to mend it."""
    return isinstance(error, Refused) or error.code == "link_disabled"


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel them and see them end."""
    for task in (ending := list(tasks)):
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)


def _log_failure(task: asyncio.Task[None], what: str) -> None:
    """Where it went wrong and the kind of error; its text may hold what somebody typed."""
    error = None if task.cancelled() else task.exception()
    if error:
        frames = [f"{Path(frame.f_code.co_filename).name}:{line}"
                  for frame, line in traceback.walk_tb(error.__traceback__)]
        log.error("%s: %s at %s", what, type(error).__name__, " > ".join(frames[-5:]))


def _table(text: str) -> Mapping[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
