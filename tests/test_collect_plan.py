"""What a poll means, decided without a network, a database or a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.collect.entries import Came, came, plan_entries
from monitor.collect.model import Entry, Fetched, Hints, ParsedFeed
from monitor.collect.plan import (
    FeedState,
    PollPlan,
    body_hash,
    columns,
    plan_failed,
    plan_parsed,
    plan_unchanged,
    unchanged,
    without_body,
)
from monitor.errors import CollectError, DocumentError, FetchError
from monitor.settings import PollingSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
STATE = FeedState("https://c.example/feed", '"old"', "yesterday", "hash", first_ok_at=NOW - timedelta(days=9),
                  polled_at=NOW - timedelta(minutes=20), whole_at=NOW - timedelta(hours=1))
NEW = FeedState("https://c.example/feed")
POLLING = PollingSettings(interval_minutes=20, first_poll_hours=24)


def fetched(
    body: bytes = b"x", *, status: int = 200, whole: bool = True, headers: Mapping[str, str] | None = None
) -> Fetched:
    return Fetched("https://c.example/feed", status, body, headers or {}, '"new"', None, "text/xml", whole, (), 0.1)


def entry(number: int) -> Entry:
    return Entry(f"g{number}", f"https://c.example/{number}", f"Title {number}", published_at=NOW)


def feed(*entries: Entry, whole: bool = True) -> ParsedFeed:
    return ParsedFeed("T", entries, whole, "rss20")


def parsed(state: FeedState, answer: Fetched, document: ParsedFeed) -> PollPlan:
    planned = plan_entries(state, document.entries, now=NOW, polling=POLLING)
    brought = came(planned, {}, {}, state, NOW)
    return plan_parsed(state, answer, document, brought, now=NOW, polling=POLLING, fraction=0.5)


def failed(state: FeedState, error: CollectError, fraction: float = 0.5) -> PollPlan:
    return plan_failed(state, error, now=NOW, polling=POLLING, fraction=fraction)


def minutes(plan: PollPlan) -> float:
    return round((plan.next_poll_at - NOW).total_seconds() / 60, 2)


def test_a_good_poll_remembers_its_document() -> None:
    """Both validators are replaced, also with nothing, and failures end."""
    failing = replace(STATE, failures=3, failing_since=NOW)
    plan = parsed(failing, fetched(b"body"), feed(entry(1)))
    expected = replace(failing, etag='"new"', last_modified=None, validated_url=STATE.url, body_hash=body_hash(b"body"),
                       failures=0, failing_since=None)
    assert (expected, True, "") == (plan.state, plan.succeeded, plan.error)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_validators_are_kept_with_the_address_that_gave_them(status: int) -> None:
    """Believed from the feed's own address they could hide what it has once it is there again."""
    there = "https://d.example/"
    plan = parsed(STATE, replace(fetched(), url=there, redirects=((status, there),)), feed(entry(1)))
    assert ('"new"', there) == (plan.state.etag, plan.state.validated_url)


def test_a_strange_document_behind_a_redirect_is_news_and_said() -> None:
    """Nobody can tell whether it is the feed's new home: a person has to look."""
    plan = parsed(STATE, replace(fetched(), redirects=((301, "https://d.example/"),)), feed(entry(1)))
    assert (1, "elsewhere", None, 0) == (len(plan.came.new), plan.error_kind, plan.state.fetch_url, plan.state.failures)


def test_an_old_address_is_tried_in_vain() -> None:
    """What it has now is not the feed, be it an error or strange entries: the feed is asked for at once, unblamed."""
    moved = replace(STATE, fetch_url="https://d.example/")
    strange = plan_parsed(moved, fetched(), feed(entry(1)), Came(came(plan_entries(
        moved, [entry(1)], now=NOW, polling=POLLING), {}, {}, moved, NOW).new), now=NOW, polling=POLLING, fraction=0.5,
        asked=moved.url)
    dead = plan_failed(moved, FetchError("dns", "x"), now=NOW, polling=POLLING, fraction=0.5, asked=moved.url)
    expected = PollPlan(replace(moved, origin_at=NOW), NOW, succeeded=False)
    assert [expected, expected] == [strange, dead]


