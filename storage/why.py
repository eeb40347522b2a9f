"""What became of one article, stage by stage: what `dateline why` and `dateline channels test` ask the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from storage import deliveries
from storage import schema as tables
from storage.digests import SHOWN
from storage.schema import (
    article_keys,
    articles,
    channels,
    digest_items,
    digests,
    entries,
    feeds,
    matches,
    stories,
    story_articles,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from rules.model import Article
    from storage.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class Brought:
    """A feed that carried the article, since when, or the watched page (`kind`) of which it is a change. `first_ok_at`
    is when that feed was first read."""

    feed_id: int
    url: str
    outlet: str
    active: bool
    first_ok_at: datetime | None
    seen_at: datetime
    kind: str = "feed"


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """What is stored of a channel: nothing from before `first_seen_at` is posted, nothing up to `considered_match_id`
    is asked about again."""

    id: str
    first_seen_at: datetime
    considered_match_id: int


@dataclass(frozen=True, slots=True)
class Root:
    """What a message of later coverage goes under: the digest that told its story first."""

    digest_id: str
    kind: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A digest of a channel that holds articles of a story. `states` are those of its messages, in their order.

    Articles that it only counts or calls unlikely are not told; `thread_of` is set where it is later coverage.
    """

    channel_id: str
    digest_id: str
    kind: str
    made_at: datetime
    thread_of: str | None
    article_ids: tuple[int, ...]
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """An article in its story, since when, and by which others it joined: see `storage.stories.Grouped`."""

    article_id: int
    joined_at: datetime
    because: Mapping[str, Any] | None


def known_as(connection: Connection, keys: Sequence[str]) -> tuple[bool, int | None]:
    """Whether an article or an entry has one of these keys, and the article's id; None where it was erased whole."""
    found = [*connection.scalars(select(article_keys.c.article_id).where(article_keys.c.key.in_(keys))),
             *connection.scalars(select(entries.c.article_id).where(entries.c.key.in_(keys)))]
    return bool(found), next((article_id for article_id in found if article_id is not None), None)


def brought_by(connection: Connection, article_id: int) -> list[Brought]:
    """The feeds that carried the article, the first one first."""
    query = (select(feeds.c.id, feeds.c.url, feeds.c.outlet, feeds.c.active, feeds.c.first_ok_at,
                    entries.c.first_seen_at, feeds.c.kind)
             .join(entries, entries.c.feed_id == feeds.c.id).where(entries.c.article_id == article_id)
             .order_by(entries.c.first_seen_at, entries.c.id))
    return [Brought(*row) for row in connection.execute(query)]


def changes_of(connection: Connection, urls: Sequence[str]) -> list[int]:
    """The articles that tell of changes of these watched pages, the newest first: all of a page have its address."""
    query = (select(entries.c.article_id).join(feeds, feeds.c.id == entries.c.feed_id)
             .where(feeds.c.kind == "page", feeds.c.url.in_(urls), entries.c.article_id.is_not(None))
             .order_by(entries.c.first_seen_at.desc(), entries.c.id.desc()))
    return list(connection.scalars(query))


def feeds_with_links_to(connection: Connection, host: str) -> set[int]:
    """Feeds of which an article lies on this host: a feed often has another address than its site."""
    links = [articles.c.url.like(f"{scheme}://{www}{_literal(host)}/%", escape="!")
             for scheme in ("https", "http") for www in ("", "www.")]
    query = (select(entries.c.feed_id).join(articles, articles.c.id == entries.c.article_id)
             .where(or_(*links)).distinct())
    return set(connection.scalars(query))


def channel_rows(connection: Connection) -> dict[str, ChannelRow]:
    """The channels that the bot has met."""
    query = select(channels.c.id, channels.c.first_seen_at, channels.c.considered_match_id)
    return {row[0]: ChannelRow(*row) for row in connection.execute(query)}


