"""`dateline status`: what was collected and posted, and what needs a person."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.commands.deliveries_text import STATES, message_lines
from monitor.config.load import load_settings
from monitor.digest.recall import mutes_on
from monitor.digest.slots import next_time
from monitor.health import WHOLE, ago, feed_sentence, feed_state, is_alive
from monitor.slack.printer import channel_names
from monitor.words.counts import counted
from storage import about, articles, deliveries, feeds, matches
from storage.database import open_database

if TYPE_CHECKING:
    import argparse

    from sqlalchemy import Connection

    from monitor.settings import ChannelSettings, Settings

_NAMED = 5  # feeds that fail; the rest would scroll away what stands above


def status(args: argparse.Namespace) -> int:
    """Print the state of things; with --health only whether the bot is alive, as exit status."""
    settings = load_settings(args.config, os.environ)
    now = datetime.now(UTC)
    database = open_database(settings.storage.url, migrate=not args.health)
    try:
        with database.read() as connection:
            beat = about.last_beat(connection)
            if args.health:
                print(f"last round ended {ago(beat, now)}")
                return 0 if is_alive(beat, now) else 1
            print("\n".join(_report(connection, settings, beat, now)))
    finally:
        database.close()
    return 0


def _report(connection: Connection, settings: Settings, beat: datetime | None, now: datetime) -> list[str]:
    alive = "" if is_alive(beat, now) else "  ← the bot does not seem to run"
    stored = articles.counts(connection, WHOLE)
    matched = matches.count_since(connection, now - timedelta(days=1))
    return [
        f"last round    {ago(beat, now)}{alive}",
        f"articles      {stored['articles']} stored: {stored['in_full']} read in full, "
        f"{stored['summaries']} from the feed's summary,",
        f"              {stored['waiting']} waiting for their page, {stored['quiet']} too old when first seen",
        f"matches       {counted(matched, ('1 article', '{} articles'))} in the last 24 hours",
        *_feeds(connection, now),
        *(_channel(channel, now) for channel in settings.channels),
        *_mutes(connection, now),
        *_deliveries(connection, settings, now),
    ]


def _feeds(connection: Connection, now: datetime) -> list[str]:
    stored = feeds.active(connection)
    bad = [feed for feed in stored if feed_state(feed) in ("failing", "gone")]
    lines = [f"feeds         {len(stored)}: {len(stored) - len(bad)} well, {len(bad)} failing"]
    more = [f"  and {len(bad) - _NAMED} more: dateline feeds health"] if len(bad) > _NAMED else []
    return [*lines, *(f"  ✗ {feed.outlet}: {feed_sentence(feed, now)}" for feed in bad[:_NAMED]), *more]


def _channel(channel: ChannelSettings, now: datetime) -> str:
    coming = next_time(channel, now)
    when = "at once"
    if coming.at:
        when = f"next digest {coming.at.astimezone(channel.zone):%a %d %b, %H:%M} ({channel.zone})"
    return f"channel       {channel.name} ({channel.id}): {when}"


def _mutes(connection: Connection, now: datetime) -> list[str]:
    on = mutes_on(connection, now).every
    held = counted(sum(mute.held for mute in on), ("1 article", "{} articles"))
    return [f"mutes         {len(on)} on, which kept back {held}: dateline mutes"] if on else []


def _deliveries(connection: Connection, settings: Settings, now: datetime) -> list[str]:
    """How many messages are in each state, what needs a person first; those that do stand below their state."""
    names, by_state = channel_names(settings), deliveries.counts(connection)
    troubles = [row for row in deliveries.in_state(connection, "uncertain", "refused", "pending")
                if row.error or row.state != "pending"]
    lines = [f"messages      {sum(by_state.values())}"]
    for state in STATES:
        if state in by_state:
            lines.append(f"  {by_state[state]:>6} {state}: {STATES[state]}")
        for row in troubles:
            if row.state == state:
                name = names.get(row.channel_id, row.channel_id)
                lines += [f"      {line}" for line in message_lines(row, name, now, settings.zone)]
    return lines
