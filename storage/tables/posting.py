"""Tables of what is told: channels, digests, deliveries."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.types import UtcDateTime, metadata

channels = Table(
    "channels",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),  # matches from before are not posted to it
    Column("considered_match_id", Integer, nullable=False, default=0),  # up to here the channel took what it wanted
)

# One row a channel and slot, also where there was nothing to post: it says that the slot is done.
digests = Table(
    "digests",
    metadata,
    Column("id", String(80), primary_key=True),  # the delivery id
    Column("channel_id", String(20), nullable=False),
    Column("slot_date", Date, nullable=False),
    Column("slot", String(40), nullable=False),  # "08:00", or "now" with the time it was made
    Column("articles", Integer, nullable=False),
    Column("kind", String(10), nullable=False, default="digest"),  # or "alert", "rollup", "update", "silence"
    Column("thread_of", String(80)),  # an update: the delivery in whose thread it goes
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel_id", "slot_date", "slot"),
)

# The key is the promise: an article stands in a digest of a channel once, and in a further one only where an edit made
# it match anew: `match_id` is the newest match of which this one took account.
digest_items = Table(
    "digest_items",
    metadata,
    Column("channel_id", String(20), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("digest_id", ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("match_id", Integer, nullable=False, default=0),  # 0: from before articles were told again
    # Or "also", "aside", "more", "muted": see storage.digests.
    Column("place", String(10), nullable=False, default="item"),
    Column("rule_id", Text, nullable=False, default=""),  # of the match under which it stands
    Column("mute_id", Integer),  # of what is "muted"
)

# What an urgent alert was about: later articles of the same topic and place are the same event for some hours.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", String(20), nullable=False),
    Column("topic", Text, nullable=False),
    Column("place_id", Text, nullable=False),  # empty where the article names no place
    Column("first_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),  # when the channel last got a message about it
    Column("digest_id", ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
    Index("ix_events_channel", "channel_id", "first_at"),
)

# Who may post to a channel now. `fence` grows with every change of hands; a row marked by an older one is not its own.
leases = Table(
    "leases",
    metadata,
    Column("channel_id", String(20), primary_key=True),
    Column("sender", String(40), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", String(80), nullable=False),
    Column("part", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("channel_id", String(20), nullable=False),
    Column("kind", String(10), nullable=False),  # "alert", "rollup", "update", "digest", "silence", "note" or "test"
    Column("in_thread", Boolean, nullable=False, default=False),  # a reply to part 0 of the delivery below
    Column("thread_of", String(80)),  # null: of the same delivery
    Column("revision", Integer, nullable=False, default=0),  # 1: its plain text, 2: without its thread, 3: both
    Column("body", JSON, nullable=False),  # the arguments of chat.postMessage, frozen
    Column("body_sha256", String(64), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("attempt", Integer, nullable=False, default=0),
    Column("attempt_at", UtcDateTime),
    Column("not_before", UtcDateTime),
    Column("fence", Integer, nullable=False, default=0),  # of the lease under which it was last marked `sending`
    Column("looks", Integer, nullable=False, default=0),  # times it was looked for in the channel, and not found
    Column("look_at", UtcDateTime),  # when it is looked for next
    Column("swept_at", UtcDateTime),  # when the channel was looked through for doubles of it
    Column("ts", String(40), index=True),  # Slack's name for the message; a string, never a number
    Column("error_code", String(80)),
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("delivery_id", "part"),
)
