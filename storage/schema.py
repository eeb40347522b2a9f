"""The tables. Migrations build them; this is what queries are written against, and a test holds the two equal.

Times are aware UTC in Python; SQLite keeps them without a zone, so one type converts at the border.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. A naive datetime is a mistake and is refused here, before it can be stored an hour off."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; without the zone where the database keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class fixes the signature
        """Back to aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `about` holds single facts: this database's instance id, the time of the last whole cycle.
about = Table(
    "about",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("outlet", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("active", Boolean, nullable=False),  # false: no longer in config.toml; its seen-keys stay
    Column("added_at", UtcDateTime, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(64)),
    Column("next_poll_at", UtcDateTime, nullable=False, index=True),
    Column("polled_at", UtcDateTime),
    Column("first_ok_at", UtcDateTime),  # null: the first poll is still to come
    Column("ok_at", UtcDateTime),
    Column("new_at", UtcDateTime),
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", UtcDateTime),
    Column("error_kind", String(40)),
    Column("error", Text),
    Column("gone", Boolean, nullable=False, default=False),  # answered 410 twice, a day apart: asked no more
    Column("gone_since", UtcDateTime),  # the first 410; null once it answered otherwise
    Column("kind", String(10), nullable=False, default="feed"),  # or "page": watched for changes
    Column("selector", Text, nullable=False, default=""),  # CSS, of what is watched on a page; empty: all of it
    Column("urgent", Boolean, nullable=False, default=True),  # something it publishes may have to be told at once
    Column("fetch_url", Text),  # where it moved for good; null: `url`, which stays its name
    Column("moved_to", Text),  # a permanent redirect that is not yet believed, and how often it was seen since when
    Column("moved_seen", Integer, nullable=False, default=0),
    Column("moved_since", UtcDateTime),
    Column("interval_minutes", Integer),  # learned from what it publishes; null: the configured one
    Column("hints", JSON(none_as_null=True)),  # what the document says of its own rhythm (collect/model.py, Hints)
    Column("whole_at", UtcDateTime),  # last asked for without validators and answered whole
    Column("usual_new", Float),  # new entries of a poll that brought any, a moving mean
    Column("usual_gap_hours", Float),  # between two polls that brought new entries, a moving mean
    Column("missed_at", UtcDateTime),  # more was published between two polls than its document holds
    Column("heavy", Boolean, nullable=False, default=False),  # its last document took long to open
    Column("told", String(20), nullable=False, default=""),  # trouble the admins were last told of; empty: none
    Column("told_at", UtcDateTime),
)

# Waits and rules of whole hosts. A name with a port is a host of its own.
hosts = Table(
    "hosts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("wait_until", UtcDateTime),  # it answered 429: none of its feeds and pages is asked before
    Column("robots", Text),  # its robots.txt as fetched; empty: everything is allowed
    Column("robots_until", UtcDateTime),  # then it is fetched again; null: never fetched
)

# Watched pages: the paragraphs that were last seen, to tell what changed.
snapshots = Table(
    "snapshots",
    metadata,
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("paragraphs", JSON, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("outlet", Text, nullable=False, index=True),
    Column("home", Text, nullable=False),
    Column("author", Text, nullable=False, default=""),
    Column("language", String(20), nullable=False, default=""),
    Column("summary", Text),  # as the feed gave it; null once erased
    Column("text", Text),  # what rules read; null once erased
    Column("text_source", String(10), nullable=False),  # "page" or "feed"
    Column("published_at", UtcDateTime),
    Column("first_seen_at", UtcDateTime, nullable=False, index=True),
    Column("quiet", Boolean, nullable=False),  # too old on a first poll: stored and matched, never alerted
    Column("page_state", String(10), nullable=False),  # "pending", "read", "failed" or "unneeded"
    Column("page_attempts", Integer, nullable=False, default=0),
    Column("page_due_at", UtcDateTime),
    Column("page_error", Text),
    Column("rules_hash", String(64)),  # the rule set that read it; null: still to be matched
    Column("matched_at", UtcDateTime),
    Column("indexed", Boolean, nullable=False, default=False, index=True),  # its words stand in the full-text index
    Column("duplicate_of", ForeignKey("articles.id", ondelete="SET NULL")),  # its page turned out to be that article's
    Column("updated_at", UtcDateTime),  # as the page says
    Column("edited_at", UtcDateTime),  # when we saw its title or text change; null: never
    Column("flood", Boolean, nullable=False, default=False),  # came with far more of its feed at once than usual
    Column("erased_at", UtcDateTime),
    Index("ix_articles_work", "page_state", "rules_hash"),
)

# What an edited article said before, to show what changed. The text goes with that of the article.
revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("text", Text),
    Column("replaced_at", UtcDateTime, nullable=False),
)

# Every address an article is known by: its link, where the link led, what the page calls canonical. Rows outlive the
# article, so that an erased one never comes back as news.
article_keys = Table(
    "article_keys",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of the canonical URL
    Column("article_id", ForeignKey("articles.id", ondelete="SET NULL"), index=True),
)

# An entry outlives its article: pruning text must never make an old item new.
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),  # SHA-256, includes the feed
    Column("feed_id", ForeignKey("feeds.id"), nullable=False, index=True),
    Column("article_id", ForeignKey("articles.id", ondelete="SET NULL"), index=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("content_hash", String(64)),  # of title and text as the feed shows them; null: from before it was kept
    Column("changes", Integer, nullable=False, default=0),  # how often these were seen to change
)

