"""The shell round `plan`: fetch what is due, open it in the child process, store what the plan says.

Entries, validators and the next time are one transaction: an ETag stored without its articles would make the server
answer "not modified" for ever, and the articles be lost.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.collect.plan import FeedState, plan_failed, plan_parsed, plan_unchanged, unchanged
from monitor.collect.together import together
from monitor.errors import CollectError
from storage import articles, feeds
from storage.articles import NewEntry

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.plan import PlannedEntry, PollPlan
    from monitor.collect.sandbox import Sandbox
    from monitor.settings import PollingSettings
    from storage.database import Database
    from storage.feeds import Feed

log = logging.getLogger("dateline.collect")

# Feeds under way at once: more of them only wait for the child process.
CONCURRENT = 20
# A feed that carries this much of an article carries all of it; a summary has 100 to 600 characters.
FULL_TEXT_CHARACTERS = 2_000
_CRASH = "reading this feed failed in a way we did not expect; it is tried again"


@dataclass(frozen=True, slots=True)
class Polled:
    """What polling brought, in numbers."""

    polled: int = 0
    failed: int = 0
    new_articles: int = 0


async def poll_feeds(
    database: Database, fetcher: Fetcher, sandbox: Sandbox, polling: PollingSettings, now: datetime
) -> Polled:
    """Poll every feed that is due. What one feed does is its own; raises StorageError."""
    due = await asyncio.to_thread(_due, database, now)
    gate = asyncio.Semaphore(CONCURRENT)

    async def poll(feed: Feed) -> tuple[bool, int]:
        async with gate:
            plan = await _plan(feed, fetcher, sandbox, polling, now=now)
        return plan.succeeded, await asyncio.to_thread(_store, database, feed, plan, polling, now)

    outcomes = await together(poll(feed) for feed in due)
    return Polled(len(outcomes), sum(not well for well, _ in outcomes), sum(new for _, new in outcomes))


async def _plan(feed: Feed, fetcher: Fetcher, sandbox: Sandbox, polling: PollingSettings, *, now: datetime) -> PollPlan:
    state = _state(feed)
    fraction = random.random()  # noqa: S311 - spreads polls over time; nobody gains by guessing it
    try:
        fetched = await fetcher.fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
        if unchanged(state, fetched):
            return plan_unchanged(state, fetched, now=now, polling=polling, fraction=fraction)
        parsed = await sandbox.parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
        return plan_parsed(state, fetched, parsed, now=now, polling=polling, fraction=fraction)
    except CollectError as error:
        return plan_failed(state, error, now=now, polling=polling, fraction=fraction)
    except Exception:  # one feed's surprise is its own: its error is stored, and it is asked again later
        log.exception("a feed of %s failed in a way that nobody expected", feed.outlet)
        return plan_failed(state, CollectError("crash", _CRASH), now=now, polling=polling, fraction=fraction)


def _due(database: Database, now: datetime) -> list[Feed]:
    with database.read() as connection:
        return feeds.due(connection, now)


def _state(feed: Feed) -> FeedState:
    return FeedState(
        feed.url, feed.etag, feed.last_modified, feed.body_hash, feed.failures, feed.failing_since, feed.first_ok_at
    )


def _store(database: Database, feed: Feed, plan: PollPlan, polling: PollingSettings, now: datetime) -> int:
    """Everything a poll changed, whole or not at all; returns how many articles are new."""
    keys = [planned.key for planned in plan.entries]
    with database.write() as connection:
        known = articles.known_entries(connection, keys)
        articles.touch_entries(connection, sorted(known), now)
        new = [new_entry(planned, polling) for planned in plan.entries if planned.key not in known]
        made = articles.store_entries(connection, feed, new, now)
        feeds.record_poll(connection, feed.id, **_columns(feed, plan, made, now))
    return made


def _columns(feed: Feed, plan: PollPlan, made: int, now: datetime) -> dict[str, object]:
    state = plan.state
    return {
        "etag": state.etag,
        "last_modified": state.last_modified,
        "body_hash": state.body_hash,
        "failures": state.failures,
        "failing_since": state.failing_since,
        "first_ok_at": state.first_polled_at,
        "next_poll_at": plan.next_poll_at,
        "polled_at": now,
        "gone": plan.gone,
        "ok_at": now if plan.succeeded else feed.ok_at,
        "new_at": now if made else feed.new_at,
        "error_kind": plan.error_kind or None,
        "error": plan.error or None,
    }


def new_entry(planned: PlannedEntry, polling: PollingSettings) -> NewEntry:
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
        # Nobody is alerted of a quiet article, so its page is not asked for either.
        fetch_page=polling.fetch_pages
        and bool(planned.url)
        and not planned.quiet
        and len(entry.content) < FULL_TEXT_CHARACTERS,
    )
