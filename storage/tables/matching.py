"""Tables of what was found: matches, rule sets, stories; and `about`, the single facts of a database."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.tables.types import UtcDateTime, metadata

# `about` holds single facts: this database's instance id, the time of the last whole cycle.
about = Table(
    "about",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
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
