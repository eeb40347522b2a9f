"""A small Slack on loopback that keeps channels, threads and markers, keeps its limits, and fails as told.

It lives in the test's process, so that the programs that post to it can be killed at any moment. It counts what Slack
would mind: posts above the rate, calls that come back before the Retry-After they were given has passed.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
import struct
import threading
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import count
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.slack_standin_model import BOT, POST, UPDATE, Arguments, Bucket, Call, Fault, Standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

TOKEN = "xoxb-standin-token"
APP, USER = "A0STANDIN1", "U0STANDIN1"
SCOPES = "chat:write,channels:read,channels:history,groups:history"
BURST = 3  # posts that a channel takes at once
UNHEARD = 0.5  # seconds: an answer so shortly before a kill may not have been written down
READS_A_MINUTE = 50  # of each method; changes of messages count so, too
LONGEST_UPDATE = 4_000  # bytes of the text of a changed message


class _Answer(Exception):  # noqa: N818 - not an error of ours: an answer that is no "ok"
    """Stop here and answer this."""

    def __init__(self, error: str, wait: float = 0.0) -> None:
        super().__init__(error)
        self.error, self.wait = error, wait


@dataclass(slots=True)
class StandIn:
    """The workspace. Its clock and limits run `speed` times as fast as Slack's; `lag` and `skew` are in seconds.

    `lag` is how long history does not show a new message; `skew` how far its clock is ahead of ours; `page` the most
    messages that it gives at once.
    """

    speed: float = 1.0
    faults: list[Fault] = field(default_factory=list)
    lag: float = 0.0
    skew: float = 0.0
    page: int = 100
    token: str = TOKEN
    url: str = ""
    messages: list[Standing] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    on_stored: Callable[[Standing], None] | None = None
    _told: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)  # when, and until when to wait
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    # What a test asks ------------------------------------------------------------------------------------------------

    def visible(self) -> list[Standing]:
        """What readers see of the bot's messages."""
        return [message for message in self.messages if not message.removed and message.bot == BOT]

    def early(self) -> int:
        """How often a call came back too early."""
        return sum(call.early for call in self.calls)

    def client_died(self) -> None:
        """What was told in the last half second it may not have written down: the next one cannot know of it."""
        for key, (told_at, _) in list(self._told.items()):
            if told_at > time.monotonic() - UNHEARD:
                del self._told[key]

    def over_rate(self) -> int:
        """How often a limit was exceeded; 429s that were told to come are not counted."""
        return sum(call.error == "ratelimited" and not call.fault for call in self.calls)

    def say(self, channel: str, text: str, *, bot: str = "", **body: object) -> Standing:
        """A message of a person, or of another app."""
        return self._store({"channel": channel, "text": text, **body}, bot)

    # Calls -----------------------------------------------------------------------------------------------------------

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call of the Web API."""
        method, arguments = request.match_info["method"], await _arguments(request)
        channel = str(arguments.get("channel", ""))
        fault = next(iter([fault for fault in self.faults if fault.takes(method, channel)]), None)
        early = time.monotonic() < self._told.get((method, channel), (0.0, 0.0))[1]
        if fault and fault.action == "slow" and not fault.stored:
            await asyncio.sleep(fault.seconds)
        before = fault and not fault.stored and fault.action not in ("slow", "double")
        status, content, wait = (200, {}, 0.0) if before else self._do(method, arguments, request, fault)
        reply = await self._reply(request, fault, status, content, wait) if fault else _json(status, content, wait)
        reply.headers["Date"] = formatdate(time.time() + self.skew, usegmt=True)
        if reply.status == 429:
            now, until = time.monotonic(), self._told.get((method, channel), (0.0, 0.0))[1]
            self._told[method, channel] = (now, max(until, now + float(reply.headers["Retry-After"])))
        error = str(content.get("error", "")) or (fault.code if before and fault else "")
        self.calls.append(Call(method, channel, time.time(), reply.status, error, fault.action if fault else "", early))
        return reply

    def _do(
        self, method: str, arguments: Arguments, request: web.Request, fault: Fault | None
    ) -> tuple[int, Arguments, float]:
        """Status, content and Retry-After of what Slack does with the call."""
        try:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                raise _Answer("invalid_auth")
            self._limit(method, str(arguments.get("channel", "")))
            if method not in _METHODS:
                raise _Answer("unknown_method")
            content = _METHODS[method](self, arguments)
            if fault and fault.action == "double":
                _METHODS[method](self, arguments)
        except _Answer as answer:
            return (429 if answer.wait else 200), {"ok": False, "error": answer.error}, answer.wait
        return 200, {"ok": True, **content}, 0.0

    def _limit(self, method: str, channel: str) -> None:
        """Raise where the call is above its limit: posts by channel, everything else by method."""
        rate, burst = (1.0, BURST) if method == POST else (READS_A_MINUTE / 60, READS_A_MINUTE)
        key = (method, channel if method == POST else "")
        now = time.monotonic()
        bucket = self._buckets.setdefault(key, Bucket(rate * self.speed, burst, burst, now))
        if wait := bucket.take(now):
            raise _Answer("ratelimited", wait)

    async def _reply(
        self, request: web.Request, fault: Fault, status: int, content: Arguments, wait: float
    ) -> web.StreamResponse:
        """The answer, or what becomes of it."""
        if fault.action in ("reset", "close"):
            _drop(request, hard=fault.action == "reset")
            return web.Response(status=499)
        if fault.action == "slow":
            await asyncio.sleep(fault.seconds if fault.stored else 0)
        replies: dict[str, Callable[[], web.Response]] = {
            "cut": lambda: web.Response(text=json.dumps(content)[:17] or '{"ok":tr', content_type="application/json"),
            "empty": lambda: web.Response(text="", content_type="application/json"),
            "http": lambda: web.Response(status=fault.status, text="<h1>Sorry</h1>", content_type="text/html"),
            "error": lambda: _json(200, {"ok": False, "error": fault.code}),
            "limit": lambda: _json(429, {"ok": False, "error": "ratelimited"}, fault.seconds),
        }
        return replies.get(fault.action, lambda: _json(status, content, wait))()

    # Methods ---------------------------------------------------------------------------------------------------------

    def post(self, arguments: Arguments) -> Arguments:
        """chat.postMessage."""
        thread = arguments.get("thread_ts")
        parents = [message.ts for message in self._shown(arguments["channel"]) if not message.thread]
        if thread is not None and thread not in parents:  # Slack takes the ts of a reply too, and loses the message
            raise _Answer("thread_not_found")
        if thread is None and "reply_broadcast" in arguments:
            raise _Answer("invalid_arguments")
        if not arguments.get("text") and not arguments.get("blocks"):
            raise _Answer("no_text")
        stored = self._store(arguments, BOT)
        return {"channel": stored.channel, "ts": stored.ts, "message": {"text": arguments.get("text", "")}}

    def update(self, arguments: Arguments) -> Arguments:
        """chat.update; only the bot's own. What is not named stays, but for blocks, which a text alone takes away."""
        found = [message for message in self._shown(arguments["channel"]) if message.ts == arguments.get("ts")]
        if not found:
            raise _Answer("message_not_found")
        if found[0].bot != BOT:
            raise _Answer("cant_update_message")
        if len(str(arguments.get("text", "")).encode()) > LONGEST_UPDATE:
            raise _Answer("msg_too_long")
        named: Arguments = {key: arguments[key] for key in ("text", "blocks", "metadata") if key in arguments}
        found[0].body = {**found[0].body, **({} if "blocks" in named else {"blocks": []}), **named}
        found[0].edits += 1
        return {"channel": found[0].channel, "ts": found[0].ts, "text": found[0].body.get("text", "")}

    def delete(self, arguments: Arguments) -> Arguments:
        """chat.delete; only the bot's own."""
        for message in self._shown(arguments["channel"]):
            if message.ts == arguments.get("ts"):
                if message.bot != BOT:
                    raise _Answer("cant_delete_message")
                message.removed = True
                return {"channel": message.channel, "ts": message.ts}
        raise _Answer("message_not_found")

    def history(self, arguments: Arguments) -> Arguments:
        """conversations.history: newest first, of replies those alone that show in the channel."""
        top = [message for message in self._shown(arguments["channel"]) if not message.thread or message.broadcast]
        return self._page(arguments, sorted(top, key=lambda message: message.ts, reverse=True))

    def replies(self, arguments: Arguments) -> Arguments:
        """conversations.replies: the parent, then its replies, oldest first."""
        shown = self._shown(arguments["channel"])
        if not any(arguments["ts"] == message.ts for message in shown):
            raise _Answer("thread_not_found")
        return self._page(arguments, [m for m in shown if arguments["ts"] in (m.ts, m.thread)])

    def auth(self, arguments: Arguments) -> Arguments:
        """auth.test."""
        return {"url": self.url, "team": "Stand-in", "team_id": "T0STANDIN1", "user": "dateline", "user_id": USER,
                "bot_id": BOT, "is_enterprise_install": False}

    def info(self, arguments: Arguments) -> Arguments:
        """conversations.info."""
        return {"channel": {"id": arguments["channel"], "name": arguments["channel"].lower(), "is_member": True,
                            "is_archived": False, "is_private": False}}

    def bot_info(self, arguments: Arguments) -> Arguments:
        """bots.info."""
        return {"bot": {"id": BOT, "app_id": APP, "user_id": USER, "name": "dateline", "deleted": False}}

    # Storage ---------------------------------------------------------------------------------------------------------

    def _store(self, body: Mapping[str, Any], bot: str) -> Standing:
        now = time.time()
        # Six digits of a number make every ts its own, also within one microsecond and in order.
        ts = f"{now + self.skew:.3f}{next(self._numbers) % 1000:03d}"
        if self.messages and ts <= self.messages[-1].ts:
            seconds, fraction = self.messages[-1].ts.split(".")
            ts = f"{int(seconds) + (int(fraction) + 1) // 1_000_000}.{(int(fraction) + 1) % 1_000_000:06d}"
        stored = Standing(str(body["channel"]), ts, dict(body), now, bot)
        self.messages.append(stored)
        if self.on_stored:
            self.on_stored(stored)
        return stored

    def _shown(self, channel: str) -> list[Standing]:
        return [message for message in self.messages if message.channel == channel and not message.removed]

    def _page(self, arguments: Arguments, found: list[Standing]) -> Arguments:
        """One page of what was found: `oldest` and `latest` exclusive, what is younger than the lag not yet there."""
        oldest, latest = str(arguments.get("oldest") or "0"), str(arguments.get("latest") or "9" * 10)
        known = time.time() - self.lag
        parent = arguments.get("ts")
        inside = [m for m in found if m.stored_at <= known and (float(oldest) < float(m.ts) < float(latest)
                                                                or m.ts == parent)]
        start = int(arguments.get("cursor") or 0)
        stop = start + min(self.page, int(arguments.get("limit") or 100))
        whole = str(arguments.get("include_all_metadata")).lower() in ("true", "1")
        more = stop < len(inside)
        return {"messages": [_as_read(m, found, whole=whole) for m in inside[start:stop]], "has_more": more,
                "response_metadata": {"next_cursor": str(stop) if more else ""}}


