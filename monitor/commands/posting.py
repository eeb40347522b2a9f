"""Posting for a command: it does that itself, or waits until the bot has, where one runs on the same database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.errors import LockedError
from monitor.outbox.deliver import Outbox
from monitor.outbox.told import telling
from monitor.slack.senders import senders
from storage import deliveries
from storage.lock import only_bot

if TYPE_CHECKING:
    from collections.abc import Collection

    from monitor.settings import Settings
    from storage.database import Database
    from storage.deliveries import Delivery

# A running bot looks into the outbox every 15 seconds by default, may be reading feeds, and posts a message a second.
BOT_SECONDS = 90


async def see_posted(settings: Settings, database: Database, ids: Collection[str]) -> list[Delivery]:
    """Try to get these deliveries posted; their messages in the order of `ids`, whatever became of each.

    A bot that takes longer than BOT_SECONDS is not waited for. Raises StorageError.
    """
    try:
        with only_bot(database):
            tell = telling(settings.slack.admin_channel)
            await Outbox(database, senders(settings), _now, settings.delivery, tell).deliver(only=ids)
    except LockedError:
        print("The bot runs and does the posting ...")
        await _until_posted(database, ids)
    return _messages(database, ids)


async def _until_posted(database: Database, ids: Collection[str]) -> None:
    for _ in range(BOT_SECONDS):
        if all(row.state not in ("pending", "sending") or row.error for row in _messages(database, ids)):
            return
        await asyncio.sleep(1)


def _messages(database: Database, ids: Collection[str]) -> list[Delivery]:
    with database.read() as connection:
        return [row for each in ids for row in deliveries.by_delivery(connection, each)]


def _now() -> datetime:
    return datetime.now(UTC)
