"""What is remembered of whole hosts: their waits and their robots.txt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage import hosts
from storage.hosts import Robots

if TYPE_CHECKING:
    from storage.database import Database

HOST = "news.example:8080"
HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(("ends", "expected"), [
    ([1.0], 1.0), ([0.5, 1.0], 1.0), ([1.0, 0.5], 1.0), ([-1.0], None), ([0.0], None), ([], None), ([2.0], None),
    ([99.0, 1.0], 1.0),
], ids=["one", "a longer one", "a shorter one", "over", "over now", "none", "a clock ran ahead", "and was set right"])
def test_a_host_waits_for_as_long_as_it_asked(
    database: Database, now: datetime, ends: list[float], expected: float | None
) -> None:
    """A second feed of it that is refused makes no wait shorter."""
    with database.write() as connection:
        for end in ends:
            hosts.wait(connection, HOST, now + end * HOUR)
    with database.read() as connection:
        assert ({} if expected is None else {HOST: now + expected * HOUR}) == hosts.waiting(connection, now)


def test_a_wait_of_pages_holds_no_feed(database: Database, now: datetime) -> None:
    """Anybody's feed may link to a host's pages; a host that wants no feed asked wants no page asked either."""
    with database.write() as connection:
        hosts.wait(connection, HOST, now + HOUR, pages=True)
        hosts.wait(connection, "other.example", now + HOUR)
    with database.read() as connection:
        assert (["other.example"], {HOST, "other.example"}) == (
            list(hosts.waiting(connection, now)), hosts.without_pages(connection, now))


@pytest.mark.parametrize("text", ["User-agent: *\nDisallow: /", "", None])
def test_robots_are_kept(database: Database, now: datetime, text: str | None) -> None:
    """A file, that there is none, and that it could not be had, beside a wait of the same host."""
    kept = Robots(text, now + HOUR)
    with database.write() as connection:
        hosts.wait(connection, HOST, now + HOUR)
        hosts.keep_robots(connection, HOST, Robots("old", now), now)
        hosts.keep_robots(connection, HOST, kept, now)
    with database.read() as connection:
        assert kept == hosts.robots_of(connection, HOST, now)
        assert [HOST] == list(hosts.waiting(connection, now))


def test_robots_are_unknown_at_first(database: Database, now: datetime) -> None:
    """Also of a host that is known for something else."""
    with database.write() as connection:
        hosts.wait(connection, HOST, now + HOUR)
        assert hosts.robots_of(connection, HOST, now) is None
        assert hosts.robots_of(connection, "other.example", now) is None


def test_robots_of_a_clock_that_ran_ahead_do_not_stay(database: Database, now: datetime) -> None:
    """They are fetched again after a day and a little."""
    with database.write() as connection:
        hosts.keep_robots(connection, HOST, Robots("", now + 9_999 * HOUR), now)
        known = hosts.robots_of(connection, HOST, now)
    assert known
    assert known.until <= now + 27 * HOUR


@pytest.mark.parametrize(("waits", "expected"), [(False, None), (True, Robots("old", NOON))])
def test_hosts_of_which_nothing_comes_are_forgotten(
    database: Database, *, waits: bool, expected: Robots | None
) -> None:
    """A month later; one that waits is kept until it may be asked again."""
    later = NOON + 31 * 24 * HOUR
    with database.write() as connection:
        hosts.keep_robots(connection, HOST, Robots("old", NOON), NOON)
        if waits:
            hosts.wait(connection, HOST, later + HOUR)
        hosts.keep_robots(connection, "other.example", Robots("new", later), later)
        assert expected == hosts.robots_of(connection, HOST, later)