_METHODS: Mapping[str, Callable[[StandIn, Arguments], Arguments]] = {
    POST: StandIn.post,
    UPDATE: StandIn.update,
    "chat.delete": StandIn.delete,
    "conversations.history": StandIn.history,
    "conversations.replies": StandIn.replies,
    "auth.test": StandIn.auth,
    "conversations.info": StandIn.info,
    "bots.info": StandIn.bot_info,
}


def _as_read(message: Standing, among: list[Standing], *, whole: bool) -> Arguments:
    """A message as the history gives it."""
    seen: Arguments = {"type": "message", "ts": message.ts, "text": message.body.get("text", "")}
    if message.bot:
        seen |= {"bot_id": message.bot, "app_id": APP if message.bot == BOT else "A0OTHER001", "user": USER}
    if message.thread:
        seen |= {"thread_ts": message.thread} | ({"subtype": "thread_broadcast"} if message.broadcast else {})
    if metadata := message.body.get("metadata"):
        seen["metadata"] = metadata if whole else {"event_type": metadata["event_type"]}
    return seen


async def _arguments(request: web.Request) -> Arguments:
    arguments: Arguments = dict(request.query)
    if request.content_type == "application/json":
        return arguments | dict(await request.json())
    return arguments | {key: value for key, value in (await request.post()).items() if isinstance(value, str)}


def _json(status: int, content: Arguments, wait: float = 0.0) -> web.Response:
    headers = {"X-OAuth-Scopes": SCOPES}
    if status == 429:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return web.json_response(content, status=status, headers=headers)


def _drop(request: web.Request, *, hard: bool) -> None:
    """End the connection, with a reset where `hard`."""
    if request.transport is None:
        return
    if hard:
        wire = request.transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()


@asynccontextmanager
async def standing(slack: StandIn, *more: web.RouteDef) -> AsyncIterator[StandIn]:
    """The stand-in, served in this event loop, together with more that goes before its own."""
    app = web.Application()
    app.add_routes(more)
    app.router.add_route("*", "/api/{method}", slack.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)  # 0 would wait for answers that never come
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield slack
    finally:
        await runner.cleanup()


@contextmanager
def beside(slack: StandIn) -> Iterator[StandIn]:
    """The stand-in, served by a thread of its own beside a test that waits for programs."""
    ready, done = threading.Event(), threading.Event()

    async def serve() -> None:
        async with standing(slack):
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield slack
    finally:
        done.set()
        with suppress(RuntimeError):
            thread.join()
