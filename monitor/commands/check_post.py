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
from monitor.errors import CollectError, LockedError
from monitor.outbox.deliver import Outbox
from monitor.outbox.queue import queue
from monitor.outbox.told import telling
from monitor.slack.doctor import Finding
from monitor.slack.printer import channel_names
from monitor.slack.senders import senders
from storage import deliveries
from storage.database import open_database
from storage.lock import only_bot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings import FeedSettings, Settings
    from storage.database import Database
    from storage.deliveries import Delivery

TITLE = "Test alert from Dateline"
LINES = ("This is a test: alerts reach this channel.", "It was sent by hand with dateline check --post.")
# A running bot looks into the outbox at every tick, 15 seconds by default, and may be reading feeds meanwhile.
BOT_SECONDS = 60


async def send_test_alerts(settings: Settings) -> list[Finding]:
    """Queue a test alert for every channel, the admin channel included, and see each one arrive or not."""
    database = open_database(settings.storage.url)
    try:
        names = channel_names(settings)
        ids = _queue(database, names)
        try:
            with only_bot(database):
                tell = telling(settings.slack.admin_channel)
                await Outbox(database, senders(settings), _now, settings.delivery, tell).deliver(only=ids)
        except LockedError:
            await _until_posted(database, ids)
        return [_arrived(names[row.channel_id], row) for row in _rows(database, ids)]
    finally:
        database.close()


def _queue(database: Database, names: Mapping[str, str]) -> set[str]:
    now = _now()
    ids = {f"test:{channel}:{now:%Y%m%dT%H%M%S.%f}": channel for channel in names}
    with database.write() as connection:
        for delivery_id, channel in ids.items():
            message = kind_of(channel).notice(TITLE, (*LINES, f"config.toml calls this channel {names[channel]}."))
            queue(connection, channel, delivery_id, "test", [message], now=now)
    return set(ids)


async def _until_posted(database: Database, ids: set[str]) -> None:
    for _ in range(BOT_SECONDS):
        if all(row.state not in ("pending", "sending") or row.error for row in _rows(database, ids)):
            return
        await asyncio.sleep(1)


def _rows(database: Database, ids: set[str]) -> list[Delivery]:
    with database.read() as connection:
        return [row for row in deliveries.in_state(connection, *deliveries.STATES) if row.delivery_id in ids]


def _arrived(name: str, row: Delivery) -> Finding:
    subject = f"test alert for {name}"
    if row.state == "sent":
        return Finding(True, subject, "posted; look into the channel")
    if row.state == "printed":
        return Finding(True, subject, "printed above, as there is no token")
    return Finding(False, subject, row.error or f"still {row.state} after {BOT_SECONDS} seconds",
                   "mend that, then run this again")


async def ask_feeds(settings: Settings) -> list[Finding]:
    """Ask every feed once and store nothing: which ones do not answer as a feed."""
    fetcher, sandbox = Fetcher(settings.network), Sandbox()
    try:
        return list(await asyncio.gather(*(_ask(feed, fetcher, sandbox) for feed in settings.feeds)))
    finally:
        await sandbox.aclose()


async def _ask(feed: FeedSettings, fetcher: Fetcher, sandbox: Sandbox) -> Finding:
    try:
        fetched = await fetcher.fetch(feed.url)
        parsed = await sandbox.parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
    except CollectError as error:
        return Finding(False, f"feed {feed.outlet}", f"{feed.url}: {error}")
    return Finding(True, f"feed {feed.outlet}", f"{len(parsed.entries)} entries")


def _now() -> datetime:
    return datetime.now(UTC)
