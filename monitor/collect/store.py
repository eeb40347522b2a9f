"""What polls change in the database, in one transaction: entries, validators and the next time.

An ETag stored without its articles would make the server answer "not modified" for ever, and the articles be lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.collect.entries import came, plan_entries
from monitor.collect.model import ParsedFeed
from monitor.collect.outage import plan_ours
from monitor.collect.plan import FeedState, columns, plan_failed, plan_parsed, plan_unchanged
from monitor.collect.turns import host_of
from storage import articles, feeds, hosts, revisions, snapshots
from storage.articles import Arrival, NewEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.collect.entries import PlannedEntry
    from monitor.collect.model import Fetched, WatchedPage
    from monitor.collect.plan import PollPlan
    from monitor.errors import CollectError
    from monitor.settings import PollingSettings
    from storage.articles import KnownEntry
    from storage.database import Database
    from storage.feeds import Feed

# A feed that carries this much of an article carries all of it; a summary has 100 to 600 characters.
FULL_TEXT_CHARACTERS = 2_000
# How long keys are kept after they were last seen is counted in days: to note it with every poll would be waste.
_SEEN_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How asking one feed ended, and when: `failed`, or `fetched` and, where there was something new to open, `parsed`
    (of a page: `watched`).

    `fraction` is a random number from 0 to 1, for the jitter. `heavy`: its document took long to open. `ours`: it is
    our own network that failed.
    """

    feed: Feed
    fraction: float
    at: datetime
    fetched: Fetched | None = None
    parsed: ParsedFeed | None = None
    watched: WatchedPage | None = None
    failed: CollectError | None = None
    heavy: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """An outcome with its document, the entries of which are `planned`."""

    outcome: Outcome
    state: FeedState
    parsed: ParsedFeed | None
    planned: tuple[PlannedEntry, ...]


def state_of(feed: Feed) -> FeedState:
    """What is remembered of the feed, as planning reads it."""
    return FeedState(**{name: getattr(feed, name) for name in FeedState.__slots__})


def store_all(database: Database, polling: PollingSettings, outcomes: Sequence[Outcome]) -> list[tuple[bool, int]]:
    """Everything that these polls changed, all or nothing; of each, whether it succeeded and how many articles are new.

    Raises StorageError.
    """
    with database.write() as connection:
        read = [_read(connection, outcome, polling) for outcome in outcomes]
        known = _known(connection, read)
        rows = {row.key: row for row in known.values()}
        plans = [_plan(one, known, polling) for one in read]
        made = articles.store_arrivals(connection, [
            _arrival(one.outcome, plan, polling) for one, plan in zip(read, plans, strict=True)])
        for one, plan in zip(read, plans, strict=True):
            _keep(connection, one.outcome, plan, polling)
            _touch(connection, [rows[key] for key in plan.came.known], one.outcome.at)
        feeds.record_polls(connection, [
            _columns(one.outcome, plan, new) for one, plan, new in zip(read, plans, made, strict=True)])
    return [(plan.succeeded, new) for plan, new in zip(plans, made, strict=True)]


def _read(connection: Connection, outcome: Outcome, polling: PollingSettings) -> _Read:
    state = state_of(outcome.feed)
    parsed = outcome.parsed or _changes(connection, outcome)
    planned = plan_entries(state, parsed.entries, now=outcome.at, polling=polling) if parsed else ()
    return _Read(outcome, state, parsed, planned)


def _changes(connection: Connection, outcome: Outcome) -> ParsedFeed | None:
    """What changed on a watched page since the last look, as a feed with at most one entry."""
    if outcome.watched is None:
        return None
    from monitor.collect.watch import changes

    if outcome.fetched is None or not outcome.fetched.whole:  # its missing half would be told as deleted
        return ParsedFeed(outcome.watched.title, (), whole=False, version="page")
    before = snapshots.last(connection, outcome.feed.id)
    entries = changes(before, outcome.watched, outcome.feed, outcome.at)
    return ParsedFeed(outcome.watched.title, entries, whole=True, version="page")


