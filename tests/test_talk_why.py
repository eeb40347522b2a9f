"""`/dateline why` of an address that nothing stored knows: it is fetched while the person waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tests import newsroom
from tests.desk_rig import at_desk

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.talk.model import Answer
    from storage.database import Database
    from tests.loopback import Loopback

config, database = newsroom.config, newsroom.database
PAGE = ("<!doctype html><html><head><title>Raid in town</title></head><body><article><h1>Raid in town</h1><p>The raid "
        "was long, and it ended when the last of them had left the city in the evening.</p></article></body></html>")


def asked(config: Path, database: Database, loopback: Loopback) -> Answer:
    """The answer about a page of that server."""
    async def ask() -> Answer:
        async with at_desk(config, database) as desk:
            desk.change(replace(desk.desk.settings, network=loopback.network))
            return await desk.ask(f"why {loopback.url('/raid')}")

    return asyncio.run(ask())


def test_the_page_is_read_now(config: Path, database: Database, loopback: Loopback) -> None:
    """By the bot's own way of fetching, while its loop goes on: rules tell what they make of it."""
    loopback.answer("/raid", PAGE, headers={"Content-Type": "text/html"})
    answer = asked(config, database, loopback)
    told = "\n".join(map(str, answer.points))

    assert "not stored" in answer.finds[0].about
    assert "✓ The rule raids matched" in told
    assert "✗ 127.0.0.1 is not a source" in told


def test_a_page_that_is_not_there(config: Path, database: Database, loopback: Loopback) -> None:
    """The reason is told as a stage."""
    loopback.answer("/raid", "no", status=404)
    answer = asked(config, database, loopback)

    assert () == answer.finds
    assert "404" in "\n".join(map(str, answer.points))
