"""`dateline feeds list`: every feed of config.toml and how it is doing."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.config.load import load_settings
from monitor.health import feed_sentence, feed_state
from storage import feeds
from storage.database import open_database

if TYPE_CHECKING:
    import argparse

    from monitor.settings import Settings
    from storage.feeds import Feed

_MARKS = {"ok": "✓", "new": "·", "failing": "✗", "gone": "✗"}


def listing(args: argparse.Namespace) -> int:
    """Print one entry a feed; those that need somebody come first."""
    settings = load_settings(args.config, os.environ)
    stored = _stored(settings)
    now = datetime.now(UTC)
    order = {"gone": 0, "failing": 1, "new": 2, "ok": 3}
    lines = []
    for feed in settings.feeds:
        row = stored.get(feed.url)
        state = feed_state(row) if row else "new"
        sentence = feed_sentence(row, now) if row else "not polled yet"
        home = f" ({feed.home})" if feed.home else ""
        lines.append((order[state], f"{_MARKS[state]} {feed.outlet}{home}\n  {feed.url}\n  {sentence}"))
    print("\n".join(line for _, line in sorted(lines, key=lambda pair: pair[0])))
    well = sum(1 for rank, _ in lines if rank == order["ok"])
    print(f"\n{len(lines)} feeds: {well} well, {sum(1 for rank, _ in lines if rank < 2)} need a look")
    return 0


def _stored(settings: Settings) -> dict[str, Feed]:
    database = open_database(settings.storage.url)
    try:
        with database.read() as connection:
            return {feed.url: feed for feed in feeds.active(connection)}
    finally:
        database.close()
