"""Tables of what is read: feeds, hosts, articles, and the keys by which they are known again."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.types import UtcDateTime, metadata

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
    Column("validated_url", Text),  # the address that both came from: made up where they are sent to another
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
    Column("adopted_at", UtcDateTime),  # when that was believed
    Column("origin_at", UtcDateTime),  # since then `url` was last asked whether the feed is back there
    Column("moved_to", Text),  # a permanent redirect that is not yet believed, and how often it was seen since when
    Column("moved_seen", Integer, nullable=False, default=0),
    Column("moved_since", UtcDateTime),
    Column("interval_minutes", Integer),  # learned from what it publishes; null: the configured one
    Column("hints", JSON(none_as_null=True)),  # what the document says of its own rhythm (collect/model.py, Hints)
    Column("whole_at", UtcDateTime),  # last asked for without validators and answered whole
    Column("usual_new", Float),  # new entries of a poll that brought any, a moving mean
    Column("usual_gap_hours", Float),  # between two polls that brought new entries, a moving mean
    Column("flooded_at", UtcDateTime),  # the first time that it brought far more at once than usual
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
    Column("wait_until", UtcDateTime),  # a feed of it answered 429: none of its feeds and pages is asked before
    Column("pages_until", UtcDateTime),  # a page of it did: none of its pages is
    Column("robots", Text),  # its robots.txt as fetched; empty: everything is allowed
    Column("robots_until", UtcDateTime),  # then it is fetched again; null: never fetched
)

# Watched pages: the paragraphs that were last seen, to tell what changed.
snapshots = Table(
    "snapshots",
    metadata,
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("paragraphs", JSON, nullable=False),
    Column("noted", JSON(none_as_null=True)),  # changes that come again and again (collect/restless.py)
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
