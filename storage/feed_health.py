"""How feeds have fared: when they brought news, what their pages gave, and what the admins were told of them.

What reads articles costs with their number, so it is for an hourly look and for commands, not for every round.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from storage.coverage import Reading, in_full
from storage.schema import articles, entries, feeds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_AT_ONCE = 500  # ids in a statement; SQLite takes 32,766 values, and a plan is made anew for each number of them


@dataclass(frozen=True, slots=True)
class Flood:
    """One poll that brought far more than is usual for its feed."""

    feed_id: int
    at: datetime
    articles: int


def shares(connection: Connection, since: datetime, full_characters: int) -> dict[int, Reading]:
    """By feed what was read of the articles first seen since then, as `coverage.reading` counts it.

    An article that two feeds showed counts for both.
    """
    shown = articles.join(entries, entries.c.article_id == articles.c.id)
    rows = connection.execute(
        select(entries.c.feed_id, func.count().label("articles"),
               func.count().filter(in_full(full_characters)).label("in_full"))
        .select_from(shown)
        .where(articles.c.first_seen_at >= since, articles.c.quiet.is_(False), articles.c.page_state != "pending")
        .group_by(entries.c.feed_id))
    return {row.feed_id: Reading(row.articles, row.in_full) for row in rows}


def news_times(connection: Connection, feed_ids: Collection[int], since: datetime) -> dict[int, list[datetime]]:
    """By feed, in order, the moments since then at which a poll brought something new."""
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    for ids in _pieces(feed_ids):
        query = (select(entries.c.feed_id, entries.c.first_seen_at).distinct()
                 .where(entries.c.feed_id.in_(ids), entries.c.first_seen_at >= since)
                 .order_by(entries.c.first_seen_at))
        for row in connection.execute(query):
            found[row.feed_id].append(row.first_seen_at)
    return dict(found)


def without_pages(connection: Connection, since: datetime) -> list[int]:
    """Feeds of which pages were asked for since then, and none was read."""
    state = articles.c.page_state
    query = (select(entries.c.feed_id)
             .select_from(articles.join(entries, entries.c.article_id == articles.c.id))
             .where(articles.c.first_seen_at >= since, state.in_(("read", "failed")))
             .group_by(entries.c.feed_id)
             .having(func.count().filter(state == "read") == 0))
    return list(connection.scalars(query))


def page_errors(connection: Connection, feed_ids: Collection[int], most: int) -> dict[int, list[str]]:
    """By feed the errors of its last pages, newest first, at most so many; an empty one is a page that was read."""
    return {feed_id: _page_errors(connection, feed_id, most) for feed_id in feed_ids}


def _page_errors(connection: Connection, feed_id: int, most: int) -> list[str]:
    query = (select(articles.c.page_state, articles.c.page_error)
             .select_from(entries.join(articles, entries.c.article_id == articles.c.id))
             .where(entries.c.feed_id == feed_id, articles.c.page_state.in_(("read", "failed")))
             .order_by(entries.c.id.desc()).limit(most))
    return ["" if row.page_state == "read" else row.page_error or "it could not be read"
            for row in connection.execute(query)]


def floods(connection: Connection, after: datetime, until: datetime) -> list[Flood]:
    """What came in floods, after the one moment and until the other, oldest first."""
    query = (select(entries.c.feed_id, articles.c.first_seen_at, func.count().label("number"))
             .select_from(articles.join(entries, entries.c.article_id == articles.c.id)
                          .join(feeds, feeds.c.id == entries.c.feed_id))
             .where(articles.c.first_seen_at > after, articles.c.first_seen_at <= until, articles.c.flood,
                    feeds.c.active)
             .group_by(entries.c.feed_id, articles.c.first_seen_at)
             .order_by(articles.c.first_seen_at, entries.c.feed_id))
    return [Flood(row.feed_id, row.first_seen_at, row.number) for row in connection.execute(query)]


def mark_told(connection: Connection, marks: Mapping[int, str], now: datetime) -> None:
    """Note what the admins are told of these feeds; an empty mark says that it is over."""
    for told in set(marks.values()):
        columns = {"told": told, "told_at": now if told else None}
        for ids in _pieces([feed_id for feed_id, mark in marks.items() if mark == told]):
            connection.execute(update(feeds).where(feeds.c.id.in_(ids)).values(**columns))


def forget_removed(connection: Connection) -> None:
    """A feed that is no longer in the configuration starts anew if it comes back."""
    connection.execute(update(feeds).where(feeds.c.active.is_(False), feeds.c.told != "")
                       .values(told="", told_at=None))


def _pieces(feed_ids: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(feed_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start:start + _AT_ONCE]
