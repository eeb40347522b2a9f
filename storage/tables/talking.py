"""Tables of what people say back: presses, judgements, mutes, items taken, messages to be drawn again.

`person` is an id of Slack. It is erased after 14 days; what was said stays, and counts.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.tables.types import UtcDateTime, metadata

# Slack may hand over a press twice. `key` is a hash of who pressed what, where and when, and goes after 14 days.
presses = Table(
    "presses",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
)

# One row a person, channel and article: the last that they said.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", String(20), nullable=False),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rule_id", Text, nullable=False),  # under which it stood there; empty where that is unknown
    Column("outlet", Text, nullable=False),
    Column("relevant", Boolean, nullable=False),
    Column("person", String(20)),
    Column("pressed_at", String(20), nullable=False),  # Slack's time of the press, "1764000000.123456"
    Column("at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("channel_id", "article_id", "person"),
)

# What a channel does not want to hear of for a while. It holds until `until`, or until somebody ended it.
mutes = Table(
    "mutes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", String(20), nullable=False, index=True),
    Column("kind", String(10), nullable=False),  # "story", "outlet" or "topic"
    Column("article_id", ForeignKey("articles.id", ondelete="SET NULL"), index=True),  # on which it was pressed
    Column("outlet", Text, nullable=False, default=""),  # of kind "outlet"
    Column("topic", Text, nullable=False, default=""),  # id, of kinds "outlet" and "topic"
    Column("person", String(20)),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # undone by hand
    Column("ended_by", String(20)),
    Column("held", Integer, nullable=False, default=0),  # articles that it kept back so far
    # The number of a mute stands in messages: it must not be given to another one.
    sqlite_autoincrement=True,
)

# "I'm on it": who took an item of a channel.
taken = Table(
    "taken",
    metadata,
    Column("channel_id", String(20), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("person", String(20)),
    Column("pressed_at", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

# Messages in Slack that no longer show what is stored: `wanted` counts what changed, `drawn` what Slack has.
redraws = Table(
    "redraws",
    metadata,
    Column("message_id", ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("wanted", Integer, nullable=False),
    Column("drawn", Integer, nullable=False, default=0),
    Column("not_before", UtcDateTime),
    Column("failures", Integer, nullable=False, default=0),
)
