"""Whose failure it is: where most hosts cannot be reached, it is our own network's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.outage import Weather, plan_ours
from monitor.collect.plan import FeedState
from monitor.errors import CollectError, DocumentError, FetchError
from monitor.settings import PollingSettings

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
DOWN = FetchError("dns", "no such host")
SECOND = timedelta(seconds=1)


def asked(weather: Weather, hosts: int, error: CollectError | None, *, begin: datetime = NOW, first: int = 0,
          every: timedelta = SECOND, well: bool = True) -> datetime:
    """Note the same outcome of many hosts, one after the other; the time of the last one."""
    at = begin
    for number in range(hosts):
        at = begin + number * every
        weather.note(f"{first + number}.example", error, at, well=well)
    return at


@pytest.mark.parametrize(("error", "expected"), [
    (DOWN, True),
    (FetchError("refused", "x"), True),
    (FetchError("timeout", "x"), True),
    (FetchError("status", "x", status=503), False),
    (FetchError("tls", "x"), False),
    (DocumentError("timeout", "the parser took too long"), False),
])
def test_where_nobody_can_be_reached_nobody_is_to_blame(error: CollectError, *, expected: bool) -> None:
    """An answer of any kind shows that the network works."""
    weather = Weather()
    asked(weather, 10, error)
    assert expected == weather.ours(error)


@pytest.mark.parametrize(("reached", "failing", "expected"), [
    (0, 4, False), (0, 5, True), (2, 8, True), (3, 7, False), (500, 100, False), (100, 500, True),
])
def test_most_of_at_least_five_hosts_must_fail(reached: int, failing: int, *, expected: bool) -> None:
    """Fewer may well be down together."""
    weather = Weather()
    fast = timedelta(milliseconds=50)
    end = asked(weather, reached, None, every=fast)
    asked(weather, failing, DOWN, begin=end, first=reached, every=fast)
    assert expected == weather.ours(DOWN)


def test_dead_sites_show_nothing() -> None:
    """A bot most of whose feeds died long ago has a network that works."""
    weather = Weather()
    asked(weather, 50, DOWN, well=False)
    assert not weather.ours(DOWN)


def test_a_small_bot_notices_too() -> None:
    """Six sites, one every three minutes: the first ones are blamed, and go on counting as evidence."""
    weather = Weather()
    often = timedelta(minutes=3)
    end = asked(weather, 6, None, every=often)
    end = asked(weather, 6, DOWN, begin=end + often, every=often)
    assert weather.ours(DOWN)
    for _ in range(3):
        end = asked(weather, 6, DOWN, begin=end + often, every=often, well=False)
        assert weather.ours(DOWN)


def test_a_large_bot_looks_at_two_minutes() -> None:
    """A thousand sites that were reached before do not hide that a hundred fail now."""
    weather = Weather()
    asked(weather, 1_000, None, every=timedelta(milliseconds=50))
    asked(weather, 100, DOWN, begin=NOW + timedelta(minutes=4), first=1_000, every=SECOND)
    assert weather.ours(DOWN)


def test_failures_of_hours_ago_show_nothing() -> None:
    """What a few sites did then is no sign of what the network does now."""
    weather = Weather()
    asked(weather, 4, DOWN)
    asked(weather, 1, DOWN, begin=NOW + timedelta(hours=1), first=4)
    assert not weather.ours(DOWN)


def test_the_end_is_noticed_and_the_beginning_known() -> None:
    """So that the admins can be told from when to when."""
    weather = Weather()
    end = asked(weather, 20, DOWN)
    assert NOW + 4 * SECOND == weather.since
    asked(weather, 20, None, begin=end)
    assert weather.since is None


def test_what_is_kept_is_bounded() -> None:
    """A record of ten thousand hosts is not needed to see that none answers."""
    weather = Weather()
    asked(weather, 10_000, None, every=timedelta(0))
    asked(weather, 2_000, DOWN, first=10_000, every=timedelta(0))
    assert weather.ours(DOWN)


def weathered(weather: Weather, minutes: int, *, up: int, down: int, begin: datetime = NOW) -> datetime:
    """Ask every ten minutes hosts that can be reached and more that cannot; the time of the last one."""
    end = begin
    for at in range(0, minutes, 10):
        asked(weather, up, None, begin=begin + timedelta(minutes=at), first=100)
        end = asked(weather, down, DOWN, begin=begin + timedelta(minutes=at, seconds=30), well=at == 0)
    return end


@pytest.mark.parametrize(("minutes", "up", "ours"), [(30, 1, True), (60, 1, False), (60, 0, True), (600, 0, True)])
def test_where_somebody_is_reached_it_is_ours_for_half_an_hour(minutes: int, up: int, *, ours: bool) -> None:
    """Hundreds of sites stand behind one company's servers, and fail together."""
    weather = Weather()
    weathered(weather, minutes, up=up, down=9)
    assert (ours, not ours) == (weather.ours(DOWN), weather.partly is not None)


def test_an_outage_does_not_flap() -> None:
    """Another one begins ten minutes after the last at the soonest."""
    weather = Weather()
    end = asked(weather, 20, DOWN)
    end = asked(weather, 20, None, begin=end)
    asked(weather, 20, DOWN, begin=end)
    assert weather.since is None
    asked(weather, 20, DOWN, begin=end + timedelta(minutes=10))
    assert weather.ours(DOWN)


@pytest.mark.parametrize(("lasting", "fraction", "expected"), [
    (None, 0.0, 2), (0, 1.0, 2.5), (2, 0.0, 5), (7, 0.0, 10), (17, 0.0, 15), (9_999, 0.0, 15),
])
def test_what_is_our_fault_is_not_counted(lasting: int | None, fraction: float, expected: float) -> None:
    """The feed is asked again in some minutes, no later than usual, and since when it fails is kept."""
    since = None if lasting is None else NOW - timedelta(minutes=lasting)
    state = FeedState("https://c.example/feed", failures=2, failing_since=since)
    plan = plan_ours(state, now=NOW, polling=PollingSettings(interval_minutes=15), fraction=fraction)
    assert (replace(state, failing_since=since or NOW), NOW + timedelta(minutes=expected), "offline") == (
        plan.state, plan.next_poll_at, plan.error_kind)
