"""The small Slack with Socket Mode in it: one workspace to which a bot posts and in which people press and type."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from monitor.settings import SlackSettings
from tests.slack_socket_standin import APP_TOKEN, SocketStandIn
from tests.slack_standin import TOKEN, StandIn, standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ADMIN = "U0ADMIN0001"


@asynccontextmanager
async def talking(slack: StandIn) -> AsyncIterator[SocketStandIn]:
    """The way in of what people say, on the address to which the bot posts."""
    said = SocketStandIn()
    routes = (web.post("/api/apps.connections.open", said.open), web.get("/link", said.link),
              web.post("/answers/{key}", said.answered))
    async with standing(slack, *routes):
        said.url = slack.url.removesuffix("/api/")
        try:
            yield said
        finally:
            for connection in list(said.live):
                connection.transport.abort()


def settings(slack: StandIn, *people: str, listening: bool = True) -> SlackSettings:
    """How a bot reaches it, with one admin; nobody but these may press, where any are named."""
    return SlackSettings(TOKEN, slack.url, 5.0, None, APP_TOKEN if listening else None, people, (ADMIN,))
