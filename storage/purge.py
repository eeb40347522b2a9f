"""Erasing. What is gone is overwritten: free pages and the write-ahead log included.

Hashed keys stay when text or articles go, so that nothing old is ever alerted again; only `everything` takes them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, case, delete, func, select, update

from storage import stories, words
from storage.schema import articles, deliveries, digest_items, digests, matches, metadata, story_articles

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Select

    from storage.database import Database

_NO_EVIDENCE: dict[str, object] = {
    "quotes": [], "title_marks": [], "terms": [], "why": "", "spans": [], "prominence_why": "", "stance_quote": None,
    "relevance_reasons": [],
}
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
    stories.forget_marks(connection, chosen)
    connection.execute(update(deliveries).where(_FINISHED, deliveries.c.created_at < before).values(body={}))
    return connection.execute(update(articles).where(old).values(
        summary=None, text=None, author="", page_error=None, erased_at=now,
        rules_hash=func.coalesce(articles.c.rules_hash, "erased"), page_state=_settled())).rowcount


def delete_older(connection: Connection, before: datetime) -> int:
    """Delete articles first seen before then, whole, with their matches and messages. Returns articles."""
    shown = (deliveries.c.created_at < before) | _SHOWS_HEADLINES
    connection.execute(update(deliveries).where(_FINISHED, shown).values(body={}))
    return _delete(connection, articles.c.first_seen_at < before)


def delete_outlet(connection: Connection, outlet: str) -> int:
    """Delete the articles of an outlet, whole, and every message that showed or named one. Returns articles."""
    chosen = articles.c.outlet == outlet
    shown = select(digest_items.c.digest_id).join(articles, articles.c.id == digest_items.c.article_id).where(chosen)
    showing = deliveries.c.delivery_id.in_(shown) | deliveries.c.delivery_id.in_(_more_on(chosen)) | _SHOWS_HEADLINES
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


def scrub(database: Database) -> None:
    """The daily, cheap form of `compact`: no erased word stays in the write-ahead log or in PostgreSQL's dead rows.

    SQLite overwrites erased rows in place (secure_delete), so the file itself need not be rewritten; only its full-text
    index keeps erased words until it is merged.
    """
    with database.write() as connection:
        words.compact(connection)
    with database.maintenance() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql(
                "VACUUM articles, matches, deliveries, article_words, story_articles, story_keys")


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


def _settled() -> ColumnElement[str]:
    """A page that was never read stays unread for good once the article is erased."""
    return case((articles.c.page_state == "pending", "failed"), else_=articles.c.page_state)
