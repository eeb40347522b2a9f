"""`dateline check --post`: one labelled test alert a channel, and every feed asked once.

Test alerts stand in the outbox like any other message. Where the bot runs, it posts them; else this command does.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.channels import kind_of
from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.commands.feeds_found import asked
from monitor.commands.posting import BOT_SECONDS, see_posted
from monitor.errors import CollectError
from monitor.outbox.queue import queue
from monitor.slack.doctor import Finding
from monitor.slack.printer import channel_names
from monitor.words.counts import counted
from storage.database import open_database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings import FeedSettings, Settings
    from storage.database import Database
    from storage.deliveries import Delivery

TITLE = "Test alert from Dateline"
LINES = ("This is a test: alerts reach this channel.", "It was sent by hand with dateline check --post.")


async def send_test_alerts(settings: Settings) -> list[Finding]:
    """Queue a test alert for every channel, the admin channel included, and see each one arrive or not."""
    database = open_database(settings.storage.url)
    try:
        names = channel_names(settings)
        ids = _queue(database, names)
        rows = await see_posted(settings, database, ids)
        return [_arrived(names[row.channel_id], row) for row in rows]
    finally:
        database.close()


def _queue(database: Database, names: Mapping[str, str]) -> list[str]:
    now = datetime.now(UTC)
    ids = {f"test:{channel}:{now:%Y%m%dT%H%M%S.%f}": channel for channel in names}
    with database.write() as connection:
        for delivery_id, channel in ids.items():
            message = kind_of(channel).notice(TITLE, (*LINES, f"config.toml calls this channel {names[channel]}."))
            queue(connection, channel, delivery_id, "test", [message], now=now)
    return list(ids)


def _arrived(name: str, row: Delivery) -> Finding:
    subject = f"test alert for {name}"
    if row.state == "sent":
        return Finding(True, subject, "posted; look into the channel")
    if row.state == "printed":
        return Finding(True, subject, "printed above, as there is no token")
    return Finding(False, subject, row.error or f"still {row.state} after {BOT_SECONDS} seconds",
                   "mend that, then run this again")


async def ask_feeds(settings: Settings) -> list[Finding]:
    """Ask every feed and watched page once and store nothing: which ones do not answer as such."""
    fetcher, sandbox = Fetcher(settings.network), Sandbox()
    try:
        return list(await asyncio.gather(*(_ask(feed, fetcher, sandbox) for feed in settings.feeds)))
    finally:
        await sandbox.aclose()


async def _ask(feed: FeedSettings, fetcher: Fetcher, sandbox: Sandbox) -> Finding:
    try:
        found = await asked(feed, fetcher, sandbox)
    except CollectError as error:
        return Finding(False, f"{feed.kind} {feed.outlet}", f"{feed.url}: {error}")
    words = ("1 paragraph", "{} paragraphs") if feed.kind == "page" else ("1 entry", "{} entries")
    return Finding(True, f"{feed.kind} {feed.outlet}", counted(found, words))
