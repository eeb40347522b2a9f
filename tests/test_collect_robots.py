"""robots.txt: what it says, and which article pages are read accordingly."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.collect.fetch import Fetcher
from monitor.collect.robots import robots_verdict
from monitor.collect.robots_gate import RobotsGate
from monitor.collect.sandbox import Sandbox
from storage import hosts
from storage.database import open_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from storage.database import Database
    from tests.loopback import Loopback

AGENT = "Dateline/0.1 (+https://dateline.example/reader)"
CLOSED = "User-agent: *\nDisallow: /closed/\nAllow: /closed/open\n"
HOURS = timedelta(hours=1)


@pytest.mark.parametrize(("text", "expected"), [
    (CLOSED, [True, False, True]),
    ("", [True, True, True]),
    ("<html><p>Not found: /closed/</p></html>", [True, True, True]),
    ("User-agent: Dateline\nDisallow: /\n\nUser-agent: *\nDisallow:\n", [False, False, False]),
    ("User-agent: *\nDisallow: /\n\nUser-agent: dateline\nDisallow: /closed/\n", [True, False, False]),
    ("User-agent: reader\nDisallow: /\n", [True, True, True]),
    ("User-agent: *\nDisallow: /*/page$\n", [True, False, True]),
    ("\ufeffUser-agent: *\r\nDisallow: /closed/\r\n", [True, False, False]),
], ids=["allow in between", "empty", "a page", "named", "named and allowed", "a word of the address", "pattern", "bom"])
def test_what_a_file_says(text: str, expected: list[bool]) -> None:
    """To all, or to our name and nothing else of the User-Agent."""
    urls = [f"https://c.example/{path}" for path in ("news/1", "closed/page", "closed/open")]
    assert expected == list(robots_verdict(text.encode(), agent="Dateline", urls=urls).allowed)


@pytest.mark.parametrize(("line", "expected"), [
    ("Crawl-delay: 2", 2.0), ("Crawl-delay: 0.5", 0.5), ("Request-rate: 1/5", 5.0), ("Crawl-delay: soon", None),
    ("", None),
])
def test_the_pause_that_a_file_asks_for(line: str, expected: float | None) -> None:
    """In seconds, however it is said."""
    assert expected == robots_verdict(f"User-agent: *\n{line}\n".encode(), agent="Dateline", urls=[]).delay


def test_any_bytes_are_a_file() -> None:
    """A stranger's file raises nothing."""
    assert (True,) == robots_verdict(bytes(range(256)) * 50, agent="Dateline", urls=["https://c.example/"]).allowed


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Database]:
    """A database of one kind: what differs between the two is tested with the storage room."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@asynccontextmanager
async def gate(store: Database, loopback: Loopback) -> AsyncIterator[RobotsGate]:
    """A gate as a bot that just started has it."""
    sandbox = Sandbox(children=1)
    yield RobotsGate(store, Fetcher(loopback.network), sandbox, AGENT)
    await sandbox.aclose()


def ask(store: Database, loopback: Loopback, now: datetime, *paths: str) -> list[str]:
    """What a gate says of the pages, asked all at once."""

    async def answers() -> list[str]:
        async with gate(store, loopback) as opened:
            return list(await asyncio.gather(*(opened.verdict(loopback.url(path), now) for path in paths)))

    return asyncio.run(answers())


def test_pages_are_read_where_they_may_be(store: Database, loopback: Loopback, now: datetime) -> None:
    """The file is fetched once for all of them."""
    loopback.answer("/robots.txt", CLOSED, headers={"Content-Type": "text/plain"})
    assert ["yes", "no", "yes"] == ask(store, loopback, now, "/news/1", "/closed/1", "/closed/open")
    assert ["/robots.txt"] == [request.target for request in loopback.requests]


@pytest.mark.parametrize(("name", "expected"), [("Dateline", "no"), ("reader", "yes"), ("example", "yes")])
def test_a_file_knows_us_by_name(
    store: Database, loopback: Loopback, now: datetime, name: str, expected: str
) -> None:
    """Not by words of the address that stands in the User-Agent."""
    loopback.answer("/robots.txt", f"User-agent: {name}\nDisallow: /\n")
    assert [expected] == ask(store, loopback, now, "/news/1")


@pytest.mark.parametrize(("status", "expected"), [
    (404, "yes"), (403, "yes"), (410, "yes"), (429, "wait"), (500, "wait"), (503, "wait"),
])
def test_without_a_file(store: Database, loopback: Loopback, now: datetime, status: int, expected: str) -> None:
    """None allows everything; one that cannot be had now is waited for."""
    loopback.answer("/robots.txt", "User-agent: *\nDisallow: /\n", status=status)
    assert [expected] == ask(store, loopback, now, "/news/1")


def test_an_answer_that_is_none_says_nothing(store: Database, loopback: Loopback, now: datetime) -> None:
    """The file may be there, and forbid everything."""
    loopback.raw("/robots.txt", b"no HTTP at all\r\n\r\n")
    assert ["wait"] == ask(store, loopback, now, "/news/1")


def test_a_file_is_read_for_half_a_million_characters(store: Database, loopback: Loopback, now: datetime) -> None:
    """What stands after them counts for nothing."""
    padding = "# much to say\n" * 36_000
    loopback.answer("/robots.txt", f"User-agent: *\nDisallow: /closed/\n{padding}Disallow: /\n")
    assert ["yes", "no"] == ask(store, loopback, now, "/news/1", "/closed/1")


def test_a_file_that_is_a_trap_is_none(store: Database, loopback: Loopback, now: datetime) -> None:
    """A parser that would take minutes is stopped, once a day and not for every page."""
    agents = "".join(f"User-agent: a{number}\n" for number in range(15_000))
    loopback.answer("/robots.txt", agents + "Disallow: /x\n" * 15_000)
    assert ["yes", "yes"] == ask(store, loopback, now, "/news/1", "/news/2")
    with store.read() as connection:
        kept = hosts.robots_of(connection, f"127.0.0.1:{loopback.port}", now)
    assert kept
    assert "" == kept.text


@pytest.mark.parametrize(("later", "expected"), [(1 * HOURS, 1), (23 * HOURS, 1), (27 * HOURS, 2)])
def test_a_file_is_read_once_a_day(
    store: Database, loopback: Loopback, now: datetime, later: timedelta, expected: int
) -> None:
    """Across a restart, too."""
    loopback.answer("/robots.txt", CLOSED)
    assert ["no", "no"] == [*ask(store, loopback, now, "/closed/1"), *ask(store, loopback, now + later, "/closed/1")]
    assert expected == len(loopback.requests)


def test_an_old_file_holds_while_there_is_no_new_one(store: Database, loopback: Loopback, now: datetime) -> None:
    """Trouble of the server neither opens nor shuts anything."""
    loopback.answer("/robots.txt", CLOSED)
    loopback.answer("/robots.txt", status=500)
    ask(store, loopback, now, "/news/1")
    assert ["yes", "no"] == ask(store, loopback, now + 48 * HOURS, "/news/1", "/closed/1")
    assert 2 == len(loopback.requests)


def test_a_server_in_trouble_is_not_asked_for_every_page(
    store: Database, loopback: Loopback, now: datetime
) -> None:
    """It is asked again after half an hour, and its pages wait."""
    loopback.answer("/robots.txt", status=503)
    assert ["wait"] * 3 == ask(store, loopback, now, "/news/1", "/news/2", "/news/3")
    assert ["wait"] == ask(store, loopback, now + HOURS, "/news/1")
    assert 2 == len(loopback.requests)


@pytest.mark.parametrize(("line", "expected"), [("Crawl-delay: 20", 20.0), ("Crawl-delay: 86400", 30.0), ("", 0.0)])
def test_pages_of_a_host_stand_in_line(
    store: Database, loopback: Loopback, now: datetime, line: str, expected: float
) -> None:
    """As far apart as the host asks, half a minute at most; other hosts do not wait with it."""
    loopback.answer("/robots.txt", f"User-agent: *\nDisallow: /closed/\n{line}\n")

    async def waits() -> list[float]:
        async with gate(store, loopback) as opened:
            await opened.verdict(loopback.url("/news/1"), now)
            urls = [*(loopback.url(f"/news/{number}") for number in range(3)), "https://other.example/"]
            return [opened.delay(url) for url in urls]

    assert [0, pytest.approx(expected, abs=1), pytest.approx(2 * expected, abs=1), 0] == asyncio.run(waits())