@pytest.mark.parametrize(("network", "document"), [(True, False), (False, True)])
def test_a_document_that_broke_off_is_not_remembered(*, network: bool, document: bool) -> None:
    """Its entries count, its validators do not: with them the server would never send the rest."""
    plan = parsed(STATE, fetched(whole=network), feed(entry(1), whole=document))
    assert ('"old"', "yesterday", "hash") == (plan.state.etag, plan.state.last_modified, plan.state.body_hash)
    assert (1, "damaged", 0) == (len(plan.came.new), plan.error_kind, plan.state.failures)


def test_what_breaks_off_and_brings_nothing_is_asked_more_seldom() -> None:
    """It counts as a failure, so that it is told after a day; but some always break off, and are asked all the same."""
    waits, state = [], STATE
    for _ in range(8):
        plan = parsed(state, fetched(whole=False), feed())
        state = plan.state
        waits.append(round((plan.next_poll_at - NOW).total_seconds() / 60))
    assert ([20, 40, 60, 80, 100, 120, 120, 120], 8, NOW) == (waits, state.failures, state.failing_since)
    assert 0 == parsed(state, fetched(whole=False), feed(entry(1))).state.failures


@pytest.mark.parametrize(("network", "document"), [(True, False), (False, True)])
def test_a_document_that_broke_off_is_no_first_poll(*, network: bool, document: bool) -> None:
    """The rest of the archive must still be quiet when it arrives; but a feed that is always broken starts at last."""
    first = parsed(NEW, fetched(whole=network), feed(entry(1), whole=document)).state
    assert first.first_ok_at is None
    assert not unchanged(first, fetched(whole=network))
    assert NOW == parsed(first, fetched(whole=network), feed(entry(1), whole=document)).state.first_ok_at


def test_an_empty_document_is_no_first_poll() -> None:
    """What a feed shows once it is filled may be its archive."""
    first = parsed(NEW, fetched(), feed()).state
    assert first.first_ok_at is None
    assert NOW == parsed(first, fetched(b"y"), feed(entry(1))).state.first_ok_at


def test_what_a_server_wrote_is_cleaned_before_it_is_stored() -> None:
    """No control character of an error message reaches the database or a terminal, and its marks stay."""
    assert "a <x> came [2J twice" == failed(STATE, DocumentError("kind", "a <x>\0 came\n\x1b[2J twice")).error


def test_not_modified_keeps_what_it_does_not_replace() -> None:
    """A 304 may bring a new ETag; the rest stands."""
    plan = plan_unchanged(STATE, fetched(status=304), now=NOW, polling=POLLING, fraction=0.5)
    assert ('"new"', "yesterday", "hash") == (plan.state.etag, plan.state.last_modified, plan.state.body_hash)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (fetched(status=304, body=b""), True),
        (fetched(b"same"), True),
        (fetched(b"same", whole=False), False),
        (fetched(b"other"), False),
    ],
)
def test_the_same_body_needs_no_parsing(answer: Fetched, *, expected: bool) -> None:
    """Nor does no body; a part of a document is never the same."""
    assert expected == unchanged(replace(STATE, body_hash=body_hash(b"same")), answer)


