"""Pages of articles: which are still to be read, which are given up, and which turned out to be another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage.schema import article_keys, articles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


def due(connection: Connection, now: datetime) -> list[tuple[int, str]]:
    """Articles, as (id, url), whose page is still to be read, newest first: what breaks now matters most."""
    query = (select(articles.c.id, articles.c.url)
             .where(articles.c.page_state == "pending", articles.c.page_due_at <= now)
             .order_by(articles.c.first_seen_at.desc(), articles.c.id))
    return [(row.id, row.url) for row in connection.execute(query)]


def waits(connection: Connection, article_id: int) -> bool:
    """Whether its page may still change what it says: not once it was given up, and perhaps told."""
    query = select(articles.c.id).where(articles.c.id == article_id, articles.c.page_state == "pending")
    return connection.scalar(query) is not None


def has_late(connection: Connection, before: datetime) -> bool:
    """Whether there are pages to give up: mostly there are none, and that costs no transaction."""
    return connection.scalar(select(articles.c.id).where(*_late(before)).limit(1)) is not None


def give_up(connection: Connection, before: datetime, error: str) -> None:
    """Let articles first seen before then wait for their page no longer: what the feed said must do."""
    connection.execute(update(articles).where(*_late(before)).values(page_state="failed", page_error=error))


def _late(before: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return articles.c.page_state == "pending", articles.c.first_seen_at < before


def same_page(connection: Connection, article_id: int, keys: Sequence[str]) -> list[tuple[int, str]]:
    """Other articles, as (id, title), that are known by one of these addresses and are no duplicates themselves."""
    query = (select(articles.c.id, articles.c.title).join(article_keys, article_keys.c.article_id == articles.c.id)
             .where(article_keys.c.key.in_(keys), articles.c.id != article_id, articles.c.duplicate_of.is_(None))
             .distinct())
    return [(row.id, row.title) for row in connection.execute(query)]
