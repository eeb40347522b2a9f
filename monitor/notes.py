"""Notes to the admin channel: what did not work, said once each. They are deliveries like any other.

A note's id is made of what it is about, so a state that lasts is told once however often it is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.digest import blocks
from monitor.health import ago, listed
from storage import about, deliveries, feeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.settings import Settings
    from storage.database import Database
    from storage.deliveries import Delivery
    from storage.feeds import Feed

# Sites go away for a night; a source that failed for a day is news for the people who rely on it.
FEED_PATIENCE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell the admins: `id` says what it is about, `lines` are plain sentences."""

    id: str
    title: str
    lines: tuple[str, ...]


def write_notes(database: Database, settings: Settings, now: datetime) -> int:
    """Queue a note for everything that admins were not yet told; how many were. Raises StorageError."""
    channel = settings.slack.admin_channel
    if channel is None:
        return 0
    with database.write() as connection:
        stored = feeds.active(connection)
        found = [
            hello(about.instance(connection), settings, stored),
            *about_feeds(stored, now),
            *about_deliveries(deliveries.in_state(connection, "uncertain", "refused", "pending"), channel, now),
        ]
        return sum(
            deliveries.add(connection, note.id, channel, "note",
                           [blocks.body(blocks.note(note.title, note.lines), channel, note.id, "note")], now=now)
            for note in found
        )


def hello(instance: str, settings: Settings, stored: Sequence[Feed]) -> Note:
    """The first words of a new bot: what it watches, where it speaks, and which feeds did not answer."""
    where = listed([channel.name for channel in settings.channels])
    bad = sorted(feed.outlet for feed in stored if feed.failures)
    answer = f"{len(bad)} of them could not be read: {listed(bad)}. dateline feeds list says why." if bad else \
        "All of them answer."
    return Note(f"note:hello:{instance}", "Dateline is running", (
        f"It watches {len(settings.feeds)} feeds and posts to {where}. {answer}",
        "Trouble with a source, a channel or a message is told here.",
    ))


def about_feeds(stored: Iterable[Feed], now: datetime) -> list[Note]:
    """Feeds that failed for a whole day, and feeds that the site has taken away."""
    notes = []
    for feed in stored:
        if feed.gone:
            notes.append(Note(f"note:gone:{feed.id}", f"{feed.outlet}: the feed is gone", (
                f"{feed.url} answers 410: the site says it is gone for good.",
                "Nothing of this outlet reaches you any more. Find its new address, or remove it from config.toml.")))
        elif feed.failing_since and now - feed.failing_since >= FEED_PATIENCE:
            notes.append(Note(f"note:feed:{feed.id}:{feed.failing_since:%Y%m%dT%H%M%S}",
                              f"{feed.outlet} cannot be read", (
                f"{feed.url} has failed since {feed.failing_since:%a %d %b, %H:%M} UTC ({feed.failures} times): "
                f"{feed.error}", "What it publishes does not reach you. It is still tried, at longer intervals.")))
    return notes


def about_deliveries(rows: Iterable[Delivery], admin_channel: str, now: datetime) -> list[Note]:
    """Messages that did not certainly arrive. A channel that refuses is told of once a day, not once a message."""
    notes = {}
    for row in rows:
        if row.channel_id == admin_channel or not row.error:
            continue
        what = f"A {row.kind} for {row.channel_id}, made {ago(row.created_at, now)},"
        if row.state == "pending":
            key = f"note:held:{row.channel_id}:{row.error_code}:{row.created_at:%Y%m%d}"
            notes[key] = Note(key, "Messages are held back", (f"{what} could not be posted: {row.error}",
                                                              "It goes out by itself once this is mended."))
        else:
            key = f"note:delivery:{row.id}:{row.state}"
            verdict = "was refused by Slack" if row.state == "refused" else "may or may not have arrived"
            notes[key] = Note(key, "Look into a channel", (f"{what} {verdict}: {row.error}",
                                                           "It is not posted again by itself; dateline status "
                                                           "shows how it begins."))
    return list(notes.values())
