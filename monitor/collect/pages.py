"""The shell that reads article pages: one fetch an article, its text where it can be trusted, else the feed's.

An article waits for its page before rules read it, but not for long: after three tries within eight minutes the feed's
own text must do, since a raid told from a summary is worth more than one told an hour late. For the same reason a
round is bounded: what a slow site leaves undone stays pending, and the articles of the others go on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.collect import clean
from monitor.collect.entries import believable
from monitor.collect.fetch import PAGE_ACCEPT
from monitor.collect.page import usable
from monitor.collect.together import together
from monitor.errors import CollectError, FetchError
from monitor.stories.identity import canonical_url, url_key
from storage import articles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.model import ExtractedPage
    from monitor.collect.sandbox import Sandbox
    from storage.articles import StoredArticle
    from storage.database import Database

log = logging.getLogger("dateline.collect")

CONCURRENT = 8
PER_HOST = 2  # of them; more would only wait for the host's turn
HOST_PAGES = 25  # a round; at one start a second they take half a minute
ROUND_SECONDS = 60.0
GIVE_UP_AFTER = timedelta(minutes=10)  # three tries take eight
_TOO_LATE = "the page could not be read in time"
_CRASH = "reading this page failed in a way we did not expect"
RETRY_AFTER = (timedelta(minutes=2), timedelta(minutes=6))
# Failures that may be gone in two minutes; everything else (refused, no page, blocked, not HTML) will not.
_PASSING = {"timeout", "dns", "refused", "protocol"}
_PASSING_STATUS = {429, 500, 502, 503, 504}


async def read_pages(database: Database, fetcher: Fetcher, sandbox: Sandbox, now: datetime) -> int:
    """Read the pages that are due, for at most ROUND_SECONDS; how many gave a text. Raises StorageError."""
    due = in_turn(await asyncio.to_thread(_due, database, now))
    gate, storing = asyncio.Semaphore(CONCURRENT), asyncio.Lock()
    hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))
    end = asyncio.get_running_loop().time() + ROUND_SECONDS

    async def read(article: StoredArticle) -> bool:
        try:
            # The host's place first: a place in the gate is not for waiting in.
            async with asyncio.timeout_at(end), hosts[_host(article)], gate:
                columns, keys = await _read(article, fetcher, sandbox, now)
        except TimeoutError:
            return False  # still pending: the next round reads it
        async with storing:  # one after the other, or two twins could each become the other's duplicate
            await asyncio.to_thread(_store, database, article, columns, keys)
        return bool(columns["page_state"] == "read")

    well = sum(await together(read(article) for article in due))
    await asyncio.to_thread(_give_up, database, now)
    return well


def in_turn(due: Iterable[StoredArticle]) -> list[StoredArticle]:
    """The first HOST_PAGES of every host, a page of each host in turn."""
    by_host: defaultdict[str, list[StoredArticle]] = defaultdict(list)
    for article in due:
        by_host[_host(article)].append(article)
    ranks = zip_longest(*(found[:HOST_PAGES] for found in by_host.values()))
    return [article for article in chain.from_iterable(ranks) if article is not None]


def _host(article: StoredArticle) -> str:
    return urlsplit(article.url).netloc


async def _read(
    article: StoredArticle, fetcher: Fetcher, sandbox: Sandbox, now: datetime
) -> tuple[dict[str, Any], set[str]]:
    """What to store of the page, and the addresses it is known by."""
    try:
        fetched = await fetcher.fetch(article.url, accept=PAGE_ACCEPT)
        page = await sandbox.extract_page(fetched.body, url=fetched.url, content_type=fetched.content_type)
        return _found(article, fetched.url, page, now)
    except CollectError as error:
        return _failed(article, error, now), set()
    except Exception:  # one page's surprise is its own: rules read the feed's text instead
        log.exception("a page of %s failed in a way that nobody expected", article.outlet)
        return _failed(article, CollectError("crash", _CRASH), now), set()


def _found(article: StoredArticle, final: str, page: ExtractedPage, now: datetime) -> tuple[dict[str, Any], set[str]]:
    if not usable(page, article.title, article.summary):
        message = "the page does not show the article (a paywall, a consent page, or another story)"
        return _failed(article, CollectError("other", message), now), set()
    read = {
        "page_state": "read",
        "page_attempts": article.page_attempts + 1,
        "page_error": None,
        "text": _story(page.text, article.title),
        "text_source": "page",
        "published_at": article.published_at or believable(page.published_at, now),
    }
    if page.language:
        read["language"] = page.language
    return read, _addresses(final, page)


def _story(text: str, title: str) -> str:
    """The text without a first line that only repeats the headline: it would be quoted right below it."""
    first, _, rest = text.partition("\n")
    return rest if rest and _bare(first) == _bare(title) else text


def _bare(line: str) -> str:
    return "".join(filter(str.isalnum, line.casefold()))


def _failed(article: StoredArticle, error: CollectError, now: datetime) -> dict[str, Any]:
    tried = article.page_attempts + 1
    why = clean.sentence(str(error))
    columns: dict[str, Any] = {"page_attempts": tried, "page_error": why, "page_state": "failed"}
    passing = isinstance(error, FetchError) and (error.kind in _PASSING or error.status in _PASSING_STATUS)
    if passing and tried <= len(RETRY_AFTER):
        columns |= {"page_state": "pending", "page_due_at": now + RETRY_AFTER[tried - 1]}
    return columns


def _addresses(final: str, page: ExtractedPage) -> set[str]:
    """Keys of where the link led and of what the page calls its own address, if that is on the same host.

    Some sites name their front page on every article, and wire copies name another outlet: neither is this article.
    """
    keys = {url_key(canonical_url(final))}
    own = urlsplit(page.canonical_url)
    if own.path not in ("", "/") and own.hostname == urlsplit(final).hostname:
        keys.add(url_key(canonical_url(page.canonical_url)))
    return keys


def _due(database: Database, now: datetime) -> list[StoredArticle]:
    with database.read() as connection:
        return articles.pages_due(connection, now)


def _store(database: Database, article: StoredArticle, columns: dict[str, Any], keys: set[str]) -> None:
    with database.write() as connection:
        # Keys first and in order: of two twins stored at once, the later then sees the earlier.
        articles.add_keys(connection, article.id, sorted(keys))
        twins = articles.same_page(connection, article.id, sorted(keys))
        # A wrong merge hides news: only the same headline at the same address is the same article.
        twin = next((known for known, title in twins if title.casefold() == article.title.casefold()), None)
        if twin:
            # Not to be matched, not even after the twin itself was erased: its news was told.
            columns |= {"duplicate_of": twin, "rules_hash": "duplicate"}
        articles.record_page(connection, article.id, **columns)


def _give_up(database: Database, now: datetime) -> None:
    with database.write() as connection:
        articles.give_up_pages(connection, now - GIVE_UP_AFTER, _TOO_LATE)
