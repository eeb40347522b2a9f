"""What polls change in the database, in one transaction: entries, validators and the next time.

An ETag stored without its articles would make the server answer "not modified" for ever, and the articles be lost.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from monitor.collect.entries import came, plan_entries
from monitor.collect.plan import FeedState, plan_failed, plan_parsed, plan_unchanged
from storage import articles, feeds
from storage.articles import NewEntry

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.collect.entries import Came, PlannedEntry
    from monitor.collect.model import Fetched, ParsedFeed
    from monitor.collect.plan import PollPlan
    from monitor.errors import CollectError
    from monitor.settings import PollingSettings
    from storage.database import Database
    from storage.feeds import Feed

# A feed that carries this much of an article carries all of it; a summary has 100 to 600 characters.
FULL_TEXT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How asking one feed ended: `failed`, or `fetched` and, where there was something new to open, `parsed`.

    `fraction` is a random number from 0 to 1, for the jitter.
    """

    feed: Feed
    fraction: float
    fetched: Fetched | None = None
    parsed: ParsedFeed | None = None
    failed: CollectError | None = None


def state_of(feed: Feed) -> FeedState:
    """What is remembered of the feed, as planning reads it."""
    return FeedState(**{name: getattr(feed, name) for name in FeedState.__slots__})


def store(database: Database, outcome: Outcome, polling: PollingSettings, now: datetime) -> tuple[bool, int]:
    """Everything one poll changed, whole or not at all; whether it succeeded and how many articles are new."""
    with database.write() as connection:
        plan = _plan(connection, outcome, polling, now)
        made = _store_entries(connection, outcome.feed, plan.came, polling, now)
        feeds.record_poll(connection, outcome.feed.id, **_columns(outcome.feed, plan, made, now))
    return plan.succeeded, made


def _plan(connection: Connection, outcome: Outcome, polling: PollingSettings, now: datetime) -> PollPlan:
    state = state_of(outcome.feed)
    if outcome.fetched is None:
        assert outcome.failed is not None
        return plan_failed(state, outcome.failed, now=now, polling=polling, fraction=outcome.fraction)
    if outcome.parsed is None:
        return plan_unchanged(state, outcome.fetched, now=now, polling=polling, fraction=outcome.fraction)
    planned = plan_entries(state, outcome.parsed.entries, now=now, polling=polling)
    known = articles.known_entries(connection, [entry.key for entry in planned])
    return plan_parsed(state, outcome.fetched, outcome.parsed, came(planned, known, state), now=now, polling=polling,
                       fraction=outcome.fraction)


def _store_entries(connection: Connection, feed: Feed, came: Came, polling: PollingSettings, now: datetime) -> int:
    articles.touch_entries(connection, came.known, now)
    new = [new_entry(planned, polling, flood=came.flood) for planned in came.new]
    return articles.store_entries(connection, feed, new, now)


def _columns(feed: Feed, plan: PollPlan, made: int, now: datetime) -> dict[str, object]:
    return asdict(plan.state) | {
        "next_poll_at": plan.next_poll_at,
        "polled_at": now,
        "gone": plan.gone,
        "ok_at": now if plan.succeeded else feed.ok_at,
        "new_at": now if made else feed.new_at,
        "error_kind": plan.error_kind or None,
        "error": plan.error or None,
    }


def new_entry(planned: PlannedEntry, polling: PollingSettings, *, flood: bool = False) -> NewEntry:
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
        # Nobody is alerted of a quiet article, so its page is not asked for either.
        fetch_page=polling.fetch_pages
        and bool(planned.url)
        and not planned.quiet
        and len(entry.content) < FULL_TEXT_CHARACTERS,
    )
