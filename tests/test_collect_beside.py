"""Jobs beside the rounds, whose turn it is, and the one writer: nothing waits for the slow, nothing is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from monitor.collect import beside as beside_module
from monitor.collect import writer as writer_module
from monitor.collect.beside import Beside
from monitor.collect.model import Entry, Fetched, ParsedFeed
from monitor.collect.store import Outcome
from monitor.collect.turns import host_of, in_turn
from monitor.collect.writer import Writer
from monitor.errors import FetchError, StorageError
from monitor.settings import PollingSettings
from storage import feeds, hosts
from storage.feeds import WantedFeed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.database import Database
    from storage.feeds import Feed

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
TITLES = ("Council delays vote", "Bridge reopens")


def followed(database: Database, count: int) -> list[Feed]:
    """So many feeds, none of them polled yet."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(f"https://h{n}.example/feed", f"Outlet {n}") for n in range(count)], NOW)
        return feeds.active(connection)


def good(feed: Feed) -> Outcome:
    """A poll that brought two articles."""
    entries = tuple(Entry(title, f"{feed.url}/{n}", title, published_at=NOW) for n, title in enumerate(TITLES))
    fetched = Fetched(feed.url, 200, b"body", {}, '"v1"', None, "", whole=True, redirects=(), elapsed=0.1)
    return Outcome(feed, 0.5, NOW, fetched, ParsedFeed("T", entries, whole=True, version="rss20"))


def write(database: Database, outcomes: Sequence[Outcome]) -> list[tuple[bool, int] | BaseException]:
    """Store them through one writer, all at the same time."""

    async def storing() -> list[tuple[bool, int] | BaseException]:
        writer = Writer(database, PollingSettings())
        jobs = (writer.store(outcome, others=len(outcomes)) for outcome in outcomes)
        stored = await asyncio.gather(*jobs, return_exceptions=True)
        await writer.aclose()
        return stored

    return asyncio.run(storing())


def stopped(*seconds: float) -> list[str]:
    """What became of jobs that have their answer and end after so many seconds, and of one that still waits for it."""
    async def story() -> list[str]:
        beside: Beside[None] = Beside(asyncio.Event())
        tasks = []
        for number, wait in enumerate((*seconds, 0.0)):
            beside.start(number, asyncio.sleep(wait))
            tasks.append(beside._tasks[number])
        for number in range(len(seconds)):
            beside.answered(number)
        await beside.aclose()
        return ["cancelled" if task.cancelled() else "ended" for task in tasks]

    return asyncio.run(story())


def test_a_stop_lets_jobs_end_that_have_their_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a moment; the others are cancelled at once."""
    monkeypatch.setattr(beside_module, "STOP_SECONDS", 0.2)
    assert ["ended", "cancelled", "cancelled"] == stopped(0.01, 60)


def test_many_polls_are_stored_in_few_transactions(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes together is written together, and every poll hears of its own articles."""
    monkeypatch.setattr(writer_module, "BATCH", 8)
    waiting = [good(feed) for feed in followed(database, 20)]
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)

    assert [(True, 2)] * 20 == write(database, waiting)
    assert 3 == len(commits)


