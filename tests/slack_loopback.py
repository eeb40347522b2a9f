"""A small Slack on loopback: answers each call with what the test prepared, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from aiohttp import web

from monitor.settings import SlackSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN = "xoxb-1-2-verysecret"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `drop` closes the connection after the request was read, `slow` never answers in time."""

    status: int = 200
    text: str = ""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    slow: bool = False


def ok(**content: object) -> Reply:
    """An answer that says yes."""
    return Reply(text=json.dumps({"ok": True, **content}), headers={"X-OAuth-Scopes": "chat:write,channels:read"})


def no(code: str, **content: object) -> Reply:
    """An answer that says no."""
    return Reply(text=json.dumps({"ok": False, "error": code, **content}))


@dataclass(slots=True)
class LoopbackSlack:
    """`replies` by method, given out in order, the last one for ever; `calls` are (method, arguments, headers)."""

    replies: dict[str, list[Reply]]
    url: str = ""
    calls: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def settings(self, **changes: Any) -> SlackSettings:  # noqa: ANN401 - fields of SlackSettings
        """Settings that lead here."""
        fields: dict[str, Any] = {"token": TOKEN, "base_url": self.url, "timeout": 5.0}
        return SlackSettings(**(fields | changes))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take down the call and give the next prepared reply."""
        method = request.match_info["method"]
        sent = await request.text()
        arguments = json.loads(sent) if sent.startswith("{") else dict(parse_qsl(sent)) or dict(request.query)
        self.calls.append((method, arguments, dict(request.headers)))
        waiting = self.replies[method]
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if reply.slow:
            await self.closing.wait()
        if reply.drop and request.transport:
            request.transport.abort()
        headers = {"Content-Type": reply.content_type} | reply.headers
        return web.Response(status=reply.status, body=reply.text.encode(), headers=headers)


@asynccontextmanager
async def loopback_slack(**replies: Reply | list[Reply]) -> AsyncIterator[LoopbackSlack]:
    """A running stand-in; methods are named with _ for the dot (`chat_postMessage`)."""
    prepared = {
        name.replace("_", "."): list(reply) if isinstance(reply, list) else [reply] for name, reply in replies.items()
    }
    slack = LoopbackSlack(prepared)
    app = web.Application()
    app.router.add_route("*", "/api/{method}", slack.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    slack.url = f"http://{host}:{port}/api/"
    try:
        yield slack
    finally:
        slack.closing.set()
        await runner.cleanup()
