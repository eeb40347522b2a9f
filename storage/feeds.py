"""Feeds: what is polled, when next, and how it went. The schedule is a column, so a restart polls nothing early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from storage.schema import feeds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as stored; columns are explained in schema.py."""

    id: int
    url: str
    outlet: str
    home: str
    active: bool
    added_at: datetime
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    next_poll_at: datetime
    polled_at: datetime | None
    first_ok_at: datetime | None
    ok_at: datetime | None
    new_at: datetime | None
    failures: int
    failing_since: datetime | None
    error_kind: str | None
    error: str | None
    gone: bool


def sync(connection: Connection, wanted: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Make the active feeds those of the configuration, given as (url, outlet, home). Removed ones keep their keys."""
    known = {row.url: row for row in connection.execute(select(feeds))}
    urls = set()
    for url, outlet, home in wanted:
        urls.add(url)
        named = {"outlet": outlet, "home": home, "active": True}
        if url not in known:
            connection.execute(insert(feeds).values(url=url, added_at=now, next_poll_at=now, **named))
        elif (known[url].outlet, known[url].home, known[url].active) != (outlet, home, True):
            connection.execute(update(feeds).where(feeds.c.url == url).values(**named))
    for url in known.keys() - urls:
        connection.execute(update(feeds).where(feeds.c.url == url).values(active=False))


def due(connection: Connection, now: datetime) -> list[Feed]:
    """The active feeds whose time has come, the longest waiting first."""
    query = select(feeds).where(feeds.c.active, feeds.c.next_poll_at <= now).order_by(feeds.c.next_poll_at, feeds.c.id)
    return [Feed(**row._mapping) for row in connection.execute(query)]


def active(connection: Connection) -> list[Feed]:
    """All feeds of the configuration, by outlet."""
    query = select(feeds).where(feeds.c.active).order_by(feeds.c.outlet, feeds.c.url)
    return [Feed(**row._mapping) for row in connection.execute(query)]


def make_due(connection: Connection, now: datetime) -> None:
    """Let every feed be asked at the next round, whatever its schedule says."""
    connection.execute(update(feeds).values(next_poll_at=now))


def record_poll(connection: Connection, feed_id: int, **columns: object) -> None:
    """What a poll changed. Committed with the entries it brought: a validator without its articles would lose them."""
    connection.execute(update(feeds).where(feeds.c.id == feed_id).values(**columns))
