"""`dateline feeds list` and `feeds health`: every feed and how it is doing, and those that need somebody.

Both change nothing, and can be asked beside a running bot.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.commands import feeds_text as text
from monitor.commands.articles import print_json
from monitor.commands.feeds_text import Shown
from monitor.config.load import load_settings
from monitor.feed_notes import gathered, offline_since
from monitor.health import WHOLE
from monitor.trouble import trouble_of
from storage import feed_health, feeds
from storage.database import open_database

if TYPE_CHECKING:
    import argparse

    from monitor.settings import Settings
    from monitor.trouble import Evidence, Trouble
    from storage.database import Database
    from storage.feeds import Feed

_SHARE_OF = 30  # days


def listing(args: argparse.Namespace) -> int:
    """Print a line a feed; those that need somebody come first."""
    now = datetime.now(UTC)
    settings = load_settings(args.config, os.environ, without_feeds=True)
    shown, offline = _looked_up(settings, now)
    if args.word:
        shown = [one for one in shown if args.word.casefold() in f"{one.wanted.outlet} {one.wanted.url}".casefold()]
    if args.json:
        print_json({"feeds": [text.as_json(one, now) for one in shown], "offline": bool(offline)})
        return 0
    lines = [*text.listing_lines(shown, now, _wide()), ""] if shown else []
    print("\n".join([*offline, *lines, text.summary(shown)]))
    if not settings.feeds:
        print("Add the first one: dateline feeds add https://outlet.org")
    if any(one.trouble for one in shown):
        print("What is wrong, and what to do: dateline feeds health")
    return 0


def health(args: argparse.Namespace) -> int:
    """Print the feeds that need somebody, each with what is wrong and what to do; with --all the others as well."""
    now = datetime.now(UTC)
    shown, offline = _looked_up(load_settings(args.config, os.environ, without_feeds=True), now)
    told = [one for one in shown if args.all or one.trouble or text.is_moved(one)]
    if args.json:
        print_json({"feeds": [text.as_json(one, now) for one in told], "offline": bool(offline)})
        return 0
    lines = [*text.health_lines(told, now, _wide()), ""] if told else []
    print("\n".join([*offline, *lines, text.summary(shown)]))
    return 0


def _wide() -> int:
    return shutil.get_terminal_size((text.WIDE, 24)).columns


def _trouble(row: Feed, evidence: Evidence, now: datetime, settings: Settings) -> Trouble | None:
    """What needs somebody: a single failed poll does not, unless the site says that the feed is gone."""
    found = trouble_of(row, evidence, now, settings.zone)
    return None if found and row.failures == 1 and found.kind != "gone" else found


def looked_up(database: Database, settings: Settings, now: datetime) -> tuple[list[Shown], datetime | None]:
    """The feeds of config.toml with what is known of them, those that need somebody first; and since when this machine
    is offline. Raises StorageError."""
    days = min(_SHARE_OF, settings.storage.keep_text_days)  # erased text has no length
    with database.read() as connection:
        stored = {feed.url: feed for feed in feeds.active(connection)}
        read = feed_health.shares(connection, now - timedelta(days=days), WHOLE)
    evidence = gathered(database, stored.values(), now)
    shown = []
    for wanted in settings.feeds:
        row = stored.get(wanted.url)
        shown.append(Shown(wanted, row, _trouble(row, evidence, now, settings), read.get(row.id)) if row else
                     Shown(wanted))
    return text.in_order(shown), offline_since(database, stored.values())


def _looked_up(settings: Settings, now: datetime) -> tuple[list[Shown], list[str]]:
    """The same with a sentence where this machine is offline."""
    database = open_database(settings.storage.url)
    try:
        shown, since = looked_up(database, settings, now)
    finally:
        database.close()
    return shown, [text.offline(since, settings.zone), ""] if since else []
