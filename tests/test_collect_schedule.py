"""When a feed is asked again: its interval, jitter, hints, back-off, and whole documents now and then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.collect.freshness import LONGEST
from monitor.collect.plan import FeedState
from monitor.collect.schedule import asks_whole, back_off, interval, next_poll
from monitor.errors import CollectError, DocumentError, FetchError
from monitor.settings import PollingSettings

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)  # a Monday
URGENT = FeedState("https://c.example/feed", '"v"', first_ok_at=NOW - timedelta(days=9),
                   polled_at=NOW - timedelta(minutes=20), whole_at=NOW - timedelta(hours=1))
CALM = replace(URGENT, urgent=False)
POLLING = PollingSettings(interval_minutes=20)
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


def minutes(state: FeedState, *, fraction: float = 0.5, fresh: float = 0.0, missed: bool = False) -> float:
    at = next_poll(state, POLLING, fresh=fresh, now=NOW, fraction=fraction, missed=missed)
    return round((at - NOW).total_seconds() / 60, 2)


@pytest.mark.parametrize(("fraction", "expected"), [(0.0, 18.0), (0.5, 20.0), (1.0, 22.0)])
def test_polls_are_spread_round_the_interval(fraction: float, expected: float) -> None:
    """Ten per cent either way."""
    assert expected == minutes(CALM, fraction=fraction)


@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
def test_urgent_feeds_are_asked_before_the_interval_is_over(fraction: float) -> None:
    """It is a promise: the jitter leaves room for a tick of the scheduler, and is no burst either."""
    assert 18 <= minutes(URGENT, fraction=fraction) <= 19.75


@pytest.mark.parametrize(("state", "expected"), [
    (CALM, 20),
    (replace(CALM, etag=None), 60),
    (replace(CALM, etag=None, last_modified="yesterday"), 20),
    (replace(CALM, interval_minutes=300), 300),
    (replace(CALM, interval_minutes=9_999), 1440),
    (replace(CALM, interval_minutes=5), 20),
    (replace(CALM, hints={"minutes": 60, "skip_hours": [], "skip_days": []}), 60),
    (replace(CALM, hints={"minutes": 60, "skip_hours": [], "skip_days": []}, interval_minutes=90), 90),
    (replace(URGENT, etag=None, interval_minutes=300, hints={"minutes": 60}), 20),
], ids=["validators", "none", "a date", "learned", "too long", "too short", "ttl", "both", "urgent"])
def test_intervals(state: FeedState, expected: int) -> None:
    """The configured one, longer where a feed teaches or says so or costs more; of an urgent feed never longer."""
    assert expected * MINUTE == interval(state, POLLING)


def test_what_a_server_calls_fresh_holds_for_urgent_feeds_too() -> None:
    """The server decides how often it is asked."""
    assert 120 == minutes(URGENT, fresh=2 * HOUR)


@pytest.mark.parametrize(("state", "expected"), [
    (URGENT, 10.0), (replace(CALM, interval_minutes=300), 150.0), (replace(CALM, etag=None), 30.0),
])
def test_a_feed_that_outran_us_is_asked_sooner(state: FeedState, expected: float) -> None:
    """Twice as often, and not more often than every ten minutes."""
    assert expected == minutes(state, missed=True)


@pytest.mark.parametrize(("hints", "expected"), [
    ({"skip_hours": [15, 16]}, 140),
    ({"skip_hours": [*range(15), *range(16, 24)]}, 20),
    ({"skip_days": [0]}, 560),
    ({"skip_hours": [*range(24)]}, 20),
    ({"skip_days": [*range(7)]}, 20),
    ({"skip_hours": [*range(15, 24)], "skip_days": [1, 2]}, 1460),
    ({}, 20),
], ids=["hours", "other hours", "day", "all hours", "all days", "too long", "nothing"])
def test_hours_in_which_nothing_comes_are_left_out(hints: dict[str, Any], expected: int) -> None:
    """For a day at most: a feed that excludes every hour is asked as if it had said nothing."""
    assert expected == minutes(replace(CALM, hints=hints))


def wait(error: CollectError, failures: int, *, state: FeedState = URGENT, fraction: float = 0.5) -> float:
    return round(back_off(replace(state, failures=failures), error, POLLING, fraction, NOW) / 60, 2)


TIMEOUT = FetchError("timeout", "too slow")
NO_NAME = FetchError("dns", "no such host")
BROKEN = FetchError("status", "trouble of its own", status=500)
BLOCKED = FetchError("blocked", "a challenge", status=403)


@pytest.mark.parametrize(("error", "expected"), [
    (TIMEOUT, [20, 40, 60, 80, 100]),
    (DocumentError("not-a-feed", "a page"), [20, 40, 60, 80, 100]),
    (BROKEN, [20, 20, 30, 40, 50]),
    (FetchError("status", "nothing", status=404), [20, 20, 30, 40, 50]),
    (NO_NAME, [20, 20, 20, 20, 25]),
    (BLOCKED, [240, 240, 360, 480, 600]),
    (FetchError("status", "refused", status=403), [240, 240, 360, 480, 600]),
], ids=["timeout", "page", "500", "404", "dns", "challenge", "403"])
def test_failures_back_off(error: FetchError, expected: list[float]) -> None:
    """By the interval times the failures in a row; what often passes counts less, four hours after a block."""
    assert expected == [wait(error, failures) for failures in range(1, 6)]


@pytest.mark.parametrize(("waited", "expected"), [(20, 20), (30, 30), (40, 40), (4_000, 40)])
def test_what_the_host_made_a_feed_wait_counts(waited: int, expected: float) -> None:
    """The next wait is no shorter, but we may have been switched off: twice what was planned counts at most."""
    polled = NOW - timedelta(minutes=waited)
    late = replace(URGENT, polled_at=polled, next_poll_at=polled + timedelta(minutes=20))
    assert expected == wait(BROKEN, 2, state=late)


@pytest.mark.parametrize("error", [TIMEOUT, BROKEN, NO_NAME, BLOCKED])
def test_no_feed_is_ever_given_up(error: FetchError) -> None:
    """After years of failures it is asked once a day."""
    assert 1440 == wait(error, 9_999)


@pytest.mark.parametrize("error", [TIMEOUT, BROKEN, NO_NAME, BLOCKED])
def test_no_failure_makes_a_feed_asked_more_often(error: FetchError) -> None:
    """Its learned interval is the least."""
    calm = replace(CALM, interval_minutes=600)
    assert all(wait(error, failures, state=calm) >= 600 for failures in range(1, 9))


@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("error", "least"), [
    (FetchError("status", "x", status=429, retry_after=7_200.0), 120),
    (FetchError("status", "x", status=503, retry_after=7_200.0), 120),
    (FetchError("status", "x", status=503, retry_after=60.0), 18),
    (FetchError("status", "x", status=410), 1440),
])
def test_the_servers_own_time_is_never_undercut(error: FetchError, least: float, fraction: float) -> None:
    """The jitter only adds to it, a tenth at most; a confirmation of "gone" is asked for a day later."""
    assert least <= wait(error, 1, fraction=fraction) <= max(least * 1.1, 22)


@pytest.mark.parametrize(("state", "hours", "expected"), [
    (URGENT, 23.9, False),
    (URGENT, 26.5, True),
    (replace(URGENT, etag=None), 1.0, True),
    (replace(URGENT, etag=None, last_modified="yesterday"), 1.0, False),
], ids=["today", "a day ago", "no validators", "a date"])
def test_a_whole_document_is_asked_for_once_a_day(state: FeedState, hours: float, *, expected: bool) -> None:
    """Servers were seen to say "not changed" for ever."""
    assert expected == asks_whole(replace(state, whole_at=NOW - timedelta(hours=hours)), NOW)


def test_the_days_of_feeds_do_not_end_together() -> None:
    """A thousand feeds that were added at once are not all asked for their whole documents at once, a day later."""
    states = [replace(URGENT, url=f"https://c.example/{number}", whole_at=NOW - timedelta(hours=25.2))
              for number in range(1_000)]
    assert 400 < sum(asks_whole(state, NOW) for state in states) < 600


def test_feeds_that_are_asked_once_a_day_are_asked_with_their_validators() -> None:
    """Three times out of four."""
    at, whole_at, asked = NOW, NOW, []
    for _ in range(12):
        before, at = at, at + timedelta(seconds=LONGEST)
        asked.append(asks_whole(replace(CALM, polled_at=before, whole_at=whole_at), at))
        whole_at = at if asked[-1] else whole_at
    assert [False, False, False, True] * 3 == asked


@pytest.mark.parametrize(("error", "failures", "hours", "expected"), [
    (BROKEN, 2, 4, 240),
    (NO_NAME, 3, 4, 240),
    (TIMEOUT, 20, 4, 400),
    (BROKEN, 1, 4, 20),
    (BROKEN, 2, 99, 1440),
    (FetchError("status", "x", status=503, retry_after=60.0), 2, 4, 20),
    (FetchError("status", "x", status=503, retry_after=36_000.0), 2, 4, 630),
], ids=["lighter", "lightest", "longer", "first", "a clock ahead", "asked sooner", "asked later"])
def test_a_lighter_failure_shortens_no_wait(error: FetchError, failures: int, hours: int, expected: float) -> None:
    """After four hours for a block, a broken server is asked after four, too, unless it names a time itself."""
    waited = replace(URGENT, polled_at=NOW - timedelta(hours=hours), next_poll_at=NOW)
    assert expected == wait(error, failures, state=waited)
