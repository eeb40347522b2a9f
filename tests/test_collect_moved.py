"""Permanent redirects: when a new address is believed, and when the old one is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.model import Fetched
from monitor.collect.moved import followed, returned
from monitor.collect.plan import FeedState
from monitor.errors import CollectError, DocumentError, FetchError

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
OLD, NEW = "https://old.example/feed", "https://new.example/feed"
STATE = FeedState(OLD, '"v"', "yesterday", "hash", first_ok_at=NOW)
HOUR = timedelta(hours=1)


def answer(*redirects: tuple[int, str]) -> Fetched:
    url = redirects[-1][1] if redirects else OLD
    return Fetched(url, 200, b"x", {}, None, None, "text/xml", whole=True, redirects=redirects, elapsed=0.1)


def seen(*answers: Fetched, every: timedelta = 12 * HOUR, known: bool = True, state: FeedState = STATE) -> FeedState:
    for number, one in enumerate(answers):
        state = followed(state, one, NOW + number * every, known=known)
    return state


def test_an_address_seen_three_times_over_a_day_is_adopted() -> None:
    """Its validators are not the old one's, and are forgotten with it; the old address stays the feed's name."""
    expected = replace(STATE, fetch_url=NEW, etag=None, last_modified=None)
    assert expected == seen(*[answer((301, NEW))] * 3)


@pytest.mark.parametrize(("answers", "every", "known"), [
    ([answer((301, NEW))] * 2, 24 * HOUR, True),
    ([answer((301, NEW))] * 9, HOUR, True),
    ([answer((301, NEW))] * 9, 12 * HOUR, False),
    ([answer((302, NEW))] * 9, 12 * HOUR, True),
    ([answer((303, NEW))] * 9, 12 * HOUR, True),
    ([answer((307, NEW))] * 9, 12 * HOUR, True),
    ([answer((301, "https://m.example/"), (302, NEW))] * 9, 12 * HOUR, True),
    ([answer((301, NEW)), answer((301, NEW)), answer()] * 3, 24 * HOUR, True),
    ([answer((301, NEW)), answer((301, NEW + "2"))] * 5, 24 * HOUR, True),
    ([answer((301, "http://new.example/feed"))] * 9, 12 * HOUR, True),
], ids=["twice", "in a morning", "a strange feed", "302", "303", "307", "not all the way", "now and then", "elsewhere",
        "without a certificate"])
def test_less_evidence_moves_nothing(answers: list[Fetched], every: timedelta, *, known: bool) -> None:
    """A captive portal, a domain for sale and a balancer of loads redirect too."""
    assert seen(*answers, every=every, known=known).fetch_url is None


@pytest.mark.parametrize("hops", [((308, NEW),), ((301, "https://m.example/"), (308, NEW))])
def test_every_permanent_way_counts(hops: tuple[tuple[int, str], ...]) -> None:
    """Over several addresses, too: the last one is where the feed stands."""
    assert NEW == seen(*[answer(*hops)] * 3).fetch_url


def test_a_strange_feed_is_adopted_once_it_shows_what_is_known() -> None:
    """What was seen before counts."""
    waiting = seen(*[answer((301, NEW))] * 4, known=False)
    assert NEW == followed(waiting, answer((301, NEW)), NOW + 48 * HOUR, known=True).fetch_url


def test_a_feed_moves_on_and_home() -> None:
    """From its new address to the next one, and back to its own name."""
    moved = seen(*[answer((301, NEW))] * 3)
    assert NEW + "/2" == seen(*[answer((301, NEW + "/2"))] * 3, state=moved).fetch_url
    assert seen(*[answer((301, OLD))] * 3, state=moved).fetch_url is None


@pytest.mark.parametrize(("error", "failures", "expected"), [
    (FetchError("status", "x", status=410), 1, None),
    (FetchError("status", "x", status=404), 2, NEW),
    (FetchError("status", "x", status=404), 3, None),
    (FetchError("dns", "x"), 3, None),
    (DocumentError("not-a-feed", "x"), 3, None),
    (FetchError("status", "x", status=503), 9, NEW),
    (FetchError("timeout", "x"), 9, NEW),
])
def test_a_new_address_that_lost_the_feed_is_left(error: CollectError, failures: int, expected: str | None) -> None:
    """The old one is asked again, without the other's validators; trouble that passes moves nothing."""
    moved = replace(STATE, fetch_url=NEW, failures=failures, gone_since=NOW)
    after = returned(moved, error)
    assert (expected, STATE.etag if expected else None) == (after.fetch_url, after.etag)


def test_the_own_address_is_never_left() -> None:
    """Whatever it answers: there is no other."""
    failing = replace(STATE, failures=99)
    assert failing == returned(failing, FetchError("status", "x", status=404))