def test_a_body_that_was_read_is_dropped() -> None:
    """What is stored of it is its hash, as of the body itself."""
    answer = fetched(b"words")

    assert b"" == without_body(answer).body
    assert parsed(STATE, answer, feed()) == parsed(STATE, without_body(answer), feed())


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache-control": "public, max-age=7200"}, 120.0),
        ({"cache-control": "max-age=7200", "age": "3600"}, 60.0),
        ({"cache-control": "max-age=60"}, 18.8),
        ({"cache-control": "max-age=31536000"}, 1440.0),
        ({"cache-control": "no-cache, max-age=7200"}, 18.8),
        ({"cache-control": "max-age=soon"}, 18.8),
        ({"expires": "Mon, 09 Mar 2026 13:30:00 GMT", "date": "Mon, 09 Mar 2026 12:30:00 GMT"}, 60.0),
        ({"expires": "0"}, 18.8),
        ({"expires": "Mon, 09 Mar 2026 16:30:00 GMT"}, 60.0),
    ],
)
@pytest.mark.parametrize("status", [200, 304])
def test_no_server_is_asked_while_its_answer_is_fresh(headers: dict[str, str], expected: float, status: int) -> None:
    """By its own clock, for at most a day, and never sooner than the interval."""
    plan = plan_unchanged(STATE, fetched(status=status, headers=headers), now=NOW, polling=POLLING, fraction=0.5)
    assert expected == minutes(plan)


def test_part_of_a_document_is_not_fresh() -> None:
    """The rest of it is fetched as soon as the interval allows."""
    plan = parsed(STATE, fetched(whole=False, headers={"cache-control": "max-age=7200"}), feed(entry(1)))
    assert 18.8 == minutes(plan)


def test_a_failure_forgets_nothing() -> None:
    """What is known of the last good document stays, and so does the first failure's time."""
    plan = failed(STATE, DocumentError("not-a-feed", "an HTML page came"))
    assert replace(STATE, failures=1, failing_since=NOW) == plan.state
    assert NOW == failed(plan.state, FetchError("dns", "x")).state.failing_since
    assert ("not-a-feed", "an HTML page came") == (plan.error_kind, plan.error)


GONE = FetchError("status", "gone", status=410)
LOST = FetchError("status", "nothing here", status=404)
SILENT = FetchError("timeout", "too slow")


@pytest.mark.parametrize(("between", "later", "expected"), [
    ([], 26.0, True),
    ([], 1.0, False),
    ([SILENT], 26.0, True),
    ([LOST], 26.0, False),
    ([DocumentError("not-a-feed", "an HTML page came")], 26.0, False),
], ids=["a day later", "at once", "after silence", "after another answer", "after a page"])
def test_only_a_second_410_is_final(between: list[CollectError], later: float, *, expected: bool) -> None:
    """A day after the first, and with no other answer between them."""
    first = failed(STATE, GONE)
    assert not first.gone
    state = first.state
    for error in between:
        state = failed(state, error).state
    again = plan_failed(state, GONE, now=NOW + timedelta(hours=later), polling=POLLING, fraction=0.5)
    assert expected == again.gone


def test_a_feed_that_was_gone_and_answers_is_back() -> None:
    """A good answer takes the first 410 back."""
    gone = failed(STATE, GONE).state
    assert parsed(gone, fetched(), feed(entry(1))).state.gone_since is None


@pytest.mark.parametrize("status", [404, 429, 500, None])
def test_other_failures_are_never_final(status: int | None) -> None:
    """However often they come: a 404 comes back often enough."""
    state = replace(STATE, failures=500, failing_since=NOW - timedelta(days=400))
    assert not failed(state, FetchError("status", "x", status=status)).gone


@pytest.mark.parametrize(("error", "expected"), [
    (FetchError("status", "x", status=429, retry_after=120.0), 2.0),
    (FetchError("status", "x", status=429, retry_after=86_400.0), 60.0),
    (FetchError("status", "x", status=429), 10.0),
    (FetchError("status", "x", status=503, retry_after=120.0), None),
    (FetchError("timeout", "x"), None),
])
def test_a_host_that_is_asked_too_much_rests_as_a_whole(error: FetchError, expected: float | None) -> None:
    """For the time it asks for, an hour at most, because hosts pass on what was meant for one feed."""
    until = failed(STATE, error).host_wait
    assert (expected and NOW + timedelta(minutes=expected)) == until


