"""The shell round `compose`: which slots are due, and the freezing of what they hold.

A digest, its members and its messages are written in one transaction; a slot with nothing to say is written as done
too, so that articles which come later wait for the next slot.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.channels import kind_of
from monitor.digest.compose import compose
from monitor.digest.slots import due_slots, now_title, slot_title
from monitor.health import outages
from monitor.outbox.queue import queue
from storage import articles, digests, feeds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from monitor.digest.model import Digest
    from monitor.settings import ChannelSettings
    from rules.model import MatchedArticle
    from storage.database import Database

# The first poll of a feed gives one digest, not one a round while its pages are read; but nothing waits longer for it.
OPENING = timedelta(minutes=5)
# In a channel that is told at once, what is probably not about its topics waits for a digest that has more to say.
ASIDE_PATIENCE = timedelta(hours=24)
Slot = tuple[date, str]  # the channel's local date, and "08:00" or "now" with the time


def publish(database: Database, channel: ChannelSettings, topics: Mapping[str, str], now: datetime) -> bool:
    """Freeze the digest of a channel (`compose.resolved`) that is due now; True where it holds an article.

    Raises StorageError.

    Of several slots that were missed the newest takes everything that waits; the older ones are done with nothing.
    """
    with database.write() as connection:
        due = _due(connection, channel, now)
        for slot, _ in due[:-1]:
            digests.freeze(connection, _id(channel, slot), channel.id, slot, (), now=now)
        return bool(due) and _freeze(connection, channel, due[-1], topics, now=now)


def _due(connection: Connection, channel: ChannelSettings, now: datetime) -> list[tuple[Slot, str]]:
    """The slots to make now, oldest first, each with its title."""
    if not channel.slots:
        if articles.still_opening(connection, now - OPENING):
            return []
        at = now.astimezone(channel.zone)
        return [((at.date(), f"now {now:%Y%m%dT%H%M%S.%f}"), now_title(now, channel.zone))]
    since = digests.channel_since(connection, channel.id)
    done = digests.done_slots(connection, channel.id, (now - timedelta(days=4)).date())
    taken = {(day, time.fromisoformat(slot)) for day, slot in done if not slot.startswith("now")}
    return [
        ((day, f"{at:%H:%M}"), slot_title(at, day))
        for day, at in due_slots(channel.slots, channel.zone, now, taken, since)
    ]


def _freeze(
    connection: Connection, channel: ChannelSettings, due: tuple[Slot, str], topics: Mapping[str, str], *, now: datetime
) -> bool:
    """Write one digest with members and messages. True where it holds an article."""
    slot, title = due
    delivery_id = _id(channel, slot)
    newest = digests.newest_match(connection)
    waiting = digests.waiting(connection, channel.id)
    digest = compose(waiting, channel, topics, title=title, delivery_id=delivery_id, now=now,
                     footnotes=outages(feeds.active(connection), now))
    if not channel.slots and digest and not digest.items and _young(digest, waiting, now):
        return False
    digests.consider(connection, channel.id, newest)
    if digest is None and not channel.slots:
        return False
    members = digest.article_ids if digest else ()
    if not digests.freeze(connection, delivery_id, channel.id, slot, members, now=now) or digest is None:
        return False
    queue(connection, channel.id, delivery_id, digest.kind, kind_of(channel.id).digest(digest), now=now)
    return True


def _young(digest: Digest, waiting: Sequence[MatchedArticle], now: datetime) -> bool:
    """Whether nothing of it has waited for long enough to disturb people with what is probably not for them."""
    shown = set(digest.article_ids)
    return all(now - article.first_seen_at < ASIDE_PATIENCE for article in waiting if article.article_id in shown)


def _id(channel: ChannelSettings, slot: Slot) -> str:
    return f"digest:{channel.id}:{slot[0]}:{slot[1]}"
