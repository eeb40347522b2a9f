"""Manners on the wire: what the whole bot asks of a publisher, and when, on a clock that is set.

The long form, `python -m tests.etiquette_day`, is judged by a program that a checkout may have beside it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from monitor.cycle import run_cycle
from tests.collect_life import Life, living
from tests.collect_rig import FEED_SERVER, failures
from tests.etiquette_day import run
from tests.isolation_day import RULE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from tests.loopback import Loopback, Request

    Later = Callable[[timedelta], Awaitable[None]]

FEED = ("<?xml version='1.0'?><rss version='2.0'><channel><title>Ledger</title><item><title>Council meets</title>"
        "<guid>1</guid><link>http://127.0.0.1/1</link></item></channel></rss>")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@asynccontextmanager
async def bot(folder: Path, server: Loopback, paths: Sequence[str], start: datetime) -> AsyncIterator[Later]:
    """A bot on feeds, and what lets time go by before its next round."""
    feeds = [(server.url(path), f"Outlet {path}", True) for path in paths]
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "lantern.toml").write_text(RULE)
    life = Life(str(folder), feeds, [server.port], 0.0, 0.0, packs=(), rules=str(folder / "rules"),
                network={"host_gap": 0.0, "starts_per_second": 1_000.0})
    moments = [start]

    async def later(wait: timedelta) -> None:
        moments[0] += wait
        await run_cycle(house)

    async with living(life, lambda: moments[0]) as house:
        await run_cycle(house)
        yield later
        await house.finish()


def asked(server: Loopback, path: str) -> list[Request]:
    """The requests for a path, in order."""
    return [request for request in server.requests if request.target == path]


def polls(folder: Path, server: Loopback, now: datetime, waits: Sequence[timedelta]) -> list[Request]:
    """The requests for /feed of a bot that has a round at once and one after each wait."""
    async def story() -> None:
        async with bot(folder, server, ["/feed"], now) as later:
            for wait in waits:
                await later(wait)

    asyncio.run(story())
    return asked(server, "/feed")


def test_validators_go_back_byte_for_byte_also_after_a_restart(
    tmp_path: Path, loopback: Loopback, now: datetime
) -> None:
    """However odd they are: an ETag without quotes, a date that is none."""
    odd = {"ETag": "a/b==", "Last-Modified": "Tue, 1 Mar 2026 9:00 +0000"}
    loopback.answer("/feed", FEED, headers=odd)
    loopback.answer("/feed", status=304)
    polls(tmp_path, loopback, now, [])
    polls(tmp_path, loopback, now + 30 * MINUTE, [30 * MINUTE])

    sent = [(request.headers["If-None-Match"], request.headers["If-Modified-Since"])
            for request in asked(loopback, "/feed")]
    assert [(None, None), *[tuple(odd.values())] * 2] == sent


def test_a_restart_polls_nothing_early(tmp_path: Path, loopback: Loopback, now: datetime) -> None:
    """The schedule is in the database."""
    loopback.answer("/feed", FEED)
    polls(tmp_path, loopback, now, [])

    assert 1 == len(polls(tmp_path, loopback, now + 5 * MINUTE, []))


@pytest.mark.parametrize(("status", "headers"), [
    (200, {"Cache-Control": "max-age=7200", "ETag": '"1"'}),
    (200, {"Expires": "{later}", "Date": "{now}", "ETag": '"1"'}),
    (429, {"Retry-After": "7200"}),
    (429, {"Retry-After": "{later}", "Date": "{now}"}),
    (503, {"Retry-After": "7200"}),
])
def test_no_poll_before_the_server_allows_it(
    tmp_path: Path, loopback: Loopback, now: datetime, status: int, headers: dict[str, str]
) -> None:
    """Seconds or a date, of a document or a refusal; but in the end it is asked again."""
    dates = {"now": now, "later": now + 120 * MINUTE}
    written = {name: text.format(**{key: format_datetime(date, usegmt=True) for key, date in dates.items()})
               for name, text in headers.items()}
    loopback.answer("/feed", FEED if status == 200 else b"", status=status, headers=written)

    assert 1 == len(polls(tmp_path, loopback, now, [40 * MINUTE, 40 * MINUTE, 35 * MINUTE]))
    assert 1 < len(polls(tmp_path, loopback, now + DAY, [DAY]))


def test_a_304_says_how_long_it_holds(tmp_path: Path, loopback: Loopback, now: datetime) -> None:
    """It is obeyed as an answer with a document is."""
    loopback.answer("/feed", FEED, headers={"ETag": '"1"'})
    loopback.answer("/feed", status=304, headers={"Cache-Control": "max-age=7200"})

    assert 2 == len(polls(tmp_path, loopback, now, [40 * MINUTE] * 3))


def test_too_many_requests_hold_for_the_whole_host(tmp_path: Path, loopback: Loopback, now: datetime) -> None:
    """A sibling feed that it does not give either is not asked while the host has asked to be left alone."""
    loopback.answer("/busy", status=429, headers={"Retry-After": "3600"})
    loopback.answer("/feed", status=500)
    loopback.answer("/feed", FEED)

    async def story() -> None:
        async with bot(tmp_path, loopback, ["/busy", "/feed"], now) as later:
            before = len(asked(loopback, "/feed"))
            for _ in range(3):
                await later(18 * MINUTE)
            assert before == len(asked(loopback, "/feed"))

    asyncio.run(story())


def test_gone_is_confirmed_once_and_then_believed(tmp_path: Path, loopback: Loopback, now: datetime) -> None:
    """410, a day later 410: that is all it is ever asked."""
    loopback.answer("/feed", FEED)
    loopback.answer("/feed", status=410)

    assert 3 == len(polls(tmp_path, loopback, now, [30 * MINUTE, *[DAY + 3 * 60 * MINUTE] * 5]))


@pytest.mark.parametrize(("status", "adopted"), [(301, True), (308, True), (302, False), (307, False)])
def test_only_a_lasting_redirect_is_adopted(
    tmp_path: Path, loopback: Loopback, now: datetime, status: int, adopted: bool
) -> None:
    """After some days of a permanent redirect the new address is asked directly; after a passing one never."""
    loopback.answer("/feed", status=status, headers={"Location": "/new"})
    loopback.answer("/new", FEED)
    before = len(polls(tmp_path, loopback, now, [DAY + 3 * 60 * MINUTE] * 5))
    after = polls(tmp_path, loopback, now + 8 * DAY, [])  # a week after it was adopted the old one is tried again

    assert adopted == (len(after) == before)


def test_waits_grow_while_a_feed_fails_and_it_is_never_given_up(
    tmp_path: Path, loopback: Loopback, now: datetime
) -> None:
    """A round every ten minutes for two days: at first dozens of polls, then few; and after a month still one a day."""
    loopback.answer("/feed", status=500)
    first = len(polls(tmp_path, loopback, now, [10 * MINUTE] * 144))
    second = len(polls(tmp_path, loopback, now + DAY, [10 * MINUTE] * 144)) - first
    later = len(polls(tmp_path, loopback, now + 30 * DAY, [DAY + 3 * 60 * MINUTE] * 3)) - first - second

    assert 72 > first > second > 0
    assert later >= 3


def test_who_asks_names_the_project_and_carries_nothing_else(
    tmp_path: Path, loopback: Loopback, now: datetime
) -> None:
    """A name with an address; no cookie although one was set, no referrer."""
    loopback.answer("/feed", FEED, headers={"Set-Cookie": "id=1"})
    last = polls(tmp_path, loopback, now, [30 * MINUTE])[-1].headers

    assert "https://" in last["User-Agent"]
    assert [None, None] == [last[name] for name in ("Cookie", "Referer")]


@pytest.mark.skipif(not FEED_SERVER.exists(), reason="the stricter feed server is not beside this checkout")
def test_a_minute_of_a_day_offends_nobody(tmp_path: Path) -> None:
    """Conditional and redirecting feeds, a kill in the middle: the judge of the log finds no rule broken."""
    server = run(tmp_path, speed=120.0, seconds=40.0, groups=("cond",), gap=0.3)

    assert {} == failures(server.log, ["ua", "clean", "conditional", "verbatim", "double-tap", "concurrency", "burst",
                                       "canary", "restart"])