def _plan(one: _Read, known: Mapping[str, KnownEntry], polling: PollingSettings) -> PollPlan:
    outcome = one.outcome
    if outcome.fetched is None:
        assert outcome.failed is not None
        if outcome.ours:
            return plan_ours(one.state, now=outcome.at, fraction=outcome.fraction)
        return plan_failed(one.state, outcome.failed, now=outcome.at, polling=polling, fraction=outcome.fraction)
    if one.parsed is None:
        return plan_unchanged(one.state, outcome.fetched, now=outcome.at, polling=polling, fraction=outcome.fraction)
    brought = came(one.planned, known, one.state, outcome.at)
    return plan_parsed(one.state, outcome.fetched, one.parsed, brought, now=outcome.at, polling=polling,
                       fraction=outcome.fraction)


def _known(connection: Connection, read: Sequence[_Read]) -> dict[str, KnownEntry]:
    """What is known of the entries, by the keys they have now: under these, or under another that their feed gave them.
    """
    known = articles.known_entries(connection, [entry.key for one in read for entry in one.planned])
    names = {one.outcome.feed.id: {entry.key: entry.names for entry in one.planned if entry.key not in known}
             for one in read if one.state.first_ok_at}  # else nothing of that feed was seen before
    names = {feed: keys for feed, keys in names.items() if keys}
    return known | revisions.known_by_name(connection, names) if names else known


def _arrival(outcome: Outcome, plan: PollPlan, polling: PollingSettings) -> Arrival:
    new = [new_entry(planned, outcome.feed, polling, flood=plan.came.flood) for planned in plan.came.new]
    return Arrival(outcome.feed, new, outcome.at)


def _touch(connection: Connection, found: Iterable[KnownEntry], now: datetime) -> None:
    late = [one.key for one in found if one.last_seen_at is None or one.last_seen_at <= now - _SEEN_EVERY]
    if late:
        articles.touch_entries(connection, late, now)


def _keep(connection: Connection, outcome: Outcome, plan: PollPlan, polling: PollingSettings) -> None:
    """What the poll says beyond its feed and new articles: edits, what a page shows now, the rest a host asked for."""
    if plan.came.edited:
        edits = {one.known_as: new_entry(one, outcome.feed, polling) for one in plan.came.edited}
        revisions.store_edits(connection, outcome.feed, edits, outcome.at)
    if outcome.watched is not None and outcome.fetched is not None and outcome.fetched.whole:
        snapshots.keep(connection, outcome.feed.id, outcome.watched.paragraphs, outcome.at)
    if plan.host_wait:
        hosts.wait(connection, host_of(outcome.feed.address), plan.host_wait)


def _columns(outcome: Outcome, plan: PollPlan, made: int) -> dict[str, object]:
    feed, now = outcome.feed, outcome.at
    return columns(plan.state) | {
        "feed_id": feed.id,
        "next_poll_at": plan.next_poll_at,
        "polled_at": now,
        "gone": plan.gone,
        "ok_at": now if plan.succeeded else feed.ok_at,
        "new_at": now if made else feed.new_at,
        "error_kind": plan.error_kind or None,
        "error": plan.error or None,
        "heavy": outcome.heavy,
    }


def new_entry(planned: PlannedEntry, feed: Feed, polling: PollingSettings, *, flood: bool = False) -> NewEntry:
    """What to store of an entry: its page is fetched where the feed carries less than the whole article."""
    entry = planned.entry
    text = entry.content or entry.summary
    return NewEntry(
        entry_key=planned.key,
        url_key=planned.url_key or planned.key,
        url=planned.url,
        title=entry.title,
        summary=entry.summary,
        text=text,
        published_at=entry.published_at,
        author=entry.author,
        language=entry.language,
        quiet=planned.quiet,
        content_hash=planned.content_hash,
        flood=flood,
        names=planned.titles,
        text_source="page" if feed.kind == "page" else "feed",
        # Nobody is alerted of a quiet article, so its page is not asked for; a watched page was read already.
        fetch_page=polling.fetch_pages
        and feed.kind == "feed"
        and bool(planned.url)
        and not planned.quiet
        and len(entry.content) < FULL_TEXT_CHARACTERS,
    )
