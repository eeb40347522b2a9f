"""`dateline status`: what was collected and posted, and what needs a person."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.config.load import load_settings
from monitor.digest.slots import next_time
from monitor.health import ago, feed_sentence, feed_state, is_alive
from monitor.slack.printer import channel_names
from monitor.slack.render.mrkdwn import tokens
from monitor.words.counts import counted
from storage import about, articles, deliveries, feeds, matches
from storage.database import open_database

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from monitor.settings import ChannelSettings, Settings
    from storage.deliveries import Delivery

_STATES = {
    "pending": "waiting to be posted",
    "sending": "being posted right now",
    "sent": "posted",
    "printed": "printed here, as no Slack token was set",
    "uncertain": "may or may not have been posted",
    "refused": "refused by Slack",
    "abandoned": "given up: too old to be posted, or by hand",
    "cancelled": "not posted, as the message they answer was not",
}


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
    stored = articles.counts(connection)
    matched = matches.count_since(connection, now - timedelta(days=1))
    return [
        f"last round    {ago(beat, now)}{alive}",
        f"articles      {stored['articles']} stored: {stored['in_full']} read in full, "
        f"{stored['summaries']} from the feed's summary,",
        f"              {stored['waiting']} waiting for their page, {stored['quiet']} too old when first seen",
        f"matches       {counted(matched, ('1 article', '{} articles'))} in the last 24 hours",
        *_feeds(connection, now),
        *(_channel(channel, now) for channel in settings.channels),
        *_deliveries(connection, channel_names(settings), now),
    ]


def _feeds(connection: Connection, now: datetime) -> list[str]:
    stored = feeds.active(connection)
    bad = [feed for feed in stored if feed_state(feed) in ("failing", "gone")]
    lines = [f"feeds         {len(stored)}: {len(stored) - len(bad)} well, {len(bad)} failing"]
    return lines + [f"  ✗ {feed.outlet}: {feed_sentence(feed, now)}" for feed in bad]


def _channel(channel: ChannelSettings, now: datetime) -> str:
    coming = next_time(channel, now)
    when = "at once"
    if coming.at:
        when = f"next digest {coming.at.astimezone(channel.zone):%a %d %b, %H:%M} ({channel.zone})"
    return f"channel       {channel.name} ({channel.id}): {when}"


def _deliveries(connection: Connection, names: Mapping[str, str], now: datetime) -> list[str]:
    by_state = deliveries.counts(connection)
    lines = [f"messages      {sum(by_state.values())}"]
    lines += [f"  {number:>6} {state}: {_STATES[state]}" for state, number in sorted(by_state.items())]
    for row in deliveries.in_state(connection, "uncertain", "refused", "pending"):
        if row.error or row.state != "pending":
            lines += _trouble(row, names.get(row.channel_id, row.channel_id), now)
    return lines


def _trouble(row: Delivery, channel: str, now: datetime) -> list[str]:
    advice = {
        "uncertain": "It is looked for in the channel, and settles by itself where that can be read. dateline "
                     "deliveries shows when.",
        "refused": "It will not be tried again.",
        "pending": "It is tried again every few minutes, until this is mended.",
    }
    made = ago(row.created_at, now)
    return [f"  ! {row.state}: {row.kind} for {channel}, part {row.part + 1} of {row.of}, made {made}",
            f"    {row.error}", f"    {advice[row.state]}", f"    it begins: {_beginning(row)}"]


def _beginning(row: Delivery) -> str:
    """The first line of the message, with links as their labels."""
    lines = str(row.body.get("text", "")).splitlines() or ["(erased)"]
    return "".join(token.text for token in tokens(lines[0]))[:100]
