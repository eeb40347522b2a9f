"""The tables, as queries are written against them. A new database is made from this, an older one is brought here by
migrations, and a test holds the two equal.

Times are aware UTC in Python; SQLite keeps them without a zone, so one type converts at the border.
"""

from __future__ import annotations

from storage.tables.collecting import article_keys, articles, entries, feeds, hosts, revisions, snapshots
from storage.tables.matching import about, matches, rule_sets, stories, story_articles, story_keys
from storage.tables.posting import channels, deliveries, digest_items, digests, events, leases
from storage.tables.talking import feedback, mutes, presses, redraws, taken
from storage.tables.types import UtcDateTime, metadata

__all__ = [
    "UtcDateTime",
    "about",
    "article_keys",
    "articles",
    "channels",
    "deliveries",
    "digest_items",
    "digests",
    "entries",
    "events",
    "feedback",
    "feeds",
    "hosts",
    "leases",
    "matches",
    "metadata",
    "mutes",
    "presses",
    "redraws",
    "revisions",
    "rule_sets",
    "snapshots",
    "stories",
    "story_articles",
    "story_keys",
    "taken",
]
