"""The newsroom with a bot at its desk, to which people type commands."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.config.load import load_settings
from monitor.outbox.deliver import Outbox
from monitor.ruleset.files import load
from monitor.ruleset.reload import built
from monitor.slack.printer import Printer
from monitor.talk.commands import answer
from monitor.talk.desk import Desk
from monitor.talk.model import Asked, Asker
from tests.newsroom import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from monitor.settings import FeedSettings, Settings
    from monitor.talk.model import Answer
    from storage.database import Database

ALICE, ADMIN = "U0ALICE001", "U0ADMIN0001"
RAIDS = "C0000RAIDS"


@dataclass(slots=True)
class AtDesk:
    """A bot that answers. `printed` is what it posted, `adopted` what it was told to read as well."""

    desk: Desk
    printed: list[str] = field(default_factory=list)
    adopted: list[FeedSettings] = field(default_factory=list)

    async def ask(self, words: str, person: str = ALICE, channel: str = RAIDS) -> Answer:
        """What the person is answered."""
        return await answer(self.desk, Asked(Asker(person, channel, ""), words))

    def change(self, settings: Settings) -> None:
        """The configuration becomes another."""
        active = built(settings, self.desk.active().loaded)
        self.desk = replace(self.desk, settings=settings, active=lambda: active)


@asynccontextmanager
async def at_desk(config: Path, database: Database) -> AsyncIterator[AtDesk]:
    """The bot of this configuration; what it would post to Slack is kept."""
    found = load_settings(config, os.environ, without_feeds=True)
    settings = replace(found, slack=replace(found.slack, admins=(ADMIN,)))
    active = built(settings, load(settings, date(2026, 11, 23)))
    sandbox, posted = Sandbox(), Printer(lambda body: room.printed.append(str(body["text"])))
    outbox = Outbox(database, lambda _: posted, lambda: NOW, replace(settings.delivery, gap=0.0))

    async def adopt(sources: Sequence[FeedSettings]) -> None:
        room.adopted += sources

    room = AtDesk(Desk(database, settings, lambda: NOW, lambda: active, outbox, Fetcher(settings.network), sandbox,
                       adopt))
    try:
        yield room
    finally:
        await sandbox.aclose()
