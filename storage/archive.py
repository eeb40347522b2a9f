"""What was stored, looked at again: articles since a day, one article by number or address, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from rules.model import MatchedArticle
from storage.articles import by_ids
from storage.matches import from_row
from storage.schema import article_keys, articles, deliveries, digest_items, digests, matches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from rules.model import Match
    from storage.articles import StoredArticle


@dataclass(frozen=True, slots=True)
class Record:
    """What happened to an article between its feed and the rules; each of it can be why nobody heard of it."""

    text_source: str
    quiet: bool
    page_state: str
    page_error: str | None
    matched_at: datetime | None
    duplicate_of: int | None
    erased_at: datetime | None
    edited_at: datetime | None = None
    flood: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """A digest of a channel that holds an article. `state` is that of its messages, "partly sent" where they differ."""

    channel_id: str
    digest_id: str
    made_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class History:
    """A stored article and what became of it: what rules found when it came, alerted or not, and its digests."""

    article: StoredArticle
    record: Record
    matches: tuple[Match, ...]
    posted: tuple[Posted, ...]


def since(connection: Connection, start: datetime) -> list[int]:
    """Ids of all articles that came since then and whose text is still there, newest first.

    One that was already old when it was first seen does not count: it came earlier. Duplicates are left out.
    """
    query = select(articles.c.id).where(*_came(start), articles.c.erased_at.is_(None))
    return list(connection.scalars(query.order_by(articles.c.first_seen_at.desc(), articles.c.id.desc())))


def erased_since(connection: Connection, start: datetime) -> int:
    """How many articles came since then whose text was erased: rules can no longer be tried on them."""
    query = select(func.count()).select_from(articles).where(*_came(start), articles.c.erased_at.is_not(None))
    return connection.scalar(query) or 0


def begins(connection: Connection) -> datetime | None:
    """When the first article that is still stored was first seen."""
    first: datetime | None = connection.scalar(select(func.min(articles.c.first_seen_at)))
    return first


def _came(start: datetime) -> tuple[ColumnElement[bool], ...]:
    published = articles.c.published_at
    return articles.c.first_seen_at >= start, or_(published.is_(None), published >= start), \
        articles.c.duplicate_of.is_(None)


def by_key(connection: Connection, key: str) -> int | None:
    """The id of the article that is known by an address, given its SHA-256 key."""
    return connection.scalar(select(article_keys.c.article_id).where(article_keys.c.key == key))


def settled(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Those of a few hundred articles that rules have read for good, with the hash of the rules that did.

    An old article without a date is left out: it was stored quietly because nobody knows its age.
    """
    unknown = articles.c.quiet & articles.c.published_at.is_(None)
    query = select(articles.c.id, articles.c.rules_hash).where(
        articles.c.id.in_(ids), articles.c.rules_hash.is_not(None), articles.c.erased_at.is_(None), ~unknown)
    return {row.id: row.rules_hash for row in connection.execute(query)}


MAX_DIGITS = 18  # SQLite has no number of more digits


def history(connection: Connection, article_id: int) -> History | None:
    """Everything about one article; None where no such article is stored."""
    found = by_ids(connection, [article_id])
    if not found:
        return None
    columns = [articles.c[name] for name in Record.__slots__]
    row = connection.execute(select(*columns).where(articles.c.id == article_id)).one()
    return History(found[0], Record(**row._mapping), tuple(matched(connection, article_id)),
                   tuple(_posted(connection, article_id)))


def matched(connection: Connection, article_id: int) -> list[Match]:
    """What rules found in an article when it came, alerted or not."""
    query = select(matches).where(matches.c.article_id == article_id).order_by(matches.c.rule_id)
    return [from_row(row) for row in connection.execute(query)]


def _posted(connection: Connection, article_id: int) -> list[Posted]:
    query = (select(digests, func.min(deliveries.c.state).label("least"), func.max(deliveries.c.state).label("most"))
             .join(digest_items, digest_items.c.digest_id == digests.c.id)
             .outerjoin(deliveries, deliveries.c.delivery_id == digests.c.id)
             .where(digest_items.c.article_id == article_id)
             .group_by(*digests.c).order_by(digests.c.created_at))
    return [
        Posted(row.channel_id, row.id, row.created_at, row.most if row.least == row.most else "partly sent")
        for row in connection.execute(query)
    ]


def in_digests(connection: Connection, channel_id: str, ids: Sequence[int]) -> set[int]:
    """Those of a few hundred articles that already stand in a digest of the channel."""
    return set(connection.scalars(select(digest_items.c.article_id).where(
        digest_items.c.channel_id == channel_id, digest_items.c.article_id.in_(ids))))


def with_matches(article: StoredArticle, found: Sequence[Match]) -> MatchedArticle:
    """A stored article with matches, as digests are made of it."""
    return MatchedArticle(article.id, article.title, article.url, article.outlet, article.published_at,
                          article.first_seen_at, article.text_source, tuple(found), article.language)
