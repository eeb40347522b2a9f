"""Stored articles that may hold what somebody searches for: those that the full-text index names, and those that it
does not know yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage import words
from storage.schema import articles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from rules.engine.needed import Need

_READABLE = articles.c.erased_at.is_(None) & articles.c.duplicate_of.is_(None)
_OPEN = articles.c.indexed.is_(False) & _READABLE


@dataclass(frozen=True, slots=True)
class Age:
    """When an article was published, as far as that can be true, and when it came."""

    id: int
    at: datetime
    first_seen_at: datetime


def holding(connection: Connection, need: Need) -> list[int] | None:
    """Ids of the indexed articles that hold what is needed, the last that came first; None where any article could."""
    query = words.holding(connection, need)
    if query is None:
        return None
    number = query.selected_columns[0]
    return list(connection.scalars(query.order_by(number.desc())))


def unindexed(connection: Connection, limit: int | None) -> list[int]:
    """Ids of articles with text that the index does not know, the last that came first."""
    return list(connection.scalars(select(articles.c.id).where(_OPEN).order_by(articles.c.id.desc()).limit(limit)))


def count_unindexed(connection: Connection) -> int:
    """How many articles with text the index does not know."""
    return connection.scalar(select(func.count()).select_from(articles).where(_OPEN)) or 0


def latest(connection: Connection, limit: int | None) -> list[int]:
    """Ids of articles with text, the last that came first: where there is no index to ask."""
    return list(connection.scalars(select(articles.c.id).where(_READABLE).order_by(articles.c.id.desc()).limit(limit)))


def count_readable(connection: Connection) -> int:
    """How many articles have text."""
    return connection.scalar(select(func.count()).select_from(articles).where(_READABLE)) or 0


def ages(connection: Connection, ids: Sequence[int]) -> list[Age]:
    """How old these few hundred articles are, without copies of others. A date ahead of arrival is not believed."""
    query = (select(articles.c.id, articles.c.published_at, articles.c.first_seen_at)
             .where(articles.c.id.in_(ids), articles.c.duplicate_of.is_(None)).order_by(articles.c.id.desc()))
    return [Age(row.id, min(row.published_at or row.first_seen_at, row.first_seen_at), row.first_seen_at)
            for row in connection.execute(query)]
