"""The shell round `plan`: fetch what is due, open it in the child process, store what that brought."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.collect.plan import unchanged
from monitor.collect.store import Outcome, state_of, store
from monitor.collect.together import together
from monitor.errors import CollectError
from storage import feeds

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.sandbox import Sandbox
    from monitor.settings import PollingSettings
    from storage.database import Database
    from storage.feeds import Feed

log = logging.getLogger("dateline.collect")

# Feeds under way at once: more of them only wait for the child process.
CONCURRENT = 20
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
            outcome = await _ask(feed, fetcher, sandbox)
        return await asyncio.to_thread(store, database, outcome, polling, now)

    outcomes = await together(poll(feed) for feed in due)
    return Polled(len(outcomes), sum(not well for well, _ in outcomes), sum(new for _, new in outcomes))


async def _ask(feed: Feed, fetcher: Fetcher, sandbox: Sandbox) -> Outcome:
    fraction = random.random()  # noqa: S311 - spreads polls over time; nobody gains by guessing it
    try:
        fetched = await fetcher.fetch(feed.address, etag=feed.etag, last_modified=feed.last_modified)
        if unchanged(state_of(feed), fetched):
            return Outcome(feed, fraction, fetched)
        parsed = await sandbox.parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
        return Outcome(feed, fraction, fetched, parsed)
    except CollectError as error:
        return Outcome(feed, fraction, failed=error)
    except Exception:  # one feed's surprise is its own: its error is stored, and it is asked again later
        log.exception("a feed of %s failed in a way that nobody expected", feed.outlet)
        return Outcome(feed, fraction, failed=CollectError("crash", _CRASH))


def _due(database: Database, now: datetime) -> list[Feed]:
    with database.read() as connection:
        return feeds.due(connection, now)
