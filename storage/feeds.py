"""Feeds: what is polled, when next, and how it went. The schedule is a column, so a restart polls nothing early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, or_, select, update

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


_UNPOLLED = {
    "etag": None, "last_modified": None, "body_hash": None, "first_ok_at": None, "failures": 0, "failing_since": None,
    "error_kind": None, "error": None, "gone": False,
}
# No poll is put off by more than a day and the jitter on top (26.4 hours at most, after a Retry-After of a day); a
# schedule beyond that was written by a clock that ran ahead.
_LONGEST_WAIT = timedelta(hours=27)


def sync(connection: Connection, wanted: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Make the active feeds those of the configuration, given as (url, outlet, home).

    Removed ones keep their keys. One that comes back is polled as if for the first time: what it published in between
    is an archive, not news.
    """
    known = {row.url: row for row in connection.execute(select(feeds))}
    urls = set()
    for url, outlet, home in wanted:
        urls.add(url)
        named = {"outlet": outlet, "home": home, "active": True}
        if url not in known:
            connection.execute(insert(feeds).values(url=url, added_at=now, next_poll_at=now, **named))
        elif not known[url].active:
            connection.execute(update(feeds).where(feeds.c.url == url).values(next_poll_at=now, **named, **_UNPOLLED))
        elif (known[url].outlet, known[url].home) != (outlet, home):
            connection.execute(update(feeds).where(feeds.c.url == url).values(**named))
    for url in known.keys() - urls:
        connection.execute(update(feeds).where(feeds.c.url == url).values(active=False))


def due(connection: Connection, now: datetime) -> list[Feed]:
    """The active feeds whose time has come, or is set further ahead than any poll sets it; longest waiting first."""
    come = or_(feeds.c.next_poll_at <= now, feeds.c.next_poll_at > now + _LONGEST_WAIT)
    query = select(feeds).where(feeds.c.active, come).order_by(feeds.c.next_poll_at, feeds.c.id)
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
