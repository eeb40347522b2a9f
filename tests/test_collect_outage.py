"""Whose failure it is: where most hosts cannot be reached, it is our own network's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.outage import Weather, plan_ours
from monitor.collect.plan import FeedState
from monitor.errors import CollectError, DocumentError, FetchError

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


@pytest.mark.parametrize(("fraction", "expected"), [(0.0, 2), (1.0, 5)])
def test_what_is_our_fault_is_not_counted(fraction: float, expected: int) -> None:
    """And the feed is asked again in a few minutes."""
    state = FeedState("https://c.example/feed", failures=2, failing_since=NOW)
    plan = plan_ours(state, now=NOW, fraction=fraction)
    assert (state, NOW + timedelta(minutes=expected), "offline") == (plan.state, plan.next_poll_at, plan.error_kind)