matches = Table(
    "matches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("rule_name", Text, nullable=False),
    Column("severity", String(10), nullable=False),
    Column("topics", JSON, nullable=False),
    Column("places", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),  # every word of the article that the match holds; emptied with the text
    Column("prominence", String(10), nullable=False, default="body"),
    Column("alerts", Boolean, nullable=False, default=True),  # false: less prominent than its rule asks, posted nowhere
    Column("stance", JSON(none_as_null=True)),  # label, says, points; its sentence is evidence
    Column("graphic", Boolean, nullable=False, default=False),
    Column("relevance", JSON(none_as_null=True)),  # score, likely; its reasons are evidence
    Column("rules_hash", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("after_edit", Boolean, nullable=False, default=False),  # found only in what the article became
    UniqueConstraint("article_id", "rule_id"),
    # SQLite would give the id of a deleted row again, below what channels have considered: its alert would be lost.
    sqlite_autoincrement=True,
)

# Rule sets that were active: to start with where the files are broken, and to know what changed since.
rule_sets = Table(
    "rule_sets",
    metadata,
    Column("hash", String(64), primary_key=True),  # what matches carry as rules_hash
    Column("texts", JSON, nullable=False),  # the layers in order, each a mapping of file name to text
    Column("activated_at", UtcDateTime, nullable=False),
)

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

# The key is the promise: an article stands in one digest of a channel.
digest_items = Table(
    "digest_items",
    metadata,
    Column("channel_id", String(20), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("digest_id", ForeignKey("digests.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("place", String(10), nullable=False, default="item"),  # or "also", "aside", "more": see storage.digests
    Column("rule_id", Text, nullable=False, default=""),  # of the match under which it stands
)

# Articles of one event. A story that became part of another stays as a mark, so that old numbers can be looked up.
stories = Table(
    "stories",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("first_at", UtcDateTime, nullable=False),  # publication of its earliest article
    Column("last_at", UtcDateTime, nullable=False),
    Column("merged_into", ForeignKey("stories.id"), index=True),
    # The number of a story that is gone must not be given to another one.
    sqlite_autoincrement=True,
)

story_articles = Table(
    "story_articles",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", ForeignKey("stories.id"), nullable=False, index=True),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("copy_of", Integer),  # the article whose text it repeats
    Column("features", JSON(none_as_null=True)),  # what it is compared by; null once its text was erased
    Column("because", JSON(none_as_null=True)),  # the article it joined by and the reasons; null: it began the story
)

# Marks by which an article finds others that may be of its story: hashes of runs of words, names, places with days.
story_keys = Table(
    "story_keys",
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    # A mark falls anywhere in its index: kept once, in it, an article costs half as much to write.
    sqlite_with_rowid=False,
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
    Column("ts", String(40)),  # Slack's name for the message; a string, never a number
    Column("error_code", String(80)),
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("delivery_id", "part"),
)
