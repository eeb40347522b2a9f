"""What people say back, heard and answered beside the rounds: none of it ever ends one, or waits for one.

Several things go on as long as the bot runs: listening, where there is an app token, and telling the admins when that
fails; drawing messages again, also for what was said before the last stop; posting what is to be seen at once. What one
of them dies of is logged, without a word of what was said, and it begins again.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import TYPE_CHECKING

from monitor.errors import DatelineError, StorageError
from monitor.outbox.turn import read, write
from monitor.slack.answers import answer
from monitor.slack.render.private import private
from monitor.slack.socket import Listener
from monitor.talk import commands
from monitor.talk.case import Outcome, standing
from monitor.talk.deaf import tell_deaf
from monitor.talk.model import Answer, Asked, Press
from monitor.talk.press import pressed, refusal
from monitor.talk.redraw import PACE, Redraw
from monitor.words.talk import WORDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from monitor.settings import ChannelSettings
    from monitor.talk.desk import Desk

log = logging.getLogger("dateline.talk")

_MINUTE = 60.0  # seconds
_PAUSE = 5.0  # seconds, before what failed begins again
_STOP = 6.0  # seconds that a stop waits; systemd and Docker allow ten


class Talk:
    """Serves one event loop, from `start` to `aclose`. The desk is made for each question."""

    def __init__(self, desk: Callable[[], Desk], pace: float = PACE) -> None:
        settings = desk().settings.slack
        self._desk = desk
        self.redraw = Redraw(desk, pace)
        self._listener = Listener(settings, self.hear, desk().clock) if settings.app_token else None
        self._one_press = asyncio.Lock()
        self._to_post: set[str] = set()
        self._to_post_now = asyncio.Event()
        self._working: list[asyncio.Task[None]] = []
        self._listening: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> str:
        """A sentence for the admins while nothing can be heard; "" where all is well, or nothing is to be."""
        return self._listener.trouble if self._listener else ""

    def start(self) -> None:
        """Begin all of it; without a token there is no Slack to draw in."""
        self._working = [asyncio.create_task(_kept("posting what was said", self._post))]
        if self._desk().settings.slack.token:
            self._working.append(asyncio.create_task(_kept("drawing messages again", self.redraw.run)))
        if self._listener:
            self._listening = asyncio.create_task(_kept("listening to Slack", self._listener.run))
            self._working.append(asyncio.create_task(_kept("telling of trouble", self._tell)))

    async def aclose(self) -> None:
        """Hear nothing more, work off what was acknowledged, and end; about six seconds at most.

        What is still to be drawn and posted then stands in the database.
        """
        for task in self._working:
            task.cancel()
        ending = [asyncio.create_task(self._deafen()), *self._working]
        await asyncio.wait(ending, timeout=_STOP)

    async def _deafen(self) -> None:
        if self._listener and self._listening:
            await self._listener.aclose()
            self._listening.cancel()  # it may be pausing between two attempts
            await asyncio.wait([self._listening])

    async def hear(self, said: Press | Asked) -> None:
        """Do what was pressed or asked for, and answer it to that person alone.

        Whatever goes wrong, they are told so; what nobody foresaw is raised after that.
        """
        desk = self._desk()
        (outcome,) = await asyncio.gather(outcome_of(desk, said, self._one_press), return_exceptions=True)
        failed = outcome if isinstance(outcome, BaseException) else None
        if isinstance(failed, asyncio.CancelledError):
            raise failed
        channel = desk.channel(said.asker.channel_id)
        language = channel.language if channel else "en"
        done = Outcome(Answer(WORDS[language].failed)) if isinstance(outcome, BaseException) else outcome
        self.redraw.wake()
        if done.post:
            self._to_post.add(done.post)
            self._to_post_now.set()
        if done.answer:
            await answer(desk.settings.slack, said.asker, private(done.answer, language),
                         replaces=done.answer.replaces and _is_private(said),
                         thread=said.thread_ts if isinstance(said, Press) else "")
        if isinstance(failed, StorageError):
            log.error("a press or command did not work: %s", failed)
        elif failed:
            raise failed

    async def _tell(self) -> None:
        """See whether anything is heard. Raises StorageError."""
        while True:
            await asyncio.sleep(_MINUTE)
            desk = self._desk()
            admins = desk.settings.slack.admin_channel
            await asyncio.to_thread(tell_deaf, desk.database, admins, self.trouble, desk.clock())

    async def _post(self) -> None:
        """Post what was announced, beside the rounds. Raises StorageError; the next round posts it then."""
        while True:
            await self._to_post_now.wait()
            self._to_post_now.clear()
            posting, self._to_post = self._to_post, set()
            await self._desk().outbox.deliver(posting)


async def outcome_of(desk: Desk, said: Press | Asked, one_press: asyncio.Lock) -> Outcome:
    """What comes of a press or command. Raises StorageError, and then nothing was stored.

    Presses are stored one after the other: many that wait for SQLite's lock at once do not get it in their order, and
    the last may wait too long.
    """
    channel = desk.channel(said.asker.channel_id)
    say = WORDS[channel.language if channel else "en"]
    if refused := refusal(desk.settings.slack, said.asker, say):
        return Outcome(Answer(refused))
    if isinstance(said, Asked):
        return await _command(desk, said)
    if channel is None:
        return Outcome(Answer(say.not_here))
    if said.action == "why":
        return await _why(desk, channel, said)
    async with one_press:
        return await write(desk.database, pressed, desk, channel, said)


async def _why(desk: Desk, channel: ChannelSettings, press: Press) -> Outcome:
    if await read(desk.database, standing, desk, channel, press.subject) is None:
        return Outcome(Answer(WORDS[channel.language].gone))
    return await _command(desk, Asked(press.asker, f"why {press.subject}"))


async def _command(desk: Desk, asked: Asked) -> Outcome:
    """What can be put right by asking otherwise is said in a sentence of its own."""
    try:
        return Outcome(await commands.answer(desk, asked))
    except StorageError:
        raise
    except DatelineError as error:
        return Outcome(Answer(str(error)))


def _is_private(said: Press | Asked) -> bool:
    """Whether only the person sees what was pressed: what others see is never replaced."""
    return isinstance(said, Press) and not said.message_ts


async def _kept(what: str, run: Callable[[], Awaitable[None]]) -> None:
    """Keep it going until cancelled. Of what ended it only the kind and the place are logged, unless it is ours."""
    while True:
        (failed,) = await asyncio.gather(run(), return_exceptions=True)
        if failed is None or isinstance(failed, asyncio.CancelledError):
            return
        where = traceback.extract_tb(failed.__traceback__)[-1]
        said = str(failed) if isinstance(failed, DatelineError) else f"{type(failed).__name__} in {where.name}"
        log.error("%s failed, and begins again: %s", what, said)
        await asyncio.sleep(_PAUSE)
