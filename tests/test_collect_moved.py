"""Permanent redirects: when a new address is believed, and when the old one is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.model import Fetched
from monitor.collect.moved import asked_at, followed, is_trial, leads_elsewhere, returned
from monitor.collect.plan import FeedState
from monitor.errors import CollectError, DocumentError, FetchError

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
OLD, NEW = "https://old.example/feed", "https://new.example/feed"
STATE = FeedState(OLD, '"v"', "yesterday", "hash", first_ok_at=NOW)
HOUR = timedelta(hours=1)


def answer(*redirects: tuple[int, str]) -> Fetched:
    url = redirects[-1][1] if redirects else OLD
    return Fetched(url, 200, b"x", {}, None, None, "text/xml", whole=True, redirects=redirects, elapsed=0.1)


def seen(*answers: Fetched, every: timedelta = 12 * HOUR, known: bool = True, state: FeedState = STATE,
         asked: str = "") -> FeedState:
    """`known`: the documents have entries that were there before; without, all of theirs are strange."""
    for number, one in enumerate(answers):
        state = followed(state, one, NOW + number * every, asked=asked or state.fetch_url or state.url, known=known,
                         strange=not known)
    return state


def test_an_address_seen_three_times_over_a_day_is_adopted() -> None:
    """Its validators are not the old one's, and are forgotten with it; the old address stays the feed's name."""
    expected = replace(STATE, fetch_url=NEW, etag=None, last_modified=None, adopted_at=NOW + 24 * HOUR)
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


@pytest.mark.parametrize("later", [
    [answer((301, NEW))] * 9, [answer(), *[answer((301, NEW))] * 9], [answer((301, NEW + "2"))] * 9,
], ids=["goes on", "in between at home", "elsewhere again"])
def test_an_address_that_was_strange_is_never_adopted(later: list[Fetched]) -> None:
    """What is known there by the second poll is what it brought itself; the feed's error says where it is sent."""
    strange = seen(answer((301, NEW)), known=False)
    after = seen(*later, state=strange)
    assert (True, None, True) == (
        leads_elsewhere(strange, answer((301, NEW))), after.fetch_url, leads_elsewhere(after, later[-1]))


def test_a_strange_address_does_not_hinder_a_move_later_on() -> None:
    """Once the feed was read at home again, another address counts as any other."""
    home = seen(answer((301, NEW + "2")), answer(), known=False)
    assert NEW == seen(*[answer((301, NEW))] * 3, state=home).fetch_url


def test_what_did_not_change_where_it_was_known_is_a_sighting() -> None:
    """A feed that seldom has news moves, too."""
    once = seen(answer((301, NEW)))
    assert NEW == seen(*[replace(answer((301, NEW)), status=304)] * 3, state=once).fetch_url


def test_what_did_not_change_shows_nothing() -> None:
    """A 304 behind a redirect may be anybody's."""
    assert STATE == seen(*[replace(answer((301, NEW)), status=304)] * 9)


MOVED = replace(STATE, fetch_url=NEW, adopted_at=NOW, etag=None, last_modified=None)


@pytest.mark.parametrize(("change", "days", "expected"), [
    ({}, 6, NEW), ({}, 7, OLD), ({"origin_at": NOW + 24 * HOUR}, 7, NEW), ({"fetch_url": None}, 7, OLD),
    ({"failures": 3, "failing_since": NOW}, 0.2, NEW), ({"failures": 3, "failing_since": NOW}, 0.3, OLD),
    ({"failures": 4, "failing_since": NOW}, 0.3, NEW), ({"failures": 2, "failing_since": NOW}, 9, NEW),
])
def test_the_old_address_is_asked_now_and_then(change: dict[str, object], days: float, expected: str) -> None:
    """Once a week, and every other time where the new one failed three times over six hours."""
    state = replace(MOVED, **change)  # type: ignore[arg-type]  # fields by name
    asked = asked_at(state, NOW + days * 24 * HOUR)
    assert (expected, expected == OLD != state.fetch_url and state.fetch_url is not None and not state.failures) == (
        asked, is_trial(state, asked))


@pytest.mark.parametrize(("one", "known", "failures", "expected"), [
    (answer(), True, 0, None), (answer(), False, 0, NEW), (answer(), False, 3, None),
    (answer((301, NEW)), True, 0, NEW),
])
def test_a_feed_that_is_back_is_read_at_home(one: Fetched, *, known: bool, failures: int, expected: str | None) -> None:
    """Where the old address has what is known, or anything at all while the new one fails."""
    assert expected == seen(one, known=known, state=replace(MOVED, failures=failures), asked=OLD).fetch_url


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
    after = returned(moved, error, NOW, asked=NEW)
    assert (expected, STATE.etag if expected else None) == (after.fetch_url, after.etag)


def test_the_own_address_is_never_left() -> None:
    """Whatever it answers: there is no other."""
    failing = replace(STATE, failures=99)
    assert failing == returned(failing, FetchError("status", "x", status=404), NOW, asked=OLD)


def test_a_dead_old_address_says_nothing_of_the_new_one() -> None:
    """It is asked in turns while the new one fails, and may be gone for years."""
    failing = replace(MOVED, failures=9)
    assert failing == returned(failing, FetchError("dns", "x"), NOW, asked=OLD)
