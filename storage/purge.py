"""Erasing. What is gone is overwritten: free pages and the write-ahead log included.

Hashed keys stay when text or articles go, so that nothing old is ever alerted again, and go when no feed has shown what
they stand for in 400 days; only `everything` takes them all.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, case, delete, func, select, update

from storage import stories, words
from storage.schema import (
    article_keys,
    articles,
    deliveries,
    digest_items,
    digests,
    entries,
    feeds,
    matches,
    metadata,
    mutes,
    revisions,
    story_articles,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Select

    from storage.database import Database

_NO_EVIDENCE: dict[str, object] = {
    "quotes": [], "title_marks": [], "terms": [], "why": "", "spans": [], "prominence_why": "", "stance_quote": None,
    "relevance_reasons": [],
}
# Feeds show entries again after months (miniflux #1510). The day that is noted of an entry may be one day early.
KEYS_KEPT = timedelta(days=400)
_MOST_KEYS = 20_000  # a day: the write lock is held for a second at most
_CHUNK = 500  # ids a statement
# A message still to be posted is not touched: erasing must not swallow an alert.
_SHOWS_HEADLINES = deliveries.c.delivery_id.like("note:rules:%")  # what new rules lost and found, of any outlet
_FINISHED = deliveries.c.state.in_(("sent", "refused", "printed", "uncertain", "abandoned", "cancelled"))


def erase_text(connection: Connection, before: datetime, now: datetime) -> int:
    """Erase text and quotes of articles first seen before then, and the messages that quoted them. Returns articles.

    Address, headline, outlet, which rule matched and its story stay. This is what happens to every article after the
    days of `[storage] keep_text_days`.
    """
    old = (articles.c.first_seen_at < before) & articles.c.erased_at.is_(None)
    chosen = select(articles.c.id).where(old)
    connection.execute(update(matches).where(matches.c.article_id.in_(chosen)).values(evidence=_NO_EVIDENCE))
    connection.execute(update(revisions).where(revisions.c.article_id.in_(chosen)).values(text=None))
    stories.forget_marks(connection, chosen)
    connection.execute(update(deliveries).where(_FINISHED, deliveries.c.created_at < before).values(body={}))
    return connection.execute(update(articles).where(old).values(
        summary=None, text=None, author="", page_error=None, erased_at=now,
        rules_hash=func.coalesce(articles.c.rules_hash, "erased"), page_state=_settled())).rowcount


def forget_keys(connection: Connection, now: datetime) -> int:
    """Forget entries that their feed has not shown for `KEYS_KEPT`, and the addresses of their articles; how many.

    A feed that brought nothing new since then shows them still, for all we know: its keys stay.
    """
    before = now - KEYS_KEPT
    unseen = (select(entries.c.id, entries.c.article_id).join(feeds, feeds.c.id == entries.c.feed_id)
              .where(entries.c.last_seen_at < before, feeds.c.new_at > before + timedelta(days=2)))
    gone = connection.execute(unseen.limit(_MOST_KEYS)).all()
    for some in _batches([row.id for row in gone]):
        connection.execute(delete(entries).where(entries.c.id.in_(some)))
    for some in _batches([row.article_id for row in gone if row.article_id is not None]):
        known = select(entries.c.article_id).where(entries.c.article_id.in_(some))
        connection.execute(delete(article_keys).where(
            article_keys.c.article_id.in_(some), article_keys.c.article_id.not_in(known)))
    return len(gone)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (ids[start:start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def delete_older(connection: Connection, before: datetime) -> int:
    """Delete articles first seen before then, whole, with their matches and messages. Returns articles."""
    shown = (deliveries.c.created_at < before) | _SHOWS_HEADLINES
    shown |= _says_muted(articles.c.first_seen_at < before)
    connection.execute(update(deliveries).where(_FINISHED, shown).values(body={}))
    return _delete(connection, articles.c.first_seen_at < before)


def delete_outlet(connection: Connection, outlet: str) -> int:
    """Delete the articles of an outlet, whole, and every message that showed or named one. Returns articles."""
    chosen = articles.c.outlet == outlet
    shown = select(digest_items.c.digest_id).join(articles, articles.c.id == digest_items.c.article_id).where(chosen)
    showing = deliveries.c.delivery_id.in_(shown) | deliveries.c.delivery_id.in_(_more_on(chosen)) | _SHOWS_HEADLINES
    showing |= _says_muted(chosen)
    connection.execute(update(deliveries).where(_FINISHED, showing).values(body={}))
    return _delete(connection, chosen)


def delete_everything(connection: Connection) -> int:
    """Delete every row of every table, keys included: the next start is a first start. Returns articles."""
    gone = connection.scalar(select(func.count()).select_from(articles)) or 0
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))
    return gone


def outlets(connection: Connection) -> list[str]:
    """The names that `delete_outlet` would find."""
    return list(connection.scalars(select(articles.c.outlet).distinct().order_by(articles.c.outlet)))


def compact(database: Database) -> None:
    """Give the space back and leave no trace in it: free pages, write-ahead log, PostgreSQL's dead rows.

    Needs about the size of the database as free disk space for a moment. Raises StorageError.
    """
    with database.write() as connection:
        words.compact(connection)
    with database.maintenance() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM FULL")


def scrub(database: Database) -> bool:
    """The daily, cheap form of `compact`: no erased word stays in the write-ahead log or in PostgreSQL's dead rows.

    False where somebody who reads the database (a backup) kept SQLite from it for five seconds: do it again later.

    SQLite overwrites erased rows in place (secure_delete), so the file itself need not be rewritten; only its full-text
    index keeps erased words until it is merged.
    """
    with database.write() as connection:
        words.compact(connection)
    with database.maintenance() as connection:
        if database.is_sqlite:
            busy: int = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
            return not busy
        connection.exec_driver_sql(
            "VACUUM articles, revisions, matches, deliveries, article_words, story_articles, story_keys, presses,"
            " feedback, mutes, taken")
    return True


def _delete(connection: Connection, chosen: ColumnElement[bool]) -> int:
    stories.forget_reasons(connection, select(articles.c.id).where(chosen))
    gone = connection.execute(delete(articles).where(chosen)).rowcount
    stories.forget_empty(connection)
    return gone


def _more_on(chosen: ColumnElement[bool]) -> Select[Any]:
    """Later coverage of the stories of these articles: it says "More on", with the headline that was told first."""
    told = story_articles.alias("told")
    return (select(digest_items.c.digest_id)
            .join(digests, digests.c.id == digest_items.c.digest_id)
            .join(story_articles, story_articles.c.article_id == digest_items.c.article_id)
            .join(told, told.c.story_id == story_articles.c.story_id)
            .join(articles, articles.c.id == told.c.article_id)
            .where(digests.c.kind == "update", chosen))


def _says_muted(chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whatever a channel was told since something of these articles was muted there: it may name headline or outlet."""
    return (select(mutes.c.id).join(articles, articles.c.id == mutes.c.article_id)
            .where(chosen, mutes.c.channel_id == deliveries.c.channel_id, mutes.c.begun_at <= deliveries.c.created_at)
            .correlate(deliveries).exists())


def _settled() -> ColumnElement[str]:
    """A page that was never read stays unread for good once the article is erased."""
    return case((articles.c.page_state == "pending", "failed"), else_=articles.c.page_state)
