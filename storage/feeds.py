"""Feeds: what is polled, when next, and how it went. The schedule is a column, so a restart polls nothing early."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from storage.among import execute_among
from storage.schema import feeds, snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as stored; columns are explained in storage/tables/collecting.py."""

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
    gone_since: datetime | None = None
    kind: str = "feed"
    selector: str = ""
    urgent: bool = True
    fetch_url: str | None = None
    moved_to: str | None = None
    moved_seen: int = 0
    moved_since: datetime | None = None
    interval_minutes: int | None = None
    hints: dict[str, Any] | None = None
    whole_at: datetime | None = None
    usual_new: float | None = None
    usual_gap_hours: float | None = None
    missed_at: datetime | None = None
    validated_url: str | None = None
    adopted_at: datetime | None = None
    origin_at: datetime | None = None
    flooded_at: datetime | None = None
    heavy: bool = False
    told: str = ""
    told_at: datetime | None = None

    @property
    def address(self) -> str:
        """Where it is asked: its own address, or the one that it moved to for good."""
        return self.fetch_url or self.url


@dataclass(frozen=True, slots=True)
class WantedFeed:
    """A feed or watched page as the configuration wants it; the columns of the same names say what they mean."""

    url: str
    outlet: str
    home: str = ""
    kind: str = "feed"
    selector: str = ""
    urgent: bool = True


# As if it had never been asked: what it published while it was not watched is an archive.
_UNPOLLED = {
    "etag": None, "last_modified": None, "body_hash": None, "first_ok_at": None, "failures": 0, "failing_since": None,
    "error_kind": None, "error": None, "gone": False, "gone_since": None, "fetch_url": None, "moved_to": None,
    "moved_seen": 0, "moved_since": None, "whole_at": None, "missed_at": None, "heavy": False, "validated_url": None,
    "adopted_at": None, "origin_at": None, "flooded_at": None,
}
# No poll is put off by more than a day and the jitter on top (26.4 hours at most, after a Retry-After of a day); a
# schedule beyond that was written by a clock that ran ahead.
_LONGEST_WAIT = timedelta(hours=27)
_SKEW = timedelta(minutes=5)  # clocks are set back by seconds all the time; more, and the schedule is not this clock's
_FEEDS = select(*(feeds.c[name] for name in Feed.__slots__))
_RECORD = update(feeds).where(feeds.c.id == bindparam("feed_id"))


def sync(connection: Connection, wanted: Iterable[WantedFeed], now: datetime) -> None:
    """Make the active feeds those of the configuration.

    Removed ones keep their keys. One that comes back is polled as if for the first time, and so is a page of which
    another part is watched: what it published in between is an archive, not news.
    """
    known = {row.url: row for row in connection.execute(select(feeds))}
    urls = set()
    for feed in wanted:
        urls.add(feed.url)
        told = {key: value for key, value in asdict(feed).items() if key != "url"} | {"active": True}
        row = known.get(feed.url)
        if row is None:
            connection.execute(insert(feeds).values(url=feed.url, added_at=now, next_poll_at=now, **told))
        elif not row.active or (row.kind, row.selector) != (feed.kind, feed.selector):
            connection.execute(delete(snapshots).where(snapshots.c.feed_id == row.id))
            connection.execute(update(feeds).where(feeds.c.id == row.id).values(next_poll_at=now, **told, **_UNPOLLED))
        elif any(getattr(row, key) != value for key, value in told.items()):
            connection.execute(update(feeds).where(feeds.c.id == row.id).values(**told))
    for url in known.keys() - urls:
        connection.execute(update(feeds).where(feeds.c.url == url).values(active=False))


def due(connection: Connection, now: datetime) -> list[tuple[int, str]]:
    """The active feeds, as (id, address), whose time has come; longest waiting first.

    One that was asked in the future, or is to wait for longer than any poll sets it, was scheduled by a clock that was
    wrong: it is due. One that is gone for good is asked no more.
    """
    come = or_(feeds.c.next_poll_at <= now, feeds.c.next_poll_at > now + _LONGEST_WAIT,
               feeds.c.polled_at > now + _SKEW)
    query = (select(feeds.c.id, func.coalesce(feeds.c.fetch_url, feeds.c.url).label("address"))
             .where(feeds.c.active, feeds.c.gone.is_(False), come).order_by(feeds.c.next_poll_at, feeds.c.id))
    return [(row.id, row.address) for row in connection.execute(query)]


def by_ids(connection: Connection, ids: Sequence[int]) -> list[Feed]:
    """The feeds with these ids, in their order."""
    if not ids:
        return []
    found = {row.id: Feed(*row) for row in execute_among(connection, _FEEDS, feeds.c.id, ids)}
    return [found[one] for one in ids if one in found]


def active(connection: Connection) -> list[Feed]:
    """All feeds of the configuration, by outlet."""
    query = _FEEDS.where(feeds.c.active).order_by(feeds.c.outlet, feeds.c.url)
    return [Feed(*row) for row in connection.execute(query)]


def make_due(connection: Connection, now: datetime) -> None:
    """Let every feed be asked at the next round, whatever its schedule says."""
    connection.execute(update(feeds).values(next_poll_at=now))


def record_poll(connection: Connection, feed_id: int, **columns: object) -> None:
    """What a poll changed. Committed with the entries it brought: a validator without its articles would lose them."""
    record_polls(connection, [{"feed_id": feed_id} | columns])


def record_polls(connection: Connection, polls: Sequence[Mapping[str, object]]) -> None:
    """What many polls changed: each with a `feed_id` and its own columns, in a statement for all that have the same."""
    alike: dict[tuple[str, ...], list[Mapping[str, object]]] = {}
    for poll in polls:
        alike.setdefault(tuple(poll), []).append(poll)
    for some in alike.values():
        connection.execute(_RECORD, some)
