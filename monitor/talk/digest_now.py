"""`digest now`: what waits for a channel is posted there at once, whatever its slots and quiet hours.

As `dateline digest now`, but by the bot that runs. Alerts that wait go first, as always.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.digest.publish import ahead, freeze_now
from monitor.digest.slots import next_time
from monitor.talk.model import Answer
from monitor.words.commands import WORDS
from monitor.words.counts import counted
from monitor.words.times import local
from storage import deliveries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.digest.model import Digest
    from monitor.settings import ChannelSettings
    from monitor.talk.desk import Desk
    from storage.database import Database
    from storage.deliveries import Delivery


async def digest_now(desk: Desk, channel: ChannelSettings) -> Answer:
    """Freeze what waits and post it; what became of it. Raises StorageError."""
    now, ruleset = desk.clock(), desk.active().ruleset
    found = await asyncio.to_thread(freeze_now, desk.database, channel, ruleset, now)
    if not found:
        kept = await asyncio.to_thread(_kept_back, desk, channel)
        return _nothing(channel, kept, now)
    ids = [digest.id for digest in found]
    await desk.outbox.deliver(only=ids)
    return _posted(channel, found, await asyncio.to_thread(_messages, desk.database, ids))


def _kept_back(desk: Desk, channel: ChannelSettings) -> str:
    """What mutes keep back, as `Drafts` says it."""
    with desk.database.read() as connection:
        return ahead(connection, channel, desk.active().ruleset, desk.clock()).kept_back


def _messages(database: Database, ids: Sequence[str]) -> list[Delivery]:
    with database.read() as connection:
        return [row for each in ids for row in deliveries.by_delivery(connection, each)]


def _nothing(channel: ChannelSettings, kept: str, now: datetime) -> Answer:
    say, at = WORDS[channel.language], next_time(channel, now).at
    coming = say.next_slot.format(local(at, channel.zone, channel.language)) if at else say.at_once
    return Answer(say.digest_title, (say.digest_none, *([say.digest_kept.format(kept)] if kept else []), coming))


def _posted(channel: ChannelSettings, found: Sequence[Digest], rows: Sequence[Delivery]) -> Answer:
    say = WORDS[channel.language]
    articles = counted(sum(len(digest.article_ids) for digest in found), say.digest_articles)
    waiting = [row for row in rows if row.state not in deliveries.ARRIVED]
    if not waiting:
        return Answer(say.digest_title, (say.digest_sent.format(articles, counted(len(rows), say.digest_messages)),))
    why = next((row.error for row in waiting if row.error), "")
    told = say.digest_some.format(f"{len(waiting)}/{len(rows)}")
    return Answer(say.digest_title, (told, *([say.digest_stuck.format(why)] if why else [])))
