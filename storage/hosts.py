"""Whole hosts: until when one wants to be left alone, and what its robots.txt says. A restart forgets neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_, select, update

from storage.schema import hosts
from storage.upsert import insert_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement, Connection

# What ends later was noted by a clock that ran ahead: nobody waits for more than an hour (collect/schedule.py), and no
# robots.txt is kept for longer than a day and some jitter.
_LONGEST_WAIT = timedelta(minutes=65)
_LONGEST = timedelta(hours=27)
_FORGOTTEN = timedelta(days=30)  # after its robots.txt was to be fetched again, and no article asked for it


@dataclass(frozen=True, slots=True)
class Robots:
    """A host's robots.txt, to be fetched again at `until`. Empty `text` allows all; None: it could not be had."""

    text: str | None
    until: datetime


def wait(connection: Connection, host: str, until: datetime, *, pages: bool = False) -> None:
    """Ask nothing of `host` before `until`, or only no `pages`; a wait that ends later stays."""
    _keep(connection, host)
    column = hosts.c.pages_until if pages else hosts.c.wait_until
    other = column.is_(None) | (column < until) | (column > until + _LONGEST_WAIT)
    connection.execute(update(hosts).where(hosts.c.name == host, other).values({column: until}))


def waiting(connection: Connection, now: datetime) -> dict[str, datetime]:
    """The hosts that may not be asked now, each with the end of its wait."""
    query = select(hosts.c.name, hosts.c.wait_until).where(_lasts(hosts.c.wait_until, now))
    return {name: until for name, until in connection.execute(query)}


def without_pages(connection: Connection, now: datetime) -> set[str]:
    """The hosts whose pages may not be asked for now, be it that nothing of them may."""
    query = select(hosts.c.name).where(or_(_lasts(hosts.c.wait_until, now), _lasts(hosts.c.pages_until, now)))
    return set(connection.scalars(query))


def _lasts(until: Column[datetime], now: datetime) -> ColumnElement[bool]:
    return and_(until > now, until <= now + _LONGEST_WAIT)


def robots_of(connection: Connection, host: str, now: datetime) -> Robots | None:
    """What is known of its robots.txt, also where that is to be fetched again; None where it was never asked for."""
    query = select(hosts.c.robots, hosts.c.robots_until).where(hosts.c.name == host)
    row = connection.execute(query).one_or_none()
    if row is None or row.robots_until is None:
        return None
    return Robots(row.robots, min(row.robots_until, now + _LONGEST))


def keep_robots(connection: Connection, host: str, robots: Robots, now: datetime) -> None:
    """Remember its robots.txt, and forget the hosts from which no article came for a month."""
    _keep(connection, host)
    told = {"robots": robots.text, "robots_until": robots.until}
    connection.execute(update(hosts).where(hosts.c.name == host).values(**told))
    over = or_(hosts.c.wait_until.is_(None), hosts.c.wait_until < now)
    connection.execute(delete(hosts).where(hosts.c.robots_until < now - _FORGOTTEN, over))


def _keep(connection: Connection, host: str) -> None:
    insert_new(connection, hosts, [{"name": host}])
