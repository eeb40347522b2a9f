"""A small Slack on loopback that speaks Socket Mode: gives out connections, sends envelopes, ends connections its ways.

It keeps what became of every envelope, and by which connection it was acknowledged; and what came to the addresses for
private answers.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from monitor.settings import SlackSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

APP_TOKEN = "xapp-1-standin"
TEAM = "T0STANDIN1"


@dataclass(eq=False, slots=True)
class Sent:
    """An envelope. `seconds` until it was acknowledged, None: never; `astray` where another connection did it."""

    connection: Connection
    at: float
    seconds: float | None = None
    astray: bool = False


@dataclass(eq=False, slots=True)
class Connection:
    """One websocket; `cut` once the network lost it without a word."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    cut: bool = False


@dataclass(slots=True)
class SocketStandIn:
    """`refusals` are error codes for the next calls for a connection; `greetings` what new ones say for a hello.

    `deaf`: so many new connections answer no sign of life.
    """

    url: str = ""
    refusals: list[str] = field(default_factory=list)
    greetings: list[Mapping[str, Any]] = field(default_factory=list)
    deaf: int = 0
    opened: int = 0
    most_at_once: int = 0
    live: list[Connection] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)
    answers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    replies: list[web.Response] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def settings(self, **changes: Any) -> SlackSettings:  # noqa: ANN401 - fields of SlackSettings
        """Settings that lead here."""
        fields: dict[str, Any] = {"app_token": APP_TOKEN, "base_url": f"{self.url}/api/", "timeout": 5.0}
        return SlackSettings(**(fields | changes))

    # What a test does ------------------------------------------------------------------------------------------------

    async def connected(self) -> Connection:
        """The newest connection, as soon as there is one."""
        async with asyncio.timeout(10):
            while not self.live:
                self.arrived.clear()
                await self.arrived.wait()
        return self.live[-1]

    async def successor(self, of: Connection) -> Connection:
        """The connection that takes the place of that one."""
        async with asyncio.timeout(10):
            while not self.live or self.live[-1] is of:
                self.arrived.clear()
                await self.arrived.wait()
        return self.live[-1]

    async def send(self, envelope: Mapping[str, Any], through: Connection | None = None) -> Sent:
        """Hand an envelope over, as Slack does through any one of the connections."""
        connection = through or await self.connected()
        envelope_id = f"e{next(self._numbers)}"
        sent = self.sent[envelope_id] = Sent(connection, time.perf_counter())
        try:
            await connection.socket.send_str(json.dumps({"envelope_id": envelope_id, **envelope}))
        except ConnectionError:
            connection.cut = True
        return sent

    async def say(self, connection: Connection, **content: object) -> None:
        """Tell the client something about the connection."""
        await connection.socket.send_str(json.dumps(content))

    async def end(self, connection: Connection) -> None:
        """Close it as Slack does: nothing more is sent, and what the client still says is heard."""
        self.live.remove(connection)
        await connection.socket.send_frame(b"\x03\xe8", WSMsgType.CLOSE)

    def cut(self, connection: Connection) -> None:
        """Lose it without a word, as a failing network does."""
        connection.cut = True
        self.live.remove(connection)
        connection.transport.abort()

    def unacknowledged(self) -> list[Sent]:
        """What Slack waits for in vain, though its connection was not lost."""
        return [sent for sent in self.sent.values() if sent.seconds is None and not sent.connection.cut]

    # What a client calls ---------------------------------------------------------------------------------------------

    async def open(self, request: web.Request) -> web.Response:
        """`apps.connections.open`: an address for one use."""
        if request.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if self.refusals:
            return web.json_response({"ok": False, "error": self.refusals.pop(0)})
        return web.json_response({"ok": True, "url": f"ws{self.url.removeprefix('http')}/link"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from its greeting to its end."""
        socket = web.WebSocketResponse(autoping=not self.deaf)
        self.deaf = max(self.deaf - 1, 0)
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        connection = Connection(socket, request.transport)
        greeting = self.greetings.pop(0) if self.greetings else {"type": "hello", "num_connections": 1}
        await self.say(connection, **greeting)
        self._enters(connection)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(connection, json.loads(message.data)["envelope_id"])
        finally:
            if connection in self.live:
                self.live.remove(connection)
        return socket

    async def answered(self, request: web.Request) -> web.Response:
        """The address for a private answer."""
        self.answers.append((request.match_info["key"], await request.json()))
        return self.replies.pop(0) if self.replies else web.Response(text="ok")

    def _enters(self, connection: Connection) -> None:
        self.opened += 1
        self.live.append(connection)
        self.most_at_once = max(self.most_at_once, len(self.live))
        self.arrived.set()

    def _acknowledged(self, connection: Connection, envelope_id: str) -> None:
        sent = self.sent[envelope_id]
        sent.seconds = time.perf_counter() - sent.at
        sent.astray = connection is not sent.connection


@asynccontextmanager
async def socket_standin() -> AsyncIterator[SocketStandIn]:
    """A running stand-in on 127.0.0.1."""
    slack = SocketStandIn()
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", slack.open)
    app.router.add_get("/link", slack.link)
    app.router.add_post("/answers/{key}", slack.answered)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    slack.url = f"http://{host}:{port}"
    try:
        yield slack
    finally:
        for connection in list(slack.live):
            connection.transport.abort()
        await runner.cleanup()


def press(
    value: str = "relevant:7", *, person: str = "U1ALICE", action_id: str = "fb:relevant", menu: bool = False,
    ts: str = "1764000000.000100", pressed_at: str = "1764000100.000001", answer_to: str = "", **changes: object,
) -> dict[str, Any]:
    """The envelope of a button, or of a line of a menu; `changes` are parts of its payload."""
    chosen = {"selected_option": {"value": value}} if menu else {"value": value}
    payload = {
        "type": "block_actions", "user": {"id": person, "team_id": TEAM}, "team": {"id": TEAM, "domain": "desk"},
        "container": {"type": "message", "message_ts": ts, "channel_id": "C1ALERTS", "is_ephemeral": False},
        "channel": {"id": "C1ALERTS", "name": "alerts"}, "response_url": answer_to,
        "actions": [{"type": "overflow" if menu else "button", "action_id": action_id, "action_ts": pressed_at,
                     **chosen}],
    }
    return {"type": "interactive", "payload": payload | changes}


def command(words: str = "help", *, answer_to: str = "", **changes: object) -> dict[str, Any]:
    """The envelope of a command."""
    payload = {"command": "/dateline", "text": words, "user_id": "U1ALICE", "channel_id": "C1ALERTS", "team_id": TEAM,
               "response_url": answer_to}
    return {"type": "slash_commands", "accepts_response_payload": True, "payload": payload | changes}