def test_polls_wait_while_much_is_to_be_stored(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as a whole batch waits, nobody brings more: it would only fill the memory."""
    monkeypatch.setattr(writer_module, "BATCH", 3)
    outcomes = [good(feed) for feed in followed(database, 3)]

    async def filled() -> list[bool]:
        writer = Writer(database, PollingSettings())
        await writer.room()
        jobs = [asyncio.create_task(writer.store(outcome, others=9)) for outcome in outcomes]
        room = asyncio.create_task(writer.room())
        await asyncio.sleep(0)
        waits = not room.done()
        await asyncio.gather(room, *jobs)
        return [waits, room.done()]

    assert [True, True] == asyncio.run(filled())


def test_a_poll_that_cannot_be_stored_fails_alone(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """The others of its transaction keep their articles, and the feed gets an error and a later time."""
    one, bad, other = followed(database, 3)
    broken = Entry("x", f"{bad.url}/x", "T", published_at="yesterday")  # type: ignore[arg-type]  # the mistake meant
    poisoned = Outcome(bad, 0.5, NOW, good(bad).fetched, ParsedFeed("T", (broken,), whole=True, version="rss20"))

    assert [(True, 2), (False, 0), (True, 2)] == write(database, [good(one), poisoned, good(other)])
    with database.read() as connection:
        (failed,) = [feed for feed in feeds.active(connection) if feed.failures]
    assert ("crash", True) == (failed.error_kind, failed.next_poll_at > NOW)
    assert "cannot be stored" in caplog.text


def test_a_database_that_takes_nothing_is_told_at_once(database: Database) -> None:
    """Where not even the failure can be stored, every poll hears the same error, and nothing was stored."""
    waiting = [good(feed) for feed in followed(database, 3)]
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE article_keys")
        connection.exec_driver_sql("ALTER TABLE feeds RENAME TO elsewhere")

    assert all(isinstance(error, StorageError) for error in write(database, waiting))


def test_a_host_that_asks_for_rest_gets_it(database: Database) -> None:
    """A 429 for one feed is noted with its host, in the transaction of the poll."""
    (feed,) = followed(database, 1)
    refusal = FetchError("status", "fewer visits", status=429, retry_after=600)
    write(database, [Outcome(feed, 0.5, NOW, failed=refusal)])

    with database.read() as connection:
        assert {"h0.example"} == set(hosts.waiting(connection, NOW + timedelta(minutes=5)))


def test_hosts_take_turns() -> None:
    """The first of each host, then the second, none more than its share with those under way, none of a shut one."""
    waiting = [(n, f"https://{host}.example/{n}") for n, host in enumerate(("a", "a", "a", "b", "b", "shut", "c"))]
    turns = in_turn(waiting, per_host=2, under_way=["b.example"], shut={"shut.example"})
    assert [(0, "a.example"), (3, "b.example"), (6, "c.example"), (1, "a.example")] == turns


@pytest.mark.parametrize(("url", "host"), [
    ("https://A.example:8080/x", "a.example:8080"), ("https://me:secret@a.example/", "a.example"), ("http://[", "")])
def test_a_host_is_named_without_secrets(url: str, host: str) -> None:
    """Limits hold for host and port."""
    assert host == host_of(url)


def test_jobs_end_beside() -> None:
    """What has ended can be taken once, an error of one is raised, and what goes on is cancelled at the end."""

    async def story() -> None:
        ended: asyncio.Event = asyncio.Event()
        beside: Beside[int] = Beside(ended)
        beside.start("quick", asyncio.sleep(0, 1))
        beside.start("slow", asyncio.sleep(60, 2))
        await ended.wait()
        assert (True, False) == ("slow" in beside, "quick" in beside)
        assert ([1], []) == (beside.take(), beside.take())
        await beside.aclose()
        assert 0 == len(beside)

    asyncio.run(story())


def test_an_error_beside_reaches_the_round() -> None:
    """The round that takes what ended hears of a database that failed."""

    async def failing() -> int:
        raise StorageError("the disk is full")

    async def story() -> None:
        ended: asyncio.Event = asyncio.Event()
        beside: Beside[int] = Beside(ended)
        beside.start("feed", failing())
        await ended.wait()
        beside.take()

    with pytest.raises(StorageError, match="disk is full"):
        asyncio.run(story())


@pytest.mark.parametrize(("brought", "expected"), [(False, None), (True, NOW)], ids=["not modified", "a document"])
def test_a_feed_that_begins_anew_while_it_is_asked_goes_on_so(
    database: Database, *, brought: bool, expected: datetime | None
) -> None:
    """Unless its document is stored: an answer that nothing changed writes nothing that did not."""
    (feed,) = followed(database, 1)
    write(database, [good(feed)])
    with database.write() as connection:
        (asked,) = feeds.active(connection)
        feeds.record_poll(connection, feed.id, first_ok_at=None)
    same = replace(good(asked), fetched=replace(good(asked).fetched, status=304), parsed=None)  # type: ignore[type-var]  # it has one
    assert [(True, 0)] == write(database, [good(asked) if brought else same])
    with database.read() as connection:
        assert [expected] == [one.first_ok_at for one in feeds.active(connection)]