DAY_OLD = replace(STATE, whole_at=NOW - timedelta(days=2))


@pytest.mark.parametrize("plan", [
    failed(DAY_OLD, FetchError("timeout", "too slow")),
    plan_unchanged(DAY_OLD, fetched(b"same"), now=NOW, polling=POLLING, fraction=0.5),
    parsed(DAY_OLD, fetched(), feed(entry(1))),
    parsed(DAY_OLD, fetched(whole=False), feed(entry(1))),
], ids=["failed", "unchanged", "parsed", "damaged"])
def test_a_whole_document_was_asked_for_however_it_ended(plan: PollPlan) -> None:
    """The next one is a day off: one that fails is no reason to ask for nothing else."""
    assert NOW == plan.state.whole_at


MOVED = "https://new.example/feed"
MOVING = replace(STATE, moved_to=MOVED, moved_seen=2, moved_since=NOW - timedelta(days=2))
THERE = replace(fetched(), url=MOVED, redirects=((301, MOVED),))


def found(*known: str) -> PollPlan:
    return plan_parsed(MOVING, THERE, feed(entry(1)), Came(known=known), now=NOW, polling=POLLING, fraction=0.5)


def test_a_feed_is_followed_where_it_is_known_again() -> None:
    """By an entry of before, or because it is the very document."""
    same = plan_unchanged(MOVING, THERE, now=NOW, polling=POLLING, fraction=0.5)
    assert [MOVED, None, MOVED] == [plan.state.fetch_url for plan in (found("key"), found(), same)]


def test_an_address_that_lost_its_feed_is_left() -> None:
    """The feed's own one is asked next."""
    assert failed(replace(STATE, fetch_url=MOVED), GONE).state.fetch_url is None


def test_a_poll_teaches() -> None:
    """Its hints are kept, and what it missed makes the next one come sooner."""
    document = replace(feed(entry(1), entry(2), entry(3)), hints=Hints(60))
    plan = parsed(STATE, fetched(), document)
    assert (10.0, NOW) == (minutes(plan), plan.state.missed_at)
    assert {"minutes": 60, "skip_hours": (), "skip_days": ()} == plan.state.hints


def test_polls_that_bring_nothing_teach_too() -> None:
    """A feed that nobody waits for is asked more seldom."""
    calm = replace(STATE, urgent=False, new_at=NOW - timedelta(days=1))
    plan = plan_unchanged(calm, fetched(status=304), now=NOW, polling=POLLING, fraction=0.5)
    assert (30, 30.0) == (plan.state.interval_minutes, minutes(plan))


def test_the_configuration_is_nothing_that_a_poll_writes() -> None:
    """Nor are the times of the poll: they were read before it, and are others by then."""
    assert not {"url", "kind", "urgent", "polled_at", "new_at"} & columns(STATE).keys()


def test_a_watched_page_begins_without_an_entry() -> None:
    """Its first look shows nothing new, and what changes later is news."""
    page = replace(NEW, kind="page")
    assert NOW == parsed(page, fetched(), feed()).state.first_ok_at


def test_gaps_do_not_shrink_while_a_feed_fails() -> None:
    """Whatever goes wrong, in whatever order; only the jitter of a whole day may."""
    errors = [FetchError("status", "x", status=403), FetchError("status", "x", status=500), SILENT, LOST,
              FetchError("dns", "x"), DocumentError("not-a-feed", "x")] * 5
    state, gaps = STATE, [0.0]
    for number, error in enumerate(errors):
        plan = failed(state, error, fraction=number * 7 % 10 / 10)
        state = replace(plan.state, polled_at=NOW, next_poll_at=plan.next_poll_at)
        gaps.append(min(minutes(plan), 1440.0))
    assert sorted(gaps) == gaps
