"""What polls change in the database, in one transaction: entries, validators and the next time.

An ETag stored without its articles would make the server answer "not modified" for ever, and the articles be lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from monitor.collect.entries import came, plan_entries, settled
from monitor.collect.model import ParsedFeed
from monitor.collect.outage import plan_ours
from monitor.collect.plan import FeedState, columns, plan_failed, plan_parsed, plan_unchanged
from monitor.collect.restless import from_row, to_row
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
    from monitor.collect.watch import Look
    from monitor.errors import CollectError
    from monitor.settings import PollingSettings
    from storage.articles import KnownEntry
    from storage.database import Database
    from storage.feeds import Feed

# A feed that carries this much of an article carries all of it; a summary has 100 to 600 characters.
FULL_TEXT_CHARACTERS = 2_000
# How long keys are kept after they were last seen is counted in days: to note it with every poll would be waste.
_SEEN_EVERY = timedelta(days=1)
_UNKNOWN_AHEAD = {"whole_at", "missed_at"}  # better once too often than not for a year
_TIMES = ("ok_at", "new_at", "failing_since", "gone_since", "moved_since", "adopted_at", "origin_at", *_UNKNOWN_AHEAD)
_times, _remembered = attrgetter(*_TIMES), attrgetter(*FeedState.__slots__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How asking one feed ended, and when: `failed`, or `fetched` and, where there was something new to open, `parsed`
    (of a page: `watched`).

    `fraction` is a random number from 0 to 1, for the jitter. `heavy`: its document took long to open. `ours`: it is
    our own network that failed. `asked` is the address, where that was not the usual one; `alone`: its refusal speaks
    for this feed and not for its host.
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
    asked: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """An outcome with its document, the entries of which are `planned`; of a watched page what the look at it brought.
    """

    outcome: Outcome
    state: FeedState
    parsed: ParsedFeed | None
    planned: tuple[PlannedEntry, ...]
    look: Look | None = None


def state_of(feed: Feed, now: datetime) -> FeedState:
    """What is remembered of the feed, as planning reads it.

    What lies in the future was noted by a clock that ran ahead, and whatever is counted from it would be held up.
    """
    state = FeedState(*_remembered(feed))
    ahead: dict[str, Any] = {name: None if name in _UNKNOWN_AHEAD else now
                             for name, at in zip(_TIMES, _times(state), strict=True) if at is not None and at > now}
    return replace(state, **ahead) if ahead else state


def store_all(database: Database, polling: PollingSettings, outcomes: Sequence[Outcome]) -> list[tuple[bool, int]]:
    """Everything that these polls changed, all or nothing; of each, whether it succeeded and how many articles are new.

    Raises StorageError.
    """
    with database.write() as connection:
        read = [_read(connection, outcome, polling) for outcome in outcomes]
        known, named = _known(connection, read)
        rows = {row.key: row for some in (known.values(), *named.values()) for row in some}
        plans = [_plan(one, known, named, polling) for one in read]
        made = articles.store_arrivals(connection, [
            _arrival(one.outcome, plan, polling) for one, plan in zip(read, plans, strict=True)])
        for one, plan in zip(read, plans, strict=True):
            _keep(connection, one, plan, polling)
            _touch(connection, [rows[key] for key in plan.came.known], one.outcome.at)
        feeds.record_polls(connection, [
            _columns(one.outcome, plan, new) for one, plan, new in zip(read, plans, made, strict=True)])
    return [(plan.succeeded, new) for plan, new in zip(plans, made, strict=True)]


def _read(connection: Connection, outcome: Outcome, polling: PollingSettings) -> _Read:
    state = state_of(outcome.feed, outcome.at)
    look = _look(connection, outcome)
    parsed = outcome.parsed or _changes(outcome, look)
    planned = plan_entries(state, parsed.entries, now=outcome.at, polling=polling) if parsed else ()
    return _Read(outcome, state, parsed, planned, look)


def _look(connection: Connection, outcome: Outcome) -> Look | None:
    """What changed on a watched page since the last look; None for a page that broke off: its missing half would be
    told as deleted.
    """
    if outcome.watched is None or outcome.fetched is None or not outcome.fetched.whole:
        return None
    from monitor.collect.watch import look

    last = snapshots.last(connection, outcome.feed.id)
    before, noted = (last.paragraphs, from_row(last.noted)) if last else (None, from_row(None))
    return look(before, noted, outcome.watched, outcome.feed, outcome.at)


def _changes(outcome: Outcome, look: Look | None) -> ParsedFeed | None:
    """The changes of a watched page as a feed with at most one entry."""
    if outcome.watched is None:
        return None
    return ParsedFeed(outcome.watched.title, look.entries if look else (), whole=look is not None, version="page")


def _plan(
    one: _Read, known: Mapping[str, KnownEntry], named: Mapping[str, Sequence[KnownEntry]], polling: PollingSettings
) -> PollPlan:
    outcome = one.outcome
    if outcome.fetched is None:
        assert outcome.failed is not None
        if outcome.ours:
            return plan_ours(one.state, now=outcome.at, polling=polling, fraction=outcome.fraction)
        return plan_failed(one.state, outcome.failed, now=outcome.at, polling=polling, fraction=outcome.fraction,
                           asked=outcome.asked)
    if one.parsed is None:
        same = plan_unchanged(one.state, outcome.fetched, now=outcome.at, polling=polling, fraction=outcome.fraction,
                              asked=outcome.asked)
        too_long = outcome.feed.error or "" if outcome.feed.error_kind == "too-long" else ""  # and still is
        return replace(same, error_kind="too-long", error=too_long) if too_long else same
    brought = came(one.planned, known, named, one.state, outcome.at)
    plan = plan_parsed(one.state, outcome.fetched, one.parsed, brought, now=outcome.at, polling=polling,
                       fraction=outcome.fraction, asked=outcome.asked)
    return replace(plan, error_kind=one.look.kind, error=one.look.error) if one.look else plan


def _known(
    connection: Connection, read: Sequence[_Read]
) -> tuple[dict[str, KnownEntry], dict[str, list[KnownEntry]]]:
    """What is known of the entries by the keys that they may have, and which others of their feeds have their names.

    Most stand where they stood and show what they showed: only for the others is more looked up.
    """
    known = articles.known_entries(connection, [entry.key for one in read for entry in one.planned])
    unsettled = {one.outcome.feed.id: some for one in read if one.state.first_ok_at  # else nothing of it was seen
                 and (some := [entry for entry in one.planned if not settled(entry, known.get(entry.key))])}
    if not unsettled:
        return known, {}
    some = [entry for entries in unsettled.values() for entry in entries]
    known |= articles.known_entries(connection, [key for entry in some for key in entry.others])
    names = {feed: {entry.key: entry.names for entry in entries} for feed, entries in unsettled.items()}
    named = revisions.known_by_name(connection, names)
    rows = [known[key] for entry in some for key in entry.keys if key in known]
    said = iter(revisions.with_said(connection, [*rows, *(row for few in named.values() for row in few)]))
    known |= {row.key: next(said) for row in rows}
    return known, {key: [next(said) for _ in few] for key, few in named.items()}


def _arrival(outcome: Outcome, plan: PollPlan, polling: PollingSettings) -> Arrival:
    new = [new_entry(planned, outcome.feed, polling, flood=plan.came.flood) for planned in plan.came.new]
    return Arrival(outcome.feed, new, outcome.at)


def _touch(connection: Connection, found: Iterable[KnownEntry], now: datetime) -> None:
    late = [one.key for one in found if one.last_seen_at is None or one.last_seen_at <= now - _SEEN_EVERY]
    if late:
        articles.touch_entries(connection, late, now)


def _keep(connection: Connection, one: _Read, plan: PollPlan, polling: PollingSettings) -> None:
    """What the poll says beyond its feed and new articles: edits, what a page shows now, the rest a host asked for."""
    outcome = one.outcome
    if plan.came.edited:
        edits = {edit.known_as: new_entry(edit, outcome.feed, polling) for edit in plan.came.edited}
        revisions.store_edits(connection, outcome.feed, edits, outcome.at)
    if outcome.watched is not None and one.look is not None:
        snapshots.keep(connection, outcome.feed.id, outcome.watched.paragraphs, to_row(one.look.noted), outcome.at)
    if plan.host_wait and not outcome.alone:
        asked = host_of(outcome.asked or outcome.feed.address)
        hosts.wait(connection, (outcome.failed and outcome.failed.host) or asked, plan.host_wait)


def _columns(outcome: Outcome, plan: PollPlan, made: int) -> dict[str, object]:
    """What is remembered of the feed; where there was nothing to read, what became different of it: most often four
    columns of thirty. What a document taught is written whole, whoever changed the feed while it was read.
    """
    feed, now = outcome.feed, outcome.at
    after = columns(plan.state) | {
        "next_poll_at": plan.next_poll_at,
        "gone": plan.gone,
        "ok_at": now if plan.succeeded else plan.state.ok_at,
        "new_at": now if made else plan.state.new_at,
        "error_kind": plan.error_kind or None,
        "error": plan.error or None,
        "heavy": outcome.heavy,
    }
    if outcome.parsed is None and outcome.watched is None:
        after = {name: value for name, value in after.items() if value != getattr(feed, name)}
    return {"feed_id": feed.id, "polled_at": now} | after


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