def match_times(connection: Connection, article_id: int) -> dict[str, tuple[int, datetime]]:
    """By rule, the number of its match and when it was stored."""
    query = select(matches.c.rule_id, matches.c.id, matches.c.created_at).where(matches.c.article_id == article_id)
    return {rule_id: (match_id, at) for rule_id, match_id, at in connection.execute(query)}


def root_of(connection: Connection, digest_id: str) -> Root | None:
    """Under which digest this one goes; None where it is no later coverage, or where that digest is gone."""
    below = digests.alias()
    query = (select(digests.c.id, digests.c.kind, digests.c.created_at)
             .join(below, below.c.thread_of == digests.c.id).where(below.c.id == digest_id))
    row = connection.execute(query).one_or_none()
    return Root(*row) if row else None


def told(connection: Connection, article_ids: Sequence[int]) -> list[Told]:
    """The digests, of all channels, that show one of these few hundred articles; oldest first."""
    members = (select(digest_items.c.digest_id, digest_items.c.article_id)
               .where(digest_items.c.article_id.in_(article_ids), digest_items.c.place.in_(SHOWN))
               .order_by(digest_items.c.article_id))
    held: dict[str, list[int]] = {}
    for digest_id, article_id in connection.execute(members):
        held.setdefault(digest_id, []).append(article_id)
    rows = connection.execute(
        select(digests.c.channel_id, digests.c.id, digests.c.kind, digests.c.created_at, digests.c.thread_of)
        .where(digests.c.id.in_(held)).order_by(digests.c.created_at, digests.c.id))
    return [Told(*row, tuple(held[row.id]), _states(connection, row.id)) for row in rows]


def joined(connection: Connection, story_id: int) -> list[Joined]:
    """The articles of a story in the order in which they were grouped."""
    query = (select(story_articles.c.article_id, story_articles.c.joined_at, story_articles.c.because)
             .where(story_articles.c.story_id == story_id)
             .order_by(story_articles.c.joined_at, story_articles.c.article_id))
    return [Joined(*row) for row in connection.execute(query)]


def numbers_of(connection: Connection, story_id: int) -> list[int]:
    """The number of a story and of those that became part of it, in the order in which they were begun."""
    part = or_(stories.c.id == story_id, stories.c.merged_into == story_id)
    return list(connection.scalars(select(stories.c.id).where(part).order_by(stories.c.id)))


def _states(connection: Connection, digest_id: str) -> tuple[str, ...]:
    return tuple(row.state for row in deliveries.by_delivery(connection, digest_id))


def messages(connection: Connection, open_states: Sequence[str], since: datetime | None) -> list[Delivery]:
    """Messages in open states, and others that changed since then (None: all of them), newest first."""
    row = tables.deliveries.c
    changed = func.coalesce(row.finished_at, row.attempt_at, row.created_at)
    chosen = row.state.in_(open_states) | (changed >= since) if since else row.id > 0
    return deliveries.read(connection, chosen)[::-1]


def bring_in(connection: Connection, article: Article, keys: Sequence[str], now: datetime) -> int | None:
    """Store an article that no feed brought, read in full and still to be matched; None where a key is taken."""
    if connection.scalar(select(func.count()).where(article_keys.c.key.in_(keys))):
        return None
    row = {
        "url": article.url, "title": article.title, "outlet": article.outlet, "home": article.home,
        "language": article.language, "summary": "", "text": article.text, "text_source": "page",
        "published_at": article.published_at, "first_seen_at": now, "quiet": False, "page_state": "read",
    }
    article_id: int = connection.execute(articles.insert().values(**row).returning(articles.c.id)).scalar_one()
    connection.execute(article_keys.insert(), [{"key": key, "article_id": article_id} for key in dict.fromkeys(keys)])
    return article_id


def _literal(host: str) -> str:
    return host.replace("!", "!!").replace("%", "!%").replace("_", "!_")
